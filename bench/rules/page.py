"""The web page around a report, with every label that a portal is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from random import Random

from crawler.demo.markup import MARKUPS
from crawler.demo.printing import Line, Printed, Role

SITE = "http://www.nianbao-sample.gov.cn"


@dataclass(frozen=True, slots=True)
class Page:
    """An article page in parts. `meta` are names and contents in order; `below` is HTML after the body."""

    url: str
    title: str  # of the <title> element
    meta: tuple[tuple[str, str], ...]
    heading: str  # HTML of the headline
    crumbs: str
    dated: str  # the line of date and source
    body: str  # HTML of the article
    below: str = ""

    def html(self) -> bytes:
        """The page as a portal serves it."""
        labels = "\n".join(
            f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in self.meta
        )
        return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{escape(self.title)}</title>
{labels}
</head>
<body>
<div class="position">{escape(self.crumbs)}</div>
<h1>{self.heading}</h1>
<div class="source">{escape(self.dated)}</div>
<div class="article-content">
{self.body}
</div>
{self.below}
</body>
</html>
""".encode()


def page_of(printed: Printed, rng: Random) -> Page:
    """The page that prints `printed`, in the markup of one of the editors."""
    spec = printed.spec
    title = next(line.text for line in printed.blocks if isinstance(line, Line) and line.role is Role.TITLE)
    day = f"{spec.published:%Y-%m-%d}"
    return Page(
        url=f"{SITE}/zfxxgknb/{spec.year}/{spec.published:%Y%m}/t{spec.published:%Y%m%d}_{rng.randrange(10**6)}.html",
        title=spec.title,
        meta=(
            ("SiteName", "青杉市人民政府"),
            ("SiteDomain", "www.nianbao-sample.gov.cn"),
            ("SiteIDCode", "0000000001"),
            ("ColumnName", "政府信息公开年报"),
            ("ColumnDescription", "青杉市各机关的政府信息公开工作年度报告"),
            ("ColumnKeywords", "政府信息公开,年度报告"),
            ("ColumnType", "信息公开年报"),
            ("ArticleTitle", spec.title),
            ("PubDate", f"{day} 09:12"),
            ("ContentSource", spec.organ),
        ),
        heading=escape(title).replace("\n", "<br>"),
        crumbs="当前位置：首页 > 政府信息公开 > 政府信息公开年报",
        dated=f"发布日期：{day} 来源：{spec.organ}",
        body=rng.choice(list(MARKUPS.values()))(printed),
    )
