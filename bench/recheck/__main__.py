"""`python -m bench.recheck [--reports N] [--rounds N]`: exit code 1 where a floor is missed."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.recheck.archive import fill

LIMITS = json.loads(Path(__file__).with_name("floors.json").read_text("utf-8"))


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.recheck", description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {given.reports} reports, {given.rounds} rounds, medians")
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        fill(Path(folder), given.reports)
        _once(folder, 2)  # they are new then, and are not measured
        rounds = [(_once(folder, 1), _once(folder, 2)) for _ in range(given.rounds)]
    for cores, done in ((1, [one for one, _ in rounds]), (2, [two for _, two in rounds])):
        told = {name: median(one[name] for one in done) for name in done[0]}
        print(
            f"{cores} at once: {told['rate']:.1f} reports/s after {told['start']:.1f} s to begin, "
            f"{told['reading']:.1f} s for all, {told['after']:.1f} s for duties and comparisons; of the "
            f"processor {1000 * told['parent']:.1f} ms a report in the parent, {1000 * told['plain']:.1f} ms "
            "to read one"
        )
    measured = {
        "rate": median(one["rate"] for one, _ in rounds),
        "two_cores": median(two["rate"] / one["rate"] for one, two in rounds),
        "share_read": median(one["plain"] * one["rate"] for one, _ in rounds),
    }
    missed = False
    for name, value in measured.items():
        target, floor = LIMITS[name]["target"], LIMITS[name]["floor"]
        verdict = "met" if value >= target else "target missed"
        print(f"{name:12} {value:8.2f}   target {target}, floor {floor}: {verdict}")
        if value < floor:
            print(f"{name}: {value:.2f}, floor {floor}", file=sys.stderr)
            missed = True
    return int(missed)


def _once(folder: str, cores: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.recheck.once", folder, str(cores)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=3600)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    raise SystemExit(main())
