"""The rows of ten years of a whole country, made from a seed: bodies, reports, findings, what became of them.

Every place is invented. Rows come as plain values that both databases take in bulk (moments and JSON as
text), in the order in which ten years of crawls would have written them: year by year, body by body.
"""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any, NamedTuple

from bench.storage.million_columns import COLUMNS
from crawler.validator.finding import CULPRIT
from crawler.validator.registry import RULES

PROVINCES = 31
BODIES_A_PORTAL = 33
YEARS = range(2016, 2026)
NIGHTS = 365 * len(YEARS)
RECENT_NIGHTS = 60
"""Nights whose visits are on record where it is not the first province: that one has them all."""

REPORT_SHARE = 0.97
"""Of the duties those that were kept; about half of the others are missing, half cannot be told."""
LATE_SHARE = 0.05
STANDING = 0.4
RESOLVED = 0.6
"""Findings a report."""
TWIN_SHARE = 0.01
VERSION_SHARE = 0.02
UNREAD_SHARE = 0.03
PORTALS_NOT_CLEAN = 0.05

_OFFICES = (
    "人民政府", "水务局", "民政局", "财政局", "教育局", "司法局", "统计局", "审计局", "商务局", "交通运输局",
    "农业农村局", "文化和旅游局", "卫生健康委员会", "应急管理局", "市场监督管理局", "医疗保障局", "林业局",
    "自然资源局", "生态环境局", "住房和城乡建设局", "人力资源和社会保障局", "发展和改革委员会", "信访局",
    "退役军人事务局", "行政审批局", "城市管理局", "体育局", "公安局", "乡村振兴局", "科学技术局",
    "民族宗教局", "云上镇人民政府", "溪口镇人民政府",
)  # fmt: skip
_SYLLABLES = "云溪岭海州江临安宁丰泽清源福昌永兴平阳山湖林石桥河南北东西新古龙凤金玉青白长远和顺义"
_READERS = ("a@example.org", "b@example.org", "c@example.org")
_SEVERITIES = ("critical", "error", "warning", "info")
_WEIGHTS = (2, 33, 55, 10)
_RULES = tuple(RULES)
_OF_COMPARISON = frozenset({"filing-history-gap", "peers-text-duplicate", "column-dead-link"})
_LISTS = ("index", "old", "bm")
_HEADINGS = ("总体情况", "主动公开", "依申请公开", "行政复议、行政诉讼", "存在的问题", "其他事项")
_TABLES = json.dumps({"disclosure": "complete", "applications": "complete", "disputes": "complete"})
_RULED = json.dumps({"fail": ["applications-balance"], "uncertain": [], "pass": list(_RULES)})
_MESSAGE = "收到政府信息公开申请 21 件，办结 20 件，两者应相等"
_WORDS = {
    "message_en": "21 received, 20 accounted for",
    "basis_zh": "政府信息公开工作年度报告格式，表三",
    "basis_en": "form of the annual report, table 3",
    "quote": "本年度收到政府信息公开申请21件",
}
_SAID = (_WORDS["message_en"], _WORDS["basis_zh"], _WORDS["basis_en"])
_CELLS = ["applications.new_received.total", "applications.results.total"]
_CELLS_JSON = json.dumps(_CELLS)
_SHORT = (
    "fingerprint", "year", "rule", "severity", "verdict", "fault", "where", "province", "portal", "url",
    "archived",
)  # fmt: skip
_SNAPSHOT = json.dumps(
    {
        **{name: f"%({name})s" for name in _SHORT},
        **{name: f"%({name})s+00:00" for name in ("first_seen", "last_seen")},
        **_WORDS,
        "organ": "%(organ)s", "message_zh": f"%(organ)s{_MESSAGE}", "cells": _CELLS,
        "expected": 21, "found": 20, "group": "%(group)s", "status": "%(status)s",
        "stated_by": "reading", "waiver": None,
    }
).replace('"%(year)s"', "%(year)s").replace('"%(group)s"', "%(group)s")  # fmt: skip

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Portal:
    """One site with its bodies."""

    id: str
    province: str
    name: str
    host: str
    organs: tuple[str, ...]


class Held(NamedTuple):
    """One report on record; `number` counts them in the order in which they came."""

    number: int
    portal: Portal
    organ: str
    year: int

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"http://{self.portal.host}/ndbg/{self.year + 1}01/t{self.year + 1}0120_{self.number}.html"

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return _sha("report", self.number)

    @property
    def title(self) -> str:
        """As an office would print it."""
        return f"{self.organ}{self.year}年政府信息公开工作年度报告"

    @property
    def first_seen(self) -> str:
        """When a crawl first saw it."""
        return _moment((self.year - YEARS.start) * 365 + 30, 30)

    @property
    def published(self) -> str:
        """The day that it states."""
        return f"{self.year + 1}-01-20"


class Country:
    """`reports` reports, about, of one seed. Each method gives the rows of one table; COLUMNS names them."""

    def __init__(self, reports: int, seed: int = 1, cells: int = 40) -> None:
        self.seed, self.cells = seed, cells
        bodies = max(PROVINCES * 2, round(reports / len(YEARS) / REPORT_SHARE))
        self.portals_each = max(1, round(bodies / PROVINCES / BODIES_A_PORTAL))
        self.bodies_each = min(BODIES_A_PORTAL, max(2, round(bodies / PROVINCES / self.portals_each)))
        self.provinces = tuple(f"sheng{number:02}" for number in range(1, PROVINCES + 1))

    @cached_property
    def portals(self) -> tuple[Portal, ...]:
        """Every portal; names are unique over the country."""
        chance = random.Random(f"portals {self.seed}")
        counties: set[str] = set()
        while len(counties) < PROVINCES * self.portals_each:
            counties.add("".join(chance.choices(_SYLLABLES, k=4)))
        names = sorted(counties)
        chance.shuffle(names)
        made = []
        for number, name in enumerate(names):
            province = self.provinces[number // self.portals_each]
            county = f"{name[:2]}市{name[2:]}县"
            organs = tuple(county + office for office in _OFFICES[: self.bodies_each])
            made.append(Portal(f"xian{number:04}", province, county, f"www.xian{number:04}.example", organs))
        return tuple(made)

    @cached_property
    def run_count(self) -> int:
        """Runs on record: a night and a province each."""
        return NIGHTS * PROVINCES

    # the roster

    def portal_rows(self) -> Iterator[Row]:
        """portals"""
        for one in self.portals:
            yield one.id, one.province, one.name, f"http://{one.host}/"

    def organ_rows(self) -> Iterator[Row]:
        """organs"""
        for one in self.portals:
            for number, organ in enumerate(one.organs):
                kind = "government_office" if number else "government"
                yield organ, one.province, one.id, kind, f"{number:06}", "[]", None, None, None

    # what was done

    def run_rows(self) -> Iterator[Row]:
        """runs: one a night and province, some of them never ended"""
        chance = random.Random(f"runs {self.seed}")
        detail = _json({"counts": {"reports": 1200, "pages": 14, "new": 3, "fixed": 1}, "visits": []})
        for night in range(NIGHTS):
            for place, province in enumerate(self.provinces):
                ended = None if chance.random() < 0.002 else _moment(night, 120)
                verdict = None if ended is None else "partial"
                yield self._run(night, place), "nightly", province, _moment(night), ended, verdict, detail

    def visit_rows(self) -> Iterator[Row]:
        """visits: ten years of nights in the first province, the last nights in the others"""
        chance = random.Random(f"visits {self.seed}")
        column = {
            "url": "http://www.example/zfxxgk/", "clicks": 2, "trail": ["政务公开", "政府信息公开", "年报"],
            "entries": ["annual_reports", "guide", "statutory", "system"], "menu": 4, "dead": [],
        }  # fmt: skip
        told: dict[str, Any] = {
            "states": {"ok": 14, "unchanged": 7}, "failed": 0, "failures": [], "limits": [], "notes": [],
            "lists": {"shown": 3, "stopped": 3}, "expected": [33, 33], "column": column, "broken_off": False,
        }  # fmt: skip
        everywhere = [
            (
                self.place[one.province],
                _json([f"http://{one.host}/ndbg/{page}.html" for page in _LISTS]),
                one.id,
            )
            for one in self.portals
        ]
        first = everywhere[: self.portals_each]
        clean, broken = _json(told), _json({**told, "failed": 2, "column": None})
        for night in range(NIGHTS):
            whole = int(night % 30 == 0)
            for place, lists, portal in everywhere if night >= NIGHTS - RECENT_NIGHTS else first:
                ok = chance.random() >= PORTALS_NOT_CLEAN
                yield (
                    self._run(night, place), portal, _moment(night, 5), _moment(night, 9), int(ok),
                    "" if ok else "2 个页面未能取得", "" if ok else "2 pages could not be had",
                    None, lists, 21, 14, whole, clean if ok else broken,
                )  # fmt: skip

    def list_rows(self) -> Iterator[Row]:
        """lists: three a portal"""
        trail = _json(["政务公开", "政府信息公开年报"])
        for one in self.portals:
            for page in _LISTS:
                url = f"http://{one.host}/ndbg/{page}.html"
                yield one.id, url, "hanweb", trail, 2, _moment(NIGHTS - 1), _moment(NIGHTS - 30), "r" * 64, 33

    # reports and what they stand on

    def report_rows(self) -> Iterator[Row]:
        """reports"""
        for held in self._held():
            yield (*self._reading(held, held.url), "yardstick-1")

    def duplicate_rows(self) -> Iterator[Row]:
        """duplicates: another page with the same report"""
        chance = random.Random(f"twins {self.seed}")
        for held in self._held():
            if chance.random() < TWIN_SHARE:
                yield (*self._reading(held, held.url.replace("/t", "/copy")), "[]")

    def page_rows(self) -> Iterator[Row]:
        """pages: one a report, and those that are none"""
        chance = random.Random(f"pages {self.seed}")
        seen = _moment(NIGHTS - 1)
        for held in self._held():
            yield (
                held.url, held.portal.id, held.sha256, seen, f'"{held.sha256[:16]}"', None, "text/html",
                held.title, held.published, held.organ, held.year, 9, "yardstick-1", "", "[]",
                held.first_seen, "[]", "",
            )  # fmt: skip
            if chance.random() < UNREAD_SHARE:
                problem = "not an annual report" if held.number % 3 else ""
                yield (
                    held.url.replace("/t", "/u"), held.portal.id, _sha("unread", held.number), seen, None,
                    None, "text/html", f"{held.portal.name}通知", None, None, None, 9, "yardstick-1", problem,
                    "[]", held.first_seen, "[]", "",
                )  # fmt: skip

    def document_rows(self) -> Iterator[Row]:
        """documents: the bytes of every report"""
        for held in self._held():
            yield held.sha256, 24_000 + held.number % 9000, "text/html", held.first_seen

    def version_rows(self) -> Iterator[Row]:
        """versions: of the few reports that changed both, as this program keeps them"""
        chance = random.Random(f"versions {self.seed}")
        content = zlib.compress(_json({"body": chance.randbytes(1500).hex()}).encode(), 6)
        identity = 0
        for held in self._held():
            if chance.random() < VERSION_SHARE:
                for turn in range(2):
                    identity += 1
                    sha = held.sha256 if turn else _sha("before", held.number)
                    yield (
                        identity, held.organ, held.year, held.url, sha, held.first_seen, 9,
                        f"digest-{turn}", content,
                    )  # fmt: skip

    def obligation_rows(self) -> Iterator[Row]:
        """obligations: every body and year"""
        chance = random.Random(f"duties {self.seed}")
        for portal, organ, year, held in self._owed():
            kind = "government" if organ.endswith("县人民政府") else "government_office"
            shared = (organ, year, kind, portal.province, f"{year + 1}-03-31")
            if held is not None:
                late = chance.randint(1, 60) if chance.random() < LATE_SHARE else 0
                status = "late" if late else "on_time"
                yield (*shared, status, held.published, held.first_seen, late, held.url, "[]", "", "")
            elif chance.random() < 0.5:
                proof = _json([f"{year + 1}-04-{day}T18:05:00+00:00" for day in (10, 11, 12)])
                yield (*shared, "missing", None, None, None, None, proof, "", "")
            else:
                said = ("报告可能在未能读取的页面", "a page that may hold the report could not be read")
                yield (*shared, "not_assessable", None, None, None, None, "[]", *said)

    # findings

    def finding_rows(self) -> Iterator[Row]:
        """findings"""
        for row, _ in self._findings():
            yield row

    def change_rows(self) -> Iterator[Row]:
        """changes: how every finding came, and how those went that are resolved"""
        identity = 0
        for row, resolved in self._findings():
            known = dict(zip(COLUMNS["findings"], row, strict=True))
            for kind, moment in (("new", "first_seen"), ("fixed", "last_seen"))[: 1 + resolved]:
                identity += 1
                told = _snapshot(known, kind)
                yield identity, known["run"], known[moment], kind, row[0], told, None, None

    def waiver_rows(self) -> Iterator[Row]:
        """waivers: two hundred decisions about one body and year each"""
        chance = random.Random(f"waivers {self.seed}")
        for number in range(1, 201):
            organ = chance.choice(chance.choice(self.portals).organs)
            yield (
                number, chance.choice(_RULES), organ, chance.choice(YEARS), None, 0, "已核实", "王某",
                _moment(NIGHTS - 90), _moment(NIGHTS + 90), None, None,
            )  # fmt: skip

    def subscription_rows(self) -> Iterator[Row]:
        """subscriptions: three readers, told everything"""
        for number, reader in enumerate(_READERS, start=1):
            told = (NIGHTS - 1) * 300
            yield (
                number, reader, "settings", "zh", "[]", "[]", "[]", "warning", "daily", 0, _moment(0), told,
            )  # fmt: skip

    def mail_rows(self) -> Iterator[Row]:
        """mails: one a night to each reader"""
        identity = 0
        for night in range(NIGHTS):
            at = _moment(night, 300)
            for number, reader in enumerate(_READERS, start=1):
                identity += 1
                yield (
                    identity, number, reader, "changes", f"changes:{number}:{identity}",
                    f"<{identity}@nianbao.example>", "年报核查日报", at, night * 300, "sent", 1, 0, at, at,
                    "250 accepted",
                )  # fmt: skip

    def _findings(self) -> Iterator[tuple[Row, bool]]:
        """Each with whether it is resolved."""
        chance = random.Random(f"findings {self.seed}")
        for held in self._held():
            for resolved, share in ((False, STANDING), (True, RESOLVED)):
                while chance.random() < share / (1 + share):
                    rule = chance.choice(_RULES)
                    where = f"applications.place{chance.randrange(40)}.total"
                    print_of = f"{chance.getrandbits(64):016x}"
                    group = None
                    if not resolved and chance.random() < 0.05:  # a likely cause, and what it explains
                        group = f"{chance.getrandbits(64):016x}"
                        yield self._finding(held, CULPRIT, where, group, None, resolved=False), False
                    yield self._finding(held, rule, where, print_of, group, resolved=resolved), resolved

    def _finding(
        self, held: Held, rule: str, where: str, print_of: str, group: str | None, *, resolved: bool
    ) -> Row:
        mark = int(print_of[:8], 16)
        severity = "info" if rule == CULPRIT else _SEVERITIES[_grade(mark % 100)]
        verdict = "fail" if mark % 4 else "uncertain"
        fault = "extraction" if mark % 9 == 0 else "publisher"
        if resolved:
            status = "withdrawn" if mark % 5 == 0 else "fixed"
        else:
            status = "new" if mark % 50 == 0 else "waived" if mark % 51 == 0 else "open"
        night = (held.year - YEARS.start) * 365 + mark % 90
        portal = held.portal
        origin = "comparison" if rule in _OF_COMPARISON else "reading"
        return (
            print_of, held.organ, held.year, rule, severity, verdict, fault, where,
            held.organ + _MESSAGE, *_SAID, portal.province, portal.id,
            held.url, held.sha256, _CELLS_JSON, "21", "20", _WORDS["quote"], group, origin, status,
            _moment(night, 30), _moment(night + 100, 30), None, 0, "9:yardstick-1",
            self._run(night, self.place[portal.province]),
        )  # fmt: skip

    # shared

    def _owed(self) -> Iterator[tuple[Portal, str, int, Held | None]]:
        chance, number = random.Random(f"filed {self.seed}"), 0
        for year in YEARS:
            for portal in self.portals:
                for organ in portal.organs:
                    if chance.random() < REPORT_SHARE:
                        yield portal, organ, year, Held(number, portal, organ, year)
                        number += 1
                    else:
                        yield portal, organ, year, None

    def _held(self) -> Iterator[Held]:
        return (held for *_, held in self._owed() if held is not None)

    @cached_property
    def _contents(self) -> tuple[tuple[str, str, bytes], ...]:
        """Sections, cells and signature of a few reports, shared by all: making them takes longest."""
        chance = random.Random(f"contents {self.seed}")
        made = []
        for _ in range(64):
            sections = {
                f"s{number}": {"heading": heading, "numbered": True, "empty": False}
                for number, heading in enumerate(_HEADINGS)
            }
            cells = {
                f"applications.results.row{number:03}.total": {"value": count, "raw": str(count)}
                for number, count in enumerate(chance.choices(range(2000), k=self.cells))
            }
            made.append((_json(sections), _json(cells), chance.randbytes(512)))
        return tuple(made)

    def _reading(self, held: Held, url: str) -> Row:
        sections, cells, signature = self._contents[held.number % 64]
        portal = held.portal
        return (
            held.organ, held.year, held.title, url, portal.id, portal.province, held.sha256,
            _moment(NIGHTS - 1), held.published, "meta", None, "2021" if held.year > 2020 else "2019",
            _TABLES, sections, cells, _RULED, 9, held.first_seen, signature,
        )  # fmt: skip

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each province."""
        return {province: place for place, province in enumerate(self.provinces)}

    @staticmethod
    def _run(night: int, place: int) -> int:
        return night * PROVINCES + place + 1


def _sha(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()


def _grade(mark: int) -> int:
    for grade, weight in enumerate(_WEIGHTS):
        mark -= weight
        if mark < 0:
            return grade
    return len(_WEIGHTS) - 1


@cache
def _moment(night: int, minutes: int = 0) -> str:
    moment = datetime(YEARS.start + 1, 1, 1, 18, tzinfo=UTC) + timedelta(days=night, minutes=minutes)
    return f"{moment:%Y-%m-%d %H:%M:%S}.000000"


def _snapshot(known: Mapping[str, Any], status: str) -> str:
    """The finding as its step keeps it; storage.snapshots makes the same, and takes ten times as long."""
    group = "null" if known["group"] is None else f'"{known["group"]}"'
    return _SNAPSHOT % {**known, "organ": _escaped(known["organ"]), "status": status, "group": group}


@cache
def _escaped(name: str) -> str:
    return _json(name)[1:-1]


def _json(value: Any) -> str:
    return json.dumps(value)
