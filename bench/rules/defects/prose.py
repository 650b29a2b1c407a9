"""Title, period, sections and wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from bench.rules.defect import NEW_FORM_YEARS, Defect, added, instead, set_on, words
from bench.rules.sample import Case
from crawler.demo.printing import Line, Printed, Role
from crawler.demo.writer import ReportSpec, SectionSpec
from crawler.report.model import Kind, Report
from crawler.validator.context import Context, Roster

_PERIOD_END = re.compile(r"12月31日")


def _heading(key: str, change: Callable[[str], str]) -> Callable[[ReportSpec, Random], ReportSpec]:
    def changed(spec: ReportSpec, _rng: Random) -> ReportSpec:
        return replace(
            spec,
            sections=tuple(
                section._replace(heading=change(section.heading)) if section.key == key else section
                for section in spec.sections
            ),
        )

    return changed


def _without_section(*keys: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    def changed(spec: ReportSpec, rng: Random) -> ReportSpec:
        key = rng.choice(keys)
        return replace(spec, sections=tuple(section for section in spec.sections if section.key != key))

    return changed


def _exchanged(spec: ReportSpec, _rng: Random) -> ReportSpec:
    """Five stands after six, each under its own number."""
    *rest, problems, other = spec.sections
    return replace(spec, sections=(*rest, other, problems))


def _seventh(spec: ReportSpec, _rng: Random) -> ReportSpec:
    more = SectionSpec("extra", "七、名词解释", ("行政规范性文件是指由行政机关依照法定权限制定的公文。",))
    return replace(spec, sections=(*spec.sections, more))


def _aspect_untold(spec: ReportSpec, rng: Random) -> ReportSpec:
    """Nothing of the five aspects but one."""
    return instead(
        "overview",
        "{year}年，我们围绕中心任务推进各项重点事项，干部群众齐心协力，年度目标如期完成。" * 6,
        "（一）主动公开。全年向社会发布各类公文，内容涵盖民生实事、项目进展等方面，受到群众欢迎。",
    )(spec, rng)


def _unassessed(text: str, _spec: ReportSpec) -> str:
    """Nothing of assessment, review and accountability."""
    for word, other in (
        ("考核", "检查"),
        ("评议", "意见"),
        ("责任追究", "处理"),
        ("追究责任", "处理"),
        ("问责", "处理"),
    ):
        text = text.replace(word, other)
    return text


def _no_fee(text: str, _spec: ReportSpec) -> str:
    return "没有其他情况需要说明。" if "信息处理费" in text else text


def _no_phone(text: str, _spec: ReportSpec) -> str:
    text = re.sub(r"对内容有疑问的，可与.*?联系（电话：[\d-]+）。", "", text)
    text = re.sub(r"，咨询电话：[\d-]+", "", text)
    text = re.sub(r"，联系电话：[\d-]+", "", text)
    return re.sub(r"，来电请拨[\d-]+", "", text)


def _foreign(context: Context, _report: Report, case: Case) -> Context:
    roster = Roster(
        others=("雨燕市教育局", "雨燕市人民政府"),
        own=(case.spec.organ,),
        above=("青杉市",),
    )
    return replace(context, roster=roster)


def _own_roster(context: Context, _report: Report, case: Case) -> Context:
    """The roster says that the page belongs to another body than the title."""
    return replace(
        context,
        organ="雨燕市教育局",
        roster=Roster(others=(case.spec.organ,), own=("雨燕市教育局",), above=("雨燕市",)),
    )


def _titled(text: str) -> Callable[[ReportSpec, Random], ReportSpec]:
    return set_on(title=text)


def _unnumbered(printed: Printed, _rng: Random) -> Printed:
    return replace(
        printed,
        blocks=tuple(
            block._replace(text=block.text.partition("、")[2])
            if isinstance(block, Line) and block.role is Role.HEADING
            else block
            for block in printed.blocks
        ),
    )


_GOVERNMENTS = (Kind.GOVERNMENT, Kind.TOWNSHIP)
_CITIZEN = "申请人的身份证号码为11010519491231002X，已按规定核验。"  # the sum of its digits agrees
_SECTIONS = ("problems", "other_matters")

DEFECTS = (
    # title and identity
    Defect(rule="title-nonstandard", spec=_titled("{organ}{year}年信息公开年度情况报告")),
    Defect(
        rule="title-called-work-report",
        spec=_titled("{organ}{year}年政府信息公开工作总结"),
    ),
    Defect(rule="title-year-missing", spec=_titled("{organ}政府信息公开工作年度报告")),
    Defect(
        rule="title-year-mismatch",
        spec=_titled("{organ}{before}年政府信息公开工作年度报告"),
        beyond={
            "template-wrong-generation": "read as a report for the year that the title says",
            "filing-late": "read as a report for the year that the title says",
            "period-year-mismatch": "title and period are told from either side",
        },
    ),
    Defect(rule="title-organ-mismatch", context=_own_roster),
    Defect(
        rule="title-organ-abbreviated",
        spec=lambda spec, _: replace(spec, title=f"松涛县卫健局{spec.year}年政府信息公开工作年度报告"),
        kinds=(Kind.DEPARTMENT,),
    ),
    Defect(
        rule="text-foreign-organ",
        spec=added("overview", "{year}年，雨燕市教育局认真贯彻落实条例，主动公开各类信息，组织业务培训。"),
        context=_foreign,
        kinds=(Kind.DEPARTMENT, Kind.TOWNSHIP, Kind.STREET),  # a government may write of bodies below it
    ),
    # statistical period
    Defect(rule="period-not-full-year", spec=words(lambda text, _: _PERIOD_END.sub("12月21日", text))),
    Defect(
        rule="period-reversed",
        spec=words(lambda text, spec: text.replace(f"{spec.year}年12月31日", f"{spec.year - 1}年12月31日")),
    ),
    Defect(
        rule="period-year-mismatch",
        spec=words(
            lambda text, spec: text.replace(f"{spec.year}年12月31日", f"{spec.year - 1}年12月31日").replace(
                f"{spec.year}年1月1日", f"{spec.year - 1}年1月1日"
            )
        ),
        beyond={"title-year-mismatch": "title and period are told from either side"},
    ),
    Defect(
        rule="period-missing",
        spec=lambda spec, _: replace(spec, preface=("根据《中华人民共和国政府信息公开条例》编制本报告。",)),
    ),
    Defect(
        rule="text-stale-year",
        spec=added("overview", "{before}年，我单位认真落实条例，组织业务培训三次，新增公开栏目两个。"),
    ),
    # sections
    Defect(
        rule="section-missing",
        spec=_without_section("disputes", *_SECTIONS),
        beyond={"table-missing": "its table is gone with it"},
    ),
    Defect(rule="section-order", spec=_exchanged),
    Defect(rule="section-extra", spec=_seventh, years=NEW_FORM_YEARS),
    Defect(rule="section-number-missing", paper=_unnumbered),
    Defect(
        rule="section-heading-variant",
        spec=_heading("problems", lambda _: "五、存在的问题及改进措施"),
        years=NEW_FORM_YEARS,
    ),
    Defect(rule="section-empty", spec=instead("other_matters")),
    Defect(rule="section-empty", spec=instead("problems"), beyond={"problems-empty": "it is section five"}),
    Defect(
        rule="section-count-claim",
        spec=lambda spec, _: replace(
            spec, preface=(*spec.preface, "全文由总体情况、主动公开政府信息情况等四个部分组成。")
        ),
    ),
    Defect(
        rule="section-count-claim",
        spec=lambda spec, _: replace(spec, preface=(*spec.preface, "本报告由七个部分组成。")),
    ),
    Defect(rule="overview-aspects-missing", spec=_aspect_untold),
    Defect(
        rule="overview-too-short",
        spec=instead(
            "overview", "{year}年主动公开、依申请公开、信息管理、平台建设、监督保障工作平稳，考核合格。"
        ),
        years=NEW_FORM_YEARS,
    ),
    Defect(rule="government-assessment-missing", spec=words(_unassessed), kinds=_GOVERNMENTS),
    Defect(rule="problems-empty", spec=instead("problems", "无。")),
    Defect(rule="problems-empty", spec=instead("problems", "问题是解读少，下一步改进。")),
    Defect(
        rule="problems-no-improvement",
        spec=instead(
            "problems",
            "存在的问题：一是专栏内容更新较慢，二是联络员变动频繁，三是政策说明偏专业，群众看不太懂，四是附件太多，五是数据缺少对比。"
            "这些短板影响了公众获取信息的便利，也反映出一些科室重视不够，人手不足，经验欠缺。",
        ),
    ),
    Defect(rule="fee-statement-missing", spec=words(_no_fee), years=NEW_FORM_YEARS),
    Defect(
        rule="fee-statement-incomplete",
        spec=instead(
            "other_matters", "本年度按规定收取了政府信息公开信息处理费。", "没有其他需要报告的事项。"
        ),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="text-outdated-basis",
        spec=added("overview", "本报告依照国办公开办函〔2019〕60号文件的要求编写。"),
        years=NEW_FORM_YEARS,
    ),
    Defect(
        rule="template-instruction-pasted",
        spec=added("overview", "对本机关贯彻落实条例情况进行综述，主要包括主动公开、依申请公开等方面。"),
    ),
    Defect(rule="text-placeholder", spec=added("problems", "20XX年将继续改进上述工作。")),
    Defect(rule="text-placeholder", spec=added("other_matters", "联系人：（单位名称）办公室。")),
    Defect(rule="text-repeated-phrase", spec=added("overview", "信息公开专栏信息公开专栏全年运行平稳。")),
    Defect(rule="text-wrong-word", spec=added("overview", "各科室按步就班推进公开事项。")),
    Defect(rule="contact-missing", spec=words(_no_phone)),
    Defect(rule="text-personal-data", spec=added("overview", _CITIZEN)),
)
