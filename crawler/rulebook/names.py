"""What families, sources, severities, years and thresholds are called where people read of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION, KIND_NAMES
from crawler.report.forms import FORMS, form_for
from crawler.report.model import Bilingual, Kind
from crawler.rulebook.cards import Card, Source
from crawler.validator.finding import SEVERITY_NAMES
from crawler.validator.labels import TABLES
from crawler.validator.policy import Grade, Ruling, Years
from crawler.validator.rule import LEGACY, Rule

FAMILIES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "absence": Bilingual("应报未报", "Reports that are missing"),
        "filing": Bilingual("发布与期限", "Publication and due dates"),
        "history": Bilingual("发布之后", "After publication"),
        "page": Bilingual("网页", "The web page"),
        "column": Bilingual("公开专栏", "The disclosure column"),
        "attachments": Bilingual("附件", "Attachments"),
        "title": Bilingual("标题与机关名称", "Title and name of the body"),
        "period": Bilingual("统计期限", "Statistical period"),
        "sections": Bilingual("六个部分", "The six sections"),
        "content": Bilingual("各部分的内容", "Contents of the sections"),
        "tables": Bilingual("表格与单元格", "Tables and cells"),
        "arithmetic": Bilingual("表内数量关系", "Arithmetic within one report"),
        "culprit": Bilingual("疑似错误单元格", "Likely cause of broken sums"),
        "plausibility": Bilingual("与机关职能是否相称", "Plausibility by kind of body"),
        "yearly": Bilingual("与上年衔接", "Against last year"),
        "peers": Bilingual("与其他机关比较", "Against other bodies"),
        "narrative": Bilingual("正文与表格", "Prose against tables"),
        "wording": Bilingual("文字", "Wording"),
    }
)
"""Families of rules by the module that holds them."""

SOURCES: Mapping[Source, Bilingual] = MappingProxyType(
    {
        Source.REGULATION: Bilingual("法规", "regulation"),
        Source.NOTICE: Bilingual("国办文件", "State Council notice"),
        Source.LOCAL: Bilingual("地方文件", "local document"),
        Source.SEEN: Bilingual("见于已发布的报告", "seen in published reports"),
        Source.PRACTICE: Bilingual("惯例与逻辑", "practice and logic"),
    }
)

_WHAT_A_SOURCE_PROVES: Mapping[Source, Bilingual] = MappingProxyType(
    {
        Source.REGULATION: Bilingual(
            "条文已核对，可作为法规引用", "the article was read and can be quoted as law"
        ),
        Source.NOTICE: Bilingual(
            "国务院办公厅的通知，可作为文件引用",
            "a notice of the General Office of the State Council, which can be quoted",
        ),
        Source.LOCAL: Bilingual("只在当地有效，其他地方仅供参考", "holds in that place alone"),
        Source.SEEN: Bilingual(
            "由已发布的报告和其中所印的格式得出，不作为条文引用",
            "drawn from published reports and the form that they print; not to be quoted as law",
        ),
        Source.PRACTICE: Bilingual(
            "编写惯例或数据之间的逻辑，没有条文可引",
            "common practice or plain logic; there is no text to quote",
        ),
    }
)

_LIMITS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "characters": Bilingual("字数", "characters"),
        "grace_days": Bilingual("宽限天数", "days of grace"),
        "results": Bilingual("办理结果件数", "results"),
        "decisions": Bilingual("上年处理决定件数", "decisions last year"),
        "cap": Bilingual("上限（万元）", "cap (10,000 CNY)"),
        "township_cap": Bilingual("乡镇、街道上限（万元）", "cap of townships and streets (10,000 CNY)"),
        "government_cap": Bilingual("政府上限（万元）", "cap of governments (10,000 CNY)"),
        "times": Bilingual("相差倍数", "times"),
        "floor": Bilingual("较大一年的下限（万元）", "least amount of the greater year (10,000 CNY)"),
    }
)


PAGES = "docs/rules"
"""Where the pages of the rules stand in the project."""


def page_of(rule: Rule) -> str:
    """The page of `rule` in the project, with its place there."""
    return f"{PAGES}/{rule.family}.md#{rule.id}"


def source_of(card: Card) -> Bilingual:
    """What kind of knowledge the rule rests on, and what it is good for when somebody objects."""
    name, proves = SOURCES[card.source], _WHAT_A_SOURCE_PROVES[card.source]
    place = card.place
    zh = name.zh if place is None else f"{name.zh}（{place.zh}）"
    en = name.en if place is None else f"{name.en} ({place.en})"
    return Bilingual(f"{zh}：{proves.zh}", f"{en[:1].upper()}{en[1:]}: {proves.en}")


def years_of(rule: Rule, ruling: Ruling) -> Bilingual:
    """The report years that the rule is applied to, in words."""
    years = _in_words(_common(_years_of_forms(rule.forms), ruling.years or Years()))
    if rule.table is not None:
        table = TABLES[rule.table]
        return Bilingual(
            f"{years.zh}（以{table.zh}所用格式为准）", f"{years.en} (by the form that {table.en} is on)"
        )
    return years


def applies_to(rule: Rule, ruling: Ruling, year: int) -> bool:
    """Whether reports for `year` are held to the rule, on the form that is due."""
    return _form_of(year) in rule.forms and (ruling.years is None or year in ruling.years) and not ruling.off


def severities_of(card: Card, ruling: Ruling) -> tuple[Bilingual, ...]:
    """How grave a breach is: what is graded apart, of which the first that fits decides, then all else."""
    graded = [_graded(card, grade) for grade in ruling.grades]
    name = SEVERITY_NAMES[ruling.severity]
    other = Bilingual(f"其余：{name.zh}", f"otherwise: {name.en}") if graded else name
    return (*graded, other, *_limits(card, ruling))


def _graded(card: Card, grade: Grade) -> Bilingual:
    conditions = list(_conditions(card, grade))
    name = SEVERITY_NAMES[grade.severity]
    return Bilingual(
        f"{'，'.join(condition.zh for condition in conditions)}：{name.zh}",
        f"{', '.join(condition.en for condition in conditions)}: {name.en}",
    )


def _conditions(card: Card, grade: Grade) -> Iterator[Bilingual]:
    if grade.case is not None:
        case = card.cases.get(grade.case)
        yield Bilingual(grade.case, grade.case) if case is None else case.both
    if grade.kinds is not None:
        names = [KIND_NAMES[kind] for kind in Kind if kind in grade.kinds]
        yield Bilingual("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    if grade.years is not None:
        yield _in_words(grade.years)
    if grade.until is not None:
        day = grade.until
        yield Bilingual(f"{day.year}年{day.month}月{day.day}日（含）以前", f"up to {day.isoformat()}")


def _limits(card: Card, ruling: Ruling) -> Iterator[Bilingual]:
    for name, value in ruling.limits.items():
        words = card.limits.get(name)
        label = Bilingual(name, name) if words is None else words.both
        yield Bilingual(f"界限（{label.zh}）：{value:.12g}", f"threshold ({label.en}): {value:.12g}")


def _years_of_forms(forms: tuple[str, ...]) -> Years:
    """The span of report years from the first to the last that any of `forms` is for."""
    unified = [FORMS[form] for form in forms if form != LEGACY]
    if not unified:
        return Years(None, FIRST_YEAR_OF_REVISED_REGULATION - 1)
    first = None if LEGACY in forms else min(form.first_year for form in unified)
    lasts = [form.last_year for form in unified if form.last_year is not None]
    return Years(first, max(lasts) if len(lasts) == len(unified) else None)


def _common(one: Years, other: Years) -> Years:
    firsts = [span.first for span in (one, other) if span.first is not None]
    lasts = [span.last for span in (one, other) if span.last is not None]
    return Years(max(firsts, default=None), min(lasts, default=None))


def _in_words(years: Years) -> Bilingual:
    first, last = years
    if first is None:
        if last is None:
            return Bilingual("各年度", "all report years")
        return Bilingual(f"{last}年度及以前", f"report years up to {last}")
    if last is None:
        return Bilingual(f"{first}年度起", f"report years from {first}")
    if first == last:
        return Bilingual(f"{first}年度", f"report year {first}")
    if first > last:
        return Bilingual("没有适用的年度", "no report year")
    return Bilingual(f"{first}至{last}年度", f"report years {first} to {last}")


def _form_of(year: int) -> str:
    form = form_for(year)
    return LEGACY if form is None else form.id
