"""The pages of docs/rules: an index and a page for every family, Chinese first, English below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from crawler.report.model import Bilingual
from crawler.rulebook.entry import Entry, Fact, entries
from crawler.rulebook.table import policy

INDEX = "README.md"
MARK = "<!-- Made by `python -m crawler.rulebook docs/rules` from crawler/rulebook; do not edit. -->"
"""First line of every page, by which a page that is no longer made is known."""

_SPECIAL = re.compile(r"[\\`*_|<>]")


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    families = {
        family: list(members)
        for family, members in groupby(entries(policy()), lambda entry: entry.rule.family)
    }
    made = {INDEX: _page(_index(families))}
    for family, members in families.items():
        made[f"{family}.md"] = _page(_family(members))
    return made


def write(folder: Path) -> None:
    """Write every page into `folder`, and remove the pages there that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made and old.read_text("utf-8").startswith(MARK):
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


def _page(lines: Iterable[str]) -> str:
    return "\n".join((MARK, "", *lines)).rstrip("\n") + "\n"


def _index(families: Mapping[str, Sequence[Entry]]) -> Iterator[str]:
    count = sum(len(members) for members in families.values())
    yield from (
        "# 规则",
        "",
        f"共{count}条。级别可在 `nianbao.toml` 的 `[rules.编号]` 下调整，这里是默认的级别。"
        "在命令行查看：`nianbao rules`，`nianbao rules 编号`。",
        "",
    )
    yield from _tables(families, "zh")
    yield from (
        "# Rules",
        "",
        f"{count} in all, with the severities that they have unless `[rules.<id>]` in `nianbao.toml` says "
        "otherwise. On the command line: `nianbao --lang en rules`, `nianbao --lang en rules ID`.",
        "",
    )
    yield from _tables(families, "en")


def _tables(families: Mapping[str, Sequence[Entry]], lang: str) -> Iterator[str]:
    headings = Bilingual(
        "| 编号 | 名称 | 级别 | 依据 | 适用年度 |", "| Id | Norm | Severity | Rests on | Report years |"
    )
    for family, members in families.items():
        yield from (
            f"## [{members[0].family.pick(lang)}]({family}.md)",
            "",
            headings.pick(lang),
            "|-|-|-|-|-|",
        )
        yield from (_row(entry, lang) for entry in members)
        yield ""


def _row(entry: Entry, lang: str) -> str:
    rule = entry.rule
    name = rule.title.zh if lang == "zh" else rule.norm.en
    planned = Bilingual("（尚待实现）", " (planned)").pick(lang) if entry.planned else ""
    graded = Bilingual("，分情形", ", graded").pick(lang) if entry.ruling.grades else ""
    cells = (
        f"[{rule.id}]({rule.family}.md#{rule.id})",
        _plain(name) + planned,
        entry.severity.pick(lang) + graded,
        entry.source.pick(lang),
        _plain(entry.years.pick(lang)),
    )
    return f"| {' | '.join(cells)} |"


def _family(members: Sequence[Entry]) -> Iterator[str]:
    title = members[0].family
    yield from (f"# {title.zh} · {title.en}", "", f"[全部规则 · All rules]({INDEX})", "")
    for entry in members:
        rule = entry.rule
        planned = Bilingual("（尚待实现）", " (planned)") if entry.planned else Bilingual("", "")
        yield from (f'<a id="{rule.id}"></a>', "", f"## {rule.id} · {_plain(rule.title.zh)}{planned.zh}", "")
        yield from _facts(entry, "zh")
        yield from (f"**{_plain(rule.title.en)}**{planned.en}", "")
        yield from _facts(entry, "en")


def _facts(entry: Entry, lang: str) -> Iterator[str]:
    for fact in entry.facts():
        yield from _fact(fact, lang)
    yield ""


def _fact(fact: Fact, lang: str) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    first, *others = (_plain(paragraph.pick(lang)) for paragraph in fact.paragraphs)
    yield f"- **{fact.label.pick(lang)}**{colon}{first}"
    yield from (f"  - {other}" for other in others)


def _plain(text: str) -> str:
    """`text` without anything that Markdown would read as more than text."""
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", text)
