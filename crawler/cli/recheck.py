"""`nianbao recheck`: the archive read again."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.options import (
    FormatOption,
    ListFormat,
    OrganOption,
    PortalOption,
    ProvinceOption,
    YearOption,
)
from crawler.cli.session import Session

commands = typer.Typer()


@commands.command(
    cls=Command,
    short_help=both("用现在的程序和规则重读原件库", "the archive read again by today's rules"),
    help=both(
        "用现在的程序、规则、设置和名册重读原件库，不发请求；已按现在的版本读过的略过，可随时停下再继续",
        "read the archive again with today's reader, rules, settings and roster, without a request; what was "
        "read by them already is skipped, so it may be stopped at any time and started again",
    ),
)
def recheck(
    context: typer.Context,
    province: ProvinceOption = None,
    portal: PortalOption = None,
    organ: OrganOption = None,
    year: YearOption = None,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help=both(
                "只重读这条规则管得到的年度，和它已有结论的报告",
                "report years that this rule is applied to, and reports that it has found something in",
            ),
        ),
    ] = None,
    parser: Annotated[
        int | None,
        typer.Option(
            "--parser-version",
            metavar="N",
            min=0,
            help=both("只重读由这一版本读出的", "what was read by this version alone"),
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help=both(
                "已按现在的版本读过的也重读；停下后再运行会从头开始",
                "also what was read by today's version; stopped, it begins anew",
            ),
        ),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=256,
            help=both(
                "同时重读的进程数；默认与处理器核数相同", "processes that read; as many as cores by default"
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=both(
                "在数据库的临时副本上试算，说出会有什么变化，不写入（临时文件夹要放得下整个数据库）",
                "tried out on a copy of the database in the folder for temporary files: says what would "
                "change, writes nothing",
            ),
        ),
    ] = False,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import recheck as command
    from crawler.recheck import Scope

    session: Session = context.obj
    scope = Scope(province, portal, year, organ, rule, parser, everything)
    raise typer.Exit(
        command.run(session.screen, session.settings, scope, form.value, workers=workers, dry_run=dry_run)
    )
