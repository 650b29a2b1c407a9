"""Nights on the sample portals: all of them are served, and one at a time is crawled in a child process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.discovery.figures import Figures, Night
from crawler.clock import CHINA
from crawler.demo.province import SampleReport
from crawler.demo.server import Fault, FaultKind, SamplePortals
from crawler.demo.sites.recipe import Recipe, RecipeSite
from spiders.portal import ONLY_FAMILIES
from storage.engine import open_engine
from storage.queries import Queries

_HANG = 1.0  # seconds until a connection that is not answered ends
_GRACE = 20.0  # seconds that a crawl has to end after it was told to


@dataclass(frozen=True, slots=True)
class Served:
    """The sample portals while they are served, those that are to be crawled and the mirrors beside them."""

    portals: SamplePortals
    truths: Mapping[str, Mapping[str, SampleReport]]
    """What stands on each portal, by address."""


@contextlib.contextmanager
def served(recipes: Sequence[Recipe]) -> Iterator[Served]:
    """Serve the portals of `recipes` on free ports of loopback."""
    reports = {recipe.id: recipe.reports() for recipe in recipes}
    sites: dict[str, RecipeSite] = {recipe.id: recipe.site(reports[recipe.id]) for recipe in recipes}
    mirrors = {recipe.id: recipe.mirror for recipe in recipes if recipe.mirror is not None}
    strangers = {_beside(id_): mirror.site(reports[id_]) for id_, mirror in mirrors.items()}
    faults = [Fault(FaultKind.HANG, path, recipe.id) for recipe in recipes for path in recipe.silent]
    with SamplePortals(
        ports=dict.fromkeys((*sites, *strangers), 0), sites={**sites, **strangers}, faults=faults, hang=_HANG
    ) as portals:
        for id_, mirror in mirrors.items():
            sites[id_] = mirror.linked(reports[id_], portals.homes[_beside(id_)].rstrip("/"))
            portals.show(id_, sites[id_])
        yield Served(portals, {id_: site.reports for id_, site in sites.items()})


def measure(recipe: Recipe, at: Served, folder: Path, timeout: float, *, with_static: bool) -> Figures:
    """Two nights on one portal, and with `with_static` another first night that recognises no family."""
    first_night = datetime(recipe.years[-1] + 1, 5, 6, 2, tzinfo=CHINA)
    usual = _Installation(recipe, at, folder / recipe.id, timeout)
    static = _Installation(recipe, at, folder / f"{recipe.id}-static", timeout)
    return Figures(
        portal=recipe.id,
        existing=len({_key(report) for report in at.truths[recipe.id].values()}),
        changing=recipe.changing,
        can_be_clean=recipe.clean,
        first=usual.night(first_night),
        second=usual.night(first_night + timedelta(days=1)),
        static=static.night(first_night, "-s", f"{ONLY_FAMILIES}=static") if with_static else None,
    )


def not_held(recipe: Recipe, at: Served, folder: Path) -> tuple[list[str], list[str]]:
    """After `measure`: addresses of reports that are not held, and addresses held that are no report's."""
    installation = _Installation(recipe, at, folder / recipe.id, 0.0)
    held = installation.held()
    truth = {_key(report): path for path, report in at.truths[recipe.id].items()}
    return (
        sorted(path for key, path in truth.items() if key not in held),
        sorted(url for key, url in held.items() if key not in truth),
    )


def _beside(portal: str) -> str:
    return f"{portal}-mirror"


def _key(report: SampleReport) -> tuple[str, int]:
    return report.spec.organ, report.spec.year


@dataclass(slots=True)
class _Installation:
    """A database and an archive of its own, for one portal that no province file knows."""

    recipe: Recipe
    at: Served
    folder: Path
    timeout: float
    _nights: int = field(default=0)

    def night(self, now: datetime, *options: str) -> Night:
        """One crawl at that moment."""
        portal, portals = self.recipe.id, self.at.portals
        before = {id_: len(asked) for id_, asked in portals.asked.items()}
        end, problem = self._crawl(now, options)
        asked = {id_: len(asked) - before[id_] for id_, asked in portals.asked.items()}
        held = set(self.held())
        truth = {_key(report) for report in self.at.truths[portal].values()}
        (visit,) = end.get("visits") or [{}]
        clean = visit.get("clean")
        return Night(
            requests=asked[portal],
            outside=sum(asked.values()) - asked[portal],
            at_once=portals.most_at_once[portal],
            found=len(held & truth),
            others=len(held - truth),
            clean=clean if problem == "" else None,
            reason=problem or str((visit.get("reason") or {}).get("en", "")),
        )

    def held(self) -> dict[tuple[str, int], str]:
        """Addresses of the reports that storage holds, by body and year; none without a storage."""
        if not self._database.exists():
            return {}
        rows = Queries(open_engine(f"sqlite:///{self._database}")).reports()
        return {(row.organ, row.year): row.url for row in rows}

    @property
    def _database(self) -> Path:
        return self.folder / "nianbao.db"

    def _crawl(self, now: datetime, options: Sequence[str]) -> tuple[dict[str, Any], str]:
        """The crawl's last words, and why there are none."""
        self._nights += 1
        (self.folder / "provinces").mkdir(parents=True, exist_ok=True)  # none in it
        progress, log = (self.folder / f"{name}-{self._nights}" for name in ("progress", "log"))
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NIANBAO_", "SCRAPY_"))
        }
        environment |= {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_DATABASE_URL": f"sqlite:///{self._database}",
            "NIANBAO_ARCHIVE_URL": str(self.folder / "archive"),
            "NIANBAO_PROVINCES": str(self.folder / "provinces"),
            "NIANBAO_PROGRESS": str(progress),
            "NIANBAO_NOW": now.isoformat(),
        }
        home = self.at.portals.homes[self.recipe.id]
        command = [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"home={home}"]
        # nobody else is served here, so nobody is kept waiting
        command += ["-a", "allow_private=1", "-s", "DOWNLOAD_DELAY=0", *options]
        with log.open("wb") as output:
            child = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
            problem = _ended(child, self.timeout)
        lines = progress.read_text("utf-8").splitlines() if progress.exists() else []
        last = json.loads(lines[-1]) if lines else {}
        if not problem and last.get("event") != "end":
            problem = f"exit code {child.returncode}, see {log}"
        return last if last.get("event") == "end" else {}, problem


def _ended(child: subprocess.Popen[bytes], timeout: float) -> str:
    """Wait for the end; "" where it came by itself, else why it did not."""
    try:
        child.wait(timeout)
        return ""
    except subprocess.TimeoutExpired:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
        return f"more than {timeout:.0f} s"
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)  # a group of its own, with the programs that it started
            child.wait()
