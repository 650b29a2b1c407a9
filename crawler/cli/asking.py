"""`nianbao findings`, `reports`, `versions` and `obligations`: questions to what is on record."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
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


class TableFormat(StrEnum):
    """Formats of lists that may leave the house as a file."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


TableFormatOption = Annotated[
    TableFormat, typer.Option("--format", help=both("输出格式", "format of the answer"))
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=2**31 - 2, help=both("最多列出 N 项", "the first N alone, worst or by name")
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=both("csv、xlsx 写入的文件", "the file, for csv and xlsx")),
]


@commands.command(cls=Command, help=both("查到的问题", "what was found"))
def findings(
    context: typer.Context,
    province: ProvinceOption = None,
    portal: PortalOption = None,
    organ: OrganOption = None,
    year: YearOption = None,
    rule: Annotated[str | None, typer.Option(help=both("只看这一规则", "this rule alone"))] = None,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="[new|open|changed|fixed|returned|waived|withdrawn]",
            help=both("只看这一状态", "this status alone"),
        ),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            metavar="PREFIX",
            help=both(
                "只看指纹以此开头的，已改的也列出", "those whose fingerprint begins so, fixed ones too"
            ),
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help=both(
                "列出每一次变化，已改的也列出", "every step of each finding, newest first; fixed ones too"
            ),
        ),
    ] = False,
    form: TableFormatOption = TableFormat.TEXT,
    output: OutputOption = None,
    limit: LimitOption = None,
) -> None:
    from crawler.commands import lists

    session: Session = context.obj
    lists.findings(
        session.screen,
        session.settings,
        form.value,
        output=output,
        limit=limit,
        province=province,
        portal=portal,
        organ=organ,
        year=year,
        rule=rule,
        status=status,
        fingerprint=fingerprint,
        steps=history,
    )


@commands.command(cls=Command, help=both("收到的全部报告", "every report held"))
def reports(
    context: typer.Context,
    province: ProvinceOption = None,
    portal: PortalOption = None,
    organ: OrganOption = None,
    year: YearOption = None,
    form: TableFormatOption = TableFormat.TEXT,
    output: OutputOption = None,
    limit: LimitOption = None,
) -> None:
    from crawler.commands import lists

    session: Session = context.obj
    lists.reports(
        session.screen,
        session.settings,
        form.value,
        output=output,
        limit=limit,
        province=province,
        portal=portal,
        organ=organ,
        year=year,
    )


@commands.command(
    cls=Command,
    help=both(
        "一个单位的报告有过哪些版本，各改了什么",
        "versions of a body's reports, and what each of them changed",
    ),
)
def versions(
    context: typer.Context,
    organ: Annotated[str, typer.Option("--organ", help=both("单位全称", "full name of the body"))],
    year: YearOption = None,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import versions as command

    session: Session = context.obj
    command.run(session.screen, session.settings, form.value, organ=organ, year=year)


@commands.command(
    cls=Command, help=both("每个单位每一年度是否按时发布", "who published in time, body by body")
)
def obligations(
    context: typer.Context,
    province: ProvinceOption = None,
    year: YearOption = None,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="[not_due|on_time|late|missing|unreachable|not_assessable|excluded]",
            help=both("只看这一状态", "this status alone"),
        ),
    ] = None,
    matrix: Annotated[
        bool,
        typer.Option(
            "--matrix",
            help=both("一行一个单位，一列一个年度", "one line a body, one column a report year"),
        ),
    ] = False,
    form: TableFormatOption = TableFormat.TEXT,
    output: OutputOption = None,
    limit: LimitOption = None,
) -> None:
    from crawler.commands import lists

    session: Session = context.obj
    lists.obligations(
        session.screen,
        session.settings,
        form.value,
        output=output,
        limit=limit,
        as_matrix=matrix,
        province=province,
        year=year,
        status=status,
    )
