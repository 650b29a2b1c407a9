"""Every province file that comes with nianbao: what it says; its spider survives a first bad answer."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.health import judge
from crawler.portals import Portal, Province, built_in, host_of, is_private, read_province, read_provinces
from crawler.report.model import Kind
from spiders.loader import ProvinceLoader
from spiders.portal import PortalSpider

FILES = sorted(built_in().glob("*.yml"))
NAMES = [path.stem for path in FILES]
REAL = [name for name in NAMES if name != "demo"]
ENDINGS = {
    Kind.GOVERNMENT: "人民政府",
    Kind.GOVERNMENT_OFFICE: ("人民政府办公室", "人民政府办公厅"),
    Kind.TOWNSHIP: ("镇人民政府", "乡人民政府"),
    Kind.STREET: "街道办事处",
    Kind.ZONE: "管理委员会",
}


@pytest.fixture(scope="module")
def provinces() -> dict[str, Province]:
    """All of them; read together, ids and hosts are seen to be unique over all files."""
    return read_provinces()


def portals(province: Province) -> list[tuple[str, Portal]]:
    return [(f"{province.province} {portal.id}", portal) for portal in province.portals]


def test_the_31_and_the_centre_have_a_file_each() -> None:
    municipalities = {"beijing", "tianjin", "shanghai", "chongqing"}
    regions = {"neimenggu", "guangxi", "xizang", "ningxia", "xinjiang"}
    north = {"hebei", "shanxi", "liaoning", "jilin", "heilongjiang", "shandong", "henan"}
    south = {"jiangsu", "zhejiang", "anhui", "fujian", "jiangxi", "hubei", "hunan", "guangdong", "hainan"}
    west = {"sichuan", "guizhou", "yunnan", "shaanxi", "gansu", "qinghai"}
    assert len(municipalities | regions | north | south | west) == 31
    assert set(REAL) == municipalities | regions | north | south | west | {"zhongyang"}


@pytest.mark.parametrize("name", REAL)
def test_a_province_says_what_it_is(name: str, provinces: dict[str, Province]) -> None:
    province = provinces[name]
    assert not province.sample
    assert province.years.first == 2019
    assert province.years.last is None
    # its own government comes first; the centre's site owes no report
    first = province.portals[0]
    if name != "zhongyang":
        assert first.name == f"{province.name}人民政府"
        assert [organ.name for organ in first.organs][:1] == [first.name]
        assert re.fullmatch(r".+(省|市|自治区)", province.name)


@pytest.mark.parametrize("name", REAL)
def test_every_portal_can_be_visited(name: str, provinces: dict[str, Province]) -> None:
    for where, portal in portals(provinces[name]):
        parts = urlsplit(portal.home)
        assert parts.path == "/", where
        assert not parts.query, where
        assert not portal.private, where
        assert portal.delay >= 1, where
        for host in portal.hosts:
            assert host.endswith(".gov.cn"), where
            assert not is_private(host), where
            with pytest.raises(ValueError, match="does not appear to be"):
                ipaddress.ip_address(host)
        for column in portal.columns:
            assert portal.allows(column), where
            assert host_of(column) in portal.hosts, where
            # an article is no column: it has a day, or a long number of its own
            assert not re.search(r"t20\d{6}_|/20\d{4}/|\d{12}|art_\d", column), where


@pytest.mark.parametrize("name", REAL)
def test_nobody_has_looked_at_them_yet(name: str, provinces: dict[str, Province]) -> None:
    """A day is written here only by somebody who has looked."""
    for where, portal in portals(provinces[name]):
        assert portal.verified is None, where
        assert portal.family is None, where
        assert (portal.expected, portal.expected_most) == (None, None), where


@pytest.mark.parametrize("name", REAL)
def test_bodies_have_full_names_of_their_kind(name: str, provinces: dict[str, Province]) -> None:
    province = provinces[name]
    for where, portal in portals(province):
        for organ in portal.organs:
            assert re.fullmatch(r"[\u4e00-\u9fff（）]{3,40}", organ.name), where
            assert organ.name.endswith(ENDINGS.get(organ.kind, organ.name)), where
            assert organ.code is None, where
            if name != "zhongyang" and organ.kind is not Kind.AUTHORISED and organ.kind is not Kind.ZONE:
                assert organ.name.startswith(province.name), where
            for alias in (organ.name, *organ.aliases):
                assert province.organ_named(alias, portal.id) == organ, f"{where} {alias}"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_spider_starts_and_survives_a_first_answer_that_is_none(path: Path) -> None:
    province = read_province(path)
    spider_class = ProvinceLoader.from_settings(Settings()).load(path.stem)
    assert issubclass(spider_class, PortalSpider)
    spider = spider_class()
    assert spider.name == path.stem
    asked, items = asyncio.run(_answered_with(spider, 555))
    assert items == []
    assert {host_of(url) for url in asked} <= {host for portal in province.portals for host in portal.hosts}
    for portal in province.portals:
        assert any(portal.allows(url) for url in asked), portal.id
        # its columns, and its home page to find them anew
        assert sum(portal.allows(url) for url in asked) <= len(portal.columns) + 1, portal.id
        verdict = judge(spider.visits[portal.id].counts())
        assert not verdict.clean, portal.id
        assert "555" in verdict.reason.zh, portal.id
        assert "555" in verdict.reason.en, portal.id


async def _answered_with(spider: Any, status: int) -> tuple[list[str], list[Any]]:
    """Every request of a crawl answered with an empty page of that status: what was asked, and what came."""
    waiting = [request async for request in spider.start()]
    asked: list[str] = []
    items: list[Any] = []
    while waiting:
        request = waiting.pop(0)
        asked.append(request.url)
        assert len(asked) < 1000
        response = Response(request.url, status=status, request=request)
        for output in request.callback(response, **request.cb_kwargs):
            (waiting if isinstance(output, Request) else items).append(output)
    return asked, items
