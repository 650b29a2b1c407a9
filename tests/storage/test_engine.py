"""Opening, schema states, migrations, locks."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from storage.engine import (
    DatabaseUnusable,
    SchemaNewer,
    SchemaState,
    downgrade,
    open_engine,
    schema_state,
    upgrade,
    writing,
)
from storage.ledger import Ledger
from storage.queries import Queries
from storage.tables import Base, Portal

TABLES = {
    "alembic_version", "changes", "documents", "duplicates", "duty_counts", "fetches",
    "finding_counts", "findings", "leases", "lists", "mails", "mutes", "obligations", "organs", "pages",
    "portals", "reports", "runs", "subscriptions", "versions", "visits", "waivers",
}  # fmt: skip


def test_an_empty_database_is_fresh_and_upgrade_makes_it_current(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert schema_state(engine) is SchemaState.FRESH
    upgrade(engine)
    assert schema_state(engine) is SchemaState.CURRENT
    assert set(inspect(engine).get_table_names()) == TABLES
    engine.dispose()


def test_upgrade_leaves_what_is_recorded_alone(engine: Engine, nights: Any, queries: Queries) -> None:
    nights.record(nights.page(nights.report(), nights.finding()))
    before = queries.reports(), queries.findings(), queries.changes(0)
    upgrade(engine)
    assert (queries.reports(), queries.findings(), queries.changes(0)) == before


def test_down_to_base_and_up_again_with_data(engine: Engine, nights: Any, queries: Queries) -> None:
    nights.record(nights.page(nights.report(), nights.finding()))
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    assert schema_state(engine) is SchemaState.FRESH
    upgrade(engine)
    assert schema_state(engine) is SchemaState.CURRENT
    assert queries.reports() == []
    nights.begin()
    nights.record(nights.page(nights.report(), nights.finding()))
    assert [report.organ for report in queries.reports()] == ["云溪县水务局"]


def test_migrations_and_models_do_not_differ(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_difference_would_be_found(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("DROP INDEX ix_findings_organ_year"))
        session.execute(text("ALTER TABLE mails DROP COLUMN subject"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, Base.metadata)
    assert {difference[0] for difference in differences} == {"add_index", "add_column"}


def test_a_newer_schema_is_refused_with_one_line(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema_state(engine) is SchemaState.NEWER
    with pytest.raises(SchemaNewer, match="a newer nianbao wrote the database") as refused:
        upgrade(engine)
    assert "\n" not in str(refused.value)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/var/数据/nianbao.db")
    upgrade(engine)
    assert (tmp_path / "var/数据/nianbao.db").is_file()
    engine.dispose()


def test_sqlite_is_opened_for_several_processes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/nianbao.db")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 60_000
    engine.dispose()


def test_foreign_keys_hold(engine: Engine) -> None:
    statement = text(
        "INSERT INTO visits "
        "(run, portal, started, ended, clean, reason_zh, reason_en, lists, requests, reports) "
        "VALUES (77, 'yunxi', '2024-02-01', '2024-02-01', true, '', '', '[]', 0, 0)"
    )
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(statement)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("no url at all", "the database URL cannot be read"),
        ("mysql://root:secret@localhost/x", "mysql is not supported"),
        ("postgresql://nianbao:secret@127.0.0.1:1/x", "cannot use the database"),
        ("sqlite:////dev/null/x/nianbao.db", "cannot create the folder of /dev/null/x/nianbao.db"),
        ("sqlite:////dev", "cannot use the database sqlite:////dev"),
    ],
)
def test_an_unusable_database_is_one_line_without_the_password(url: str, line: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        schema_state(open_engine(url))
    message = str(refused.value)
    assert message.startswith(line)
    assert "\n" not in message
    assert "secret" not in message


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear reader, this is no database. " * 100)
    with pytest.raises(DatabaseUnusable, match="not a database") as refused:
        upgrade(open_engine(f"sqlite:///{file}"))
    assert "\n" not in str(refused.value)
    assert file.read_text().startswith("Dear reader")


def test_a_postgresql_url_is_given_the_driver_that_is_installed() -> None:
    engine = open_engine("postgresql://nianbao@127.0.0.1/x")
    assert engine.url.drivername == "postgresql+psycopg"


def test_a_second_writer_waits_and_sees_what_the_first_one_wrote(engine: Engine) -> None:
    reading = threading.Event()
    seen: list[list[str]] = []

    def second() -> None:
        reading.set()
        with writing(engine) as session:
            seen.append(list(session.scalars(select(Portal.id))))

    thread = threading.Thread(target=second)
    with writing(engine) as session:
        thread.start()
        assert reading.wait(10)
        thread.join(0.2)
        assert seen == []
        session.add(Portal(id="yunxi", province="yunling", name="云溪县", home="http://a.example/"))
    thread.join(30)
    assert seen == [["yunxi"]]


def test_readers_are_not_kept_waiting_by_a_writer(engine: Engine, queries: Queries) -> None:
    with writing(engine) as session:
        session.add(Portal(id="yunxi", province="yunling", name="云溪县", home="http://a.example/"))
        session.flush()
        assert queries.portals() == []
    assert [portal.id for portal in queries.portals()] == ["yunxi"]


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    program = (
        "import sys; from storage.engine import open_engine, upgrade; "
        "from storage.ledger import Ledger; from storage.records import RunRecord; "
        "from datetime import UTC, datetime; "
        "e = open_engine(sys.argv[1]); upgrade(e); "
        "print(Ledger(e).begin_run(RunRecord(None, 'crawl', 'yunling', datetime(2024, 2, 1, tzinfo=UTC))))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    runs = sorted(int(child.communicate(timeout=120)[0]) for child in children)
    assert [child.returncode for child in children] == [0, 0, 0, 0]
    assert runs == [1, 2, 3, 4]


def test_importing_storage_opens_nothing() -> None:
    program = (
        "import sys\n"
        "opened = []\n"
        "def hook(event, args):\n"
        "    if event in ('sqlite3.connect', 'socket.connect', 'subprocess.Popen', 'os.mkdir'):\n"
        "        opened.append(event)\n"
        "    if event == 'open' and args[2] is not None and args[2] & 3:\n"
        "        if '__pycache__' not in str(args[0]): opened.append(str(args[0]))\n"
        "sys.addaudithook(hook)\n"
        "import storage.ledger, storage.queries, storage.archive\n"
        "assert not {'scrapy', 'twisted', 'crawler', 'spiders'} & set(sys.modules)\n"
        "print(opened)\n"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"


def test_a_ledger_can_be_made_before_the_tables_are(empty_url: str) -> None:
    engine = open_engine(empty_url)
    ledger = Ledger(engine)
    upgrade(engine)
    ledger.register([], [])
    engine.dispose()
