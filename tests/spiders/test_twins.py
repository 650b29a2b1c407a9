"""Twins of one document are one, and two documents never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.links import MAX_URL
from spiders.twins import canonical

ARTICLE = "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001.html"


@pytest.mark.parametrize(
    "twin",
    [
        "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001_wap.html",
        "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001_print.html",
        "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001.html?ddtab=true",
        "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001.html?print=1",
        "https://www.qingshan.example/zwgk/nb/202401/t20240118_1001.html",
        "https://www.qingshan.example:443/zwgk/nb/202401/t20240118_1001_wap.html?ddtab=true&isPrint=true",
        "http://WWW.Qingshan.Example:80/zwgk/nb/202401/t20240118_1001.html#top",
        "http://www.qingshan.example/zwgk/nb/202401/t20240118_1001.html;jsessionid=0A1B?utm_source=x",
    ],
)
def test_twins_of_an_article(twin: str) -> None:
    assert canonical(twin) == canonical(ARTICLE) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/xxgk/nb/index.html", "https://a.example/xxgk/nb/"),
        ("http://a.example/xxgk/nb/Default.htm", "http://a.example/xxgk/nb/"),
        ("http://a.example", "http://a.example/index.shtml"),
        ("http://a.example/c7104080/print.html", "http://a.example/c7104080/"),
        ("http://a.example/x/c04_163476_wap.shtml?ddtab=true", "http://a.example/x/c04_163476.shtml"),
        (
            "http://a.example/x/54ed651c9acf4bac8ca8854ae7d0cf29_wap.shtml",
            "http://a.example/x/54ed651c9acf4bac8ca8854ae7d0cf29.shtml",
        ),
        ("http://a.example/%e5%b9%b4/1001.html", "http://a.example/%E5%B9%B4/1001.html"),
        ("http://a.example/list.jsp?id=1&print=", "http://a.example/list.jsp?id=1"),
    ],
)
def test_other_twins(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/nb/202401/print.html", "http://a.example/nb/202401/"),
        ("http://a.example/nb/2024-01-18/print.html", "http://a.example/nb/2024-01-18/"),
        ("http://a.example/bm_wap.html", "http://a.example/bm.html"),
        ("http://a.example/show.jsp?print=17", "http://a.example/show.jsp"),
        ("http://a.example/show.jsp?id=1&year=2023", "http://a.example/show.jsp?id=1&year=2024"),
        ("http://a.example/index.html?year=2023", "http://a.example/index.html?year=2024"),
        ("http://a.example/index.jsp", "http://a.example/"),
        ("http://a.example:8080/nb/", "http://a.example/nb/"),
        ("http://a.example:8080/nb/", "https://a.example:8080/nb/"),
        ("http://b.a.example/nb/", "http://a.example/nb/"),
        ("http://a.example/NB/1.html", "http://a.example/nb/1.html"),
        ("http://a.example/#/art/info/1", "http://a.example/#/art/info/2"),
        ("http://a.example/t20240118_1001_1.html", "http://a.example/t20240118_1001.html"),
    ],
)
def test_what_may_be_two_documents_stays_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url", ["", "mailto:a@b.example", "http://[::1", "http://a.example:x/", "http://u:p@a.example/index.html"]
)
def test_what_is_no_plain_address_stays_as_it_is(url: str) -> None:
    assert canonical(url) == url


def test_an_endless_address_is_left_alone() -> None:
    url = f"http://a.example/{'1' * MAX_URL}_wap.html"
    assert canonical(url) == url


_NAMES = st.sampled_from(["t20240118_1001", "c04_163476", "1906985018193408001", "art_76_1558865"])
_FOLDERS = st.sampled_from(["/", "/nb/", "/nb/202401/", "/c111202/"])
_ENDINGS = st.sampled_from([".html", ".htm", ".shtml"])
_QUERIES = st.sampled_from(["", "?id=1", "?id=2", "?area=x&fbtime=2020", "?area=x&fbtime=2021"])


@given(_FOLDERS, _NAMES, _ENDINGS, _QUERIES, _FOLDERS, _NAMES, _ENDINGS, _QUERIES, st.booleans())
def test_folder_number_extension_and_query_tell_documents_apart(
    folder: str,
    name: str,
    ending: str,
    query: str,
    folder2: str,
    name2: str,
    ending2: str,
    query2: str,
    wap: bool,
) -> None:
    suffix = "_wap" if wap else ""
    one = f"http://a.example{folder}{name}{ending}{query}"
    other = f"https://a.example{folder2}{name2}{suffix}{ending2}{query2}"
    same = (folder, name, ending, query) == (folder2, name2, ending2, query2)
    assert (canonical(one) == canonical(other)) is same


@given(st.text(alphabet="abc019_-./?&=%:#;[]@wpritndhex", max_size=60))
def test_once_is_enough(rest: str) -> None:
    once = canonical(f"http://a.example/{rest}")
    assert canonical(once) == once
