"""`nianbao crawl`: one crawl with a progress display, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen, clean
from crawler.crawls import Crawl, Ending, Progress, failure
from crawler.crawls import run as run_crawl
from crawler.database import opened
from crawler.export.account import coverage_told
from crawler.portals import host_of, is_private, read_provinces
from storage.archive import Archive
from storage.records import Coverage

_STAGES = {
    "home": ("首页", "home page"),
    "section": ("公开专栏", "section"),
    "list": ("列表", "lists"),
    "article": ("报告", "articles"),
    "part": ("附件", "attachments"),
    "recorded": ("入库", "recorded"),
    "end": ("结束", "done"),
}


def run(
    screen: Screen,
    settings: Settings,
    target: str,
    *,
    year: int | None = None,
    portal: str | None = None,
    allow_private: bool = False,
    whole: bool = False,
) -> int:
    """Crawl and report; 0 where the child did its work to the end, 1 where it did not."""
    wanted = Crawl(target, year=year, portal=portal, allow_private=allow_private, whole=whole)
    refuse(wanted, settings)
    opened(settings).dispose()  # what cannot be used is told before anything is visited
    Archive(settings.archive_url)
    ending = crawl_with_display(screen, settings, wanted)
    summarise(screen, ending)
    return 0 if ending.well else 1


def refuse(crawl: Crawl, settings: Settings) -> None:
    """Problems that are better told here, in one line, than found in the child's log."""
    if crawl.is_url:
        host = host_of(crawl.target)
        if host is None:
            raise CallError(f"不是网址：{crawl.target}", f"not an address: {crawl.target}")
        if is_private(host) and not crawl.allow_private:
            raise CallError(
                f"{host} 是内网或本机地址；确要访问请加 --allow-private",
                f"{host} is a private or loopback address; add --allow-private to visit it anyway",
            )
        return
    provinces = read_provinces(settings.provinces)
    province = provinces.get(crawl.target)
    if province is None:
        known = ", ".join(sorted(provinces)) or "-"
        raise CallError(
            f"没有这个省：{crawl.target}（有：{known}）",
            f"no such province: {crawl.target} (there are: {known})",
        )
    if crawl.portal is not None and province.portal(crawl.portal) is None:
        known = ", ".join(portal.id for portal in province.portals)
        raise CallError(
            f"{crawl.target} 没有这个网站：{crawl.portal}（有：{known}）",
            f"{crawl.target} has no such portal: {crawl.portal} (there are: {known})",
        )


def crawl_with_display(
    screen: Screen, settings: Settings, crawl: Crawl, environment: Mapping[str, str] | None = None
) -> Ending:
    """Run the crawl; on a terminal, one moving line for each portal."""
    if not screen.err.isatty():
        return run_crawl(crawl, settings, environment=environment)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns, console=screen.notes, transient=True) as bars:
        lines = {crawl.target: bars.add_task(clean(crawl.target))}

        def show(progress: Progress) -> None:
            if not progress.portal:
                return
            if progress.portal not in lines:
                if crawl.target in lines:  # the first portal takes the place of the waiting line
                    bars.remove_task(lines.pop(crawl.target))
                lines[progress.portal] = bars.add_task("")
            bars.update(lines[progress.portal], description=_line(screen, progress))

        return run_crawl(crawl, settings, on_progress=show, environment=environment)


def _line(screen: Screen, progress: Progress) -> str:
    stage = screen.pick(*_STAGES.get(progress.stage, (progress.stage, progress.stage)))
    return clean(
        screen.pick(
            f"{progress.portal} {stage} · 列表 {progress.lists} · 文章 {progress.articles} · "
            f"报告 {progress.reports} · 问题 {progress.findings}",
            f"{progress.portal} {stage} · {progress.lists} lists · {progress.articles} articles · "
            f"{progress.reports} reports · {progress.findings} findings",
        )
    )


def summarise(screen: Screen, ending: Ending) -> None:
    """What the crawl came to: the counts as the answer, what went wrong on stderr."""
    counts = ending.counts
    coverage = coverage_told(Coverage(counts.get("judged", 0), counts.get("due", 0)))
    screen.line(
        screen.pick(
            f"{ending.crawl.target}：报告 {counts.get('reports', 0)} 份，新问题 {counts.get('new', 0)} 项；"
            f"{coverage.zh}",
            f"{ending.crawl.target}: {counts.get('reports', 0)} reports, {counts.get('new', 0)} new findings"
            f"; {coverage.en}",
        ),
        "bold",
    )
    for visit in ending.visits:
        if not visit.clean:
            reason = visit.reason
            screen.say(
                f"{visit.portal}：这次访问不完整，不据此下结论：{reason.zh or '原因不明'}",
                f"{visit.portal}: this visit was not clean, nothing is concluded from it: "
                f"{reason.en or 'reason unknown'}",
            )
    if not ending.well:
        why = failure(ending)
        log = Path(ending.log)
        screen.say(
            f"{ending.crawl.target}：抓取{why.zh}；日志 {log}", f"{ending.crawl.target}: {why.en}; log {log}"
        )
