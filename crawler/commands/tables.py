"""Lists as files for spreadsheets: `--format csv` and `--format xlsx` with `--output FILE`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.commands.problems import CallError
from crawler.commands.saving import saving
from crawler.console import Screen
from crawler.export.account import Account, account_table
from crawler.export.csv_file import csv_file
from crawler.export.notice import findings_table, obligations_table, reports_table
from crawler.export.table import Table
from crawler.export.xlsx_file import MOST_ROWS, TooManyRows, xlsx_file
from storage.queries import Queries
from storage.records import FindingRecord, ObligationRecord, ObligationStatus, ReportRecord

FORMS = frozenset({"csv", "xlsx"})
_PROVED = frozenset({ObligationStatus.LATE, ObligationStatus.MISSING})


def asked(form: str, output: Path | None, limit: int | None = None) -> bool:
    """Whether a file is wanted. Raises CallError where format and file do not go together, and for a file
    of the first rows alone: what it leaves out would not stand in it.
    """
    if form in FORMS and limit is not None:
        raise CallError("--limit 只与 text、json 连用", "--limit goes with text and json")
    if form in FORMS and output is None:
        raise CallError(
            f"--format {form} 要用 --output FILE 指定文件", f"--format {form} needs --output FILE"
        )
    if form not in FORMS and output is not None:
        raise CallError("--output 只与 --format csv 或 xlsx 连用", "--output goes with --format csv or xlsx")
    return form in FORMS


def findings(
    screen: Screen,
    queries: Queries,
    rows: Sequence[FindingRecord],
    form: str,
    output: Path | None,
    filters: Mapping[str, Any],
) -> None:
    """Findings; the workbook also says what they rest on, and who is late or has published nothing."""
    table = findings_table(rows, screen.lang, queries.ends(rows))
    if form == "csv":
        _write(screen, [table], form, output)
        return
    account = _account(queries, filters, rows)
    proved = [duty for duty in account.obligations if duty.status in _PROVED]
    tables = [table, account_table(account, screen.lang), obligations_table(proved, screen.lang)]
    _write(screen, tables, form, output)


def obligations(
    screen: Screen,
    queries: Queries,
    rows: Sequence[ObligationRecord],
    form: str,
    output: Path | None,
    filters: Mapping[str, Any],
) -> None:
    """Duties; the workbook also says of how many they could be judged."""
    tables = [obligations_table(rows, screen.lang)]
    if form == "xlsx":
        tables.append(account_table(_account(queries, filters), screen.lang))
    _write(screen, tables, form, output)


def reports(
    screen: Screen,
    queries: Queries,
    rows: Sequence[ReportRecord],
    form: str,
    output: Path | None,
    filters: Mapping[str, Any],
) -> None:
    """Reports held."""
    tables = [reports_table(rows, screen.lang)]
    if form == "xlsx":
        tables.append(account_table(_account(queries, filters), screen.lang))
    _write(screen, tables, form, output)


def _write(screen: Screen, tables: Sequence[Table], form: str, output: Path | None) -> None:
    assert output is not None  # noqa: S101 - `asked` has seen to it
    if form == "csv":
        content = csv_file(tables[0])
    else:
        title = screen.pick(
            "政府信息公开工作年度报告核查", "Annual reports on government-information disclosure"
        )
        try:
            content = xlsx_file(tuple(tables), title=title, moment=clock.now())
        except TooManyRows:
            raise CallError(
                f"超过 {MOST_ROWS} 行，一张表放不下：用 --province、--year 缩小范围，或用 csv",
                f"more than {MOST_ROWS} rows in a sheet: narrow it by --province or --year, or use csv",
            ) from None
    with saving(output) as file:
        file.write(content)
    rows = len(tables[0].rows)
    screen.say(f"{output}：{rows} 行", f"{output}: {rows} rows")


def _account(
    queries: Queries, filters: Mapping[str, Any], rows: Sequence[FindingRecord] | None = None
) -> Account:
    """All that lies in the scope of the filters, whatever of it is listed."""
    given = {name: value for name, value in filters.items() if value is not None}
    province, portal = given.get("province"), given.get("portal")
    year, organ = given.get("year"), given.get("organ")
    return Account(
        moment=clock.now(),
        filters=given,
        findings=rows,
        reports=queries.reports(portal=portal, year=year, province=province, organ=organ),
        obligations=duties_in_scope(queries, given),
        unclean=queries.last_visits(portal, province, clean=False),
    )


def duties_in_scope(queries: Queries, filters: Mapping[str, Any]) -> list[ObligationRecord]:
    """The duties of all bodies that the filters leave."""
    province, portal = filters.get("province"), filters.get("portal")
    bodies = None
    if filters.get("organ") is not None:
        bodies = {filters["organ"]}
    elif portal is not None:
        bodies = {body.name for body in queries.organs(province) if body.portal == portal}
    duties = queries.obligations(province=province, year=filters.get("year"), organ=filters.get("organ"))
    return [duty for duty in duties if bodies is None or duty.organ in bodies]
