"""The command line: options, help texts, exit codes. What a command does stands in crawler/commands.

Exit codes: 0 done · 1 done, and what was looked for is bad · 2 the call or an input was wrong · 130 Ctrl-C.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from crawler import __version__
from crawler.config import ConfigurationError, Settings, load
from crawler.console import Screen, clean
from crawler.report.model import Kind

OK, BAD, WRONG, INTERRUPTED = 0, 1, 2, 130

_BOTH = "\x1f"


def _both(zh: str, en: str) -> str:
    """A help text in both languages; `_localise` picks one before anybody reads it."""
    return f"{zh}{_BOTH}{en}"


@dataclass
class Session:
    """One call: its screen, and its settings once they are needed."""

    screen: Screen
    flags: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """Settings in force. Raises ConfigurationError."""
        return load(**self.flags)


class Lang(StrEnum):
    """Languages of messages."""

    ZH = "zh"
    EN = "en"


class CheckFormat(StrEnum):
    """Formats of `nianbao check`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


class ListFormat(StrEnum):
    """Formats of lists."""

    TEXT = "text"
    JSON = "json"


class TableFormat(StrEnum):
    """Formats of lists that may leave the house as a file."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


_HEADINGS = {
    "Usage:": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示本说明。",
    "[required]": "[必填]",
}


def _chinese(page: str) -> str:
    return re.sub("|".join(map(re.escape, _HEADINGS)), lambda match: _HEADINGS[match[0]], page)


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        page = super().get_help(ctx)
        return _chinese(page) if _lang_of(ctx) == "zh" else page


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        page = super().get_help(ctx)
        return _chinese(page) if _lang_of(ctx) == "zh" else page


def _lang_of(ctx: Any) -> str:
    session = ctx.find_root().obj
    return session.screen.lang if isinstance(session, Session) else "zh"


app = typer.Typer(
    name="nianbao",
    cls=_Group,
    help=_both(
        "政府信息公开年度报告：找到、读懂、核对、记住变化。",
        "Annual reports on government-information disclosure: find, read, check, remember what changes.",
    ),
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(cls=_Group, help=_both("数据库", "The database"), rich_markup_mode=None)
app.add_typer(db, name="db")
portals = typer.Typer(cls=_Group, help=_both("网站名册", "The register of portals"), rich_markup_mode=None)
app.add_typer(portals, name="portals")
waive = typer.Typer(
    cls=_Group,
    help=_both("豁免：决定某些问题不再通报", "decisions that findings are not to be told"),
    rich_markup_mode=None,
)
app.add_typer(waive, name="waive")
export = typer.Typer(
    cls=_Group,
    help=_both("整改函、证据包、网页存档", "what leaves the house: letter, evidence, web archive"),
    rich_markup_mode=None,
)
app.add_typer(export, name="export")
runs = typer.Typer(
    cls=_Group,
    help=_both(
        "抓取记录：何时抓、抓了多少、结果如何，有什么警报",
        "what was crawled and when, how it went, and what is alarming",
    ),
    rich_markup_mode=None,
)
app.add_typer(runs, name="runs")
archive = typer.Typer(
    cls=_Group, help=_both("原件库：核对与清理", "the archive of originals"), rich_markup_mode=None
)
app.add_typer(archive, name="archive")
outbox = typer.Typer(
    cls=_Group,
    invoke_without_command=True,
    help=_both("待发的邮件：列出、发送、重试、放弃", "Mails that wait: list, send, retry, drop"),
    rich_markup_mode=None,
)
app.add_typer(outbox, name="outbox")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day written YYYY-MM-DD") from None


def _region(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{5}(?:\d{3}|\d{6})?", text):
        raise typer.BadParameter(f"{text} is not a code of 6, 9 or 12 digits")
    return text


YearOption = Annotated[
    int | None, typer.Option(min=2008, max=2100, help=_both("只看这一报告年度", "this report year alone"))
]
ProvinceOption = Annotated[str | None, typer.Option(help=_both("只看这一省", "this province alone"))]
PortalOption = Annotated[str | None, typer.Option(help=_both("只看这一网站", "this portal alone"))]
OrganOption = Annotated[
    str | None, typer.Option(help=_both("只看这一单位（全称）", "this body alone (full name)"))
]
FormatOption = Annotated[ListFormat, typer.Option("--format", help=_both("输出格式", "format of the answer"))]
TableFormatOption = Annotated[
    TableFormat, typer.Option("--format", help=_both("输出格式", "format of the answer"))
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=2**31 - 2, help=_both("最多列出 N 项", "the first N alone, worst or by name")
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=_both("csv、xlsx 写入的文件", "the file, for csv and xlsx")),
]
UrlArgument = Annotated[str, typer.Argument(metavar="URL", help=_both("网站首页", "home page of a portal"))]
PrivateOption = Annotated[
    bool,
    typer.Option("--allow-private", help=_both("允许内网与本机地址", "allow private and loopback addresses")),
]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    lang: Annotated[Lang | None, typer.Option(help=_both("语言：zh 或 en", "language: zh or en"))] = None,
    version: Annotated[bool, typer.Option("--version", help=_both("显示版本", "show the version"))] = False,
) -> None:
    del lang  # read before the parser ran, because help texts follow it
    if version:
        print(f"nianbao {__version__}")
        raise typer.Exit(OK)
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(OK)


@app.command(
    cls=_Command, help=_both("核对手头的报告（文件或网址）", "check reports in hand (files or addresses)")
)
def check(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE-OR-URL...", help=_both("文件或网址", "files or addresses"))
    ],
    form: Annotated[CheckFormat, typer.Option("--format", help=_both("输出格式", "format of the answer"))] = (
        CheckFormat.TEXT
    ),
    published: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help=_both("发布日期", "date of publication")),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help=_both("单位类别，决定期限", "kind of body; decides the deadline"))
    ] = None,
    organ: Annotated[str | None, typer.Option(help=_both("单位全称", "full name of the body"))] = None,
    year: Annotated[
        int | None, typer.Option(min=2008, max=2100, help=_both("报告年度", "report year"))
    ] = None,
    previous: Annotated[
        str | None, typer.Option(metavar="FILE", help=_both("上一年度的报告", "last year's report"))
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            parser=_region,
            metavar="CODE",
            help=_both(
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


@app.command(cls=_Command, help=_both("抓取一省，或一个网站", "crawl a province, or one portal"))
def crawl(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="PROVINCE-OR-URL", help=_both("省名（如 demo）或网站首页", "province or home page")
        ),
    ],
    year: YearOption = None,
    portal: PortalOption = None,
    allow_private: PrivateOption = False,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help=_both(
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


@app.command(
    cls=_Command,
    help=_both("每夜依次抓取各省，然后发送变化通报", "crawl all provinces every night, then send the digest"),
)
def nightly(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help=_both("现在跑一次就结束", "once, now, then end"))
    ] = False,
    province: Annotated[
        list[str] | None,
        typer.Option(help=_both("只跑这些省（可重复）", "these provinces alone (repeatable)")),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help=_both(
                "只列出今后的日程，不访问任何网站", "tell what the coming nights bring; nobody is visited"
            ),
        ),
    ] = False,
    days: Annotated[
        int, typer.Option(min=1, max=366, help=_both("--plan：今后多少天", "--plan: for how many days"))
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


@runs.callback(invoke_without_command=True)
def _runs(
    context: typer.Context,
    province: ProvinceOption = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=10_000, help=_both("最近 N 次", "the latest N"))
    ] = 20,
    since: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help=_both("从这一天起", "from this day on")),
    ] = None,
    form: FormatOption = ListFormat.TEXT,
    alarming: Annotated[
        bool,
        typer.Option(
            "--alarms",
            help=_both("只列警报；有警报时退出码为 1", "the alarms alone; exit code 1 where there are any"),
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from crawler.commands import runs as command

    session: Session = context.obj
    raise typer.Exit(
        command.run(
            session.screen,
            session.settings,
            province=province,
            limit=limit,
            since=since,
            form=form.value,
            alarming=alarming,
        )
    )


@runs.command(
    "show", cls=_Command, help=_both("一次抓取中各网站的情况", "one run, and how every portal was visited")
)
def _runs_show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help=_both("抓取编号", "number of the run"))],
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import runs as command

    session: Session = context.obj
    raise typer.Exit(command.show(session.screen, session.settings, number, form=form.value))


@app.command(
    cls=_Command,
    help=_both(
        "网页服务：健康状况、监控指标、邮件中的链接", "serve health, metrics and the links in mails over HTTP"
    ),
)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help=_both("监听地址", "address to listen on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=_both("端口", "port"))] = 8020,
) -> None:
    from crawler.commands import serve as command

    session: Session = context.obj
    raise typer.Exit(command.run(session.screen, session.settings, host=host, port=port))


@app.command(cls=_Command, help=_both("查到的问题", "what was found"))
def findings(
    context: typer.Context,
    province: ProvinceOption = None,
    portal: PortalOption = None,
    organ: OrganOption = None,
    year: YearOption = None,
    rule: Annotated[str | None, typer.Option(help=_both("只看这一规则", "this rule alone"))] = None,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="[new|open|changed|fixed|returned|waived|withdrawn]",
            help=_both("只看这一状态", "this status alone"),
        ),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            metavar="PREFIX",
            help=_both(
                "只看指纹以此开头的，已改的也列出", "those whose fingerprint begins so, fixed ones too"
            ),
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help=_both(
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


@app.command(cls=_Command, help=_both("收到的全部报告", "every report held"))
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


@app.command(
    cls=_Command,
    help=_both(
        "一个单位的报告有过哪些版本，各改了什么",
        "versions of a body's reports, and what each of them changed",
    ),
)
def versions(
    context: typer.Context,
    organ: Annotated[str, typer.Option("--organ", help=_both("单位全称", "full name of the body"))],
    year: YearOption = None,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import versions as command

    session: Session = context.obj
    command.run(session.screen, session.settings, form.value, organ=organ, year=year)


@app.command(cls=_Command, help=_both("每个单位每一年度是否按时发布", "who published in time, body by body"))
def obligations(
    context: typer.Context,
    province: ProvinceOption = None,
    year: YearOption = None,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="[not_due|on_time|late|missing|unreachable|not_assessable|excluded]",
            help=_both("只看这一状态", "this status alone"),
        ),
    ] = None,
    matrix: Annotated[
        bool,
        typer.Option(
            "--matrix",
            help=_both("一行一个单位，一列一个年度", "one line a body, one column a report year"),
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


@app.command(
    cls=_Command,
    short_help=_both("用现在的程序和规则重读原件库", "the archive read again by today's rules"),
    help=_both(
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
            help=_both(
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
            help=_both("只重读由这一版本读出的", "what was read by this version alone"),
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help=_both(
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
            help=_both(
                "同时重读的进程数；默认与处理器核数相同", "processes that read; as many as cores by default"
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=_both(
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


@app.command(
    cls=_Command,
    help=_both(
        "变化通报：发给到期的订阅者，或写成文件预览",
        "the digest: send it to all who are due, or write it to a file",
    ),
)
def digest(
    context: typer.Context,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=_both(
                "立即发给此人，不论订阅周期（可重复）", "send to this reader now, due or not (repeatable)"
            ),
        ),
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help=_both("只写网页，不发送，不记为已读", "write the page; send nothing, mark nothing"),
        ),
    ] = None,
    eml: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.eml",
            help=_both("只写邮件文件，不发送，不记为已读", "write the mail; send nothing, mark nothing"),
        ),
    ] = None,
    deadline: Annotated[
        bool,
        typer.Option(
            "--deadline",
            help=_both(
                "预览最近一个期限的专报：逾期、未发布、尚不能判断的单位",
                "preview the edition after the last due date: late, missing, not judged",
            ),
        ),
    ] = False,
) -> None:
    from crawler.commands import digest as command
    from storage.records import Edition

    session: Session = context.obj
    if preview is None and eml is None and not deadline:
        raise typer.Exit(command.send(session.screen, session.settings, to or ()))
    edition = Edition.DEADLINE if deadline else Edition.CHANGES
    raise typer.Exit(command.write(session.screen, session.settings, to or (), preview, eml, edition))


@outbox.callback()
def outbox_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        from crawler.commands import outbox as command

        session: Session = context.obj
        raise typer.Exit(command.show(session.screen, session.settings, ListFormat.TEXT.value))


@outbox.command(
    "list",
    cls=_Command,
    help=_both(
        "待发的邮件，以及近期未能送出的（有则退出码 1）",
        "mails that wait, and those of late that did not go out (exit code 1 then)",
    ),
)
def outbox_list(context: typer.Context, form: FormatOption = ListFormat.TEXT) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.show(session.screen, session.settings, form.value))


@outbox.command("send", cls=_Command, help=_both("立即发送到期的邮件", "send the mails that are due, now"))
def outbox_send(context: typer.Context) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.send(session.screen, session.settings))


@outbox.command(
    "retry",
    cls=_Command,
    help=_both(
        "让等待、被拒收或已放弃的邮件从头重试",
        "let mails that wait, were refused or given up be tried anew",
    ),
)
def outbox_retry(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help=_both("邮件编号", "ids of mails"))],
) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.retry(session.screen, session.settings, numbers))


@outbox.command(
    "drop",
    cls=_Command,
    help=_both("放弃等待中的邮件：其收件人将收不到", "give up mails that wait, for good"),
)
def outbox_drop(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help=_both("邮件编号", "ids of mails"))],
    yes: Annotated[
        bool,
        typer.Option(
            "--yes/--dry-run", help=_both("真正放弃；默认只列出", "do it; by default they are only told")
        ),
    ] = False,
) -> None:
    from crawler.commands import outbox as command

    session: Session = context.obj
    raise typer.Exit(command.drop(session.screen, session.settings, numbers, yes=yes))


@app.command(cls=_Command, help=_both("全部规则，或一条规则的说明", "all rules, or the card of one"))
def rules(
    context: typer.Context,
    rule: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=_both("规则编号", "id of a rule"))
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=_both(
                "只看这一级别：critical error warning info",
                "this severity alone: critical error warning info",
            ),
        ),
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="NAME", help=_both("只看这一类", "this family alone"))
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=_both(
                "只看这种依据：regulation notice local seen practice",
                "those that rest on: regulation notice local seen practice",
            ),
        ),
    ] = None,
    year: YearOption = None,
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler import clock
    from crawler.commands import rules as command
    from crawler.rulebook import policy

    session: Session = context.obj
    settings = session.settings
    in_force = policy(settings.rules, clock.today(), settings.deadlines)
    wanted = command.Wanted(severity, family, source, year)
    command.run(session.screen, in_force, rule, wanted, form.value)


@app.command(cls=_Command, help=_both("检查这台机器能否运行", "whether this machine is ready"))
def doctor(context: typer.Context) -> None:
    from crawler.commands import doctor as command

    session: Session = context.obj
    raise typer.Exit(command.run(session.screen, session.flags))


@app.command(
    cls=_Command,
    help=_both("样例：两个本机网站，四个夜晚", "the sample: two portals on this machine, four nights"),
)
def demo(
    context: typer.Context,
    fresh: Annotated[
        bool, typer.Option("--fresh", help=_both("清空 var/demo，从头开始", "empty var/demo and start over"))
    ] = False,
) -> None:
    from crawler.demo import play

    session: Session = context.obj
    raise typer.Exit(play.run(session.screen, fresh=fresh))


@portals.command("list", cls=_Command, help=_both("登记的网站", "the portals that are registered"))
def portals_list(
    context: typer.Context, province: ProvinceOption = None, form: FormatOption = ListFormat.TEXT
) -> None:
    from crawler.commands import portals as command

    session: Session = context.obj
    command.show_all(session.screen, session.settings, form.value, province=province)


@portals.command(
    "show",
    cls=_Command,
    help=_both("一个网站的全部信息和最近的访问", "all that is known of a portal, its last visits included"),
)
def portals_show(
    context: typer.Context,
    portal: Annotated[str, typer.Argument(metavar="ID", help=_both("网站标识", "id of the portal"))],
    form: FormatOption = ListFormat.TEXT,
) -> None:
    from crawler.commands import portals as command

    session: Session = context.obj
    command.show(session.screen, session.settings, portal, form.value)


@portals.command(
    "import",
    cls=_Command,
    help=_both(
        "把单位名单（CSV）与省份文件比较；加 --apply 才写入",
        "compare a roster (CSV) with the province files; written only with --apply",
    ),
)
def portals_import(
    context: typer.Context,
    roster: Annotated[Path, typer.Argument(metavar="ROSTER.csv", help=_both("单位名单", "the roster"))],
    province: ProvinceOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help=_both("写入省份文件", "write the province files"))
    ] = False,
    remove: Annotated[
        bool,
        typer.Option(
            "--remove",
            help=_both("名单中没有的单位也从文件删除", "also take out bodies that the roster does not have"),
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


@db.command("upgrade", cls=_Command, help=_both("升级数据库表结构", "bring the tables up to date"))
def db_upgrade(
    context: typer.Context,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=_both("只看会做什么，不改动", "what it would do; nothing is changed")),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    command.upgrade(session.screen, session.settings, dry_run=dry_run)


@db.command(
    "check",
    cls=_Command,
    help=_both("检查数据库是否完好，记录是否一致", "whether the database is whole, and what it says agrees"),
)
def db_check(
    context: typer.Context,
    form: FormatOption = ListFormat.TEXT,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=_both("先重新计算汇总数，其余不改", "make the counts anew before; nothing else is changed"),
        ),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    raise typer.Exit(command.check(session.screen, session.settings, form.value, mend=repair))


@db.command(
    "backup",
    cls=_Command,
    help=_both("备份数据库，抓取时也可以", "a copy of the database; crawls may go on meanwhile"),
)
def db_backup(
    context: typer.Context,
    output: Annotated[Path, typer.Option(metavar="FILE", help=_both("写入的文件", "the file"))],
    force: Annotated[
        bool,
        typer.Option("--force", help=_both("覆盖已有的文件", "take the place of a file that stands there")),
    ] = False,
) -> None:
    from crawler.commands import db as command

    session: Session = context.obj
    command.backup(session.screen, session.settings, output, overwrite=force)


@portals.command(
    "probe",
    cls=_Command,
    help=_both(
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


@portals.command(
    "new",
    cls=_Command,
    help=_both(
        "探查一个网站，写出它的登记条目；加 --province 写入省份文件",
        "probe a home page and write its entry; with --province into that province's file",
    ),
)
def portals_new(
    context: typer.Context,
    url: UrlArgument,
    province: Annotated[
        str | None, typer.Option(help=_both("写入这一省的文件", "write into this province's file"))
    ] = None,
    portal_id: Annotated[str | None, typer.Option("--id", help=_both("网站标识", "id of the portal"))] = None,
    name: Annotated[str | None, typer.Option(help=_both("网站名称", "name of the portal"))] = None,
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


BodyOption = Annotated[str, typer.Option("--organ", help=_both("单位全称", "full name of the body"))]


@export.command(
    "letter",
    cls=_Command,
    help=_both("整改函（Word），一个单位一份", "a rectification letter (Word) to one body"),
)
def export_letter(
    context: typer.Context,
    organ: BodyOption,
    output: Annotated[Path, typer.Option(metavar="FILE.docx", help=_both("写入的文件", "the file"))],
    year: YearOption = None,
    with_uncertain: Annotated[
        bool,
        typer.Option(
            "--with-uncertain", help=_both("附上存疑事项，请对方核对", "with an annex of what is uncertain")
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


@export.command(
    "pack",
    cls=_Command,
    help=_both(
        "证据包（zip）：原件、哈希、标出的文字、规则",
        "an evidence pack (zip): originals, hashes, text, rules",
    ),
)
def export_pack(
    context: typer.Context,
    organ: BodyOption,
    year: Annotated[int, typer.Option(min=2008, max=2100, help=_both("报告年度", "report year"))],
    output: Annotated[Path, typer.Option(metavar="FILE.zip", help=_both("写入的文件", "the file"))],
) -> None:
    from crawler.commands import export as command

    session: Session = context.obj
    raise typer.Exit(
        command.evidence(session.screen, session.settings, organ=organ, year=year, output=output)
    )


@export.command(
    "warc",
    cls=_Command,
    help=_both(
        "网页存档（WARC）：原件、响应头、取得时间",
        "a web archive (WARC): originals, their headers and moments",
    ),
)
def export_warc(
    context: typer.Context,
    output: Annotated[Path, typer.Option(metavar="FILE.warc.gz", help=_both("写入的文件", "the file"))],
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


OlderThanOption = Annotated[
    int,
    typer.Option(
        min=2,
        max=3650,
        metavar="DAYS",
        help=_both("没有记录满这些天的文件才算多余", "days without a row before a file counts as garbage"),
    ),
]


@archive.command(
    "check",
    cls=_Command,
    help=_both(
        "核对原件库与数据库：缺失、损坏、多余（有缺失或损坏时退出码为 1）",
        "hold archive against database: missing, damaged, garbage (exit code 1 for the first two)",
    ),
)
def archive_check(
    context: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help=_both("逐份核对哈希", "verify the hash of every original"))
    ] = False,
    form: FormatOption = ListFormat.TEXT,
    older_than: OlderThanOption = 30,
) -> None:
    from crawler.commands import archive as command

    session: Session = context.obj
    raise typer.Exit(
        command.check(session.screen, session.settings, deep=deep, form=form.value, older_than=older_than)
    )


@archive.command(
    "clean",
    cls=_Command,
    help=_both(
        "清理没有记录的文件：先移入隔离区，期满再删；有记录的从不删除",
        "clear away files without rows: set aside first, deleted when as old again; never what has a row",
    ),
)
def archive_clean(
    context: typer.Context,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes/--dry-run",
            help=_both("执行；默认只列出", "do it; without it only what would be done is told"),
        ),
    ] = False,
    many: Annotated[
        bool,
        typer.Option(
            "--many", help=_both("多余文件很多也继续", "go on though much of the archive is garbage")
        ),
    ] = False,
    older_than: OlderThanOption = 30,
) -> None:
    from crawler.commands import archive as command

    session: Session = context.obj
    raise typer.Exit(
        command.clean(session.screen, session.settings, yes=yes, many=many, older_than=older_than)
    )


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


@app.command(
    cls=_Command,
    short_help=_both("订阅变化通报；list 列出全部订阅", "subscribe a reader; list shows all"),
    help=_both(
        "给一个邮件地址订阅变化通报；nianbao subscribe list 列出全部订阅",
        "subscribe an address of mail to the digest; nianbao subscribe list shows all subscriptions",
    ),
)
def subscribe(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS|list", help=_both("邮件地址，或 list", "the address, or list"))
    ],
    province: Annotated[
        list[str] | None,
        typer.Option(help=_both("只通报这些省（可重复）", "these provinces alone (repeatable)")),
    ] = None,
    organ: Annotated[
        list[str] | None,
        typer.Option(
            help=_both("只通报这些单位（全称，可重复）", "these bodies alone (full names, repeatable)")
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=_both("只通报这些规则（可重复）", "these rules alone (repeatable)")),
    ] = None,
    severity: Annotated[
        LeastSeverity,
        typer.Option(help=_both("至少这样严重才通报", "the least severity that is told")),
    ] = LeastSeverity.WARNING,
    weekly: Annotated[
        bool, typer.Option("--weekly", help=_both("每周一封（默认每日）", "once a week instead of daily"))
    ] = False,
    weekday: Annotated[
        Weekday | None,
        typer.Option(help=_both("每周的哪一天（默认周一）", "the day of weekly digests; Monday by default")),
    ] = None,
    deadlines_only: Annotated[
        bool,
        typer.Option(
            "--deadlines-only",
            help=_both(
                "只要两个期限之后的逾期与未发布名单", "the lists after the two due dates and nothing else"
            ),
        ),
    ] = False,
    workbook: Annotated[
        bool, typer.Option("--workbook", help=_both("附 xlsx 表格", "with a workbook attached"))
    ] = False,
    lang: Annotated[
        Lang | None, typer.Option(help=_both("邮件的语言：zh 或 en", "language of the mail: zh or en"))
    ] = None,
    from_now: Annotated[
        bool,
        typer.Option(
            "--from-now",
            help=_both(
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
            help=_both(
                "把这个地址的这份订阅改成本次所写的样子", "let this subscription of the address be as given"
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=_both("只说第一封会有什么，不记下", "tell what the first digest would hold; write nothing"),
        ),
    ] = False,
    ended: Annotated[
        bool,
        typer.Option("--all", help=_both("list：已退订的也列出", "list: those that have ended, too")),
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


@app.command(
    cls=_Command,
    help=_both("退订变化通报（一个地址的全部，或一份）", "end the subscriptions of an address, or one"),
)
def unsubscribe(
    context: typer.Context,
    who: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|ID", help=_both("邮件地址，或订阅编号", "the address, or the number of one")
        ),
    ],
    yes: Annotated[
        bool,
        typer.Option("--yes", help=_both("这个地址的多份订阅全部退订", "end all of an address with several")),
    ] = False,
) -> None:
    from crawler.commands import subscribe as command

    session: Session = context.obj
    command.end(session.screen, session.settings, who, yes=yes)


@waive.command("add", cls=_Command, help=_both("记下一条豁免", "record a decision"))
def waive_add(
    context: typer.Context,
    rule: Annotated[str, typer.Option(metavar="ID", help=_both("规则编号", "id of the rule"))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_both("理由", "why"))],
    author: Annotated[str, typer.Option(metavar="NAME", help=_both("决定人", "who has decided"))],
    organ: Annotated[
        str | None, typer.Option(metavar="NAME", help=_both("只限这一单位（全称）", "this body alone"))
    ] = None,
    year: YearOption = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help=_both("只限这一位置（JSON 中的 where）", "this place alone (`where` of the JSON answer)"),
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="YYYY-MM-DD",
            help=_both(
                "有效至（含当日）；不写为一年，最长三年", "last day; a year by default, three at most"
            ),
        ),
    ] = None,
    critical: Annotated[
        bool,
        typer.Option(
            "--critical",
            help=_both(
                "未同时指定单位和年度时，也包括严重问题",
                "critical findings too, where body and year are not both named",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=_both("只看会豁免哪些问题，不写入", "what it would cover; nothing is written")
        ),
    ] = False,
) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    wanted = command.Wanted(rule, reason, author, organ, year, where, critical, until)
    command.add(session.screen, session.settings, wanted, dry_run=dry_run)


@waive.command("list", cls=_Command, help=_both("全部豁免及其状态", "every decision and how it stands"))
def waive_list(context: typer.Context, form: FormatOption = ListFormat.TEXT) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    command.show(session.screen, session.settings, form.value)


@waive.command("withdraw", cls=_Command, help=_both("撤销一条豁免", "end a decision"))
def waive_withdraw(
    context: typer.Context,
    number: Annotated[
        int,
        typer.Argument(metavar="ID", min=1, max=2**31 - 1, help=_both("豁免编号", "number of the decision")),
    ],
) -> None:
    from crawler.commands import waive as command

    session: Session = context.obj
    command.withdraw(session.screen, session.settings, number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call; returns the exit code. Never raises, never prints a traceback for a wrong call."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # answers are Chinese whatever the locale says; a file name that is no UTF-8 is still told
            reconfigure(encoding="utf-8", errors="backslashreplace")
    flags = {"lang": _flag(given, "--lang")}
    screen = Screen(lang=_language(flags["lang"]))
    try:
        code = _invoke(given, Session(screen, flags))
        sys.stdout.flush()
    except KeyboardInterrupt:
        screen.say("已中断", "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of the answer has gone; what is buffered must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _invoke(arguments: list[str], session: Session) -> int:
    from crawler.commands.problems import CallError, one_line

    command = typer.main.get_command(app)
    _localise(command, session.screen.lang)
    try:
        with command.make_context("nianbao", arguments, obj=session) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        wrong = _wrong_call(error, session.screen.lang)
        session.screen.say(wrong, wrong)
        return WRONG
    except CallError as problem:
        session.screen.say(f"nianbao: {problem.zh}", f"nianbao: {problem.en}")
        return WRONG
    except ConfigurationError as error:
        session.screen.say(f"nianbao: 设置有误：{error.zh}", f"nianbao: wrong setting: {error.en}")
        return WRONG
    except Exception as error:
        known = one_line(error)
        if known is None:
            raise
        session.screen.say(f"nianbao: {known.zh}", f"nianbao: {known.en}")
        return WRONG
    return OK


def _flag(arguments: Sequence[str], name: str) -> str | None:
    """Value of a global option that stands before the command."""
    for position, argument in enumerate(arguments):
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if not argument.startswith("-"):
            return None
    return None


def _language(flag: str | None) -> str:
    """Language of this call. Settings that cannot be read are told later, by the command that needs them."""
    if flag in ("zh", "en"):
        return flag
    try:
        return load().lang
    except ConfigurationError:
        return "zh"


def _localise(command: Any, lang: str) -> None:
    """Leave the texts of one language in a command, its options and its sub-commands."""

    def pick(text: str | None) -> str | None:
        if text is None or _BOTH not in text:
            return text
        zh, _, en = text.partition(_BOTH)
        return en if lang == "en" else zh

    command.help = pick(command.help)
    command.short_help = pick(command.short_help)
    for parameter in command.params:
        if hasattr(parameter, "help"):
            parameter.help = pick(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _localise(child, lang)


def _wrong_call(error: TyperException, lang: str) -> str:
    """One line: what is wrong with the call, and where its options are explained."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "nianbao"
    said = clean(error.format_message()).rstrip(".。").replace("Value error, ", "")
    if lang == "en":
        return f"nianbao: {said}; see {path} --help"
    for pattern, text in _WRONG_CALLS:
        match = re.fullmatch(pattern, said)
        if match:
            said = text.format(*match.groups())
            break
    return f"nianbao: {said}；用法见 {path} --help"


_WRONG_CALLS = (
    (r"No such command '?(.*?)'?(?:\. Did you mean (.*)\?)?", "没有这个命令：{0}"),
    (r"No such option: ?(\S+)(?:.*)", "没有这个选项：{0}"),
    (r"Missing argument '?(.*?)'?", "缺少参数 {0}"),
    (r"Missing option '?(.*?)'?", "缺少选项 {0}"),
    (r"Missing command", "缺少命令"),
    (r"Invalid value for '?(.*?)'?: Input should be a valid integer.*", "{0} 的值不对：应为整数"),
    (r"Invalid value for '?(.*?)'?: Input should be (?:greater|less).*", "{0} 的值不在范围内"),
    (r"Invalid value for '?(.*?)'?: (?:Value error, )?(.*) is not one of (.*)", "{0} 不能是 {1}，只能是 {2}"),
    (
        r"Invalid value for '?(.*?)'?: (.*) is not a day written YYYY-MM-DD",
        "{0} 应写成 YYYY-MM-DD，不能是 {1}",
    ),
    (
        r"Invalid value for '?(.*?)'?: (.*) is not a code of 6, 9 or 12 digits",
        "{0} 应为6、9或12位的行政区划代码，不能是 {1}",
    ),
    (r"Invalid value for '?(.*?)'?: (?:Value error, )?(.*)", "{0} 的值不对：{1}"),
    (r"Option '?(.*?)'? requires an argument", "选项 {0} 后面要有值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "多余的参数：{0}"),
)
