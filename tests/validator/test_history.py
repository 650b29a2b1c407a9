"""Lines of a report that are compared between visits, and those that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.rulebook.examples import changed, sound_report
from crawler.validator import Verdict, check
from crawler.validator.history import lines


def folded(text: str) -> list[str]:
    return list(lines(replace(sound_report(2023), title="标题", text=text)))


def test_lines_without_their_white_space_after_the_title() -> None:
    given = replace(sound_report(2023), title="标题", text="第一 行\n\n　第二行 ")
    assert lines(given) == {"标题": "标题", "第一行": "第一 行", "第二行": "　第二行 "}


def test_what_the_page_writes_between_them_is_left_out_where_it_is_short() -> None:
    assert folded("浏览次数：12") == ["标题"]
    assert folded("打印" + "甲" * 58) == ["标题"]
    assert folded("打印" + "甲" * 59) == ["标题", "打印" + "甲" * 59]


def test_a_text_without_end_is_read_in_part() -> None:
    assert [len(line) for line in folded("甲" * 200_001)] == [2, 200_000]


@pytest.mark.parametrize(("before", "verdict"), [(197, Verdict.UNCERTAIN), (198, Verdict.FAIL)])
def test_a_note_stands_within_two_hundred_characters(before: int, verdict: Verdict) -> None:
    twin = {
        "url": "http://www.example.gov.cn/2.html",
        "report": {"set": {"title": "甲" * before + "更正版"}, "cells": {"disputes.review.upheld": 3}},
    }
    report, context = changed({"context": {"history": {"twins": [twin]}}})
    assert check(report, context).verdicts["filing-duplicate-versions"] is verdict
