"""The rule book: every rule has a ruling and a card, and what the cards show behaves as they say."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.rulebook import policy
from crawler.rulebook.cards import Example, cards
from crawler.rulebook.examples import changed
from crawler.validator import RULES, Verdict, check

WITH_CHANGE = [(rule, card) for rule, card in cards().items() if card.fails.change is not None]


def verdict(rule: str, example: Example) -> Verdict:
    report, context = changed(example.change or {})
    return check(report, context).verdicts[rule]


def test_the_table_and_the_rules_name_each_other() -> None:
    assert set(policy().rulings) == set(RULES)


def test_every_rule_has_a_card() -> None:
    assert set(cards()) == set(RULES)


@pytest.mark.parametrize(("rule", "card"), WITH_CHANGE, ids=[rule for rule, _ in WITH_CHANGE])
def test_the_examples_of_a_card_behave(rule: str, card: Any) -> None:
    assert verdict(rule, card.fails) is Verdict.FAIL
    assert verdict(rule, card.passes) is Verdict.PASS
