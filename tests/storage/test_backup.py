"""Copies of the database: of one moment whatever others write, and never in the place of anything else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from storage.backup import BackupFailed, backup
from storage.engine import open_engine, upgrade, writing
from storage.queries import Queries
from storage.soundness import Question, answer
from tests.databases import PostgresServer
from tests.storage.damage import damaged

WRITER = """
import sys
from storage.engine import open_engine
from storage.ledger import Ledger
from tests.storage.conftest import Nights
nights = Nights(Ledger(open_engine(sys.argv[1])))
nights.begin()
for number in range(100_000):
    report = nights.report(f"http://a.example/{number}", organ=str(number), signature=bytes(5000))
    nights.record(nights.page(report, nights.finding(number, organ=str(number), url=report.url)))
    print(number, flush=True)
"""


def restored(output: Path, engine: Engine, server: PostgresServer | None) -> Engine:
    """What docs/database.md says: the file itself, or a new database that pg_restore fills."""
    if server is None:
        return open_engine(f"sqlite:///{output}")
    name = server.create()
    address = server.url(name)
    subprocess.run(
        ["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", output],
        check=True,
        capture_output=True,
    )
    return open_engine(address)


@pytest.fixture
def server(engine: Engine, request: pytest.FixtureRequest) -> PostgresServer | None:
    return None if engine.dialect.name == "sqlite" else request.getfixturevalue("postgres")


def everything(engine: Engine) -> Any:
    queries = Queries(engine)
    return queries.runs(), queries.reports(), queries.findings(include_fixed=True), queries.changes(0)


def test_a_copy_holds_everything_and_goes_on_from_there(
    engine: Engine, nights: Any, server: PostgresServer | None, tmp_path: Path
) -> None:
    nights.record(nights.page(nights.report(), nights.finding(), nights.finding(2)))
    output = tmp_path / "备份 1"
    size = backup(engine, output)
    assert output.stat().st_size == size
    assert stat.S_IMODE(output.stat().st_mode) == 0o600, "nobody else's business"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    copy = restored(output, engine, server)
    assert everything(copy) == everything(engine)
    assert answer(copy, Question.SCHEMA).count == 0
    nights.ledger._engine = copy
    nights.begin()
    nights.record(nights.page(nights.report(), nights.finding()))
    assert [step.id for step in Queries(copy).changes(0)] == [1, 2, 3]
    copy.dispose()


def test_a_copy_is_of_one_moment_while_another_process_writes(
    engine: Engine, url: str, server: PostgresServer | None, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            for _ in range(20):
                before = int(child.stdout.readline())
            output = tmp_path / "copy"
            backup(engine, output)
        finally:
            child.kill()
    copy = restored(output, engine, server)
    queries = Queries(copy)
    reports = len(queries.reports())
    assert reports > before, "what was acknowledged before is in it"
    assert len(queries.findings()) == len(queries.changes(0)) == len(queries.pages("yunxi")) == reports
    assert not answer(copy, Question.FILE).count
    copy.dispose()


def test_what_stands_there_is_left_alone_unless_it_may_be_replaced(engine: Engine, tmp_path: Path) -> None:
    output = tmp_path / "copy"
    output.write_text("a letter")
    with pytest.raises(BackupFailed, match="--force") as refused:
        backup(engine, output)
    assert (output.read_text(), "--force" in refused.value.zh) == ("a letter", True)
    backup(engine, output, overwrite=True)
    assert output.read_bytes()[:5] in (b"SQLit", b"PGDMP")


def test_a_name_that_is_taken_while_the_copy_is_made_is_left_alone(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two backups at once: the second one to end finds the other's file."""
    output = tmp_path / "copy"
    fsync = os.fsync

    def meanwhile(descriptor: int) -> None:
        output.write_text("the other's")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(BackupFailed, match="is there already"):
        backup(engine, output)
    assert output.read_text() == "the other's"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("name", "reason"),
    [("folder", "is a folder"), ("none/copy", "No such file"), ("file/copy", "Not a directory")],
)
def test_where_nothing_can_be_written_is_one_line(
    name: str, reason: str, overwrite: bool, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match=reason) as refused:
        backup(engine, tmp_path / name, overwrite=overwrite)
    assert "\n" not in str(refused.value)


class TestSqlite:
    """What only a file can do."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "nianbao.db"

    @pytest.fixture
    def engine(self, file: Path) -> Iterator[Engine]:
        engine = open_engine(f"sqlite:///{file}")
        upgrade(engine)
        yield engine
        engine.dispose()

    @pytest.mark.parametrize("name", ["nianbao.db", "nianbao.db-wal", "x/../nianbao.db", "link"])
    def test_the_database_itself_is_never_written_over(self, name: str, engine: Engine, file: Path) -> None:
        (file.parent / "x").mkdir()
        (file.parent / "link").symlink_to(file)
        before = everything(engine)
        with pytest.raises(BackupFailed, match="is the database itself"):
            backup(engine, file.parent / name, overwrite=True)
        assert everything(engine) == before

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        engine = open_engine(f"sqlite:///{tmp_path}/none.db")
        with pytest.raises(BackupFailed, match="there is no database"):
            backup(engine, tmp_path / "copy")
        assert list(tmp_path.iterdir()) == []

    def test_a_copy_is_one_file_that_can_be_read_where_nothing_may_be_written(
        self, engine: Engine, file: Path
    ) -> None:
        output = file.with_name("copy")
        backup(engine, output)
        names = {path.name for path in file.parent.iterdir()}
        assert {name for name in names if "copy" in name} == {"copy"}
        copy = open_engine(f"sqlite:///file:{output}?immutable=1&uri=true")
        with copy.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM runs")) == 0
        copy.dispose()

    def test_progress_ends_at_the_last_page(self, engine: Engine, file: Path) -> None:
        with writing(engine) as session:
            session.execute(text("CREATE TABLE large (it BLOB)"))
            session.execute(text("INSERT INTO large VALUES (zeroblob(20000000))"))
        told: list[tuple[int, int]] = []
        backup(engine, file.with_name("copy"), told=lambda copied, pages: told.append((copied, pages)))
        assert len(told) > 1
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1] > 4000

    def test_a_damaged_database_gives_no_copy(self, engine: Engine, file: Path) -> None:
        damaged(engine, file)
        output = file.with_name("copy")
        output.write_text("last week's")
        with pytest.raises(BackupFailed, match="nianbao db check") as refused:
            backup(engine, output, overwrite=True)
        assert "\n" not in str(refused.value)
        assert output.read_text() == "last week's"


class TestPostgresql:
    """What pg_dump is given, and what it says."""

    @pytest.fixture
    def programs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A pg_dump and a pg_restore that write down how they were called."""
        folder = tmp_path / "bin"
        folder.mkdir()
        script = '#!/bin/sh\nprintf "%s\\n" "$0" "$@" "password=$PGPASSWORD" >> "${0%/*}/calls"\n'
        for name in ("pg_dump", "pg_restore"):
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
        return folder

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://wang:s3%2Fcr%40t@127.0.0.1:1/x?sslmode=disable",
            "postgresql://wang@127.0.0.1:1/x?sslmode=disable&password=s3%2Fcr%40t",
        ],
    )
    def test_the_password_is_on_no_command_line(self, url: str, programs: Path, tmp_path: Path) -> None:
        backup(open_engine(url), tmp_path / "copy")
        calls = (programs / "calls").read_text().splitlines()
        assert calls.count("password=s3/cr@t") == 2
        words = [line for line in calls if not line.startswith("password=")]
        assert not any("s3" in word for word in words)
        (address,) = [word.removeprefix("--dbname=") for word in words if word.startswith("--dbname=")]
        assert make_url(address) == make_url("postgresql://wang@127.0.0.1:1/x?sslmode=disable")

    def test_without_pg_dump_it_is_said_what_is_lacking(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupFailed, match=r"there is no pg_dump.* postgresql-client"):
            backup(open_engine("postgresql://127.0.0.1:1/x"), tmp_path / "copy")
        assert list(tmp_path.iterdir()) == []

    def test_what_pg_dump_says_is_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(BackupFailed, match=r"^pg_dump: .*error") as refused:
            backup(open_engine("postgresql://wang:s3cret@127.0.0.1:1/x"), tmp_path / "copy")
        assert "\n" not in str(refused.value)
        assert "s3cret" not in str(refused.value)
        assert list(tmp_path.iterdir()) == []

    def test_a_dump_that_cannot_be_read_again_is_none(self, programs: Path, tmp_path: Path) -> None:
        (programs / "pg_restore").unlink()
        with pytest.raises(BackupFailed, match=r"^pg_restore: "):
            backup(open_engine("postgresql://127.0.0.1:1/x"), tmp_path / "copy")
        assert not (tmp_path / "copy").exists()
