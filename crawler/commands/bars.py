"""How far long work is, and how long it will take, on the terminal of whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler.console import Screen

Show = Callable[[int, int | None], None]
"""Takes how much is done, and of how much; None where that is not known."""


@contextmanager
def progress(screen: Screen, zh: str, en: str) -> Iterator[Show]:
    """A bar while the work lasts; nothing where stderr is no terminal."""
    console = screen.notes
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(screen.pick(zh, en), total=None)
        yield lambda done, of: bars.update(bar, completed=done, total=of)
