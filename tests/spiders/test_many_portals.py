"""A hundred and fifty portals in one crawl: no host sees two requests at a time, and every visit is clean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crawler.demo.server import SamplePortals
from crawler.demo.web import Response
from tests.spiders.installation import Installation

MANY = 150
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_LIST = "/zwgk/zfxxgknb/"


class TwoRows:
    """A portal with one column of two entries, neither of which is a report when it is opened."""

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Home page, column, two pages; anything else is not there."""
        del query, headers
        rows = "".join(
            f'<li><a href="./202401/t20240118_100{n}.html">棠港市水务局202{n}年政府信息公开工作年度报告</a>'
            f"<span>2024-01-1{9 - n}</span></li>"
            for n in (1, 2)
        )
        pages = {
            "/": f'<a href="{_LIST}">政府信息公开年报</a>',
            _LIST: f"<ul>{rows}</ul><script>var countPage = 1;</script>",
            f"{_LIST}202401/t20240118_1001.html": "<h1>通知</h1><p>全市防汛演练在雨燕街道举行。</p>",
            f"{_LIST}202401/t20240118_1002.html": "<h1>通知</h1><p>青杉河绿道二期建成开放。</p>",
        }
        body = pages.get(path)
        if body is None:
            return Response(404, _HTML, b"<html><body>404</body></html>")
        return Response(200, _HTML, f"<html><body>{body}</body></html>".encode())


def test_many_portals_are_visited_side_by_side_and_each_one_request_at_a_time(tmp_path: Path) -> None:
    names = [f"portal-{number}" for number in range(MANY)]
    installation = Installation(tmp_path)
    with SamplePortals(ports=dict.fromkeys(names, 0), sites=dict.fromkeys(names, TwoRows())) as served:
        lines = ["province: many", "name: 云岭省", "years: {first: 2021, last: 2022}", "portals:"]
        for name, home in served.homes.items():
            host = home.removeprefix("http://").rstrip("/")
            lines += [
                f"  - id: {name}",
                f"    name: {name}",
                f"    home: {home}",
                f'    hosts: ["{host}"]',
                "    private: true",
                "    delay: 0",
            ]
        folder = tmp_path / "provinces"
        folder.mkdir()
        (folder / "many.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        ended = installation.crawl("many")
        assert ended.exit_code == 0, ended.log
        assert len(ended.end["visits"]) == MANY
        assert [visit for visit in ended.end["visits"] if not visit["clean"]] == []
        assert set(served.most_at_once.values()) == {1}
        # robots.txt, home, column and two pages of each
        assert {len(asked) for asked in served.asked.values()} == {5}
