"""`nianbao doctor`: is this machine ready?"""

from __future__ import annotations

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(cls=Command, help=both("检查这台机器能否运行", "whether this machine is ready"))
def doctor(context: typer.Context) -> None:
    from crawler.commands import doctor as command

    session: Session = context.obj
    raise typer.Exit(command.run(session.screen, session.flags))
