"""Pages judged again as the archive keeps them: settings, rule book or roster have changed, they have not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.items import PageItem, Part, Role
from crawler.portals import Province
from crawler.recording import Sightings, page_seen, read
from crawler.validator.policy import Policy
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing
from storage.records import PageRecord, PageSeen


class AwaitsVisit(LookupError):
    """A part of the page could not be had when it was fetched, which only a visit can explain. One line."""


CANNOT = (AwaitsVisit, ArchiveMissing, ArchiveDamaged)
"""Why a page cannot be judged again; its next visit reads it anew, whole."""


def outdated(pages: Iterable[PageRecord], judged_by: str) -> Iterator[PageRecord]:
    """The pages that were judged by anything else; those that are to be read anew are not among them."""
    for page in pages:
        if page.judged_by != judged_by and page.rules_version:
            yield page


def judged_again(
    page: PageRecord,
    archive: Archive,
    province: Province,
    policy: Policy,
    sightings: Sightings,
    judged_by: str,
) -> PageSeen:
    """What is to be recorded of the page.

    Raises one of CANNOT where not all that it was read from can be had, and ArchiveUnusable.
    """
    item = _item(page, archive, province)
    reading = read(item, province, policy, sightings)
    seen = page_seen(item, page.sha256, [part.sha256 for part in page.parts], reading, judged_by)
    # under an older version of reading the next visit looks for parts once more
    version = min(seen.page.rules_version, page.rules_version)
    return replace(
        seen, page=replace(seen.page, rules_version=version), documents=(), fetches=(), reread=page
    )


def _item(page: PageRecord, archive: Archive, province: Province) -> PageItem:
    """The page as it was fetched."""
    parts = []
    for part in page.parts:
        if part.sha256 is None:
            raise AwaitsVisit(f"{part.url[:500]} could not be had when the page was fetched")
        body = archive.get(part.sha256)
        parts.append(
            Part(part.url, Role(part.role), part.text, body, part.content_type, part.etag, part.last_modified)
        )
    return PageItem(
        url=page.url,
        portal=page.portal,
        province=province.province,
        body=archive.get(page.sha256),
        status=200,
        etag=page.etag,
        last_modified=page.last_modified,
        content_type=page.content_type,
        fetched=page.seen,
        listed_title=page.listed_title,
        listed_date=page.listed_date,
        parts=tuple(parts),
    )
