"""A note as a mail. What stands in it may come from a hostile page: text can only be text."""

from __future__ import annotations

from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from typing import NamedTuple

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crawler.alarms import ADVICE, BLAMES, TITLES, Alarm, Blame, Code
from crawler.clock import local
from crawler.console import clean, harmless
from crawler.operator.note import OperatorNote

MOST = 30
"""Alarms of one kind that are spelled out; the rest is a number."""
_LONGEST = 400


class Entry(NamedTuple):
    """One alarm as it is told."""

    where: str
    since: str
    message: str
    blame: str


class Kind(NamedTuple):
    """The alarms of one code, and what to do about them."""

    title: str
    advice: str
    entries: tuple[Entry, ...]
    more: int


def mail(note: OperatorNote) -> EmailMessage:
    """The mail, text first, HTML as the better alternative; who sends it adds sender, reader and date."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = clean(note.subject)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # Exchange looks for no other sign
    message.set_content(text(note), cte="base64")
    message.add_alternative(html(note), subtype="html", cte="base64")
    return message


def html(note: OperatorNote) -> str:
    """For people: styles inlined, nothing loaded from anywhere."""
    page = _templates().get_template("note.html.j2").render(_names(note))
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(page)


def text(note: OperatorNote) -> str:
    """The same in plain text."""
    return _templates().get_template("note.txt.j2").render(_names(note)).strip() + "\n"


def _names(note: OperatorNote) -> dict[str, object]:
    def pick(zh: str, en: str) -> str:
        return en if note.lang == "en" else zh

    return {
        "note": note,
        "t": pick,
        "moment": f"{local(note.moment):%Y-%m-%d %H:%M}",
        "parts": [
            (pick("新的警报", "New"), kinds(note.new, note)),
            (pick("仍未恢复", "Still standing"), kinds(note.standing, note)),
        ],
    }


def kinds(alarms: Iterable[Alarm], note: OperatorNote) -> tuple[Kind, ...]:
    """The alarms by code, in the order in which codes stand."""
    by_code: dict[Code, list[Alarm]] = {}
    for alarm in alarms:
        by_code.setdefault(alarm.code, []).append(alarm)
    return tuple(
        Kind(
            TITLES[code].pick(note.lang),
            ADVICE[code].pick(note.lang),
            tuple(_entry(alarm, note) for alarm in by_code[code][:MOST]),
            max(0, len(by_code[code]) - MOST),
        )
        for code in Code
        if code in by_code
    )


def _entry(alarm: Alarm, note: OperatorNote) -> Entry:
    province = note.provinces.get(alarm.province, alarm.province)
    where = " · ".join(part for part in (province, alarm.name or alarm.portal) if part)
    blame = BLAMES[alarm.blame].pick(note.lang)
    told = clean(alarm.message.pick(note.lang))
    return Entry(
        where,
        f"{local(alarm.since):%Y-%m-%d %H:%M}",
        told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…",
        "" if alarm.blame is Blame.OURS and not alarm.portal else blame,
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("crawler.operator"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), disabled_extensions=("txt.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )
