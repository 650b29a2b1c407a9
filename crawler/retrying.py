"""What is asked again: errors that may pass. Never a challenge, and never a host that is left alone."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.answers import may_pass
from crawler.throttle import Courtesy


class Retries(RetryMiddleware):
    """Scrapy's, for answers that may pass; how long a retry waits is decided where answers come in."""

    def __init__(self, settings: BaseSettings, courtesy: Courtesy) -> None:
        super().__init__(settings)
        self._courtesy = courtesy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """With the courtesy of the crawl."""
        retries = cls(crawler.settings, Courtesy.of(crawler))
        retries.crawler = crawler
        return retries

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer, or the request once more."""
        if not may_pass(response) or self._left(request):
            return response
        return super().process_response(request, response)

    def process_exception(self, request: Request, exception: Exception) -> Any:  # type: ignore[override]
        """The request once more, or nothing: then the exception goes on to the errback."""
        return None if self._left(request) else super().process_exception(request, exception)

    def _left(self, request: Request) -> bool:
        """Whether the host is left alone: then what it answered last says more than that."""
        slot = self._courtesy.slot_of(request.url)
        return slot is not None and self._courtesy.host(slot).left is not None
