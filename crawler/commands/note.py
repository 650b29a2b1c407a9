"""What `nianbao check` writes for people: the note of a colleague who looked through the report.

First how it stands, then what was found in the order of the report, worst first, then what could not be told,
then what was checked and what was not. Findings that one wrong cell explains stand below it; findings of one
rule that repeat are told a few times and then counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from rich.cells import cell_len

from crawler.console import SEVERITY_STYLE, Screen
from crawler.export.entry import FAILING_SEVERITIES, FindingEntry, ReportEntry
from crawler.places import TABLE_STATES, TABLES, chapter, chapter_order, place, told
from crawler.rulebook.names import PAGES
from crawler.validator.context import NEEDS, Need
from crawler.validator.finding import CULPRIT, SEVERITY_NAMES, gravity

SHOWN_OF_ONE_RULE = 5
"""Findings of one rule in one part of the report that are told; the rest are counted."""

_RULES_NAMED = 3
_QUOTED = 10  # characters of a quotation by which it is known within the message

_SUMS = frozenset({"applications-balance", "applications-results-total", "applications-row-total"})
_PART = "applications-impossible-part"

_DATE_SOURCES = {
    "meta": ("网页标签", "meta tag"),
    "label": ("页面所注", "label on the page"),
    "data": ("页面数据", "page data"),
    "url": ("网址", "address"),
    "signature": ("落款", "signature"),
    "flag": ("参数给定", "flag"),
}
_FAULTS = {
    "publisher": ("", ""),
    "extraction": ("（读取所致，不是报告的问题）", " (a fault of reading, not of the report)"),
    "unknown": ("（可能是读取有误，须对照原件）", " (perhaps misread; compare with the original)"),
}
_Pick = Callable[[str, str], str]
_T = TypeVar("_T")
_K = TypeVar("_K")


class Said(NamedTuple):
    """A finding, and the rules that it is told for."""

    finding: FindingEntry
    rules: tuple[str, ...]


class Item(NamedTuple):
    """What is told at one place: a finding and those that it explains."""

    said: Said
    explains: tuple[Said, ...] = ()

    @property
    def severity(self) -> str:
        """The gravest of all of them."""
        return min((one.finding["severity"] for one in (self.said, *self.explains)), key=gravity)


def items(findings: Iterable[FindingEntry]) -> list[Item]:
    """`findings` with those that have a cause folded under it, the gravest first."""
    folded: dict[str, list[FindingEntry]] = {}
    alone: list[FindingEntry] = []
    for finding in findings:
        (folded.setdefault(finding["group"], []) if "group" in finding else alone).append(finding)
    found = []
    for said in _told_once(alone):
        explained = folded.pop(said.finding["fingerprint"], []) if said.finding["rule"] == CULPRIT else []
        found.append(Item(said, tuple(_told_once(explained))))
    found += [Item(said) for unexplained in folded.values() for said in _told_once(unexplained)]
    return sorted(found, key=lambda item: gravity(item.severity))


def _told_once(findings: Sequence[FindingEntry]) -> list[Said]:
    """A sum that is broken says already that a part of it is above the total."""
    places = {finding["where"]: finding["rule"] for finding in findings if finding["rule"] in _SUMS}
    parts = {finding["where"] for finding in findings if finding["rule"] == _PART}
    return [
        Said(
            finding,
            (finding["rule"], _PART)
            if finding["rule"] in _SUMS and finding["where"] in parts
            else (finding["rule"],),
        )
        for finding in findings
        if finding["rule"] != _PART or finding["where"] not in places
    ]


def write(screen: Screen, report: ReportEntry) -> None:
    """The whole note on one report."""
    failed = items(finding for finding in report["findings"] if finding["verdict"] == "fail")
    uncertain = [finding for finding in report["findings"] if finding["verdict"] != "fail"]
    _head(screen, report)
    screen.line(_conclusion(screen.pick, failed, uncertain), "bold")
    chapters = _grouped(failed, _chapter)
    for name in sorted(chapters, key=lambda name: (chapter_order(name), name)):
        screen.line()
        screen.line(_sentence(place(name, screen.lang)), "bold")
        _chapter_told(screen, chapters[name], report["form"])
    if uncertain:
        screen.line()
        screen.line(screen.pick("未能判断，须人工核对", "Could not be told, for a person to look at"), "bold")
        _doubts(screen, uncertain, report["form"])
    screen.line()
    _checked(screen, report)


def _head(screen: Screen, report: ReportEntry) -> None:
    pick = screen.pick
    unknown = pick("未读出", "not read")
    published = report["published"] or unknown
    if report["published_from"]:
        published += pick("（{}）", " ({})").format(pick(*_DATE_SOURCES[report["published_from"]]))
    states = pick("，", ", ").join(
        f"{TABLES[key].pick(screen.lang)}{pick('', ' ')}{TABLE_STATES[state].pick(screen.lang)}"
        for key, state in report["tables"].items()
    )
    screen.line(report["title"] or report["source"], "bold")
    for name, value in (
        (pick("来源", "source"), report["source"]),
        (pick("单位", "body"), report["organ"] or unknown + _name_in_the_picture(report, pick)),
        (pick("年度", "year"), str(report["year"] or unknown)),
        (pick("格式", "form"), report["form"] or unknown),
        (pick("发布", "published"), published),
        (pick("表格", "tables"), states),
    ):
        screen.item(f"  {name}{pick('：', ': ')}", value)
    if report.get("recognised"):
        screen.item(
            "  ",
            pick(
                "文字由图片识别得出，以下各项仅供人工核对",
                "text recognised from pictures: whatever follows has to be looked at by a person",
            ),
        )


def _name_in_the_picture(report: ReportEntry, pick: _Pick) -> str:
    """The name that a machine made out, which proves no body."""
    name = report.get("organ_recognised")
    if not name:
        return ""
    return pick(f"（图中似为“{name}”，可用 --organ 指明）", f" (perhaps “{name}”; say it with --organ)")


def _conclusion(pick: _Pick, failed: Sequence[Item], uncertain: Sequence[FindingEntry]) -> str:
    counts = Counter(item.severity for item in failed)
    told_counts = pick("，", ", ").join(
        pick(f"{name.zh}{counts[severity]}处", f"{name.en} {counts[severity]}")
        for severity, name in SEVERITY_NAMES.items()
        if counts[severity]
    )
    open_questions = (
        pick(f"，另有{len(uncertain)}处未能判断", f"; {len(uncertain)} more could not be told")
        if uncertain
        else ""
    )
    if any(severity in FAILING_SEVERITIES for severity in counts):
        return (
            pick(f"结论：有错误。{told_counts}", f"In short: there are errors. {told_counts}")
            + open_questions
        )
    nothing = pick("结论：未发现错误", "In short: no errors found")
    return nothing + (pick("。", ". ") + told_counts if told_counts else "") + open_questions


def _chapter(item: Item) -> str:
    return chapter(item.said.finding["where"])


def _chapter_told(screen: Screen, found: Sequence[Item], form: str | None) -> None:
    for (rule, _), alike in _grouped(found, lambda item: (item.said.finding["rule"], item.severity)).items():
        for item in alike[:SHOWN_OF_ONE_RULE]:
            _item_told(screen, item, form)
        if more := len(alike[SHOWN_OF_ONE_RULE:]):
            screen.item("  ", screen.pick(f"另有{more}处", f"and {more} more"), rule)


def _item_told(screen: Screen, item: Item, form: str | None) -> None:
    finding, rules = item.said
    lead = f"  {SEVERITY_NAMES[item.severity].pick(screen.lang)}{screen.pick('', ':')} "
    below = " " * cell_len(lead)
    screen.item(lead, _said(screen, finding, form), _named(screen, rules), SEVERITY_STYLE[item.severity])
    if finding["quote"] and finding["quote"][:_QUOTED] not in finding["message"]:
        screen.item(below + screen.pick("原文：", "text: "), finding["quote"])
    for said in item.explains:
        screen.item(below + "- ", _said(screen, said.finding, form), _named(screen, said.rules))


def _named(screen: Screen, rules: Sequence[str]) -> str:
    names = screen.pick("、", ", ").join(rules[:_RULES_NAMED])
    return names + (
        screen.pick(f"等{len(rules)}条", f" … {len(rules)} in all") if len(rules) > _RULES_NAMED else ""
    )


def _grouped(found: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    groups: dict[_K, list[_T]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups


def _said(screen: Screen, finding: FindingEntry, form: str | None) -> str:
    fault = screen.pick(*_FAULTS[finding["fault"]])
    return told(finding["where"], finding["message"], screen.lang, form) + fault


def _doubts(screen: Screen, uncertain: Sequence[FindingEntry], form: str | None) -> None:
    """One line for each cause: cells that were not read keep many rules of their table from judging."""
    causes = _grouped(uncertain, _cause)
    for together in sorted(causes.values(), key=lambda found: chapter_order(chapter(found[0]["where"]))):
        first = max(together, key=lambda finding: len(finding["cells"]))
        rules = list(dict.fromkeys((first["rule"], *(finding["rule"] for finding in together))))
        screen.item("  - ", told(first["where"], first["message"], screen.lang, form), _named(screen, rules))


def _cause(finding: FindingEntry) -> tuple[str, str]:
    table = finding["where"].partition(".")[0]
    return (table, "") if table in TABLES and not finding["quote"] else (finding["where"], finding["message"])


def _checked(screen: Screen, report: ReportEntry) -> None:
    pick = screen.pick
    rules = report["rules"]
    counts = {verdict: len(ids) for verdict, ids in rules.items()}
    screen.item(
        pick("核对情况：", "Checked: "),
        pick(
            "通过{pass}条，不符{fail}条，未能判断{uncertain}条，未核对{not_applicable}条",
            "{pass} rules passed, {fail} failed, {uncertain} could not be told, {not_applicable} not applied",
        ).format(**counts),
    )
    previous = NEEDS[Need.PREVIOUS].pick(screen.lang)
    reasons = Counter(report["reasons"].get(rule, "") for rule in rules["not_applicable"])
    for reason, count in reasons.most_common():
        said = reason + (pick("（--previous）", " (--previous)") if reason == previous else "")
        screen.item("  - ", pick(f"{count}条：{said}", f"{count}: {said}"))
    if report["findings"]:
        screen.item(
            "",
            pick(
                f"规则的依据、示例和可能的误判：nianbao rules 编号，或 {PAGES}/",
                f"What a rule rests on, examples, false alarms: nianbao rules ID, or {PAGES}/",
            ),
        )
    screen.item(
        "",
        pick(
            "通过不等于认可：这里只核对格式、数字和文字能否对应，内容是否属实、全面，仍须人工判断。",
            "Passing is not approval: only form, figures and wording were compared; whether what is reported "
            "is true and complete is for people to judge.",
        ),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
