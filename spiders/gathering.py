"""An article while its parts are fetched: further pages, and files that may be its report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from crawler.attachments import further_pages, worth_fetching
from crawler.extract import extract
from crawler.extract.document import Unreadable
from crawler.extract.sniff import binary_format
from crawler.items import PageItem, Part, Role
from storage.records import PageRecord, PartRecord


def opened(item: PageItem, base: str) -> PageItem:
    """The page `item`, which stands at `base`, with what it is read as; as it is where it is a file."""
    try:
        if binary_format(item.body) is not None:
            return item
        return replace(item, document=extract(item.body, content_type=item.content_type, name=base))
    except Unreadable:
        return item


def wanted_parts(item: PageItem, base: str) -> tuple[Part, ...]:
    """What has to be fetched besides the page `item`, opened, which stands at `base`; nothing where it is a
    file.
    """
    document = item.document
    if document is None:
        return ()
    pages = tuple(Part(url, Role.PAGE) for url in further_pages(document, base))
    files = tuple(
        Part(attachment.href, Role.ATTACHMENT, attachment.text)
        for attachment in worth_fetching(document, base)
        if attachment.href not in {part.url for part in pages}
    )
    return pages + files


@dataclass(slots=True)
class Gathering:
    """One article; `known` is how it stands on record under the present rules, if it does.

    `unchanged` holds the places of parts that the server says are as they were, and sent without bytes.
    """

    item: PageItem
    known: PageRecord | None
    parts: list[Part]
    base: str  # where the page stands, redirects applied
    outstanding: set[int] = field(default_factory=set)
    unchanged: set[int] = field(default_factory=set)
    wanted_whole: set[int] = field(default_factory=set)  # though unchanged: others have changed
    broken: bool = False
    """A part could not be had this time, though it may be there."""

    def known_part(self, place: int) -> PartRecord | None:
        """The part as it stands on record; None where it does not, or was not had."""
        if self.known is None:
            return None
        url = self.parts[place].url
        return next((part for part in self.known.parts if part.url == url and part.sha256), None)

    def also(self, parts: tuple[Part, ...]) -> range:
        """Take up further parts; their places."""
        before = len(self.parts)
        known = {part.url for part in self.parts}
        self.parts.extend(part for part in parts if part.url not in known)
        return range(before, len(self.parts))

    def text_of(self, part: Part) -> PageItem:
        """The article as if `part` were its page."""
        page = replace(self.item, body=part.body or b"", content_type=part.content_type, document=None)
        return opened(page, self.base)

    def arrived(self, place: int, part: Part) -> None:
        """Take in a part, with its bytes or the reason why there are none."""
        self.parts[place] = part
        self.outstanding.discard(place)

    def stands_as_before(self) -> bool:
        """Whether page and parts are what stands on record, byte for byte."""
        if self.known is None or hashlib.sha256(self.item.body).hexdigest() != self.known.sha256:
            return False
        if [part.url for part in self.parts] != [part.url for part in self.known.parts]:
            return False
        return all(
            place in self.unchanged or _hash(part) == known.sha256
            for place, (part, known) in enumerate(zip(self.parts, self.known.parts, strict=True))
        )

    def whole(self) -> PageItem:
        """The article with its parts."""
        return replace(self.item, parts=tuple(self.parts))


def _hash(part: Part) -> str | None:
    return None if part.body is None else hashlib.sha256(part.body).hexdigest()
