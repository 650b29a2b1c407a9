"""A million reports into a database in minutes: bulk inserts without indexes, which are made afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import psycopg
from sqlalchemy import Connection, Engine, Index, text
from sqlalchemy.schema import CreateIndex, DropIndex

from bench.storage.million import Country, Row
from bench.storage.million_columns import COLUMNS
from storage.engine import upgrade
from storage.tables import Base

_AT_ONCE = 5000


def load(engine: Engine, country: Country, told: Callable[[str], None]) -> None:
    """Make the tables in an empty database and fill them; `told` hears of every table."""
    upgrade(engine)
    indexes = _indexes()
    with engine.connect() as connection:
        for index in indexes:
            connection.execute(DropIndex(index, if_exists=True))
        connection.commit()
    fill = _into_sqlite if engine.dialect.name == "sqlite" else _into_postgresql
    for table, rows in _sources(country).items():
        fill(engine, table, rows)
        told(table)
    with engine.connect() as connection:
        for index in indexes:
            connection.execute(CreateIndex(index))
            connection.commit()
        told("indexes")
        _settle(connection)
        told("statistics")


def _sources(country: Country) -> dict[str, Iterator[Row]]:
    """The rows of every table, what is referred to before what refers to it."""
    singular = {name: name.removesuffix("s") for name in COLUMNS} | {"duplicates": "duplicate"}
    return {name: getattr(country, f"{singular[name]}_rows")() for name in COLUMNS}


def _indexes() -> list[Index]:
    return [
        index
        for name in COLUMNS
        for index in sorted(Base.metadata.tables[name].indexes, key=lambda index: str(index.name))
    ]


def _into_sqlite(engine: Engine, table: str, rows: Iterator[Row]) -> None:
    names = COLUMNS[table]
    into = f"INSERT INTO {table} ({_quoted(names)}) VALUES ({', '.join('?' * len(names))})"
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -500000"):
            cursor.execute(f"PRAGMA {pragma}")
        while chunk := list(islice(rows, _AT_ONCE * 20)):
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(into, chunk)
            cursor.execute("COMMIT")
    finally:
        raw.detach()  # no reader gets a connection with these settings
        raw.close()


def _into_postgresql(engine: Engine, table: str, rows: Iterator[Row]) -> None:
    raw = engine.raw_connection()
    try:
        connection = raw.driver_connection
        assert isinstance(connection, psycopg.Connection)
        with connection.cursor() as cursor:
            # references need no looking up: the generator keeps them
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET timezone = 'UTC'")
            with cursor.copy(f"COPY {table} ({_quoted(COLUMNS[table])}) FROM STDIN") as copy:  # type: ignore[arg-type]
                for row in rows:
                    copy.write_row(row)
            if _numbered(table):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # type: ignore[arg-type]
                    f"(SELECT max(id) FROM {table}))"
                )
        connection.commit()
    finally:
        raw.detach()
        raw.close()


def _settle(connection: Connection) -> None:
    """What a database does by itself sooner or later."""
    if connection.dialect.name == "postgresql":
        connection.commit()
        connection.connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        connection.connection.cursor().execute("VACUUM ANALYZE")
        connection.connection.driver_connection.autocommit = False  # type: ignore[union-attr]
    else:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _numbered(table: str) -> bool:
    return table in {"runs", "versions", "changes", "waivers", "subscriptions", "mails"}


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
