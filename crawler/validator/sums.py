"""How sums that do not hold are told: both sides with their numbers, the cells in the words of the form."""

from __future__ import annotations

from typing import Final

from crawler.report.forms import TOTAL
from crawler.report.model import Bilingual
from crawler.validator.bounds import Contradiction
from crawler.validator.labels import column_label, figure, place_label, row_label
from crawler.validator.relations import Evaluation, Side, Term

_LISTED: Final = 6
"""Parts of a sum that a message lists."""


def balance_message(evaluation: Evaluation) -> Bilingual:
    received, concluded = evaluation.left, evaluation.right
    label = column_label(evaluation.relation.where.partition(".")[2])
    return Bilingual(
        f"{label.zh}：{_sum(received, _BALANCE_ZH, '件')}，{_sum(concluded, _BALANCE_ZH, '件')}",
        f"{label.en}: {_sum(received, _BALANCE_EN, '')}, but {_sum(concluded, _BALANCE_EN, '')}",
    )


_BALANCE_ZH = {
    "new_received": "新收",
    "carried_in": "上年结转",
    "results_total": "办理结果",
    "carried_out": "结转下年",
}
_BALANCE_EN = {
    "new_received": "newly received",
    "carried_in": "carried in",
    "results_total": "results",
    "carried_out": "carried over",
}


def _sum(side: Side, names: dict[str, str], unit: str) -> str:
    terms = []
    for term in side.terms:
        name = names[term.key.split(".")[1]]
        if term.value is None:
            terms.append(f"{name}？" if unit else f"{name} ?")
        else:
            terms.append(f"{name}{figure(term.value)}{unit}" if unit else f"{name} {figure(term.value)}")
    at_least = "≥" if side.unread else "="
    return f"{' + '.join(terms)} {at_least} {figure(side.known)}{unit}"


def total_message(evaluation: Evaluation) -> Bilingual:
    """Parts that are 0 are not listed; where parts are unread, the sum is what they come to at least."""
    where = evaluation.relation.where
    column = where.partition(".")[2]
    over_rows = evaluation.relation.rule == "applications-results-total"
    place = column_label(column.rpartition(".")[2]) if over_rows else row_label(column)
    printed = row_label("results_total") if over_rows else column_label(TOTAL)
    listed = [term for term in evaluation.right.terms if term.value]
    labels = [
        row_label(t.key.split(".")[1]) if over_rows else column_label(t.key.split(".")[2]) for t in listed
    ]
    numbers = [figure(term.value) for term in listed if term.value is not None]
    parts_zh = " + ".join(f"{label.zh}{number}" for label, number in zip(labels, numbers, strict=True))
    parts_en = " + ".join(f"{label.en} {number}" for label, number in zip(labels, numbers, strict=True))
    if len(listed) > _LISTED:
        parts_zh, parts_en = f"{len(listed)}个分项不为0", f"{len(listed)} of them not 0"
    known, total = figure(evaluation.right.known), figure(evaluation.left.known)
    if evaluation.left.unread:
        return Bilingual(
            f"{place.zh}：分项之和{known}与总计不符", f"{place.en}: parts {known} contradict the total"
        )
    if evaluation.right.unread:
        count = len(evaluation.right.unread)
        return Bilingual(
            f"{place.zh}：已读出的分项之和已达{known}（{parts_zh}，另有{count}格未读出），大于“{printed.zh}”{total}",
            f"{place.en}: the parts read come to {known} ({parts_en}; {count} cells unread), "
            f"more than “{printed.en}”, which is {total}",
        )
    if not listed:
        return Bilingual(
            f"{place.zh}：各分项均为0，“{printed.zh}”为{total}",
            f"{place.en}: all parts are 0, “{printed.en}” is {total}",
        )
    if len(listed) == 1:
        return Bilingual(
            f"{place.zh}：各分项中只有{parts_zh}，“{printed.zh}”为{total}",
            f"{place.en}: the only part that is not 0 is {parts_en}, “{printed.en}” is {total}",
        )
    if len(listed) > _LISTED:
        return Bilingual(
            f"{place.zh}：各分项（{parts_zh}）之和为{known}，“{printed.zh}”为{total}",
            f"{place.en}: the parts ({parts_en}) come to {known}, “{printed.en}” is {total}",
        )
    return Bilingual(
        f"{place.zh}：各分项之和 {parts_zh} = {known}，“{printed.zh}”为{total}",
        f"{place.en}: the parts {parts_en} = {known}, “{printed.en}” is {total}",
    )


def at_least_message(evaluation: Evaluation) -> Bilingual:
    more, less = evaluation.relation.left[0], evaluation.relation.right[0]
    row = place_label(evaluation.relation.where)
    greater, smaller = (column_label(key.rpartition(".")[2]) for key in (more, less))
    left, right = figure(evaluation.left.known), figure(evaluation.right.known)
    return Bilingual(
        f"{row.zh}：{greater.zh}{left}，小于{smaller.zh}{right}，请核实",
        f"{row.en}: {greater.en} is {left}, less than {smaller.en}, which is {right}; please check",
    )


def items_message(evaluation: Evaluation) -> Bilingual:
    row = place_label(evaluation.relation.where)
    previous, change = (figure(term.value or 0) for term in evaluation.left.terms)
    total = figure(evaluation.left.known)
    return Bilingual(
        f"{row.zh}：上一年项目数量{previous}，本年增/减{change}，合计为{total}",
        f"{row.en}: {previous} items last year and a change of {change} make {total}",
    )


def impossible_message(evaluation: Evaluation, above: list[Term]) -> Bilingual:
    """The total and the parts `above` it."""
    place, limit = place_label(evaluation.relation.where), figure(evaluation.left.known)
    parts = [(_part_label(evaluation, term.key), figure(term.value or 0)) for term in above]
    parts_zh = "、".join(f"{label.zh}{number}" for label, number in parts)
    parts_en = ", ".join(f"{label.en} {number}" for label, number in parts)
    whole = _SIDES[evaluation.relation.rule][0] if len(evaluation.left.terms) > 1 else _TOTAL
    return Bilingual(
        f"{place.zh}：{whole.zh}{limit}，小于{parts_zh}",
        f"{place.en}: {whole.en} {limit}, less than {parts_en}",
    )


def _part_label(evaluation: Evaluation, key: str) -> Bilingual:
    _, row, column = key.split(".")
    return column_label(column) if evaluation.relation.rule == "applications-row-total" else row_label(row)


_TOTAL: Final = Bilingual("总计", "total")
_PARTS: Final = Bilingual("各分项之和", "the sum of the parts")
_SIDES: Final = {
    "applications-balance": (
        Bilingual("新收与上年结转之和", "received and carried in"),
        Bilingual("办理结果与结转下年之和", "results and carried over"),
    )
}


def ruled_out_message(ruled_out: Contradiction) -> Bilingual:
    """What the other relations leave to the two sides of one that they rule out."""
    relation = ruled_out.evaluation.relation
    left, right = _SIDES.get(relation.rule, (_TOTAL, _PARTS))
    more, less = (left, right) if ruled_out.left_is_more else (right, left)
    place, least, most = place_label(relation.where), figure(ruled_out.least), figure(ruled_out.most)
    return Bilingual(
        f"{place.zh}：由表三其他数字推算，{more.zh}至少为{least}，{less.zh}至多为{most}；"
        "未读出的格无论填几，各项数量关系都不能同时成立",
        f"{place.en}: by the other figures of table three, {more.en} is at least {least}, {less.en} at most "
        f"{most}; no numbers in the unread cells make all relations hold",
    )
