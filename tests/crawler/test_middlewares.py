"""Which hosts a request may go to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import Settings

from crawler import middlewares
from crawler.middlewares import MAX_URL, RegisteredHosts, RequestRefused
from crawler.portals import Portal
from crawler.report.model import Bilingual
from crawler.resolving import Names
from crawler.throttle import Courtesy
from crawler.withheld import HostLeftAlone

PUBLIC = Portal(
    id="qingshan",
    name="甲",
    home="http://93.184.216.34/",
    hosts=("93.184.216.34", "www.qingshan.example", "qingshan.example"),
)
PRIVATE = Portal(
    id="linxi", name="乙", home="http://127.0.0.1:18642/", hosts=("127.0.0.1:18642",), private=True
)


@pytest.fixture
def courtesy() -> Courtesy:
    crawler: Any = SimpleNamespace(
        spider=SimpleNamespace(
            portals=(PUBLIC, PRIVATE), province=SimpleNamespace(window=None), kind="crawl"
        ),
        engine=None,
        settings=Settings({"HOST_PATIENCE": 5}),
    )
    courtesy = Courtesy(cast(Crawler, crawler))
    crawler.get_extension = lambda kind: courtesy
    return courtesy


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let every name lead to the given addresses; gives the names that were looked up."""
    asked: list[str] = []
    addresses: list[str] = []

    def getaddrinfo(name: str) -> list[Any]:
        asked.append(name)
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr("crawler.resolving._getaddrinfo", getaddrinfo)
    monkeypatch.setattr(middlewares, "NAMES", Names())

    def given(*chosen: str) -> list[str]:
        addresses[:] = chosen
        return asked

    return given


def process(courtesy: Courtesy, request: Request) -> Request:
    asyncio.run(RegisteredHosts(courtesy._crawler).process_request(request))
    return request


def test_a_request_gets_the_slot_of_its_host(courtesy: Courtesy) -> None:
    redirected = Request(
        "http://93.184.216.34:80/b", meta={"portal": "qingshan", "download_slot": "old.example"}
    )
    assert process(courtesy, redirected).meta["download_slot"] == "93.184.216.34"


def test_plain_encrypted_and_www_share_one_slot(courtesy: Courtesy, leads_to: Any) -> None:
    leads_to("93.184.216.34")
    urls = ("http://www.qingshan.example/", "https://www.qingshan.example/", "https://QINGSHAN.example/x")
    slots = [
        process(courtesy, Request(url, meta={"portal": "qingshan"})).meta["download_slot"] for url in urls
    ]
    assert slots == ["qingshan.example"] * 3


def test_robots_belongs_to_whoever_has_the_host_and_stays_in_the_portal(
    courtesy: Courtesy, leads_to: Any
) -> None:
    leads_to("93.184.216.34")
    robots = Request("http://127.0.0.1:18642/robots.txt", meta={"robots_of": "127.0.0.1:18642"})
    assert process(courtesy, robots).meta["download_slot"] == "127.0.0.1:18642"
    led = {"robots_of": "www.qingshan.example", "redirect_times": 1}
    moved = Request("http://qingshan.example/robots.txt", meta=led)
    assert process(courtesy, moved).meta["download_slot"] == "qingshan.example"
    with pytest.raises(RequestRefused, match=r"redirects to another host: 127\.0\.0\.1:18642"):
        process(courtesy, Request("http://127.0.0.1:18642/robots.txt", meta=led))


@pytest.mark.parametrize(
    ("url", "meta", "zh", "says"),
    [
        (
            "http://mirror.example/",
            {"portal": "qingshan"},
            "不属于该网站的主机：mirror.example",
            "not a host of the portal: mirror.example",
        ),
        (
            "http://mirror.example/",
            {"portal": "qingshan", "redirect_times": 1},
            "跳转到其他网站：mirror.example",
            "redirects to another host: mirror.example",
        ),
        (
            "http://127.0.0.1:18642/",
            {"portal": "qingshan"},
            "不属于该网站的主机：127.0.0.1:18642",
            "not a host of the portal: 127.0.0.1:18642",
        ),
        (
            "http://127.0.0.1:22/",
            {"portal": "linxi"},
            "不属于该网站的主机：127.0.0.1:22",
            "not a host of the portal: 127.0.0.1:22",
        ),
        (
            "http://93.184.216.34:8080/",
            {"portal": "qingshan"},
            "不属于该网站的主机：93.184.216.34:8080",
            "not a host of the portal: 93.184.216.34:8080",
        ),
        (
            "http://2130706433/",
            {"portal": "linxi"},
            "不属于该网站的主机：2130706433",
            "not a host of the portal: 2130706433",
        ),
        (
            "ftp://93.184.216.34/",
            {"portal": "qingshan"},
            "不是可访问的网址",
            "not an address that is visited",
        ),
        (
            "file:///etc/hostname",
            {"portal": "qingshan"},
            "不是可访问的网址",
            "not an address that is visited",
        ),
        (
            "http://user@93.184.216.34/",
            {"portal": "qingshan"},
            "不是可访问的网址",
            "not an address that is visited",
        ),
        (
            "http://93.184.216.34/" + "x" * MAX_URL,
            {"portal": "qingshan", "redirect_times": 1},
            "不是可访问的网址",
            "not an address that is visited",
        ),
        (
            "http://mirror.example/robots.txt",
            {},
            "不属于该网站的主机：mirror.example",
            "not a host of the portal: mirror.example",
        ),
    ],
)
def test_everything_else_is_refused(
    courtesy: Courtesy, url: str, meta: dict[str, Any], zh: str, says: str
) -> None:
    with pytest.raises(IgnoreRequest, match=says) as caught:
        process(courtesy, Request(url, meta=meta))
    assert isinstance(caught.value, RequestRefused)
    assert caught.value.reason.zh.startswith(zh)
    assert caught.value.reason.en == str(caught.value)


def test_a_name_that_leads_into_a_private_network_is_refused(courtesy: Courtesy, leads_to: Any) -> None:
    leads_to("93.184.216.34", "fd00::8")
    with pytest.raises(RequestRefused, match="leads to the private address fd00::8") as caught:
        process(courtesy, Request("http://www.qingshan.example/", meta={"portal": "qingshan"}))
    assert caught.value.reason.zh == "www.qingshan.example指向内网地址fd00::8"


def test_a_host_that_is_left_alone_is_not_even_looked_up(courtesy: Courtesy, leads_to: Any) -> None:
    asked = leads_to("93.184.216.34")
    courtesy.slot_of("http://www.qingshan.example/")
    courtesy.host("qingshan.example").left = Bilingual("连续5次失败", "5 failures in a row")
    with pytest.raises(HostLeftAlone, match="5 failures in a row"):
        process(courtesy, Request("http://www.qingshan.example/", meta={"portal": "qingshan"}))
    assert asked == []
