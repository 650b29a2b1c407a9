"""Static lists of no known system: rows by what their titles and addresses look like, pagers of all kinds.

A list is complete where its pager, or the number of pages that it announces, has been followed to the end,
and where it is short and shows no trace of a pager. Otherwise the usual addresses of further pages are tried;
where the list announces pages and none of them is there, it is a failure.
"""

from __future__ import annotations

from scrapy.http import TextResponse

from spiders.families.listing import Listing, Place
from spiders.families.paging import read_page
from spiders.families.rows import list_entries

RANK = 130


def recognises(_response: TextResponse) -> bool:
    """Never: an unknown system is not recognised by being unknown."""
    return False


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """The rows of the page and the page after."""
    return (read_page(response, place, list_entries(response)),)
