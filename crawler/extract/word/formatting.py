"""Takes formatting out of the bytes of a part before they are parsed; it is most of what Word writes.

Formatting repeats: each distinct block of properties is judged once. Only elements without content go that
reading never asks for, so a part that is written in another way (other prefixes, other encodings) loses
nothing and reads the same, only slower.
"""

from __future__ import annotations

import re
from collections.abc import Collection

MAX_DISTINCT = 2_000
"""Blocks of properties that are judged; a report has some dozens."""

_BLOCKS = (b"rPr", b"tcPr", b"pPr")  # rPr first: it also stands in pPr
_DECIDES_NOTHING = re.compile(
    rb"<w:(?:autoSpaceDE|autoSpaceDN|b|bCs|bidi|bottom|color|end|hideMark|highlight|i|iCs|ind|insideH|insideV|jc|"
    rb"kern|keepLines|keepNext|kinsoku|lang|left|noProof|outlineLvl|overflowPunct|rFonts|right|shd|snapToGrid|"
    rb"spacing|start|sz|szCs|tcW|textAlignment|tl2br|top|topLinePunct|tr2bl|u|vAlign|widowControl|wordWrap)"
    rb"(?: [^<>]*)?/>"
)
_NO_BORDERS = b"<w:tcBorders></w:tcBorders>"
_STYLE_NAMED = re.compile(rb'<w:[pr]Style w:val="([^"<>&]*)"/>')
_FONT_OF_SIGNS = re.compile(rb"dings|symbol|marlett", re.IGNORECASE)

_STYLE, _STYLE_END = b"<w:style ", b"</w:style>"
_LATENT, _LATENT_END = b"<w:latentStyles ", b"</w:latentStyles>"
_OF_TABLES = b'w:type="table"'


def names_styles(content: bytes) -> bool:
    """Whether text refers to styles or lists, so that they must be known to read it."""
    return any(name in content for name in (b":pStyle ", b":rStyle ", b":numPr>", b"\0"))  # \0: UTF-16


def without_formatting(content: bytes, telling: Collection[str] | None = None) -> bytes:
    """A part without the properties of text and cells that decide nothing.

    `telling` are the ids of the styles that matter to reading; references to others go too. None: all stay.
    """
    named = None if telling is None else frozenset(style_id.encode() for style_id in telling)
    for name in _BLOCKS:
        opening, closing = b"<w:" + name + b">", b"</w:" + name + b">"
        first, *parts = content.split(opening)
        kept = [first]
        known: dict[bytes, bytes] = {}
        for part in parts:
            block, end, rest = part.partition(closing)
            reduced = known.get(block) if end else opening + block
            if reduced is None:
                reduced = opening + block + end
                if len(known) < MAX_DISTINCT:
                    reduced = known[block] = _reduced(opening, block, end, named)
            kept.append(reduced)
            kept.append(rest)
        content = b"".join(kept)
    return content


def without_table_styles(content: bytes) -> bytes:
    """styles.xml without formatting, the styles of tables and the list of styles that nobody uses."""
    before, latent, after = content.partition(_LATENT)
    if latent:
        _, end, rest = after.partition(_LATENT_END)
        if end:
            content = before + rest
    first, *parts = content.split(_STYLE)
    kept = [first]
    for part in parts:
        style, end, rest = part.partition(_STYLE_END)
        if end and _OF_TABLES in style[: style.find(b">")]:
            kept.append(rest)
        else:
            kept.extend((_STYLE, part))
    return without_formatting(b"".join(kept))


def _reduced(opening: bytes, block: bytes, end: bytes, telling: frozenset[bytes] | None) -> bytes:
    left = block
    if not _FONT_OF_SIGNS.search(block):
        left = _DECIDES_NOTHING.sub(b"", left).replace(_NO_BORDERS, b"")
    if telling is not None:
        left = _STYLE_NAMED.sub(lambda match: match[0] if match[1] in telling else b"", left)
    return opening + left + end if left else b""
