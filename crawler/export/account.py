"""What the figures of an exported table rest on: what was checked, what was not and why, what words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler import __version__
from crawler.clock import local
from crawler.export.table import Column, Table, Value
from crawler.export.wording import OBLIGATION_STATUSES
from crawler.inspection import RULES_VERSION
from crawler.report.model import Bilingual
from crawler.validator import RULES
from crawler.validator.context import Need
from crawler.validator.finding import Verdict
from storage.records import (
    ASSESSED,
    NOT_OWED,
    Coverage,
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    ReportRecord,
    VisitRecord,
)

NAME = Bilingual("说明", "Notes")
MOST_LINES = 2_000
"""Lines of one kind that are spelled out; of the rest their number is told."""

_OPEN_QUESTIONS = (ObligationStatus.UNREACHABLE, ObligationStatus.NOT_ASSESSABLE)

_FILTERS: Mapping[str, Bilingual] = {
    "province": Bilingual("省份", "province"),
    "portal": Bilingual("网站", "portal"),
    "organ": Bilingual("单位", "body"),
    "year": Bilingual("年度", "year"),
    "rule": Bilingual("规则", "rule"),
    "status": Bilingual("状态", "status"),
}

_DEFINITIONS = (
    (
        Bilingual("不符", "fail"),
        Bilingual(
            "按报告所载的内容和数字可以确定不符合要求",
            "what the report says and the figures that it prints prove a breach",
        ),
    ),
    (
        Bilingual("存疑", "uncertain"),
        Bilingual(
            "所需内容未能读出或尚缺资料，不能认定，请人工核对（表中以灰色斜体列出）",
            "something that is needed could not be read or is not known; nothing is held against the body, "
            "a person has to look (grey and slanted in the tables)",
        ),
    ),
    (
        Bilingual("归因", "whose defect"),
        Bilingual(
            "发布单位：报告本身的问题；读取：程序未能读准；未定：不能区分。只有归因为发布单位的“不符”可以通报",
            "publisher: of the report itself; reading: the program could not read it; unknown: it cannot "
            "be told. Only a publisher's “fail” may be held against a body",
        ),
    ),
    (
        Bilingual("同因序号", "explained by No."),
        Bilingual(
            "该项很可能由所指序号的一处笔误引起，改正后一并成立",
            "most likely brought about by the one slip that stands under that number",
        ),
    ),
    (
        Bilingual("未发布", "missing"),
        Bilingual(
            "期限过后，在不同日期多次完整访问应当发布的栏目均未见到；每次访问的时间列在应报情况表",
            "not seen after the due date on several clean visits of the whole column, on different days; the "
            "visits are listed with the duty",
        ),
    ),
    (
        Bilingual("能判断", "could be judged"),
        Bilingual(
            "到期的报告中，能确定按时、逾期或未发布的；无法访问和无法判断的不计入",
            "duties that are due and known to be kept in time, late or not at all; what could not be reached "
            "or judged is not among them",
        ),
    ),
    (
        Bilingual("存档哈希", "hash of the archived original"),
        Bilingual(
            "所存原件的 SHA-256，用于核验原件未被改动", "SHA-256 of the original bytes as they were kept"
        ),
    ),
    (
        Bilingual("表格文字", "text in these tables"),
        Bilingual(
            "报告文字中的控制字符和换行以空格代替，过长的截断并注明",
            "control characters and line breaks of a report's text are blanks; what is too long is cut and "
            "says so",
        ),
    ),
)
_NO_APPROVAL = Bilingual(
    "未列出问题，不表示报告合格，也不是对报告的认可；未能核查的事项见上。",
    "That nothing is listed does not mean that a report is sound, and is no approval; what was not checked "
    "stands above.",
)


@dataclass(frozen=True, slots=True)
class Account:
    """What lies behind an export: the filters that were given, and all that falls under them."""

    moment: datetime
    filters: Mapping[str, str | int] = field(default_factory=dict)
    findings: Sequence[FindingRecord] | None = None  # None where the export is not of findings
    reports: Sequence[ReportRecord] = ()
    obligations: Sequence[ObligationRecord] = ()
    unclean: Sequence[VisitRecord] = ()  # the last visits of portals, where they were not clean

    @property
    def coverage(self) -> Coverage:
        """How many duties could be judged, of all that are due."""
        return coverage_of(self.obligations)


def coverage_of(duties: Iterable[ObligationRecord]) -> Coverage:
    """How many of the duties could be judged, of all that are due."""
    due = [duty for duty in duties if duty.status not in NOT_OWED]
    return Coverage(sum(duty.status in ASSESSED for duty in due), len(due))


def coverage_told(coverage: Coverage) -> Bilingual:
    """The same in words: it stands beside every count and rate."""
    assessed, total = coverage.assessed, coverage.total
    return Bilingual(
        f"到期应报 {total} 份，其中能判断 {assessed} 份",
        f"{total} reports due, {assessed} of them could be judged",
    )


def account_table(account: Account, lang: str) -> Table:
    """The account as a sheet of two columns."""
    rows: list[tuple[Value, Value]] = [
        (label.pick(lang), text.pick(lang)) for label, text in (*_figures(account), *_not_checked(account))
    ]
    word = Bilingual("词义：", "Word: ").pick(lang)
    rows += [(word + label.pick(lang), text.pick(lang)) for label, text in _DEFINITIONS]
    rows.append((Bilingual("注意", "Please note").pick(lang), _NO_APPROVAL.pick(lang)))
    columns = (
        Column(Bilingual("项目", "item").pick(lang), 26),
        Column(Bilingual("内容", "what there is to say").pick(lang), 100),
    )
    return Table(NAME.pick(lang), columns, rows)


def _figures(account: Account) -> Iterator[tuple[Bilingual, Bilingual]]:
    made = f"{local(account.moment):%Y-%m-%d %H:%M}"
    version = f"nianbao {__version__}"
    yield (
        Bilingual("生成", "Made"),
        Bilingual(
            f"{made}，{version}，规则版本 {RULES_VERSION}",
            f"{made}, {version}, rules version {RULES_VERSION}",
        ),
    )
    given = [(_FILTERS.get(name, Bilingual(name, name)), value) for name, value in account.filters.items()]
    yield (
        Bilingual("范围", "Scope"),
        Bilingual(
            "；".join(f"{name.zh} {value}" for name, value in given) or "全部",
            "; ".join(f"{name.en} {value}" for name, value in given) or "everything on record",
        ),
    )
    if account.findings is not None:
        total, fails = len(account.findings), sum(row.verdict == Verdict.FAIL for row in account.findings)
        yield (
            Bilingual("问题", "Findings"),
            Bilingual(
                f"共 {total} 项：不符 {fails}，存疑 {total - fails}",
                f"{total} in all: {fails} fail, {total - fails} uncertain",
            ),
        )
    yield (
        Bilingual("核查的报告", "Reports checked"),
        Bilingual(f"{len(account.reports)} 份", str(len(account.reports))),
    )
    assessed, total = account.coverage.assessed, account.coverage.total
    yield (
        Bilingual("能判断", "Coverage"),
        Bilingual(
            f"能判断 {assessed}/{total}（到期应报 {total} 份，其中能判断 {assessed} 份）",
            f"{assessed}/{total} ({total} due, {assessed} of them could be judged)",
        ),
    )
    counts = Counter(duty.status for duty in account.obligations)
    for status, name in OBLIGATION_STATUSES.items():
        if counts[status]:
            yield (
                Bilingual(f"应报：{name.zh}", f"Duties: {name.en}"),
                Bilingual(f"{counts[status]} 份", str(counts[status])),
            )


def _not_checked(account: Account) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Bodies whose duty could not be judged, portals not visited well, rules that could not be decided."""
    unjudged = [duty for duty in account.obligations if duty.status in _OPEN_QUESTIONS]
    label = Bilingual("未能判断的单位", "Not judged")
    for duty in unjudged[:MOST_LINES]:
        name = OBLIGATION_STATUSES[duty.status]
        yield (
            label,
            Bilingual(
                f"{duty.organ} {duty.year}年度：{name.zh}。{duty.reason_zh}",
                f"{duty.organ} {duty.year}: {name.en}. {duty.reason_en}",
            ),
        )
    yield from _rest(label, len(unjudged))
    for visit in account.unclean[:MOST_LINES]:
        day = f"{local(visit.started):%Y-%m-%d}"
        yield (
            Bilingual("未能完整访问的网站", "Portals whose last visit was not clean"),
            Bilingual(
                f"{visit.portal}（{day}）：{visit.reason_zh}", f"{visit.portal} ({day}): {visit.reason_en}"
            ),
        )
    undecided = Counter(
        rule for report in account.reports for rule in report.rules.get(Verdict.UNCERTAIN.value, ())
    )
    for rule, count in sorted(undecided.items(), key=lambda one: (-one[1], one[0])):
        known = RULES.get(rule)
        title = Bilingual(rule, rule) if known is None else known.title
        yield (
            Bilingual("未能判定的规则", "Rules that could not be decided"),
            Bilingual(
                f"{title.zh}（{rule}）：{count} 份报告因内容未能读出或缺少资料不能判定",
                f"{title.en} ({rule}): not in {count} reports, for want of something read or known",
            ),
        )
    planned = [rule.title for rule in RULES.values() if Need.OUTSIDE in rule.needs]
    if planned:
        yield (
            Bilingual("尚未核查的要求", "Demands not checked yet"),
            Bilingual("；".join(title.zh for title in planned), "; ".join(title.en for title in planned)),
        )


def _rest(label: Bilingual, count: int) -> Iterator[tuple[Bilingual, Bilingual]]:
    if count > MOST_LINES:
        more = count - MOST_LINES
        yield label, Bilingual(f"另有 {more} 项，见应报情况", f"and {more} more, see the duties")
