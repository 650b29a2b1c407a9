"""Opening the database and bringing its tables up to date: SQLite and PostgreSQL with one behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

_MIGRATIONS = Path(__file__).with_name("migrations")
PATIENCE = 60.0
"""Seconds that a writer waits for the writes of another process before it gives up."""
_WRITER_LOCK = 0x6E69616E62616F  # "nianbao"; PostgreSQL's advisory locks are numbers
_WRITES = "nianbao_writes"
_PATIENCE = "nianbao_patience"
_NOT_AS_LEFT = frozenset({"42501", "42P01", "42P07", "42703"})
"""What PostgreSQL calls a wrong statement, and is somebody's doing: no right to it, tables or columns that
are not there or already are."""
_EXPECTED = "expected sqlite:///PATH or postgresql://USER@HOST/NAME"


class DatabaseUnusable(Exception):
    """The database cannot be opened or reached; carries one line, without the password."""


class SchemaNewer(DatabaseUnusable):
    """A newer nianbao has written this database; this one must not touch it."""


class SchemaState(StrEnum):
    """How a database's tables stand to this program."""

    FRESH = "fresh"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a version of the tables to the next; `rewrites` are those it goes through row by row."""

    version: str
    summary_zh: str
    summary_en: str
    rewrites: tuple[str, ...] = ()


def open_engine(url: str, *, patience: float = PATIENCE) -> Engine:
    """An engine for `url` (sqlite:///path, postgresql://…); nothing is connected yet.

    Creates the folder of a SQLite file. Raises DatabaseUnusable, as does whatever is done with the engine
    once the database cannot be used: busy for longer than `patience` seconds, full, gone, damaged.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        # SQLAlchemy's message quotes the text, which may hold a password
        raise DatabaseUnusable(f"the database URL cannot be read; {_EXPECTED}") from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        engine = _sqlite(address, patience)
    elif backend == "postgresql":
        engine = _postgresql(address, patience)
    else:
        raise DatabaseUnusable(f"{backend} is not supported; {_EXPECTED}")
    event.listen(engine, "handle_error", _told_in_one_line)
    return engine


def exists(engine: Engine) -> bool:
    """Whether there is a database. To ask a SQLite file that is not there anything would make it."""
    file = sqlite_file(engine)
    return file is None or file.exists()


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite database; None for any other, and for one in memory."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    return Path(file)


def schema_state(engine: Engine) -> SchemaState:
    """How the tables stand. Raises DatabaseUnusable where the database cannot be reached."""
    with engine.connect() as connection:
        return _state(connection)


def schema_version(engine: Engine) -> str | None:
    """The version of the tables; None where there are none."""
    with engine.connect() as connection:
        return " ".join(MigrationContext.configure(connection).get_current_heads()) or None


def pending(engine: Engine) -> tuple[Migration, ...]:
    """What an upgrade would do, in order. Raises SchemaNewer, DatabaseUnusable."""
    if not exists(engine):
        return _migrations(None)
    with engine.connect() as connection:
        if _state(connection) is SchemaState.NEWER:
            raise _newer(engine)
        return _migrations(MigrationContext.configure(connection).get_current_revision())


def count_rows(engine: Engine, tables: Iterable[str]) -> dict[str, int]:
    """How many rows these tables have; those that are not there yet are left out."""
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in tables
            if name in there
        }


def upgrade(engine: Engine, told: Callable[[str], None] = lambda _: None) -> None:
    """Bring the tables up to date, in one transaction; current ones are left alone.

    `told` is called with each version that has been reached. Raises SchemaNewer, DatabaseUnusable.
    """
    if schema_state(engine) is SchemaState.CURRENT:
        return
    # state is looked at again under the lock: another process may be doing the same
    with writing(engine) as session:
        connection = session.connection()
        state = _state(connection)
        if state is SchemaState.NEWER:
            raise _newer(engine)
        if state is not SchemaState.CURRENT:
            command.upgrade(_config(connection, told), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to `revision`, "base" for none at all; what they held beyond it is gone."""
    with writing(engine) as session:
        command.downgrade(_config(session.connection()), revision)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose one transaction is the only writing one on the database, over all processes.

    SQLite knows one writer anyway, but a transaction that reads first and writes later would be refused
    instead of waiting; it therefore takes the lock at its start. PostgreSQL follows suit by an advisory lock:
    what was read is still so when it is compared and written, and changes become visible in the order of
    their ids, so that a reader that has seen change 6 cannot have missed change 5.
    """
    with Session(engine.execution_options(**{_WRITES: True}), autoflush=False) as session, session.begin():
        connection = session.connection()  # begins now, not at the first statement
        if engine.dialect.name == "postgresql":
            patience = connection.get_execution_options()[_PATIENCE]
            connection.execute(text(f"SET LOCAL lock_timeout = {round(patience * 1000)}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
        yield session


def _sqlite(address: URL, patience: float) -> Engine:
    file = address.database
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(f"cannot create the folder of {file}: {error.strerror}") from error
    engine = create_engine(address)
    event.listen(engine, "connect", partial(_prepare_sqlite, patience=patience))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object, *, patience: float) -> None:
    # the driver's own idea of transactions is switched off; _begin_sqlite starts them
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {round(patience * 1000)}", "journal_mode = WAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(address: URL, patience: float) -> Engine:
    try:
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            execution_options={_PATIENCE: patience},
        )
    except ModuleNotFoundError as error:
        raise DatabaseUnusable("PostgreSQL needs the driver: pip install 'nianbao[postgres]'") from error


def _told_in_one_line(context: ExceptionContext) -> None:
    """What the driver raises because the database cannot be used, in one line and without the password.

    A wrong statement or value is a defect of the program, and stays what it is.
    """
    error = context.sqlalchemy_exception
    if context.is_pre_ping or not isinstance(error, DatabaseError):
        return
    if isinstance(error, DataError | IntegrityError):
        return
    if isinstance(error, ProgrammingError) and getattr(error.orig, "sqlstate", None) not in _NOT_AS_LEFT:
        return
    engine = context.engine
    where = "" if engine is None else f" {_shown(engine)}"
    reason = " ".join(str(error.orig).split()) or type(error.orig).__name__
    raise DatabaseUnusable(f"cannot use the database{where}: {reason}") from error


def _state(connection: Connection) -> SchemaState:
    at = MigrationContext.configure(connection).get_current_heads()
    if not at:
        return SchemaState.FRESH
    scripts = ScriptDirectory.from_config(_config())
    if set(at) == set(scripts.get_heads()):
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OLDER if set(at) <= known else SchemaState.NEWER


def _migrations(at: str | None) -> tuple[Migration, ...]:
    """The steps from version `at` to the newest."""
    scripts = ScriptDirectory.from_config(_config())
    steps = [script for script in scripts.iterate_revisions("heads", at or "base") if script.revision != at]
    return tuple(
        Migration(
            step.revision,
            getattr(step.module, "summary_zh", step.doc),
            step.doc,
            getattr(step.module, "rewrites", ()),
        )
        for step in reversed(steps)
    )


def _config(connection: Connection | None = None, told: Callable[[str], None] = lambda _: None) -> Config:
    config = Config()
    # Config's own option would read a % in the path as the start of a placeholder
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["told"] = told
    return config


def _newer(engine: Engine) -> SchemaNewer:
    return SchemaNewer(f"a newer nianbao wrote the database {_shown(engine)}; upgrade nianbao")


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
