"""`nianbao digest`: send what changed, or write it as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crawler import clock
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened
from crawler.digest.delivery import deliver, pending, province_names
from crawler.digest.mail import MailError
from crawler.digest.render import html
from storage.queries import Queries


def run(screen: Screen, settings: Settings, *, to: Sequence[str], preview: Path | None) -> int:
    """Send to every reader of `to` (else of the settings), or write `preview`; 1 where a mail was refused."""
    readers = tuple(dict.fromkeys(to or settings.digest_to))
    if preview is not None:
        if len(readers) > 1 and to:
            raise CallError("预览只能对一个收件人", "a preview is for one reader")
        return _preview(screen, settings, readers[0] if to else None, preview)
    if not readers:
        raise CallError(
            "没有收件人：用 --to，或设 NIANBAO_DIGEST_TO；只看内容用 --preview FILE.html",
            "no reader: use --to or NIANBAO_DIGEST_TO; to look at it use --preview FILE.html",
        )
    refused = 0
    for reader in readers:
        try:
            sent = deliver(settings, reader, clock.now())
        except MailError as error:
            refused += 1
            screen.say(f"{reader}：没有发出：{error.zh}", f"{reader}: not sent: {error.en}")
            continue
        if sent is None:
            screen.line(
                screen.pick(f"{reader}：没有新的变化，未发送", f"{reader}: nothing new, nothing sent")
            )
        else:
            screen.line(screen.pick(f"{reader}：已发送：", f"{reader}: sent: ") + sent.subject)
    return 1 if refused else 0


def _preview(screen: Screen, settings: Settings, reader: str | None, path: Path) -> int:
    """What `reader` would be sent; without a reader, everything there ever was."""
    engine = opened(settings)
    try:
        queries = Queries(engine)
        found = pending(
            engine,
            after=0 if reader is None else queries.last_sent(reader),
            provinces=province_names(settings),
            moment=clock.now(),
            lang=screen.lang,
        )
    finally:
        engine.dispose()
    if found is None:
        screen.line(screen.pick("没有新的变化，未写文件", "nothing new, no file written"))
        return 0
    path.write_text(html(found), encoding="utf-8")
    screen.line(screen.pick(f"{found.subject}：{path}", f"{found.subject}: {path}"))
    return 0
