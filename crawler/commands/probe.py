"""`nianbao portals probe` and `portals new`: what a crawl of a home page would find; nothing is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.commands import portals
from crawler.commands.crawl import crawl_with_display, refuse
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Column, Screen
from crawler.crawls import Crawl, failure
from crawler.export.exact_json import dumps
from crawler.portals import host_of, is_private

_ROWS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Probe:
    """What looking at a home page has told of its portal; `told` is the spider's own account."""

    home: str
    hosts: tuple[str, ...]
    family: str | None
    columns: tuple[str, ...]
    private: bool
    clean: bool
    told: Mapping[str, Any]


def probed(screen: Screen, settings: Settings, url: str, *, allow_private: bool = False) -> Probe:
    """Look at a home page in a child process. Raises CallError where that could not be done."""
    crawl = Crawl(url, allow_private=allow_private, probe=True)
    refuse(crawl, settings)
    ending = crawl_with_display(screen, settings, crawl)
    told = ending.told
    if ending.exit_code != 0 or "lists" not in told:
        why = failure(ending)
        raise CallError(f"{url}：{why.zh}；日志 {ending.log}", f"{url}: {why.en}; log {ending.log}")
    lists = [one for one in told["lists"] if isinstance(one, Mapping)]
    families = Counter(one["family"] for one in lists if one.get("reports") and one.get("family"))
    return Probe(
        home=str(told.get("home") or url),
        hosts=(host_of(url) or "",),
        family=families.most_common(1)[0][0] if families else None,
        columns=tuple(_roots(lists)),
        private=is_private(host_of(url) or ""),
        clean=told.get("clean") is True,
        told=told,
    )


def _roots(lists: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lists from which all others are found again: those to which none of the others leads."""
    ways: set[tuple[str, ...]] = set()
    for one in sorted(lists, key=lambda one: len(one["trail"])):
        way = tuple(one["trail"])
        if not any(way[: len(other)] == other for other in ways):
            ways.add(way)
            yield str(one["url"])


def show(screen: Screen, settings: Settings, url: str, form: str, *, allow_private: bool = False) -> int:
    """Print what was found; 0 where reports were found and nothing failed, else 1."""
    found = probed(screen, settings, url, allow_private=allow_private)
    told = found.told
    if form == "json":
        screen.raw(dumps({key: value for key, value in told.items() if key != "event"}))
        return 0 if found.clean and told["listed"] else 1
    pick = screen.pick
    colon = pick("：", ": ")
    screen.line(f"{pick('首页', 'home page')}{colon}{found.home}")
    screen.line(f"{pick('系统', 'family')}{colon}{found.family or pick('未能识别', 'not recognised')}")
    if told["lists"]:
        screen.line()
        screen.table(
            (
                Column(pick("栏目", "list"), wrap=True),
                Column(pick("路径", "way"), wrap=True),
                Column(pick("点击", "clicks"), align="right"),
                Column(pick("报告", "reports"), align="right"),
                Column(pick("共标明", "announced"), align="right"),
                Column(pick("分栏", "parts"), align="right"),
            ),
            [
                (
                    one["url"],
                    " › ".join(one["trail"]) or "-",
                    _number(one["clicks"]),
                    str(one["reports"]),
                    _number(one["entries"]),
                    str(one["parts"]),
                )
                for one in told["lists"]
            ],
        )
    rows = told["reports"][:_ROWS_SHOWN]
    if rows:
        screen.line()
        screen.table(
            (
                Column(pick("日期", "day")),
                Column(pick("将读取的报告（各列表首页）", "reports to be read (first pages)"), wrap=True),
            ),
            [(row["day"] or "-", row["title"]) for row in rows],
        )
    more = told["listed"] - len(rows)
    if more > 0:
        screen.line(pick(f"……首页另列出 {more} 份", f"… and {more} more on the first pages"))
    screen.line()
    for line in _prospect(screen, found):
        screen.line(line)
    return 0 if found.clean and told["listed"] else 1


def _number(given: int | None) -> str:
    return "-" if given is None else str(given)


def _prospect(screen: Screen, found: Probe) -> Iterator[str]:
    """What a crawl would do, what nobody knows yet, and how this look went."""
    told, pick = found.told, screen.pick
    lists = sum(1 for one in told["lists"] if one["reports"])
    if told["listed"]:
        yield pick(
            f"抓取时：翻完 {lists} 个列表，读取其中的报告；首页列出 {told['listed']} 份",
            f"a crawl would walk {lists} lists to their ends and read their reports, "
            f"{told['listed']} of them on the first pages",
        )
        yield pick(
            "尚不知道：首页之后的报告；报告能否读懂；应公开的单位（名录）",
            "not known yet: reports behind the first pages; whether they can be read; "
            "which bodies owe one (the roster)",
        )
    elif found.clean:
        yield pick("列表中没有年报", "the lists show no annual report")
    if not found.clean:
        reason = told["reason"]
        yield pick(f"这次查看不完整：{reason['zh']}", f"this look was not clean: {reason['en']}")
    yield pick(
        f"共请求 {told['requests']} 次；没有读取报告，没有写入任何内容",
        f"{told['requests']} requests; no report was read, nothing was written",
    )


def new(
    screen: Screen,
    settings: Settings,
    url: str,
    *,
    province: str | None,
    portal_id: str | None,
    name: str | None,
    allow_private: bool = False,
) -> int:
    """Write the portal of a home page into a province file, or on stdout; 1 where no report was found."""
    found = probed(screen, settings, url, allow_private=allow_private)
    if not found.told["listed"]:
        reason = found.told["reason"]
        raise CallError(
            f"{url}：没有找到年报，未写入：{reason['zh'] or '列表中没有报告'}",
            f"{url}: no reports found, nothing written: {reason['en'] or 'the lists show none'}",
        )
    portals.add(screen, settings, found, province=province, portal_id=portal_id, name=name)
    return 0
