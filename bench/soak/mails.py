"""`nianbao digest`, killed between composing and the server's answer: what has the server kept in the end?"""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import Engine

from bench.soak.installation import NIANBAO, Installation
from bench.soak.killing import KILLS, Tally, struck, timed
from bench.soak.moments import Pace
from crawler.clock import CHINA
from crawler.digest.delivery import CLAIM_LASTS
from storage.ledger import Ledger
from storage.outbox import MOST_UNSETTLED, Outbox
from storage.records import (
    DocumentRecord,
    FindingRecord,
    MailRecord,
    MailState,
    OrganRecord,
    PageRecord,
    PageSeen,
    PortalRecord,
    ReportRecord,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.subscriptions import Subscriptions
from tests.digest.postoffice import Office, office

READERS = 12
NIGHTS = 2
DIGEST = (*NIANBAO, "digest")
SLOWEST = 0.02
"""Seconds that the server takes, at most, to say that it has a mail."""
_BEGIN = datetime(2024, 5, 20, 7, 30, tzinfo=CHINA)
_ORGAN, _URL = "云溪县水务局", "http://a.example/2023.html"


def mails(installation: Installation, rng: Random, kills: range = KILLS, nights: int = NIGHTS) -> Tally:
    """Nights after which the readers are told, and those who tell them are killed. A fresh installation."""
    with timed(Tally()) as tally, office() as at:
        at.pause = lambda: rng.uniform(0, SLOWEST)
        installation.run((*NIANBAO, "findings"), _BEGIN)  # makes the tables
        with installation.engine() as engine:
            _prepare(engine)
        more = {"NIANBAO_SMTP_URL": at.url, "NIANBAO_MAIL_FROM": "watch@nianbao.example"}
        pace = Pace(0.5, READERS * (SLOWEST / 2 + 0.02), writes=READERS * 4)
        for night in range(nights):
            with installation.engine() as engine:
                _change(engine, night)
            moments = _moments(night)
            last = struck(installation, DIGEST, moments, pace, rng, tally, lambda: len(at.kept), kills, more)
            (last or installation.start(DIGEST, next(moments), more)).process.join(60)
            if last is not None:  # it had not been killed, but one before it may have been
                installation.start(DIGEST, next(moments), more).process.join(60)
            with installation.engine() as engine:
                tally.problems += wrong(
                    Outbox(engine).recent(READERS * (night + 1) + 1), at, READERS * (night + 1)
                )
        with installation.engine() as engine:
            sent = Outbox(engine).recent(READERS * nights)
        copies = Counter(identity for identity, _ in _kept(at))
        tally.rows += len(sent)
        tally.twice += sum(number > 1 for number in copies.values())
        tally.unsettled += sum(mail.unsettled > 0 for mail in sent)
        tally.compared += nights
    return tally


def wrong(mails: Iterable[MailRecord], at: Office, expected: int) -> list[str]:
    """Where mails on record and those that the server has kept do not agree, one line each."""
    kept = Counter(_kept(at))
    copies = Counter(identity for identity, _ in kept.elements())
    found = []
    known = {mail.message_id: mail for mail in mails}
    if len(known) != expected:
        found.append(f"{len(known)} mails instead of {expected}")
    for identity, mail in known.items():
        number = copies.pop(identity, 0)
        if number == 0:
            found.append(f"{mail.address}: {mail.subject} never arrived: {mail.state}, {mail.answer}")
        elif number > 1 and (number > MOST_UNSETTLED or mail.unsettled < number - 1):
            found.append(f"{mail.address}: {mail.subject} arrived {number} times, {mail.unsettled} unsettled")
        elif mail.state not in (MailState.SENT, MailState.GIVEN_UP):
            found.append(f"{mail.address}: {mail.subject} is {mail.state}")
        if len([content for one, content in kept if one == identity]) > 1:
            found.append(f"{mail.address}: {mail.subject} arrived twice, and not as the same")
    return found + [f"{identity} arrived, and is not on record" for identity in copies]


def _kept(at: Office) -> Iterator[tuple[str, bytes]]:
    for _, content in at.kept:
        yield str(email.message_from_bytes(content)["Message-ID"]), content


def _moments(night: int) -> Iterator[datetime]:
    """Each start after the claims of the one before have run out."""
    return (_BEGIN + timedelta(days=night) + turn * (CLAIM_LASTS + timedelta(minutes=5)) for turn in count())


def _prepare(engine: Engine) -> None:
    Ledger(engine).register(
        [PortalRecord("yunxi", "yunling", "云溪县人民政府", "http://a.example/")],
        [OrganRecord(_ORGAN, "yunling", "yunxi", "department")],
    )
    subscriptions = Subscriptions(engine)
    for number in range(READERS):
        address = f"reader{number}@a.example"
        subscriptions.add(SubscriptionRecord(None, address, SubscriptionOrigin.SUBSCRIBED, _BEGIN))


def _change(engine: Engine, night: int) -> None:
    """A night on which one more finding appears."""
    at = _BEGIN + timedelta(days=night, hours=-5)
    ledger, sha256 = Ledger(engine), f"{night + 1:064x}"
    findings = tuple(
        FindingRecord(
            fingerprint=f"{number:016x}", organ=_ORGAN, year=2023, rule="applications-balance",
            severity="error",
            verdict="fail", fault="publisher", where=f"applications.{number}", message_zh=f"第 {number} 项",
            message_en=f"number {number}", basis_zh="样表三", basis_en="table 3", province="yunling",
            portal="yunxi", url=_URL, archived=sha256,
        )
        for number in range(night + 1)
    )  # fmt: skip
    page = PageRecord(_URL, "yunxi", sha256, at, organ=_ORGAN, year=2023)
    report = ReportRecord(_ORGAN, 2023, "年报", _URL, "yunxi", "yunling", sha256, at)
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", at))
    ledger.record(run, [PageSeen(page, (DocumentRecord(sha256, 1, None, at),), report, findings)])
    ledger.end_run(run, at, "clean", {})
