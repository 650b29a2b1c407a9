"""`nianbao rules`: the list of rules, or the card of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import groupby
from typing import NamedTuple

from crawler.commands.problems import CallError
from crawler.console import SEVERITY_STYLE, Column, Screen
from crawler.export.exact_json import dumps
from crawler.rulebook.cards import Source
from crawler.rulebook.entry import Entry, entries
from crawler.rulebook.names import FAMILIES, applies_to
from crawler.validator.finding import SEVERITY_NAMES, Severity
from crawler.validator.policy import Policy

_LONGEST_ID = 60
_MOST_NEAR = 4
_SHORTEST_PART = 4


class Wanted(NamedTuple):
    """Which rules a list shows; None is all."""

    severity: str | None = None  # of a breach in any case
    family: str | None = None
    source: str | None = None
    year: int | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether the list shows `entry`."""
        graded = {entry.ruling.severity, *(grade.severity for grade in entry.ruling.grades)}
        return (
            (self.severity is None or self.severity in graded)
            and (self.family is None or self.family == entry.rule.family)
            and (self.source is None or self.source == entry.card.source)
            and (self.year is None or applies_to(entry.rule, entry.ruling, self.year))
        )


def run(screen: Screen, policy: Policy, rule_id: str | None, wanted: Wanted, form: str) -> None:
    """Show the rules that are wanted, or one. Raises CallError for a name that is not known."""
    book = entries(policy)
    if rule_id is not None:
        entry = _found(book, rule_id)
        if form == "json":
            screen.raw(dumps(entry.as_object(screen.lang)))
        else:
            _card(screen, entry)
        return
    _known("级别", "severity", wanted.severity, [severity.value for severity in Severity])
    _known("类别", "family", wanted.family, FAMILIES)
    _known("依据种类", "source", wanted.source, [source.value for source in Source])
    shown = [entry for entry in book if wanted.takes(entry)]
    if form == "json":
        screen.raw(dumps([entry.as_object(screen.lang) for entry in shown]))
    elif screen.terminal:
        _grouped(screen, shown)
    else:
        _one_line_each(screen, shown)
    screen.say(f"共{len(shown)}条规则", f"{len(shown)} rules")


def _found(book: Sequence[Entry], rule_id: str) -> Entry:
    by_id = {entry.rule.id: entry for entry in book}
    if rule_id in by_id:
        return by_id[rule_id]
    asked = rule_id[:_LONGEST_ID]
    near = list(dict.fromkeys(_near(asked, list(by_id))))[:_MOST_NEAR]
    near_zh = f"相近的有：{'、'.join(near)}；" if near else ""
    near_en = f"near to it: {', '.join(near)}; " if near else ""
    raise CallError(
        f"没有这条规则：{asked}（{near_zh}nianbao rules 列出全部）",
        f"no such rule: {asked} ({near_en}nianbao rules lists all)",
    )


def _near(asked: str, ids: Sequence[str]) -> Iterator[str]:
    """Ids that may have been meant: spelled much the same, or with `asked` as a part."""
    yield from get_close_matches(asked, ids, n=3, cutoff=0.7)
    if len(asked) >= _SHORTEST_PART:
        yield from (rule for rule in ids if asked in rule)


def _known(zh: str, en: str, name: str | None, names: Iterable[str]) -> None:
    if name is not None and name not in names:
        raise CallError(
            f"没有这种{zh}：{name}（有：{', '.join(names)}）",
            f"no such {en}: {name} (there are: {', '.join(names)})",
        )


def _grouped(screen: Screen, shown: Sequence[Entry]) -> None:
    """One table in which every family stands below a line of its own."""
    pick = screen.pick
    rows: list[tuple[str, ...]] = []
    for family, members in groupby(shown, lambda entry: entry.rule.family):
        rows += [("", "", "")] if rows else []
        rows.append((family, "", FAMILIES[family].pick(screen.lang)))
        rows += [(entry.rule.id, _severity(screen, entry), _title(screen, entry)) for entry in members]
    screen.table(
        (
            Column(pick("编号", "id"), styles=dict.fromkeys(FAMILIES, "bold")),
            Column(pick("级别", "severity"), styles=_styles(screen)),
            Column(
                pick("名称", "norm"),
                styles={title.pick(screen.lang): "bold" for title in FAMILIES.values()},
                wrap=True,
            ),
        ),
        rows,
    )


def _one_line_each(screen: Screen, shown: Sequence[Entry]) -> None:
    pick = screen.pick
    screen.table(
        [
            Column(heading)
            for heading in (
                pick("编号", "id"),
                pick("类别", "family"),
                pick("级别", "severity"),
                pick("依据", "source"),
                pick("名称", "norm"),
            )
        ],
        [
            (
                entry.rule.id,
                entry.rule.family,
                _severity(screen, entry),
                entry.source.pick(screen.lang),
                _title(screen, entry),
            )
            for entry in shown
        ],
    )


def _severity(screen: Screen, entry: Entry) -> str:
    if entry.ruling.off:
        return screen.pick("停用", "off")
    return entry.severity.pick(screen.lang)


def _styles(screen: Screen) -> dict[str, str]:
    return {SEVERITY_NAMES[name].pick(screen.lang): style for name, style in SEVERITY_STYLE.items()}


def _title(screen: Screen, entry: Entry) -> str:
    """The Chinese title is short and exact; English has the norm for it."""
    rule = entry.rule
    planned = screen.pick("（尚待实现）", " (planned)") if entry.planned else ""
    return screen.pick(rule.title.zh, rule.norm.en) + planned


def _card(screen: Screen, entry: Entry) -> None:
    rule, lang = entry.rule, screen.lang
    planned = screen.pick("（尚待实现）", " (planned)") if entry.planned else ""
    screen.line(f"{rule.id}  {rule.title.pick(lang)}{planned}", "bold")
    screen.line(entry.family.pick(lang), "dim")
    for fact in entry.facts():
        screen.line()
        screen.line(fact.label.pick(lang), "bold")
        for paragraph in fact.paragraphs:
            screen.line(f"  {paragraph.pick(lang)}")
    screen.line()
    screen.line(screen.pick(f"网页：{entry.page}", f"Page: {entry.page}"), "dim")
