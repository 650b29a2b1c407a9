"""Reports that are published as or inside a letter to a higher body, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.demo.pages import html_body
from crawler.demo.writer import compose
from crawler.inspection import Attached, Given, NotAReport, inspect
from crawler.report.model import Kind
from crawler.rulebook.examples import changed
from crawler.validator import Verdict, check
from crawler.validator.finding import Finding

RULE = "filing-is-cover-letter"
SPEC = compose("云溪县水务局", Kind.DEPARTMENT, 2023, seed=3)
BODY = html_body(SPEC)
LETTER = "关于报送云溪县水务局2023年政府信息公开工作年度报告的函"
ADDRESS = "<p>县人民政府办公室：</p><p>现将我局2023年政府信息公开工作年度报告予以报送，请审阅。</p>"


def page(title: str, body: str, heading: str | None = None) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="PubDate" content="2024-01-18 09:00"></head><body><h1>{heading or title}</h1>'
        f'<div class="article-content">{body}</div></body></html>'
    ).encode()


def letters(content: bytes, *attached: Attached) -> tuple[Finding, ...]:
    inspection = inspect(content, Given(attachments=attached))
    assert (inspection.report.organ, inspection.report.year) == ("云溪县水务局", 2023)
    assert inspection.report.published == date(2024, 1, 18)
    return tuple(finding for finding in inspection.outcome.findings if finding.rule == RULE)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (page(LETTER, BODY), "title"),
        (page(LETTER, ADDRESS + f"<p>{SPEC.title}</p>" + BODY), "title"),
        (page(SPEC.title, ADDRESS + BODY), "text"),
        (page(SPEC.title, f"<p>{LETTER}</p>{ADDRESS}{BODY}"), "text"),
        (page("云溪县水务局关于上报2023年度政府信息公开工作年度报告的报告", BODY), "title"),
    ],
    ids=[
        "as a letter",
        "under a letter",
        "with a letter's words",
        "with a letter's title",
        "as a submission",
    ],
)
def test_a_report_inside_a_letter_is_read_and_told(content: bytes, where: str) -> None:
    [finding] = letters(content)
    assert (finding.where, finding.verdict) == (where, Verdict.FAIL)


def test_a_report_that_hangs_on_a_letter_is_read_and_told() -> None:
    link = '<p><a href="nb.html">附件：年度报告</a></p>'
    attached = Attached("http://www.example.gov.cn/nb.html", "年度报告", page(SPEC.title, BODY))
    [finding] = letters(page(LETTER, ADDRESS + link), attached)
    assert finding.where == "title"
    assert LETTER in finding.message.zh


def test_a_letter_without_the_report_is_none() -> None:
    with pytest.raises(NotAReport, match="报送年度报告的函"):
        inspect(page(LETTER, ADDRESS), Given())


def test_the_report_itself_is_no_letter() -> None:
    assert letters(page(SPEC.title, BODY)) == ()


HONEST = """
现将云溪县水务局2023年政府信息公开工作年度报告公布如下。
现将本局2023年政府信息公开工作情况报告如下：
现将2023年度政府信息公开工作年度报告向社会公布。
现将我局2023年政府信息公开年度报告予以公布，欢迎监督。
现向社会公布云溪县水务局2023年政府信息公开工作年度报告。
根据条例第五十条的规定，现公布本机关2023年度报告。
现将2023年政府信息公开工作总结如下：
现将有关情况公告如下。
按要求按时向县政府办公室报送了2022年度政府信息公开工作年度报告。
全年向县政务公开办报送信息45条，被采用12条。
及时上报统计数据，做到不漏报、不迟报。
严格落实信息报送制度，全年上报政务信息56篇。
本报告由县水务局编制，已报送县政府信息公开工作主管部门。
每年1月31日前向主管部门提交年度报告并向社会公布。
特此报告。
特此公告。
此报告已报县政府办公室备案。
如有疑问，请与本局办公室联系。
一是按时报送年报；二是规范公开目录。
各股室将拟公开信息报送办公室审核后发布。
建立信息报送、审核、发布台账。
对上报的信息逐条审核。
现将年度报告编制情况说明如下。
现将报送情况和公开数据一并公布。
我局向上级呈报请示12件。
完成重大事项呈报制度修订。
报请县政府批准后公开规范性文件2件。
报请审议的规范性文件均经合法性审查。
现将《条例》贯彻落实情况总结如下。
现将2023年工作情况和2024年工作打算报告如下，请予监督。
关于报送2023年政府信息公开工作年度报告的通知印发后，我局认真组织编写。
""".strip().splitlines()

WRONG = """
现将我局2023年政府信息公开工作年度报告予以上报。
现将我局2023年政府信息公开工作年度报告报送贵办，请查收。
现将《云溪县水务局2023年政府信息公开工作年度报告》随函报上，请审阅。
现将云溪县水务局2023年度政府信息公开工作年度报告呈报如下：
现将我局年度报告报送给你们，请审核。
现将2023年政府信息公开工作情况上报如下：
现将年报呈送县政府办公室，请予审阅。
根据通知要求，现将我局2023年政府信息公开工作年度报告报送县人民政府办公室，请审核。
现将我镇2023年政府信息公开工作年度报告上报，请审示。
特此报送。
特此上报，请审阅。
特此呈报。
按照要求，现将有关材料报送贵局。
现将本单位政府信息公开年度报告予以报送
现将年度报告报上，请核。
""".strip().splitlines()


def verdict(sentence: str) -> Verdict:
    report, context = changed({"add_text": sentence})
    return check(report, context).verdicts[RULE]


@pytest.mark.parametrize("sentence", HONEST)
def test_an_honest_sentence_is_no_letter(sentence: str) -> None:
    assert verdict(sentence) is Verdict.PASS


@pytest.mark.parametrize("sentence", WRONG)
def test_the_words_of_a_letter_are_told(sentence: str) -> None:
    assert verdict(sentence) is Verdict.FAIL


TITLES = """
云溪县水务局2023年政府信息公开工作年度报告
云溪县水务局关于2023年政府信息公开工作的年度报告
关于公布云溪县水务局2023年政府信息公开工作年度报告的公告
云溪县水务局关于发布2023年政府信息公开年度报告的公告
云溪县水务局2023年政府信息公开工作年度报告（函告公众版）
云溪县外事办公室（函件中心）2023年政府信息公开工作年度报告
云溪县上报办2023年政府信息公开工作年度报告
关于报送2023年政府信息公开工作年度报告的通知
云溪县信访局2023年政府信息公开工作年度报告
""".strip().splitlines()


@pytest.mark.parametrize("title", TITLES)
def test_an_honest_title_is_no_letters(title: str) -> None:
    report, context = changed({"set": {"title": title}})
    assert check(report, context).verdicts[RULE] is Verdict.PASS
