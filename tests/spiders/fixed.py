"""A small portal whose every address has one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from crawler.demo.server import HOST, SamplePortals
from crawler.demo.web import Article, Response

HTML = ("Content-Type", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Fixed:
    """Answers by their paths; 404 anywhere else."""

    answers: Mapping[str, Response]

    @property
    def articles(self) -> Mapping[str, Article]:
        return {}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        del query, headers
        return self.answers.get(path, Response(404, (HTML,), b""))


@contextmanager
def served(answers: Mapping[str, Response]) -> Iterator[str]:
    """Serve these answers on a free port of loopback; gives host and port."""
    with SamplePortals(ports={"wuhe": 0}, sites={"wuhe": Fixed(answers)}) as portals:
        yield f"{HOST}:{portals.ports['wuhe']}"
