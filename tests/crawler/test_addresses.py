"""Addresses that never lead to the public network."""

from __future__ import annotations

import pytest

from crawler.addresses import is_inside


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "127.1",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "198.18.0.1",
        "192.0.0.8",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:10.0.0.8",
        "::ffff:93.184.216.34",
        "64:ff9b::a00:8",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
    ],
)
def test_inside(name: str) -> None:
    assert is_inside(name)


@pytest.mark.parametrize(
    "name",
    [
        "93.184.216.34",
        "2606:2800:220:1::1",
        "www.qs.example",
        "10.example",
        "0x.example",
        "1.2.3.4.example",
        "",
    ],
)
def test_outside(name: str) -> None:
    assert not is_inside(name)
