"""Which hosts a request may go to."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import dnscache

from crawler.middlewares import RegisteredHosts, RequestRefused
from crawler.portals import Portal

PUBLIC = Portal(
    id="qingshan", name="甲", home="http://93.184.216.34/", hosts=("93.184.216.34", "www.qingshan.example")
)
PRIVATE = Portal(
    id="linxi", name="乙", home="http://127.0.0.1:18642/", hosts=("127.0.0.1:18642",), private=True
)


def process(request: Request) -> Request:
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(portals=(PUBLIC, PRIVATE)))
    asyncio.run(RegisteredHosts(crawler).process_request(request))
    return request


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked = []

    async def getaddrinfo(self: Any, host: str, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        if not addresses:
            raise socket.gaierror(-2, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    dnscache.pop("www.qingshan.example", None)
    return asked


def test_a_request_gets_the_slot_of_its_host() -> None:
    redirected = Request(
        "http://93.184.216.34:80/b", meta={"portal": "qingshan", "download_slot": "old.example"}
    )
    assert process(redirected).meta["download_slot"] == "93.184.216.34"


def test_robots_belongs_to_whoever_has_the_host() -> None:
    assert process(Request("http://127.0.0.1:18642/robots.txt")).meta["download_slot"] == "127.0.0.1:18642"


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
            "http://mirror.example/robots.txt",
            {},
            "不属于该网站的主机：mirror.example",
            "not a host of the portal: mirror.example",
        ),
    ],
)
def test_everything_else_is_refused(url: str, meta: dict[str, Any], zh: str, says: str) -> None:
    with pytest.raises(IgnoreRequest, match=says) as caught:
        process(Request(url, meta=meta))
    assert isinstance(caught.value, RequestRefused)
    assert caught.value.reason.zh.startswith(zh)
    assert caught.value.reason.en == str(caught.value)


def test_a_name_is_resolved_and_the_downloader_keeps_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "93.184.216.34")
    process(Request("http://www.qingshan.example/", meta={"portal": "qingshan"}))
    assert asked == ["www.qingshan.example"]
    assert dnscache["www.qingshan.example"] == "93.184.216.34"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "0.0.0.0", "100.64.0.1"])
def test_a_name_that_leads_into_a_private_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolving(monkeypatch, "93.184.216.34", address)
    with pytest.raises(IgnoreRequest, match=f"leads to the private address {address}") as caught:
        process(Request("http://www.qingshan.example/", meta={"portal": "qingshan"}))
    assert caught.value.reason.zh == f"www.qingshan.example指向内网地址{address}"
    assert "www.qingshan.example" not in dnscache


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)
    with pytest.raises(CannotResolveHostError):
        process(Request("http://www.qingshan.example/", meta={"portal": "qingshan"}))
