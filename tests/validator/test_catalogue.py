"""What rules are labelled with, and what nobody has said anything of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crawler.report.deadlines import Deadline
from crawler.report.model import Bilingual
from crawler.validator import RULES, Context, Fault, Severity, Verdict, fingerprint
from crawler.validator.absence import missing, unreachable
from crawler.validator.basis import ARTICLE_49
from crawler.validator.context import Column, History, Need, Peers
from crawler.validator.policy import Policy, Ruling
from crawler.validator.rule import NOT_APPLICABLE

UNMET = [rule for rule in RULES.values() if {Need.ABSENCE, Need.OUTSIDE} & set(rule.needs)]
DUE = Deadline(date(2024, 1, 31), ARTICLE_49, statutory=True)


def test_the_rules_that_find_something_lacking() -> None:
    assert {rule.id for rule in RULES.values() if rule.lacking} == {
        "filing-date-missing",
        "period-missing",
        "section-missing",
        "section-number-missing",
        "section-empty",
        "section-count-claim",
        "overview-aspects-missing",
        "overview-too-short",
        "government-assessment-missing",
        "problems-empty",
        "problems-no-improvement",
        "fee-statement-missing",
        "table-missing",
        "row-missing",
        "narrative-silent",
        "contact-missing",
        "fee-statement-incomplete",
    }


@pytest.mark.parametrize("rule", UNMET, ids=[rule.id for rule in UNMET])
def test_a_rule_that_no_report_can_show_says_nothing_of_one(build: Any, rule: Any) -> None:
    assert list(rule.body(build.sound(), build.context())) == [NOT_APPLICABLE]


def test_a_context_of_which_nothing_was_said_claims_nothing() -> None:
    context = Context(Policy({}))
    assert (context.partial, context.web_page, context.attachments, dict(context.taken)) == (
        False,
        False,
        (),
        {},
    )
    assert not any(context.has(need) for need in Need)
    assert Peers() == Peers(lookalikes=(), children=(), all_children=False)
    assert not History().lists_whole
    assert not Column("云溪县人民政府").hijacked


def test_a_rule_is_on_unless_it_is_turned_off() -> None:
    assert Ruling(Severity.INFO).off is False


def test_a_finding_is_known_by_body_year_rule_and_place() -> None:
    assert fingerprint("云溪县水务局", 2023, "table-missing", "disputes") == "c16844cc95e71ef3"
    assert fingerprint("云溪县水务局", None, "table-missing", "disputes") == "b5051334fd4bfd61"


def test_a_report_is_missing_from_the_first_proving_visit_to_the_last() -> None:
    days = [date(2024, 2, 5), date(2024, 2, 12), date(2024, 2, 26)]
    said = missing("云溪县水务局", 2023, DUE, days)
    assert (said.verdict, said.where, said.fault) == (Verdict.FAIL, "filing", Fault.PUBLISHER)
    assert said.message == Bilingual(
        "云溪县水务局2023年度报告应于2024-01-31前公布；2024-02-05至2024-02-26共3次完整查看年报栏目，均未见到",
        "The 2023 report of 云溪县水务局 was due on 2024-01-31; "
        "3 complete visits of the column from 2024-02-05 to 2024-02-26 did not show it",
    )
    assert said.basis == ARTICLE_49


def test_a_portal_that_was_not_visited_to_the_end_accuses_nobody() -> None:
    said = unreachable("云溪县水务局", 2023, DUE, Bilingual("连接超时", "timed out"))
    assert (said.verdict, said.where, said.fault) == (Verdict.UNCERTAIN, "filing", Fault.EXTRACTION)
    assert "网站未能完整访问（连接超时），不能判断是否已公布" in said.message.zh
    assert "(timed out), so whether it was published cannot be told" in said.message.en
