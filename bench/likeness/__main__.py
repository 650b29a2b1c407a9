"""`python -m bench.likeness [--texts N] [--seed N]`: exit code 1 where a floor or a limit is missed."""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median

from bench.likeness.texts import Planted, Sizes, Writer, planted, rest
from crawler.likeness import Crowd, signature, similar_pairs, similarity

THRESHOLD = 0.9
LIMITS = json.loads(Path(__file__).with_name("floors.json").read_text("utf-8"))
"""Recall and precision are at least, time at most, what stands there."""

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave. `candidates` are the pairs told outside crowds, `alike` those that are."""

    planted: int
    found: int
    candidates: int
    alike: int
    unpaired: int  # texts of the planted crowds that stand in no pair
    crowds: int
    seconds: float
    signature_ms: float

    @property
    def recall(self) -> float:
        """Share of the planted pairs that were told."""
        return self.found / self.planted

    @property
    def precision(self) -> float:
        """Share of the pairs told that reach the threshold, before `similarity` decides."""
        return self.alike / self.candidates if self.candidates else 1.0

    def misses(self) -> list[str]:
        """What falls short of the limits."""
        told = []
        if self.recall < LIMITS["recall"]:
            told.append(f"recall {self.recall:.4f}, least {LIMITS['recall']}")
        if self.precision < LIMITS["precision"]:
            told.append(f"precision {self.precision:.4f}, least {LIMITS['precision']}")
        if self.seconds > LIMITS["seconds"]:
            told.append(f"search {self.seconds:.1f} s, at most {LIMITS['seconds']}")
        if self.signature_ms > LIMITS["signature_ms"]:
            told.append(f"signature {self.signature_ms:.2f} ms, at most {LIMITS['signature_ms']}")
        if self.unpaired:
            told.append(f"{self.unpaired} texts of crowds stand in no pair")
        return told


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.likeness", description=__doc__)
    parser.add_argument("--texts", type=int, default=Sizes().texts)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    measured = measure(Sizes(texts=given.texts), given.seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"Python {platform.python_version()}, {given.texts} texts, threshold {THRESHOLD}\n"
        f"planted pairs    {measured.found} of {measured.planted} found, recall {measured.recall:.4f}\n"
        f"pairs told       {measured.candidates}, {measured.alike} of them alike, "
        f"precision {measured.precision:.3f}\n"
        f"crowds told      {measured.crowds}, {measured.unpaired} of their texts without a pair\n"
        f"search           {measured.seconds:.1f} s of one core, {memory:.0f} MB at most\n"
        f"one signature    {measured.signature_ms:.2f} ms (1,500 characters)"
    )
    for miss in measured.misses():
        print(miss, file=sys.stderr)
    return int(bool(measured.misses()))


def measure(sizes: Sizes, seed: int) -> Measured:
    """Write the texts, sign them, search them."""
    pairs, texts = planted(sizes, THRESHOLD, seed)
    signed = [*_signed(texts), *_rest_signed(max(0, sizes.texts - len(texts)), seed)]
    order = list(enumerate(signed))
    Random(seed).shuffle(order)
    crowds: list[Crowd[int]] = []
    started = time.perf_counter()
    told = list(similar_pairs(order, THRESHOLD, crowded=crowds.append))
    seconds = time.perf_counter() - started
    return _judged(pairs, texts, told, sizes, crowds, seconds)


def _judged(
    pairs: Sequence[Planted],
    texts: Sequence[str],
    told: Sequence[tuple[int, int, float]],
    sizes: Sizes,
    crowds: Sequence[Crowd[int]],
    seconds: float,
) -> Measured:
    in_crowds = range(len(texts) - sizes.identical - sizes.filled_in, len(texts))
    found = {frozenset(pair[:2]) for pair in told}
    outside = [pair for pair in found if not any(key in in_crowds for key in pair)]
    alike = [pair for pair in outside if max(pair) < len(texts) and _similar(texts, *pair) >= THRESHOLD]
    paired = set(chain.from_iterable(pair for pair in found if _near(texts, *pair)))
    return Measured(
        planted=len(pairs),
        found=sum(frozenset((pair.one, pair.other)) in found for pair in pairs),
        candidates=len(outside),
        alike=len(alike),
        unpaired=sum(key not in paired for key in in_crowds),
        crowds=len(crowds),
        seconds=seconds,
        signature_ms=_time_of_a_signature(),
    )


def _near(texts: Sequence[str], one: int, other: int) -> bool:
    return max(one, other) < len(texts) and _similar(texts, one, other) >= THRESHOLD


def _similar(texts: Sequence[str], one: int, other: int) -> float:
    return 1.0 if texts[one] == texts[other] else similarity(texts[one], texts[other])


def _signed(texts: Iterable[str]) -> list[bytes]:
    return [made for text in texts if (made := signature(text)) is not None]


def _batch_signed(count: int, seed: int) -> list[bytes]:
    return _signed(rest(count, seed))


def _rest_signed(count: int, seed: int) -> list[bytes]:
    """Signatures of texts that nobody copied, made by as many processes as there are cores."""
    sizes = [min(_BATCH, count - start) for start in range(0, count, _BATCH)]
    seeds = [1_000_000 * seed + number for number in range(1, len(sizes) + 1)]
    with ProcessPoolExecutor() as pool:
        return list(chain.from_iterable(pool.map(_batch_signed, sizes, seeds)))


def _time_of_a_signature(rounds: int = 101) -> float:
    """Median of processor time, in milliseconds, for own prose of 1,500 characters."""
    writer = Writer(0)
    text = "".join(writer.text() for _ in range(5))[:1500]
    times = []
    for _ in range(rounds):
        started = time.process_time()
        signature(text)
        times.append(time.process_time() - started)
    return median(times) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
