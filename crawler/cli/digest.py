"""`nianbao digest`: what changed, told to those who asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(
    cls=Command,
    help=both(
        "变化通报：发给到期的订阅者，或写成文件预览",
        "the digest: send it to all who are due, or write it to a file",
    ),
)
def digest(
    context: typer.Context,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=both(
                "立即发给此人，不论订阅周期（可重复）", "send to this reader now, due or not (repeatable)"
            ),
        ),
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help=both("只写网页，不发送，不记为已读", "write the page; send nothing, mark nothing"),
        ),
    ] = None,
    eml: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.eml",
            help=both("只写邮件文件，不发送，不记为已读", "write the mail; send nothing, mark nothing"),
        ),
    ] = None,
    deadline: Annotated[
        bool,
        typer.Option(
            "--deadline",
            help=both(
                "预览最近一个期限的专报：逾期、未发布、尚不能判断的单位",
                "preview the edition after the last due date: late, missing, not judged",
            ),
        ),
    ] = False,
) -> None:
    from crawler.commands import digest as command
    from storage.records import Edition

    session: Session = context.obj
    if preview is None and eml is None and not deadline:
        raise typer.Exit(command.send(session.screen, session.settings, to or ()))
    edition = Edition.DEADLINE if deadline else Edition.CHANGES
    raise typer.Exit(command.write(session.screen, session.settings, to or (), preview, eml, edition))
