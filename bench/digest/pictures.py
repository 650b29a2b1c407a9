"""`python -m bench.digest.pictures [FOLDER]`: pictures for docs/digest.md, of invented digests."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from crawler.clock import CHINA
from crawler.convert.chromium import program
from crawler.digest.compose import compose
from crawler.digest.contents import Standing, Trend
from crawler.digest.deadline import compose_deadline
from crawler.digest.due import Owed, latest
from crawler.digest.render import html
from crawler.digest.surroundings import Surroundings
from storage.records import (
    ChangeKind,
    ChangeRecord,
    FindingRecord,
    ObligationRecord,
    ObligationStatus,
    VisitRecord,
)

MOMENT = datetime(2024, 4, 10, 2, 0, tzinfo=CHINA)
SHOTS = (
    ("digest", 390, "light"),
    ("digest", 1000, "dark"),
    ("deadline", 390, "dark"),
    ("deadline", 1000, "light"),
)
STATUS = ObligationStatus


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    pages = {"digest": _changes(), "deadline": _deadline()}
    with tempfile.TemporaryDirectory() as held, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        for name, width, scheme in SHOTS:
            source = Path(held) / f"{name}.html"
            source.write_text(pages[name], encoding="utf-8")
            page = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme)
            page.goto(source.as_uri())
            path = folder / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
            page.close()
            with Image.open(path) as image:  # few colours: a quarter of the bytes
                image.convert("RGB").quantize(96).save(path, optimize=True)
            print(path, path.stat().st_size)
        browser.close()


def _finding(
    organ: str, rule: str, where: str, said: str, severity: str = "error", **more: object
) -> FindingRecord:
    known = {
        "province": "yunling",
        "url": "http://qingshan.example/2023.html",
        "basis_zh": "数据之间的逻辑关系",
        "year": 2023,
        **more,
    }
    return FindingRecord(
        f"{hash((organ, rule, where)) & (2**64 - 1):016x}",
        organ,
        known.pop("year"),
        rule,
        severity,
        "fail",
        "publisher",
        where,
        said,
        "",
        known.pop("basis_zh"),
        "",
        known.pop("province"),
        "",
        known.pop("url"),
        None,
        **known,
    )  # type: ignore[arg-type]


def _steps() -> Iterator[tuple[str, FindingRecord]]:
    balance = "自然人：新收29件 + 上年结转0件 = 29件，办理结果31件 + 结转下年1件 = 32件"
    yield (
        "new",
        _finding("青杉市市场监督管理局", "applications-balance", "applications.natural_person", balance),
    )
    yield (
        "new",
        _finding(
            "临溪县雾禾镇人民政府",
            "section-missing",
            "sections.disputes",
            "缺少“四、政府信息公开行政复议、行政诉讼情况”部分",
            basis_zh="《政府信息公开条例》第五十条",
        ),
    )
    yield (
        "returned",
        _finding(
            "棠港区水务局",
            "title-called-work-report",
            "title",
            "标题应为“政府信息公开工作年度报告”",
            "warning",
            province="songtao",
            basis_zh="国家统一格式",
        ),
    )
    yield (
        "new",
        _finding(
            "临溪县教育局",
            "filing-missing",
            "filing",
            "2023年度报告应于2024-01-31前公布；2024-04-08至2024-04-10共3次完整查看年报栏目，均未见到",
            "critical",
            url="",
            basis_zh="《政府信息公开条例》第四十九条",
        ),
    )
    yield (
        "fixed",
        _finding("临溪县自然资源局", "disputes-total", "disputes.review", "行政复议：各分项之和3，“总计”为1"),
    )


def _around() -> Surroundings:
    course = tuple(
        Standing(
            date(2024, 4, 10) - timedelta(days=7 * back),
            (("critical", 3), ("error", 38 - back), ("warning", 30 + 4 * back)),
        )
        for back in reversed(range(8))
    )
    visit = VisitRecord(1, "tanggang", MOMENT, MOMENT, clean=False, reason_zh="年报栏目第2页：HTTP 500")
    return Surroundings(
        duties={
            "yunling": {STATUS.ON_TIME: 1190, STATUS.LATE: 13, STATUS.MISSING: 1, STATUS.UNREACHABLE: 106},
            "songtao": {STATUS.ON_TIME: 412, STATUS.NOT_ASSESSABLE: 9},
        },
        open_by_severity=dict(course[-1].open),
        trend=Trend(Standing(date(2024, 4, 9), (("error", 70),)), course[-2], course),
        unclean=(visit,),
        provinces={"yunling": "云岭省", "songtao": "松涛省"},
        portals={"tanggang": "棠港区人民政府"},
    )


def _changes() -> str:
    changes = [
        ChangeRecord(number, 1, MOMENT, ChangeKind(kind), finding)
        for number, (kind, finding) in enumerate(_steps(), start=1)
    ]
    digest = compose(changes, _around(), day=MOMENT.date())
    assert digest is not None
    return html(digest)


def _deadline() -> str:
    day = date(2024, 2, 5)
    due = latest(day)

    def duty(
        organ: str, status: ObligationStatus, province: str = "yunling", **more: object
    ) -> ObligationRecord:
        return ObligationRecord(organ, "department", province, 2023, due.day, status, **more)  # type: ignore[arg-type]

    visits = tuple(datetime(2024, 2, seen, 2, tzinfo=CHINA) for seen in (2, 3, 4))
    told = [
        duty("临溪县教育局", STATUS.MISSING, visits=visits),
        duty(
            "青杉市文化旅游局",
            STATUS.LATE,
            published=date(2024, 2, 3),
            days_late=3,
            url="http://qingshan.example/1",
        ),
        duty("青杉市民政局", STATUS.NOT_ASSESSABLE, reason_zh="到期后仅有 1 次完整访问"),
        duty("棠港区水务局", STATUS.UNREACHABLE, "songtao", reason_zh="年报栏目第2页：HTTP 500"),
    ]
    counts = {
        "yunling": {STATUS.ON_TIME: 96, STATUS.MISSING: 1, STATUS.LATE: 1, STATUS.NOT_ASSESSABLE: 1},
        "songtao": {STATUS.ON_TIME: 41, STATUS.UNREACHABLE: 1},
    }
    before = {
        "yunling": {STATUS.ON_TIME: 92, STATUS.LATE: 5, STATUS.MISSING: 2},
        "songtao": {STATUS.ON_TIME: 38, STATUS.LATE: 3},
    }
    around = _around()
    seen = tuple(replace(visit, started=visits[-1], ended=visits[-1]) for visit in around.unclean)
    digest = compose_deadline(Owed(due, counts, told, before), replace(around, unclean=seen), day=day)
    assert digest is not None
    return html(digest)


if __name__ == "__main__":
    main()
