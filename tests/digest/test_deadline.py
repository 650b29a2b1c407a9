"""The edition after a due date: only what is proved is held against a body, and all numbers are exact."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest

from crawler.clock import CHINA
from crawler.digest.deadline import MOST_BODIES, DeadlineDigest, compose_deadline
from crawler.digest.due import Owed, latest
from crawler.digest.render import MOST_BYTES, message_parts
from crawler.digest.surroundings import Surroundings
from storage.records import Coverage, ObligationRecord, ObligationStatus

STATUS = ObligationStatus
DAY = date(2024, 2, 5)
AROUND = Surroundings(provinces={"yunling": "云岭省", "songtao": "松涛省"})
VISITS = tuple(datetime(2024, 2, day, 2, tzinfo=CHINA) for day in (2, 3, 4))


def _duty(organ: str, status: ObligationStatus, province: str = "yunling", **more: Any) -> ObligationRecord:
    return ObligationRecord(organ, "department", province, 2023, date(2024, 1, 31), status, **more)


TOLD = (
    _duty("临溪县教育局", STATUS.MISSING, visits=VISITS),
    _duty("青杉市水务局", STATUS.LATE, published=date(2024, 2, 3), days_late=3, url="http://q.example/1"),
    _duty("青杉市文化旅游局", STATUS.LATE, published=date(2024, 2, 4), days_late=4),
    _duty("青杉市民政局", STATUS.NOT_ASSESSABLE, reason_zh="到期后仅有1次完整访问", reason_en="one visit"),
    _duty("棠港区水务局", STATUS.UNREACHABLE, "songtao", reason_zh="HTTP 500", reason_en="HTTP 500"),
)
COUNTS = {
    "songtao": {STATUS.ON_TIME: 41, STATUS.UNREACHABLE: 1, STATUS.EXCLUDED: 5},
    "yunling": {STATUS.ON_TIME: 96, STATUS.MISSING: 1, STATUS.LATE: 2, STATUS.NOT_ASSESSABLE: 1},
}


def _edition(owed: Owed, lang: str = "zh") -> DeadlineDigest:
    found = compose_deadline(owed, AROUND, day=DAY, lang=lang)
    assert found is not None
    return found


def test_bodies_are_listed_by_what_is_proved_of_them() -> None:
    edition = _edition(Owed(latest(DAY), COUNTS, TOLD, {"yunling": {STATUS.ON_TIME: 90, STATUS.LATE: 7}}))
    assert (
        edition.subject == "2023年度报告，部门等（1月31日到期）：1 单位未发布，2 单位逾期；已判定 140 / 142"
    )
    assert (edition.coverage, edition.unjudged) == (Coverage(140, 142), 2)
    assert edition.before == "上一年度：未发布 0，逾期 7（已判定 97 / 97）"
    assert [province.name for province in edition.provinces] == ["云岭省", "松涛省"]
    told = {
        one.title: [(body.organ, body.said) for body in one.bodies]
        for province in edition.provinces
        for one in province.lists
    }
    assert told == {
        "未发布（有据可查）": [
            ("临溪县教育局", "应于 2024-01-31 前发布；3 次完整访问均未见：02-02、02-03、02-04")
        ],
        "逾期发布": [
            ("青杉市文化旅游局", "应于 2024-01-31 前发布，页面标注 2024-02-04 发布，逾期 4 天"),
            ("青杉市水务局", "应于 2024-01-31 前发布，页面标注 2024-02-03 发布，逾期 3 天"),
        ],
        "依据不足，尚不能判断": [("青杉市民政局", "到期后仅有1次完整访问")],
        "网站无法访问，尚不能判断": [("棠港区水务局", "HTTP 500")],
    }


def test_nothing_owed_makes_no_edition() -> None:
    counts = {"yunling": {STATUS.NOT_DUE: 3, STATUS.EXCLUDED: 1}}
    assert compose_deadline(Owed(latest(DAY), counts), AROUND, day=DAY) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_cannot_be_judged_is_not_called_missing(lang: str) -> None:
    edition = _edition(Owed(latest(DAY), COUNTS, TOLD), lang)
    parts = message_parts(edition)
    warning = (
        "that does not mean that they published nothing"
        if lang == "en"
        else "尚不能判断 2 单位：不等于未发布"
    )
    for page in (parts.text, parts.html):
        assert warning in page
    missing = "Nothing published, as visits prove 1" if lang == "en" else "未发布（有据可查） 1"
    assert missing in parts.text


def test_long_lists_are_cut_and_their_numbers_exact() -> None:
    many = [
        _duty(f"第{number:04}局{'很长' * 40}", STATUS.LATE, province, published=DAY, days_late=5)
        for province in (f"p{at:02}" for at in range(31))
        for number in range(MOST_BODIES + 60)
    ]
    counts = {f"p{at:02}": {STATUS.LATE: MOST_BODIES + 60, STATUS.ON_TIME: 1} for at in range(31)}
    edition = _edition(Owed(latest(DAY), counts, many))
    parts = message_parts(edition)
    assert len(parts.html.encode()) <= MOST_BYTES
    assert "3,100 单位逾期" in edition.subject
    shown = parts.text.count("* 第0")
    left_out = [int(number.replace(",", "")) for number in re.findall(r"另有 ([\d,]+) 个单位", parts.text)]
    assert 0 < shown < len(many)
    assert shown + sum(left_out) == len(many)
