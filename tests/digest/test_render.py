"""The mail as HTML and text: readable, complete, and deaf to what hostile pages say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from crawler.digest.compose import compose
from crawler.digest.contents import Digest, Standing, Trend
from crawler.digest.render import MOST_BYTES, html, message_parts, text, weblink
from crawler.digest.surroundings import Surroundings
from storage.records import ChangeKind, ChangeRecord, ObligationStatus, VisitRecord
from tests.digest.conftest import MOMENT

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


# ── whole mails ─────────────────────────────────────────────────────────────


def _course(*numbers: int) -> tuple[Standing, ...]:
    """So many errors at the end of each week, the last one on 10 April."""
    last = date(2024, 4, 10)
    weeks = [last - timedelta(days=7 * back) for back in reversed(range(len(numbers)))]
    return tuple(Standing(day, (("error", number),)) for day, number in zip(weeks, numbers, strict=True))


def _full(changes: list[ChangeRecord], lang: str = "zh", name: str = "云岭省", **fields: Any) -> Digest:
    """A digest in which everything is there that a digest can hold."""
    course = _course(31, 28, 44)
    around = Surroundings(
        duties={
            f"p{number}": {ObligationStatus.ON_TIME: 1000 + number, ObligationStatus.LATE: 3}
            for number in range(fields.pop("provinces", 2))
        },
        open_by_severity={"critical": 2, "error": 1234},
        known=7,
        trend=Trend(Standing(date(2024, 4, 9), (("error", 1200),)), course[-2], course),
        unclean=tuple(
            VisitRecord(1, f"portal{number}", MOMENT, MOMENT, False, f"HTTP {500 + number}", "HTTP 500")
            for number in range(fields.pop("portals", 12))
        ),
        provinces={"yunling": name},
    )
    digest = compose(changes, around, day=date(2024, 4, 10), lang=lang)
    assert digest is not None
    return digest


def _numbers(said: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*", said))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_the_page_is_in_the_text(change: Make, lang: str) -> None:
    changes = [
        change(
            number,
            kind,
            fingerprint=f"{number}",
            organ=f"青杉市第{number}局",
            where=f"applications.r{number}",
        )
        for number, kind in enumerate(["new", "fixed", "returned", "changed", "withdrawn"] * 20, start=1)
    ]
    parts = message_parts(_full(changes, lang))
    page = _Page(parts.html)
    alternatives = " ".join(value for _, name, value in page.attributes if name == "alt")
    assert _numbers(page.said + alternatives) <= _numbers(parts.text)
    assert {"1,234", "44", "31"} <= _numbers(parts.text)


def test_the_chart_is_a_picture_of_the_mail_and_told_in_words(change: Make) -> None:
    digest = _full([change(1, "new")])
    parts = message_parts(digest)
    [picture] = parts.pictures
    sources = [value for tag, name, value in _Page(parts.html).attributes if (tag, name) == ("img", "src")]
    assert sources == [f"cid:{picture.cid}"]
    assert "3-27 31（错误 31）；4-3 28（错误 28）；4-10 44（错误 44）" in parts.text
    with Image.open(BytesIO(picture.content)) as image:
        assert image.format == "PNG"
    assert len(picture.content) < 20_000
    assert message_parts(digest) == parts, "the same digest makes the same mail"
    assert 'src="data:image/png;base64,' in html(digest), "a page of its own loads nothing"
    assert message_parts(_digest(change(1, "new"))).pictures == ()


def test_what_stood_before_is_told_beside_what_stands(change: Make) -> None:
    said = text(_full([change(1, "new")]))
    assert "共 1,236 项；另有 7 项您已知悉或已静音，不计入" in said
    # 1,236 that count and 7 that do not, beside 1,200 and 28
    assert "与上次通报（04-09）相比增加 43 项，与一周前（04-03）相比增加 1,215 项（连同您已知悉的）" in said
    english = text(_full([change(1, "new")], "en"))
    assert "43 more than the last digest (04-09), 1,215 more than a week ago (04-03)" in english


def test_layout_that_old_mail_programs_understand(change: Make) -> None:
    page = message_parts(_full([change(1, "new")])).html
    body = page[page.index("<body") :]
    assert not re.search(r"(?:position|float|display|flex|grid)\s*:", body)
    assert 'bgcolor="#ffffff"' in body
    assert 'name="color-scheme" content="light dark"' in page


_LONG = "很长的话，" * 400


_KINDS = ["new", "returned", "changed", "lapsed", "fixed", "withdrawn", "new"]
"""The last one about the duty to file, so that all seven parts are there."""


@pytest.mark.parametrize("kinds", [["new"], _KINDS], ids=len)
def test_the_worst_mail_is_still_shown_whole(change: Make, kinds: list[str]) -> None:
    """Everything as long and as much as it may be; what is left out is told as a number."""
    long = {"message_zh": _LONG, "basis_zh": _LONG, "where": f"text.{_LONG}"}
    changes = []
    for report in range(90):
        for place in range(12):
            number = 100 * report + place
            changes.append(
                change(
                    number + 1,
                    kinds[number % len(kinds)],
                    fingerprint=f"{number}",
                    rule="filing-late" if number % 7 == 6 and len(kinds) > 1 else "section-missing",
                    **long,
                    organ=f"第{report}局{_LONG}",
                    url=f"http://a.example/{report}/{'x' * 1900}",
                )
            )
    under_decisions = [replace(one, waiver=1 if one.kind is ChangeKind.LAPSED else None) for one in changes]
    parts = message_parts(_full(under_decisions, provinces=60, portals=40))
    assert len(parts.html.encode()) <= MOST_BYTES
    page = _Page(parts.html)
    assert _numbers(page.said) <= _numbers(parts.text)
    told = sum(1 for line in parts.text.splitlines() if line.startswith("  - ["))
    left_out = re.findall(r"另有 ([\d,]+) 份报告", parts.text)
    assert told > 0
    assert len(left_out) == len(kinds)
    assert "另有 30 个网站" in parts.text


_ANY = st.text(
    st.one_of(
        st.sampled_from("<>\"'&={}%\r\n\t\x00\x1b\u202e\u2066\u200f\ufeff|@+-"),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(organ=_ANY, message=_ANY, basis=_ANY, where=_ANY, name=_ANY, url=_ANY)
def test_no_text_of_a_page_is_obeyed(change: Make, **given: str) -> None:
    """Whatever the texts are: the same elements, no links, no more lines, no marks of direction."""
    fields = {"message_zh": given["message"], "basis_zh": given["basis"] + "。", "where": given["where"]}
    said = change(1, "new", organ=given["organ"], url="javascript:" + given["url"], **fields)
    plain = change(1, "new", url="", basis_zh="。")
    parts, usual = message_parts(_full([said], name=given["name"])), message_parts(_full([plain]))
    page, expected = _Page(parts.html), _Page(usual.html)
    assert page.tags == expected.tags
    assert page.links == []
    assert [(tag, name) for tag, name, _ in page.attributes] == [
        (tag, name) for tag, name, _ in expected.attributes
    ]
    for written in (parts.text, parts.html, _full([said], name=given["name"]).subject):
        assert not re.search("[\x00\x1b\u202e\u2066\u200f\ufeff\r]", written)
    assert parts.text.count("\n") <= usual.text.count("\n")
    assert "\n" not in _full([said], name=given["name"]).subject
