"""How fast pdf files are read. No contest is set yet."""

from __future__ import annotations

from bench.speed.harness import Contest


def contests() -> list[Contest]:
    """Nothing to measure."""
    return []
