"""One page of a static list: its rows, and where the next page is, for every family whose pages are files.

What is known goes before what is guessed: a link or a call of the pager, then the number of pages with the
form of address that worked before, then the forms one after another. A guess is believed only where it shows
rows of the same kind as the first page's; what else stands on such a page is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.report.model import Bilingual
from spiders.families.announced import Announced, announced
from spiders.families.data import is_data
from spiders.families.guesses import guesses
from spiders.families.listing import Listing, Place
from spiders.families.rows import Entry, longest, rows_of
from spiders.families.turns import Pager, pager_of
from spiders.links import Row
from spiders.sieve import sift

MAX_PAGES = 500
PROBED_ROWS = 10
"""A list without any pager that shows at least so many rows may have a second page all the same."""
DOUBTED_ROWS = 5
"""A list of fewer rows has one page, whatever its page prepares for a pager."""

Guesser = Callable[[str, int, Announced], Mapping[str, str]]
"""Where page n of the list that begins at an address may stand, by the form of address, most likely first."""

_UNREAD = Bilingual("列表有多页，但无法读取翻页信息", "the list has several pages, its pager cannot be read")
_ENDLESS = Bilingual(f"列表超过{MAX_PAGES}页", f"the list has more than {MAX_PAGES} pages")
_NO_PAGE = Bilingual("列表返回的不是网页", "the list is answered with data, not with a page")
_FIRST, _GUESSED, _FORM, _UNDER = "first", "guessed", "form", "under-"
_DATED = re.compile(r"(?:^|/)(?:\d|t20\d|art_|c\d{6}|[0-9a-f]{24})[^/]*(?:/|$)")
_MOST_PREFIXES = 20


def static_guesses(first: str, page: int, told: Announced) -> Mapping[str, str]:
    """All forms of address that static lists are known to have."""
    return guesses(first, page, stem=told.stem, extension=told.extension)


def read_page(
    response: TextResponse, place: Place | None, entries: tuple[Entry, ...], guess: Guesser = static_guesses
) -> Listing:
    """One page of a list, its rows being `entries`."""
    rows = rows_of(entries)
    known = {} if place is None else dict(place.query)
    if place is None or place.page == 1:
        known = {_FIRST: response.url, **_prefixes(rows), **known}
    if place is not None and _GUESSED in known:
        rows, beside = _akin(rows, known)
        if rows and not beside and place.others:
            # reports, though not where the others lie: taken, and the list is looked for further
            return Listing(rows, place.otherwise())
        if not rows:
            return Listing(())
    if is_data(response):
        return Listing((), doubt=_NO_PAGE)
    return _listing(response, place, rows, longest(entries), known, guess)


def _listing(
    response: TextResponse,
    place: Place | None,
    rows: tuple[Row, ...],
    in_list: int,
    known: dict[str, str],
    guess: Guesser,
) -> Listing:
    page = 1 if place is None else place.page
    pager, told = pager_of(response, page), announced(response)
    pages = told.pages or (None if place is None else place.pages)
    following = Place(
        "",
        page + 1,
        certain=True,
        pages=pages,
        entries=told.entries or (None if place is None else place.entries),
        shown=len(rows) + (0 if place is None else place.shown),
    )
    if page >= MAX_PAGES:
        return Listing(rows, doubt=_ENDLESS if pager.turn is not None or (pages or 0) > page else None)
    if pager.turn is not None:
        kept = {name: value for name, value in known.items() if name not in (_GUESSED, _FORM)}
        turned = following._replace(url=pager.turn.url, body=pager.turn.body, query=tuple(kept.items()))
        return Listing(rows, turned)
    if pages is not None and page >= pages:
        return Listing(rows)
    guessed = place is not None and _GUESSED in known
    certain = pages is not None or _leads_on(pager, following.entries, in_list, place)
    if not (certain or guessed or (page == 1 and in_list >= PROBED_ROWS)):
        return Listing(rows)
    first = known.get(_FIRST, response.url)
    forms = dict(guess(first, page + 1, told))
    if guessed and place is not None:
        form = known.get(_FORM) or _form_of(place.url, guess(first, page, told))
        known[_FORM] = form
        forms = {form: forms[form]} if form in forms else {}
    if not forms:
        return Listing(rows, doubt=_UNREAD if certain else None)
    known[_GUESSED] = "yes"
    url, *others = forms.values()
    query = tuple(known.items())
    return Listing(rows, following._replace(url=url, others=tuple(others), certain=certain, query=query))


def _leads_on(pager: Pager, entries: int | None, in_list: int, place: Place | None) -> bool:
    """Whether there is a further page although nothing says where, nor how many."""
    if pager.leads_on:
        return True
    if place is not None and place.page > 1:
        return False  # it was led here, and is led no further
    if entries is not None:
        return entries > in_list
    return pager.drawn and in_list >= DOUBTED_ROWS


def _form_of(url: str, forms: Mapping[str, str]) -> str:
    """Which of the forms of address has led here."""
    return next((form for form, address in forms.items() if address == url), "")


def _akin(rows: tuple[Row, ...], known: Mapping[str, str]) -> tuple[tuple[Row, ...], bool]:
    """The rows that may belong to the list: those that lie where its first rows do, and what announces a
    report; and whether any is of the former.
    """
    under = {prefix for name, prefix in known.items() if name.startswith(_UNDER)}
    beside = [row for row in rows if _prefix(row.url) in under]
    lying = set(beside)
    return tuple(row for row in rows if row in lying or sift(row.title).accepted), bool(beside)


def _prefixes(rows: tuple[Row, ...]) -> dict[str, str]:
    """Where the reports of the first page lie; where it shows none, where all of its rows lie."""
    telling = [row for row in rows if sift(row.title).accepted] or list(rows)
    found = list(dict.fromkeys(_prefix(row.url) for row in telling))[:_MOST_PREFIXES]
    return {f"{_UNDER}{place}": prefix for place, prefix in enumerate(found)}


def _prefix(url: str) -> str:
    """Host and folder of an address, as far as it names neither dates nor numbers."""
    parts = urlsplit(url)
    folder = parts.path.rpartition("/")[0]
    numbered = _DATED.search(folder)
    return f"{parts.netloc}{folder[: numbered.start()] if numbered else folder}/"
