"""A copy of the database in one file, whole and of one moment, while others go on writing.

SQLite gives it by its own online backup, PostgreSQL by pg_dump. The copy is read again from end to end before
it gets its name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from storage.engine import sqlite_file

Told = Callable[[int, int], None]
"""Told how many pages of the database are copied, and of how many."""

_PAGES = 2048
"""Pages that are copied between two words about it."""


class BackupFailed(Exception):
    """No copy was made, and what stood there before is left as it was. One line; str() is the English one."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def backup(
    engine: Engine, output: Path, *, overwrite: bool = False, told: Told = lambda _copied, _all: None
) -> int:
    """Write the copy to `output`; its size in bytes. Raises BackupFailed, DatabaseUnusable."""
    _refuse(engine, output, overwrite=overwrite)
    with _written(output, overwrite=overwrite) as part:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, part, told)
        else:
            _dump_postgresql(engine, part)
    return output.stat().st_size


def _refuse(engine: Engine, output: Path, *, overwrite: bool) -> None:
    source = sqlite_file(engine)
    if source is not None:
        if not source.is_file():
            raise BackupFailed(f"没有数据库 {source}", f"there is no database {source}")
        own = [source, *(source.with_name(source.name + end) for end in ("-wal", "-shm", "-journal"))]
        if output.resolve() in [file.resolve() for file in own]:
            raise BackupFailed(f"{output} 就是数据库本身", f"{output} is the database itself")
    if output.is_dir():
        raise BackupFailed(f"{output} 是文件夹", f"{output} is a folder")
    if output.exists() and not overwrite:
        raise _standing(output)


def _standing(output: Path) -> BackupFailed:
    return BackupFailed(
        f"{output} 已存在；要覆盖请加 --force", f"{output} is there already; --force replaces it"
    )


@contextmanager
def _written(output: Path, *, overwrite: bool) -> Iterator[Path]:
    """A file beside `output` that takes its name once it is complete and safe on disk."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        # nobody else's business: it holds all that is known of bodies, readers and decisions
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        _sync(part)
        if overwrite:
            part.replace(output)
        else:
            _name(part, output)
        _sync(output.absolute().parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupFailed(f"写不了 {output}：{reason}", f"cannot write {output}: {reason}") from error
    finally:
        # SQLite puts the others beside it while it is checked
        for end in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                part.with_name(part.name + end).unlink()


def _name(part: Path, output: Path) -> None:
    """Give `part` its name unless somebody took it meanwhile."""
    try:
        os.link(part, output)
    except FileExistsError:
        raise _standing(output) from None
    except OSError:  # a file system without links
        part.replace(output)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_sqlite(engine: Engine, part: Path, told: Told) -> None:
    with engine.connect() as connection:
        # the snapshot of a read transaction: without it every write of others begins the copy anew
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - this is SQLite
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as copy:
                source.backup(copy, pages=_PAGES, progress=lambda _, left, all_: told(all_ - left, all_))
                copy.execute(
                    "PRAGMA journal_mode = DELETE"
                )  # one file, readable where nothing may be written
                problems = [said for (said,) in copy.execute("PRAGMA integrity_check") if said != "ok"]
        except sqlite3.OperationalError as error:
            raise BackupFailed(f"复制中断：{error}", f"the copy broke off: {error}") from error
        except sqlite3.DatabaseError as error:
            raise _damaged(str(error)) from error
    if problems:
        raise _damaged(problems[0])


def _damaged(problem: str) -> BackupFailed:
    reason = " ".join(problem.split())  # SQLite lists its problems in lines
    return BackupFailed(
        f"复制出来的不完整，数据库本身多半已损坏（nianbao db check）：{reason}",
        f"the copy is damaged, as is most likely the database (nianbao db check): {reason}",
    )


def _dump_postgresql(engine: Engine, part: Path) -> None:
    url = engine.url.set(drivername="postgresql")
    environment = dict(os.environ)
    # other users of the machine can read command lines
    secrets = {"password", "sslpassword"}
    password = url.password or url.query.get("password")
    if isinstance(password, str):
        environment["PGPASSWORD"] = password
    url = url._replace(password=None).difference_update_query(secrets)
    address = url.render_as_string(hide_password=False)
    _run(
        ["pg_dump", "--format=custom", "--no-password", f"--file={part}", f"--dbname={address}"], environment
    )
    # all of it is unpacked and read, and goes nowhere
    _run(["pg_restore", f"--file={os.devnull}", str(part)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BackupFailed(
            f"没有 {command[0]}，PostgreSQL 的备份需要它（Debian：postgresql-client）",
            f"there is no {command[0]}, which makes copies of PostgreSQL (Debian: postgresql-client)",
        )
    done = subprocess.run(
        [program, *command[1:]],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        errors = [line for line in said if "error" in line]
        reason = next(iter([*errors, *said]), f"exit code {done.returncode}")
        raise BackupFailed(f"{command[0]}：{reason}", f"{command[0]}: {reason}")
