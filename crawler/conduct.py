"""PURE. How one host is treated during a crawl: how long it is left in peace, and when for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, Self
from urllib.parse import urlsplit

from crawler.report.model import Bilingual

LEAST_DELAY = 1.0
"""Seconds between two requests to a host that is not private, whatever its province file says."""
MAX_DELAY = 60.0
"""Seconds that slowness alone, or a Crawl-delay, may make of the pause."""
LONGEST_WAIT = 600.0
"""Seconds that a Retry-After is waited for; a host that wants longer is left alone for this visit."""
AT_ONE_ADDRESS = 2
"""Requests that one address gets at the same time, whatever names it goes by: the hosts of a province's site
group often stand on one machine.
"""
LEAST_PACE = 1024
"""Bytes a second that an answer brings on the average; one that drips is given up."""
BACKOFF = 4.0
"""How many times the pause is taken before the first retry; every further one takes as many times more."""


class _Portal(Protocol):
    @property
    def hosts(self) -> tuple[str, ...]: ...
    @property
    def delay(self) -> float: ...
    @property
    def private(self) -> bool: ...


def shared_slots(portals: Iterable[_Portal]) -> dict[str, str]:
    """Under which name each host[:port] takes its turn: what shares a name is asked one at a time.

    All ports of a name are one host, and so are a name and its www. where both are registered. On private
    portals ports are hosts of their own: sample portals share one address.
    """
    portals = list(portals)
    bare = {_name(host) for portal in portals if not portal.private for host in portal.hosts}
    slots = {}
    for portal in portals:
        for host in portal.hosts:
            turn = turns_with(host, private=portal.private)
            slots[host] = turn if portal.private or turn in bare else _name(host)
    return slots


def turns_with(host: str, *, private: bool) -> str:
    """What all spellings of a public host share, its ports and its www.; of a private one the host itself."""
    return host if private else _name(host).removeprefix("www.")


def least_delays(portals: Iterable[_Portal], *, hurried: bool = False) -> dict[str, float]:
    """The pause that each slot gets at least, by the name of the slot; the longest where portals share it.

    `hurried` asks private portals without any.
    """
    portals = list(portals)
    slots = shared_slots(portals)
    least: dict[str, float] = {}
    for portal in portals:
        delay = max(LEAST_DELAY, portal.delay)
        if portal.private:
            delay = 0.0 if hurried else portal.delay
        for host in portal.hosts:
            least[slots[host]] = max(delay, least.get(slots[host], 0.0))
    return least


def _name(host: str) -> str:
    name = urlsplit(f"//{host}").hostname or host
    return f"[{name}]" if ":" in name else name


def next_delay(delay: float, latency: float, least: float, *, well: bool) -> float:
    """Seconds to wait next. Up at once, down by halves, and never down on an answer that is an error:
    errors are quick, and an ailing portal would be hurried by them.
    """
    wanted = max(latency, (delay + latency) / 2)
    if not well:
        wanted = max(wanted, delay)
    return min(max(wanted, least), max(MAX_DELAY, least))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, None where it asks for nothing that can be read.

    A moment is held against the Date of the answer, where it has one: clocks of hosts differ.
    """
    given = headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    until = _moment(given)
    if until is None:
        return None
    return max(0.0, (until - (_moment(headers.get("Date", "")) or now)).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)  # as HTTP has it


@dataclass(slots=True, eq=False)
class Exchange:
    """A request and what has come of its answer: `heard` is the moment of the last sign of life, `taken` the
    bytes of the body since `began`.
    """

    began: float
    heard: float
    taken: int = 0

    @classmethod
    def begun(cls, now: float) -> Self:
        """Nothing has come yet."""
        return cls(now, now)

    def headed(self, now: float) -> None:
        """The headers are there, and the body begins."""
        self.began = self.heard = now

    def brought(self, now: float, size: int) -> None:
        """A piece of the body is there."""
        self.heard = now
        self.taken += size

    def overdue(self, now: float, silence: float) -> bool:
        """Whether to wait no longer: for `silence` seconds nothing came, or hardly anything all the while."""
        return now - self.heard > silence or now - self.began > silence + self.taken / LEAST_PACE


@dataclass(slots=True)
class Host:
    """One host as it has shown itself. Moments are those of one clock that only goes forward.

    `least` is the pause that the portal's file asks for, `patience` how many failures in a row are borne,
    `left` why the host is left alone for the rest of the crawl.
    """

    least: float
    patience: int = 5
    delay: float = 0.0
    failures: int = 0
    left: Bilingual | None = None
    _rested_from: float = 0.0
    _not_before: float = 0.0

    def __post_init__(self) -> None:
        self.delay = self.least

    @property
    def free_at(self) -> float:
        """The moment from which the next request may be sent."""
        return max(self._rested_from + self.delay, self._not_before)

    def asks_for(self, delay: float) -> None:
        """Take the pause of a Crawl-delay into account, as far as it is obeyed."""
        self.least = max(self.least, min(delay, MAX_DELAY))
        self.delay = max(self.delay, self.least)

    def answered(self, now: float, latency: float) -> None:
        """The host answered a request as it should."""
        self.failures = 0
        self._rest(now, latency, well=True)

    def failed(
        self,
        now: float,
        latency: float,
        trouble: Bilingual,
        *,
        attempt: int = 0,
        wait: float | None = None,
        final: bool = False,
    ) -> None:
        """The host did not: `trouble` says what came instead. `attempt` counts how often the same request was
        sent before; `wait` is what the host asked for; after a `final` answer nobody asks again.

        Attempts of one request count once: a page that is broken is not yet a host that is.
        """
        self._rest(now, latency, well=False)
        if attempt == 0:
            self.failures += 1
        if wait is not None and wait > LONGEST_WAIT:
            minutes = int(wait // 60)
            self.left = Bilingual(
                f"{trouble.zh}；要求{minutes}分钟后再来，本次不再访问该主机",
                f"{trouble.en}; asked to come back in {minutes} minutes, host left alone for this visit",
            )
        elif self.failures >= self.patience:
            self.left = Bilingual(
                f"连续{self.failures}次失败（{trouble.zh}），本次不再访问该主机",
                f"{self.failures} failures in a row ({trouble.en}), host left alone for this visit",
            )
        elif wait is not None:
            self._not_before = max(self._not_before, now + wait)
        elif not final:
            self._not_before = max(
                self._not_before, now + min(self.least * BACKOFF ** (attempt + 1), LONGEST_WAIT)
            )

    def _rest(self, now: float, latency: float, *, well: bool) -> None:
        self._rested_from = now
        if self.least:  # a portal that may be asked without a pause is not throttled either
            self.delay = next_delay(self.delay, latency, self.least, well=well)
