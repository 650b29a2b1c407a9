"""The tables. Rows stay inside storage; what leaves it are records."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.records import (
    Cause,
    ChangeKind,
    Edition,
    Exclusion,
    FindingStatus,
    FormerName,
    MailState,
    MuteKind,
    ObligationStatus,
    Origin,
    PartRecord,
    Rhythm,
    SubscriptionOrigin,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in both databases. A naive one is refused, for nobody knows its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored moment needs a time zone: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of plain values, kept as a JSON list."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, _: Dialect) -> list[Any] | None:
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, _: Dialect) -> tuple[Any, ...] | None:
        return None if value is None else tuple(value)


class JsonMoments(TypeDecorator[tuple[datetime, ...]]):
    """A tuple of moments, kept as a JSON list of ISO 8601 in UTC."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[datetime] | None, _: Dialect) -> list[str]:
        moments = value or ()
        if any(moment.tzinfo is None for moment in moments):
            raise ValueError("a stored moment needs a time zone")
        return [moment.astimezone(UTC).isoformat() for moment in moments]

    def process_result_value(self, value: Any | None, _: Dialect) -> tuple[datetime, ...]:
        return tuple(datetime.fromisoformat(moment) for moment in value or ())


class JsonDays(TypeDecorator[tuple[date, ...]]):
    """A tuple of days, kept as a JSON list of ISO 8601."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[date] | None, _: Dialect) -> list[str]:
        return [day.isoformat() for day in value or ()]

    def process_result_value(self, value: Any | None, _: Dialect) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in value or ())


class JsonPairs(TypeDecorator[tuple[tuple[str, str], ...]]):
    """Pairs of texts, kept as a JSON list of lists."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Sequence[Sequence[str]] | None, _: Dialect) -> list[list[str]] | None:
        return None if value is None else [list(pair) for pair in value]

    def process_result_value(self, value: Any | None, _: Dialect) -> tuple[tuple[str, str], ...] | None:
        return None if value is None else tuple((name, text) for name, text in value)


class JsonRecords(TypeDecorator[tuple[Any, ...]]):
    """A tuple of flat records of one class, kept as a JSON list of objects."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Sequence[Any] | None, _: Dialect) -> list[dict[str, Any]]:
        return [asdict(record) for record in value or ()]

    def process_result_value(self, value: Any | None, _: Dialect) -> tuple[Any, ...]:
        return tuple(self.kind(**record) for record in value or ())


class JsonRules(TypeDecorator[dict[str, Any]]):
    """The rules that were applied to a report, by what came of them, kept as a JSON object.

    Their ids are the same hundred words in every report: held once, not once for each of a province's
    thousands of reports, which took five times the memory.
    """

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any | None, _: Dialect) -> dict[str, Any] | None:
        return None if value is None else {sys.intern(name): _interned(told) for name, told in value.items()}


def _interned(told: Any) -> Any:
    if isinstance(told, list):
        return [sys.intern(word) if isinstance(word, str) else word for word in told]
    return told


class PackedJson(TypeDecorator[Mapping[str, Any]]):
    """A JSON object that is only ever read whole, compressed: Chinese prose shrinks to a quarter."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, _: Dialect) -> bytes:
        return zlib.compress(json.dumps(value or {}, ensure_ascii=False).encode(), 6)

    def process_result_value(self, value: Any | None, _: Dialect) -> Mapping[str, Any]:
        return {} if value is None else json.loads(zlib.decompress(value))


def _words(kind: type[StrEnum]) -> Enum:
    """A StrEnum by its values, as plain text in both databases."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: list(map(str, members)))


class Base(DeclarativeBase):
    """Constraint names are fixed, so that later migrations can name what they change."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        str: Text,
        datetime: UtcDateTime,
        tuple[str, ...]: JsonTuple,
        tuple[int, ...]: JsonTuple,
        tuple[datetime, ...]: JsonMoments,
        tuple[PartRecord, ...]: JsonRecords(PartRecord),
        tuple[FormerName, ...]: JsonRecords(FormerName),
        tuple[Exclusion, ...]: JsonRecords(Exclusion),
        tuple[date, ...]: JsonDays,
        dict[str, Any]: JSON,
        bytes: LargeBinary,
        FindingStatus: _words(FindingStatus),
        ObligationStatus: _words(ObligationStatus),
        Origin: _words(Origin),
        ChangeKind: _words(ChangeKind),
        Cause: _words(Cause),
        Rhythm: _words(Rhythm),
        SubscriptionOrigin: _words(SubscriptionOrigin),
        MuteKind: _words(MuteKind),
        Edition: _words(Edition),
        MailState: _words(MailState),
    }


class Portal(Base):
    """A registered portal."""

    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    home: Mapped[str]


class Organ(Base):
    """A body of the roster. Names are unique over all provinces: a report is known by organ and year."""

    __tablename__ = "organs"

    name: Mapped[str] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(index=True)
    portal: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    kind: Mapped[str]
    code: Mapped[str | None]
    aliases: Mapped[tuple[str, ...]]
    since: Mapped[int | None]
    until: Mapped[int | None]
    successor: Mapped[str | None]
    former: Mapped[tuple[FormerName, ...]] = mapped_column(server_default="[]")
    excluded: Mapped[tuple[Exclusion, ...]] = mapped_column(server_default="[]")


class Run(Base):
    """One crawl of one province."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "province", "ended", "started"),
        Index(None, "province", "started", "kind", "verdict"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    province: Mapped[str]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    verdict: Mapped[str | None]
    detail: Mapped[dict[str, Any]]


class Visit(Base):
    """One portal in one run. Visits are the proof behind every `missing`, so none is ever deleted."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "portal", "started", "run"),)

    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    portal: Mapped[str] = mapped_column(primary_key=True)
    started: Mapped[datetime]
    ended: Mapped[datetime]
    clean: Mapped[bool]
    reason_zh: Mapped[str]
    reason_en: Mapped[str]
    years: Mapped[tuple[int, ...] | None] = mapped_column(JsonTuple)
    lists: Mapped[tuple[str, ...]]
    requests: Mapped[int]
    reports: Mapped[int]
    whole: Mapped[bool] = mapped_column(server_default=true())
    detail: Mapped[Mapping[str, Any]] = mapped_column(JSON, server_default="{}")


class List(Base):
    """The first page of a list, as last seen."""

    __tablename__ = "lists"

    portal: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str | None]
    trail: Mapped[tuple[str, ...]]
    clicks: Mapped[int | None]
    seen: Mapped[datetime]
    walked: Mapped[datetime | None]
    rows: Mapped[str]
    entries: Mapped[int | None]


class Document(Base):
    """Bytes in the archive."""

    __tablename__ = "documents"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str | None]
    first_seen: Mapped[datetime]


class Fetch(Base):
    """Bytes as they came from an address; the newest of an address is what it brings now."""

    __tablename__ = "fetches"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(index=True)
    sha256: Mapped[str]
    fetched: Mapped[datetime]
    status: Mapped[int]
    headers: Mapped[tuple[tuple[str, str], ...] | None] = mapped_column(JsonPairs)
    left_out: Mapped[int]
    answered: Mapped[str | None]
    rendered: Mapped[bool]
    last_seen: Mapped[datetime]


class Page(Base):
    """One address as last seen."""

    __tablename__ = "pages"

    url: Mapped[str] = mapped_column(primary_key=True)
    portal: Mapped[str] = mapped_column(index=True)
    sha256: Mapped[str]
    seen: Mapped[datetime]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    content_type: Mapped[str | None]
    listed_title: Mapped[str]
    listed_date: Mapped[date | None]
    organ: Mapped[str | None]
    year: Mapped[int | None]
    rules_version: Mapped[int]
    judged_by: Mapped[str] = mapped_column(server_default="")
    problem: Mapped[str]
    parts: Mapped[tuple[PartRecord, ...]] = mapped_column(server_default="[]")
    first_seen: Mapped[datetime | None]
    gone_on: Mapped[tuple[date, ...]] = mapped_column(server_default="[]")
    gone_as: Mapped[str] = mapped_column(server_default="")


class Reading:
    """Columns of one reading of one report; cells stand in one JSON column."""

    organ: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    url: Mapped[str] = mapped_column(index=True)
    portal: Mapped[str]
    province: Mapped[str]
    sha256: Mapped[str]
    seen: Mapped[datetime]
    published: Mapped[date | None]
    published_from: Mapped[str | None]
    signed: Mapped[date | None]
    form: Mapped[str | None]
    tables: Mapped[dict[str, Any]]
    sections: Mapped[dict[str, Any]]
    cells: Mapped[dict[str, Any]]
    rules: Mapped[dict[str, Any]] = mapped_column(JsonRules)
    rules_version: Mapped[int]
    first_seen: Mapped[datetime]
    signature: Mapped[bytes | None]


class Report(Reading, Base):
    """The report held for one body and year.

    `compared_by` is what it was compared by as it stands; None where it has to be compared.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index(None, "province", "year"),
        Index(None, "province", "organ", "year"),
        Index(None, "portal"),
    )

    compared_by: Mapped[str | None]


class Duplicate(Reading, Base):
    """Another page with the report of the same body and year, whole, so that it can step in.

    `findings` are what the rules said of this page, as snapshots (see storage.snapshots).
    """

    __tablename__ = "duplicates"
    __table_args__ = (Index(None, "organ", "year"),)

    url: Mapped[str] = mapped_column(primary_key=True)
    findings: Mapped[list[Any]] = mapped_column(JSON)


class Version(Base):
    """What an address showed as the report of one body and year; the newest is what it shows now."""

    __tablename__ = "versions"
    __table_args__ = (Index(None, "organ", "year"), Index(None, "url"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organ: Mapped[str]
    year: Mapped[int]
    url: Mapped[str]
    sha256: Mapped[str]
    first_seen: Mapped[datetime]
    rules_version: Mapped[int]
    digest: Mapped[str]
    content: Mapped[Mapping[str, Any]] = mapped_column(PackedJson)
    last_seen: Mapped[datetime | None]


class Finding(Base):
    """One finding, as last stated. `run` is the run of its last step of life.

    `judged_by` stands for the settings, rules and roster that it was last stated by. Decisions up to the one
    that is numbered `decided_before` were made when it said something else.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(None, "organ", "year"),
        Index(None, "portal", "status"),
        Index(None, "rule", "province"),
        # lists, worst first, of a province, of all, and of one rule
        Index(None, "province", "severity", "organ", "year"),
        Index(None, "severity", "organ", "year"),
        Index(None, "rule", "severity", "organ", "year"),
    )

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    organ: Mapped[str]
    year: Mapped[int]
    rule: Mapped[str]
    severity: Mapped[str]
    verdict: Mapped[str]
    fault: Mapped[str]
    where: Mapped[str]
    message_zh: Mapped[str]
    message_en: Mapped[str]
    basis_zh: Mapped[str]
    basis_en: Mapped[str]
    province: Mapped[str]
    portal: Mapped[str]
    url: Mapped[str]
    archived: Mapped[str | None]
    cells: Mapped[tuple[str, ...]]
    expected: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    found: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    quote: Mapped[str]
    group: Mapped[str | None]
    stated_by: Mapped[Origin] = mapped_column(server_default="reading")
    status: Mapped[FindingStatus]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    waiver: Mapped[int | None] = mapped_column(index=True)
    decided_before: Mapped[int] = mapped_column(server_default=text("0"))
    judged_by: Mapped[str] = mapped_column(server_default="")
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"))


class Waiver(Base):
    """A person's decision that findings are not to be told. None is ever deleted."""

    __tablename__ = "waivers"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    organ: Mapped[str | None]
    year: Mapped[int | None]
    where: Mapped[str | None]
    critical: Mapped[bool] = mapped_column(server_default=false())
    reason: Mapped[str]
    author: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime]
    withdrawn: Mapped[datetime | None]
    lapsed: Mapped[datetime | None]


class Change(Base):
    """One step in the life of a finding. Appended, never altered.

    `repair` is what it was fixed by, as a snapshot (see storage.snapshots).
    """

    __tablename__ = "changes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[ChangeKind]
    fingerprint: Mapped[str] = mapped_column(ForeignKey("findings.fingerprint"), index=True)
    finding: Mapped[dict[str, Any]]
    cause: Mapped[Cause | None]
    waiver: Mapped[int | None] = mapped_column(index=True)
    repair: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


class Obligation(Base):
    """One body's duty for one year, as last assessed."""

    __tablename__ = "obligations"
    __table_args__ = (Index(None, "province", "year", "status"), Index(None, "status", "organ", "year"))

    organ: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organ_kind: Mapped[str]
    province: Mapped[str]
    due: Mapped[date]
    status: Mapped[ObligationStatus]
    published: Mapped[date | None]
    first_seen: Mapped[datetime | None]
    days_late: Mapped[int | None]
    url: Mapped[str | None]
    visits: Mapped[tuple[datetime, ...]]
    reason_zh: Mapped[str]
    reason_en: Mapped[str]


class FindingCount(Base):
    """How many findings stand, those of one likely cause as one; see storage.rollups."""

    __tablename__ = "finding_counts"

    province: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fault: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class DutyCount(Base):
    """How many duties stand how; see storage.rollups."""

    __tablename__ = "duty_counts"

    province: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class Lease(Base):
    """Something that one process at a time may do."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    purpose: Mapped[str]
    taken: Mapped[datetime]
    renewed: Mapped[datetime]
    expires: Mapped[datetime]


class Subscription(Base):
    """What one reader is sent. None is ever deleted: an ended one keeps its address from being sent to."""

    __tablename__ = "subscriptions"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    origin: Mapped[SubscriptionOrigin]
    lang: Mapped[str]
    provinces: Mapped[tuple[str, ...]]
    organs: Mapped[tuple[str, ...]]
    rules: Mapped[tuple[str, ...]]
    severity: Mapped[str]
    rhythm: Mapped[Rhythm]
    weekday: Mapped[int | None]
    workbook: Mapped[bool]
    created: Mapped[datetime]
    told_until: Mapped[int]
    looked: Mapped[datetime | None]
    ended: Mapped[datetime | None]


class Mute(Base):
    """What a reader does not want to hear of."""

    __tablename__ = "mutes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    kind: Mapped[MuteKind]
    fingerprint: Mapped[str | None]
    organ: Mapped[str | None]
    rule: Mapped[str | None]
    said: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    ended: Mapped[datetime | None]


class Mail(Base):
    """One mail, from its composition to its end."""

    __tablename__ = "mails"
    __table_args__ = (
        Index(None, "state", "due"),
        # which texts are kept, to be dropped some day
        Index(
            "ix_mails_kept",
            "ended",
            sqlite_where=text("content IS NOT NULL"),
            postgresql_where=text("content IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    address: Mapped[str]
    edition: Mapped[Edition]
    key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    content: Mapped[bytes | None]
    composed: Mapped[datetime]
    told_until: Mapped[int | None]
    state: Mapped[MailState]
    attempts: Mapped[int]
    unsettled: Mapped[int]
    due: Mapped[datetime]
    owner: Mapped[str | None]
    claimed: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    answer: Mapped[str]
