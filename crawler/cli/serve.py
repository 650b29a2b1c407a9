"""`nianbao serve`: the program over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(
    cls=Command,
    help=both(
        "网页服务：健康状况、监控指标、邮件中的链接", "serve health, metrics and the links in mails over HTTP"
    ),
)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help=both("监听地址", "address to listen on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=both("端口", "port"))] = 8020,
) -> None:
    from crawler.commands import serve as command

    session: Session = context.obj
    raise typer.Exit(command.run(session.screen, session.settings, host=host, port=port))
