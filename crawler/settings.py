"""Scrapy's settings. Values only: what an installation sets (crawler.config) is read when a spider opens."""

from __future__ import annotations

from crawler import __version__

BOT_NAME = "nianbao"
USER_AGENT = f"nianbao/{__version__}"
"""The spider adds the installation's contact."""

SPIDER_LOADER_CLASS = "spiders.loader.ProvinceLoader"
COMMANDS_MODULE = "spiders.commands"

ITEM_PIPELINES = {
    "crawler.pipelines.ArchivePipeline": 100,
    "crawler.pipelines.InspectPipeline": 200,
    "crawler.pipelines.RecordPipeline": 300,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.rendering.Rendering": 50,  # sees what came in the end, after redirects and retries
    # before robots.txt is asked for; redirects and retries pass here again
    "crawler.middlewares.RegisteredHosts": 90,
    "crawler.robots.RobotsRules": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.retrying.Retries": 550,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    # crawler.wire unpacks
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.wire.PoliteHandler",
    "https": "crawler.wire.PoliteHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawler.resolving.CheckedResolver"
EXTENSIONS = {
    "crawler.demo.extension.SamplePortalsExtension": 100,
    "crawler.throttle.Courtesy": 200,
    "crawler.progress.ProgressFile": 300,
}

# politeness: one request at a time for each host; crawler.throttle names the slots and sets their pauses
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1
DOWNLOAD_DELAY_JITTER = 0
# no limit over all hosts: requests that wait for a slow portal must not keep the others waiting
CONCURRENT_REQUESTS = 0
HOST_PATIENCE = 5
"""Pages in a row that fail before a host is left alone for the rest of the visit."""

# bounds
CONCURRENT_ITEMS = 4
"""Items of one answer that are dealt with at the same time; there are hardly ever more than two. Scrapy has
so many tasks for every answer, a hundred if nothing is said, and they stand in memory until it is recorded.
"""
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000
"""Bytes of answers that have come and are not recorded yet, before no more are asked for: what was made of
them stands in memory too, some ten times as much.
"""
DOWNLOAD_SILENCE = 30
"""Seconds without a byte after which an answer is given up; files of slow hosts take longer than that."""
DOWNLOAD_TIMEOUT = 300
DOWNLOAD_MAXSIZE = 30 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # a list that refreshes to itself has ended; the spider looks at that
URLLENGTH_LIMIT = 0  # it would drop requests without a word; the spider bounds addresses itself
HTTPERROR_ALLOW_ALL = True  # the spider judges every answer
HTTPPROXY_ENABLED = False  # behind a proxy nobody could tell which address is visited

COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False  # unchanged pages are told by their own validators and hash
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOGSTATS_INTERVAL = 60.0
