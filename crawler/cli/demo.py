"""`nianbao demo`: the sample, without a network."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(
    cls=Command,
    help=both("样例：两个本机网站，四个夜晚", "the sample: two portals on this machine, four nights"),
)
def demo(
    context: typer.Context,
    fresh: Annotated[
        bool, typer.Option("--fresh", help=both("清空 var/demo，从头开始", "empty var/demo and start over"))
    ] = False,
) -> None:
    from crawler.demo import play

    session: Session = context.obj
    raise typer.Exit(play.run(session.screen, fresh=fresh))
