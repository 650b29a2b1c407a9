"""Options and formats that commands of several modules share, so that they read alike everywhere."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from crawler.cli.bilingual import both


class ListFormat(StrEnum):
    """Formats of lists."""

    TEXT = "text"
    JSON = "json"


def day(text: str) -> date:
    """A day that an option names. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day written YYYY-MM-DD") from None


YearOption = Annotated[
    int | None, typer.Option(min=2008, max=2100, help=both("只看这一报告年度", "this report year alone"))
]
ProvinceOption = Annotated[str | None, typer.Option(help=both("只看这一省", "this province alone"))]
PortalOption = Annotated[str | None, typer.Option(help=both("只看这一网站", "this portal alone"))]
OrganOption = Annotated[
    str | None, typer.Option(help=both("只看这一单位（全称）", "this body alone (full name)"))
]
FormatOption = Annotated[ListFormat, typer.Option("--format", help=both("输出格式", "format of the answer"))]
PrivateOption = Annotated[
    bool,
    typer.Option("--allow-private", help=both("允许内网与本机地址", "allow private and loopback addresses")),
]
