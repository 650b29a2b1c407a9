"""Provinces as spiders, and the spider for a home page of no province."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from spiders.families import FAMILIES
from spiders.loader import HomeSpider, ProvinceLoader
from spiders.portal import PortalSpider, SpiderArgumentError

FILE = """\
province: yunling
name: 云岭省
years: {first: 2021}
portals:
  - {id: qingshan, name: 青杉市人民政府, home: "http://www.qingshan.example/", hosts: [www.qingshan.example]}
"""


def loader(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = FILE) -> ProvinceLoader:
    (folder / "yunling.yml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("NIANBAO_PROVINCES", str(folder))
    return ProvinceLoader.from_settings(Settings())


def test_every_file_is_a_spider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provinces = loader(tmp_path, monkeypatch)
    assert provinces.list() == ["yunling"]
    spider = provinces.load("yunling")
    assert issubclass(spider, PortalSpider)
    assert spider.name == "yunling"
    assert [portal.id for portal in spider.province.portals] == ["qingshan"]
    assert provinces.find_by_request(Request("http://www.qingshan.example/a")) == ["yunling"]
    assert provinces.find_by_request(Request("http://www.linxi.example/a")) == []


def test_an_unknown_province_is_a_key_error_that_names_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyError, match="no province 'linhai'; there are: yunling"):
        loader(tmp_path, monkeypatch).load("linhai")


def test_a_flaw_in_a_file_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"yunling\.yml:1: "):
        loader(tmp_path, monkeypatch, FILE.replace("yunling\n", "linhai\n"))


def test_a_family_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=f"no family 'wordpress'; there are {', '.join(FAMILIES)}"):
        loader(tmp_path, monkeypatch, FILE.replace("{id: qingshan,", "{id: qingshan, family: wordpress,"))


def test_any_home_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home_spider = loader(tmp_path, monkeypatch).load("portal")
    assert issubclass(home_spider, HomeSpider)
    spider = home_spider(home="https://www.linxi.example:8443/index.html", year="2023")
    (portal,) = spider.portals
    assert (portal.id, portal.hosts) == ("www-linxi-example-8443", ("www.linxi.example:8443",))
    assert (portal.home, portal.private) == ("https://www.linxi.example:8443/index.html", False)
    assert spider.years == (2023,)


def test_a_registered_portal_is_crawled_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home_spider = loader(tmp_path, monkeypatch).load("portal")
    with pytest.raises(
        SpiderArgumentError, match="is portal qingshan of yunling; crawl that: yunling -a portal="
    ):
        home_spider(home="http://www.qingshan.example/zwgk/")


def test_a_private_address_is_visited_only_when_that_is_said() -> None:
    with pytest.raises(SpiderArgumentError, match=r"127\.0\.0\.1:18641 is a private address"):
        HomeSpider(home="http://127.0.0.1:18641/")
    (portal,) = HomeSpider(home="http://127.0.0.1:18641/", allow_private="1").portals
    assert portal.private


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "home= must be an http"),
        ({"home": "www.linxi.example"}, "home= must be an http"),
        ({"home": "ftp://www.linxi.example/"}, "home= must be an http"),
        ({"home": "http://www.linxi.example/\n"}, "home= must be|not a host"),
        ({"home": "http://中文.example/"}, "not a host that can be visited"),
        ({"home": "http://www.linxi.example/", "allow_private": "yes"}, "allow_private= is 1 or 0"),
        ({"home": "http://www.linxi.example/", "portal": "x"}, "unknown argument: portal"),
    ],
)
def test_wrong_homes_are_one_line(arguments: dict[str, str], says: str) -> None:
    with pytest.raises(SpiderArgumentError, match=says) as caught:
        HomeSpider(**arguments)
    assert "\n" not in str(caught.value)
