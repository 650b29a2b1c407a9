"""Readers of digests: what each is sent, and what they do not want to hear.

One address may hold several subscriptions, each with a scope (provinces, bodies, rules) of its own: leaving
one leaves the others. Of one scope an address has one subscription at most, for two would tell the same
twice. Nothing is deleted: what has ended keeps its address from being taken up again by the settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.engine import writing
from storage.outbox import LEFT
from storage.records import (
    ChangeKind,
    MailState,
    MuteKind,
    MuteRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.rows import fill, to_record
from storage.storable import storable

_ENDS = (ChangeKind.FIXED, ChangeKind.WITHDRAWN)
"""Steps that a finding does not outlive; what was acknowledged of it is acknowledged no more."""

Scope = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class AlreadySubscribed(Exception):
    """The address holds a subscription of this scope; `held` is that one."""

    def __init__(self, held: SubscriptionRecord) -> None:
        super().__init__(f"{held.address} holds subscription {held.id} of this scope")
        self.held = held


class UnknownSubscription(LookupError):
    """There is no such subscription; carries one line."""


def scope_of(record: SubscriptionRecord) -> Scope:
    """What a subscription is about, whatever its rhythm and form."""
    return _listed(record.provinces), _listed(record.organs), _listed(record.rules)


def same_address(one: str, other: str) -> bool:
    """Whether mail to both reaches one reader: a name beside an address, or capitals, make no other one."""
    return _bare(one) == _bare(other)


class Subscriptions:
    """Reads and writes of subscriptions and mutes. Every call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, record: SubscriptionRecord) -> int:
        """Record a subscription; its number. `record.id` must be None.

        Where the address was sent single digests of this scope before, their record becomes the subscription,
        and what they told is not told again. Raises AlreadySubscribed.
        """
        if record.id is not None:
            raise ValueError("a new subscription has no number yet")
        record = _fit(record)
        with writing(self._engine) as session:
            held = _live_of_scope(session, record)
            if held is None:
                return _added(session, record)
            if held.origin is not SubscriptionOrigin.ONCE:
                raise AlreadySubscribed(to_record(SubscriptionRecord, held))
            if record.origin is not SubscriptionOrigin.ONCE:
                told_until = max(held.told_until, record.told_until)
                fill(held, replace(record, told_until=told_until), but={"id"})
            return held.id

    def change(self, record: SubscriptionRecord, at: datetime, *, anew: bool = False) -> None:
        """Let the subscription with this number be as `record` is; its mutes and links hold.

        What was told is not told again, unless it begins `anew`: made at `at`, and told as far as `record`
        says. Raises UnknownSubscription, also of one that has ended, and AlreadySubscribed where the address
        holds another one of the new scope.
        """
        record = _fit(record)
        with writing(self._engine) as session:
            row = None if record.id is None else session.get(tables.Subscription, record.id)
            if row is None or row.ended is not None:
                raise UnknownSubscription(f"there is no subscription {record.id}")
            other = _live_of_scope(session, record)
            if other is not None and other.id != row.id:
                if other.origin is not SubscriptionOrigin.ONCE:
                    raise AlreadySubscribed(to_record(SubscriptionRecord, other))
                other.ended = at
            told_until = record.told_until if anew else max(row.told_until, record.told_until)
            fill(row, record, but={"id", "created", "ended", "looked"})
            row.told_until = told_until
            if anew:
                row.created = at

    def all(self, ended: bool = False) -> list[SubscriptionRecord]:
        """Every subscription by number, those that have ended only where asked for."""
        table = tables.Subscription
        wanted = select(table).order_by(table.id)
        if not ended:
            wanted = wanted.where(table.ended.is_(None))
        with Session(self._engine) as session:
            return [to_record(SubscriptionRecord, row) for row in session.scalars(wanted)]

    def get(self, id: int) -> SubscriptionRecord | None:
        """The subscription with this number, ended or not; None where there never was one."""
        with Session(self._engine) as session:
            row = session.get(tables.Subscription, id)
            return None if row is None else to_record(SubscriptionRecord, row)

    def of(self, address: str) -> list[SubscriptionRecord]:
        """Every subscription that an address holds or held, by number."""
        return [record for record in self.all(ended=True) if same_address(record.address, address)]

    def end(self, id: int, at: datetime) -> bool:
        """Send nothing more for this subscription; False where it had ended before, or never was."""
        with writing(self._engine) as session:
            row = session.get(tables.Subscription, id)
            if row is None or row.ended is not None:
                return False
            row.ended = at
            return True

    def resume(self, id: int, at: datetime) -> bool:
        """Take back the end of a subscription, and of the mails that were given up for it; False where it has
        not ended, or where the address holds another one of its scope by now.
        """
        with writing(self._engine) as session:
            row = session.get(tables.Subscription, id)
            if row is None or row.ended is None:
                return False
            other = _live_of_scope(session, to_record(SubscriptionRecord, row))
            if other is not None and other.origin is not SubscriptionOrigin.ONCE:
                return False
            if other is not None:
                other.ended = at
            row.ended = None
            mail = tables.Mail  # of what it tells, the reader counts as told since it was composed
            session.execute(
                update(mail)
                .where(mail.subscription == id, mail.state == MailState.GIVEN_UP, mail.answer == LEFT)
                .values(state=MailState.WAITING, answer="", ended=None, due=at)
            )
            return True

    def mute(self, record: MuteRecord) -> int:
        """Record what a reader acknowledges or mutes; its number. Said again of the same thing it is one row,
        which holds as it was said last. Raises UnknownSubscription.
        """
        if record.id is not None:
            raise ValueError("a new mute has no number yet")
        if (record.fingerprint, record.organ, record.rule) == (None, None, None):
            raise ValueError("a mute is of something")
        record = storable(record)
        with writing(self._engine) as session:
            if session.get(tables.Subscription, record.subscription) is None:
                raise UnknownSubscription(f"there is no subscription {record.subscription}")
            table = tables.Mute
            known = session.scalars(
                select(table).where(
                    table.subscription == record.subscription,
                    table.kind == record.kind,
                    table.fingerprint.is_not_distinct_from(record.fingerprint),
                    table.organ.is_not_distinct_from(record.organ),
                    table.rule.is_not_distinct_from(record.rule),
                )
            ).first()
            row = tables.Mute() if known is None else known
            fill(row, record, but={"id"})
            session.add(row)
            session.flush()
            return row.id

    def unmute(self, id: int, at: datetime) -> None:
        """Take back what a reader has said. One that has ended, or never was, is left as it is."""
        with writing(self._engine) as session:
            row = session.get(tables.Mute, id)
            if row is not None and row.ended is None:
                row.ended = at

    def mutes(self, subscription: int, now: datetime) -> list[MuteRecord]:
        """What a reader has said and still holds at `now`, by number.

        What was acknowledged of a finding holds until the finding ends: if it comes back, that is news.
        """
        mute, change = tables.Mute, tables.Change
        ended_since = (
            select(change.id)
            .where(
                change.fingerprint == mute.fingerprint,
                change.kind.in_(_ENDS),
                change.at >= mute.created,
                mute.kind == MuteKind.ACKNOWLEDGED,
            )
            .exists()
        )
        wanted = select(mute).where(
            mute.subscription == subscription,
            mute.ended.is_(None),
            mute.expires.is_(None) | (mute.expires > now),
            ~ended_since,
        )
        with Session(self._engine) as session:
            return [to_record(MuteRecord, row) for row in session.scalars(wanted.order_by(mute.id))]

    def reconcile(self, addresses: Iterable[str], now: datetime, lang: str = "zh") -> list[str]:
        """Let exactly the addresses of the settings have a subscription of that origin: of everything, in the
        language of the settings.

        One that is named no more keeps the record of what it was told, and goes on from there if it is named
        again. Returned are the addresses that get none because such a subscription of theirs was ended: it
        stays so until a person subscribes them again.
        """
        named = list({_bare(address): address for address in addresses}.values())
        with Session(self._engine) as session:
            steps, silent = _reconciled(session, named, now, lang)
        if not steps:  # the usual case: nothing to write, nobody kept waiting
            return silent
        with writing(self._engine) as session:
            steps, silent = _reconciled(session, named, now, lang)
            for step in steps:
                if step.id is None:
                    _added(session, step)
                else:
                    row = session.get_one(tables.Subscription, step.id)
                    row.origin, row.lang = step.origin, step.lang
            return silent


def _reconciled(
    session: Session, named: Iterable[str], now: datetime, lang: str
) -> tuple[list[SubscriptionRecord], list[str]]:
    """What has to be written so that the settings are followed, and the addresses that stay without."""
    rows = [to_record(SubscriptionRecord, row) for row in session.scalars(select(tables.Subscription))]
    unlimited = [record for record in rows if not any(scope_of(record))]
    steps, silent, wanted = [], [], set()
    for address in named:
        wanted.add(_bare(address))
        of_it = [record for record in unlimited if same_address(record.address, address)]
        live = [record for record in of_it if record.ended is None]
        if not of_it:
            steps.append(SubscriptionRecord(None, address, SubscriptionOrigin.SETTINGS, now, lang=lang))
        elif not live:
            silent.append(address)
        else:
            steps += [
                replace(record, origin=SubscriptionOrigin.SETTINGS, lang=lang)
                for record in live
                if record.origin is SubscriptionOrigin.ONCE
                or (record.origin is SubscriptionOrigin.SETTINGS and record.lang != lang)
            ]
    steps += [
        replace(record, origin=SubscriptionOrigin.ONCE)
        for record in unlimited
        if record.origin is SubscriptionOrigin.SETTINGS
        and record.ended is None
        and _bare(record.address) not in wanted
    ]
    return steps, silent


def _live_of_scope(session: Session, record: SubscriptionRecord) -> tables.Subscription | None:
    """The subscription that the address of `record` holds of its scope."""
    table = tables.Subscription
    for row in session.scalars(select(table).where(table.ended.is_(None)).order_by(table.id)):
        known = to_record(SubscriptionRecord, row)
        if same_address(known.address, record.address) and scope_of(known) == scope_of(record):
            return row
    return None


def _added(session: Session, record: SubscriptionRecord) -> int:
    row = tables.Subscription()
    fill(row, record, but={"id"})
    session.add(row)
    session.flush()
    return row.id


def _fit(record: SubscriptionRecord) -> SubscriptionRecord:
    provinces, organs, rules = scope_of(record)
    return storable(replace(record, provinces=provinces, organs=organs, rules=rules))


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _bare(address: str) -> str:
    """The address alone: domains know no capitals, and no server in use tells names by them."""
    return (parseaddr(address)[1] or address).strip().casefold()
