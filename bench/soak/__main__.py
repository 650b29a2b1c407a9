"""`python -m bench.soak [--minutes N] [--nights N] [--seed TEXT] [--write FILE]`: exit code 1 where anything
is not as it should be.
"""

from __future__ import annotations

import argparse
import platform
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from bench.soak.figures import Soak, document, summary
from bench.soak.growth import Bound
from bench.soak.installation import Server
from bench.soak.trials import Lane, grow
from storage.engine import open_engine
from tests.databases import NO_POSTGRESQL, PostgresServer, installed

_SHOWN = 10  # problems of one trial that are told
_WIDTH = 600  # characters of one


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="after which nothing new begins")
    parser.add_argument("--nights", type=int, default=50, help="quiet nights at most; 0 for none")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="of the moments; drawn if none is given")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write docs/reliability.md there")
    given = parser.parse_args()
    binaries = installed()
    if binaries is None:
        print(NO_POSTGRESQL, file=sys.stderr)
        return 2
    server = PostgresServer(binaries)
    try:
        soak = Soak(given.seed, platform.python_version(), _versions(server), _day_of_commit())
        print(f"seed {soak.seed}, {', '.join(soak.databases.values())}", flush=True)
        with tempfile.TemporaryDirectory(prefix="nianbao-soak-") as folder:
            _run(soak, given.minutes * 60, given.nights, Path(folder), server)
    finally:
        server.stop()
    print("\n".join(summary(soak)))
    for line in soak.told(_SHOWN):
        print(line[:_WIDTH], file=sys.stderr)
    if given.write is not None:
        given.write.write_text(document(soak), encoding="utf-8")
    return int(bool(soak.problems))


def _run(soak: Soak, seconds: float, nights: int, folder: Path, server: Server) -> None:
    begin = time.monotonic()

    servers = {"SQLite": None, "PostgreSQL": server}

    def lane(database: str) -> None:
        with Lane(database, soak, folder / database, servers[database]) as trials:
            trials.until(begin + seconds)

    def quiet(database: str) -> None:
        grow(database, soak, folder / f"{database}-quiet", servers[database], Bound(nights, seconds))

    with ThreadPoolExecutor(2 * len(servers)) as pool:
        under_way = [pool.submit(lane, database) for database in servers]
        under_way += [pool.submit(quiet, database) for database in servers if nights]
        while not all(one.done() for one in under_way):
            time.sleep(30)
            print(
                f"{time.monotonic() - begin:.0f} s, {soak.kills} kills, {len(soak.problems)} wrong",
                flush=True,
            )
        soak.seconds = time.monotonic() - begin
        for one in under_way:
            one.result()


def _versions(server: PostgresServer) -> dict[str, str]:
    engine = open_engine(server.url("postgres"))
    with engine.connect() as connection:
        version = str(connection.scalar(text("SHOW server_version"))).split()[0]
    engine.dispose()
    return {"SQLite": f"SQLite {sqlite3.sqlite_version}", "PostgreSQL": f"PostgreSQL {version}"}


def _day_of_commit() -> str:
    command = ("git", "log", "-1", "--format=%cs")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "an unknown day"


if __name__ == "__main__":
    raise SystemExit(main())
