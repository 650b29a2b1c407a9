"""Many sample reports as files, in all page styles.

    python -m crawler.demo.corpus FOLDER --count 500 --seed 1

Beside the pages stands truth.json: for each file what it prints, so that a reading can be compared with it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from crawler.demo.defects import DEFECTS, plant
from crawler.demo.pages import PAGE_STYLES, Charset, html_page
from crawler.demo.writer import ReportSpec, compose
from crawler.report.model import Kind

TRUTH = "truth.json"
MOST_REPORTS = 20_000
YEARS = range(2019, 2025)
FAULTY_SHARE = 0.1

_PLACES = ("青杉市", "临溪县", "松涛县", "云溪县", "雾禾区", "白芷县", "星砂区", "雨燕市", "柘泉县", "棠港区")
_OFFICES = (
    ("人民政府", Kind.GOVERNMENT),
    ("水务局", Kind.DEPARTMENT),
    ("教育局", Kind.DEPARTMENT),
    ("民政局", Kind.DEPARTMENT),
    ("自然资源局", Kind.DEPARTMENT),
    ("卫生健康局", Kind.DEPARTMENT),
    ("市场监督管理局", Kind.DEPARTMENT),
    ("农业农村局", Kind.DEPARTMENT),
    ("交通运输局", Kind.DEPARTMENT),
    ("文化旅游局", Kind.DEPARTMENT),
    ("荻花镇人民政府", Kind.TOWNSHIP),
    ("鹭洲乡人民政府", Kind.TOWNSHIP),
    ("槐荫里街道办事处", Kind.STREET),
    ("青石滩产业园管理委员会", Kind.ZONE),
)
_CHARSETS: tuple[Charset, ...] = ("utf-8", "gbk")
_PUBLISHED_DEFECTS = tuple(name for name in DEFECTS if name != "missing")


class CorpusReport(NamedTuple):
    """One file to be written and the report that it prints."""

    name: str
    content: bytes
    spec: ReportSpec


def reports(count: int, seed: int) -> Iterator[CorpusReport]:
    """`count` reports; every tenth or so has a planted defect. The same arguments give the same bytes."""
    rng = Random(f"corpus|{seed}")  # noqa: S311 - sample texts, no secrets
    styles = tuple(PAGE_STYLES)
    for number in range(count):
        office, kind = rng.choice(_OFFICES)
        spec = compose(rng.choice(_PLACES) + office, kind, rng.choice(YEARS), seed=seed * 1_000_000 + number)
        if rng.random() < FAULTY_SHARE:
            defect = rng.choice(_PUBLISHED_DEFECTS)
            if defect != "old-form" or spec.form == "2021":
                spec = plant(spec, defect)
        style = styles[number % len(styles)]
        content = html_page(spec, style, rng.choice(_CHARSETS))
        yield CorpusReport(f"{number + 1:05}-{style}.html", content, spec)


def truth(spec: ReportSpec) -> dict[str, Any]:
    """What `spec` prints, as plain JSON values."""
    return {
        "title": spec.title,
        "organ": spec.organ,
        "kind": spec.kind.value,
        "year": spec.year,
        "form": spec.form,
        "published": spec.published.isoformat(),
        "signed": spec.signed.isoformat(),
        "sections": list(spec.section_keys),
        "cells": {
            key: value if isinstance(value, int) else float(value) for key, value in spec.cells.items()
        },
        "damaged_tables": sorted(spec.damaged_tables),
        "defects": list(spec.defects),
        "planted": [list(planted) for planted in spec.planted],
    }


def write(folder: Path, count: int, seed: int) -> list[Path]:
    """Write `count` reports and their truth into `folder`; the paths of the reports."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    told: dict[str, Any] = {}
    for report in reports(count, seed):
        path = folder / report.name
        path.write_bytes(report.content)
        written.append(path)
        told[report.name] = truth(report.spec)
    (folder / TRUTH).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return written


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_REPORTS:
        raise argparse.ArgumentTypeError(f"between 1 and {MOST_REPORTS}")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.demo.corpus",
        description="Write sample reports, in all page styles, as files.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=_count, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    try:
        written = write(given.folder, given.count, given.seed)
    except OSError as error:
        parser.error(f"{given.folder}: {error.strerror}")
    print(f"{len(written)} reports in {given.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
