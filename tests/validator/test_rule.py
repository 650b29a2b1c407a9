"""What statements are cut to, and what they begin with."""

from __future__ import annotations

from crawler.validator.finding import Fault, Verdict
from crawler.validator.rule import fail, shorten, uncertain


def test_a_text_that_fits_is_whole() -> None:
    assert shorten("甲" * 120) == "甲" * 120
    assert shorten("甲乙丙", 3) == "甲乙丙"
    assert shorten("甲\n 乙　丙 ") == "甲 乙 丙"


def test_a_text_that_does_not_ends_in_dots() -> None:
    assert shorten("甲" * 121) == "甲" * 119 + "…"
    assert shorten("甲乙丙丁", 3) == "甲乙…"


def test_quotes_are_cut_and_faults_are_the_publishers_where_sure() -> None:
    sure, unsure = (
        fail("text", "不符", "does not agree", quote="甲" * 121),
        uncertain("text", "不明", "unclear"),
    )
    assert sure.quote == "甲" * 119 + "…"
    assert (sure.verdict, sure.fault, sure.message.en) == (Verdict.FAIL, Fault.PUBLISHER, "Does not agree")
    assert (unsure.verdict, unsure.fault) == (Verdict.UNCERTAIN, Fault.UNKNOWN)
