"""Own prose of very many invented reports, with pairs planted whose similarity is known.

A text is put together of sentences, some of which are officialese that everybody uses, so that any two texts
have something in common. Planted are copies with changed words, near misses below the threshold, a model text
that a whole county filled in without a change, and one that another filled in with a few words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from crawler.likeness import similarity

_CHARACTERS = [chr(0x4E00 + n) for n in range(2500)]
_WEIGHTS = [1 / (n + 8) for n in range(2500)]
_SENTENCES = 4000
_COMMON = 80  # sentences that everybody uses
_COMMON_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many texts there are in all, and how many of each kind are planted."""

    texts: int = 100_000
    pairs: int = 1000  # each with a similarity from the threshold to 1
    near_misses: int = 1000  # pairs from 0.7 to just below the threshold
    identical: int = 2000
    filled_in: int = 500  # of one model text, with a few words changed


@dataclass(frozen=True, slots=True)
class Planted:
    """Two keys and how similar their texts are."""

    one: int
    other: int
    similarity: float


class Writer:
    """Writes prose of an invented language: characters by Zipf's law, sentences, some of them everybody's."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(0)
        self._sentences = [self._sentence() for _ in range(_SENTENCES)]  # one language for all writers
        self._rng = Random(seed)

    def _sentence(self) -> str:
        return "".join(self._rng.choices(_CHARACTERS, _WEIGHTS, k=self._rng.randint(14, 34)))

    def text(self) -> str:
        """From 330 to about 1,300 characters."""
        rng, text = self._rng, ""
        length = rng.randint(330, 1300)
        while len(text) < length:
            pool = self._sentences[:_COMMON] if rng.random() < _COMMON_SHARE else self._sentences[_COMMON:]
            text += rng.choice(pool) if rng.random() < 0.9 else self._sentence()
        return text

    def changed(self, text: str, characters: int) -> str:
        """`text` with about so many characters exchanged, a word at a time."""
        rng, letters = self._rng, list(text)
        while characters > 0:
            length = rng.randint(1, 6)
            at = rng.randrange(max(1, len(letters) - length))
            letters[at : at + length] = rng.choices(_CHARACTERS, _WEIGHTS, k=length)
            characters -= length
        return "".join(letters)

    def copy(self, text: str, least: float, most: float) -> tuple[str, float]:
        """A changed copy whose similarity lies between the two."""
        aim = self._rng.uniform(least, most)
        copy = self.changed(text, int(len(text) * (1 - aim) / 6))  # about half of what it will take
        alike = similarity(text, copy)
        while alike > aim:
            further = self.changed(copy, 1)
            value = similarity(text, further)
            if value < least:
                break
            copy, alike = further, value
        return copy, alike


def planted(sizes: Sizes, threshold: float, seed: int) -> tuple[list[Planted], list[str]]:
    """The planted pairs that reach the threshold, and all texts but the rest; keys are places in the list."""
    writer = Writer(seed)
    found: list[Planted] = []
    texts: list[str] = []
    for number in range(sizes.pairs + sizes.near_misses):
        original = writer.text()
        bounds = (threshold, 1.0) if number < sizes.pairs else (0.7, threshold - 0.005)
        copy, alike = writer.copy(original, *bounds)
        if alike >= threshold:
            found.append(Planted(len(texts), len(texts) + 1, alike))
        texts += [original, copy]
    texts += [writer.text()] * sizes.identical
    model = writer.text()
    texts += [writer.changed(model, 2) for _ in range(sizes.filled_in)]
    return found, texts


def rest(count: int, seed: int) -> Iterator[str]:
    """So many texts that nobody copied."""
    writer = Writer(seed)
    for _ in range(count):
        yield writer.text()
