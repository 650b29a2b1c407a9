"""Sample pages of the content systems: pages/<family>/expected.yml says what each of its files is read as.

docs/first-portal.md tells how to write them; test_every_family.py reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

from spiders.families.data import is_data
from spiders.families.listing import Place

FOLDER = Path(__file__).parent / "pages"
TYPES: dict[str, tuple[type[TextResponse], str]] = {
    ".html": (HtmlResponse, "text/html"),
    ".xml": (XmlResponse, "text/xml"),
    ".json": (JsonResponse, "application/json"),
    ".txt": (TextResponse, "text/plain"),
}
_KEYS = {"file", "url", "after", "recognised", "lists", "links", "frames", "behind"}
_LIST_KEYS = {"rows", "following", "doubt", "lacking", "ended"}


@dataclass(frozen=True)
class SamplePage:
    """One page: `after` names the page whose first place leads to it, None where a reader comes to it."""

    family: str
    file: str
    url: str | None
    after: str | None
    expected: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.family}/{self.file}"

    def response(self, url: str) -> TextResponse:
        """The page as its server sends it from `url`."""
        return sent_as(self.file, url, (FOLDER / self.family / self.file).read_bytes())


def sent_as(file: str, url: str, body: bytes) -> TextResponse:
    """A response of the type that the ending of a file's name says, as a visit hands it to a family."""
    kind, told = TYPES[Path(file).suffix]
    response = kind(url, body=body, headers={"Content-Type": f"{told}; charset=utf-8"})
    return response.replace(cls=JsonResponse) if is_data(response) else response


def pages_of(family: str) -> list[SamplePage]:
    """The sample pages of a family in the order of its expected.yml; none where it has no folder."""
    told = FOLDER / family / "expected.yml"
    if not told.is_file():
        return []
    pages = []
    for page in yaml.safe_load(told.read_text("utf-8")):
        assert set(page) <= _KEYS, f"{told}: unknown {set(page) - _KEYS}"
        for listing in page.get("lists", ()):
            assert set(listing) <= _LIST_KEYS, f"{told}: unknown {set(listing) - _LIST_KEYS}"
        assert ("url" in page) != ("after" in page), f"{told}: {page['file']} has `url` or `after`"
        pages.append(SamplePage(family, page["file"], page.get("url"), page.get("after"), page))
    return pages


def place_before(page: SamplePage, family: Any) -> Place | None:
    """The place that leads to a page, as the pages before it give it; None for one that a reader comes to."""
    if page.after is None:
        return None
    before = next(other for other in pages_of(page.family) if other.file == page.after)
    response, place = opened(before, family)
    found = (listing.following for listing in family.read(response, place) if listing.following)
    return cast(Place, next(found))


def opened(page: SamplePage, family: Any) -> tuple[TextResponse, Place | None]:
    """A page at its address, and the place that leads to it."""
    place = place_before(page, family)
    return page.response(page.url if place is None else place.url), place
