"""Text that was read in one encoding and written in another, and is nonsense since (mojibake)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUN = re.compile(r"[^\x00-\x7f\ufffd]{8,400}")
_LATIN = re.compile(r"[\x80-\xff]{8,400}")
_FEWEST_DIFFERENT = 3
_LEAST_SHARE = 0.6
_REPLACED = "锟斤拷"
"""The mark of a lost character, twice, as it reads in GBK."""

_COMMON = frozenset(
    b"".join(bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)).decode(
        "gb2312", "ignore"
    )
)
"""The characters of the first level of GB 2312, which lists the common ones."""

_STEPS = (("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
"""The encoding that a text was wrongly read in, and the one that it was written in."""


def garbled(text: str) -> Iterator[str]:
    """Passages that turn into everyday Chinese when the wrong step of their encoding is taken back.

    Real Chinese of that length never does: its bytes in one encoding are no text in the other. A few
    characters of such a passage are lost for good.
    """
    for run in _RUN.findall(text):
        if _REPLACED in run or _is_wrongly_read(run):
            yield run
        else:  # nonsense in Latin letters may run on from whole Chinese
            yield from (part for part in _LATIN.findall(run) if _is_wrongly_read(part))


def _is_wrongly_read(run: str) -> bool:
    return any(_turns_chinese(run, wrong, right) for wrong, right in _STEPS)


def _turns_chinese(run: str, wrong: str, right: str) -> bool:
    try:
        written = run.encode(wrong)
    except UnicodeEncodeError:
        return False
    # a run may begin within a character
    return any(_is_everyday_chinese(written[cut:].decode(right, "replace")) for cut in range(2))


def _is_everyday_chinese(text: str) -> bool:
    common = [sign for sign in text if sign in _COMMON]
    return len(set(common)) >= _FEWEST_DIFFERENT and len(common) >= _LEAST_SHARE * len(text)
