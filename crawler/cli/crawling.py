"""`nianbao crawl` and `nianbao nightly`: visit portals, one by one or night by night."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.options import FormatOption, ListFormat, PortalOption, PrivateOption, YearOption
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(cls=Command, help=both("抓取一省，或一个网站", "crawl a province, or one portal"))
def crawl(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="PROVINCE-OR-URL", help=both("省名（如 demo）或网站首页", "province or home page")
        ),
    ],
    year: YearOption = None,
    portal: PortalOption = None,
    allow_private: PrivateOption = False,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help=both(
                "从首页找起，每个列表都翻到末页", "begin at the home page, and walk every list to its end"
            ),
        ),
    ] = False,
) -> None:
    from crawler.commands import crawl as command

    session: Session = context.obj
    raise typer.Exit(
        command.run(
            session.screen,
            session.settings,
            target,
            year=year,
            portal=portal,
            allow_private=allow_private,
            whole=whole,
        )
    )


@commands.command(
    cls=Command,
    help=both("每夜抓取各省，然后发送变化通报", "crawl all provinces every night, then send the digest"),
)
def nightly(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help=both("现在跑一次就结束", "once, now, then end"))
    ] = False,
    province: Annotated[
        list[str] | None,
        typer.Option(help=both("只跑这些省（可重复）", "these provinces alone (repeatable)")),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help=both(
                "只列出今后的日程，不访问任何网站", "tell what the coming nights bring; nobody is visited"
            ),
        ),
    ] = False,
    days: Annotated[
        int, typer.Option(min=1, max=366, help=both("--plan：今后多少天", "--plan: for how many days"))
    ] = 14,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    session: Session = context.obj
    if plan:
        from crawler.commands import night_plan
        from crawler.commands.problems import CallError

        if once:
            raise CallError("--plan 与 --once 只能选一个", "--plan and --once: one of them")
        night_plan.show(session.screen, session.settings, province or (), days=days, form=form.value)
        return

    from crawler.commands import nightly as command

    raise typer.Exit(command.run(session.screen, session.settings, once=once, provinces=province or ()))
