"""Ways in which converters, page breaks and spreadsheets print a table; every number here was read by hand.

In a drawn grid "<" is a place covered by the cell at its left, "^" one covered by the cell above.
"""

from __future__ import annotations

from decimal import Decimal

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot
from crawler.parser.tables import read_tables
from crawler.report.forms import APPLICANTS
from crawler.report.model import DamageKind, Table, TableState

RESULTS = "三、本年度办理结果"
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def drawn(*lines: str, rectangular: bool = True) -> Grid:
    """A grid from lines of cells separated by "|"; "/" in a cell stands for a line break."""
    rows: list[tuple[Slot, ...]] = []
    for line in lines:
        row: list[Slot] = []
        for at, cell in enumerate(line.split("|")):
            text = cell.strip().replace("/", "\n")
            if text == "<":
                row.append(Slot(row[at - 1].text, Origin.FROM_LEFT))
            elif text == "^":
                row.append(Slot(rows[-1][at].text, Origin.FROM_ABOVE))
            else:
                row.append(Slot(text))
        rows.append(tuple(row))
    return Grid(tuple(rows), rectangular)


HEADER = (
    f"{NOTE} | < | < | 申请人情况 | < | < | < | < | < | <",
    "^ | ^ | ^ | 自然人 | 法人或其他组织 | < | < | < | < | 总计",
    "^ | ^ | ^ | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | ^",
)
COLUMNS = tuple(column.key for column in APPLICANTS)


def applications(*blocks: Block) -> Table:
    return read_tables(blocks)["applications"]


def row(table: Table, key: str) -> list[object]:
    """The values of a row in the form's order; "absent" where there is no cell."""
    cells = [table.cells.get(f"applications.{key}.{column}") for column in COLUMNS]
    return [cell.value if cell is not None else "absent" for cell in cells]


def keys(table: Table) -> set[str]:
    return {key.split(".")[1] for key in table.cells}


# --- merged cells and what converters make of them --------------------------------------------------------


def test_merged_cells_repeated_as_cells_of_their_own():
    table = applications(
        drawn(
            f"{NOTE} | {NOTE} | {NOTE} |" + "申请人情况 | " * 6 + "申请人情况",
            f"{NOTE} | {NOTE} | {NOTE} | 自然人 |" + "法人或其他组织 | " * 5 + "总计",
            f"{NOTE} | {NOTE} | {NOTE} | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 "
            "| 其他 | 总计",
            "一、本年新收政府信息公开申请数量 | " * 3 + "11 | 12 | 13 | 14 | 15 | 16 | 81",
            f"{RESULTS} | （一）予以公开 | （一）予以公开 | 21 | 22 | 23 | 24 | 25 | 26 | 141",
            f"{RESULTS} | （三）不予公开 | 1.属于国家秘密 | 31 | 32 | 33 | 34 | 35 | 36 | 201",
            f"{RESULTS} | （三）不予公开 | 2.其他法律行政法规禁止公开 | 41 | 42 | 43 | 44 | 45 | 46 | 261",
        )
    )
    assert row(table, "new_received") == [11, 12, 13, 14, 15, 16, 81]
    assert row(table, "granted") == [21, 22, 23, 24, 25, 26, 141]
    assert row(table, "denied_state_secret") == [31, 32, 33, 34, 35, 36, 201]
    assert row(table, "denied_prohibited_by_law") == [41, 42, 43, 44, 45, 46, 261]
    assert table.state is TableState.PARTIAL


def test_merged_cells_left_as_empty_cells():
    table = applications(
        drawn(
            f"{NOTE} | | | 申请人情况 | | | | | | ",
            "| | | 自然人 | 法人或其他组织 | | | | | 总计",
            "| | | | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | ",
            "一、本年新收政府信息公开申请数量 | | | 11 | | 13 | 14 | 15 | 16 | 81",
            f"{RESULTS} | （三）不予公开 | 1.属于国家秘密 | 31 | 32 | 33 | 34 | 35 | 36 | 201",
            "| | 2.其他法律行政法规禁止公开 | 41 | 42 | 43 | 44 | 45 | 46 | ",
        )
    )
    assert row(table, "new_received") == [11, None, 13, 14, 15, 16, 81]
    assert row(table, "denied_state_secret") == [31, 32, 33, 34, 35, 36, 201]
    assert row(table, "denied_prohibited_by_law") == [41, 42, 43, 44, 45, 46, None]


def test_repeated_cells_of_table_two():
    table = read_tables(
        [
            drawn(
                "第二十条第（五）项 | 第二十条第（五）项 | 第二十条第（五）项 | 第二十条第（五）项",
                "信息内容 | 本年处理决定数量 | 本年处理决定数量 | 本年处理决定数量",
                "行政许可 | 41 | 41 | 41",
                "第二十条第（八）项 | 第二十条第（八）项 | 第二十条第（八）项 | 第二十条第（八）项",
                "信息内容 " + "| 本年收费金额（单位：万元） " * 3,
                "行政事业性收费 | 1.50 | 1.50 | 1.50",
            )
        ]
    )["disclosure"]
    assert table.cells["disclosure.licences.decisions"].value == 41
    assert table.cells["disclosure.fees.amount_10k_cny"].value == Decimal("1.5")
    assert len(table.cells) == 2


def test_the_group_in_every_row_or_in_the_first_alone():
    every = drawn(
        *HEADER,
        f"{RESULTS} | （五）不予处理 | 1.信访举报投诉类申请 | 1 | 2 | 3 | 4 | 5 | 6 | 21",
        f"{RESULTS} | （五）不予处理 | 2.重复申请 | 7 | 8 | 9 | 10 | 11 | 12 | 57",
        f"{RESULTS} | （七）总计 | < | 8 | 10 | 12 | 14 | 16 | 18 | 78",
    )
    first = drawn(
        *HEADER,
        f"{RESULTS} | （五）不予处理 | 1.信访举报投诉类申请 | 1 | 2 | 3 | 4 | 5 | 6 | 21",
        "2.重复申请 | 7 | 8 | 9 | 10 | 11 | 12 | 57",
        "（七）总计 | 8 | 10 | 12 | 14 | 16 | 18 | 78",
    )
    for table in (applications(every), applications(first)):
        assert row(table, "unprocessed_petition") == [1, 2, 3, 4, 5, 6, 21]
        assert row(table, "unprocessed_repeated") == [7, 8, 9, 10, 11, 12, 57]
        assert row(table, "results_total") == [8, 10, 12, 14, 16, 18, 78]
        assert not table.damages


def test_a_short_row_with_a_blank_claims_nothing():
    table = applications(
        drawn(
            *HEADER,
            f"{RESULTS} | （五）不予处理 | 1.信访举报投诉类申请 | 1 | 2 | 3 | 4 | 5 | 6 | 21",
            "2.重复申请 | 7 | 8 | | 10 | 11 | 12",
        )
    )
    assert row(table, "unprocessed_repeated") == ["absent"] * 7
    assert [(d.kind, d.where) for d in table.damages] == [
        (DamageKind.TOO_FEW_CELLS, "applications.unprocessed_repeated")
    ]


# --- columns ----------------------------------------------------------------------------------------------


def test_an_empty_column_anywhere():
    for at in range(11):
        lines = []
        for line in (
            *HEADER,
            "四、结转下年度继续办理 | < | < | 4 | 5 |  | 0 | 1 | 2 | 12",
            "一、本年新收政府信息公开申请数量 | < | < | 7 | 0 | 0 | 0 | 0 | 3 | 10",
        ):
            cells = line.split("|")
            covered = at < len(cells) and cells[at].strip() == "<"
            lines.append("|".join([*cells[:at], "<" if covered else "", *cells[at:]]))
        table = applications(drawn(*lines))
        assert row(table, "carried_out") == [4, 5, None, 0, 1, 2, 12], at
        assert row(table, "new_received") == [7, 0, 0, 0, 0, 3, 10], at


def test_an_empty_column_in_table_four():
    results = "结果/维持 | 结果/纠正 | 其他/结果 | 尚未/审结 | 总计"
    for at in range(16):
        lines = []
        for line in (
            "行政复议 | < | < | < | < | 行政诉讼 | < | < | < | < | < | < | < | < | <",
            "结果/维持 | 结果/纠正 | 其他/结果 | 尚未/审结 | 总计 | 未经复议直接起诉 | < | < | < | < "
            "| 复议后起诉 | < | < | < | <",
            f"^ | ^ | ^ | ^ | ^ | {results} | {results}",
            "1 | 2 | 3 | 4 | 10 | 5 | | 6 | 7 | 18 | 8 | 9 | 0 | 0 | 17",
        ):
            cells = line.split("|")
            covered = at < len(cells) and cells[at].strip() == "<"
            lines.append("|".join([*cells[:at], "<" if covered else "", *cells[at:]]))
        table = read_tables([drawn(*lines)])["disputes"]
        assert table.cells["disputes.review.total"].value == 10, at
        assert table.cells["disputes.litigation_direct.upheld"].value == 5, at
        assert table.cells["disputes.litigation_direct.corrected"].value is None, at
        assert table.cells["disputes.litigation_direct.total"].value == 18, at
        assert table.cells["disputes.litigation_after_review.corrected"].value == 9, at
        assert table.state is TableState.PARTIAL, at


def test_the_total_before_the_legal_persons():
    table = applications(
        drawn(
            f"{NOTE} | < | < | 申请人情况 | < | < | < | < | < | <",
            "^ | ^ | ^ | 自然人 | 总计 | 法人或其他组织 | < | < | < | <",
            "^ | ^ | ^ | ^ | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他",
            "一、本年新收政府信息公开申请数量 | < | < | 1 | 21 | 2 | 3 | 4 | 5 | 6",
        )
    )
    assert row(table, "new_received") == [1, 2, 3, 4, 5, 6, 21]
    ragged = applications(
        drawn(
            f"{NOTE} | 申请人情况",
            "自然人 | 总计 | 法人或其他组织",
            "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他",
            "一、本年新收政府信息公开申请数量 | 1 | 21 | 2 | 3 | 4 | 5 | 6",
            rectangular=False,
        )
    )
    assert row(ragged, "new_received") == [1, 2, 3, 4, 5, 6, 21]


def test_the_total_first():
    table = applications(
        drawn(
            f"{NOTE} | < | < | 总计 | 申请人情况 | < | < | < | < | <",
            "^ | ^ | ^ | ^ | 自然人 | 法人或其他组织 | < | < | < | <",
            "^ | ^ | ^ | ^ | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他",
            "一、本年新收政府信息公开申请数量 | < | < | 21 | 1 | 2 | 3 | 4 | 5 | 6",
        )
    )
    assert row(table, "new_received") == [1, 2, 3, 4, 5, 6, 21]


def test_words_wrapped_in_every_label():
    table = applications(
        drawn(
            f"{NOTE} | < | < | 申请人/情况 | < | < | < | < | < | <",
            "^ | ^ | ^ | 自然/人 | 法人或其/他组织 | < | < | < | < | 总/计",
            "^ | ^ | ^ | ^ | 商 业/企 业 | 科研/机构 | 社会/公益/组织 | 法律/服务/机构 | 其/他 | ^",
            "三、/本/年/度/办/理/结/果 | （五）/不予/处理 | 5.要求行政机关确/认或重新出具已/获取信息 "
            "| 1 | 2 | 3 | 4 | 5 | 6 | 21",
            "^ | （六）/其他/处理 | 3./其他 | 7 | 8 | 9 | 10 | 11 | 12 | 57",
        )
    )
    assert row(table, "unprocessed_reissue") == [1, 2, 3, 4, 5, 6, 21]
    assert row(table, "other_misc") == [7, 8, 9, 10, 11, 12, 57]
    assert not table.altered_labels


# --- page breaks ------------------------------------------------------------------------------------------

UPPER = (
    *HEADER,
    f"{RESULTS} | （五）不予处理 | 4.无正当理由大量反复申请 | 1 | 2 | 3 | 4 | 5 | 6 | 21",
)
LAST = "四、结转下年度继续办理 | < | < | 31 | 32 | 33 | 34 | 35 | 36 | 201"


def test_a_row_cut_in_half_with_the_numbers_below():
    table = applications(
        drawn(*UPPER, "^ | ^ | 5.要求行政机关确认或 | | | | | | | "),
        Paragraph("— 4 —"),
        drawn("| | 重新出具已获取信息 | 7 | 8 | 9 | 10 | 11 | 12 | 57", LAST),
    )
    assert row(table, "unprocessed_reissue") == [7, 8, 9, 10, 11, 12, 57]
    assert row(table, "carried_out") == [31, 32, 33, 34, 35, 36, 201]
    assert not table.damages
    assert not table.altered_labels


def test_a_row_cut_in_half_with_the_numbers_above():
    table = applications(
        drawn(*UPPER, "^ | ^ | 5.要求行政机关确认或 | 7 | 8 | 9 | 10 | 11 | 12 | 57"),
        drawn("| | 重新出具已获取信息 | | | | | | | ", LAST),
    )
    assert row(table, "unprocessed_reissue") == [7, 8, 9, 10, 11, 12, 57]
    assert row(table, "carried_out") == [31, 32, 33, 34, 35, 36, 201]
    assert not table.damages


def test_a_row_cut_in_half_over_a_repeated_header():
    table = applications(
        drawn(*UPPER, "（二）部分公开（区分处理的，只 | < | < | | | | | | | "),
        drawn(*HEADER, "计这一情形，不计其他情形） | < | < | 7 | 8 | 9 | 10 | 11 | 12 | 57", LAST),
    )
    assert row(table, "partly_granted") == [7, 8, 9, 10, 11, 12, 57]
    assert row(table, "carried_out") == [31, 32, 33, 34, 35, 36, 201]


def test_half_rows_whose_words_do_not_make_a_label_claim_nothing():
    table = applications(
        drawn(*UPPER, "^ | ^ | 5.要求行政机关确认或 | | | | | | | "),
        drawn("| | 已获取信息 | 7 | 8 | 9 | 10 | 11 | 12 | 57", LAST),
    )
    assert "unprocessed_publication" not in keys(table)
    assert row(table, "unprocessed_reissue")[0] == "absent"
    assert table.state is TableState.DAMAGED


def test_numbers_in_both_halves_claim_nothing():
    table = applications(
        drawn(*UPPER, "^ | ^ | 5.要求行政机关确认或 | 7 | 8 | 9 | | | | "),
        drawn("| | 重新出具已获取信息 | | | | 10 | 11 | 12 | 57", LAST),
    )
    assert {key for key in keys(table) if key.startswith("unprocessed")} == {"unprocessed_excessive"}
    assert table.state is TableState.DAMAGED


def test_the_last_row_on_the_next_page():
    table = applications(drawn(*UPPER), Paragraph("第3页"), drawn(LAST))
    assert row(table, "unprocessed_excessive") == [1, 2, 3, 4, 5, 6, 21]
    assert row(table, "carried_out") == [31, 32, 33, 34, 35, 36, 201]


def test_blanks_on_the_next_page_are_placed_only_by_a_full_row():
    blank = "二、上年结转政府信息公开申请数量 | < | | | 2 | 3 | 4 | 5 | 6 | 20"
    assert row(applications(drawn(*UPPER), drawn(blank)), "carried_in") == ["absent"] * 7
    shown = applications(drawn(*UPPER), drawn(blank, LAST))
    assert row(shown, "carried_in") == [None, 2, 3, 4, 5, 6, 20]


def test_a_repeated_header_between_rows():
    table = applications(drawn(*UPPER, *HEADER, LAST), drawn(*HEADER))
    assert row(table, "unprocessed_excessive") == [1, 2, 3, 4, 5, 6, 21]
    assert row(table, "carried_out") == [31, 32, 33, 34, 35, 36, 201]
    assert not table.damages


# --- one grid for everything ------------------------------------------------------------------------------

SHEET = (
    "| 云溪县水务局2023年政府信息公开工作年度报告 | < | < | < | < | < | < | < | < | < |",
    "| | | | | | | | | | | |",
    "| 二、主动公开政府信息情况 | < | < | < | < | < | < | < | < | < |",
    "| 第二十条第（一）项 | < | < | < | | | | | | | |",
    "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 | | | | | | | |",
    "| 规章 | 0 | 0 | 0 | | | | | | | |",
    "| 行政规范性文件 | 3 | | 12 | | | | | | | |",
    "| 第二十条第（五）项 | < | < | < | | | | | | | |",
    "| 信息内容 | 本年处理决定数量 | < | < | | | | | | | |",
    "| 行政许可 | 41 | < | < | | | | | | | |",
    "| 第二十条第（六）项 | < | < | < | | | | | | | |",
    "| 信息内容 | 本年处理决定数量 | < | < | | | | | | | |",
    "| 行政处罚 | 7 | < | < | | | | | | | |",
    "| 行政强制 | 3 | < | < | | | | | | | |",
    "| 第二十条第（八）项 | < | < | < | | | | | | | |",
    "| 信息内容 | 本年收费金额（单位：万元） | < | < | | | | | | | |",
    "| 行政事业性收费 | 12.0 | < | < | | | | | | | |",
    "| | | | | | | | | | | |",
    "| 三、收到和处理政府信息公开申请情况 | < | < | < | < | < | < | < | < | < |",
    f"| {NOTE} | < | < | 申请人情况 | < | < | < | < | < | < |",
    "| ^ | ^ | ^ | 自然人 | 法人或其他组织 | < | < | < | < | 总计 |",
    "| ^ | ^ | ^ | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | ^ |",
    "| 一、本年新收政府信息公开申请数量 | < | < | 1 | 2 | 3 | 4 | 5 | 6 | 21 |",
    "| 四、结转下年度继续办理 | < | < | 4 | 5 | | 0 | 1 | 2 | 12 |",
    "| | | | | | | | | | | |",
    "| 四、政府信息公开行政复议、行政诉讼情况 | < | < | < | < | < | < | < | < | < |",
    "| | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | | | | | |",
    "| 行政复议 | 1 | 2 | 3 | 4 | 10 | | | | | |",
    "| 未经复议直接起诉 | 5 | 0 | 0 | 0 | 5 | | | | | |",
    "| 复议后起诉 | 0 | | 0 | 1 | 1 | | | | | |",
    "| | | | | | | | | | | |",
    "| 五、存在的主要问题及改进情况 | < | < | < | < | < | < | < | < | < |",
    "| 公开渠道 | 条数 | | | | | | | | | |",
    "| 门户网站 | 20 | | | | | | | | | |",
    "| 2024 | | | | | | | | | | |",
)


def test_a_spreadsheet_with_all_three_tables_and_margins():
    tables = read_tables([drawn(*SHEET)])
    second, third, fourth = (tables[key] for key in ("disclosure", "applications", "disputes"))
    assert {key.partition(".")[2]: cell.value for key, cell in second.cells.items()} == {
        "regulations.issued": 0,
        "regulations.repealed": 0,
        "regulations.in_force": 0,
        "normative_documents.issued": 3,
        "normative_documents.repealed": None,
        "normative_documents.in_force": 12,
        "licences.decisions": 41,
        "penalties.decisions": 7,
        "coercion.decisions": 3,
        "fees.amount_10k_cny": 12,
    }
    assert row(third, "new_received") == [1, 2, 3, 4, 5, 6, 21]
    assert row(third, "carried_out") == [4, 5, None, 0, 1, 2, 12]
    assert [fourth.cells[f"disputes.review.{key}"].value for key in ("upheld", "corrected", "total")] == [
        1,
        2,
        10,
    ]
    assert fourth.cells["disputes.litigation_after_review.corrected"].value is None
    assert fourth.cells["disputes.litigation_after_review.total"].value == 1
    assert [table.state for table in tables.values()] == [TableState.PARTIAL] * 3
    assert not any(table.damages or table.extra_rows for table in tables.values())


def test_the_three_tables_in_one_grid_without_anything_between():
    kept = [line for line in SHEET[3:30] if line.replace("|", "").strip() and "、政府信息" not in line]
    tables = read_tables([drawn(*kept)])
    assert tables["disclosure"].cells["disclosure.licences.decisions"].value == 41
    assert row(tables["applications"], "new_received") == [1, 2, 3, 4, 5, 6, 21]
    assert tables["disputes"].cells["disputes.litigation_direct.upheld"].value == 5


# --- forms ------------------------------------------------------------------------------------------------


def test_rows_of_the_old_form_keep_their_keys_beside_the_new():
    tables = read_tables(
        [
            drawn(
                "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数",
                "规章 | 1 | 2 | 3",
                "行政规范性文件 | 4 | 5 | 6",
            ),
            drawn(
                *HEADER,
                f"{RESULTS} | （六）其他处理 | < | 1 | 2 | 3 | 4 | 5 | 6 | 21",
                "^ | （七）总计 | < | 7 | 8 | 9 | 10 | 11 | 12 | 57",
            ),
        ]
    )
    assert row(tables["applications"], "other_handling") == [1, 2, 3, 4, 5, 6, 21]
    assert row(tables["applications"], "results_total") == [7, 8, 9, 10, 11, 12, 57]
    assert keys(tables["applications"]) == {"other_handling", "results_total"}
    assert tables["disclosure"].form == "2021"
    assert tables["disclosure"].cells["disclosure.normative_documents.in_force"].value == 6
