"""The rule book: every rule has a ruling and a card, and what the cards show behaves as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.report.model import Bilingual, Kind
from crawler.rulebook import policy
from crawler.rulebook.cards import Card, Example, Source, Text, cards
from crawler.rulebook.entry import Entry, entries
from crawler.rulebook.examples import changed
from crawler.rulebook.formulas import in_words
from crawler.rulebook.names import FAMILIES, applies_to, severities_of, years_of
from crawler.rulebook.pages import INDEX, MARK, pages, write
from crawler.validator import RULES, Verdict, check
from crawler.validator.context import Need
from crawler.validator.finding import Severity
from crawler.validator.policy import Grade, Ruling, Years
from crawler.validator.registry import FAMILIES as MODULES

DOCS = Path(__file__).parent.parent / "docs" / "rules"
CARDS = list(cards().items())
WITH_CHANGE = [(rule, card) for rule, card in CARDS if card.fails.change is not None]
ACCUSES_NOBODY = {"filing-date-unseen"}
"""What these find is always uncertain, for an honest explanation is always left."""
ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")
CELL_LABEL = re.compile(r"第二十条第")  # the form prints it before rows of table two
INVENTED = ("云溪", "青杉", "临溪", "松涛", "雾禾", "白芷", "星砂", "雨燕", "柘泉", "棠港", "荻花", "鹭洲")
BODY = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:自治区|[省市县区旗州])[\u4e00-\u9fff]{0,10}?"
    r"(?:局|厅|委员会|[卫发教农]健?改?委|政府办公[厅室]|人民政府|办事处|管委会)"
)
PROVINCES = re.compile(
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    "|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆"
)


def verdict(rule: str, example: Example) -> Verdict:
    report, context = changed(example.change or {})
    return check(report, context).verdicts[rule]


def texts(card: Card) -> Iterator[Text]:
    yield from (
        card.why,
        card.fails,
        card.passes,
        card.repair,
        card.false_alarms,
        *(() if card.scope is None else (card.scope,)),
        *card.cases.values(),
        *card.limits.values(),
    )


def test_the_table_and_the_rules_name_each_other() -> None:
    assert set(policy().rulings) == set(RULES)


def test_every_rule_has_a_card() -> None:
    assert set(cards()) == set(RULES)


def test_every_family_has_a_title_in_the_order_of_the_registry() -> None:
    assert list(FAMILIES) == [module.__name__.rpartition(".")[2] for module in MODULES]


@pytest.mark.parametrize(("rule", "card"), WITH_CHANGE, ids=[rule for rule, _ in WITH_CHANGE])
def test_the_examples_of_a_card_behave(rule: str, card: Card) -> None:
    found = Verdict.UNCERTAIN if rule in ACCUSES_NOBODY else Verdict.FAIL
    assert verdict(rule, card.fails) is found
    assert verdict(rule, card.passes) is Verdict.PASS


@pytest.mark.parametrize(("rule", "card"), CARDS, ids=[rule for rule, _ in CARDS])
class TestCard:
    """What holds of every card."""

    def test_only_what_no_report_can_show_has_no_example_to_run(self, rule: str, card: Card) -> None:
        cannot = not {Need.ABSENCE, Need.OUTSIDE}.isdisjoint(RULES[rule].needs)
        assert (card.fails.change is None, card.passes.change is None) == (cannot, cannot)

    def test_the_source_agrees_with_the_basis(self, rule: str, card: Card) -> None:
        """Only the Regulation and notices of the State Council are quoted as law."""
        basis = RULES[rule].basis.zh
        if card.source is Source.REGULATION:
            assert "条例》" in basis
            assert ARTICLE.search(basis)
        elif card.source is Source.NOTICE:
            assert re.search(r"国办(?:公开办)?[函发]〔\d{4}〕\d+号", basis)
        elif card.source is Source.LOCAL:
            assert card.place is not None
            assert card.place.zh in basis
        else:
            assert not ARTICLE.search(basis)
            assert card.source is Source.SEEN or not re.search("国办|格式", basis)

    def test_what_is_no_law_quotes_no_article(self, rule: str, card: Card) -> None:
        if card.source not in (Source.REGULATION, Source.NOTICE):
            for text in texts(card):
                assert not ARTICLE.search(CELL_LABEL.sub("", text.zh))
                assert not re.search(r"\bart\. ?\d", text.en, re.IGNORECASE)

    def test_it_names_no_real_body_or_place(self, rule: str, card: Card) -> None:
        for text in texts(card):
            assert not PROVINCES.search(text.zh)
            for body in BODY.findall(text.zh):
                assert any(name in body for name in INVENTED), body

    def test_it_is_written_in_both_languages(self, rule: str, card: Card) -> None:
        for text in texts(card):
            assert re.search(r"[\u4e00-\u9fff]", text.zh)
            assert not re.search(r"[\u4e00-\u9fff][,;?!]|[,;?!][\u4e00-\u9fff]", text.zh), (
                "Chinese punctuation"
            )
            assert re.match(r"[A-Za-z0-9“（×/]|无", text.en)

    def test_its_formula_is_said_in_the_words_of_the_form(self, rule: str, card: Card) -> None:
        assert not re.search(r"[a-z]{2,}", in_words(card.formula).zh), (
            "add the name to crawler/rulebook/formulas.py"
        )

    def test_cases_and_limits_of_the_table_have_words(self, rule: str, card: Card) -> None:
        ruling = policy().rulings[rule]
        assert set(card.cases) == {grade.case for grade in ruling.grades if grade.case is not None}
        assert set(card.limits) == set(ruling.limits)


def test_a_formula_in_words() -> None:
    assert in_words("new_received[c] + carried_in[c] <= 3") == Bilingual(
        "“一、本年新收政府信息公开申请数量” + “二、上年结转政府信息公开申请数量” ≤ 3（表三每一列）",
        "“I. requests newly received” + “II. requests carried in from last year” ≤ 3 "
        "(every column of table three)",
    )
    assert in_words("carried_in.total[Y] = carried_out.total[Y-1]").zh == (
        "本年度“二、上年结转政府信息公开申请数量 · 总计” = 上年度“四、结转下年度继续办理 · 总计”"
    )
    assert in_words("carried_in[c][Y] = 0").zh == "本年度“二、上年结转政府信息公开申请数量” = 0（表三每一列）"
    assert in_words("no_such_key = 0").zh == "no_such_key = 0"
    assert in_words(Text(zh="两者相等", en="total = total")) == Bilingual("两者相等", "total = total")


def test_a_grade_in_words() -> None:
    from datetime import date

    card = cards()["problems-empty"]
    grades = (
        Grade(Severity.INFO, kinds=frozenset({Kind.STREET, Kind.TOWNSHIP}), years=Years(2019, 2020)),
        Grade(Severity.WARNING, case="thin", until=date(2027, 3, 31)),
        Grade(Severity.WARNING, years=Years(2023, 2023)),
    )
    assert severities_of(card, Ruling(Severity.ERROR, grades)) == (
        Bilingual(
            "乡镇、街道，2019至2020年度：提示", "township, street office, report years 2019 to 2020: info"
        ),
        Bilingual(
            "有内容而字数不足界限的，2027年3月31日（含）以前：警告",
            "some content but below the threshold, up to 2027-03-31: warning",
        ),
        Bilingual("2023年度：警告", "report year 2023: warning"),
        Bilingual("其余：错误", "otherwise: error"),
    )


def test_years_in_words() -> None:
    everywhere, of_2021 = RULES["filing-late"], RULES["section-extra"]
    assert years_of(everywhere, Ruling(Severity.ERROR)).zh == "各年度"
    assert years_of(everywhere, Ruling(Severity.ERROR, years=Years(None, 2018))).zh == "2018年度及以前"
    assert years_of(of_2021, Ruling(Severity.INFO, years=Years(2023, None))).zh == "2023年度起"
    assert years_of(of_2021, Ruling(Severity.INFO, years=Years(None, 2020))).en == "no report year"
    of_2019 = RULES["disclosure-items-negative"]
    assert years_of(of_2019, Ruling(Severity.ERROR)).zh.startswith("2019至2020年度（以表二")
    assert years_of(RULES["applications-balance"], Ruling(Severity.ERROR)).en == "report years from 2019"
    assert applies_to(of_2021, Ruling(Severity.INFO), 2021)
    assert not applies_to(of_2021, Ruling(Severity.INFO), 2020)
    assert not applies_to(of_2021, Ruling(Severity.INFO, off=True), 2021)


def test_the_pages_in_docs_are_what_the_rule_book_gives() -> None:
    there = {path.name: path.read_text("utf-8") for path in DOCS.iterdir()}
    assert there == dict(pages()), "run python -m crawler.rulebook docs/rules"


def test_pages_that_are_no_longer_made_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "bygone.md").write_text(f"{MARK}\n\n# bygone\n", "utf-8")
    (tmp_path / "notes.md").write_text("# notes\n", "utf-8")
    (tmp_path / INDEX).write_text("older", "utf-8")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.md", *pages()}
    assert (tmp_path / INDEX).read_text("utf-8") == pages()[INDEX]


def test_every_link_of_the_index_leads_to_a_rule() -> None:
    made = pages()
    links = re.findall(r"\]\((\w+\.md)#([a-z0-9-]+)\)", made[INDEX])
    assert len(links) == 2 * len(RULES)
    assert {rule for _, rule in links} == set(RULES)
    for page, rule in links:
        assert f'<a id="{rule}"></a>' in made[page]


def test_an_entry_names_its_page() -> None:
    pages_named: dict[str, Entry] = {entry.page: entry for entry in entries(policy())}
    assert len(pages_named) == len(RULES)
    assert "docs/rules/filing.md#filing-late" in pages_named
