"""Pages drawn by hand: text in cells of given edges, lines where a test draws them."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.document import Grid, Origin, Paragraph
from crawler.extract.geometry import Char, Page, Reading, Rule, read_pages

SIZE = 10.0


class Paper:
    """One page being drawn."""

    def __init__(self, width: float = 600, height: float = 800) -> None:
        self.width, self.height = width, height
        self.chars: list[Char] = []
        self.rules: list[Rule] = []

    def write(self, text: str, x: float, y: float, size: float = SIZE, step: float | None = None) -> float:
        """`text` from (x, y), its upper left corner; figures are half as wide as ideographs. Its end."""
        for char in text:
            advance = size / 2 if char.isascii() else size
            self.chars.append(Char(char, x, y, x + advance, y + size))
            x += advance if step is None else step
        return x

    def across(self, y: float, *xs: float) -> None:
        """A line from the first to the last of `xs`."""
        self.rules.append(Rule(xs[0], y, xs[-1], y))

    def down(self, x: float, *ys: float) -> None:
        self.rules.append(Rule(x, ys[0], x, ys[-1]))

    def table(self, xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]]) -> None:
        """Every cell ruled, its text in its middle, lines separated by "|"."""
        for x in xs:
            self.down(x, *ys)
        for y in ys:
            self.across(y, *xs)
        for row, top in zip(texts, ys, strict=False):
            for text, left in zip(row, xs, strict=False):
                for at, line in enumerate(text.split("|")):
                    self.write(line, left + 5, top + 5 + at * 12)

    def page(self) -> Page:
        return Page(self.width, self.height, self.chars, self.rules)


def read(*papers: Paper) -> Reading:
    return read_pages(paper.page() for paper in papers)


def grids(reading: Reading) -> list[list[list[str]]]:
    """The texts of each grid; covered slots are "<" and "^"."""
    marks = {Origin.FROM_LEFT: "<", Origin.FROM_ABOVE: "^"}
    return [
        [[marks.get(slot.origin, slot.text) for slot in row] for row in block.rows]
        for block in reading.blocks
        if isinstance(block, Grid)
    ]


def paragraphs(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, Paragraph)]
