"""A digest as HTML and as text. Everything in it may come from a hostile page: text can only be text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crawler.console import harmless
from crawler.digest import words
from crawler.digest.chart import COLOURS, chart
from crawler.digest.contents import PART_COLUMNS, PART_TITLES, Digest, PartKind, Standing
from crawler.digest.deadline import FEWER_BODIES, DeadlineDigest, narrowed
from crawler.digest.fitting import NARROWER, shortened, spelled_out
from crawler.validator.finding import SEVERITY_NAMES

MOST_BYTES = 90_000
"""Of the HTML: Gmail shows no more than 102 kB of a mail."""
MOST_PROVINCES = 34
"""Provinces in the table; the rest is a number."""
_LEAST_BYTES = 600
"""Of a line that is spelled out, over a whole mail."""
_LONGEST_LINK = 2000


class Picture(NamedTuple):
    """A picture that is sent along; the HTML names it `cid:` and its `cid`."""

    cid: str
    name: str
    content: bytes


class MessageParts(NamedTuple):
    """What a mail is made of: the text, the HTML that says the same, and the pictures of the HTML."""

    text: str
    html: str
    pictures: tuple[Picture, ...] = ()


Telling = Digest | DeadlineDigest
"""What becomes a mail."""


def message_parts(digest: Telling) -> MessageParts:
    """The mail of `digest`, so short that mail programs show it whole."""
    pictures = _pictures(_course(digest))
    fitting, page = _fitted(digest, f"cid:{pictures[0].cid}" if pictures else "")
    return MessageParts(_text(fitting), page, pictures)


def html(digest: Telling) -> str:
    """The mail as a page of its own, pictures within; nothing is loaded from anywhere."""
    pictures = _pictures(_course(digest))
    fitting, page = _fitted(digest, f"cid:{pictures[0].cid}" if pictures else "")
    if not pictures:
        return page
    return _page(fitting, f"data:image/png;base64,{base64.b64encode(pictures[0].content).decode()}")


def text(digest: Telling) -> str:
    """The same in plain text."""
    return message_parts(digest).text


@lru_cache(maxsize=10_000)
def weblink(url: str) -> str | None:
    """`url` where it is an ordinary http(s) address, else None: nothing else ever becomes a link."""
    if len(url) > _LONGEST_LINK or re.search(r"[\s\x00-\x20\x7f-\x9f\"'<>\\^`{|}]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return None
    return url


def _fitted(digest: Telling, picture: str) -> tuple[Telling, str]:
    """The digest as far as its page is short enough, and the page."""
    page = ""
    for fitting in _shorter_and_shorter(digest):
        page = _page(fitting, picture)
        if len(page.encode()) <= MOST_BYTES:
            break
    return fitting, page


def _shorter_and_shorter(digest: Telling) -> Iterator[Telling]:
    if isinstance(digest, DeadlineDigest):
        yield from (narrowed(digest, most) for most in FEWER_BODIES)
    else:
        wider = [digest, *(shortened(digest, bounds) for bounds in NARROWER[:-1])]
        # a page is dear to make: what is far too long for certain is not tried
        yield from (one for one in wider if spelled_out(one) * _LEAST_BYTES <= MOST_BYTES)
        yield shortened(digest, NARROWER[-1])


def _page(digest: Telling, picture: str) -> str:
    page = _templates().get_template(f"{_template(digest)}.html.j2").render(_names(digest), picture=picture)
    return _inliner().inline(page)


def _text(digest: Telling) -> str:
    page = _templates().get_template(f"{_template(digest)}.txt.j2").render(_names(digest))
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"


def _template(digest: Telling) -> str:
    return "deadline" if isinstance(digest, DeadlineDigest) else "digest"


def _course(digest: Telling) -> tuple[Standing, ...]:
    return () if isinstance(digest, DeadlineDigest) else digest.trend.course


@cache
def _pictures(course: tuple[Standing, ...]) -> tuple[Picture, ...]:
    """The chart of what stood open; none where there is no course."""
    if len(course) < 2:
        return ()
    content = chart(course)
    return (Picture(f"open-{hashlib.sha256(content).hexdigest()[:16]}@nianbao", "open.png", content),)


def _names(digest: Telling) -> dict[str, object]:
    lang = digest.lang
    names: dict[str, object] = {
        "mail": digest,
        "t": lambda zh, en: en if lang == "en" else zh,
        "heading": words.DEADLINE_HEADING.pick(lang),
        "judged": words.judged(digest.coverage, lang),
    }
    if isinstance(digest, DeadlineDigest):
        shown = digest.provinces[:MOST_PROVINCES]
        return {**names, "shown": shown, "more_shown": len(digest.provinces) - len(shown)}
    counted = {kind for state in digest.provinces for kind, number in state.changes.items() if number}
    states = digest.provinces[:MOST_PROVINCES]
    return {
        **names,
        "heading": words.HEADING.pick(lang),
        "part_title": lambda kind: PART_TITLES[kind].pick(lang),
        "column": lambda kind: PART_COLUMNS[kind].pick(lang),
        "severity": lambda name: SEVERITY_NAMES[name].pick(lang) if name in SEVERITY_NAMES else name,
        "kinds": [kind for kind in PartKind if kind in counted],
        "states": states,
        "more_states": len(digest.provinces) - len(states),
        "trend": words.trend(digest, lang),
        "duties": words.duties(digest, lang),
        "muted": words.muted(digest.muted, lang),
        "course": words.course(digest.trend.course, lang),
        "course_step": words.step(digest.trend.course, lang),
        "legend": [(name, COLOURS[name]) for name in COLOURS if _has(digest.trend.course, name)],
    }


def _has(course: tuple[Standing, ...], severity: str) -> bool:
    return any(name == severity for standing in course for name, _ in standing.open)


@cache
def _inliner() -> css_inline.CSSInliner:
    # remote and local style sheets are never fetched; the style block stays for dark mode and phones
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.digest"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), disabled_extensions=("txt.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # what is printable throughout holds nothing harmful; nearly all is
        finalize=lambda value: harmless(value) if type(value) is str and not value.isprintable() else value,
    )
    environment.filters["weblink"] = weblink
    environment.filters["n"] = lambda number: f"{number:,}"
    return environment
