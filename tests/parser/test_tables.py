"""Tables come back exactly as printed, in every rendering; what is damaged is told, never guessed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import extract
from crawler.extract.document import Unreadable
from crawler.parser.tables import read_tables
from crawler.report.forms import (
    APPLICANTS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORM_2019,
    FORM_2021,
    Form,
    cell_keys,
)
from crawler.report.model import DamageKind, TableState

# --- printing --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """A cell as it is printed; `key` is that of its number."""

    text: str
    across: int = 1
    down: int = 1
    key: str | None = None


Sheet = list[list[Printed]]

HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
}
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def disclosure_sheet(form: Form) -> Sheet:
    rows: Sheet = []
    for block in form.disclosure:
        rows.append([Printed(block.label, across=4)])
        wide = 4 - len(block.columns)
        columns = [Printed(column.label) for column in block.columns]
        columns[-1] = replace(columns[-1], across=wide)
        rows.append([Printed("信息内容"), *columns])
        for row in block.rows:
            cells = [Printed("", key=f"disclosure.{row.key}.{column.key}") for column in block.columns]
            cells[-1] = replace(cells[-1], across=wide)
            rows.append([Printed(row.label), *cells])
    return rows


def applications_sheet(form: Form) -> Sheet:
    kinds = APPLICANTS[1:-1]
    rows: Sheet = [
        [Printed(NOTE, across=3, down=3), Printed("申请人情况", across=7)],
        [Printed("自然人", down=2), Printed("法人或其他组织", across=5), Printed("总计", down=2)],
        [Printed(column.label) for column in kinds],
    ]
    above: tuple[str, ...] = ()
    for row in form.applications:
        cells: list[Printed] = []
        for group in row.groups:
            if group not in above:
                height = sum(group in other.groups for other in form.applications)
                cells.append(Printed(group, down=height))
        cells.append(Printed(row.label, across=3 - len(row.groups)))
        cells += [Printed("", key=f"applications.{row.key}.{column.key}") for column in APPLICANTS]
        above = row.groups
        rows.append(cells)
    return rows


def disputes_sheet() -> Sheet:
    columns = [Printed(column.label) for column in DISPUTE_COLUMNS]
    keys = [f"disputes.{group.key}.{column.key}" for group in DISPUTE_GROUPS for column in DISPUTE_COLUMNS]
    return [
        [Printed("行政复议", across=5), Printed("行政诉讼", across=10)],
        [
            *(replace(cell, down=2) for cell in columns),
            Printed("未经复议直接起诉", across=5),
            Printed("复议后起诉", across=5),
        ],
        [*columns, *columns],
        [Printed("", key=key) for key in keys],
    ]


def sheets(form: Form, texts: dict[str, str]) -> dict[str, Sheet]:
    """The three tables of `form`, with `texts` printed in their cells ("0" where none is given)."""
    empty = {
        "disclosure": disclosure_sheet(form),
        "applications": applications_sheet(form),
        "disputes": disputes_sheet(),
    }
    return {
        name: [
            [replace(cell, text=texts.get(cell.key, "0")) if cell.key else cell for cell in row]
            for row in sheet
        ]
        for name, sheet in empty.items()
    }


def html_table(sheet: Sheet) -> str:
    def tag(cell: Printed) -> str:
        across = f' colspan="{cell.across}"' if cell.across > 1 else ""
        down = f" rowspan={cell.down}" if cell.down > 1 else ""
        return f"<td{across}{down}>{escape(cell.text)}</td>"

    return "<table>" + "".join(f"<tr>{''.join(map(tag, row))}</tr>\n" for row in sheet) + "</table>"


def word_table(sheet: Sheet) -> str:
    def tag(cell: Printed) -> str:
        spans = f" colspan={cell.across}" * (cell.across > 1) + f" rowspan={cell.down}" * (cell.down > 1)
        half = len(cell.text) // 2
        return (
            f"<td width=84{spans} style='width:63.0pt;padding:0cm 5.4pt'>\n  <p class=MsoNormal align=center>"
            f"<span style='font-family:仿宋_GB2312'>{escape(cell.text[:half])}</span><b><span lang=EN-US>"
            f"{escape(cell.text[half:])}<o:p></o:p></span></b></p>\n  </td>"
        )

    rows = "".join(f"<tr style='height:1.0cm'>\n {''.join(map(tag, row))}\n </tr>" for row in sheet)
    return (
        f"<div align=center><table class=MsoNormalTable border=1>{rows}</table></div><p><o:p>&nbsp;</o:p></p>"
    )


def fields(sheet: Sheet, *, keep_left: bool) -> list[list[str]]:
    """What text leaves of merged cells: blanks, or with `keep_left` False one blank for each."""
    lines: list[list[str]] = []
    covered: dict[int, tuple[int, bool]] = {}  # column -> rows left, first column of its cell
    for row in sheet:
        line: list[str] = []
        below: dict[int, tuple[int, bool]] = {}
        at = 0
        waiting = list(row)
        while waiting or at in covered:
            if at in covered:
                left, first = covered[at]
                if first or keep_left:
                    line.append("")
                if left > 1:
                    below[at] = (left - 1, first)
                at += 1
                continue
            cell = waiting.pop(0)
            line.append(cell.text)
            line += [""] * (cell.across - 1) * keep_left
            if cell.down > 1:
                below.update({at + k: (cell.down - 1, k == 0) for k in range(cell.across)})
            at += cell.across
        covered = below
        lines.append(line)
    return lines


def cell_a_line(sheet: Sheet) -> str:
    return (
        "\n\n".join("\n".join(f"\t{text}" for text in row) for row in fields(sheet, keep_left=False)) + "\n\n"
    )


def tabs(sheet: Sheet) -> str:
    return "\n".join("\t".join(row) for row in fields(sheet, keep_left=True)) + "\n"


def pipes(sheet: Sheet) -> str:
    rows = fields(sheet, keep_left=True)
    width = max(map(len, rows))
    ruled = [rows[0], ["---"] * width, *rows[1:]]
    return "\n".join("| " + " | ".join(row) + " |" for row in ruled) + "\n"


def trailing_pipe(sheet: Sheet) -> str:
    return (
        "\n\n".join("\n".join(f"{text} |" for text in row) for row in fields(sheet, keep_left=False)) + "\n"
    )


def page(tables: dict[str, Sheet], render) -> bytes:
    html = render in (html_table, word_table)
    parts = []
    for name, sheet in tables.items():
        heading = HEADINGS[name]
        parts.append(f"<p>{heading}</p>{render(sheet)}" if html else f"{heading}\n\n{render(sheet)}\n")
    body = "\n".join(parts)
    return (f"<html><body><div>{body}</div></body></html>" if html else body).encode()


HTML_RENDERINGS = (html_table, word_table)
TEXT_RENDERINGS = (cell_a_line, tabs, pipes, trailing_pipe)
RENDERINGS = (*HTML_RENDERINGS, *TEXT_RENDERINGS)
FORMS = (FORM_2019, FORM_2021)


def keys_of(form: Form) -> list[str]:
    return [key for table in HEADINGS for key in cell_keys(form, table)]


def read(content: bytes):
    return read_tables(extract(content).blocks)


def values(tables) -> dict[str, int | Decimal]:
    return {k: c.value for table in tables.values() for k, c in table.cells.items() if c.value is not None}


def numbered(form: Form, start: int = 101) -> dict[str, str]:
    """A different number in every cell, so that no exchange goes unseen."""
    return {key: str(number) for number, key in enumerate(keys_of(form), start)}


# --- every rendering comes back --------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@pytest.mark.parametrize("render", RENDERINGS, ids=lambda render: render.__name__)
def test_every_cell_comes_back_under_its_own_key(form, render):
    texts = numbered(form)
    tables = read(page(sheets(form, texts), render))
    assert values(tables) == {key: int(text) for key, text in texts.items()}
    assert [table.state for table in tables.values()] == [TableState.COMPLETE] * 3
    assert tables["disclosure"].form == form.id
    assert not any(t.damages or t.extra_rows or t.altered_labels for t in tables.values())


def spelled(number: int, way: int) -> str:
    plain = str(number)
    full = plain.translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    return (plain, f"\xa0{plain}", f"{plain}\u3000 ", full, f"{number:,}")[way]


@settings(max_examples=40, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    render=st.sampled_from(RENDERINGS),
    numbers=st.lists(st.integers(0, 120_000), min_size=220, max_size=220),
    ways=st.lists(st.integers(0, 4), min_size=220, max_size=220),
)
def test_any_figures_in_any_spelling_come_back(form, render, numbers, ways):
    printed = dict(zip(keys_of(form), zip(numbers, ways, strict=True), strict=False))
    texts = {key: spelled(number, way) for key, (number, way) in printed.items()}
    assert values(read(page(sheets(form, texts), render))) == {key: n for key, (n, _) in printed.items()}


@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    render=st.sampled_from(RENDERINGS),
    key_at=st.integers(0, 10_000),
    mutation=st.sampled_from(("drop", "double", "blank", "merge")),
)
def test_a_lost_surplus_blank_or_merged_cell_shifts_no_number(form, render, key_at, mutation):
    texts = numbered(form)
    keys = list(texts)
    key = keys[key_at % len(keys)]
    changed = sheets(form, texts)
    for sheet in changed.values():
        for row in sheet:
            at = next((i for i, cell in enumerate(row) if cell.key == key), None)
            if at is None:
                continue
            if mutation == "drop":
                del row[at]
            elif mutation == "double":
                row.insert(at, Printed("77"))
            elif mutation == "blank":
                row[at] = replace(row[at], text="")
            elif at + 1 < len(row):
                row[at : at + 2] = [Printed(f"{row[at].text} {row[at + 1].text}")]
    got = values(read(page(changed, render)))
    wrong = {k: v for k, v in got.items() if v != int(texts[k])}
    assert not wrong


@settings(max_examples=120, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    render=st.sampled_from(RENDERINGS),
    cut=st.integers(0, 100_000),
    length=st.integers(0, 60),
    kind=st.sampled_from(("cut", "delete", "double", "tag", "swap")),
)
def test_mutilated_pages_give_no_number_that_is_not_printed(form, render, cut, length, kind):
    content = page(sheets(form, numbered(form)), render)
    cut %= len(content)
    if kind == "cut":
        content = content[:cut]
    elif kind == "delete":
        content = content[:cut] + content[cut + length :]
    elif kind == "double":
        content = content[: cut + length] + content[cut:]
    elif kind == "tag":
        content = re.sub(rb"<[^>]*>", b"", content[:cut], count=1) + re.sub(
            rb"<[^>]*>", b"", content[cut:], count=1
        )
    else:
        content = content[:cut] + content[cut : cut + length][::-1] + content[cut + length :]
    try:
        tables = read(content)
    except Unreadable:
        return
    visible = re.sub(r"<[^>]*>|\s", "", content.decode("utf-8", "replace"))
    for table in tables.values():
        for cell in table.cells.values():
            assert cell.value is None or str(cell.value) in visible


# --- golden pages ----------------------------------------------------------------------------------------


def table_three(*rows: str, header: bool = True) -> bytes:
    """Table three in the rendering with tabs, a row as given."""
    kinds = "商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他"
    head = f"{NOTE}\t申请人情况\n\t自然人\t法人或其他组织\t总计\n\t\t{kinds}\n"
    return (HEADINGS["applications"] + "\n" + head * header + "\n".join(rows) + "\n").encode()


def test_the_total_is_followed_to_where_the_header_puts_it():
    names = ("总计", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    sheet = [
        [Printed("项目"), *map(Printed, names)],
        [Printed("一、本年新收政府信息公开申请数量"), *map(Printed, ("21", "1", "2", "3", "4", "5", "6"))],
    ]
    for render in RENDERINGS:
        got = values(read(page({"applications": sheet}, render)))
        assert got == {
            "applications.new_received.total": 21,
            "applications.new_received.natural_person": 1,
            "applications.new_received.business": 2,
            "applications.new_received.research": 3,
            "applications.new_received.public_interest": 4,
            "applications.new_received.legal_service": 5,
            "applications.new_received.other_organisation": 6,
        }, render.__name__


def test_merged_head_with_the_total_first():
    rows = (
        "<tr><td rowspan=2>项目</td><td rowspan=2>总计</td><td rowspan=2>自然人</td>"
        "<td colspan=5>法人或其他组织</td></tr>"
        "<tr><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>"
        "<tr><td>四、结转下年度继续办理</td><td>9</td><td>4</td><td>5</td><td></td><td>0</td><td>0</td><td>0</td></tr>"
    )
    table = read(f"<p>{HEADINGS['applications']}</p><table>{rows}</table>".encode())["applications"]
    assert table.cells["applications.carried_out.total"].value == 9
    assert table.cells["applications.carried_out.natural_person"].value == 4
    assert table.cells["applications.carried_out.business"].value == 5
    assert (
        table.cells["applications.carried_out.research"].value,
        table.cells["applications.carried_out.research"].raw,
    ) == (None, "")
    assert table.state is TableState.PARTIAL


def test_the_merged_head_in_other_words_or_lost():
    texts = numbered(FORM_2021)
    expected = {k: int(v) for k, v in texts.items() if k.startswith("applications.")}
    sheet = sheets(FORM_2021, texts)["applications"]
    for render in RENDERINGS:
        sheet[1][1] = Printed("法人和其他组织", across=5)
        assert values(read(page({"applications": sheet}, render))) == expected, render.__name__
        sheet[1][1] = Printed("单位", across=5)
        tables = read(page({"applications": sheet}, render))
        if render in (*HTML_RENDERINGS, tabs, pipes):  # the columns show where they stand
            assert values(tables) == expected, render.__name__
        else:
            assert values(tables) == {}, render.__name__
            assert tables["applications"].state is TableState.DAMAGED


def test_a_figure_too_many_keeps_only_what_every_reading_gives():
    table = read(table_three("一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t5\t0\t0\t0"))["applications"]
    assert table.state is TableState.DAMAGED
    damage = table.damages[0]
    assert (damage.kind, damage.where) == (DamageKind.TOO_MANY_CELLS, "applications.new_received")
    assert (damage.expected, damage.found) == (7, 8)
    assert {key.rpartition(".")[2]: cell.value for key, cell in table.cells.items()} == {
        "natural_person": 0,
        "business": 0,
        "research": 0,
        "other_organisation": 0,
        "total": 0,
    }


def test_a_figure_too_few_claims_nothing():
    table = read(table_three("一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0"))["applications"]
    assert [(d.kind, d.where, d.expected, d.found) for d in table.damages] == [
        (DamageKind.TOO_FEW_CELLS, "applications.new_received", 7, 6)
    ]
    assert not table.cells


def test_numbers_that_ran_together():
    table = read(table_three("二、上年结转政府信息公开申请数量\t0\t1 0\t0\t0\t0\t0"))["applications"]
    assert DamageKind.NUMBERS_RUN_TOGETHER in {d.kind for d in table.damages}
    assert not table.cells
    table = read(table_three("二、上年结转政府信息公开申请数量\t0\t1 0\t0\t0\t0\t0\t1"))["applications"]
    assert [(d.kind, d.where) for d in table.damages] == [
        (DamageKind.NUMBERS_RUN_TOGETHER, "applications.carried_in")
    ]
    cell = table.cells["applications.carried_in.business"]
    assert (cell.value, cell.raw) == (None, "1 0")
    # if they are two numbers, one of the others is a surplus: only what holds in either case is claimed
    assert values({"": table}) == dict.fromkeys(
        [f"applications.carried_in.{c.key}" for c in APPLICANTS[2:-1]], 0
    )


def test_stand_ins_for_numbers_are_no_numbers():
    row = "一、本年新收政府信息公开申请数量\t/\t—\t无\t若干\t\t2件\t1,2"
    cells = read(table_three(row))["applications"].cells
    assert [cell.value for cell in cells.values()] == [None, None, None, None, None, 2, None]
    assert [cell.raw for cell in cells.values()] == ["/", "—", "无", "若干", "", "2件", "1,2"]


NAMELESS = ["\t\t0\t0\t0\t0\t0\t0\t0"]


@pytest.mark.parametrize(("count", "claimed"), [(2, 0), (3, 21), (4, 0)])
def test_lost_labels_stand_only_where_the_count_of_rows_proves_them(count, claimed):
    rows = ["\t（四）无法提供\t0\t0\t0\t0\t0\t0\t0", *NAMELESS * (count - 1)]
    table = read(table_three("三、本年度办理结果\t（一）予以公开\t1\t0\t0\t0\t0\t0\t1", *rows))[
        "applications"
    ]
    assert table.state is TableState.DAMAGED
    assert [(d.kind, d.where, d.expected, d.found) for d in table.damages] == [
        (DamageKind.LABELS_LOST, "applications.unavailable", 3, count)
    ]
    lost = [cell.value for key, cell in table.cells.items() if ".unavailable_" in key]
    assert lost == [0] * claimed


def test_lost_labels_never_place_a_number_that_differs_between_rows():
    rows = ["\t（四）无法提供\t0\t0\t0\t0\t0\t0\t0", NAMELESS[0], "\t\t2\t0\t0\t0\t0\t0\t2"]
    cells = read(table_three("三、本年度办理结果\t（一）予以公开\t1\t0\t0\t0\t0\t0\t1", *rows))[
        "applications"
    ].cells
    columns = {key.rpartition(".")[2] for key in cells if ".unavailable_" in key}
    assert columns == {"business", "research", "public_interest", "legal_service", "other_organisation"}


def test_a_subtotal_of_a_group_is_no_row_of_the_form():
    rows = [
        "\t（四）无法提供\t7\t0\t0\t0\t0\t0\t7",
        "\t\t1.本机关不掌握相关政府信息\t4\t0\t0\t0\t0\t0\t4",
        "\t\t3.补正后申请内容仍不明确\t3\t0\t0\t0\t0\t0\t3",
    ]
    table = read(table_three(*rows))["applications"]
    assert values({"": table}) == {
        **{f"applications.unavailable_not_held.{c.key}": 0 for c in APPLICANTS},
        **{f"applications.unavailable_still_unclear.{c.key}": 0 for c in APPLICANTS},
        "applications.unavailable_not_held.natural_person": 4,
        "applications.unavailable_not_held.total": 4,
        "applications.unavailable_still_unclear.natural_person": 3,
        "applications.unavailable_still_unclear.total": 3,
    }
    assert [(row.label, row.raw[0]) for row in table.extra_rows] == [("（四）无法提供", "7")]


def test_the_same_row_twice():
    row = "一、本年新收政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1"
    table = read(table_three(row, row))["applications"]
    assert table.cells["applications.new_received.total"].value == 1
    assert not table.damages
    table = read(table_three(row, row.replace("1", "2")))["applications"]
    assert [(d.kind, d.where) for d in table.damages] == [
        (DamageKind.ROW_REPEATED, "applications.new_received")
    ]
    assert not table.cells


def test_altered_labels_are_recognised_and_told():
    rows = [
        "\t（五）不予处理\t1.信访举报投诉申请\t1\t0\t0\t0\t0\t0\t1",
        "\t\t4.大量反复申请\t2\t0\t0\t0\t0\t0\t2",
    ]
    table = read(table_three(*rows))["applications"]
    assert table.cells["applications.unprocessed_petition.total"].value == 1
    assert ("applications.unprocessed_petition", "1.信访举报投诉申请") in table.altered_labels
    # what is left of the other label lacks its negation and could be another row's
    assert "applications.unprocessed_excessive.total" not in table.cells
    assert [row.label for row in table.extra_rows] == ["4.大量反复申请"]
    assert DamageKind.ROW_UNKNOWN in {d.kind for d in table.damages}


def test_other_means_what_its_group_says():
    rows = [
        "\t（三）不予公开\t9.其他\t8\t0\t0\t0\t0\t0\t8",
        "\t（六）其他处理\t其他\t3\t0\t0\t0\t0\t0\t3",
        "\t总计\t11\t0\t0\t0\t0\t0\t11",
    ]
    table = read(table_three(*rows))["applications"]
    assert table.cells["applications.other_misc.total"].value == 3
    assert table.cells["applications.results_total.total"].value == 11
    assert [(row.label, row.raw[0]) for row in table.extra_rows] == [("9.其他", "8")]


def test_other_handling_as_one_row_of_a_report_on_the_later_form():
    tables = sheets(FORM_2021, numbered(FORM_2021))
    tables["applications"] = sheets(FORM_2019, numbered(FORM_2019))["applications"]
    read_back = read(page(tables, html_table))
    assert read_back["disclosure"].form == "2021"
    assert read_back["applications"].form is None
    assert read_back["applications"].state is TableState.PARTIAL
    keys = {key.split(".")[1] for key in read_back["applications"].cells}
    assert "other_handling" in keys
    assert not keys & {"other_misc", "other_overdue_fee", "other_overdue_correction"}


def test_figures_without_a_header_stand_only_where_all_are_the_same():
    same = "一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0"
    other = "二、上年结转政府信息公开申请数量\t0\t1\t0\t0\t0\t0\t1"
    table = read(table_three(same, other, header=False))["applications"]
    assert table.state is TableState.DAMAGED
    assert DamageKind.COLUMNS_UNKNOWN in {d.kind for d in table.damages}
    assert values({"": table}) == {f"applications.new_received.{c.key}": 0 for c in APPLICANTS}


def test_tables_split_over_pages_with_repeated_headers():
    tables = sheets(FORM_2021, numbered(FORM_2021))
    upper, lower = tables["applications"][:9], tables["applications"][9:]
    # the second page repeats the header; its first row begins inside a group
    again = [[replace(cell, text=cell.text) for cell in row] for row in tables["applications"][:3]]
    lower[0] = [Printed("", down=17), Printed("", down=4), *lower[0]]
    content = (
        f"<p>{HEADINGS['applications']}</p>{html_table(upper)}<p>第2页</p>{html_table([*again, *lower])}"
    ).encode()
    expected = {k: int(v) for k, v in numbered(FORM_2021).items() if k.startswith("applications.")}
    assert values(read(content)) == expected


def test_a_leading_empty_column_and_header_rows_without_rowspan():
    tables = sheets(FORM_2021, numbered(FORM_2021))
    for sheet in tables.values():
        for row in sheet:
            row.insert(0, Printed("\xa0"))
    applications = tables["applications"]
    applications[0][1] = Printed(NOTE, across=3)
    applications[1][1:] = [Printed("自然人"), Printed("法人或其他组织", across=5), Printed("总计")]
    assert values(read(page(tables, html_table))) == {k: int(v) for k, v in numbered(FORM_2021).items()}


def test_money_keeps_its_decimals_and_its_unit():
    texts = {"disclosure.fees.amount_10k_cny": "12.50"}
    content = page({"disclosure": sheets(FORM_2021, texts)["disclosure"]}, html_table).decode()
    key = "disclosure.fees.amount_10k_cny"
    assert read(content.encode())["disclosure"].cells[key].value == Decimal("12.5")
    in_yuan = read(content.replace("万元", "元").encode())["disclosure"]
    assert key not in in_yuan.cells
    assert [(d.kind, d.where) for d in in_yuan.damages] == [(DamageKind.COLUMNS_UNKNOWN, "disclosure.fees")]
    suffixed = read(content.replace("12.50", "251000元").encode())["disclosure"]
    assert (suffixed.cells[key].value, suffixed.cells[key].raw) == (None, "251000元")


def test_a_part_printed_on_the_other_form_is_kept_apart():
    sheet = sheets(FORM_2021, numbered(FORM_2021))["disclosure"]
    old = sheets(FORM_2019, numbered(FORM_2019))["disclosure"]
    fees = [row for row in old if row[0].text == "行政事业性收费"]
    content = page({"disclosure": [*sheet[:-2], old[-5], *fees]}, html_table)
    table = read(content)["disclosure"]
    assert table.form == "2021"
    assert not any(key.startswith("disclosure.fees.") for key in table.cells)
    assert [(d.kind, d.where) for d in table.damages] == [(DamageKind.COLUMNS_UNKNOWN, "disclosure.fees")]
    assert [row.label for row in table.extra_rows] == ["行政事业性收费"]


def test_changes_of_items_are_signed():
    texts = numbered(FORM_2019) | {
        "disclosure.licences.items_change": "减2",
        "disclosure.penalties.items_change": "+3",
        "disclosure.coercion.items_change": "持平",
    }
    got = values(read(page(sheets(FORM_2019, texts), cell_a_line)))
    assert got["disclosure.licences.items_change"] == -2
    assert got["disclosure.penalties.items_change"] == 3
    assert got["disclosure.coercion.items_change"] == 0


def test_disputes_one_row_a_group():
    columns = "".join(f"<td>{column.label}</td>" for column in DISPUTE_COLUMNS)
    rows = (
        f"<tr><td></td>{columns}</tr>"
        "<tr><td>行政复议</td><td>1</td><td>2</td><td>3</td><td>4</td><td>10</td></tr>"
        "<tr><td>未经复议直接起诉</td><td>5</td><td>0</td><td>0</td><td>0</td><td>5</td></tr>"
        "<tr><td>复议后起诉</td><td>0</td><td>6</td><td>0</td><td>1</td><td>7</td></tr>"
    )
    table = read(f"<p>{HEADINGS['disputes']}</p><table>{rows}</table>".encode())["disputes"]
    assert table.state is TableState.COMPLETE
    assert [table.cells[f"disputes.{g.key}.total"].value for g in DISPUTE_GROUPS] == [10, 5, 7]
    assert table.cells["disputes.review.corrected"].value == 2
    assert table.cells["disputes.litigation_after_review.pending"].value == 1


@pytest.mark.parametrize("render", RENDERINGS, ids=lambda render: render.__name__)
def test_disputes_left_blank(render):
    texts = dict.fromkeys(cell_keys(FORM_2021, "disputes"), "")
    table = read(page(sheets(FORM_2021, texts), render))["disputes"]
    assert table.state is TableState.PARTIAL
    assert {(cell.value, cell.raw) for cell in table.cells.values()} <= {(None, "")}


def test_fourteen_figures_of_disputes_claim_nothing():
    sheet = sheets(FORM_2021, {})["disputes"]
    del sheet[-1][3]
    table = read(page({"disputes": sheet}, tabs))["disputes"]
    assert [(d.kind, d.where, d.expected, d.found) for d in table.damages] == [
        (DamageKind.TOO_FEW_CELLS, "disputes", 15, 14)
    ]
    assert not table.cells


# --- no table --------------------------------------------------------------------------------------------


def outline(third: str) -> bytes:
    return (
        f"<div><p>一、总体情况</p><p>云溪县水务局工作平稳。</p><p>{HEADINGS['disclosure']}</p><p>无</p>"
        f"<p>{HEADINGS['applications']}</p>{third}<p>{HEADINGS['disputes']}</p><p>无</p>"
        "<p>五、存在的主要问题及改进情况</p><p><img src='/images/flow.png'></p></div>"
    ).encode()


def test_missing_picture_or_lost_labels():
    def state(third: str) -> TableState:
        return read(outline(third))["applications"].state

    assert state("") is TableState.MISSING
    assert state("<p><img src='/images/table3.png'></p>") is TableState.IMAGE
    assert state("<p><img src='/images/dot.gif' width=16 height=16></p>") is TableState.MISSING
    figures = "<tr><td>1</td><td>2</td><td>3</td></tr>"
    assert state(f"<table>{figures}{figures}</table>") is TableState.DAMAGED
    others = read(outline("<p><img src='/images/table3.png'></p>"))
    assert others["disclosure"].state is TableState.MISSING
    assert others["disputes"].state is TableState.MISSING


def test_other_tables_of_a_page_are_not_read():
    content = (
        "<div><p>五、存在的主要问题及改进情况</p><table><tr><td>渠道</td><td>条数</td></tr>"
        "<tr><td>门户网站</td><td>20</td></tr></table></div>"
    ).encode()
    assert {table.state for table in read(content).values()} == {TableState.MISSING}


def test_an_empty_body():
    assert {table.state for table in read_tables(()).values()} == {TableState.MISSING}


@pytest.mark.parametrize("lost", range(5))
@pytest.mark.parametrize("render", HTML_RENDERINGS, ids=lambda render: render.__name__)
def test_a_column_without_its_label_is_left_out_and_the_others_stand(render, lost):
    texts = numbered(FORM_2021)
    sheet = sheets(FORM_2021, texts)["applications"]
    sheet[2][lost] = replace(sheet[2][lost], text="")
    tables = read(page({"applications": sheet}, render))
    gone = f".{APPLICANTS[1 + lost].key}"
    assert values(tables) == {
        key: int(text)
        for key, text in texts.items()
        if key.startswith("applications.") and not key.endswith(gone)
    }
    assert [damage.kind for damage in tables["applications"].damages] == [DamageKind.COLUMNS_UNKNOWN]
