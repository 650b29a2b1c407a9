"""`nianbao subscribe` and `nianbao unsubscribe`: who reads the digest."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from crawler.cli.bilingual import Command, both
from crawler.cli.options import FormatOption, ListFormat
from crawler.cli.session import Lang, Session

commands = typer.Typer()


class Weekday(StrEnum):
    """Days on which weekly digests are sent."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class LeastSeverity(StrEnum):
    """Severities that a reader may begin at."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"


@commands.command(
    cls=Command,
    short_help=both("订阅变化通报；list 列出全部订阅", "subscribe a reader; list shows all"),
    help=both(
        "给一个邮件地址订阅变化通报；nianbao subscribe list 列出全部订阅",
        "subscribe an address of mail to the digest; nianbao subscribe list shows all subscriptions",
    ),
)
def subscribe(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS|list", help=both("邮件地址，或 list", "the address, or list"))
    ],
    province: Annotated[
        list[str] | None,
        typer.Option(help=both("只通报这些省（可重复）", "these provinces alone (repeatable)")),
    ] = None,
    organ: Annotated[
        list[str] | None,
        typer.Option(
            help=both("只通报这些单位（全称，可重复）", "these bodies alone (full names, repeatable)")
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=both("只通报这些规则（可重复）", "these rules alone (repeatable)")),
    ] = None,
    severity: Annotated[
        LeastSeverity,
        typer.Option(help=both("至少这样严重才通报", "the least severity that is told")),
    ] = LeastSeverity.WARNING,
    weekly: Annotated[
        bool, typer.Option("--weekly", help=both("每周一封（默认每日）", "once a week instead of daily"))
    ] = False,
    weekday: Annotated[
        Weekday | None,
        typer.Option(help=both("每周的哪一天（默认周一）", "the day of weekly digests; Monday by default")),
    ] = None,
    deadlines_only: Annotated[
        bool,
        typer.Option(
            "--deadlines-only",
            help=both(
                "只要两个期限之后的逾期与未发布名单", "the lists after the two due dates and nothing else"
            ),
        ),
    ] = False,
    workbook: Annotated[
        bool, typer.Option("--workbook", help=both("附 xlsx 表格", "with a workbook attached"))
    ] = False,
    lang: Annotated[
        Lang | None, typer.Option(help=both("邮件的语言：zh 或 en", "language of the mail: zh or en"))
    ] = None,
    from_now: Annotated[
        bool,
        typer.Option(
            "--from-now",
            help=both(
                "只说今后的变化；默认第一封说明现有全部问题",
                "changes from now on; else the first digest tells everything that stands",
            ),
        ),
    ] = False,
    replaces: Annotated[
        int | None,
        typer.Option(
            "--replace",
            metavar="ID",
            min=1,
            max=2**31 - 1,
            help=both(
                "把这个地址的这份订阅改成本次所写的样子", "let this subscription of the address be as given"
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=both("只说第一封会有什么，不记下", "tell what the first digest would hold; write nothing"),
        ),
    ] = False,
    ended: Annotated[
        bool,
        typer.Option("--all", help=both("list：已退订的也列出", "list: those that have ended, too")),
    ] = False,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import subscribe as command
    from crawler.commands.problems import CallError
    from storage.records import Rhythm

    if deadlines_only and (weekly or weekday is not None):
        raise CallError(
            "--deadlines-only 不能与 --weekly、--weekday 同用",
            "--deadlines-only goes with neither --weekly nor --weekday",
        )
    rhythm = Rhythm.DAILY
    if deadlines_only:
        rhythm = Rhythm.DEADLINES
    elif weekly or weekday is not None:
        rhythm = Rhythm.WEEKLY
    wanted = command.Wanted(
        address=address,
        provinces=tuple(province or ()),
        organs=tuple(organ or ()),
        rules=tuple(rule or ()),
        severity=severity.value,
        rhythm=rhythm,
        weekday=command.DAYS.index((weekday or Weekday.MON).value) if rhythm is Rhythm.WEEKLY else None,
        workbook=workbook,
        lang=None if lang is None else lang.value,
        from_now=from_now,
        replaces=replaces,
    )
    session: Session = context.obj
    if address == "list":
        if wanted != command.Wanted("list") or dry_run:
            raise CallError(
                "subscribe list 只有 --all 和 --format 两个选项",
                "subscribe list has no options but --all and --format",
            )
        command.show(session.screen, session.settings, form.value, ended=ended)
        return
    if ended:
        raise CallError("--all 只用于 subscribe list", "--all goes with subscribe list alone")
    command.add(session.screen, session.settings, wanted, form.value, dry_run=dry_run)


@commands.command(
    cls=Command,
    help=both("退订变化通报（一个地址的全部，或一份）", "end the subscriptions of an address, or one"),
)
def unsubscribe(
    context: typer.Context,
    who: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|ID", help=both("邮件地址，或订阅编号", "the address, or the number of one")
        ),
    ],
    yes: Annotated[
        bool,
        typer.Option("--yes", help=both("这个地址的多份订阅全部退订", "end all of an address with several")),
    ] = False,
) -> None:
    from crawler.commands import subscribe as command

    session: Session = context.obj
    command.end(session.screen, session.settings, who, yes=yes)
