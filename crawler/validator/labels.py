"""What rows, columns and places are called in messages: the form's own labels, and English ones."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORMS, SECTIONS, Form, Row
from crawler.report.model import Bilingual, Number

TABLES = MappingProxyType(
    {
        "disclosure": Bilingual("表二（主动公开政府信息情况）", "Table two (proactive disclosure)"),
        "applications": Bilingual(
            "表三（收到和处理申请情况）", "Table three (requests received and handled)"
        ),
        "disputes": Bilingual("表四（行政复议、行政诉讼情况）", "Table four (reviews and litigation)"),
    }
)

_ROWS_EN = MappingProxyType(
    {
        "new_received": "I. requests newly received",
        "carried_in": "II. requests carried in from last year",
        "granted": "III(1) granted",
        "partly_granted": "III(2) partly granted",
        "denied_state_secret": "III(3)1 denied: state secret",
        "denied_prohibited_by_law": "III(3)2 denied: prohibited by law",
        "denied_security_stability": "III(3)3 denied: security and stability",
        "denied_third_party_rights": "III(3)4 denied: third-party rights",
        "denied_internal_affairs": "III(3)5 denied: internal affairs",
        "denied_deliberative_process": "III(3)6 denied: deliberative process",
        "denied_enforcement_file": "III(3)7 denied: enforcement file",
        "denied_administrative_inquiry": "III(3)8 denied: administrative inquiry",
        "unavailable_not_held": "III(4)1 unavailable: not held",
        "unavailable_requires_creation": "III(4)2 unavailable: would have to be created",
        "unavailable_still_unclear": "III(4)3 unavailable: still unclear after correction",
        "unprocessed_petition": "III(5)1 not processed: petition or complaint",
        "unprocessed_repeated": "III(5)2 not processed: repeated request",
        "unprocessed_publication": "III(5)3 not processed: asks for a publication",
        "unprocessed_excessive": "III(5)4 not processed: excessive requests",
        "unprocessed_reissue": "III(5)5 not processed: asks to confirm or reissue",
        "other_handling": "III(6) other handling",
        "other_overdue_correction": "III(6)1 other: correction overdue",
        "other_overdue_fee": "III(6)2 other: fee overdue",
        "other_misc": "III(6)3 other: miscellaneous",
        "results_total": "III(7) total of results",
        "carried_out": "IV. requests carried over to next year",
        "regulations": "regulations",
        "normative_documents": "normative documents",
        "licences": "licences",
        "other_services": "other external management services",
        "penalties": "penalties",
        "coercion": "coercive measures",
        "fees": "administrative fees",
        "procurement": "central procurement",
        "review": "administrative review",
        "litigation_direct": "litigation without prior review",
        "litigation_after_review": "litigation after review",
        "denied": "III(3) denied",
        "unavailable": "III(4) unavailable",
        "unprocessed": "III(5) not processed",
        "other": "III(6) other handling",
        "litigation": "litigation",
    }
)
_COLUMNS_EN = MappingProxyType(
    {
        "natural_person": "natural persons",
        "business": "businesses",
        "research": "research bodies",
        "public_interest": "public-interest organisations",
        "legal_service": "legal-service bodies",
        "other_organisation": "other organisations",
        "total": "total",
        "upheld": "upheld",
        "corrected": "corrected",
        "other_result": "other result",
        "pending": "pending",
        "produced": "newly produced",
        "newly_disclosed": "newly disclosed",
        "total_disclosed": "total disclosed",
        "issued": "issued this year",
        "repealed": "repealed this year",
        "in_force": "in force",
        "previous_items": "items last year",
        "items_change": "change this year",
        "decisions": "decisions",
        "projects": "projects",
        "amount": "amount",
        "amount_10k_cny": "amount (10,000 CNY)",
    }
)


def _row_zh(row: Row) -> str:
    label = row.label.partition("（区分处理")[0]
    return "".join((*row.groups[1:], label))


def _shortest(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The label of each key; where the forms differ, the shorter one, which the longer contains."""
    found: dict[str, str] = {}
    for key, label in labels:
        found[key] = min(found.get(key, label), label, key=len)
    return found


_ROWS_ZH = MappingProxyType(
    _shortest((row.key, _row_zh(row)) for form in FORMS.values() for row in form.applications)
    | _shortest(
        (row.key, row.label) for form in FORMS.values() for block in form.disclosure for row in block.rows
    )
    | {group.key: group.label for group in DISPUTE_GROUPS}
    | {"litigation": DISPUTE_GROUPS[-1].label.partition(" · ")[0]}  # both groups of it
    | {
        row.key.partition("_")[0]: row.groups[-1]
        for form in FORMS.values()
        for row in form.applications
        if len(row.groups) > 1
    }
)
_COLUMNS_ZH = MappingProxyType(
    _shortest(
        (column.key, column.label)
        for form in FORMS.values()
        for block in form.disclosure
        for column in block.columns
    )
    | {column.key: column.label for column in (*APPLICANTS, *DISPUTE_COLUMNS)}
)
_APPLICANT_KEYS = frozenset(column.key for column in APPLICANTS)


def row_label(row: str) -> Bilingual:
    """Label of a row (a group in table four) by its key; groups of rows by the prefix that they share."""
    return Bilingual(_ROWS_ZH.get(row, row), _ROWS_EN.get(row, row))


def form_label(form: Form, where: str) -> str:
    """What `form` itself prints for the row (the group in table four) `where`."""
    row_key = where.partition(".")[2]
    of_disclosure = (row for block in form.disclosure for row in block.rows)
    return next(
        (row.label for row in (*of_disclosure, *form.applications) if row.key == row_key),
        row_label(row_key).zh,
    )


def column_label(column: str) -> Bilingual:
    """Label of a column by its key."""
    return Bilingual(_COLUMNS_ZH.get(column, column), _COLUMNS_EN.get(column, column))


def cell_label(key: str) -> Bilingual:
    """Label of the cell `key`: its row and its column."""
    _, row, column = key.split(".")
    rows, columns = row_label(row), column_label(column)
    return Bilingual(f"“{rows.zh}”行“{columns.zh}”列", f"row “{rows.en}”, column “{columns.en}”")


def place_label(where: str) -> Bilingual:
    """Label of a table, of a row or a column of it, or of a cell."""
    table, _, rest = where.partition(".")
    if not rest:
        return TABLES.get(table, Bilingual(where, where))
    if rest.count(".") == 1:
        return cell_label(where)
    if table == "applications" and rest in _APPLICANT_KEYS:
        column = column_label(rest)
        return Bilingual(f"“{column.zh}”列", f"column “{column.en}”")
    row = row_label(rest)
    return Bilingual(f"“{row.zh}”行", f"row “{row.en}”")


def section_label(key: str) -> Bilingual:
    """Label of one of the six sections."""
    section = next(form for form in SECTIONS if form.key == key)
    return Bilingual(f"“{section.number}、{section.heading}”", f"section {_SECTIONS_EN[key]}")


_SECTIONS_EN = MappingProxyType(
    {
        "overview": "1 (overview)",
        "disclosure": "2 (proactive disclosure)",
        "applications": "3 (requests)",
        "disputes": "4 (reviews and litigation)",
        "problems": "5 (problems and improvement)",
        "other_matters": "6 (other matters)",
    }
)


def named(keys: tuple[str, ...], limit: int = 3) -> Bilingual:
    """The cells `keys` by their labels, row by row, at most `limit` rows, then how many cells there are."""
    rows: dict[str, list[str]] = {}
    for key in keys:
        rows.setdefault(key.rpartition(".")[0], []).append(key)
    shown = [_row_named(prefix, cells) for prefix, cells in list(rows.items())[:limit]]
    more = len(rows) > limit
    return Bilingual(
        "、".join(label.zh for label in shown) + (f"等{len(keys)}格" if more else ""),
        "; ".join(label.en for label in shown) + (f" … {len(keys)} cells in all" if more else ""),
    )


_COLUMNS_NAMED = 3


def _row_named(prefix: str, cells: list[str]) -> Bilingual:
    row = row_label(prefix.partition(".")[2])
    if len(cells) > _COLUMNS_NAMED:
        return Bilingual(f"“{row.zh}”行{len(cells)}格", f"{len(cells)} cells of row “{row.en}”")
    columns = [column_label(cell.rpartition(".")[2]) for cell in cells]
    return Bilingual(
        f"“{row.zh}”行{''.join(f'“{column.zh}”' for column in columns)}列",
        f"row “{row.en}”, {', '.join(f'“{column.en}”' for column in columns)}",
    )


def figure(value: Number) -> str:
    """`value` as plain digits, without noughts that say nothing (15000.0)."""
    digits = format(value, "f") if not isinstance(value, int) else str(value)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
