"""One re-check on so many cores, as JSON: python -m bench.recheck.once FOLDER CORES."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from itertools import islice
from pathlib import Path

from bench.recheck.archive import PROVINCE, settings
from crawler import looking_back, rejudging
from crawler.recheck import Recheck, Scope
from crawler.recording import Sightings
from crawler.rulebook import policy
from storage.archive import Archive
from storage.engine import open_engine
from storage.queries import Queries

_PLAIN = 100
"""Pages that are read by this process alone, to know what reading costs without all else."""


def main() -> None:
    """Entry point."""
    folder, cores = Path(sys.argv[1]), int(sys.argv[2])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    chosen = settings(folder)
    engine = open_engine(chosen.database_url.get_secret_value())
    ticks: list[tuple[float, int]] = []
    work = Recheck(
        chosen, engine, {"yunling": PROVINCE}, Scope(all=True), workers=cores, stop=threading.Event(),
        on_progress=lambda done, _of: ticks.append((time.perf_counter(), done)),
    )  # fmt: skip
    began, used = time.perf_counter(), time.process_time()
    account = work.run()
    ended, used = time.perf_counter(), time.process_time() - used
    first, last = next(tick for tick in ticks if tick[1]), ticks[-1]
    print(
        json.dumps(
            {
                "pages": account.pages,
                "rate": (last[1] - first[1]) / (last[0] - first[0]),  # once the workers are there
                "start": first[0] - began,
                "reading": last[0] - began,
                "after": ended - last[0],  # duties and comparisons
                "parent": used / account.pages,
                "plain": _plain(chosen.archive_url, Queries(engine)),
            }
        )
    )


def _plain(root: str, queries: Queries) -> float:
    """Seconds of the processor that reading one page takes."""
    in_force, archive = policy(), Archive(root)
    by = looking_back.judged_by(in_force, PROVINCE)
    pages = list(islice(queries.pages("qingshan").values(), _PLAIN))
    for number, page in enumerate(pages):
        if number == _PLAIN // 10:  # warm by now
            began = time.process_time()
        rejudging.judged_again(page, archive, PROVINCE, in_force, Sightings(), by)
    return (time.process_time() - began) / (len(pages) - _PLAIN // 10)


if __name__ == "__main__":
    main()
