"""`nianbao rules`: the rules in force, and the card of each."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.options import FormatOption, ListFormat, YearOption
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(cls=Command, help=both("全部规则，或一条规则的说明", "all rules, or the card of one"))
def rules(
    context: typer.Context,
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help=both("规则编号", "id of a rule"))] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=both(
                "只看这一级别：critical error warning info",
                "this severity alone: critical error warning info",
            ),
        ),
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="NAME", help=both("只看这一类", "this family alone"))
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=both(
                "只看这种依据：regulation notice local seen practice",
                "those that rest on: regulation notice local seen practice",
            ),
        ),
    ] = None,
    year: YearOption = None,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler import clock
    from crawler.commands import rules as command
    from crawler.rulebook import policy

    session: Session = context.obj
    settings = session.settings
    in_force = policy(settings.rules, clock.today(), settings.deadlines)
    wanted = command.Wanted(severity, family, source, year)
    command.run(session.screen, in_force, rule, wanted, form.value)
