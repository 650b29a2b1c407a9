"""What is printed -> plain text; the seed chooses how tables are set and the charset."""

from __future__ import annotations

from crawler.demo.plaintext import STYLES
from crawler.demo.printing import Printed

_CHARSETS = ("utf-8", "gbk", "utf-16")


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The text that reads as `printed`."""
    style = list(STYLES.values())[seed % len(STYLES)]
    return style(printed).encode(_CHARSETS[seed // len(STYLES) % len(_CHARSETS)])
