"""The answer of `nianbao check` in each of its formats."""

from __future__ import annotations

from collections.abc import Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.commands import note
from crawler.commands.check import Checked, InputError, Options, check_all
from crawler.commands.problems import CallError
from crawler.console import Screen, clean
from crawler.export.entry import fails
from crawler.export.exact_json import dumps
from crawler.export.junit import junit
from crawler.export.sarif import sarif

SCHEMA = 1
"""Version of the JSON answer."""

_SHOWN = 40  # of a long name, its end


def run(screen: Screen, sources: Sequence[str], options: Options, form: str) -> int:
    """Check `sources` and print the answer; 2 where an input failed, 1 where a report fails, else 0."""
    try:
        checked = _with_progress(screen, sources, options)
    except InputError as error:
        raise CallError(str(error), str(error)) from None
    for unread in checked.errors:
        screen.say(f"{unread['source']}：{unread['error']}", f"{unread['source']}: {unread['error']}")
    for other in checked.passed_over:
        screen.say(
            f"{other['source']}：不是年度报告，略过（{other['error']}）",
            f"{other['source']}: not an annual report, passed over ({other['error']})",
        )
    if form == "json":
        screen.raw(dumps({"schema": SCHEMA, "reports": checked.reports, "errors": checked.errors}))
    elif form == "sarif":
        from crawler.validator import RULES

        titles = {rule.id: rule.title.pick(options.lang) for rule in RULES.values()}
        screen.raw(dumps(sarif(checked.reports, checked.errors, titles)))
    elif form == "junit":
        screen.raw(junit(checked.reports, checked.errors))
    else:
        _text(screen, checked)
    if checked.errors:
        return 2
    return 1 if any(fails(report) for report in checked.reports) else 0


def _with_progress(screen: Screen, sources: Sequence[str], options: Options) -> Checked:
    """A bar where a person waits: scans and old formats take seconds each."""
    if not screen.err.isatty():
        return check_all(sources, options)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.notes, transient=True) as progress:
        checking = screen.pick("核对", "checking")
        task = progress.add_task(checking, total=len(sources))
        return check_all(
            sources,
            options,
            lambda source: progress.update(task, description=f"{checking} {clean(source)[-_SHOWN:]}"),
            lambda _: progress.advance(task),
        )


def _text(screen: Screen, checked: Checked) -> None:
    for position, report in enumerate(checked.reports):
        if position:
            screen.line()
        note.write(screen, report)
    if len(checked.reports) + len(checked.errors) > 1:
        bad = sum(fails(report) for report in checked.reports)
        screen.line()
        screen.line(
            screen.pick(
                f"共 {len(checked.reports) + len(checked.errors)} 份：{bad} 份有错误，"
                f"{len(checked.reports) - bad} 份未发现错误，{len(checked.errors)} 份无法读取",
                f"{len(checked.reports) + len(checked.errors)} in all: {bad} with errors, "
                f"{len(checked.reports) - bad} without, {len(checked.errors)} could not be read",
            ),
            "bold",
        )
