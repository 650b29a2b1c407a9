"""A copy of the database to try something out on; nothing that happens there reaches the database itself."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, insert, select

from storage.engine import open_engine, upgrade
from storage.tables import Base

_ROWS = 500
"""Rows that are held in memory while they are copied."""


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Engine]:
    """A SQLite database with the tables of `engine` as they stand at one moment, gone with the context.

    Others may write meanwhile: neither waits for the other. The folder for temporary files needs as much room
    as the database takes.
    """
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        file = Path(folder) / "rehearsal.db"
        if engine.dialect.name == "sqlite":
            _copy_file(engine, file)
        copy = open_engine(f"sqlite:///{file}")
        try:
            if engine.dialect.name != "sqlite":
                _copy_rows(engine, copy)
            yield copy
        finally:
            copy.dispose()


def _copy_file(engine: Engine, file: Path) -> None:
    with engine.connect() as connection:
        # the snapshot of a read transaction: without it every write of others begins the copy anew
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - this is SQLite
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy)


def _copy_rows(engine: Engine, copy: Engine) -> None:
    upgrade(copy)
    snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot as source, copy.begin() as target:
        for table in Base.metadata.sorted_tables:
            rows = source.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
            for portion in rows.partitions():
                target.execute(insert(table), [dict(row) for row in portion])
