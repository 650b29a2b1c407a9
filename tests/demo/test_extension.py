"""The extension in a real crawl, each in a child process: it serves what is needed and stops it again."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.demo.province import LINXI, QINGSHAN, province_yaml
from crawler.demo.server import SamplePortals, is_up

CRAWL = """
import json, sys
from pathlib import Path
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from crawler.portals import read_province

class HomePages(Spider):
    name = "home-pages"
    province = read_province(Path(sys.argv[1]))
    seen = {}

    async def start(self):
        for portal in self.province.portals:
            yield Request(portal.home)

    def parse(self, response):
        self.seen[response.headers["X-Nianbao-Sample"].decode()] = response.status

process = CrawlerProcess({
    "EXTENSIONS": {"crawler.demo.extension.SamplePortalsExtension": 0},
    "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR", "RETRY_ENABLED": False, "DOWNLOAD_TIMEOUT": 10,
})
crawler = process.create_crawler(HomePages)
process.crawl(crawler)
process.start()
print(json.dumps([HomePages.seen, crawler.stats.get_value("finish_reason")]))
"""


def free_ports() -> dict[str, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return {QINGSHAN: one.getsockname()[1], LINXI: other.getsockname()[1]}


def crawl(folder: Path, text: str) -> tuple[dict[str, int], str, str]:
    """What a crawl of the province saw, why it ended, and what it logged as errors."""
    file = folder / "demo.yml"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, str(file)], capture_output=True, timeout=60, check=True, text=True
    )
    seen, reason = json.loads(done.stdout)
    return seen, reason, done.stderr


def test_it_serves_where_nobody_does_and_stops_with_the_crawl(tmp_path: Path) -> None:
    ports = free_ports()
    seen, reason, errors = crawl(tmp_path, province_yaml(ports))
    assert (seen, reason, errors) == ({QINGSHAN: 200, LINXI: 200}, "finished", "")
    assert not is_up(ports)


def test_portals_that_are_up_are_used_and_left_running(tmp_path: Path) -> None:
    with SamplePortals(ports={QINGSHAN: 0, LINXI: 0}) as running:
        seen, reason, errors = crawl(tmp_path, running.province_yaml)
        assert (seen, reason, errors) == ({QINGSHAN: 200, LINXI: 200}, "finished", "")
        assert is_up(running.ports)


def test_another_program_on_a_port_ends_the_crawl_with_a_line_that_names_the_port(tmp_path: Path) -> None:
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports[LINXI])):
        seen, reason, errors = crawl(tmp_path, province_yaml(ports))
    assert (seen, reason) == ({}, "sample_portals_unavailable")
    assert f"port {ports[LINXI]} on 127.0.0.1 is taken by another program" in errors
    assert "Traceback" not in errors


def test_a_province_that_is_no_sample_is_left_alone(tmp_path: Path) -> None:
    ports = free_ports()
    text = province_yaml(ports).replace("sample: true\n", "")
    seen, reason, errors = crawl(tmp_path, text)
    assert (seen, reason) == ({}, "finished")
    assert errors.count("Connection was refused") >= 2


@pytest.mark.parametrize("portal", [QINGSHAN, LINXI])
def test_only_the_portals_of_the_province_are_served(tmp_path: Path, portal: str) -> None:
    text = province_yaml(free_ports())
    head, *parts = text.split("  - id: ")
    chosen = next(part for part in parts if part.startswith(portal))
    seen, reason, _ = crawl(tmp_path, f"{head}  - id: {chosen}")
    assert (seen, reason) == ({portal: 200}, "finished")
