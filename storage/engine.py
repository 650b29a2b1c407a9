"""Opening the database and bringing its tables up to date: SQLite and PostgreSQL with one behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 60_000
"""How long a SQLite connection waits for another process's writes."""
_WRITER_LOCK = 0x6E69616E62616F  # "nianbao"; PostgreSQL's advisory locks are numbers
_WRITES = "nianbao_writes"
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


def open_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///path, postgresql://…); nothing is connected yet.

    Creates the folder of a SQLite file. Raises DatabaseUnusable.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        # SQLAlchemy's message quotes the text, which may hold a password
        raise DatabaseUnusable(f"the database URL cannot be read; {_EXPECTED}") from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _sqlite(address)
    if backend == "postgresql":
        return _postgresql(address)
    raise DatabaseUnusable(f"{backend} is not supported; {_EXPECTED}")


def schema_state(engine: Engine) -> SchemaState:
    """How the tables stand. Raises DatabaseUnusable where the database cannot be reached."""
    with _reachable(engine), engine.connect() as connection:
        return _state(connection)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date, in one transaction; current ones are left alone.

    Raises SchemaNewer, DatabaseUnusable.
    """
    if schema_state(engine) is SchemaState.CURRENT:
        return
    # state is looked at again under the lock: another process may be doing the same
    with _reachable(engine), writing(engine) as session:
        connection = session.connection()
        state = _state(connection)
        if state is SchemaState.NEWER:
            raise SchemaNewer(f"a newer nianbao wrote the database {_shown(engine)}; upgrade nianbao")
        if state is not SchemaState.CURRENT:
            command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to `revision`, "base" for none at all; what they held beyond it is gone."""
    with _reachable(engine), writing(engine) as session:
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
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
        yield session


def _sqlite(address: URL) -> Engine:
    file = address.database
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(f"cannot create the folder of {file}: {error.strerror}") from error
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # the driver's own idea of transactions is switched off; _begin_sqlite starts them
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {_BUSY_MS}", "journal_mode = WAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(address: URL) -> Engine:
    try:
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseUnusable("PostgreSQL needs the driver: pip install 'nianbao[postgres]'") from error


def _state(connection: Connection) -> SchemaState:
    at = MigrationContext.configure(connection).get_current_heads()
    if not at:
        return SchemaState.FRESH
    scripts = ScriptDirectory.from_config(_config(connection))
    if set(at) == set(scripts.get_heads()):
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OLDER if set(at) <= known else SchemaState.NEWER


def _config(connection: Connection) -> Config:
    config = Config()
    # Config's own option would read a % in the path as the start of a placeholder
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _reachable(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        reason = " ".join(str(error.orig).split())
        raise DatabaseUnusable(f"cannot use the database {_shown(engine)}: {reason}") from error


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
