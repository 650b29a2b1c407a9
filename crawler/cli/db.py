"""`nianbao db`: the database itself, not what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat
from crawler.cli.session import Session

commands = typer.Typer(cls=Group, help=both("数据库", "The database"), rich_markup_mode=None)


@commands.command("upgrade", cls=Command, help=both("升级数据库表结构", "bring the tables up to date"))
def db_upgrade(
    context: typer.Context,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=both("只看会做什么，不改动", "what it would do; nothing is changed")),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    command.upgrade(session.screen, session.settings, dry_run=dry_run)


@commands.command(
    "check",
    cls=Command,
    help=both("检查数据库是否完好，记录是否一致", "whether the database is whole, and what it says agrees"),
)
def db_check(
    context: typer.Context,
    form: FormatOption = ListFormat.TEXT,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=both("先重新计算汇总数，其余不改", "make the counts anew before; nothing else is changed"),
        ),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    raise typer.Exit(command.check(session.screen, session.settings, form.value, mend=repair))


@commands.command(
    "backup",
    cls=Command,
    help=both("备份数据库，抓取时也可以", "a copy of the database; crawls may go on meanwhile"),
)
def db_backup(
    context: typer.Context,
    output: Annotated[Path, typer.Option(metavar="FILE", help=both("写入的文件", "the file"))],
    force: Annotated[
        bool,
        typer.Option("--force", help=both("覆盖已有的文件", "take the place of a file that stands there")),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    command.backup(session.screen, session.settings, output, overwrite=force)
