"""Title sieve: which titles of an annual-report column announce an annual report on disclosure.

A title that is refused is never fetched, and a report missed here would be called missing: refusing takes a
plain reason. A doubtful title is let through, and the parser decides from the page itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from spiders.columns import is_body, is_collection

THRESHOLD = 3

_MAX_TITLE = 300
_MAX_COLUMN = 1000

_YEARS = r"(?:20\d\d年?度?)"
_OFFICE = (
    r"(?:局|委|厅|办|室|政府|街道|处|会|中心|队|所|院|站|社|海关|区|县|市|镇|乡|旗|苏木|团|场|大学|机关)"
)
"""How names of bodies end, inside a title."""


class Mark(NamedTuple):
    """What speaks for a report, and how much."""

    name: str
    points: int
    pattern: re.Pattern[str]


class Refusal(NamedTuple):
    """What speaks against one; `unless` tells the titles of which it is not true."""

    name: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


NAMES: tuple[Mark, ...] = (
    Mark("the report's own name", 3, re.compile(r"信息(?:主动)?公开.{0,8}?(?:年度)?.{0,4}?(?:年报|报告)")),
    Mark("the report's name, said shortly", 3, re.compile(r"公开.{0,6}?年度.{0,6}?报告|公开.{0,6}?年报")),
    Mark("the report's name in Latin letters", 3, re.compile(
        r"(?<![a-z])(?:(?:zf)?xxgk|gk)(?:gz)?(?:nb|ndbg|ndgzbg)|nianbao|niandu(?:gongzuo)?baogao"
        r"|annualreport.{0,40}?(?:information|disclosure|open)|(?:information|disclosure|open).{0,40}?annualreport"
    )),
    Mark("the report's name cut short", 3, re.compile(
        r"信息公.{0,12}…$|20\d\d年?度?政府信息?…$|公开.{0,6}?年度?…$"
    )),
    Mark("a work report or summary on disclosure", 2, re.compile(
        r"信息公开.{0,8}(?:情况|总结|汇报)(?:\([^()]{0,20}\)|[及和与暨].{2,20})?$|政务公开(?:工作)?(?:情况)?的?(?:工作)?报告"
    )),
    Mark("an annual report of nothing else", 2, re.compile(
        rf"^{_YEARS}?(?:.{{1,30}}?{_OFFICE})?(?:关于)?(?:{_YEARS}|本年度?|上年度?)?(?:工作)?"
        rf"(?:年度报告|年报|(?<=\d年)报|(?<=年度)报告)(?:\({_YEARS}\)|{_YEARS})?$"
    )),
)  # fmt: skip
"""Names of the report; the best one that a title bears counts, a year and a body one point each."""

IN_COLUMN: tuple[Mark, ...] = (
    Mark("a year alone", 3, re.compile(rf"{_YEARS}|[二两][〇○零Oo0][一二三四五六七八九〇○零Oo0]{{2}}年度?")),
    Mark("a report, a summary of that year", 3, re.compile(
        rf".{{0,60}}{_YEARS}.{{0,40}}(?:报告|年报|总结|情况|汇报)(?:全文)?|.{{2,60}}(?:年度报告|年报)"
    )),
    Mark("disclosure of that year", 3, re.compile(rf".{{0,40}}{_YEARS}(?:政府|政务)?信息公开(?:工作)?")),
    Mark("a link that says nothing of itself", 3, re.compile(
        r"(?:点击|此处|这里|在线|下载|查看|浏览|阅读|打开|全文|正文|报告|原文|文件|附件|详情|文档|pdf|word|版|格式|"
        r"[\d一二三:、.()])+",
        re.I,
    )),
    Mark("a title cut short", 3, re.compile(
        rf".{{2,60}}(?:{_YEARS}|20\d\d).{{0,4}}…|.{{2,40}}(?:局|委|办|府|室|会|处|镇|乡|中心)…"
    )),
)  # fmt: skip
"""Whole titles that announce a report only where they stand in a column of annual reports."""

_COLUMN = re.compile(r"信息公开.{0,8}?(?:年报|年度(?:工作)?报告)|公开.{0,4}(?:年报|年度报告)")
_SHORT_COLUMN = re.compile(r"(?:历年|部门|乡镇|各部门)?(?:工作)?(?:年报|年度报告)")
_OTHER_COLUMN = re.compile(r"企业|公司|法治|决算|预算|网站|统计|财务|执法")
_STEP = re.compile(r"[>»/|›\s]+")

_OWN_NAME = re.compile(
    r"信息(?:主动)?公开(?:工作)?(?:情况)?的?(?:20\d\d)?年?度?(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:总结)?(?:报告|年报)"
    # a list may cut its titles short, anywhere in the name
    r"|政府信息公(?:开(?:工(?:作(?:年(?:度(?:报)?)?)?)?|年(?:度(?:报)?)?)?)?(?:…|\.{2,}|。{2,})+$"
)
"""The report's own name, in any of its forms; another kind of report does not bear it."""

REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        "a notice",
        re.compile(
            r"通知|通告|请示|批复|提醒|倡议|征集|征求意见|通报(?!表扬)|预告"
            r"|关于(?:进一步|切实|全面|认真)?(?:做好|加强|规范|开展|组织|编制|编报|填报|推进)"
        ),
        # a notice or an announcement may hand out the report itself
        unless=re.compile(
            r"(?:关于|^)(?:印发|公布|发布|公开|刊登|公示|更正|下发).{0,80}(?:报告|年报)(?:\(.{0,20}\))?》?的?(?:通知|通告)$"
        ),
    ),
    Refusal("a picture or an explanation", re.compile(
        r"一图|[一1]张图|图解|图读|图说|图文解|数说|数读|读懂|看懂|解读|速览|问答|海报|长图|视频|动漫|漫画|h5|英文版",
        re.I,
    )),
    Refusal("news", re.compile(
        r"(?:召开|举行|举办|开展|组织|部署|推进|参加).{0,40}"
        r"(?:会议|大会|例会|座谈会|推进会|专题会|部署会|调度会|动员会|工作会|培训|讲座|活动)"
        r"|(?:扎实|有序|圆满|全力|率先|顺利|高质量|认真|按时|积极)(?:做好|完成|推进|开展|发布|公开|编)|[一二三四五多]举措|多措并举|提升.{0,30}质量"
        r"|荣?获.{0,20}(?:表扬|肯定|好评|第一|优秀|先进)|(?:年报|报告)(?:工作)?(?:获|位居|排名|受到)"
    )),
    Refusal("about publishing, not a report", re.compile(
        r"(?:公布|发布|报送|编制|完成|落实|考核|评估|测评|排名|更新)(?:工作)?(?:的)?(?:情况|结果|说明|安排)(?!.{0,6}报告)"
        r"|(?:年报|报告).{0,4}(?:考核|评估|测评|排名)"
    )),
    Refusal("about compiling, not a report", re.compile(
        r"(?:编制(?!委|办)|编写|撰写|填报).{0,30}(?:年报|报告)|(?:年报|报告).{0,12}(?:编制|编写|填报|汇编)"
        r"|(?:格式|模[板版]|范[本文]|样[本式表])(?:\(.{0,20}\))?$"
    )),
    Refusal("a rule or a guide", re.compile(
        r"(?:年报|报告|公开)(?:公布|发布|工作|管理)*(?:制度|办法|规定|规范|规程|细则|流程图?)|(?:指南|目录)(?:\(.{0,20}\))?$|条例"
    )),
    Refusal("a form", re.compile(r"申请(?:表|书|单)|登记表|回执")),
    Refusal(
        "a plan",
        re.compile(r"(?:工作)?(?:要点|计划|方案|安排|打算|思路)(?:\(.{0,20}\))?$"),
        unless=re.compile(r"(?:报告|年报|总结|情况).{0,4}?(?:及|和|与|暨)"),  # last year's summary with it
    ),
    Refusal("part of a year", re.compile(
        r"[上下]半年|半年度?|[一二三四1-4]季度|季报|月报|20\d\d年\d{1,2}月(?:份|政|信|工|公)|\d{1,2}月?[-—至~]\d{1,2}月(?:份|政|信|工|公)"
    )),
    Refusal("a table alone", re.compile(
        r"(?<![附及和与含])(?:附表|统计表|报表|情况表|年报表)(?:\([^()]{0,20}\))?$"
    )),
)  # fmt: skip
"""Asked in this order of every title that is not a body's name and the report's name and nothing else."""

_OTHER_REPORTS = Refusal("another kind of report", re.compile(
    r"法治政府|依法行政|依法治|决算|预算|财政|行政执法|行政许可|行政处罚|行政复议|行政决策|权责清单|双随机|绩效|审计|政府网站|网站工作|"
    r"网站监管|新媒体|建议提案|代表建议|提案办理|环境质量|环境状况|水资源|统计公报|统计年|社会责任|企业年|工商年报|公司|集团|法人|"
    r"市场主体|个体工商户|合作社年|年报公示|年报抽查|年检|述职|述廉|普法|信用建设|政府工作报告|国民经济|知识产权|教育质量|质量报告|就业|"
    r"政务服务|电子政务|数据开放|债务|资产管理|安全生产|消费投诉|不良反应|慈善|基金会|巡察|巡视|人大常委|年鉴|公报"
))  # fmt: skip
_ON_DISCLOSURE = Refusal("another kind of report", re.compile(
    r"(?:自查|自评|考核|考评|评估|评议|检查|整改|调研|考察|督查|监测|审查|保密审查|举报|投诉|复议|诉讼)(?:工作)?(?:情况)?的?(?:报告|总结|汇报)"
))  # fmt: skip

_NO_BODY = (
    r"关于(?!20\d\d|政府信息|政务|信息)|一图|张图|图解|图说|数说|读懂|看懂|解读|速览|召开|举行|举办|组织(?!部)|开展|部署|印发|做好|"
    r"编制(?!委|办)|编写|填报|公布|发布|视频|半年|季度|\d月|转发关于|[:!?]"
)
_FULL_NAME = re.compile(
    rf"^(?!.*(?:{_NO_BODY}))(?:20\d\d年?度?)?.{{1,38}}?"
    rf"{_OFFICE}"
    r"(?:关于)?(?:20\d\d年?度?)?(?:政府|政务)?信息公开(?:工作)?(?:情况)?的?(?:20\d\d)?年?度?(?:工作)?(?:报告|年报)"
    r"(?:\([^()]{0,20}\))?$"
)
"""A body's name and the report's name, and nothing else: no word inside the body's name can refuse it."""

_ORGAN = re.compile(
    rf"(?<=[^\d年度]){_OFFICE}"
    r"(?:关于)?(?=(?:[0-9]{2,4}|政府|政务|信息|年度|年报|本年|上年|的))|\([^()]{2,30}(?:局|委|办|室|府|镇|乡|处|会|中心)\)$"
)
_LABEL = re.compile(r"^(?:[\[【(](?![^\]】)]{0,8}(?:图|读|视频))[^\]】)]{1,12}[\]】)]|\d{1,3}[、.](?!\d))")
_BESIDE = re.compile(r"(?:new|hot|最新|置顶)$", re.I)
_FILE = re.compile(r"(?:\.(?:docx?|wps|pdf|ofd|xlsx?|et|rtf|zip|rar|html?))+$", re.I)
_CUT = re.compile(r"(?:…|\.{2,}|。{2,})+$")
_DAY = re.compile(r"[\[(]?20\d\d(?:([-./])\d{1,2}\1|年\d{1,2}月)\d{1,2}(?!\d)日?[\])]?|\(20\d\d年\d{1,2}月\)")
_WHOLE_YEAR = re.compile(
    r"(20\d\d)年?[-./]?0?1[-./月]0?1日?[起]?(?:至|到|—|-|–|~)+(?:\1年?[-./]?)?12[-./月]31"
)
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)([0-4]\d)年(?=度?(?:政府|政务|信息))")
_CHINESE_YEAR = re.compile(r"[二两][〇○Ο零OoО0][一二三四五六七八九〇○零ΟOoО0]{2}")
_CHINESE_DIGITS = str.maketrans("〇○Ο零OoО一二两三四五六七八九", "0000000" + "1223456789")


class Sifted(NamedTuple):
    """What a title says: whether it announces a report, of which year, and why not.

    A `doubtful` one is let through for the column alone, or for a name that columns bear as well: its link
    may lead to a list instead, or out of the portal, and neither is anybody's failure.
    """

    accepted: bool
    year: int | None
    reason: str = ""
    doubtful: bool = False


def sift(title: str, *, column: str = "") -> Sifted:
    """Judge one listed title. `year` is the report year that it prints, None without one or with several.

    `column` is the text of the column in which the row stands: its breadcrumb, heading, or the link that led
    there. In a column of annual reports a body's name, a year or a file's name alone announces one.
    """
    return _sift(title[:_MAX_TITLE], column[-_MAX_COLUMN:])


@lru_cache(maxsize=1024)  # a row is asked about more than once while its page is read
def _sift(title: str, column: str) -> Sifted:
    plain = _plain(title)
    year = _year(plain)
    text, is_file = _FILE.subn("", _bare(plain))
    many = is_collection(text)
    if not many and _FULL_NAME.match(text):
        return Sifted(True, year)
    announced = _announces(column)
    if announced and is_body(text):
        return Sifted(True, year, doubtful=True)
    for refusal in REFUSALS:
        if refusal.pattern.search(text) and not (refusal.unless and refusal.unless.search(text)):
            return Sifted(False, year, refusal.name)
    if _ON_DISCLOSURE.pattern.search(text) or (
        _OTHER_REPORTS.pattern.search(text) and not _OWN_NAME.search(text)
    ):
        return Sifted(False, year, _OTHER_REPORTS.name)
    if many:
        return Sifted(True, year, doubtful=True)
    name = max((mark.points for mark in NAMES if mark.pattern.search(text.lower())), default=0)
    beside = (year is not None) + (_ORGAN.search(text) is not None)
    if name and name + beside >= THRESHOLD:
        return Sifted(True, year, doubtful=not beside and not is_file and text.isascii() is False)
    if announced and (is_file or any(mark.pattern.fullmatch(text) for mark in IN_COLUMN)):
        return Sifted(True, year, doubtful=True)
    return Sifted(False, year, "names neither body nor year" if name else "no annual report by its title")


def _announces(column: str) -> bool:
    """Whether a column is one of annual reports on disclosure: by a step of its path that says so in full, or
    by one that says it shortly where no step tells of other reports.
    """
    text = unicodedata.normalize("NFKC", column)
    if _COLUMN.search(text):
        return True
    steps = _STEP.split(text)
    return any(_SHORT_COLUMN.fullmatch(step) for step in steps) and not _OTHER_COLUMN.search(text)


def _plain(title: str) -> str:
    """The title without white space and the marks around it; a cut end is "…"."""
    # NFKC makes three points of one "…"
    text = "".join(unicodedata.normalize("NFKC", title).split()).strip("·•-—>|»丨")
    return _CUT.sub("…", text)


def _bare(plain: str) -> str:
    """The title without days and labels that lists put beside it."""
    text = _DAY.sub("", plain) if not _WHOLE_YEAR.search(plain) else plain
    return _BESIDE.sub("", _LABEL.sub("", text))


def _year(plain: str) -> int | None:
    whole = _WHOLE_YEAR.search(plain)
    if whole:
        return int(whole[1])
    text = _DAY.sub(" ", plain)
    years = {int(year) for year in _YEAR.findall(text)}
    for found in _CHINESE_YEAR.findall(text):
        digits = found.translate(_CHINESE_DIGITS)
        if digits.isascii() and digits.isdigit():
            years.add(int(digits))
    if not years:
        years = {2000 + int(year) for year in _SHORT_YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None
