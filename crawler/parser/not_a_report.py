"""Documents that are no annual disclosure report, and how they say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crawler.parser.chinese import fold
from crawler.parser.evidence import NO_TABLE
from crawler.report.model import Bilingual, Table

_LONGEST_TITLE = 120


class NotAReport(Exception):
    """The document is no annual report of this kind; `reason` is one line for the person.

    `says_so`: the document itself says that it is something else, rather than nothing of a report.
    """

    def __init__(self, reason: Bilingual, *, says_so: bool = True) -> None:
        super().__init__(reason.zh)
        self.reason = reason
        self.says_so = says_so

    def __str__(self) -> str:
        return self.reason.zh

    def pick(self, lang: str) -> str:
        """The line in `lang` ("zh" or "en")."""
        return self.reason.pick(lang)


_Reasons = tuple[tuple[re.Pattern[str], Bilingual], ...]

_NAMES_REPORT = re.compile(
    r"年报|年度(?:\S{0,6})报[告表]|工作报告|情况报告|[决预]算|总结|公报|政务公开|信息公开"
)
_COMPILING = r"(?<!机构)编制|编写|编报|做好|开展|填报|撰写|组织|报送|上报|提交|申报|征集"

# Titles of the page itself that outrank a title printed in its body: the body may quote or hold a form.
ABOUT_REPORTS: _Reasons = (
    (
        re.compile(r"解读|读懂|图解|图说|图示|动漫|长图"),
        Bilingual("这是对年度报告的解读，不是年度报告", "explains an annual report, is none itself"),
    ),
    (
        re.compile(
            r"(?:年报|年度报告)(?:的)?(?:发布|编制|公布|工作)*(?:制度|办法|规定|规范|格式|模板|范本|样式|样表|要求|须知)"
            r"|(?:年报|年度报告)(?:编写|编制|填报)?说明"
        ),
        Bilingual("这是关于年度报告的制度或格式，不是年度报告", "a rule or a form for annual reports"),
    ),
    (
        re.compile(rf"(?:{_COMPILING}).*(?:通知|提示|提醒|培训)"),
        Bilingual("这是编制或报送年度报告的通知，不是年度报告", "a notice about compiling annual reports"),
    ),
)
# What else speaks of annual reports, where no section or table shows that the page is one nevertheless.
ON_REPORTS: _Reasons = (
    (
        re.compile(r"(?:公[布开示]|发布|审核|完成|编制|报送)情况|统计表|汇总|一览表|名单"),
        Bilingual("这是年度报告公布情况的说明，不是年度报告", "tells who published annual reports"),
    ),
    (
        re.compile(r"通知|通报|(?<!机构)编制|填报|报送"),
        Bilingual("这是有关年度报告的通知，不是年度报告", "a notice about annual reports"),
    ),
    (
        re.compile(r"会议?$|召开|培训|座谈|部署"),
        Bilingual("这是会议或工作动态，不是年度报告", "news of a meeting"),
    ),
    (
        re.compile(r"(?:政务|信息)公开.{0,6}(?:要点|方案|计划|清单|指南|目录|制度|办法|台账|细则)"),
        Bilingual(
            "这是政务公开的要点、方案、目录或制度，不是年度报告", "a plan, a list or a rule on disclosure"
        ),
    ),
)
OTHER_REPORTS: _Reasons = (
    (
        re.compile(
            r"^(?!.*(?:信息公开|政务公开)).*"
            r"(?:法治|依法行政|[决预]算|财务|绩效|社会责任|环境信息|环境质量|环境状况|安全生产|食品|药品|公报"
            r"|统计年报|信用|网站|普法|权责|审计工作|政府工作报告|述职|党建|工会|消防|地震|气候|年检)"
        ),
        Bilingual("这是另一种报告，不是政府信息公开年度报告", "an annual report of another kind"),
    ),
)
A_LIST = Bilingual("这是年度报告的列表页，不是一份年度报告", "a list of annual reports")
NO_REPORT = Bilingual(
    "未见政府信息公开年度报告的标题、栏目或表格", "no title, section or table of an annual disclosure report"
)
_A_LETTER = Bilingual(
    "这是报送年度报告的函，其中没有报告正文", "a letter that submits an annual report, without the report"
)
_A_BLANK_FORM = Bilingual(
    "这是空白的年度报告格式，没有单位和数据，不是年度报告",
    "a blank form for annual reports, without body or figures",
)

_SUBMITS = re.compile(r"(?:报送|呈报|上报|报请).*(?:函|报告|请示)$|的函$")
_GAP = re.compile(
    r"[xX×Ｘ*＊○〇_＿…]{2,}|[某]+(?:市|县|区|局|镇|乡|单位)|(?:单位|机关|部门|机构)(?:名称|全称)"
)
_SENTENCE = re.compile(r"[。，；！]")


def reject(texts: Iterable[str], reasons: _Reasons) -> None:
    """Raise NotAReport for the first of the titles `texts` that one of `reasons` fits."""
    for text in texts:
        folded = fold(text[: 2 * _LONGEST_TITLE])
        if len(folded) > _LONGEST_TITLE or _SENTENCE.search(text) or not _NAMES_REPORT.search(folded):
            continue
        for pattern, reason in reasons:
            if pattern.search(folded):
                raise NotAReport(reason)


def reject_letter(title: str) -> None:
    """Raise NotAReport where the title of a page without a report submits one to a higher body. What is
    attached to such a letter may be the report.
    """
    if _SUBMITS.search(fold(title)):
        raise NotAReport(_A_LETTER, says_so=False)


def reject_blank_form(tables: Mapping[str, Table], organ: str | None, lines: Iterable[str]) -> None:
    """Raise NotAReport for the form of a report that nobody has filled in: no figure, no body, or a gap where
    the body's name goes. A report that leaves its cells blank names its body, and is one.
    """
    printed = [table for table in tables.values() if table.state not in NO_TABLE and table.cells]
    if not printed or any(cell.value is not None for table in printed for cell in table.cells.values()):
        return
    if organ is None or any(_GAP.search(line) for line in lines):
        raise NotAReport(_A_BLANK_FORM)
