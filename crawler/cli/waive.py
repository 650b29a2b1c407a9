"""`nianbao waive`: decisions that findings are not to be told."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat, YearOption, day
from crawler.cli.session import Session

commands = typer.Typer(
    cls=Group,
    help=both("豁免：决定某些问题不再通报", "decisions that findings are not to be told"),
    rich_markup_mode=None,
)


@commands.command("add", cls=Command, help=both("记下一条豁免", "record a decision"))
def waive_add(
    context: typer.Context,
    rule: Annotated[str, typer.Option(metavar="ID", help=both("规则编号", "id of the rule"))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=both("理由", "why"))],
    author: Annotated[str, typer.Option(metavar="NAME", help=both("决定人", "who has decided"))],
    organ: Annotated[
        str | None, typer.Option(metavar="NAME", help=both("只限这一单位（全称）", "this body alone"))
    ] = None,
    year: YearOption = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help=both("只限这一位置（JSON 中的 where）", "this place alone (`where` of the JSON answer)"),
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="YYYY-MM-DD",
            help=both("有效至（含当日）；不写为一年，最长三年", "last day; a year by default, three at most"),
        ),
    ] = None,
    critical: Annotated[
        bool,
        typer.Option(
            "--critical",
            help=both(
                "未同时指定单位和年度时，也包括严重问题",
                "critical findings too, where body and year are not both named",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=both("只看会豁免哪些问题，不写入", "what it would cover; nothing is written")
        ),
    ] = False,
) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    wanted = command.Wanted(rule, reason, author, organ, year, where, critical, until)
    command.add(session.screen, session.settings, wanted, dry_run=dry_run)


@commands.command("list", cls=Command, help=both("全部豁免及其状态", "every decision and how it stands"))
def waive_list(context: typer.Context, form: FormatOption = ListFormat.TEXT) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    command.show(session.screen, session.settings, form.value)


@commands.command("withdraw", cls=Command, help=both("撤销一条豁免", "end a decision"))
def waive_withdraw(
    context: typer.Context,
    number: Annotated[
        int,
        typer.Argument(metavar="ID", min=1, max=2**31 - 1, help=both("豁免编号", "number of the decision")),
    ],
) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    command.withdraw(session.screen, session.settings, number)
