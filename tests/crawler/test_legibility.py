"""Counts of what could be read."""

from __future__ import annotations

from datetime import datetime

from crawler.clock import CHINA
from crawler.legibility import legibility
from crawler.report.forms import FORM_2021, cell_keys
from storage.records import PageRecord, PageSeen, ReportRecord

NOW = datetime(2024, 2, 1, 2, tzinfo=CHINA)
PAGE = PageRecord("http://a.example/1", "yunxi", "0" * 64, NOW)


def _report(form: str | None, cells: dict[str, object]) -> PageSeen:
    report = ReportRecord(
        "云溪县水务局",
        2023,
        "年度报告",
        PAGE.url,
        "yunxi",
        "yunling",
        PAGE.sha256,
        NOW,
        form=form,
        cells=cells,
    )
    return PageSeen(PAGE, report=report)


def test_cells_of_the_form_without_a_number_are_unread() -> None:
    keys = [
        key for table in ("disclosure", "applications", "disputes") for key in cell_keys(FORM_2021, table)
    ]
    all_zero = {key: {"value": 0, "raw": "0"} for key in keys}
    damaged = {key: {"value": 3, "raw": "3"} for key in keys[:10]} | {keys[10]: {"value": None, "raw": "/"}}
    counted = legibility(
        [_report("2021", all_zero), _report("2021", damaged), _report("legacy", {}), PageSeen(PAGE)]
    )
    assert counted == {
        "pages": 4,
        "unrecognised": 1,
        "cells": 2 * len(keys),
        "unread": len(keys) - 10,
    }


def test_nothing_read_is_nothing_unread() -> None:
    assert legibility([]) == {"pages": 0, "unrecognised": 0, "cells": 0, "unread": 0}
