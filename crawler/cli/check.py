"""`nianbao check`: reports in hand, not those of a portal."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.options import PrivateOption, day
from crawler.cli.session import Session
from crawler.report.model import Kind

commands = typer.Typer()


class CheckFormat(StrEnum):
    """Formats of `nianbao check`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def _region(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{5}(?:\d{3}|\d{6})?", text):
        raise typer.BadParameter(f"{text} is not a code of 6, 9 or 12 digits")
    return text


@commands.command(
    cls=Command, help=both("核对手头的报告（文件或网址）", "check reports in hand (files or addresses)")
)
def check(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE-OR-URL...", help=both("文件或网址", "files or addresses"))
    ],
    form: Annotated[CheckFormat, typer.Option("--format", help=both("输出格式", "format of the answer"))] = (
        CheckFormat.TEXT
    ),
    published: Annotated[
        date | None,
        typer.Option(parser=day, metavar="YYYY-MM-DD", help=both("发布日期", "date of publication")),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help=both("单位类别，决定期限", "kind of body; decides the deadline"))
    ] = None,
    organ: Annotated[str | None, typer.Option(help=both("单位全称", "full name of the body"))] = None,
    year: Annotated[
        int | None, typer.Option(min=2008, max=2100, help=both("报告年度", "report year"))
    ] = None,
    previous: Annotated[
        str | None, typer.Option(metavar="FILE", help=both("上一年度的报告", "last year's report"))
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            parser=_region,
            metavar="CODE",
            help=both(
                "行政区划代码（GB/T 2260），用于当地期限", "GB/T 2260 code of the place, for local deadlines"
            ),
        ),
    ] = None,
    allow_private: PrivateOption = False,
) -> None:
    from crawler import clock
    from crawler.commands import check as command
    from crawler.commands import check_answer

    session: Session = context.obj
    options = command.Options(
        lang=session.screen.lang,
        published=published,
        kind=kind,
        organ=organ,
        year=year,
        previous=previous,
        region=region,
        allow_private=allow_private,
        rules=session.settings.rules,
        deadlines=session.settings.deadlines,
        today=clock.today(),
    )
    raise typer.Exit(check_answer.run(session.screen, sources, options, form.value))
