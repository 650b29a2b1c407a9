"""Mails from their composition to their end.

A mail stands here before anybody tries to send it, in the same transaction in which its reader is taken to be
told. Whoever sends claims one mail at a time; a claim that was never settled runs out. Right before the last
byte of a mail leaves, `handing_over` is written: where a process ends between that and the server's answer,
nobody can know whether the server has the mail, and this alone is ever sent a second time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.engine import writing
from storage.records import MailRecord, MailState, SubscriptionRecord
from storage.rows import columns_of, fill, to_record
from storage.storable import storable

CONTENT_KEPT = timedelta(days=30)
"""How long the text of a mail stays after the mail has ended; its row stays for good."""
OPEN = frozenset({MailState.WAITING, MailState.SENDING})
"""Mails that may still be sent."""
FAILED = frozenset({MailState.REFUSED, MailState.GIVEN_UP})
"""Mails that never reached their readers, as far as is known."""

LEFT = "the reader has left"
"""Why a mail was given up that nobody wants any more; no problem of delivery."""
MOST_UNSETTLED = 2
"""How often a mail is handed over, at most, without the server saying whether it has it."""

_TO_BE_TRIED = FAILED | {MailState.WAITING}
_LONGEST_ANSWER = 500


class Outbox:
    """Reads and writes of mails. Every call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(
        self,
        mail: MailRecord,
        *,
        reader: SubscriptionRecord | None = None,
        looked: datetime | None = None,
    ) -> int | None:
        """Record a mail that was composed, and that its reader is told as far as it tells; its number.

        `reader` is the subscription as it was composed for, `looked` when it was seen what there is to tell.

        None, and nothing is recorded, where what it tells was composed before, or its subscription has ended
        or become another one meanwhile, or does not exist.
        """
        if mail.id is not None:
            raise ValueError("a mail gets its number when it is put into the outbox")
        mail = storable(mail)
        table = tables.Mail
        with writing(self._engine) as session:
            if session.scalar(select(table.id).where(table.key == mail.key)) is not None:
                return None
            if mail.subscription is not None:
                row = session.get(tables.Subscription, mail.subscription)
                if row is None or row.ended is not None:
                    return None
                if reader is not None and replace(reader, looked=row.looked) != to_record(
                    SubscriptionRecord, row
                ):
                    return None
                if mail.told_until is not None:
                    if row.told_until >= mail.told_until:
                        return None
                    row.told_until = mail.told_until
                row.looked = looked or row.looked
            put = tables.Mail()
            fill(put, mail, but={"id"})
            session.add(put)
            session.flush()
            return put.id

    def has(self, key: str) -> bool:
        """Whether what this key says was composed before."""
        with Session(self._engine) as session:
            return session.scalar(select(tables.Mail.id).where(tables.Mail.key == key)) is not None

    def pass_over(self, subscriptions: Collection[int], *, since: int, until: int, looked: datetime) -> None:
        """Of what happened after `since` and up to `until` these readers are told nothing, for nothing of it
        is theirs. Readers who have been told further by now are left alone.
        """
        table = tables.Subscription
        with writing(self._engine) as session:
            for number in sorted(subscriptions):
                session.execute(
                    update(table)
                    .where(table.id == number, table.told_until == since)
                    .values(told_until=max(since, until), looked=looked)
                )

    def claim(self, owner: str, now: datetime, lasts: timedelta) -> MailRecord | None:
        """The mail that has waited longest of those that are due, for `owner` to send; None where none is.

        Nobody else gets it until it is settled, or the claim is older than `lasts`. A mail whose reader has
        left meanwhile is given up instead.
        """
        table = tables.Mail
        ready = or_(
            and_(table.state == MailState.WAITING, table.due <= now),
            and_(table.state == MailState.SENDING, table.claimed <= now - lasts),
        )
        with writing(self._engine) as session:
            while row := session.scalars(
                select(table).where(ready).order_by(table.due, table.id).limit(1)
            ).first():
                if not _left(session, row):
                    row.state, row.owner, row.claimed = MailState.SENDING, owner, now
                    row.attempts += 1
                    session.flush()
                    return to_record(MailRecord, row)
                _end(row, MailState.GIVEN_UP, LEFT, now)
                session.flush()
            return None

    def handing_over(self, mail: MailRecord, now: datetime) -> bool:
        """Record that the last byte of a claimed mail is about to leave. False where the claim is lost: then
        it must not leave.
        """
        with writing(self._engine) as session:
            row = _claimed(session, mail)
            if row is None:
                return False
            row.unsettled += 1
            row.claimed = now
            return True

    def sent(self, mail: MailRecord, answer: str, at: datetime) -> None:
        """A server has accepted the mail, whoever holds it by now."""
        with writing(self._engine) as session:
            row = session.get_one(tables.Mail, mail.id)
            _settle(row)
            _end(row, MailState.SENT, answer, at)

    def later(
        self, mail: MailRecord, answer: str, due: datetime, *, settled: bool = False, counts: bool = True
    ) -> None:
        """Nothing came of it now: to be tried again, not before `due`.

        `settled`: the server said so after the last byte. An attempt that had nothing to do with this mail
        does not count. Nothing is done where the claim is lost.
        """
        with writing(self._engine) as session:
            row = _claimed(session, mail)
            if row is None:
                return
            if settled:
                _settle(row)
            if not counts:
                row.attempts -= 1
            row.state, row.owner, row.claimed = MailState.WAITING, None, None
            row.due, row.answer = due, _shortened(answer)

    def refused(self, mail: MailRecord, answer: str, at: datetime, *, settled: bool = False) -> None:
        """The server will not have it, or not for this reader; `settled` as for `later`."""
        with writing(self._engine) as session:
            row = _claimed(session, mail)
            if row is None:
                return
            if settled:
                _settle(row)
            _end(row, MailState.REFUSED, answer, at)

    def give_up(self, mail: MailRecord, why: str, at: datetime) -> bool:
        """Try no more. False where somebody else is at it, or it has ended."""
        with writing(self._engine) as session:
            row = session.get(tables.Mail, mail.id)
            if row is None or row.state not in OPEN or row.owner not in (None, mail.owner):
                return False
            _end(row, MailState.GIVEN_UP, why, at)
            return True

    def hold_back(self, why: str, now: datetime, due: datetime) -> None:
        """Nothing can be sent now: every mail that is due waits until `due`; `why` is kept with it."""
        table = tables.Mail
        with writing(self._engine) as session:
            session.execute(
                update(table)
                .where(table.state == MailState.WAITING, table.due <= now)
                .values(due=due, answer=_shortened(why))
            )

    def try_again(self, id: int, now: datetime) -> bool:
        """Let a mail that waits, was refused or given up be tried from the beginning, now. False where it
        cannot be: it was sent, is being sent, its text is no longer kept, or its reader has left.
        """
        with writing(self._engine) as session:
            row = session.get(tables.Mail, id)
            if row is None or row.content is None or row.state not in _TO_BE_TRIED or _left(session, row):
                return False
            row.state, row.due, row.ended = MailState.WAITING, now, None
            row.attempts, row.unsettled = 0, 0
            return True

    def forget_contents(self, now: datetime) -> None:
        """Drop the texts of mails that ended long ago."""
        table = tables.Mail
        old = table.content.is_not(None), table.ended < now - CONTENT_KEPT
        with Session(self._engine) as session:
            if session.scalar(select(table.id).where(*old).limit(1)) is None:
                return  # the usual case: nobody is kept waiting
        with writing(self._engine) as session:
            session.execute(update(table).where(*old).values(content=None))

    def get(self, id: int) -> MailRecord | None:
        """The mail with this number, with its text as long as that is kept."""
        with Session(self._engine) as session:
            row = session.get(tables.Mail, id)
            return None if row is None else to_record(MailRecord, row)

    def waiting(self) -> list[MailRecord]:
        """Mails that may still be sent, the next first; here and below without their texts."""
        table = tables.Mail
        return self._without_texts(
            select(*_BUT_TEXT).where(table.state.in_(OPEN)).order_by(table.due, table.id)
        )

    def recent(self, limit: int) -> list[MailRecord]:
        """The mails composed last, the newest first."""
        return self._without_texts(select(*_BUT_TEXT).order_by(tables.Mail.id.desc()).limit(limit))

    def problems(self, since: datetime) -> list[MailRecord]:
        """Mails that were refused or given up since then, oldest first; not those whose readers had left."""
        table = tables.Mail
        failed = table.state.in_(FAILED), table.ended >= since, table.answer != LEFT
        return self._without_texts(select(*_BUT_TEXT).where(*failed).order_by(table.ended, table.id))

    def _without_texts(self, wanted: Select[Any]) -> list[MailRecord]:
        with Session(self._engine) as session:
            return [MailRecord(**row) for row in session.execute(wanted).mappings()]


_BUT_TEXT = tuple(column for column in columns_of(MailRecord, tables.Mail) if column.key != "content")


def _claimed(session: Session, mail: MailRecord) -> tables.Mail | None:
    """The mail, where the claim that gave it still holds."""
    row = session.get(tables.Mail, mail.id)
    held = row is not None and row.state is MailState.SENDING and row.owner == mail.owner
    return row if held else None


def _left(session: Session, row: tables.Mail) -> bool:
    """Whether the reader has ended the subscription since."""
    if row.subscription is None:
        return False
    return session.get_one(tables.Subscription, row.subscription).ended is not None


def _settle(row: tables.Mail) -> None:
    row.unsettled = max(0, row.unsettled - 1)


def _end(row: tables.Mail, state: MailState, answer: str, at: datetime) -> None:
    row.state, row.answer, row.ended = state, _shortened(answer), at
    row.owner, row.claimed = None, None


def _shortened(answer: str) -> str:
    """What a server said, as long as an answer may be; a server is a stranger too."""
    return answer.replace("\x00", "")[:_LONGEST_ANSWER]
