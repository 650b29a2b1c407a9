"""What one page of a PDF holds, and what reading a file may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.extract.document import Unreadable
from crawler.extract.geometry import Char, Rule
from crawler.extract.geometry.painted import Box

MAX_CHARS = 600_000
"""Most characters of a file; 300 pages of a report have 400,000."""
MAX_OBJECTS = 400_000
"""Most drawn objects of a file."""
MAX_SEGMENTS = 1_000_000
"""Most lines and curves of a file."""
MAX_COMPARED = 10_000_000
"""Most comparisons of characters with painted areas."""

_FEW_CHARS = 50  # a stamp, a page number, the scanner's name
_SCAN = 0.6  # of a page: an image so large is a scan
_PICTURE = 0.15  # of a page: a page without text and with so much image is a picture
_OUTLINES = 200  # paths: so many without any text may be text drawn as outlines
_LARGE = 0.08  # of a page: a smaller image is a seal or a sign
_UNDECIPHERABLE = 0.1  # share of characters
_FEW_UNKNOWN = 5

Placing = Callable[[float, float, float, float], Box]
"""From left, bottom, right, top in the page's own space to a box on the page as it is shown."""


class Work:
    """Counts what reading a file costs. Raises Unreadable beyond the bounds."""

    def __init__(self) -> None:
        self.chars = self.objects = self.segments = self.compared = 0

    def add(self, *, chars: int = 0, objects: int = 0, segments: int = 0, compared: int = 0) -> None:
        self.chars += chars
        self.objects += objects
        self.segments += segments
        self.compared += compared
        if (
            self.chars > MAX_CHARS
            or self.objects > MAX_OBJECTS
            or self.segments > MAX_SEGMENTS
            or self.compared > MAX_COMPARED
        ):
            raise Unreadable("PDF 内容过多，拒绝读取", "the PDF holds too much to be a report")


@dataclass(slots=True)
class Content:
    """One page. `hidden` are characters that are drawn invisibly, as recognition leaves them over a scan."""

    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    hidden: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    paths: int = 0
    unknown: int = 0  # characters whose font does not tell what they are

    @property
    def is_picture(self) -> bool:
        """Whether what the page says is drawn and not written."""
        printed = sum(not char.text.isspace() for char in self.chars)
        images = sum(map(self._share, self.images))
        if printed == 0:
            return images >= _PICTURE or self.paths >= _OUTLINES or bool(self.hidden and self.images)
        return printed <= _FEW_CHARS and images >= _SCAN

    @property
    def is_undecipherable(self) -> bool:
        """Whether the fonts of the page do not tell which characters they draw."""
        return self.unknown > max(_FEW_UNKNOWN, _UNDECIPHERABLE * len(self.chars))

    def is_scan(self, image: Box) -> bool:
        """Whether an image is the page itself."""
        return self._share(image) >= _SCAN

    def is_large(self, image: Box) -> bool:
        """Whether an image may hold a table."""
        return self._share(image) >= _LARGE

    def has_text_on(self, image: Box) -> bool:
        """Whether an image is the paper of some text."""
        return (
            sum(
                image.x0 <= char.x0 and char.x1 <= image.x1 and image.y0 <= char.y0 and char.y1 <= image.y1
                for char in self.chars
            )
            > _FEW_CHARS
        )

    def _share(self, image: Box) -> float:
        width = max(min(image.x1, self.width) - max(image.x0, 0.0), 0.0)
        height = max(min(image.y1, self.height) - max(image.y0, 0.0), 0.0)
        return width * height / (self.width * self.height)
