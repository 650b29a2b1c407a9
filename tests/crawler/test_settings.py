"""What the crawl stands on: politeness, bounds, and components that exist."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

COMPONENTS = ("ITEM_PIPELINES", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS")


@pytest.fixture
def settings() -> Settings:
    loaded = Settings()
    loaded.setmodule("crawler.settings")
    return loaded


@pytest.mark.parametrize("kind", COMPONENTS)
def test_every_component_can_be_loaded(settings: Settings, kind: str) -> None:
    assert settings.getdict(kind)
    for path in settings.getdict(kind):
        assert callable(load_object(path))


def test_what_is_replaced_is_switched_off_and_only_web_addresses_are_fetched(settings: Settings) -> None:
    off = {
        path.rpartition(".")[2]
        for path, place in settings.getdict("DOWNLOADER_MIDDLEWARES").items()
        if place is None
    }
    assert off == {"RobotsTxtMiddleware", "RetryMiddleware", "HttpCompressionMiddleware"}
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, path in handlers.items() if path is not None} == {"http", "https"}
    assert callable(load_object(settings["TWISTED_DNS_RESOLVER"]))


def test_politeness(settings: Settings) -> None:
    middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES")
    assert middlewares["crawler.middlewares.RegisteredHosts"] < middlewares["crawler.robots.RobotsRules"]
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getfloat("DOWNLOAD_DELAY") == 1
    assert settings["USER_AGENT"].startswith("nianbao/")


def test_bounds_and_doors(settings: Settings) -> None:
    assert settings.getint("DOWNLOAD_MAXSIZE") == 30 * 1024 * 1024
    assert settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
    assert 0 < settings.getint("DOWNLOAD_SILENCE") <= 60
    assert settings.getint("DOWNLOAD_SILENCE") < settings.getint("DOWNLOAD_TIMEOUT") <= 600
    assert settings.getint("REDIRECT_MAX_TIMES") == 5
    for door in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "HTTPPROXY_ENABLED"):
        assert not settings.getbool(door)
