"""Files that would cost pdfium more than any page is worth; looked for before it opens them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from crawler.extract.document import Unreadable

MAX_INFLATED = 400_000_000
"""Most bytes that all compressed streams of a file may hold; a scan of 30 pages has half of that."""
MAX_DRAWN_FORMS = 200_000
"""Most times that forms may be drawn within forms."""
MAX_PACKED = 10_000
"""Most objects of one object stream; writers put some hundreds into each."""

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9}) [0-9]{1,5} obj\b")
_DICTIONARY_END = re.compile(rb"stream\r?\n|endobj")
_REFERENCE = re.compile(rb"(?<![0-9])([0-9]{1,9}) [0-9]{1,5} R\b")
_DRAWN = re.compile(rb"/[^\s/<>\[\]()]+\s+Do\b")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_FIRST = re.compile(rb"/First\s+([0-9]{1,7})\b")
_INTEGER = re.compile(rb"[0-9]{1,9}")
_PAGE = re.compile(rb"/Type\s*/Pages?\b")
_STEP = 1 << 20
_LOOKED_AT = 1 << 20  # bytes of a stream in which its operators are counted
_LONGEST_DICTIONARY = 1 << 16
_INDIRECTIONS = 4  # from a form to the names of its resources, and to the forms
_DEEPEST = 40


class _Object(NamedTuple):
    references: frozenset[int]
    is_form: bool
    is_page: bool
    draws: int  # how often it draws something by name


def refuse_hostile(content: bytes) -> None:
    """Raise Unreadable where streams inflate beyond reason, or forms draw each other beyond count."""
    forms = _objects(content)
    if sum(item.is_form and item.draws > 1 for item in forms.values()) > 1:
        costs: dict[int, int] = {}
        for number, item in forms.items():
            if item.is_form and _cost(number, forms, costs, 0) > MAX_DRAWN_FORMS:
                raise Unreadable("PDF 内容嵌套过多，拒绝读取", "the PDF nests its content beyond reason")


def _objects(content: bytes) -> dict[int, _Object]:
    """The objects of the file, by number; those that a stream packs are looked for in it."""
    found: dict[int, _Object] = {}
    left = MAX_INFLATED
    at = 0
    while (match := _OBJECT.search(content, at)) is not None:
        start = match.end()
        end = _DICTIONARY_END.search(content, start)
        if end is None:
            break
        dictionary = content[start : min(end.start(), start + _LONGEST_DICTIONARY)]
        is_form = _FORM.search(dictionary) is not None
        draws = 0
        if end[0].startswith(b"stream"):
            head, inflated = _inflate(content, end.end(), left)
            left -= inflated
            draws = len(_DRAWN.findall(head)) if is_form else 0
            if _OBJECT_STREAM.search(dictionary) is not None:
                for number, packed in _packed(dictionary, head):
                    found.setdefault(number, packed)
        references = frozenset(int(number) for number in _REFERENCE.findall(dictionary))
        is_page = _PAGE.search(dictionary) is not None
        found[int(match[1])] = _Object(references, is_form, is_page, draws)
        at = end.end()
    return found


def _packed(dictionary: bytes, content: bytes) -> Iterator[tuple[int, _Object]]:
    """The objects of an object stream: its content begins with pairs of number and place."""
    first = _FIRST.search(dictionary)
    if first is None:
        return
    start = int(first[1])
    pairs = [int(token) for token in _INTEGER.findall(content[:start])][: 2 * MAX_PACKED]
    places = pairs[1::2]
    for at, (number, place) in enumerate(zip(pairs[::2], places, strict=False)):
        end = (
            places[at + 1] if at + 1 < len(places) and places[at + 1] > place else place + _LONGEST_DICTIONARY
        )
        body = content[start + place : start + min(end, place + _LONGEST_DICTIONARY)]
        references = frozenset(int(reference) for reference in _REFERENCE.findall(body))
        yield number, _Object(references, False, _PAGE.search(body) is not None, 0)


def _inflate(content: bytes, start: int, left: int) -> tuple[bytes, int]:
    """The beginning of a stream, and to how many bytes it inflates. Raises Unreadable beyond `left`."""
    data = content[start : start + _STEP]
    inflater = zlib.decompressobj()
    head, size, at = b"", 0, start
    try:
        while data:
            piece = inflater.decompress(data, _STEP)
            head = head or piece[:_LOOKED_AT]
            size += len(piece)
            if size > left:
                raise Unreadable("PDF 解压后过大，拒绝读取", "the PDF inflates beyond reason")
            data = inflater.unconsumed_tail
            if not data and not inflater.eof:
                at += _STEP
                data = content[at : at + _STEP]
    except zlib.error:
        if not size:  # not compressed
            end = content.find(b"endstream", start)
            return content[start : min(end if end >= 0 else start, start + _LOOKED_AT)], 0
    return head, size


def _cost(number: int, objects: dict[int, _Object], costs: dict[int, int], depth: int) -> int:
    """How many times drawing a form draws forms, itself counted."""
    if number in costs:
        return costs[number]
    costs[number] = 1  # a form that draws itself is drawn once
    item = objects[number]
    dearest = 0
    if depth < _DEEPEST:
        for other in _forms_of(item, objects):
            dearest = max(dearest, _cost(other, objects, costs, depth + 1))
    costs[number] = min(1 + item.draws * dearest, MAX_DRAWN_FORMS + 1)
    return costs[number]


def _forms_of(item: _Object, objects: dict[int, _Object]) -> set[int]:
    """The forms that a form refers to, directly or by its resources."""
    seen: set[int] = set()
    forms: set[int] = set()
    front = item.references
    for _ in range(_INDIRECTIONS):
        following: set[int] = set()
        for number in front - seen:
            seen.add(number)
            other = objects.get(number)
            if other is None or other.is_page:
                continue
            if other.is_form:
                forms.add(number)
            else:
                following |= other.references
        front = frozenset(following)
    return forms
