"""What is to be told now: what is new since the last mail, what still stands, what is over.

What was told is remembered by the mails themselves: the key of each names the alarms that stood when it was
composed, each by a short mark.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from crawler import clock
from crawler.alarms import TITLES, Alarm, Code
from crawler.alarms.alarm import SILENCE
from crawler.config import Settings
from crawler.operator.watching import alarms
from crawler.portals import ProvinceError, read_provinces
from crawler.report.model import Bilingual
from storage.operating import Operations
from storage.queries import Queries
from storage.records import MailRecord, PortalRecord

REMIND = timedelta(days=7)
"""What still stands is told again so long after the last mail."""
APART = timedelta(hours=20)
"""Between two mails that bring no new alarm."""

_KEY = "operator"
_MARK = 8
_MOST_MARKS = 200
"""Marks in one key: an entry of PostgreSQL's index holds 2704 bytes. Where more alarms stand, they are marked
province by province.
"""


@dataclass(frozen=True, slots=True)
class OperatorNote:
    """What the operator is told. `key` stands for what it says; one mail for each of its readers."""

    key: str
    moment: datetime
    lang: str
    subject: str
    new: tuple[Alarm, ...]
    standing: tuple[Alarm, ...]
    over: tuple[str, ...]
    provinces: dict[str, str]  # key of the file -> name for people


def due(engine: Engine, settings: Settings, now: datetime) -> OperatorNote | None:
    """What is to be told now; None where nothing is, or nobody is to be told."""
    if not settings.operator_to:
        return None
    found = alarms(engine, settings, now)
    last = next(iter(Operations(engine).operator_mails(limit=1)), None)
    told = set() if last is None else _told(last)
    marks = {alarm.key: mark for alarm, mark in zip(found, _marks(found), strict=True)}
    new = tuple(alarm for alarm in found if marks[alarm.key] not in told)
    over = told - set(marks.values())
    if not _worth(new, found, over, now, last):
        return None
    names = _province_names(settings)
    lang = settings.lang
    told_over = _named(over, Queries(engine).portals(), names, lang)
    standing = tuple(alarm for alarm in found if marks[alarm.key] in told)
    return OperatorNote(
        key=f"{_KEY}:{clock.local(now):%Y-%m-%d}:{''.join(sorted(set(marks.values())))}",
        moment=now,
        lang=lang,
        subject=subject(new or standing, told_over, lang, reminding=not new),
        new=new,
        standing=standing,
        over=told_over,
        provinces=names,
    )


def subject(alarming: Iterable[Alarm], over: Collection[str], lang: str, *, reminding: bool = False) -> str:
    """What is alarming, most portals first: 3 个网站连续失访，1 省解析异常."""
    counts: dict[Code, int] = {}
    portals = set()
    for alarm in alarming:
        counts[alarm.code] = counts.get(alarm.code, 0) + 1
        if alarm.portal:
            portals.add(alarm.code)
    order = sorted(counts, key=lambda code: (-counts[code], list(Code).index(code)))
    said = [_said(code, counts[code], code in portals, lang) for code in order[:_IN_SUBJECT]]
    if len(order) > _IN_SUBJECT:
        more = sum(counts[code] for code in order[_IN_SUBJECT:])
        said.append(f"{more} more" if lang == "en" else f"另有 {more} 项")
    if not said:
        said = [f"{len(over)} alarms over" if lang == "en" else f"{len(over)} 项警报解除"]
    elif reminding:
        said[0] = f"still: {said[0]}" if lang == "en" else f"仍未恢复：{said[0]}"
    return ("nianbao: " if lang == "en" else "nianbao：") + (", " if lang == "en" else "，").join(said)


_IN_SUBJECT = 3


def _said(code: Code, number: int, portals: bool, lang: str) -> str:
    title = TITLES[code].pick(lang)
    if code in _OF_THE_HOUSE:
        return title
    if lang == "en":
        what = "portal" if portals else "province"
        return f"{number} {what}{'' if number == 1 else 's'}: {title}"
    return f"{number} 个网站{title}" if portals else f"{number} 省{title}"


_OF_THE_HOUSE = frozenset({Code.SCHEDULER_GONE, Code.MAIL_REFUSED, Code.MAIL_WAITING})


def _worth(
    new: Collection[Alarm],
    standing: Collection[Alarm],
    over: Collection[str],
    now: datetime,
    last: MailRecord | None,
) -> bool:
    """Whether there is enough to be told: anything new, at most daily that something is over, weekly that
    nothing has changed.
    """
    if new or last is None:
        return bool(new)
    passed = now - last.composed
    return passed >= APART if over else bool(standing) and passed >= REMIND


def _marks(found: Collection[Alarm]) -> list[str]:
    """A mark for each alarm."""
    fine = [_mark(alarm.key) for alarm in found]
    if len(set(fine)) <= _MOST_MARKS:
        return fine
    return [_mark(f"{alarm.key.split('/')[0]}/{alarm.province}/") for alarm in found]


def _mark(key: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())[:_MARK].decode()


def _told(mail: MailRecord) -> set[str]:
    """The marks of the alarms that a mail told."""
    parts = mail.key.split(":")
    marks = parts[2] if len(parts) > 2 and parts[0] == _KEY else ""
    return {marks[start : start + _MARK] for start in range(0, len(marks), _MARK)}


def _named(
    marks: Collection[str], portals: Iterable[PortalRecord], provinces: dict[str, str], lang: str
) -> tuple[str, ...]:
    """What the alarms with these marks were about, found by marking all that there can be; a portal that is
    registered no more has no name.
    """
    if not marks:
        return ()
    quiet = Bilingual("失访", "silent").pick(lang)
    known: dict[str, str] = {}
    places = set(provinces)
    for portal in portals:
        places.add(portal.province)
        known[_mark(f"silence/{portal.province}/{portal.id}")] = f"{portal.name} · {quiet}"
        exploded = TITLES[Code.REQUESTS_EXPLODED].pick(lang)
        known[_mark(f"{Code.REQUESTS_EXPLODED}/{portal.province}/{portal.id}")] = (
            f"{portal.name} · {exploded}"
        )
    for place in places:
        known[_mark(f"silence/{place}/")] = f"{provinces.get(place, place)} · {quiet}"
        for code in set(Code) - SILENCE:
            known[_mark(f"{code}/{place}/")] = f"{provinces.get(place, place)} · {TITLES[code].pick(lang)}"
    for code in _OF_THE_HOUSE:
        known[_mark(f"{code}//")] = TITLES[code].pick(lang)
    return tuple(sorted(known[mark] for mark in marks if mark in known))


def _province_names(settings: Settings) -> dict[str, str]:
    try:
        return {name: province.name for name, province in read_provinces(settings.provinces).items()}
    except ProvinceError:
        return {}
