"""Requests that are not sent, and why. Every reason is fit to be shown to a person."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

from crawler.report.model import Bilingual


class Withheld(IgnoreRequest):
    """A request was not sent; `reason` says why in both languages. It reaches the request's errback."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(zh, en)


class RequestRefused(Withheld):
    """The request goes where nothing is ever visited: asking again would change nothing."""


class ForbiddenByRobots(Withheld):
    """The host's robots.txt does not let us, or could not be had."""


class HostLeftAlone(Withheld):
    """The host blocks us or is ailing; it is not asked again during this visit."""


class Interrupted(Withheld):
    """The crawl was told to stop before the request was sent: the page is as if nobody had asked for it."""

    def __init__(self) -> None:
        super().__init__("访问中断", "the visit was interrupted")


class OutsideWindow(Withheld):
    """The hours are over in which the province's hosts may be visited at night."""


class NotRendered(Withheld):
    """The page came, and could not be shown by a browser as a reader sees it."""
