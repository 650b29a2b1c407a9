"""`nianbao outbox`: mails that wait to be sent, why, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from crawler import clock
from crawler.clock import local
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Column, Screen, clean
from crawler.database import opened
from crawler.digest.delivery import CLAIM_LASTS, send_waiting, server_of
from crawler.export.exact_json import dumps
from crawler.report.model import Bilingual
from storage.outbox import CONTENT_KEPT, FAILED, Outbox
from storage.records import Edition, MailRecord, MailState

STATES = {
    MailState.WAITING: Bilingual("等待发送", "waiting"),
    MailState.SENDING: Bilingual("发送中", "sending"),
    MailState.SENT: Bilingual("已发送", "sent"),
    MailState.REFUSED: Bilingual("被拒收", "refused"),
    MailState.GIVEN_UP: Bilingual("已放弃", "given up"),
}
EDITIONS = {
    Edition.CHANGES: Bilingual("变化通报", "changes"),
    Edition.DEADLINE: Bilingual("截止日通报", "deadline"),
    Edition.OPERATOR: Bilingual("运维邮件", "operator"),
}
RECENT = timedelta(days=30)
"""How far back mails are shown that did not go out."""


def show(screen: Screen, settings: Settings, form: str) -> int:
    """Mails that wait, and those of late that did not go out; 1 where there are any of the latter."""
    with _outbox(settings) as (_, outbox):
        waiting, failed = outbox.waiting(), outbox.problems(clock.now() - RECENT)
    if form == "json":
        screen.raw(dumps([mail_object(mail) for mail in (*waiting, *failed)]))
    elif waiting or failed:
        pick = screen.pick
        columns = [
            Column(pick("编号", "id"), align="right"),
            Column(pick("收件人", "reader"), style="bold"),
            Column(pick("种类", "edition")),
            Column(pick("状态", "state")),
            Column(pick("次数", "tries"), align="right"),
            Column(pick("下次", "next")),
            Column(pick("主题", "subject"), wrap=True),
            Column(pick("原因", "why"), wrap=True),
        ]
        screen.table(columns, [_row(mail, screen.lang) for mail in (*waiting, *failed)])
    screen.say(
        f"待发 {len(waiting)} 封，{RECENT.days} 天内未能送出 {len(failed)} 封",
        f"{len(waiting)} mails wait, {len(failed)} did not go out in {RECENT.days} days",
    )
    return 1 if failed else 0


def send(screen: Screen, settings: Settings) -> int:
    """Send what is due, composing nothing; 1 where something did not go out."""
    server_of(settings)
    with _outbox(settings) as (engine, outbox):
        tried = [number_of_mail(mail) for mail in outbox.waiting()]
        done = send_waiting(settings, engine, clock.now())
        mails = [mail for number in tried if (mail := outbox.get(number)) is not None]
    if done.trouble is not None:
        screen.say(done.trouble.zh, done.trouble.en)
    for mail in mails:
        screen.line(in_words(mail, screen.lang))
    if not mails:
        screen.line(screen.pick("没有待发的邮件", "no mail waits"))
    return 1 if any(mail.state is not MailState.SENT for mail in mails) else 0


def retry(screen: Screen, settings: Settings, numbers: Sequence[int]) -> int:
    """Let mails be tried anew at the next sending, from the beginning. Raises CallError."""
    now = clock.now()
    with _outbox(settings) as (_, outbox):
        for mail in _known(outbox, numbers):
            if not outbox.try_again(number_of_mail(mail), now):
                raise CallError(*_not_again(mail))
            screen.say(
                f"邮件 {mail.id}：下次发送时重试（立即发送：nianbao outbox send）",
                f"mail {mail.id}: tried again at the next sending (now: nianbao outbox send)",
            )
    return 0


def drop(screen: Screen, settings: Settings, numbers: Sequence[int], *, yes: bool) -> int:
    """Give mails up that wait; without `yes`, say which. Raises CallError."""
    now = clock.now()
    with _outbox(settings) as (_, outbox):
        for mail in _known(outbox, numbers):
            what = f"{mail.id}  {mail.address}  {clean(mail.subject)}"
            if mail.state is not MailState.WAITING:
                state = STATES[mail.state]
                raise CallError(
                    f"邮件 {mail.id} 不在等待：{state.zh}", f"mail {mail.id} is not waiting: {state.en}"
                )
            if not yes:
                screen.line(screen.pick(f"将放弃：{what}", f"would be given up: {what}"))
            elif not outbox.give_up(mail, "given up by hand", now):
                raise CallError(f"邮件 {mail.id} 正在发送", f"mail {mail.id} is being sent")
            else:
                screen.line(screen.pick(f"已放弃：{what}", f"given up: {what}"))
    if not yes:
        screen.say("未作改动；确认放弃请加 --yes", "nothing was changed; to give them up add --yes")
    return 0


def in_words(mail: MailRecord, lang: str) -> str:
    """What has become of a mail, in one line."""
    en = lang == "en"
    state = STATES[mail.state].pick(lang)
    said = f"{mail.address}: {state}: {mail.subject}" if en else f"{mail.address}：{state}：{mail.subject}"
    if mail.state is MailState.WAITING:
        at = f"{local(mail.due):%m-%d %H:%M}"
        said += f" (next try {at}: {mail.answer})" if en else f"（{at} 再试：{mail.answer}）"
    elif mail.state in FAILED:
        said += f" ({mail.answer})" if en else f"（{mail.answer}）"
    return said


def mail_object(mail: MailRecord) -> dict[str, Any]:
    """A mail as JSON tells it; of its text nothing."""
    return {
        "id": mail.id,
        "address": mail.address,
        "edition": mail.edition,
        "state": mail.state,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "subscription": mail.subscription,
        "composed": mail.composed.isoformat(),
        "due": mail.due.isoformat(),
        "attempts": mail.attempts,
        "unsettled": mail.unsettled,
        "ended": None if mail.ended is None else mail.ended.isoformat(),
        "answer": mail.answer,
    }


def number_of_mail(mail: MailRecord) -> int:
    """The number of a mail on record."""
    if mail.id is None:
        raise ValueError("a mail that is not on record")
    return mail.id


def _row(mail: MailRecord, lang: str) -> tuple[str, ...]:
    if mail.state is MailState.WAITING:
        then = f"{local(mail.due):%m-%d %H:%M}"
    elif mail.state is MailState.SENDING and mail.claimed is not None:
        then = f"{local(mail.claimed + CLAIM_LASTS):%m-%d %H:%M}"
    else:
        then = "-"
    edition, state = EDITIONS[mail.edition].pick(lang), STATES[mail.state].pick(lang)
    return (
        str(mail.id), mail.address, edition, state, str(mail.attempts), then, mail.subject,
        mail.answer or "-",
    )  # fmt: skip


def _known(outbox: Outbox, numbers: Sequence[int]) -> list[MailRecord]:
    """The mails with these numbers. Raises CallError before anything is done."""
    found = []
    for number in dict.fromkeys(numbers):
        mail = outbox.get(number)
        if mail is None:
            raise CallError(f"没有邮件 {number}", f"there is no mail {number}")
        found.append(mail)
    return found


def _not_again(mail: MailRecord) -> tuple[str, str]:
    if mail.state in (MailState.SENT, MailState.SENDING):
        state = STATES[mail.state]
        return f"邮件 {mail.id}：{state.zh}，不能重试", f"mail {mail.id} is {state.en}: it is not tried again"
    if mail.content is None:
        days = CONTENT_KEPT.days
        return (
            f"邮件 {mail.id}：没有正文（地址有误，或已过 {days} 天），不能重试",
            f"mail {mail.id} has no text, by a wrong address or after {days} days: it is not tried again",
        )
    return f"邮件 {mail.id}：收件人已退订", f"mail {mail.id}: its reader has unsubscribed"


@contextmanager
def _outbox(settings: Settings) -> Iterator[tuple[Engine, Outbox]]:
    engine = opened(settings)
    try:
        yield engine, Outbox(engine)
    finally:
        engine.dispose()
