"""`nianbao runs`: what was crawled, and how it went."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat, ProvinceOption, day
from crawler.cli.session import Session

commands = typer.Typer(
    cls=Group,
    help=both(
        "抓取记录：何时抓、抓了多少、结果如何，有什么警报",
        "what was crawled and when, how it went, and what is alarming",
    ),
    rich_markup_mode=None,
)


@commands.callback(invoke_without_command=True)
def _runs(
    context: typer.Context,
    province: ProvinceOption = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=10_000, help=both("最近 N 次", "the latest N"))
    ] = 20,
    since: Annotated[
        date | None,
        typer.Option(parser=day, metavar="YYYY-MM-DD", help=both("从这一天起", "from this day on")),
    ] = None,
    form: FormatOption = ListFormat.TEXT,
    alarming: Annotated[
        bool,
        typer.Option(
            "--alarms",
            help=both("只列警报；有警报时退出码为 1", "the alarms alone; exit code 1 where there are any"),
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from crawler.commands import runs as command

    session: Session = context.obj
    raise typer.Exit(
        command.run(
            session.screen,
            session.settings,
            province=province,
            limit=limit,
            since=since,
            form=form.value,
            alarming=alarming,
        )
    )


@commands.command(
    "show", cls=Command, help=both("一次抓取中各网站的情况", "one run, and how every portal was visited")
)
def _runs_show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help=both("抓取编号", "number of the run"))],
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import runs as command

    session: Session = context.obj
    raise typer.Exit(command.show(session.screen, session.settings, number, form=form.value))
