"""Marks: looked for by words first, and found by these wherever the pattern alone would find them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.families import FAMILIES
from spiders.families.marks import Mark

MARKS = {
    key: mark for key, family in FAMILIES.items() for mark in vars(family).values() if isinstance(mark, Mark)
}


def test_most_families_have_one() -> None:
    assert {"jpaas", "jpage", "xxgk", "truecms", "epoint", "ucap", "vsb", "trs", "openness"} <= MARKS.keys()


@pytest.mark.parametrize("key", MARKS)
@given(data=st.data())
def test_whatever_the_pattern_matches_holds_one_of_the_words(key: str, data: st.DataObject) -> None:
    mark = MARKS[key]
    found = data.draw(st.from_regex(mark.pattern, alphabet=string.printable))
    around = data.draw(st.text("年报 <a>\n", max_size=20))
    assert mark.pattern.search(found)
    assert mark.search(found)
    assert mark.search(f"{around} {found} {around}")


@pytest.mark.parametrize("key", MARKS)
@given(data=st.data())
def test_nothing_else_is_found(key: str, data: st.DataObject) -> None:
    mark = MARKS[key]
    pieces = st.sampled_from([*mark._words, "公开", "年报", "<div class='", "x", ".js", "({", "=", " "])
    text = "".join(data.draw(st.lists(pieces, max_size=8)))
    assert mark.search(text) == (mark.pattern.search(text) is not None)


def test_words_are_in_small_letters_and_needed() -> None:
    for mark in MARKS.values():
        assert mark._words
        assert all(word == word.lower() for word in mark._words)
    assert Mark(r"\bTRS_Editor", "trs_").search("<div class=trs_EDITOR>")
    assert not Mark(r"\bTRS_Editor", "trs_").search("<div class=xtrs_editor>")
    assert not Mark(r"\bTRS_Editor", "other").search("<div class=trs_editor>")
