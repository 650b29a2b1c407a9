"""Sound files made unsound: in their bytes, or in the parts of a package, which gets its sums right again."""

from __future__ import annotations

import io
import zipfile
import zlib
from random import Random

MAX_BYTES = 4_000_000

_TOKENS = (
    b'rowspan="999999999"',
    b'colspan="65535"',
    b"<table><tr><td>" * 400,
    b"<div>" * 3000,
    b"</table>",
    b"</td>",
    b"<!--",
    b"<![CDATA[",
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b"&b;",
    b"\xff\xfe",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xe4\xb8",
    b"9" * 400,
    b"-0,0.0",
    "第二十条第（一）项".encode(),
    "自然人\t总计\t".encode() * 300,
    b"\t" * 5000,
    b"|" * 5000,
    b"\n" * 5000,
    b"<<" * 500,
    b"[" * 5000,
    b"0 0 99999999 99999999 re f\n" * 200,
    b"q " * 3000,
    b"/Kids [1 0 R]",
    b"1e308",
    b"NaN",
)
_DIGITS = b"0123456789"


def mutated(content: bytes, other: bytes, rng: Random) -> bytes:
    """`content` with a few changes; `other` lends pieces."""
    if content.startswith(b"PK\x03\x04") and rng.random() < 0.8:
        return _in_package(content, other, rng)
    return _in_bytes(content, other, rng)


def _in_bytes(content: bytes, other: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        _change(changed, other, rng)
    return bytes(changed[:MAX_BYTES])


def _change(content: bytearray, other: bytes, rng: Random) -> None:
    at = rng.randrange(len(content) + 1)
    length = min(rng.choice((1, 2, 10, 100, 2000)), len(content) - at)
    match rng.randrange(8):
        case 0:
            for place in range(at, at + length):
                content[place] ^= 1 << rng.randrange(8)
        case 1:
            del content[at : at + length]
        case 2:
            content[at:at] = content[at : at + length] * rng.choice((1, 2, 50))
        case 3:
            del content[max(at, 1) :]
        case 4 | 5:
            content[at:at] = rng.choice(_TOKENS)
        case 6:
            start = rng.randrange(len(other) + 1)
            content[at : at + length] = other[start : start + length]
        case 7:
            digits = [place for place, byte in enumerate(content) if byte in _DIGITS]
            for place in rng.sample(digits, min(len(digits), 5)):
                content[place] = rng.choice(_DIGITS)


def _in_package(content: bytes, other: bytes, rng: Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, zlib.error):
        return _in_bytes(content, other, rng)
    chosen = rng.choice(list(parts))
    match rng.randrange(12):
        case 0:
            del parts[chosen]
        case 1:
            parts[chosen] = b""
        case 2:
            parts[chosen] = parts[rng.choice(list(parts))]
        case _:
            parts[chosen] = _in_bytes(parts[chosen], other, rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()
