"""Prose that says something else than the tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from bench.rules.defect import NEW_FORM_YEARS, Defect, Figures, added, both, cells, instead, words
from crawler.demo.writer import ReportSpec

_NEW = re.compile(r"(?<=新收)(?:政府信息公开)?申请(\d+)件")
_CARRIED = re.compile(r"(上年结转)(\d+)件")
_GRANTED = re.compile(r"(予以公开)(\d+)件")
_WEB = re.compile(r"(门户网站)(\d+)条")
_REQUESTS = "（二）依申请公开。"


def _counted(pattern: re.Pattern[str], by: int) -> Callable[[ReportSpec, Random], ReportSpec]:
    """Another number wherever the prose says this one."""

    def more(match: re.Match[str]) -> str:
        number = match[match.re.groups]
        return match[0].replace(number, str(int(number) + by))

    return words(lambda text, _: pattern.sub(more, text))


def _requests(text: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    """The paragraph on requests, written anew."""
    return words(lambda line, spec: text.format(year=spec.year) if line.startswith(_REQUESTS) else line)


def _dispute(group: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    """At least one case that was upheld."""
    return cells(
        lambda figures, _: {
            f"disputes.{group}.{column}": figures[f"disputes.{group}.{column}"] + 1
            for column in ("upheld", "total")
        }
    )


def _no_requests_in_tables(figures: Figures, _rng: Random) -> Figures:
    return {key: 0 for key in figures if key.startswith("applications.")}


_DISPUTES = (
    "（二）依申请公开。{year}年因政府信息公开工作被申请行政复议31件，被提起行政诉讼27件，均按程序应对。"
)
_NONE_REVIEWED = "（二）依申请公开。{year}年未发生因政府信息公开申请行政复议的情况。"
_NONE_SUED = "（二）依申请公开。{year}年未发生因政府信息公开提起行政诉讼的情况。"
_DENIED = "（二）依申请公开。{year}年未收到政府信息公开申请，申请渠道保持畅通。"

DEFECTS = (
    Defect(rule="narrative-new-received", spec=_counted(_NEW, 3)),
    Defect(rule="narrative-no-requests", spec=_requests(_DENIED)),
    Defect(
        rule="narrative-no-requests",
        spec=both(
            _requests("（二）依申请公开。{year}年共收到政府信息公开申请7件，均已按期答复。"),
            cells(_no_requests_in_tables),
        ),
        years=range(2019, 2020),
        beyond={"narrative-new-received": "it counts requests that the table does not have"},
    ),
    Defect(rule="narrative-carry", spec=_counted(_CARRIED, 2)),
    Defect(rule="narrative-outcomes", spec=_counted(_GRANTED, 2)),
    Defect(
        rule="narrative-outcome-sum",
        spec=_requests(
            "（二）依申请公开。{year}年共办结政府信息公开申请20件，分别为：予以公开9件、部分公开3件、不予公开2件、无法提供1件、不予处理1件、其他处理1件。"
        ),
    ),
    Defect(rule="narrative-review", spec=_requests(_DISPUTES)),
    Defect(
        rule="narrative-review",
        spec=both(
            _dispute("review"),
            _requests(_NONE_REVIEWED),
        ),
    ),
    Defect(rule="narrative-litigation", spec=_requests(_DISPUTES)),
    Defect(
        rule="narrative-litigation",
        spec=both(
            _dispute("litigation_direct"),
            _requests(_NONE_SUED),
        ),
    ),
    Defect(
        rule="narrative-normative",
        spec=added("overview", "{year}年制发行政规范性文件37件，行政规范性文件现行有效95件。"),
    ),
    Defect(
        rule="narrative-decisions",
        spec=added("overview", "{year}年作出行政许可决定2357件，作出行政处罚决定1863件。"),
        layouts=("plain", "ghosts", "units", "tables-first"),
    ),
    Defect(
        rule="narrative-self-conflict",
        spec=both(
            added("overview", "{year}年，通过县政府网站公开政府信息20条。"),
            added("problems", "{year}年，通过县政府网站公开政府信息16条，形式还不够多样。"),
        ),
    ),
    Defect(
        rule="narrative-fee",
        spec=both(
            cells(lambda *_: {"disclosure.fees.amount_10k_cny": 1}),
            instead(
                "other_matters",
                "{year}年发出收费通知3件，总金额90000000元，实际收取信息处理费90000000元。",
            ),
        ),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="narrative-rate-impossible",
        spec=added("overview", "政府信息公开申请答复率达到120%，群众满意度较高。"),
    ),
    Defect(rule="narrative-breakdown-sum", spec=_counted(_WEB, 20_000)),
    Defect(
        rule="narrative-silent",
        spec=both(
            _dispute("review"),
            _requests("（二）依申请公开。畅通当面、信函和网络三条渠道，逐件登记，按期答复。"),
        ),
    ),
)
