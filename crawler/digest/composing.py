"""Digests from what storage remembers into the outbox: for every reader who is due, what is news to them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine

from crawler import clock
from crawler.config import Settings
from crawler.digest import mail as mails
from crawler.digest.compose import compose
from crawler.digest.contents import Digest
from crawler.digest.deadline import DeadlineDigest, compose_deadline
from crawler.digest.due import latest, told_on
from crawler.digest.links import Links
from crawler.digest.mail import Attachment, MailError
from crawler.digest.news import News
from crawler.digest.render import message_parts
from crawler.digest.scope import Scope
from crawler.digest.signed import signer
from crawler.digest.surroundings import Circumstances
from crawler.digest.workbook import MOST_ROWS, workbook
from crawler.portals import ProvinceError, read_provinces
from storage.engine import DatabaseUnusable
from storage.outbox import Outbox
from storage.queries import Queries
from storage.records import (
    ChangeRecord,
    Edition,
    MailRecord,
    MailState,
    Rhythm,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.subscriptions import Subscriptions

DEADLINE_TOLD = timedelta(days=21)
"""How long after a due date its edition is still sent, where it could not be sooner."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_log = logging.getLogger(__name__)
_STEPS_AT_ONCE = 2000
_NAMED = 3


class Composer:
    """Composes digests at one moment. What they share is read once, whoever they are for."""

    def __init__(self, settings: Settings, engine: Engine, moment: datetime) -> None:
        self._settings, self._moment = settings, moment
        self._day = clock.local(moment).date()
        self._queries, self._outbox = Queries(engine), Outbox(engine)
        self._subscriptions = Subscriptions(engine)
        self._circumstances = Circumstances(engine, moment, province_names(settings))
        self._signer = signer(settings)
        self._newest = self._queries.newest_change()
        self._failed: list[str] = []

    def tell(self, readers: Iterable[SubscriptionRecord]) -> list[int]:
        """Put into the outbox what is news to each of `readers`; the numbers of these mails.

        One digest that cannot be composed does not cost the others theirs; see `raise_failures`.
        """
        composed: list[int] = []
        by_point = sorted(readers, key=lambda reader: reader.told_until)
        for since, group in groupby(by_point, key=lambda reader: reader.told_until):
            news = News(self._steps(since))
            silent = []
            for reader in group:
                with self._one(reader):
                    mail = self._mail(reader, news)
                    if mail is None:
                        silent.append(number_of(reader))
                    elif (number := self._outbox.put(mail, reader=reader, looked=self._moment)) is not None:
                        composed.append(number)
            self._outbox.pass_over(silent, since=since, until=self._newest, looked=self._moment)
        return composed

    def tell_deadline(self, readers: Iterable[SubscriptionRecord]) -> list[int]:
        """The same of the edition after the last due date, where it is time for it: once to each reader."""
        deadline = latest(self._day)
        begins = told_on(deadline, self._settings.clean_visits)
        if not begins <= self._day <= deadline.day + DEADLINE_TOLD:
            return []
        composed: list[int] = []
        for reader in readers:
            key = f"{Edition.DEADLINE}:{reader.id}:{deadline.day}"
            if self._outbox.has(key):
                continue
            with self._one(reader):
                links = Links(self._signer, number_of(reader), key, self._moment)
                digest = self.deadline(reader, links)
                if digest is None:
                    continue
                mail = posted(
                    self._settings,
                    reader,
                    digest,
                    self._moment,
                    key=key,
                    leave=links.leave(),
                    edition=Edition.DEADLINE,
                )
                if (number := self._outbox.put(mail)) is not None:
                    composed.append(number)
        return composed

    def look(self, reader: SubscriptionRecord) -> Digest | None:
        """The digest that `reader` would be sent now; nothing is remembered."""
        return self._digest(reader, self._scope(reader), News(self._steps(reader.told_until)), None)

    def deadline(self, reader: SubscriptionRecord, links: Links | None = None) -> DeadlineDigest | None:
        """The edition of `reader` after the last due date; None where nobody in their scope owed anything."""
        scope = self._scope(reader)
        return compose_deadline(
            self._circumstances.owed(scope, latest(self._day)),
            self._circumstances.of(scope, reader.told_until),
            day=self._day,
            lang=reader.lang,
            scope=scope,
            links=links,
        )

    def _mail(self, reader: SubscriptionRecord, news: News) -> MailRecord | None:
        # what it tells begins where the last one ended: whoever composes it too, composes the same mail. A
        # subscription that was made wider begins anew, made at the moment when it was
        key = f"{Edition.CHANGES}:{reader.id}:{reader.created:%Y%m%dT%H%M%S%f}:{reader.told_until}"
        links = Links(self._signer, number_of(reader), key, self._moment)
        scope = self._scope(reader)
        digest = self._digest(reader, scope, news, links)
        if digest is None:
            return None
        attached = [self._workbook(reader, scope, news)] if reader.workbook else []
        mail = posted(
            self._settings,
            reader,
            digest,
            self._moment,
            key=key,
            leave=links.leave(),
            attachments=attached,
        )
        return replace(mail, told_until=max(digest.last_change, reader.told_until))

    def _digest(
        self, reader: SubscriptionRecord, scope: Scope, news: News, links: Links | None
    ) -> Digest | None:
        around = self._circumstances.of(scope, reader.told_until)
        return compose(news, around, day=self._day, lang=reader.lang, scope=scope, links=links)

    def _workbook(self, reader: SubscriptionRecord, scope: Scope, news: News) -> Attachment:
        # one more than it holds, so that it can say that there are more
        standing = self._circumstances.standing(scope, MOST_ROWS + 1)
        content = workbook(news.within(scope), standing, moment=self._moment, lang=reader.lang)
        return Attachment(f"nianbao-{self._day}.xlsx", XLSX, content)

    def _scope(self, reader: SubscriptionRecord) -> Scope:
        mutes = [] if reader.id is None else self._subscriptions.mutes(reader.id, self._moment)
        return Scope.of(reader, mutes, self._moment)

    def _steps(self, since: int) -> Iterator[ChangeRecord]:
        """All steps since then, never many at once; those that are taken meanwhile are told next time."""
        for start in range(since, self._newest, _STEPS_AT_ONCE):
            yield from self._queries.changes(start, min(start + _STEPS_AT_ONCE, self._newest))

    @contextmanager
    def _one(self, reader: SubscriptionRecord) -> Iterator[None]:
        """What goes wrong with one reader's mail is told in the end. Raises what concerns them all."""
        try:
            yield
        except (MailError, DatabaseUnusable):
            raise
        except Exception as error:
            _log.exception("no digest for subscription %s", reader.id)
            self._failed.append(f"{reader.address} ({type(error).__name__})")

    def raise_failures(self) -> None:
        """Raise MailError where a digest could not be composed."""
        if self._failed:
            more = f" +{len(self._failed) - _NAMED}" if len(self._failed) > _NAMED else ""
            names = ", ".join(self._failed[:_NAMED]) + more
            raise MailError(f"通报未能编写：{names}", f"digests could not be composed: {names}")


def pending(
    engine: Engine, *, after: int, provinces: Mapping[str, str], moment: datetime, lang: str
) -> Digest | None:
    """The digest of everything after the change `after`, for nobody in particular; None without anything."""
    around = Circumstances(engine, moment, provinces).of(None, after)
    return compose(Queries(engine).changes(after), around, day=clock.local(moment).date(), lang=lang)


def due(readers: Iterable[SubscriptionRecord], moment: datetime) -> list[SubscriptionRecord]:
    """Those who are to be told what has changed: the daily ones, and the weekly ones whose day has come
    since it was last seen what there is to tell them.
    """
    return [reader for reader in readers if _is_due(reader, moment)]


def _is_due(reader: SubscriptionRecord, moment: datetime) -> bool:
    if reader.origin is SubscriptionOrigin.ONCE or reader.rhythm is Rhythm.DEADLINES:
        return False
    if reader.rhythm is Rhythm.DAILY or reader.looked is None:
        return True
    today = clock.local(moment).date()
    latest = today - timedelta(days=(today.weekday() - (reader.weekday or 0)) % 7)
    return clock.local(reader.looked).date() < latest


def posted(
    settings: Settings,
    reader: SubscriptionRecord,
    digest: Digest | DeadlineDigest,
    moment: datetime,
    *,
    key: str = "",
    leave: str | None = None,
    edition: Edition = Edition.CHANGES,
    attachments: Iterable[Attachment] = (),
) -> MailRecord:
    """The mail of `digest` for the outbox; one that can reach nobody is refused there, for all to see.

    Raises MailError where the sender's address is none.
    """
    identity = mails.message_id(key, reader.address, moment, settings.mail_from)
    record = MailRecord(
        None, reader.address, edition, key, identity, digest.subject, moment, moment, reader.id
    )
    try:
        mails.address(reader.address, "--to")
    except MailError as error:
        return replace(record, state=MailState.REFUSED, ended=moment, answer=error.en)
    message = mails.message(
        message_parts(digest),
        subject=digest.subject,
        sender=settings.mail_from,
        reader=reader.address,
        moment=moment,
        identity=identity,
        leave=leave,
        attachments=attachments,
    )
    return replace(record, content=message.as_bytes())


def number_of(reader: SubscriptionRecord) -> int:
    """The number of a reader on record."""
    if reader.id is None:
        raise ValueError("a reader who is not on record is told nothing")
    return reader.id


def province_names(settings: Settings) -> dict[str, str]:
    """Names of the provinces for people. A broken file costs the digest nothing but the name."""
    try:
        return {key: province.name for key, province in read_provinces(settings.provinces).items()}
    except ProvinceError:
        return {}
