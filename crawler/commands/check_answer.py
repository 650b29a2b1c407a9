"""The answer of `nianbao check` in each of its formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.commands.check import Checked, InputError, Options, check_all
from crawler.commands.problems import CallError
from crawler.console import SEVERITY_STYLE, Screen, clean
from crawler.digest.compose import SEVERITIES
from crawler.export.entry import FAILING_SEVERITIES, FindingEntry, ReportEntry, fails
from crawler.export.exact_json import dumps
from crawler.export.junit import junit
from crawler.export.sarif import sarif
from crawler.places import TABLE_STATES, TABLES, place
from crawler.rulebook.names import PAGES

SCHEMA = 1
"""Version of the JSON answer."""

_FAULTS = {
    "publisher": ("发布方", "publisher"),
    "extraction": ("读取", "reading"),
    "unknown": ("不明", "unknown"),
}
_DATE_SOURCES = {
    "meta": ("网页标签", "meta tag"),
    "label": ("页面所注", "label on the page"),
    "data": ("页面数据", "page data"),
    "url": ("网址", "address"),
    "signature": ("落款", "signature"),
    "flag": ("参数给定", "flag"),
}
_SHOWN = 40  # of a long name, its end
_RANK = {name: rank for rank, name in enumerate(SEVERITIES)}


def run(screen: Screen, sources: Sequence[str], options: Options, form: str) -> int:
    """Check `sources` and print the answer; 2 where an input failed, 1 where a report fails, else 0."""
    try:
        checked = _with_progress(screen, sources, options)
    except InputError as error:
        raise CallError(str(error), str(error)) from None
    for unread in checked.errors:
        screen.say(f"{unread['source']}：{unread['error']}", f"{unread['source']}: {unread['error']}")
    for other in checked.passed_over:
        screen.say(
            f"{other['source']}：不是年度报告，略过（{other['error']}）",
            f"{other['source']}: not an annual report, passed over ({other['error']})",
        )
    if form == "json":
        screen.raw(dumps({"schema": SCHEMA, "reports": checked.reports, "errors": checked.errors}))
    elif form == "sarif":
        from crawler.validator import RULES

        titles = {rule.id: rule.title.pick(options.lang) for rule in RULES.values()}
        screen.raw(dumps(sarif(checked.reports, checked.errors, titles)))
    elif form == "junit":
        screen.raw(junit(checked.reports, checked.errors))
    else:
        _text(screen, checked)
    if checked.errors:
        return 2
    return 1 if any(fails(report) for report in checked.reports) else 0


def _with_progress(screen: Screen, sources: Sequence[str], options: Options) -> Checked:
    """A bar where a person waits: scans and old formats take seconds each."""
    if not screen.err.isatty():
        return check_all(sources, options)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.notes, transient=True) as progress:
        checking = screen.pick("核对", "checking")
        task = progress.add_task(checking, total=len(sources))
        return check_all(
            sources,
            options,
            lambda source: progress.update(task, description=f"{checking} {clean(source)[-_SHOWN:]}"),
            lambda _: progress.advance(task),
        )


def _text(screen: Screen, checked: Checked) -> None:
    for position, report in enumerate(checked.reports):
        if position:
            screen.line()
        _report(screen, report)
    if len(checked.reports) + len(checked.errors) > 1:
        bad = sum(fails(report) for report in checked.reports)
        screen.line()
        screen.line(
            screen.pick(
                f"共 {len(checked.reports) + len(checked.errors)} 份：{bad} 份有错误，"
                f"{len(checked.reports) - bad} 份未发现错误，{len(checked.errors)} 份无法读取",
                f"{len(checked.reports) + len(checked.errors)} in all: {bad} with errors, "
                f"{len(checked.reports) - bad} without, {len(checked.errors)} could not be read",
            ),
            "bold",
        )


def _name_in_the_picture(report: ReportEntry, pick: Callable[[str, str], str]) -> str:
    """The name that a machine made out, which proves no body."""
    name = report.get("organ_recognised")
    if not name:
        return ""
    return pick(f"（图中似为“{name}”，可用 --organ 指明）", f" (perhaps “{name}”; say it with --organ)")


def _report(screen: Screen, report: ReportEntry) -> None:
    pick = screen.pick
    unknown = pick("未读出", "not read")
    screen.line(report["title"] or report["source"], "bold")
    published = report["published"] or unknown
    if report["published_from"]:
        published += f" ({pick(*_DATE_SOURCES[report['published_from']])})"
    states = " · ".join(
        f"{TABLES[key].pick(screen.lang)} {TABLE_STATES[state].pick(screen.lang)}"
        for key, state in report["tables"].items()
    )
    facts = (
        (pick("来源", "source"), report["source"]),
        (pick("单位", "body"), report["organ"] or unknown + _name_in_the_picture(report, pick)),
        (pick("年度", "year"), str(report["year"] or unknown)),
        (pick("格式", "form"), report["form"] or unknown),
        (pick("发布", "published"), published),
        (pick("表格", "tables"), states),
    )
    for name, value in facts:
        screen.line(f"  {name}{pick('：', ': ')}{value}")
    if report.get("recognised"):
        screen.line(
            pick(
                "  文字由图片识别得出，以下各项仅供人工核对",
                "  text recognised from pictures: whatever follows has to be looked at by a person",
            )
        )
    failed = [finding for finding in report["findings"] if finding["verdict"] == "fail"]
    uncertain = [finding for finding in report["findings"] if finding["verdict"] != "fail"]
    for finding in sorted(failed, key=_gravity):
        _finding(screen, finding)
    if uncertain:
        screen.line(
            pick("  存疑（读不出或依据不足，需人工核对）", "  uncertain (not read, or not enough evidence)")
        )
        by_place: dict[str, list[FindingEntry]] = {}
        for finding in sorted(uncertain, key=_gravity):
            by_place.setdefault(finding["where"], []).append(finding)
        for together in by_place.values():
            # one unread row keeps many rules from judging; the first says why, the list below names all
            _finding(screen, together[0], len(together))
    rules = report["rules"]
    counts = {verdict: len(ids) for verdict, ids in rules.items()}
    screen.line(
        pick(
            "  规则：通过 {pass}，不符 {fail}，存疑 {uncertain}，不适用 {not_applicable}",
            "  rules: {pass} passed, {fail} failed, {uncertain} uncertain, {not_applicable} not applicable",
        ).format(**counts)
    )
    if rules["uncertain"]:
        names = "、" if screen.lang == "zh" else ", "
        screen.line(
            pick("  未能判断的规则：", "  rules that could not be judged: ") + names.join(rules["uncertain"])
        )
    if report["findings"]:
        screen.line(
            pick(
                f"  规则的依据、示例和可能的误判：nianbao rules 编号，或 {PAGES}/",
                f"  what a rule rests on, examples, false alarms: nianbao rules ID, or {PAGES}/",
            )
        )
    if not any(fails_alone(finding) for finding in failed):
        screen.line(pick("  未发现错误；通过不等于认可", "  no errors found; passing is not approval"))


def fails_alone(finding: FindingEntry) -> bool:
    """Whether this finding alone makes the report fail."""
    return finding["verdict"] == "fail" and finding["severity"] in FAILING_SEVERITIES


def _gravity(finding: FindingEntry) -> int:
    return _RANK.get(finding["severity"], len(_RANK))


def _finding(screen: Screen, finding: FindingEntry, rules: int = 1) -> None:
    grade = finding["severity"]
    name = SEVERITIES[grade].pick(screen.lang) if grade in SEVERITIES else grade
    verdict = (
        screen.pick("不符", "fail") if finding["verdict"] == "fail" else screen.pick("存疑", "uncertain")
    )
    fault = screen.pick(*_FAULTS[finding["fault"]])
    where = place(finding["where"], screen.lang)
    colon = screen.pick("：", ": ")
    rule = finding["rule"] if rules == 1 else screen.pick(f"{rules} 条规则", f"{rules} rules")
    screen.line(
        f"    {name} {verdict} [{fault}] {where}{colon}{finding['message']} ({rule})",
        SEVERITY_STYLE.get(grade, "") if finding["verdict"] == "fail" else "dim",
    )
