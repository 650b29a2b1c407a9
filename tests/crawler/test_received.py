"""What is kept of the headers of an answer: whole and harmless, or not at all and counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response

from crawler.received import LONGEST_VALUE, MOST_CHARACTERS, MOST_HEADERS, kept, note, received

URL = "http://a.example/1.html"


def test_names_and_values_are_kept_in_their_order() -> None:
    headers = Headers({"Server": "nginx", "X-A": ["1", "", " 2 "], "Date": "Thu, 01 Feb 2024 18:00:00 GMT"})
    assert kept(headers) == (
        (
            ("Server", "nginx"), ("X-A", "1"), ("X-A", ""), ("X-A", "2"),
            ("Date", "Thu, 01 Feb 2024 18:00:00 GMT"),
        ),
        0,
    )  # fmt: skip


def test_bytes_that_are_no_ascii_can_be_written_back() -> None:
    ((_, value),), left_out = kept(Headers({"X-A": "年报".encode("gb18030")}))
    assert value.encode("latin-1").decode("gb18030") == "年报"
    assert left_out == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "session=somebody"),
        ("set-cookie2", "x"),
        ("X-Long", "x" * (LONGEST_VALUE + 1)),
        ("X" * 101, "1"),
        ("X A", "1"),
        ("X:A", "1"),
        ("", "1"),
        ("X-A", "a\r\nX-B: b"),
        ("X-A", "a\0b"),
        ("X-Ü", "1"),
    ],
    ids=["cookie", "cookie2", "value", "name", "blank", "colon", "empty", "two lines", "nul", "no ascii"],
)
def test_what_is_not_kept_is_left_out_whole(name: str, value: str) -> None:
    headers = Headers({"Server": "nginx"})
    headers.appendlist(name, value)
    assert kept(headers) == ((("Server", "nginx"),), 1)


def test_number_and_size_are_bounded() -> None:
    many = Headers({f"X-{number}": "1" for number in range(MOST_HEADERS + 7)})
    found, left_out = kept(many)
    assert (len(found), left_out) == (MOST_HEADERS, 7)
    large = Headers({f"X-{number}": "v" * LONGEST_VALUE for number in range(10)})
    found, left_out = kept(large)
    assert (len(found), left_out) == (3, 7)  # three of 4003 characters fit into 16,000


@given(
    st.dictionaries(st.binary(max_size=30), st.lists(st.binary(max_size=200), max_size=3), max_size=40).map(
        Headers
    )
)
def test_whatever_comes_it_can_stand_in_a_header_block(headers: Headers) -> None:
    found, left_out = kept(headers)
    assert len(found) + left_out == sum(len(values) for _, values in headers.items())
    assert sum(len(name) + len(value) for name, value in found) <= MOST_CHARACTERS
    for name, value in found:
        line = f"{name}: {value}\r\n".encode("latin-1")
        assert line.splitlines() == [line[:-2]]
        assert name.lower() != "set-cookie"


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    request = Request(URL)
    note(request, Response(URL, status=503, headers={"Retry-After": "1"}))
    last = Response(URL, headers={"Content-Encoding": "gzip"}, body=b"packed")
    note(request, last)
    unpacked = Response(URL, body=b"unpacked", request=request)
    told = received(unpacked, rendered=False)
    assert (told.status, told.headers, told.url) == (200, (("Content-Encoding", "gzip"),), URL)
    assert told.at.tzinfo is not None


def test_what_a_browser_has_made_bears_no_headers() -> None:
    request = Request(URL)
    note(request, Response(URL, headers={"ETag": "x"}))
    told = received(Response(URL, request=request), rendered=True)
    assert (told.headers, told.rendered) == (None, True)


def test_an_answer_of_which_nothing_was_noted_says_so() -> None:
    told = received(Response(URL, request=Request(URL)), rendered=False)
    assert (told.headers, told.left_out) == (None, 0)
