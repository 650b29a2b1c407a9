"""PURE. Which addresses never lead to the public network, however they are spelled."""

from __future__ import annotations

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a local network
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local
        "3fff::/20",  # documentation
    )
)
"""IPv6 networks that stand for IPv4 addresses, or for none in public, and that Python calls global."""
_SPECIAL = tuple(
    ipaddress.IPv4Network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24")  # protocol assignments, 6to4 relays
)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*")


def is_public(address: Address) -> bool:
    """Whether a portal may stand at `address`."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    networks = _SPECIAL if isinstance(address, ipaddress.IPv4Address) else _TRANSLATED
    return not any(address in network for network in networks)


def is_inside(name: str) -> bool:
    """Whether `name`, a host without its port, is an address or a name that never leads outside.

    A name that may be looked up is judged by what it leads to (crawler.resolving).
    """
    name = name.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(ipaddress.ip_address(name))
    except ValueError:
        # resolvers read 2130706433, 0x7f.1 and the like as IPv4 addresses
        return _NUMERIC.fullmatch(name) is not None
