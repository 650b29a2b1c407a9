"""`scrapy crawl`: Scrapy's own, with one clear line for a wrong call and an exit code for a failed crawl."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from crawler.health import FAILED
from spiders.portal import PortalSpider, SpiderArgumentError


class Command(CrawlCommand):
    """Exit codes: 0 the crawl ended, whatever its portals answered; 1 it broke off; 2 the call was wrong."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check province and arguments before anything is started or logged."""
        super().process_options(args, opts)
        if len(args) != 1 or self.settings is None:
            return  # Scrapy's own complaint comes
        try:
            spider = get_spider_loader(self.settings).load(args[0])
            if issubclass(spider, PortalSpider):
                spider.plan(**opts.spargs)
        except (KeyError, SpiderArgumentError, UsageError) as error:
            sys.stderr.write(f"scrapy crawl: {error.args[0]}\n")
            raise SystemExit(2) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and tell by the exit code whether the crawl broke off."""
        if len(args) != 1 or self.crawler_process is None:
            raise UsageError
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        problem = None if crawler.spider is None else crawler.stats.get_value(FAILED)
        if problem is not None:
            sys.stderr.write(f"scrapy crawl: {problem}\n")
        if problem is not None or self.crawler_process.bootstrap_failed:
            self.exitcode = 1
