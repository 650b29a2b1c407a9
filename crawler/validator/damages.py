"""What is wrong with the structure of a table, in the words of messages."""

from __future__ import annotations

from types import MappingProxyType

from crawler.report.model import Bilingual, Damage, DamageKind
from crawler.validator.labels import TABLES, place_label

_NAMED_PLACES = 4
_SOMEWHERE = Bilingual("表中若干行", "some rows of the table")

_DAMAGE_NAMES = MappingProxyType(
    {
        DamageKind.LABELS_LOST: Bilingual("行标签缺失", "row labels are lost"),
        DamageKind.TOO_MANY_CELLS: Bilingual("数字多于格式的列数", "more numbers than the form has columns"),
        DamageKind.TOO_FEW_CELLS: Bilingual("数字少于格式的列数", "fewer numbers than the form has columns"),
        DamageKind.NUMBERS_RUN_TOGETHER: Bilingual("多个数字挤在一格", "several numbers in one cell"),
        DamageKind.ROW_UNKNOWN: Bilingual("有无法识别的行", "a row that cannot be recognised"),
        DamageKind.ROW_REPEATED: Bilingual(
            "同一行重复且数字不同", "a row stands twice with different numbers"
        ),
        DamageKind.COLUMNS_UNKNOWN: Bilingual("表头列名无法识别", "the columns cannot be recognised"),
    }
)


def damages_told(damages: tuple[Damage, ...]) -> Bilingual:
    """What kinds of damage there are and where, the first few places by name."""
    if not damages:
        return Bilingual("行列无法对应", "rows and columns cannot be matched")
    zh, en = [], []
    for kind in dict.fromkeys(damage.kind for damage in damages):
        places = list(dict.fromkeys(damage.where for damage in damages if damage.kind is kind))
        labels = [_SOMEWHERE if place in TABLES else place_label(place) for place in places[:_NAMED_PLACES]]
        name = _DAMAGE_NAMES[kind]
        more = len(places) > _NAMED_PLACES
        zh.append(
            f"{name.zh}：{'、'.join(label.zh for label in labels)}{f'等{len(places)}处' if more else ''}"
        )
        en.append(f"{name.en}: {'; '.join(label.en for label in labels)}{' …' if more else ''}")
    return Bilingual("；".join(zh), " / ".join(en))


def counts_told(damages: list[Damage]) -> tuple[str, str]:
    """How many numbers there should be and how many there are; empty where that is not known."""
    known = [d for d in damages if d.expected is not None and d.found is not None]
    if not known:
        return "", ""
    expected = known[0].expected
    found = "、".join(dict.fromkeys(str(d.found) for d in known))
    rows = f"，共{len(damages)}行" if len(damages) > 1 else ""
    rows_en = f", {len(damages)} rows" if len(damages) > 1 else ""
    return f"：应为{expected}个，实为{found}个{rows}", f": {expected} expected, {found} found{rows_en}"
