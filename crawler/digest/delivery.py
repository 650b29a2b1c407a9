"""Mails on their way: composed into the outbox, and from there handed to the mail server."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from crawler.config import Settings
from crawler.database import opened
from crawler.digest.composing import Composer, due
from crawler.digest.courier import DEFAULT_PATIENCE, Answer, Courier, Outcome, Patience, Trouble
from crawler.digest.for_operator import compose_for_operator
from crawler.digest.mail import MailError, Server, address, server
from storage.outbox import MOST_UNSETTLED, Outbox
from storage.records import MailRecord, MailState, SubscriptionOrigin
from storage.subscriptions import Subscriptions

CLAIM_LASTS = timedelta(minutes=30)
"""How long nobody else tries a mail that somebody is sending; longer than any talk about one mail takes."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Before the second try of a mail, the third and so on; the last one from then on."""
TRIED_FOR = timedelta(days=3)
"""A mail that was not taken so long after it was composed is given up."""
TROUBLE_PAUSE = PAUSES[1]
LINGERS = timedelta(minutes=25)
"""How long the night waits for mails that are to be tried again: long enough for the first three pauses."""
_LOOK = 1.0
"""Seconds between two looks at what is due by now."""


@dataclass(slots=True)
class Sendings:
    """What became of the mails that were due. `trouble` is why the server takes none at all, if so."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    given_up: int = 0
    trouble: Trouble | None = None


def compose_due(settings: Settings, engine: Engine, moment: datetime) -> int:
    """Compose for every reader who is due, into the outbox; how many mails that are. Raises MailError."""
    sender_of(settings)
    readers = [one for one in Subscriptions(engine).all() if one.origin is not SubscriptionOrigin.ONCE]
    composer = Composer(settings, engine, moment)
    composed = composer.tell(due(readers, moment)) + composer.tell_deadline(readers)
    composer.raise_failures()
    return len(composed)


def send_waiting(
    settings: Settings,
    engine: Engine,
    moment: datetime,
    *,
    patience: Patience = DEFAULT_PATIENCE,
    stopped: Callable[[], bool] = lambda: False,
) -> Sendings:
    """Hand every mail that is due to the server, one after another, until none is or `stopped`.

    What comes of each is on record before the next one is begun. Raises MailError where the settings name no
    server.
    """
    outbox, done = Outbox(engine), Sendings()
    outbox.forget_contents(moment)
    if not outbox.waiting():
        return done
    to, now = server_of(settings), _going_on(moment)
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    with Courier(to, sender_of(settings), patience) as courier:
        while not stopped() and (mail := outbox.claim(owner, now(), CLAIM_LASTS)) is not None:
            try:
                _send(outbox, courier, mail, now, done)
            except Trouble as trouble:
                done.trouble = trouble
                outbox.later(mail, trouble.en, now() + TROUBLE_PAUSE, counts=False)
                outbox.hold_back(trouble.en, now(), now() + TROUBLE_PAUSE)
                break
    return done


def deliver_all(
    settings: Settings,
    moment: datetime,
    *,
    patience: Patience = DEFAULT_PATIENCE,
    stopped: Callable[[], bool] = lambda: False,
    lingers: timedelta = timedelta(),
) -> Sendings:
    """Compose for every reader who is due, and send what waits. One reader does not cost the others theirs.

    Mails that are to be tried again within the time that it `lingers` are waited for. Raises MailError naming
    what failed, once everything else is done; DatabaseUnusable.
    """
    engine = opened(settings)
    failed: list[MailError] = []
    try:
        readers = Subscriptions(engine)
        readers.reconcile(settings.digest_to, moment, settings.lang)
        if not (readers.all() or Outbox(engine).waiting() or settings.operator_to):
            return Sendings()
        server_of(settings)  # nobody is taken to be told what can never be sent
        for compose in (compose_due, compose_for_operator):
            try:
                compose(settings, engine, moment)
            except MailError as error:
                failed.append(error)
        done = _send_for_a_while(settings, engine, moment, lingers, patience, stopped)
        if done.trouble is not None:
            failed.append(done.trouble)
        if done.refused or done.given_up:
            failed.append(_not_taken(done))
        if failed:
            raise MailError("；".join(one.zh for one in failed), "; ".join(one.en for one in failed))
        return done
    finally:
        engine.dispose()


def server_of(settings: Settings) -> Server:
    """The mail server of the settings. Raises MailError."""
    if settings.smtp_url is None:
        raise MailError(
            "没有设置 NIANBAO_SMTP_URL（smtp+starttls://user:secret@host:587）",
            "NIANBAO_SMTP_URL is not set: smtp+starttls://user:secret@host:587",
        )
    sender_of(settings)
    return server(settings.smtp_url.get_secret_value())


def sender_of(settings: Settings) -> str:
    """The sender's bare address. Raises MailError."""
    if not settings.mail_from:
        raise MailError(
            "没有设置 NIANBAO_MAIL_FROM（发件人地址）", "NIANBAO_MAIL_FROM is not set: the sender's address"
        )
    return address(settings.mail_from, "NIANBAO_MAIL_FROM").addr_spec


def _send_for_a_while(
    settings: Settings,
    engine: Engine,
    moment: datetime,
    lingers: timedelta,
    patience: Patience,
    stopped: Callable[[], bool],
) -> Sendings:
    """Send what waits, and what is to be tried again until then: who greylists wants no more than minutes."""
    outbox, now = Outbox(engine), _going_on(moment)
    all_done = send_waiting(settings, engine, moment, patience=patience, stopped=stopped)
    while not stopped():
        due = min((mail.due for mail in outbox.waiting() if mail.state is MailState.WAITING), default=None)
        if due is None or due > moment + lingers:
            break
        if now() < due:
            time.sleep(_LOOK)
            continue
        done = send_waiting(settings, engine, now(), patience=patience, stopped=stopped)
        all_done.sent += done.sent
        all_done.refused += done.refused
        all_done.given_up += done.given_up
        all_done.later, all_done.trouble = done.later, done.trouble
    return all_done


def _send(
    outbox: Outbox, courier: Courier, mail: MailRecord, now: Callable[[], datetime], done: Sendings
) -> None:
    """Try one claimed mail, and settle it. Raises Trouble."""
    if mail.unsettled >= MOST_UNSETTLED:
        outbox.give_up(mail, _UNKNOWN, now())
        done.given_up += 1
        return
    if mail.content is None:
        outbox.give_up(mail, "its text is not kept", now())
        done.given_up += 1
        return
    reader = address(mail.address, "--to").addr_spec
    answer = courier.hand_over(reader, mail.content, lambda: outbox.handing_over(mail, now()))
    match answer.outcome:
        case Outcome.ACCEPTED:
            outbox.sent(mail, answer.said, now())
            done.sent += 1
        case Outcome.REFUSED:
            outbox.refused(mail, answer.said, now(), settled=answer.settled)
            done.refused += 1
        case Outcome.KEPT_BACK:
            done.later += 1  # with whoever has it now
        case Outcome.LATER | Outcome.UNSETTLED:
            _put_off(outbox, mail, answer, now(), done)


def _put_off(outbox: Outbox, mail: MailRecord, answer: Answer, now: datetime, done: Sendings) -> None:
    if answer.outcome is Outcome.UNSETTLED and mail.unsettled + 1 >= MOST_UNSETTLED:
        outbox.give_up(mail, f"{_UNKNOWN}: {answer.said}", now)
        done.given_up += 1
    elif mail.attempts > len(PAUSES) and now - mail.composed >= TRIED_FOR:
        outbox.give_up(mail, answer.said, now)
        done.given_up += 1
    else:
        pause = PAUSES[min(mail.attempts, len(PAUSES)) - 1]
        outbox.later(mail, answer.said, now + pause, settled=answer.settled)
        done.later += 1


_UNKNOWN = "handed over twice, and the server never said whether it has it"


def _not_taken(done: Sendings) -> MailError:
    lost = done.refused + done.given_up
    return MailError(
        f"{lost} 封邮件没有送出，见 nianbao outbox", f"mails that did not go out: {lost}; see nianbao outbox"
    )


def _going_on(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows `moment` now and goes on from there; the demo and tests play theirs."""
    begin = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - begin)
