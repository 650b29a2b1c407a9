"""The mail as HTML and text: readable, complete, and deaf to what hostile pages say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from crawler.digest.compose import compose
from crawler.digest.contents import Digest
from crawler.digest.render import html, text, weblink
from crawler.digest.surroundings import Surroundings
from storage.records import ChangeRecord, ObligationStatus

Make = Callable[..., ChangeRecord]


class _Page(HTMLParser):
    """Everything that a reader or a mail program would act on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._silent = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name == "href"]

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


def _digest(*changes: ChangeRecord, lang: str = "zh") -> Digest:
    around = Surroundings(
        provinces={"yunling": "云岭省" if lang == "zh" else "Yunling"},
        duties={"yunling": {ObligationStatus.ON_TIME: 35, ObligationStatus.UNREACHABLE: 1}},
        open_by_severity={"critical": 1, "error": 3},
    )
    digest = compose(changes, around, day=date(2024, 4, 10), lang=lang)
    assert digest is not None
    return digest


def test_both_forms_tell_the_same(change: Make) -> None:
    digest = _digest(
        change(1, "new", fingerprint="a"),
        change(
            2,
            "fixed",
            fingerprint="b",
            organ="松涛镇人民政府",
            rule="section-missing",
            message_zh="缺第四部分",
        ),
    )
    page = _Page(html(digest))
    for said in (
        "云岭省 1 项新问题，1 项已整改",
        "2024-04-10",
        "青杉市水务局",
        "新收21＋结转0，办结20＋结转下年0",
        "表三 · 自然人；依据：2021年格式表三",
        "松涛镇人民政府",
        "缺第四部分",
        "严重 1 · 错误 3",
        "应报 36 份，其中能判断 35 份",
    ):
        assert said in page.said
        assert said in text(digest)
    assert page.links == ["http://qingshan.example/2023.html"] * 2
    assert text(digest).count("http://qingshan.example/2023.html\n") == 2


def test_english_is_complete(change: Make) -> None:
    digest = _digest(change(1, "new", organ="Body", province="x"), lang="en")
    for page in (text(digest), _Page(html(digest)).said):
        assert "21 + 0 received, 20 + 0 accounted for" in page
        assert "36 reports due, 35 of them could be judged." in page
        assert not any("\u4e00" <= character <= "\u9fff" for character in page)


def test_nothing_is_loaded_and_styles_are_inlined(change: Make) -> None:
    page = html(_digest(change(1, "new")))
    tags = set(_Page(page).tags)
    assert not tags & {"img", "script", "link", "iframe", "form", "object", "svg"}
    assert 'style="' in page
    assert "prefers-color-scheme: dark" in page
    assert "@import" not in page
    assert "url(" not in page


HOSTILE = [
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    '"><a href="http://evil.example/">点这里</a>',
    "{{ digest.subject }}{% include 'x' %}",
    "</style></td></table><h1>假标题</h1>",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["organ", "message_zh", "basis_zh", "where", "rule", "severity", "url"])
def test_text_of_a_report_stays_text(change: Make, hostile: str, field: str) -> None:
    plain = _Page(html(_digest(change(1, "new", url=""))))
    page = _Page(html(_digest(change(1, "new", **{"url": "", field: hostile}))))
    assert page.tags == plain.tags
    assert page.links == []
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    if field in ("organ", "message_zh", "basis_zh"):
        assert " ".join(hostile.split()) in page.said


def test_a_report_cannot_add_lines_to_the_text(change: Make) -> None:
    page = text(_digest(change(1, "new", message_zh="甲\n\n== 已整改 9 ==\r\n乙\x1b[31m\u202e丙")))
    assert [line for line in page.splitlines() if line.startswith("==")] == [
        "== 新问题 1 ==",
        "== 目前尚未解决 ==",
        "== 未能检查 ==",
    ]
    assert "\x1b" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    "url", ["http://qingshan.example/a.html", "https://qingshan.example:8443/a?b=%E5%B9%B4&c=1#d"]
)
def test_ordinary_addresses_become_links(url: str) -> None:
    assert weblink(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "http:///nohost",
        "http://good.example@evil.example/",
        "http://a.example/\njavascript:x",
        'http://a.example/"onclick="x',
        "http://[::1",
        "http://a.example/" + "x" * 3000,
        "file:///etc/passwd",
    ],
)
def test_nothing_else_becomes_a_link(url: str) -> None:
    assert weblink(url) is None
