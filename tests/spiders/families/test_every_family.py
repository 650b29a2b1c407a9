"""What holds for every content system, each found by being there and shown by its sample pages."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from scrapy.http import TextResponse

from crawler import clock
from spiders.families import FALLBACK, FAMILIES, frames_in_data, links_in_data, recognise, text_behind
from spiders.families.listing import Listing, Place
from tests.spiders.families.sample_pages import FOLDER, TYPES, SamplePage, opened, pages_of, sent_as
from tests.spiders.walk import HOME, Walk

PAGES = [page for family in FAMILIES for page in pages_of(family)]
HOST = "www.qingshan.example"

DEEP = "[" * 10_000 + "]" * 10_000
MANY = 10**9
HOSTILE = {
    "nothing": "",
    "spaces": " \r\n\t" * 50_000,
    "opened and never closed": "<" * 200_000,
    "anchors inside anchors": "<a href='list_2.html'>下一页" * 1_000,
    "elements inside elements": "<div class='page'>" * 5_000,
    "a quote without end": "<a href='" + "x" * 200_000,
    "brackets": "(" * 200_000,
    "lists inside lists": DEEP,
    "objects inside objects": '{"data":' * 10_000 + "1" + "}" * 10_000,
    "a call with texts inside texts": f"cb({json.dumps(json.dumps({'result': '<datastore>' * 999}))})",
    "data of another form": json.dumps(
        {
            "data": [1, None, {"html": 7}],
            "articles": {"title": []},
            "custom": {"data": {"x": [[]]}},
            "total": -1,
        }
    ),
    "numbers beyond counting": json.dumps({"total": 10**400, "count": "9" * 5_000, "page": -(10**30)}),
    "pages beyond counting": f"countPage = {MANY}; createPageHTML({MANY}, 0, 'index', 'html'); 共{MANY}页",
    "pages written without end": "共" + "9" * 100_000 + "页" + " " * 100_000 + "条",
    "addresses that are none": "<a href='http://[::1'>下一页</a><a href='http://[!--titleurl--]'>2023年年报</a>"
    "<a href='//'>1</a>"
    "<iframe src='http://[x'></iframe><a href='javascript:go(2' onclick='go('>下一页</a>",
    "characters that are none": "\x00\ud7ff\ufffe\uffff￾" * 5_000,
}
BYTES = {
    "no text": bytes(range(256)) * 800,
    "half a character": "政府信息公开".encode()[:-1],
    "another charset": "政府信息公开年报".encode("utf-16"),
}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2024, 5, 1))


# --- each is there -----------------------------------------------------------------------------------------


def test_there_are_families_and_the_fallback_is_asked_last() -> None:
    assert len(FAMILIES) >= 12
    assert list(FAMILIES)[-1] == FALLBACK


def test_no_two_families_have_one_rank() -> None:
    ranks = [family.RANK for family in FAMILIES.values()]
    assert len(set(ranks)) == len(ranks)
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_tells_its_system(name: str) -> None:
    text = FAMILIES[name].__doc__ or ""
    assert len(text.strip()) > 80, "the docstring tells what the system's lists and pagers look like"


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_shows_pages_that_it_reads(name: str) -> None:
    pages = pages_of(name)
    assert pages, f"there is no {FOLDER.name}/{name}/expected.yml"
    files = {path.name for path in (FOLDER / name).iterdir()} - {"expected.yml"}
    assert files == {page.file for page in pages}
    assert any(listing.get("rows") for page in pages for listing in page.expected.get("lists", ()))


def test_no_pages_of_families_that_there_are_not() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == set(FAMILIES)


# --- its own pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_recognised_as_what_it_is(page: SamplePage) -> None:
    if page.after is None:  # what a place leads to is not asked whose it is
        marked = page.expected.get("recognised", True)
        assert recognise(page.response(page.url or "")) == (page.family if marked else None)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_read_as_expected(page: SamplePage) -> None:
    response, place = opened(page, FAMILIES[page.family])
    expected = page.expected.get("lists")
    if expected is not None:
        read = FAMILIES[page.family].read(response, place)
        assert [_plain(one, other) for one, other in zip(read, expected, strict=True)] == [
            _expected(one, response) for one in expected
        ]


def _plain(listing: Listing, expected: dict[str, Any]) -> dict[str, Any]:
    """A listing as plain values; of the next place what `expected` speaks of."""
    said = expected.get("following") or {"url": ""}
    place = listing.following
    following = None
    if place is not None:
        query = dict(parse_qsl(urlsplit(place.url).query, keep_blank_values=True))
        all_of_it = {
            "url": place.url.partition("?")[0] if "asks" in said else place.url,
            "asks": {key: query.get(key) for key in said.get("asks", ())},
            "posts": place.body is not None,
            "page": place.page,
            "certain": place.certain,
            "others": list(place.others),
        }
        following = {key: all_of_it[key] for key in said}
    return {
        "rows": [(row.url, row.title, row.day) for row in listing.rows],
        "following": following,
        "doubt": listing.doubt is not None,
        "lacking": listing.lacking,
        "ended": listing.ended,
    }


def _expected(listing: dict[str, Any], response: TextResponse) -> dict[str, Any]:
    following = listing.get("following")
    return {
        "rows": [(urljoin(response.url, url), title, day) for url, title, day in listing.get("rows", ())],
        "following": following and following | {"url": urljoin(response.url, following["url"])},
        "doubt": listing.get("doubt", False),
        "lacking": listing.get("lacking", 0),
        "ended": listing.get("ended", False),
    }


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_stands_in_data_is_found(page: SamplePage) -> None:
    response, _ = opened(page, FAMILIES[page.family])
    expected = page.expected
    found = [[link.url, link.text] for link in links_in_data(page.family, response)]
    if "links" in expected:
        assert found == [[urljoin(response.url, url), text] for url, text in expected["links"]]
    if "frames" in expected:
        frames = frames_in_data(page.family, response)
        assert list(frames) == [urljoin(response.url, url) for url in expected["frames"]]
    if "behind" in expected:
        place = text_behind(page.family, response)
        assert place is not None
        assert place.url == urljoin(response.url, expected["behind"])


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_nothing_leaves_the_host_of_the_page(page: SamplePage) -> None:
    response, place = opened(page, FAMILIES[page.family])
    host = urlsplit(response.url).netloc
    family = FAMILIES[page.family]
    places = [listing.following for listing in family.read(response, place)]
    places.append(text_behind(page.family, response))
    addresses = [address for at in places if at is not None for address in (at.url, *at.others)]
    addresses += [link.url for link in links_in_data(page.family, response)]
    addresses += frames_in_data(page.family, response)
    assert {urlsplit(address).netloc for address in addresses} <= {host}


# --- hostile pages -----------------------------------------------------------------------------------------


def everything(name: str, response: TextResponse, place: Place | None) -> list[Place]:
    """All that a family does with a response; the places that it gives."""
    family = FAMILIES[name]
    assert isinstance(family.recognises(response), bool)
    listings = family.read(response, place)
    assert isinstance(listings, tuple)
    links_in_data(name, response)
    frames_in_data(name, response)
    places = [listing.following for listing in listings] + [text_behind(name, response)]
    return [at for at in places if at is not None]


@pytest.mark.parametrize("said", [*HOSTILE, *BYTES])
@pytest.mark.parametrize("name", FAMILIES)
def test_nothing_raises(name: str, said: str) -> None:
    """Asked as the first page of a list, and as what a place of the family has led to."""
    body = BYTES[said] if said in BYTES else HOSTILE[said].encode(errors="surrogatepass")
    places = {page.after is None: (page, *opened(page, FAMILIES[name])) for page in pages_of(name)}
    for _, first, place in places.values():
        for ending in TYPES:
            everything(name, sent_as(f"x{ending}", first.url, body), place)


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("name", FAMILIES)
def test_nothing_raises_where_it_stands_in_a_page_of_the_system(name: str, said: str) -> None:
    hostile = HOSTILE[said].encode(errors="surrogatepass")[:20_000]
    for page in pages_of(name):
        response, place = opened(page, FAMILIES[name])
        body = response.body
        for start in (len(body) // 3, 2 * len(body) // 3):
            everything(name, response.replace(body=body[:start] + hostile + body[start:]), place)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_nothing_raises_where_numbers_are_enormous(page: SamplePage) -> None:
    response, place = opened(page, FAMILIES[page.family])
    for number in (b"0", b"-1", b"999999999", b"9" * 30, b"9" * 6_000):
        everything(page.family, response.replace(body=re.sub(rb"\d+", number, response.body)), place)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_half_a_page_is_read_as_far_as_it_goes(page: SamplePage) -> None:
    response, place = opened(page, FAMILIES[page.family])
    body = response.body
    for end in range(0, len(body), max(1, len(body) // 40)):
        everything(page.family, response.replace(body=body[:end]), place)


# --- paging without end -------------------------------------------------------------------------------------

PROMISES = re.compile(
    rb"((?:countPage|totalpage|totalrecord|pageCount|total|count|post_count)(?:\W{1,6})|\xe5\x85\xb1(?:<b>)?|\d/|"
    rb"page_div',)\d+",
    re.I,
)
"""What a list announces of its pages and entries."""
NEXT = "<div class='pages'><a href='list_{}.shtml'>下一页</a></div>".encode()
LISTS = [
    (first, next((page for page in PAGES if page.family == first.family and page.after), first))
    for first in PAGES
    if first.after is None and first.expected.get("lists")
]
"""The first page of a list, and one that its server answers with, whatever is asked."""


def served(page: SamplePage, answer: SamplePage, *, endless: bool) -> Walk:
    """A visit of a portal whose list begins with `page`, and which answers whatever else with `answer`; an
    `endless` one has new rows on every page, and promises more.
    """
    first, _ = opened(page, FAMILIES[page.family])
    again, _ = opened(answer, FAMILIES[page.family])
    column = urlsplit(first.url)._replace(netloc=HOST).geturl()
    names = [urlsplit(row.url) for listing in listings(answer) for row in listing.rows]
    numbers = count(10**6)

    def on_our_host(body: bytes) -> bytes:
        body = body.replace(urlsplit(first.url).netloc.encode(), HOST.encode())
        return PROMISES.sub(rb"\g<1>99999", body) if endless else body

    def anything(request: Any) -> TextResponse:
        body = on_our_host(again.body)
        if endless:
            for name in (parts.path.rpartition("/")[2] for parts in names):
                body = body.replace(name.encode(), re.sub(r"\d+(?=\D*$)", str(next(numbers)), name).encode())
            if page.family == FALLBACK:
                body += NEXT.replace(b"{}", str(next(numbers)).encode())
        return again.replace(url=request.url, body=body)

    class Site(dict[str, Any]):
        def get(self, url: str, default: Any = None) -> Any:
            del default
            if url == HOME:
                return 404
            return first.replace(url=url, body=on_our_host(first.body)) if url == column else anything

    return Walk(
        Site(),
        roster={"columns": (column,), "hosts": (HOST,), "family": page.family},
        limits={"lists": 60, "requests": 200, "bodies": 5, "sections": 5},
    )


def listings(page: SamplePage) -> tuple[Listing, ...]:
    return FAMILIES[page.family].read(*opened(page, FAMILIES[page.family]))


@pytest.mark.parametrize(("first", "answer"), LISTS, ids=str)
def test_a_server_that_answers_the_same_for_ever_is_left_soon(first: SamplePage, answer: SamplePage) -> None:
    walk = served(first, answer, endless=False)
    assert len(walk.asked) <= 40


@pytest.mark.parametrize(("first", "answer"), LISTS, ids=str)
def test_a_list_without_end_is_left_and_the_visit_is_not_clean(first: SamplePage, answer: SamplePage) -> None:
    walk = served(first, answer, endless=True)
    assert len(walk.asked) <= 200
    if first is not answer:  # it has further pages
        assert not walk.verdict.clean, walk.asked


@pytest.mark.parametrize(("first", "answer"), LISTS, ids=str)
def test_a_family_itself_ends_a_list_that_has_no_end(first: SamplePage, answer: SamplePage) -> None:
    """Whatever a visit allows: one page and its promise, over and over."""
    family = FAMILIES[first.family]
    response, place = opened(first, family)
    again = answer.response(response.url)
    again = again.replace(body=PROMISES.sub(rb"\g<1>99999", again.body))
    asked = 0
    waiting = [listing.following for listing in family.read(response, place) if listing.following]
    while waiting and asked <= 1_000:
        at = waiting.pop()
        asked += 1
        waiting += [one.following for one in family.read(again.replace(url=at.url), at) if one.following]
    assert asked <= 1_000
