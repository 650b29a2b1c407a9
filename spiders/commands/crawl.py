"""`scrapy crawl`: Scrapy's own, with one clear line for a wrong call and an exit code for a failed crawl."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from crawler.pipelines import FAILED
from spiders.portal import PortalSpider, SpiderArgumentError


class Command(CrawlCommand):
    """Exit codes: 0 the crawl ended, whatever its portals answered; 1 it broke off; 2 the call was wrong."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check province and arguments before anything is started."""
        if len(args) != 1 or self.crawler_process is None:
            raise UsageError
        try:
            spider = self.crawler_process.spider_loader.load(args[0])
            if issubclass(spider, PortalSpider):
                spider.plan(**opts.spargs)
        except (KeyError, SpiderArgumentError) as error:
            sys.stderr.write(f"scrapy crawl: {error.args[0]}\n")
            self.exitcode = 2
            return
        crawler = self._create_crawler(spider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        problem = None if crawler.spider is None else crawler.stats.get_value(FAILED)
        if problem is not None:
            sys.stderr.write(f"scrapy crawl: {problem}\n")
        if problem is not None or self.crawler_process.bootstrap_failed:
            self.exitcode = 1
