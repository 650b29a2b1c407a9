"""`nianbao rules`: the list of rules, or the card of one."""

from __future__ import annotations

from crawler.commands.problems import CallError
from crawler.console import Column, Screen
from crawler.digest.compose import SEVERITIES
from crawler.report.model import Bilingual
from crawler.rulebook import policy
from crawler.validator import RULES

_FORMS = {
    "legacy": Bilingual("2018年度及以前", "up to 2018"),
    "2019": Bilingual("2019、2020年度", "2019 and 2020"),
    "2021": Bilingual("2021年度起", "from 2021"),
}


def run(screen: Screen, rule_id: str | None) -> None:
    """Show all rules, or one. Raises CallError for an id that is not known."""
    pick = screen.pick
    rulings = policy().rulings
    if rule_id is None:
        screen.table(
            (
                Column(pick("编号", "id"), style="bold"),
                Column(pick("级别", "grade")),
                Column(pick("名称", "title"), wrap=True),
                Column(pick("要求", "norm"), wrap=True),
            ),
            [
                (
                    rule.id,
                    SEVERITIES[rulings[rule.id].severity.value].pick(screen.lang),
                    rule.title.pick(screen.lang),
                    rule.norm.pick(screen.lang),
                )
                for rule in RULES.values()
            ],
        )
        return
    if rule_id not in RULES:
        raise CallError(
            f"没有这条规则：{rule_id}（nianbao rules 列出全部）",
            f"no such rule: {rule_id} (nianbao rules lists all)",
        )
    card = RULES[rule_id]
    comma = pick("、", ", ")
    screen.line(f"{card.id}  {card.title.pick(screen.lang)}", "bold")
    for name, value in (
        (pick("要求", "norm"), card.norm.pick(screen.lang)),
        (pick("级别", "grade"), SEVERITIES[rulings[rule_id].severity.value].pick(screen.lang)),
        (pick("依据", "basis"), card.basis.pick(screen.lang)),
        (
            pick("适用年度", "report years"),
            comma.join(_FORMS[form].pick(screen.lang) if form in _FORMS else form for form in card.forms),
        ),
    ):
        screen.line(f"  {name}{pick('：', ': ')}{value}")
