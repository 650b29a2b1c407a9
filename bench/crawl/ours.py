"""Settings of the whole pipeline: the product's own, and the stopwatch."""

from __future__ import annotations

from crawler import settings
from crawler.settings import *  # noqa: F403 - Scrapy reads a module's names

EXTENSIONS = {**settings.EXTENSIONS, "bench.crawl.stopwatch.Stopwatch": 900}
