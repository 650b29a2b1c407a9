"""The whole program: every command in its place, and what `nianbao` does without one."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler import __version__
from crawler.cli import (
    archive,
    asking,
    check,
    crawling,
    db,
    demo,
    digest,
    doctor,
    export,
    outbox,
    portals,
    recheck,
    rules,
    runs,
    serve,
    subscriptions,
    waive,
)
from crawler.cli.bilingual import Group, both
from crawler.cli.session import OK, Lang

app = typer.Typer(
    name="nianbao",
    cls=Group,
    help=both(
        "政府信息公开年度报告：找到、读懂、核对、记住变化。",
        "Annual reports on government-information disclosure: find, read, check, remember what changes.",
    ),
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
)

# The order of these lines is that of `nianbao --help`. A module without a name here adds commands to the
# program itself, one with a name is a group of them.
app.add_typer(check.commands)
app.add_typer(crawling.commands)
app.add_typer(serve.commands)
app.add_typer(asking.commands)
app.add_typer(recheck.commands)
app.add_typer(digest.commands)
app.add_typer(rules.commands)
app.add_typer(doctor.commands)
app.add_typer(demo.commands)
app.add_typer(subscriptions.commands)
app.add_typer(db.commands, name="db")
app.add_typer(portals.commands, name="portals")
app.add_typer(waive.commands, name="waive")
app.add_typer(export.commands, name="export")
app.add_typer(runs.commands, name="runs")
app.add_typer(archive.commands, name="archive")
app.add_typer(outbox.commands, name="outbox")


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    lang: Annotated[Lang | None, typer.Option(help=both("语言：zh 或 en", "language: zh or en"))] = None,
    version: Annotated[bool, typer.Option("--version", help=both("显示版本", "show the version"))] = False,
) -> None:
    del lang  # read before the parser ran, because help texts follow it
    if version:
        print(f"nianbao {__version__}")
        raise typer.Exit(OK)
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(OK)
