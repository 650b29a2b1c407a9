"""`nianbao export`: what leaves the house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import OrganOption, PortalOption, ProvinceOption, YearOption
from crawler.cli.session import Session

commands = typer.Typer(
    cls=Group,
    help=both("整改函、证据包、网页存档", "what leaves the house: letter, evidence, web archive"),
    rich_markup_mode=None,
)

BodyOption = Annotated[str, typer.Option("--organ", help=both("单位全称", "full name of the body"))]


@commands.command(
    "letter",
    cls=Command,
    help=both("整改函（Word），一个单位一份", "a rectification letter (Word) to one body"),
)
def export_letter(
    context: typer.Context,
    organ: BodyOption,
    output: Annotated[Path, typer.Option(metavar="FILE.docx", help=both("写入的文件", "the file"))],
    year: YearOption = None,
    with_uncertain: Annotated[
        bool,
        typer.Option(
            "--with-uncertain", help=both("附上存疑事项，请对方核对", "with an annex of what is uncertain")
        ),
    ] = False,
) -> None:
    from crawler.commands import export as command

    session: Session = context.obj
    raise typer.Exit(
        command.letter(
            session.screen,
            session.settings,
            organ=organ,
            year=year,
            output=output,
            with_uncertain=with_uncertain,
        )
    )


@commands.command(
    "pack",
    cls=Command,
    help=both(
        "证据包（zip）：原件、哈希、标出的文字、规则",
        "an evidence pack (zip): originals, hashes, text, rules",
    ),
)
def export_pack(
    context: typer.Context,
    organ: BodyOption,
    year: Annotated[int, typer.Option(min=2008, max=2100, help=both("报告年度", "report year"))],
    output: Annotated[Path, typer.Option(metavar="FILE.zip", help=both("写入的文件", "the file"))],
) -> None:
    from crawler.commands import export as command

    session: Session = context.obj
    raise typer.Exit(
        command.evidence(session.screen, session.settings, organ=organ, year=year, output=output)
    )


@commands.command(
    "warc",
    cls=Command,
    help=both(
        "网页存档（WARC）：原件、响应头、取得时间",
        "a web archive (WARC): originals, their headers and moments",
    ),
)
def export_warc(
    context: typer.Context,
    output: Annotated[Path, typer.Option(metavar="FILE.warc.gz", help=both("写入的文件", "the file"))],
    province: ProvinceOption = None,
    portal: PortalOption = None,
    organ: OrganOption = None,
    year: YearOption = None,
) -> None:
    from crawler.commands import warc as command
    from storage.evidence import Selection

    session: Session = context.obj
    selection = Selection(province, portal, organ, year)
    raise typer.Exit(command.run(session.screen, session.settings, selection, output))
