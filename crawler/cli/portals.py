"""`nianbao portals`: the register, and how a portal comes into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, Group, both
from crawler.cli.options import FormatOption, ListFormat, PrivateOption, ProvinceOption
from crawler.cli.session import Session

commands = typer.Typer(cls=Group, help=both("网站名册", "The register of portals"), rich_markup_mode=None)

UrlArgument = Annotated[str, typer.Argument(metavar="URL", help=both("网站首页", "home page of a portal"))]


@commands.command("list", cls=Command, help=both("登记的网站", "the portals that are registered"))
def portals_list(
    context: typer.Context, province: ProvinceOption = None, form: FormatOption = ListFormat.TEXT
) -> None:
    from crawler.commands import portals as command

    session: Session = context.obj
    command.show_all(session.screen, session.settings, form.value, province=province)


@commands.command(
    "show",
    cls=Command,
    help=both("一个网站的全部信息和最近的访问", "all that is known of a portal, its last visits included"),
)
def portals_show(
    context: typer.Context,
    portal: Annotated[str, typer.Argument(metavar="ID", help=both("网站标识", "id of the portal"))],
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import portals as command

    session: Session = context.obj
    command.show(session.screen, session.settings, portal, form.value)


@commands.command(
    "import",
    cls=Command,
    help=both(
        "把单位名单（CSV）与省份文件比较；加 --apply 才写入",
        "compare a roster (CSV) with the province files; written only with --apply",
    ),
)
def portals_import(
    context: typer.Context,
    roster: Annotated[Path, typer.Argument(metavar="ROSTER.csv", help=both("单位名单", "the roster"))],
    province: ProvinceOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help=both("写入省份文件", "write the province files"))
    ] = False,
    remove: Annotated[
        bool,
        typer.Option(
            "--remove",
            help=both("名单中没有的单位也从文件删除", "also take out bodies that the roster does not have"),
        ),
    ] = False,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import roster as command

    session: Session = context.obj
    raise typer.Exit(
        command.run(
            session.screen,
            session.settings,
            roster,
            form.value,
            province=province,
            apply=apply,
            remove=remove,
        )
    )


@commands.command(
    "probe",
    cls=Command,
    help=both(
        "看一个网站首页能找到什么；不读取报告，不写入任何内容",
        "what a crawl of a home page would find; reads no report, writes nothing",
    ),
)
def portals_probe(
    context: typer.Context,
    url: UrlArgument,
    allow_private: PrivateOption = False,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import probe as command

    session: Session = context.obj
    raise typer.Exit(
        command.show(session.screen, session.settings, url, form.value, allow_private=allow_private)
    )


@commands.command(
    "new",
    cls=Command,
    help=both(
        "探查一个网站，写出它的登记条目；加 --province 写入省份文件",
        "probe a home page and write its entry; with --province into that province's file",
    ),
)
def portals_new(
    context: typer.Context,
    url: UrlArgument,
    province: Annotated[
        str | None, typer.Option(help=both("写入这一省的文件", "write into this province's file"))
    ] = None,
    portal_id: Annotated[str | None, typer.Option("--id", help=both("网站标识", "id of the portal"))] = None,
    name: Annotated[str | None, typer.Option(help=both("网站名称", "name of the portal"))] = None,
    allow_private: PrivateOption = False,
) -> None:
    from crawler.commands import probe as command

    session: Session = context.obj
    raise typer.Exit(
        command.new(
            session.screen,
            session.settings,
            url,
            province=province,
            portal_id=portal_id,
            name=name,
            allow_private=allow_private,
        )
    )
