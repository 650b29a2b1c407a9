"""`nianbao digest`: send what changed, or write it as a page or as a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crawler import clock
from crawler.commands.outbox import in_words, number_of_mail
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.digest.composing import Composer, due, posted
from crawler.digest.delivery import send_waiting, server_of
from crawler.digest.mail import MailError, address
from crawler.digest.render import html
from storage.outbox import Outbox
from storage.records import Edition, MailState, SubscriptionOrigin, SubscriptionRecord
from storage.subscriptions import Subscriptions

_NOBODY = "reader@nianbao.invalid"


def send(screen: Screen, settings: Settings, to: Sequence[str]) -> int:
    """Send every address of `to` its digest now, else every reader who is due; 1 where a mail is not out."""
    server_of(settings)  # nobody is taken to be told what cannot be sent
    moment = clock.now()
    with _opened(settings) as engine:
        subscriptions, outbox = Subscriptions(engine), Outbox(engine)
        subscriptions.reconcile(settings.digest_to, moment, settings.lang)
        readers, failed = _readers(screen, settings, subscriptions, to, moment)
        tried = [number_of_mail(mail) for mail in outbox.waiting()]
        composer = Composer(settings, engine, moment)
        tried += composer.tell(readers if to else due(readers, moment))
        tried += composer.tell_deadline(readers)
        try:
            composer.raise_failures()
        except MailError as error:
            failed = True
            screen.say(error.zh, error.en)
        trouble = send_waiting(settings, engine, moment).trouble
        if trouble is not None:
            screen.say(trouble.zh, trouble.en)
        mails = [mail for number in tried if (mail := outbox.get(number)) is not None]
    for mail in mails:
        screen.line(in_words(mail, screen.lang))
    told = {mail.subscription for mail in mails}
    for reader in readers if to else due(readers, moment):
        if reader.id not in told:
            screen.line(
                screen.pick(
                    f"{reader.address}：没有新的变化，未发送", f"{reader.address}: nothing new, nothing sent"
                )
            )
    return 1 if failed or any(mail.state is not MailState.SENT for mail in mails) else 0


def write(
    screen: Screen,
    settings: Settings,
    to: Sequence[str],
    page: Path | None,
    eml: Path | None,
    edition: Edition = Edition.CHANGES,
) -> int:
    """Write what the reader would be sent, as a page or a mail; without a reader, all that there ever was.

    Nothing is sent, and nobody is told.
    """
    if page is None and eml is None:
        raise CallError(
            "--deadline 只用于预览：加上 --preview FILE.html 或 --eml FILE.eml",
            "--deadline is for previews: add --preview FILE.html or --eml FILE.eml",
        )
    if len(to) > 1:
        raise CallError("预览只能对一个收件人", "a preview is for one reader")
    moment = clock.now()
    with _opened(settings) as engine:
        composer = Composer(settings, engine, moment)
        for reader in _looking(settings, Subscriptions(engine), to, moment):
            telling = composer.deadline if edition is Edition.DEADLINE else composer.look
            digest = telling(reader)
            if digest is None:
                continue
            if page is not None:
                page.write_text(html(digest), encoding="utf-8")
            if eml is not None:
                signed = settings.model_copy(update={"mail_from": settings.mail_from or _NOBODY})
                eml.write_bytes(posted(signed, reader, digest, moment).content or b"")
            files = ", ".join(str(file) for file in (page, eml) if file is not None)
            screen.line(screen.pick(f"{digest.subject}：{files}", f"{digest.subject}: {files}"))
            return 0
    if edition is Edition.DEADLINE:
        nothing = screen.pick("没有到期应报的单位，未写文件", "nobody owed a report by then, no file written")
    else:
        nothing = screen.pick("没有新的变化，未写文件", "nothing new, no file written")
    screen.line(nothing)
    return 0


def _readers(
    screen: Screen, settings: Settings, subscriptions: Subscriptions, to: Sequence[str], moment: datetime
) -> tuple[list[SubscriptionRecord], bool]:
    """Whom to compose for, and whether anybody who was asked for is left out. Raises CallError."""
    if not to:
        live = [one for one in subscriptions.all() if one.origin is not SubscriptionOrigin.ONCE]
        if not live:
            raise CallError(
                "没有收件人：用 --to，或 nianbao subscribe ADDRESS，或设 NIANBAO_DIGEST_TO；"
                "只看内容用 --preview FILE.html",
                "no reader: use --to, nianbao subscribe ADDRESS or NIANBAO_DIGEST_TO; to look at it use "
                "--preview FILE.html",
            )
        return live, False
    readers: dict[int | None, SubscriptionRecord] = {}
    left_out = False
    for given in to:
        known = subscriptions.of(given)
        try:
            address(given, "--to")
        except MailError as error:
            left_out = True
            screen.say(error.zh, error.en)
            continue
        if known and all(one.ended is not None for one in known):
            left_out = True
            screen.say(
                f"{given}：已退订，未发送；重新订阅：nianbao subscribe {given}",
                f"{given}: has unsubscribed, nothing sent; to subscribe again: nianbao subscribe {given}",
            )
            continue
        if not known:
            number = subscriptions.add(_once(settings, given, moment))
            known = [one for one in (subscriptions.get(number),) if one is not None]
        readers |= {one.id: one for one in known if one.ended is None}
    return list(readers.values()), left_out


def _looking(
    settings: Settings, subscriptions: Subscriptions, to: Sequence[str], moment: datetime
) -> list[SubscriptionRecord]:
    """The subscriptions of the reader who is asked for, else one of somebody who was never told anything."""
    live = [one for given in to for one in subscriptions.of(given) if one.ended is None]
    return live or [_once(settings, to[0] if to else _NOBODY, moment)]


def _once(settings: Settings, given: str, moment: datetime) -> SubscriptionRecord:
    return SubscriptionRecord(None, given, SubscriptionOrigin.ONCE, moment, settings.lang)


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = opened(settings)
    try:
        yield engine
    finally:
        engine.dispose()
