"""Running heads and page numbers: lines at the edge of the paper that belong to no text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from crawler.extract.geometry.lines import TextLine

_ZONE = 0.12  # of the height of the paper, above and below
_SAME_PLACE = 4.0  # points
_LEAST_PAGES = 2
_LEAST_SHARE = 0.3  # of all pages
_PAGE_NUMBER = re.compile(
    r"[\s\-\u2010-\u2015\u2500~·•－～|(（]*(?:第\s?|page\s?)?[0-9０-９\ufffd]{1,4}(?:\s?页)?"
    r"(?:[\s/／,，、|]*(?:of\s?|共\s?)?[0-9０-９\ufffd]{1,4}\s?页?)?[\s\-\u2010-\u2015\u2500~·•－～|)）]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9０-９]+")
_LONGEST = 80  # characters


class Edge(NamedTuple):
    """What a page prints near its upper and lower edge, outside tables."""

    height: float
    lines: Sequence[TextLine]


def furniture(pages: Sequence[Edge]) -> list[frozenset[TextLine]]:
    """For each page, the lines that are page numbers, or stand at the same place of other pages too."""
    places: dict[str, list[tuple[float, int]]] = defaultdict(list)
    candidates: list[list[TextLine]] = []
    for number, page in enumerate(pages):
        near = [line for line in page.lines if _is_near_edge(line, page) and len(line.text) <= _LONGEST]
        candidates.append(near)
        for line in near:
            places[_words(line)].append((line.y0, number))
    wanted = max(_LEAST_PAGES, _LEAST_SHARE * len(pages))
    repeated: dict[str, list[float]] = {}
    for words, found in places.items():
        if not words:
            continue
        found.sort()
        start = 0
        for at in range(1, len(found) + 1):
            if at == len(found) or found[at][0] - found[start][0] > _SAME_PLACE:
                if len({number for _, number in found[start:at]}) >= wanted:
                    repeated.setdefault(words, []).append(found[start][0])
                start = at
    return [
        frozenset(
            line
            for line in near
            if is_page_number(line.text)
            or any(0 <= line.y0 - place <= _SAME_PLACE for place in repeated.get(_words(line), ()))
        )
        for near in candidates
    ]


def is_page_number(text: str) -> bool:
    """Whether a line is a number as pages bear it, and nothing else."""
    return _PAGE_NUMBER.fullmatch(text.strip()) is not None


def _is_near_edge(line: TextLine, page: Edge) -> bool:
    return line.y1 <= _ZONE * page.height or line.y0 >= (1 - _ZONE) * page.height


def _words(line: TextLine) -> str:
    return _DIGITS.sub("", line.text).strip()
