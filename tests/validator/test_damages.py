"""How damage to tables is told."""

from __future__ import annotations

from crawler.report.model import Bilingual, Damage, DamageKind
from crawler.validator.damages import counts_told, damages_told

MANY, UNKNOWN = DamageKind.TOO_MANY_CELLS, DamageKind.ROW_UNKNOWN
ROWS = [f"disclosure.{row}" for row in ("licences", "penalties", "coercion", "fees", "normative_documents")]


def test_how_many_numbers_there_should_be_and_are() -> None:
    assert counts_told([Damage(UNKNOWN, "applications")]) == ("", "")
    assert counts_told([Damage(MANY, "applications.granted", expected=7)]) == ("", "")
    one, two = (Damage(MANY, f"applications.{row}", "", 7, 9) for row in ("granted", "carried_in"))
    three = Damage(MANY, "applications.carried_out", "", 7, 8)
    assert counts_told([one]) == ("：应为7个，实为9个", ": 7 expected, 9 found")
    assert counts_told([one, two]) == ("：应为7个，实为9个，共2行", ": 7 expected, 9 found, 2 rows")
    assert counts_told([one, three])[0] == "：应为7个，实为9、8个，共2行"


def test_four_places_of_a_kind_are_named() -> None:
    four = damages_told(tuple(Damage(MANY, row) for row in ROWS[:4]))
    assert "等" not in four.zh
    assert "…" not in four.en
    assert four.zh.startswith("数字多于格式的列数：")
    assert (four.zh.count("、"), four.en.count("; ")) == (3, 3)
    five = damages_told(tuple(Damage(MANY, row) for row in ROWS))
    assert five.zh == f"{four.zh}等5处"
    assert five.en == f"{four.en} …"


def test_a_place_that_is_damaged_twice_is_named_once_for_each_kind() -> None:
    told = damages_told((Damage(MANY, ROWS[0]), Damage(UNKNOWN, "disclosure"), Damage(MANY, ROWS[0])))
    first = damages_told((Damage(MANY, ROWS[0]),))
    assert told == Bilingual(
        f"{first.zh}；有无法识别的行：表中若干行",
        f"{first.en} / a row that cannot be recognised: some rows of the table",
    )


def test_damage_without_a_place() -> None:
    assert damages_told(()) == Bilingual("行列无法对应", "rows and columns cannot be matched")
