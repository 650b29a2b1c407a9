"""The search among many: nothing that reaches the threshold is missed, no step is quadratic."""

from __future__ import annotations

from random import Random

import pytest

from crawler.likeness import Crowd, estimate, signature, similar_pairs, similarity
from crawler.likeness import search as module
from crawler.likeness.search import CROWD

CHARACTERS = [chr(0x4E00 + n) for n in range(900)]


def prose(rng: Random, length: int) -> str:
    return "".join(rng.choices(CHARACTERS, k=length))


def signed(text: str) -> bytes:
    made = signature(text)
    assert made is not None
    return made


def test_every_pair_that_reaches_the_threshold_is_told_once() -> None:
    rng = Random(1)
    texts = []
    for n in range(150):
        text = prose(rng, rng.randint(320, 900))
        cut = rng.randrange(len(text) // 12)
        texts += [text, text[: len(text) - cut] + prose(rng, cut)] if n % 3 else [text]
    told = list(similar_pairs(((n, signed(text)) for n, text in enumerate(texts)), 0.9))
    pairs = [frozenset(pair[:2]) for pair in told]
    assert len(pairs) == len(set(pairs))
    wanted = {
        frozenset((n, m))
        for n in range(len(texts))
        for m in range(n + 1, min(n + 3, len(texts)))
        if similarity(texts[n], texts[m]) >= 0.9
    }
    assert len(wanted) > 50
    assert wanted <= set(pairs)
    assert all(
        value == pytest.approx(estimate(signed(texts[one]), signed(texts[other])))
        for one, other, value in told
    )


def test_nothing_in_common_nothing_told() -> None:
    rng = Random(2)
    assert list(similar_pairs([(n, signed(prose(rng, 400))) for n in range(200)], 0.9)) == []
    assert list(similar_pairs([], 0.9)) == []


def test_few_identical_texts_are_all_paired_with_one_another() -> None:
    text = signed(prose(Random(3), 400))
    told = list(similar_pairs([(n, text) for n in range(5)], 0.9))
    assert {pair[:2] for pair in told} == {(n, m) for n in range(5) for m in range(n + 1, 5)}
    assert {pair[2] for pair in told} == {1.0}


def test_very_many_identical_texts_are_told_as_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """100,000 reports of one model text: each in a pair, in as many steps as there are reports."""
    compared = 0
    agreement = module.agreement

    def counted(mine: int, theirs: int) -> float:
        nonlocal compared
        compared += 1
        return agreement(mine, theirs)

    monkeypatch.setattr(module, "agreement", counted)
    text = signed(prose(Random(4), 400))
    crowds: list[Crowd[int]] = []
    told = list(similar_pairs(((n, text) for n in range(100_000)), 0.9, crowded=crowds.append))
    assert crowds == [Crowd(0, 100_000)]
    assert {key for pair in told for key in pair[:2]} == set(range(100_000))
    assert len(told) == 100_000 - CROWD + CROWD * (CROWD - 1) // 2
    assert compared < 50 * CROWD * CROWD


def test_a_crowd_of_much_alike_texts_is_told_and_leaves_nobody_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    agreement = module.agreement

    def counted(mine: int, theirs: int) -> float:
        nonlocal compared
        compared += 1
        return agreement(mine, theirs)

    monkeypatch.setattr(module, "agreement", counted)
    rng, model = Random(5), prose(Random(6), 800)
    texts = []
    for _ in range(1500):
        at = rng.randrange(790)
        texts.append(model[:at] + prose(rng, 3) + model[at + 3 :])
    crowds: list[Crowd[int]] = []
    pairs = similar_pairs([(n, signed(t)) for n, t in enumerate(texts)], 0.9, crowded=crowds.append)
    told = [frozenset(pair[:2]) for pair in pairs]
    assert crowds
    assert max(crowd.size for crowd in crowds) > CROWD
    assert len(told) == len(set(told))
    assert {key for pair in told for key in pair} == set(range(1500))
    assert compared < 1500 * 2 * CROWD


def test_a_pair_that_meets_in_a_crowd_uncompared_is_still_told_where_it_is_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two like texts that share one band with very many unlike ones are compared in their other bands."""
    rng = Random(7)
    model = signed(prose(rng, 800))
    band = slice(1, 10)
    others = [bytearray(signed(prose(rng, 800))) for _ in range(CROWD + 40)]
    pair = [bytearray(model), bytearray(model)]
    pair[1][200] ^= 1
    for one in (*others, *pair):
        one[band] = model[band]
    told = list(similar_pairs([(n, bytes(one)) for n, one in enumerate((*others, *pair))], 0.9))
    last = CROWD + 40
    assert [pair[:2] for pair in told] == [(last, last + 1)]


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_a_threshold_that_means_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        list(similar_pairs([], threshold))


def test_signatures_of_another_version_are_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        list(similar_pairs([("one", b"\x02" + bytes(256))], 0.9))


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.9, 0.95, 1.0])
def test_bands_miss_nothing_at_the_threshold(threshold: float) -> None:
    width = module._width(threshold)
    assert (1 - threshold**width) ** (256 // width) <= 1e-5
