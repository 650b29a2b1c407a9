"""Names are looked up once, judged, and held on to."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.address import IPv4Address, IPv6Address

from crawler import resolving
from crawler.resolving import AT_ONCE, MAX_ADDRESSES, CheckedResolver, Names
from crawler.withheld import RequestRefused

PUBLIC, OTHER, V6 = "93.184.216.34", "93.184.216.35", "2606:2800:220:1::1"


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Answers for each name, the last one for good."""
    answers: dict[str, list[list[str]]] = {}

    def getaddrinfo(name: str) -> list[Any]:
        if name not in answers:
            raise OSError("unknown")
        given = answers[name].pop(0) if len(answers[name]) > 1 else answers[name][0]
        return [(0, 0, 0, "", (address, 0)) for address in given]

    monkeypatch.setattr(resolving, "_getaddrinfo", getaddrinfo)
    return answers


class Receiver:
    """What Twisted's endpoints give a resolver."""

    def __init__(self) -> None:
        self.addresses: list[Any] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def given(name: str, names: Names, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(resolving, "NAMES", names)
    receiver = Receiver()
    CheckedResolver(None).resolveHostName(receiver, name, 443)  # type: ignore[arg-type]
    assert receiver.complete
    return receiver.addresses


def test_ipv4_comes_first_and_ipv6_is_used_too(
    zone: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    zone["a.example"] = [[V6, PUBLIC, PUBLIC]]
    zone["six.example"] = [[V6]]
    names = Names()
    asyncio.run(names.look_up("a.example"))
    asyncio.run(names.look_up("six.example"))
    assert given("A.example", names, monkeypatch) == [
        IPv4Address("TCP", PUBLIC, 443),
        IPv6Address("TCP", V6, 443),
    ]
    assert given("six.example", names, monkeypatch) == [IPv6Address("TCP", V6, 443)]


def test_the_downloader_gets_nothing_that_was_not_judged(
    zone: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    zone["a.example"] = [[PUBLIC]]
    names = Names()
    assert given("a.example", names, monkeypatch) == []
    assert given("2130706433", names, monkeypatch) == []
    assert given("93.184.216.34", names, monkeypatch) == [IPv4Address("TCP", PUBLIC, 443)]


def test_a_name_that_changes_after_the_check_stays_where_it_was(
    zone: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    zone["a.example"] = [[PUBLIC], ["127.0.0.1"]]
    names = Names()
    asyncio.run(names.look_up("a.example"))
    asyncio.run(names.look_up("a.example"))
    assert given("a.example", names, monkeypatch) == [IPv4Address("TCP", PUBLIC, 443)]
    names.forget("a.example")
    with pytest.raises(RequestRefused, match=r"a.example leads to the private address 127.0.0.1"):
        asyncio.run(names.look_up("a.example"))
    assert given("a.example", names, monkeypatch) == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("::1", "fd00::1", "fe80::1%eth0", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_one_private_address_among_others_refuses_the_name(
    zone: dict[str, list[list[str]]], address: str
) -> None:
    zone["a.example"] = [[PUBLIC, address]]
    with pytest.raises(RequestRefused):
        asyncio.run(Names().look_up("a.example"))


def test_private_addresses_where_they_are_meant(zone: dict[str, list[list[str]]]) -> None:
    zone["localhost"] = [["127.0.0.1"]]
    names = Names()
    asyncio.run(names.look_up("localhost", inside=True))
    assert names.held("localhost") == (ipaddress.ip_address("127.0.0.1"),)


def test_names_that_nobody_knows_and_names_with_too_many_addresses(zone: dict[str, list[list[str]]]) -> None:
    with pytest.raises(CannotResolveHostError, match=r"gone.example"):
        asyncio.run(Names().look_up("gone.example"))
    zone["many.example"] = [[f"93.184.216.{n}" for n in range(1, 100)]]
    names = Names()
    asyncio.run(names.look_up("many.example"))
    assert len(names.held("many.example")) == MAX_ADDRESSES


def test_requests_that_come_together_look_a_name_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def getaddrinfo(name: str) -> list[Any]:
        asked.append(name)
        return [(0, 0, 0, "", (PUBLIC, 0))]

    monkeypatch.setattr(resolving, "_getaddrinfo", getaddrinfo)

    async def together() -> None:
        names = Names()
        await asyncio.gather(*(names.look_up("a.example") for _ in range(50)))

    asyncio.run(together())
    assert asked == ["a.example"]


def test_names_that_wait_for_a_thread_lose_no_time_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """150 portals begin together; those that wait behind slow names must not be called unknown."""
    first = threading.Event()
    begun: list[str] = []

    def getaddrinfo(name: str) -> list[Any]:
        begun.append(name)
        if name.startswith("slow"):
            first.wait()
        return [(0, 0, 0, "", (PUBLIC, 0))]

    monkeypatch.setattr(resolving, "_getaddrinfo", getaddrinfo)
    monkeypatch.setattr(resolving, "RESOLVE_SECONDS", 30.0)

    async def all_of_them() -> int:
        names = Names()
        slow = [asyncio.create_task(names.look_up(f"slow{n}.example")) for n in range(AT_ONCE)]
        quick = [asyncio.create_task(names.look_up(f"quick{n}.example")) for n in range(118)]
        while len(begun) < AT_ONCE:
            await asyncio.sleep(0.01)
        assert all(name.startswith("slow") for name in begun)
        first.set()
        await asyncio.gather(*slow, *quick)
        return sum(bool(names.held(f"quick{n}.example")) for n in range(118))

    assert asyncio.run(all_of_them()) == 118
