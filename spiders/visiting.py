"""One visit of one portal: what is asked for next, from the home page, or from the lists that are remembered,
to the last article. Everything is decided here; spiders.portal sends the requests.

Nothing is lost silently: every page that is asked for is counted, and counted off when it has been dealt
with. A visit with pages outstanding, failed or left out is not clean (crawler.health).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from scrapy.http import JsonResponse, Response, TextResponse

from crawler.clock import local
from crawler.health import Stage, Visit
from crawler.items import Item
from crawler.portals import Portal, folded, host_of
from crawler.report.model import Bilingual
from spiders import columns, links, lists, refusals
from spiders.aims import Aim, ListWalk
from spiders.articles import Articles, Lost
from spiders.asking import NOT_REGISTERED, Asking, Limits
from spiders.bodies import Bodies, year_due
from spiders.discovery import Discovery, below
from spiders.ending import column_seen, to_remember
from spiders.families import (
    FALLBACK,
    FAMILIES,
    frames_in_data,
    links_in_data,
    may_be_shell,
    recognise,
    text_behind,
)
from spiders.families.data import is_data
from spiders.families.listing import Listing, Place
from spiders.gathering import Gathering
from spiders.held_back import HeldBack
from spiders.links import Link, Row
from spiders.report_page import is_report, may_be_report, says_it_is_empty
from spiders.shells import has_scripts, is_shell
from spiders.sieve import sift
from storage.records import ListRecord

Output = Aim | Item

_NEEDS_BROWSER = Bilingual(
    "网页由脚本填充，须用浏览器显示：请在省份文件中注明 browser 及其理由",
    "scripts fill the page: say in the province file, with a reason, that the portal needs a browser",
)
_MOST_SHOWN_AGAIN = 5
"""Pages on the way that a browser shows where nothing was found without one."""
_LIKELY_SECTION = 60
"""Score of sections that are opened although nothing seems to be missing, where no roster says what should be
there.
"""
_ENTRIES_LOOKED_AT = ("guide", "system", "statutory")


@dataclass
class PortalVisit:
    """One visit of `portal`.

    `remembered` are the lists on which reports were found before. `whole` asks for every list to be walked to
    its end, and for the way from the home page to be gone again. `families` are those that may be recognised.
    `may_render` lets a browser show what only a browser can; where the portal's file gives a reason for one,
    it shows every page but articles.
    """

    portal: Portal
    visit: Visit
    articles: Articles
    years: tuple[int, ...] | None
    remembered: Mapping[str, ListRecord]
    whole: bool
    limits: Limits = field(default_factory=Limits)
    families: frozenset[str] = frozenset(FAMILIES)
    may_render: bool = False

    def __post_init__(self) -> None:
        due = year_due(local(self.articles.now).date())
        self._bodies = Bodies(self.portal.organs, due if self.years is None else min(max(self.years), due))
        self.discovery = Discovery(self.portal, self._bodies.named)
        self._recognised: tuple[Response | None, str | None] = None, None
        self._asking = Asking(self.portal, self.visit, self.limits)
        self.walks = self._asking.walks
        self._held_back = HeldBack()
        self._showing: list[tuple[Aim, list[Row]]] = []  # sections, and the reports that they show themselves
        self._rows = 0
        self._unshown: list[Aim] = []  # pages on the way, as they came without a browser
        self._looked_for_unlisted = False
        self._looked_at_menu = False

    # what is asked for

    def begin(self) -> Iterator[Aim]:
        """The first pages: the lists that are known, from memory or by the province file; else the home."""
        if self.whole or not self._knows_lists():
            yield from self._asking.admitted(self._home())
        else:
            yield from self._known_lists()

    def _home(self) -> Aim:
        return Aim(self.portal, Stage.HOME, self.portal.home, clicks=0)

    def _known_lists(self) -> Iterator[Aim]:
        """Lists that are known before the visit, by the province file or from memory."""
        for url in dict.fromkeys((*self.portal.columns, *self.remembered)):
            told = self.remembered.get(url)
            clicks, trail = (None, ()) if told is None else (told.clicks, told.trail)
            walk = ListWalk(url, known=told, clicks=clicks, trail=trail)
            aim = Aim(self.portal, Stage.LIST, url, 0, clicks, trail, remembered=True, listing=walk)
            yield from self._asking.admitted(aim)

    # what has come

    def read(self, response: Response, aim: Aim) -> Iterator[Output]:
        """Deal with an answer."""
        if isinstance(response, TextResponse) and is_data(response):
            response = response.replace(cls=JsonResponse)  # whatever it is sent as
        if aim.article is not None:
            yield from self._part(response, aim)
            return
        if response.status == 304 and self.articles.record(aim.row) is not None:
            yield self.articles.again(aim)
            return
        if aim.stage is Stage.ARTICLE and self.articles.had_report(aim.row) and refusals.gone(response):
            self.visit.gone[cast(Row, aim.row).url] = str(response.status)
            self.visit.gone_unlisted += aim.unlisted
            return
        problem = refusals.problem_of(response)
        if problem is None and aim.stage is not Stage.ARTICLE:
            if not isinstance(response, TextResponse):
                problem = Bilingual("不是网页", "not a page")
            elif len(response.body) > self.limits.list_bytes:
                most = self.limits.list_bytes
                problem = Bilingual(f"超过{most}字节", f"larger than {most} bytes")
        if problem is not None:
            yield from self.lost(aim, problem, lasting=response.status in (404, 410))
            return
        if aim.stage is Stage.ENTRY:
            return  # it opens: that was the question
        if isinstance(response, TextResponse):
            target = links.jump(response)
            if target is not None:
                yield from self._jump(response, aim, target)
                return
            if self._waits_for_scripts(response, aim):
                yield from self._shown_again(aim)
                return
        if aim.stage is Stage.ARTICLE and aim.doubtful and self._shows_reports(response, aim):
            clicks, trail = aim.following(cast(Row, aim.row).title)
            walk = ListWalk(aim.url, self.remembered.get(aim.url), clicks, trail)
            listed = Aim(self.portal, Stage.LIST, aim.url, aim.depth + 1, clicks, trail, listing=walk)
            self.visit.reports -= self.articles.give_up(cast(Row, aim.row))
            self.walks.append(walk)
            yield from self._list(cast(TextResponse, response), listed)
        elif aim.stage is Stage.ARTICLE:
            yield from self._admit_all(self.articles.page(response, aim, self._behind(response)))
            if aim.doubtful and isinstance(response, TextResponse) and not is_report(response):
                yield from self._parts_behind(response, aim)
        elif aim.stage is Stage.LIST:
            yield from self._list(cast(TextResponse, response), aim)
        else:
            yield from self._section(cast(TextResponse, response), aim)

    def _waits_for_scripts(self, response: TextResponse, aim: Aim) -> bool:
        """Whether a page holds nothing, and no family knows where its data comes from."""
        if aim.rendered or aim.place is not None or not is_shell(response):
            return False
        return self._family(response) is None and (aim.stage is not Stage.ARTICLE or self.may_render)

    def _shown_again(self, aim: Aim) -> Iterator[Output]:
        """The same page once more, as a browser shows it."""
        if not self.may_render:
            yield from self.lost(aim, _NEEDS_BROWSER)
            return
        yield self._asking.once_more(aim)

    def done_with(self, aim: Aim) -> None:
        """The answer to `aim`, or its failure, has been dealt with."""
        if aim.stage is Stage.LIST and aim.listing is not None:
            aim.listing.open -= 1

    def lost(self, aim: Aim, problem: Bilingual, *, lasting: bool = False) -> Iterator[Output]:
        """Deal with a page that could not be had or trusted; `lasting` where it is not there."""
        if aim.shown_by is not None and not lasting:
            aim.shown_by.unread = True
        if aim.article is not None:
            if not lasting:
                self.visit.fail(aim.stage, aim.url, problem)
            yield from self._admit_all(self.articles.part_lost(aim, problem, lasting=lasting))
        elif lasting and aim.place is not None and (otherwise := aim.place.otherwise()) is not None:
            # the address was a guess; what became of the first is what is told in the end
            first = aim.first_problem or (aim.url, problem)
            yield from self._asking.admitted(
                replace(aim, url=otherwise.url, jumps=0, place=otherwise, first_problem=first)
            )
        elif lasting and aim.place is not None and not aim.place.certain:
            pass  # a page that nothing announced: the list has ended
        elif aim.unlisted:
            pass  # nothing was said to be there
        elif aim.stage is Stage.ENTRY:
            if lasting:
                self._held_back.entry(aim, problem)
        elif aim.remembered and aim.listing is not None and aim.place is None:
            # the column may have moved: it is looked for again before anything is said
            aim.listing.broken = True
            self._held_back.column(aim, problem)
            yield from self._asking.admitted(self._home())
        elif aim.stage is Stage.SECTION or (aim.stage is Stage.HOME and self._knows_lists()):
            self._held_back.doubtful(aim, problem)
        else:
            self._fail(aim, problem)

    def _knows_lists(self) -> bool:
        return bool(self.portal.columns or self.remembered)

    def _fail(self, aim: Aim, problem: Bilingual) -> None:
        if aim.listing is not None:
            aim.listing.broken = True
        self.visit.fail(aim.stage, *(aim.first_problem or (aim.url, problem)))

    def _part(self, response: Response, aim: Aim) -> Iterator[Output]:
        try:
            outputs = list(self.articles.part(response, aim, cast(Gathering, aim.article)))
        except Lost as lost:
            yield from self.lost(aim, lost.problem, lasting=lost.lasting)
            return
        yield from self._admit_all(iter(outputs))

    def _admit_all(self, outputs: Iterator[Output]) -> Iterator[Output]:
        """Items as they are; of aims those that are admitted. A part that is not is lost to its article."""
        for output in outputs:
            if not isinstance(output, Aim):
                yield output
                continue
            admitted = list(self._asking.admitted(output))
            yield from admitted
            if not admitted and output.stage is Stage.PART:
                foreign = not self.portal.allows(output.url)
                problem = NOT_REGISTERED if foreign else self._asking.limit(output) or NOT_REGISTERED
                yield from self._admit_all(self.articles.part_lost(output, problem, lasting=foreign))

    def _jump(self, response: TextResponse, aim: Aim, target: str) -> Iterator[Output]:
        if target.rstrip("/") in (response.url.rstrip("/"), aim.url.rstrip("/")) or aim.place is not None:
            # past its last page, a list may send the reader back to its first
            yield from self.lost(aim, Bilingual("跳转回本页", "redirects to itself"), lasting=True)
        elif aim.jumps >= self.limits.jumps:
            yield from self.lost(aim, Bilingual("循环跳转", "redirects without end"))
        elif not self.portal.allows(target):
            host = host_of(target) or ""
            problem = Bilingual(
                f"跳转到其他网站：{host or '无'}", f"redirects to another host: {host or 'none'}"
            )
            yield from self.lost(aim, problem)
        else:
            listing = aim.listing
            if listing is not None:
                listing = ListWalk(target, self.remembered.get(target), listing.clicks, listing.trail)
                cast(ListWalk, aim.listing).branches += 1
            yield from self._asking.admitted(replace(aim, url=target, jumps=aim.jumps + 1, listing=listing))

    # sections

    def _family(self, response: Response) -> str | None:
        """The portal's family, as its file says or as the response shows."""
        if self.portal.family is not None and self.portal.family in self.families:
            return self.portal.family
        if self._recognised[0] is not response:  # a page is asked about more than once while it is read
            found = recognise(response) if isinstance(response, TextResponse) else None
            self._recognised = response, found if found in self.families else None
        return self._recognised[1]

    def _behind(self, response: Response) -> Place | None:
        """Where the text of an article comes from whose page is a mere shell."""
        if not isinstance(response, TextResponse) or not may_be_shell(response):
            return None
        return text_behind(self._family(response), response)

    def _links(self, response: TextResponse) -> tuple[list[Link], list[str]]:
        """All links of a page, its anchors and those that its system keeps in data; and the pages that stand
        inside it, in frames and where a script puts them.
        """
        family = self._family(response)
        return (
            [*links.anchors(response), *links_in_data(family, response)],
            [*links.frames(response), *frames_in_data(family, response)],
        )

    def _section(self, response: TextResponse, aim: Aim) -> Iterator[Output]:
        if self.may_render and not aim.rendered and has_scripts(response):
            self._unshown.append(aim)
        if is_report(response) and aim.stage is Stage.SECTION:
            yield from self._own_page(response, aim)
        for column in self.discovery.columns_on(aim, *self._links(response)):
            known = self.remembered.get(column.url)
            if column.listing is not None:
                column.listing.known = known
            yield from self._asking.admitted(column)
        rows = [row for listing in self._read(response, aim) for row in listing.rows]
        told = lists.announcing(rows, aim.column)
        if shown := [row for row in rows if row.url in told and self.portal.allows(row.url)]:
            self._showing.append((aim, shown))

    def _unlisted_rows(self) -> Iterator[Output]:
        """Reports that a section shows and no column does: among its news, or under a tab of the page itself.
        Such a section is walked as a list; of the home page only what it shows is asked for.
        """
        showing, self._showing = self._showing, []
        for aim, rows in showing:
            rows = [row for row in rows if self._is_wanted(row) and not self._is_listed(row)]
            if rows and aim.stage is Stage.HOME:
                for row in rows:
                    yield from self._row(aim, row)
            elif rows:
                walk = ListWalk(aim.url, self.remembered.get(aim.url), aim.clicks, aim.trail)
                yield from self._asking.admitted(replace(aim, stage=Stage.LIST, jumps=0, listing=walk))

    def _is_wanted(self, row: Row) -> bool:
        year = None if self.years is None else sift(row.title).year
        return year is None or year in (self.years or ())

    def _is_listed(self, row: Row) -> bool:
        return self.articles.is_listed(self.articles.as_known(row).url)

    # lists

    def _list(self, response: TextResponse, aim: Aim) -> Iterator[Output]:
        walk = cast(ListWalk, aim.listing)
        if aim.place is None and is_report(response):
            yield from self._own_page(response, aim)
        if walk.family is None:
            walk.family = self._family(response)
        listings = FAMILIES[walk.family or FALLBACK].read(response, aim.place)
        rows = {row.url: row for listing in listings for row in listing.rows}
        fresh = [row for row in rows.values() if row.url not in walk.rows]
        walk.rows.update(rows)
        if rows:
            self.visit.lists[response.url] = None
        if aim.place is None:
            walk.first_rows = lists.fingerprint(list(rows.values()))
            walk.newest = max((row.day for row in rows.values() if row.day is not None), default=None)
            walk.entries = lists.entries_announced(listings)
            parts = list(self._branches(response, aim, lists.may_be_reports(rows.values(), aim.column)))
            for part in parts:
                for admitted in self._asking.admitted(part):
                    walk.branches += 1
                    yield admitted
            if parts and not rows and walk.known is not None and walk.known.rows == walk.first_rows:
                walk.branches += 1  # it leads on as it did, to parts that are asked for themselves
            if self.may_render and not aim.rendered and has_scripts(response):
                if not (rows or walk.telling or walk.family):
                    yield from self._shown_again(aim)
                    return
                self._unshown.append(aim)
        for row in fresh:
            yield from self._row(aim, row)
        self._rows += len(fresh)
        if self._rows > self.limits.rows:
            most = self.limits.rows
            self.visit.cap(Bilingual(f"列表条目{most}条", f"{most} entries of lists"))
            walk.broken = True
            return
        accepted = [row for row in fresh if self._is_listed(row)]
        walk.accepted += len(accepted)
        if aim.place is not None and not fresh and not any(listing.ended for listing in listings):
            yield from self._nothing_on_page(aim)
            return
        if self._nothing_new(aim, listings, accepted):
            if any(listing.following for listing in listings):
                walk.stopped = True
                self.visit.stopped += 1
            return
        for listing in lists.worth_following(listings, aim.column):
            yield from self._following(aim, walk, listing)
        goes_on = any(listing.ended or listing.following for listing in listings)
        if aim.place is None and not (walk.telling or rows or goes_on):
            yield from self._empty(response, aim)

    def _empty(self, response: TextResponse, aim: Aim) -> Iterator[Output]:
        """A page of a column that shows no entry, nor leads on."""
        problem = Bilingual("列表没有条目", "the list shows no entry")
        if aim.branch and may_be_report(response):
            yield from self._own_page(response, aim)
        elif says_it_is_empty(response) and not aim.remembered:
            if not aim.branch:
                self._held_back.doubtful(aim, problem)  # no fault, unless something is missing
        elif not (aim.branch and cast(ListWalk, aim.listing).family):
            yield from self.lost(aim, problem)

    def _shows_reports(self, response: Response, aim: Aim) -> bool:
        """Whether what was taken for an article is a list of reports."""
        if not isinstance(response, TextResponse) or is_report(response):
            return False
        listings = self._read(response, aim)
        return bool(lists.announcing((row for listing in listings for row in listing.rows), aim.column))

    def _read(self, response: TextResponse, aim: Aim) -> tuple[Listing, ...]:
        return FAMILIES[self._family(response) or FALLBACK].read(response, aim.place)

    def _own_page(self, response: TextResponse, aim: Aim) -> Iterator[Output]:
        """A page that is a report itself: its address shows another one every year."""
        row = Row(aim.url, aim.trail[-1] if aim.trail else "", None)
        if self.articles.take_up(row):
            self.visit.reports += 1
            self._bodies.notice(row.title, sift(row.title).year, aim.trail)
        self.visit.lists[response.url] = None
        if aim.listing is not None:
            aim.listing.accepted += 1
        article = replace(aim, stage=Stage.ARTICLE, row=row, listing=None)
        yield from self._admit_all(self.articles.page(response, article, self._behind(response)))

    def _nothing_new(self, aim: Aim, listings: Sequence[Listing], accepted: Sequence[Row]) -> bool:
        if self.whole or not all(self.articles.familiar(row) for row in accepted):
            return False
        walk = cast(ListWalk, aim.listing)
        return lists.nothing_new(walk, listings, accepted, first_page=aim.place is None)

    def _nothing_on_page(self, aim: Aim) -> Iterator[Output]:
        page = 0 if aim.place is None else aim.place.page
        problem = Bilingual(f"列表第{page}页没有新条目", f"page {page} of the list shows nothing new")
        yield from self.lost(aim, problem, lasting=True)

    def _branches(self, response: TextResponse, aim: Aim, rows: set[str]) -> Iterator[Aim]:
        """Parts of the column: by year, by kind of body, by body, in frames."""
        found = []
        shown, frames = self._links(response)
        for link in shown:
            if link.url in rows or self._asking.was_section(link.url):
                continue
            named = self._bodies.named(link.text)
            if not self.portal.allows(link.url):
                if named or columns.is_branch(link.text):
                    self.discovery.lies_elsewhere(link)
                continue
            inside = below(link.url, response.url)
            body = named or (inside and columns.is_body(link.text))
            part = columns.is_branch(link.text) and (inside or not columns.is_section(link.text, link.url))
            if part or (body and folded(link.text) != folded(self.portal.name)):
                found.append(link)
        for link in (*found, *(Link(url, "") for url in frames)):
            clicks, trail = aim.following(link.text) if link.text else (aim.clicks, aim.trail)
            walk = ListWalk(link.url, self.remembered.get(link.url), clicks, trail)
            depth = aim.depth + bool(link.text)  # what stands in the page itself is no deeper
            yield Aim(self.portal, Stage.LIST, link.url, depth, clicks, trail, branch=True, listing=walk)

    def _parts_behind(self, response: TextResponse, aim: Aim) -> Iterator[Aim]:
        """What was taken for the report of a body may be the page of its years."""
        clicks, trail = aim.following(cast(Row, aim.row).title)
        walk = ListWalk(aim.url, self.remembered.get(aim.url), clicks, trail)
        for part in self._branches(response, replace(aim, clicks=clicks, trail=trail), set()):
            for admitted in self._asking.admitted(part):
                if not walk.branches:
                    self.walks.append(walk)
                walk.branches += 1
                yield admitted

    def _row(self, aim: Aim, row: Row) -> Iterator[Output]:
        sifted = sift(row.title, column=aim.column)
        if not sifted.accepted:
            return
        if self.years is not None and sifted.year is not None and sifted.year not in self.years:
            return
        if sifted.doubtful and not self.portal.allows(row.url):
            return  # a name that columns and friends' links bear as well
        row = self.articles.as_known(row)
        if self.articles.take_up(row):
            self.visit.reports += 1
            self._bodies.notice(row.title, sifted.year, aim.trail)
            if self.articles.stands(row):
                self.visit.articles += 1
                return
        elif self.articles.stands(row):
            return
        article = Aim(
            self.portal,
            Stage.ARTICLE,
            row.url,
            aim.depth,
            aim.clicks,
            aim.trail,
            row=row,
            shown_by=aim.listing,
            doubtful=sifted.doubtful,
        )
        yield from self._asking.admitted(article)

    def _following(self, aim: Aim, walk: ListWalk, listing: Listing) -> Iterator[Output]:
        if listing.lacking:
            problem = Bilingual(
                f"列表标明的条目比列出的多{listing.lacking}条",
                f"the list announces {listing.lacking} entries more than it shows",
            )
            self._fail(aim, problem)
        if listing.doubt is not None:
            self._fail(aim, listing.doubt)
        place = listing.following
        if place is not None and not self.limits.first_pages_only:
            yield from self._asking.admitted(replace(aim, url=place.url, jumps=0, listing=walk, place=place))

    # when nothing is under way

    def more(self) -> Iterator[Output]:
        """What is asked for once everything before it has been dealt with; nothing where the visit ends."""
        found = any(walk.accepted for walk in self.walks)
        if self._asking.count(Stage.HOME):
            further = list(self._further(found=found))
            if further:
                yield from further
                return
            if not found and self._unshown:
                likeliest = sorted(self._unshown, key=lambda aim: aim.stage is not Stage.LIST)
                self._unshown.clear()
                for aim in likeliest[:_MOST_SHOWN_AGAIN]:
                    yield from self._shown_again(aim)
                return
        unlisted = list(self._unlisted_rows())
        if unlisted:
            yield from unlisted
            return
        yield from self._look_at_menu(found=found)
        yield from self._look_for_unlisted(found=found)

    def close(self) -> None:
        """The visit has ended: what was held back is told."""
        found = any(walk.accepted for walk in self.walks if not walk.known or not walk.broken)
        missing = self._bodies.missing() if self._bodies.listed else None
        self._held_back.tell(
            self.visit,
            moved=self._held_back.has_columns and self._found_again(),
            matters=not found or bool(missing),
        )
        for url, text in self.discovery.elsewhere.items():
            body = self._bodies.named(text)
            if not found or (missing and (not body or self._bodies.may_mean(text, missing))):
                self.visit.fail(Stage.LIST, url, NOT_REGISTERED)
        self.visit.whole = not self.visit.stopped and bool(self._asking.count(Stage.HOME))
        self.visit.remembered = tuple(
            to_remember(self.portal.id, self.walks, self.articles.now, all_years=self.years is None)
        )
        if self._asking.count(Stage.HOME):
            dead = self._held_back.entries if self._looked_at_menu else None
            self.visit.column = column_seen(self.walks, self.discovery.menu, dead)

    def _found_again(self) -> bool:
        """Whether what lost columns showed was found elsewhere, on a way from the home page: all reports that
        are on record, or in a new column some of every body that has reports.
        """
        if not self._asking.count(Stage.HOME):
            return False
        held = [
            page
            for page in self.articles.known.values()
            if page.organ is not None and not page.gone_on and (self.years is None or page.year in self.years)
        ]
        if held and all(self._is_listed(Row(page.url, page.listed_title)) for page in held):
            return True
        new = any(walk.accepted and walk.known is None and not walk.broken for walk in self.walks)
        return new and not self._bodies.unseen({page.organ for page in held if page.organ is not None})

    def _further(self, *, found: bool) -> Iterator[Aim]:
        """The likeliest section, then lists that are known, then the pages of bodies that are wanting."""
        missing = self._bodies.missing()
        enough = found and missing is not None and not missing
        section = None
        if not (enough and self._bodies.listed):
            least = _LIKELY_SECTION if enough else 0
            section = self._next_section(found=found or self._knows_lists(), least=least)
        if section is not None:
            yield section
            return
        known = list(self._known_lists())
        if known or enough:
            yield from known
            return
        for aim in self.discovery.next_bodies(
            None if missing is None else lambda text: self._bodies.may_mean(text, missing)
        ):
            if self._asking.count(Stage.SECTION) >= self.limits.sections + self.limits.bodies:
                most = self.limits.bodies
                self.visit.cap(Bilingual(f"单位专栏{most}个", f"{most} sections of bodies"))
                return
            yield from self._asking.admitted(aim)

    def _next_section(self, *, found: bool, least: int) -> Aim | None:
        opened = self._asking.count(Stage.SECTION)
        if found and opened >= self.limits.sections_besides:
            return None
        while (section := self.discovery.next_section(least)) is not None:
            if opened >= self.limits.sections:
                self.visit.cap(Bilingual(f"公开专栏页{opened}个", f"{opened} section pages"))
                return None
            if section.depth <= self.limits.depth:
                for admitted in self._asking.admitted(section):
                    return admitted
        return None

    def _look_at_menu(self, *, found: bool) -> Iterator[Aim]:
        """Do the other entries of the disclosure section open?"""
        if self._looked_at_menu or not found or not self.whole:
            return
        self._looked_at_menu = True
        for entry in _ENTRIES_LOOKED_AT:
            url = self.discovery.menu.links.get(entry)
            if url is not None and self.portal.allows(url):
                yield from self._asking.admitted(Aim(self.portal, Stage.ENTRY, url))

    def _look_for_unlisted(self, *, found: bool) -> Iterator[Aim]:
        """At the end of a whole visit without failure: is still there what no list showed this time?"""
        counts = self.visit.counts()
        incomplete = counts.failed or counts.caps or not counts.lists or self._held_back.has_columns
        if self._looked_for_unlisted or not found or incomplete or any(walk.stopped for walk in self.walks):
            return
        self._looked_for_unlisted = True
        for page in self.articles.known.values():
            wanted = page.year is not None and (self.years is None or page.year in self.years)
            if wanted and page.organ is not None and not self.articles.is_listed(page.url):
                row = Row(page.url, page.listed_title, page.listed_date)
                if self.portal.allows(page.url):
                    aim = Aim(self.portal, Stage.ARTICLE, page.url, row=row, unlisted=True)
                    yield from self._asking.admitted(aim)
