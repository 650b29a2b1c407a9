"""Text that is set above or below its line: marks of notes, which are no digits of the number before them."""

from __future__ import annotations

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def set_apart(text: str) -> str:
    """`text` as it stands in a line that it is raised from: between spaces, its digits as raised ones."""
    return f" {text.translate(_RAISED)} "
