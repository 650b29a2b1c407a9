"""What the soak saw; docs/reliability.md is written from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from bench.soak.growth import Growth
from bench.soak.killing import Tally
from bench.soak.moments import Aim

CRAWL, RECHECK, UPGRADE = "crawl", "re-check", "migration"
MAILS = "mails"
TWO_CRAWLS, DECISION = "two crawls of one province", "a decision during a crawl"
BESIDE, TWO_RECHECKS = "a crawl during a re-check", "two re-checks"
GROWTH = "quiet nights"

_PAGE = Path(__file__).with_name("reliability.md.template")


@dataclass
class Soak:
    """Everything that one soak did; `trials` by what was tried and the database."""

    seed: str
    python: str
    databases: Mapping[str, str]  # with their versions
    commit: str  # its day
    seconds: float = 0.0
    trials: dict[tuple[str, str], Tally] = field(default_factory=dict)
    growth: dict[str, Growth] = field(default_factory=dict)

    def tally(self, what: str, database: str) -> Tally:
        """The figures of one trial on one database."""
        return self.trials.setdefault((what, database), Tally())

    @property
    def kills(self) -> int:
        """All kills that hit a running process."""
        return sum(tally.kills.total() for tally in list(self.trials.values()))

    @property
    def problems(self) -> list[str]:
        """Whatever was wrong, by what was tried."""
        return self.told(None)

    def told(self, most: int | None) -> list[str]:
        """What was wrong, of each trial at most so much."""
        return [
            f"{what}, {database}: {line}"
            for (what, database), tally in list(self.trials.items())
            for line in tally.problems[:most]
        ]


def summary(soak: Soak) -> list[str]:
    """One line a trial, for the terminal."""
    return [
        f"{what}, {database}: {tally.kills.total()} kills, {tally.missed} too late, "
        f"{tally.compared} ends and {tally.rows} rows compared, "
        f"{_wrong(tally.problems)}, {tally.seconds:.0f} s"
        for (what, database), tally in soak.trials.items()
    ]


def document(soak: Soak) -> str:
    """docs/reliability.md."""
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        commit=soak.commit,
        python=soak.python,
        databases=", ".join(soak.databases.values()),
        seed=soak.seed,
        minutes=f"{soak.seconds / 60:.0f}",
        kills=soak.kills,
        wrong=_wrong(soak.problems),
        kills_table=_table(
            _KILLED, (_killed(*key, soak.trials[key]) for key in _of(soak, CRAWL, RECHECK, UPGRADE))
        ),
        mails_table=_table(_SENT, (_sent(*key, soak.trials[key]) for key in _of(soak, MAILS))),
        pairs_table=_table(
            _PAIRS,
            (_pair(*key, soak.trials[key]) for key in _of(soak, TWO_CRAWLS, DECISION, BESIDE, TWO_RECHECKS)),
        ),
        growth_table=_table(_GROWN, (_grown(name, one) for name, one in soak.growth.items())),
    )


_KILLED = (
    "killed", "database", *(f"kills {aim}" for aim in Aim), "came too late", "ends compared", "rows compared",
    "bytes without rows", "unfinished files", "",
)  # fmt: skip
_SENT = (
    "database", *(f"kills {aim}" for aim in Aim), "came too late", "mails", "arrived once",
    "arrived twice, as the same", "unsettled by a kill", "",
)  # fmt: skip
_PAIRS = ("at once", "database", "ends compared", "rows compared", "")
_GROWN = (
    "database", "nights", "memory", "open files", "connections", "threads", "leftovers",
    "rows that a night adds",
)  # fmt: skip


def _of(soak: Soak, *tried: str) -> list[tuple[str, str]]:
    return sorted((key for key in soak.trials if key[0] in tried), key=lambda key: tried.index(key[0]))


def _killed(what: str, database: str, tally: Tally) -> tuple[object, ...]:
    aimed = (tally.kills[aim] for aim in Aim)
    left = (tally.missed, tally.compared, f"{tally.rows:,}", tally.strays, tally.unfinished)
    return (what, database, *aimed, *left, _wrong(tally.problems))


def _sent(_what: str, database: str, tally: Tally) -> tuple[object, ...]:
    aimed = (tally.kills[aim] for aim in Aim)
    once = tally.rows - tally.twice
    return (
        database,
        *aimed,
        tally.missed,
        tally.rows,
        once,
        tally.twice,
        tally.unsettled,
        _wrong(tally.problems),
    )


def _pair(what: str, database: str, tally: Tally) -> tuple[object, ...]:
    return (what, database, tally.compared, f"{tally.rows:,}", _wrong(tally.problems))


def _grown(database: str, growth: Growth) -> tuple[object, ...]:
    before, after = (kilobytes / 1024 for kilobytes in growth.kilobytes)
    return (
        database,
        growth.nights,
        f"{before:.1f} → {after:.1f} MB",
        "{} → {}".format(*growth.files),
        "{} → {}".format(*growth.connections),
        "{} → {}".format(*growth.threads),
        growth.leftovers + growth.unfinished,
        ", ".join(f"{table} {rows:g}" for table, rows in growth.rows.items()),
    )


def _wrong(problems: Sequence[str]) -> str:
    return f"{len(problems)} wrong" if problems else "nothing wrong"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
