"""Damaged labels: every loss and every likely misreading of one character is the same row or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.extract.document import Grid, Slot
from crawler.parser.tables import read_tables
from crawler.parser.tables.labels import prints_as, recognise
from crawler.report.forms import APPLICANTS, FORM_2019, FORM_2021, Form
from crawler.report.model import DamageKind, Table

CONFUSABLE = (
    *(
        "一二三",
        "十七",
        "四匹",
        "五王",
        "六大",
        "八入人",
        "九几",
        "0OoQ",
        "1lI|7",
        "2Z",
        "3B8",
        "5S6",
        "，,.",
        "（([〔",
    ),
    *(
        "未末本木",
        "己已巳",
        "予子于",
        "不木否",
        "公么分",
        "开井",
        "以似",
        "他它地",
        "理埋",
        "法去",
        "行衍",
        "其具",
    ),
    *(
        "无元天",
        "有存",
        "信言",
        "请清情",
        "复夏",
        "重童",
        "没设",
        "另力",
        "作昨",
        "要耍",
        "求水",
        "可司",
        "罚罪",
    ),
    *(
        "许件",
        "强张",
        "制剂",
        "规现",
        "范苑",
        "文交",
        "处外",
        "总急",
        "计汁",
        "属居",
        "密蜜",
        "第弟",
        "结给",
        "转传",
    ),
)


def damaged(label: str) -> Iterator[str]:
    """The label with each character lost, and with each taken for one that looks like it."""
    for at, character in enumerate(label):
        yield label[:at] + label[at + 1 :]
        for alike in CONFUSABLE:
            if character in alike:
                yield from (label[:at] + other + label[at + 1 :] for other in alike if other != character)


def ragged(rows: list[list[str]]) -> Grid:
    return Grid(tuple(tuple(Slot(text) for text in row) for row in rows))


def table_three(form: Form) -> list[list[str]]:
    """Header and rows, each with its innermost group and numbers of its own."""
    header = [["申请人情况"], [column.label for column in APPLICANTS]]
    return header + [
        [*row.groups[1:], row.label, *(str(100 * at + column) for column in range(1, 8))]
        for at, row in enumerate(form.applications, 1)
    ]


def table_two(form: Form) -> list[list[str]]:
    rows, number = [], 100
    for block in form.disclosure:
        rows.append(["信息内容", *(column.label for column in block.columns)])
        for row in block.rows:
            number += 10
            rows.append([row.label, *(str(number + at) for at in range(len(block.columns)))])
    return rows


def claimed(table: Table) -> dict[str, object]:
    return {key: cell.value for key, cell in table.cells.items() if cell.value is not None}


@pytest.mark.parametrize("form", [FORM_2019, FORM_2021], ids=lambda form: form.id)
@pytest.mark.parametrize("key", ["disclosure", "applications"])
def test_one_damaged_character_never_makes_another_row(form, key):
    sheet = table_two(form) if key == "disclosure" else table_three(form)
    whole = claimed(read_tables([ragged(sheet)])[key])
    assert len(whole) == sum(text.isdecimal() for row in sheet for text in row)
    told = labels = 0
    for at, row in enumerate(sheet):
        if not row[-1].isdecimal():
            continue
        place = next(i for i, text in enumerate(row) if text.isdecimal()) - 1
        for label in dict.fromkeys(damaged(row[place])):
            changed = [*sheet[:at], [*row[:place], label, *row[place + 1 :]], *sheet[at + 1 :]]
            table = read_tables([ragged(changed)])[key]
            got = claimed(table)
            assert got.items() <= whole.items(), label
            labels += 1
            told += len(got) == len(whole)
            # whatever is not printed as the form prints it is told, unless only its number is damaged
            assert len(got) == len(whole) or table.damages or table.extra_rows, label
    assert told > 0.7 * labels


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("2.其他法律行政止公开", "denied_prohibited_by_law"),
        ("2其它法律行政法规禁止公开", "denied_prohibited_by_law"),
        ("2 其他法律行政法规禁止公井", "denied_prohibited_by_law"),
        ("l.属于国家秘密", "denied_state_secret"),
        ("Ⅰ.属于国家秘密", "denied_state_secret"),
        ("3.危及三安全一稳定", "denied_security_stability"),
        ("3．危及“三安全—稳定”", "denied_security_stability"),
        ("5属于三类内部事务信息", "denied_internal_affairs"),
        ("7.属千行政执法案卷", "denied_enforcement_file"),
    ],
)
def test_damaged_labels_are_the_row_that_a_reader_sees(label, row):
    sheet = [*table_three(FORM_2021)[:2], ["（三）不予公开", label, "1", "2", "3", "4", "5", "6", "21"]]
    table = read_tables([ragged(sheet)])["applications"]
    assert {key.split(".")[1] for key in table.cells} == {row}
    assert table.cells[f"applications.{row}.total"].value == 21


@pytest.mark.parametrize(
    ("label", "altered"),
    [
        ("2.其他法律行政止公开", True),
        ("2.其它法律行政法规禁止公开", True),
        ("2. 其他法律 行政法规\n禁止公开", False),
        ("（2）其他法律行政法规禁止公开", False),
    ],
)
def test_other_words_are_told_other_spacing_is_not(label, altered):
    sheet = [*table_three(FORM_2021)[:2], ["（三）不予公开", label, "1", "2", "3", "4", "5", "6", "21"]]
    table = read_tables([ragged(sheet)])["applications"]
    told = [(one.row, one.printed) for one in table.altered_labels]
    assert told == ([("applications.denied_prohibited_by_law", label)] if altered else [])


@pytest.mark.parametrize(
    "label",
    [
        "（三）予公开",  # 不予公开 or 予以公开
        "申请人逾期行政机关不再处理其政府信息公开申请",  # either row of （六）
        "8.属于国家秘蜜",  # the words of one row, the number of another
        "上年新收政府信息公开申请数量",  # between the first row and the second
        "9.其他",
        "公开",
    ],
)
def test_what_may_be_two_rows_is_none(label):
    sheet = [*table_three(FORM_2021)[:2], [label, "1", "2", "3", "4", "5", "6", "21"]]
    table = read_tables([ragged(sheet)])["applications"] if len(sheet) > 2 else None
    assert table is not None
    assert not table.cells


def test_look_alikes_stand_in_no_label():
    for form in (FORM_2019, FORM_2021):
        printed = "".join(row.label + "".join(row.groups) for row in form.applications)
        printed += "".join(c.label for b in form.disclosure for c in (*b.columns, *b.rows))
        assert not set("它末入清己巳木埋弟夏巿").intersection(printed)


def test_damaged_words_in_headers():
    rows = [
        ["自然入", "商业企业", "科研机构", "社会公益组组", "法律服务机构", "其它", "总计"],
        ["一、本年新收政府信息公开申请数量", "1", "2", "3", "4", "5", "6", "21"],
        ["信息内容", "本年制发件敷", "本年废止件数", "现行有效牛数"],
        ["规童", "1", "2", "3"],
        ["行政规范性文件", "4", "5", "6"],
    ]
    tables = read_tables([ragged(rows[2:]), ragged(rows[:2])])
    assert tables["applications"].cells["applications.new_received.other_organisation"].value == 6
    assert tables["disclosure"].cells["disclosure.normative_documents.in_force"].value == 6
    assert "disclosure.regulations.issued" not in tables["disclosure"].cells  # two characters prove nothing


# --- confidence and position ------------------------------------------------------------------------------


def recognised(rows: list[list[str]], confidences: dict[str, float]) -> Grid:
    """A grid read from a picture: 0.99 sure of everything that `confidences` does not name."""
    slots = (tuple(Slot(text, confidence=confidences.get(text, 0.99)) for text in row) for row in rows)
    return Grid(tuple(slots), rectangular=True)


def test_confidence_is_the_lowest_of_number_and_labels():
    sheet = [
        ["", *(column.label for column in APPLICANTS)],
        ["一、本年新收政府信息公开申请数量", "11", "12", "13", "14", "15", "16", "17"],
        ["二、上年结转政府信息公开申请数量", "21", "22", "2O", "24", "25", "l", "二"],
    ]
    table = read_tables([recognised(sheet, {"12": 0.5, sheet[2][0]: 0.75, "21": 0.7, "": 0.1})])[
        "applications"
    ]
    cells = table.cells
    assert cells["applications.new_received.natural_person"][:3] == (11, "11", 0.99)
    assert cells["applications.new_received.business"][:3] == (12, "12", 0.5)
    assert cells["applications.carried_in.natural_person"][:3] == (21, "21", 0.7)
    assert cells["applications.carried_in.business"][:3] == (22, "22", 0.75)
    assert cells["applications.carried_in.research"][:3] == (None, "2O", 0.75)
    assert cells["applications.carried_in.other_organisation"][:3] == (None, "l", 0.75)
    assert cells["applications.carried_in.total"][:3] == (None, "二", 0.75)
    unsure = read_tables([recognised(sheet, {"科研机构": 0.4})])["applications"].cells
    assert {cell.confidence for cell in unsure.values()} == {0.4}


def test_text_has_no_confidence():
    cells = read_tables([ragged(table_three(FORM_2021))])["applications"].cells
    assert {(cell.confidence, cell.by_position) for cell in cells.values()} == {(None, False)}


def test_one_row_without_label_between_two_that_are_certain():
    sheet = table_three(FORM_2021)
    at = next(i for i, row in enumerate(sheet) if "（七）总计" in row)
    sheet[at][sheet[at].index("（七）总计")] = ""
    table = read_tables([ragged(sheet)])["applications"]
    cell = table.cells["applications.results_total.natural_person"]
    assert (cell.value, cell.raw, cell.by_position) == (int(sheet[at][-7]), sheet[at][-7], True)
    assert [(d.kind, d.where, d.expected, d.found) for d in table.damages] == [
        (DamageKind.LABELS_LOST, "applications.results_total", 1, 1)
    ]
    assert sum(cell.by_position for cell in table.cells.values()) == 7


def test_a_label_that_a_picture_does_not_show_is_told_by_place_and_one_in_print_is_not():
    sheet = [
        [*([""] * (9 - len(row))), *row] if row[-1].isdecimal() else row for row in table_three(FORM_2021)
    ]
    sheet[:2] = [["", "", *(column.label for column in APPLICANTS)]]
    at = next(i for i, row in enumerate(sheet) if "2.重复申请" in row)
    sheet[at] = ["口口申诸" if text == "2.重复申请" else text for text in sheet[at]]
    blurred = read_tables([recognised(sheet, {"口口申诸": 0.3})])["applications"]
    cell = blurred.cells["applications.unprocessed_repeated.total"]
    assert (cell.value, cell.by_position, cell.confidence) == (int(sheet[at][-1]), True, 0.3)
    printed = read_tables([ragged(sheet)])["applications"]
    assert "applications.unprocessed_repeated.total" not in printed.cells
    assert [row.label for row in printed.extra_rows] == ["口口申诸"]


@pytest.mark.parametrize("lost", [("2.重复申请",), ("2.重复申请", "3.要求提供公开出版物")])
def test_a_row_more_or_less_in_the_group_proves_nothing(lost):
    sheet = [["" if text in lost else text for text in row] for row in table_three(FORM_2021)]
    at = next(i for i, row in enumerate(sheet) if "1.信访举报投诉类申请" in row)
    for changed in ([*sheet[:at], *sheet[at + 1 :]], [*sheet[: at + 1], ["", *"3456789"], *sheet[at + 1 :]]):
        table = read_tables([ragged(changed)])["applications"]
        assert not any(cell.by_position for cell in table.cells.values())
        assert table.damages or table.extra_rows


def test_the_labels_of_both_forms_are_known():
    for form in (FORM_2019, FORM_2021):
        for row in form.applications:
            reading = recognise(row.label)
            assert reading is not None and reading.row == row.key


@pytest.mark.parametrize("mark", [" ¹ ", "①", "[注1]", "（注2）", "*", "〔3〕", "注1"])
def test_the_mark_of_a_note_is_no_part_of_a_label(mark):
    reading = recognise(f"行政强制{mark}")
    assert reading is not None
    assert reading.item == "coercion"
    assert prints_as(f"行政强制{mark}", "行政强制")


def test_a_plain_digit_behind_a_label_is_not_taken_for_a_mark():
    assert recognise("行政强制 1") is None
