"""Names of hosts to addresses: looked up once, judged, and held on to.

Between a check and a connection a name could be told another address. Therefore the downloader looks nothing
up: it gets the addresses that were judged, and a name that was not has none.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, cast

from scrapy.exceptions import CannotResolveHostError
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.addresses import Address, is_public
from crawler.withheld import RequestRefused

RESOLVE_SECONDS = 20.0
AT_ONCE = 32
"""Names that are looked up at the same time; one that nobody answers for must not keep the others waiting."""
MAX_ADDRESSES = 4
"""Addresses of one name that are tried."""


class Names:
    """Looks names up, and keeps what they lead to."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Address, ...]] = {}
        self._looking: dict[str, asyncio.Task[tuple[Address, ...]]] = {}
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")
        self._turns: asyncio.Semaphore | None = None

    def held(self, name: str) -> tuple[Address, ...]:
        """The addresses that were judged for a name; for an address that stands for itself, that."""
        try:
            return (ipaddress.ip_address(name),)
        except ValueError:
            return self._held.get(name, ())

    def forget(self, name: str) -> None:
        """Look the name up again next time: nothing answers where it led."""
        self._held.pop(name, None)

    async def look_up(self, name: str, *, inside: bool = False) -> None:
        """Have the addresses of `name`, IPv4 first; private ones only where `inside` says they are meant.

        Raises RequestRefused, CannotResolveHostError.
        """
        addresses = self.held(name)
        if not addresses:
            task = self._looking.get(name)
            if task is None:  # requests of one host come together; one look-up serves them all
                task = self._looking[name] = asyncio.create_task(self._addresses(name))
                task.add_done_callback(lambda _: self._looking.pop(name, None))
            addresses = await asyncio.shield(task)
        if not inside:
            refused = next((address for address in addresses if not is_public(address)), None)
            if refused is not None:
                raise RequestRefused(
                    f"{name}指向内网地址{refused}", f"{name} leads to the private address {refused}"
                )
        if not addresses:
            raise CannotResolveHostError(name)
        self._held[name] = addresses[:MAX_ADDRESSES]

    async def _addresses(self, name: str) -> tuple[Address, ...]:
        if self._turns is None:
            self._turns = asyncio.Semaphore(AT_ONCE)
        async with self._turns:  # the time runs from the moment at which a thread is free
            loop = asyncio.get_running_loop()
            try:
                found = await asyncio.wait_for(
                    loop.run_in_executor(self._threads, _getaddrinfo, name), RESOLVE_SECONDS
                )
            except (OSError, UnicodeError, TimeoutError):
                return ()
        # the scope of a link-local address ("fe80::1%eth0") is of no interest: it is refused
        addresses = [ipaddress.ip_address(str(address[4][0]).partition("%")[0]) for address in found]
        return tuple(sorted(dict.fromkeys(addresses), key=lambda address: address.version))


def _getaddrinfo(name: str) -> list[Any]:
    return socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)


NAMES = Names()
"""Those of this process: Twisted has one resolver for a process, and a process makes one crawl."""


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IHostnameResolver)
class CheckedResolver:
    """The downloader's resolver (TWISTED_DNS_RESOLVER): gives what was judged, and looks nothing up."""

    def __init__(self, reactor: ReactorBase) -> None:
        self._reactor = reactor

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: ReactorBase) -> Self:
        """For the reactor of the process."""
        del crawler
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Scrapy's way to say that it is time."""
        self._reactor.installNameResolver(cast(IHostnameResolver, self))

    def resolveHostName(  # noqa: N802 - the names are those of Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """The addresses held for a name; none, and so no connection, for any other."""
        del addressTypes, transportSemantics
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        for address in NAMES.held(hostName.lower()):
            kind = IPv4Address if address.version == 4 else IPv6Address
            resolutionReceiver.addressResolved(kind("TCP", str(address), portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution
