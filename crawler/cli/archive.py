"""`nianbao archive`: the originals, held against the database."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat
from crawler.cli.session import Session

commands = typer.Typer(
    cls=Group, help=both("原件库：核对与清理", "the archive of originals"), rich_markup_mode=None
)

OlderThanOption = Annotated[
    int,
    typer.Option(
        min=2,
        max=3650,
        metavar="DAYS",
        help=both("没有记录满这些天的文件才算多余", "days without a row before a file counts as garbage"),
    ),
]


@commands.command(
    "check",
    cls=Command,
    help=both(
        "核对原件库与数据库：缺失、损坏、多余（有缺失或损坏时退出码为 1）",
        "hold archive against database: missing, damaged, garbage (exit code 1 for the first two)",
    ),
)
def archive_check(
    context: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help=both("逐份核对哈希", "verify the hash of every original"))
    ] = False,
    form: FormatOption = ListFormat.TEXT,
    older_than: OlderThanOption = 30,
) -> None:
    from crawler.commands import archive as command

    session: Session = context.obj
    raise typer.Exit(
        command.check(session.screen, session.settings, deep=deep, form=form.value, older_than=older_than)
    )


@commands.command(
    "clean",
    cls=Command,
    help=both(
        "清理没有记录的文件：先移入隔离区，期满再删；有记录的从不删除",
        "clear away files without rows: set aside first, deleted when as old again; never what has a row",
    ),
)
def archive_clean(
    context: typer.Context,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes/--dry-run",
            help=both("执行；默认只列出", "do it; without it only what would be done is told"),
        ),
    ] = False,
    many: Annotated[
        bool,
        typer.Option(
            "--many", help=both("多余文件很多也继续", "go on though much of the archive is garbage")
        ),
    ] = False,
    older_than: OlderThanOption = 30,
) -> None:
    from crawler.commands import archive as command

    session: Session = context.obj
    raise typer.Exit(
        command.clean(session.screen, session.settings, yes=yes, many=many, older_than=older_than)
    )
