"""`nianbao outbox`: mails on their way."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat
from crawler.cli.session import Session

commands = typer.Typer(
    cls=Group,
    invoke_without_command=True,
    help=both("待发的邮件：列出、发送、重试、放弃", "Mails that wait: list, send, retry, drop"),
    rich_markup_mode=None,
)


@commands.callback()
def outbox_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        from crawler.commands import outbox as command

        session: Session = context.obj
        raise typer.Exit(command.show(session.screen, session.settings, ListFormat.TEXT.value))


@commands.command(
    "list",
    cls=Command,
    help=both(
        "待发的邮件，以及近期未能送出的（有则退出码 1）",
        "mails that wait, and those of late that did not go out (exit code 1 then)",
    ),
)
def outbox_list(context: typer.Context, form: FormatOption = ListFormat.TEXT) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.show(session.screen, session.settings, form.value))


@commands.command("send", cls=Command, help=both("立即发送到期的邮件", "send the mails that are due, now"))
def outbox_send(context: typer.Context) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.send(session.screen, session.settings))


@commands.command(
    "retry",
    cls=Command,
    help=both(
        "让等待、被拒收或已放弃的邮件从头重试",
        "let mails that wait, were refused or given up be tried anew",
    ),
)
def outbox_retry(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help=both("邮件编号", "ids of mails"))],
) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.retry(session.screen, session.settings, numbers))


@commands.command(
    "drop",
    cls=Command,
    help=both("放弃等待中的邮件：其收件人将收不到", "give up mails that wait, for good"),
)
def outbox_drop(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help=both("邮件编号", "ids of mails"))],
    yes: Annotated[
        bool,
        typer.Option(
            "--yes/--dry-run", help=both("真正放弃；默认只列出", "do it; by default they are only told")
        ),
    ] = False,
) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.drop(session.screen, session.settings, numbers, yes=yes))
