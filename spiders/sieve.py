"""Title sieve: which titles of an annual-report column announce an annual report on disclosure.

A title that is refused is never fetched, and a report missed here would be called missing: refusing takes a
plain reason. A doubtful title is let through, and the parser decides from the page itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

THRESHOLD = 3

_REPORT = (
    # wording of the report's own name, score
    (re.compile(r"信息公开.{0,8}?(?:年度)?.{0,4}?(?:年报|报告)"), 3),
    (re.compile(r"(?:政务|政府|公开).{0,6}?年度.{0,6}?报告|公开年报"), 3),
    # a list may cut its titles short
    (re.compile(r"信息公开.{0,8}(?:…|\.{2,})$"), 3),
    (re.compile(r"信息公开.{0,8}(?:情况|总结)$"), 2),
    (re.compile(r"年度.{0,6}?报告|年报"), 2),
)
_ORGAN = re.compile(
    r"(?:局|委|厅|办|办公室|政府|街道|街道办事处|委员会|中心|队|所|院|站|社|会|公司|区|县|市|镇|乡|旗|苏木)"
    r"(?:关于)?(?=(?:[0-9]{4}|政府|政务|信息|年度|本年|的))"
)
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?=年|度|[^\d]|$)")
_CHINESE_YEAR = re.compile(r"[二两][〇○Ο零O0][一二三四五六七八九〇○零Ο]{2}年?")
_CHINESE_DIGITS = str.maketrans("〇○Ο零O一二两三四五六七八九", "000001223456789")

_NO_BODY = (
    r"关于(?!20\d\d|政府信息|政务|信息)|一图|图解|图说|读懂|解读|召开|举行|举办|组织(?!部)|开展|部署|印发|做好|"
    r"编制(?!委|办)|编写|填报|公布|发布|[:!?]"
)
_FULL_NAME = re.compile(
    rf"^(?!.*(?:{_NO_BODY}))(?:20\d\d年?度?)?.{{1,38}}?(?:局|委|厅|办|室|政府|街道|处|会|中心|队|所|院|站|海关|公司|区|县|市|镇|乡)"
    r"(?:关于)?(?:20\d\d年?度?)?(?:政府|政务)?信息公开(?:工作)?(?:情况)?的?(?:20\d\d)?年?度?(?:工作)?(?:报告|年报)"
    r"(?:\([^()]{0,20}\))?$"
)
"""A body's name and the report's name, and nothing else: no word inside the body's name can refuse it."""

_OWN_NAME = re.compile(
    r"信息公开(?:工作)?(?:情况)?的?(?:20\d\d)?年?度?(?:工作)?(?:情况)?的?(?:年度)?(?:报告|年报)"
)
"""The report's own name, in any of its forms; another kind of report does not bear it."""

_REFUSALS = (
    # a notice may hand out the report itself
    ("a notice", re.compile(r"^(?!.*印发).*(?:通知|通告|请示|批复|方案|要点|提醒|倡议)|通报")),
    (
        "about publishing, not a report",
        re.compile(
            r"(?:公布|发布|报送|编制|完成|落实|考核|评估|测评|排名)(?:工作)?(?:的)?(?:情况|结果|说明|安排)"
        ),
    ),
    (
        "about compiling, not a report",
        re.compile(
            r"(?:编制(?!委|办)|编写|撰写|填报).{0,30}(?:年报|报告)|"
            r"(?:年报|报告).{0,12}(?:编制|编写|填报|汇编)|格式$|模[板版]$"
        ),
    ),
    ("a picture or an explanation", re.compile(r"一图|图解|图读|图说|读懂|解读|问答|海报|长图|视频|动漫")),
    (
        "a rule or a guide",
        re.compile(r"(?:年报|年度报告|公开)(?:工作)?(?:制度|办法|规定|规范)|指南$|目录$"),
    ),
    (
        "news",
        re.compile(
            r"(?:召开|举行|举办|开展|组织|部署|推进|参加).{0,40}"
            r"(?:会议|大会|例会|座谈会|推进会|专题会|部署会|调度会|动员会|工作会|培训|讲座|活动)"
        ),
    ),
)
_OTHER_REPORTS = re.compile(
    r"法治政府|依法行政|依法治|决算|预算|行政执法|行政许可|行政处罚|权责清单|双随机|绩效|自评|审计|"
    r"政府网站|网站工作|网站监管|新媒体|建议提案|代表建议|环境质量|环境状况|统计公报|社会责任|企业年报|"
    r"工商年报|述职|述廉|普法|信用建设|政府工作报告|国民经济"
)


class Sifted(NamedTuple):
    """What a title says: whether it announces a report, of which year, and why not."""

    accepted: bool
    year: int | None
    reason: str = ""


def sift(title: str) -> Sifted:
    """Judge one listed title. `year` is the report year that it prints, None without one or with several."""
    text = "".join(unicodedata.normalize("NFKC", title[:300]).split()).strip("·•-—>|»")
    text = re.sub(r"^[\[【(].{1,8}?[\]】)]|\.(?:docx?|wps|pdf|ofd|html?)$", "", text, flags=re.I)
    year = _year(text)
    if _FULL_NAME.match(text):
        return Sifted(True, year)
    for reason, pattern in _REFUSALS:
        if pattern.search(text):
            return Sifted(False, year, reason)
    if _OTHER_REPORTS.search(text) and not _OWN_NAME.search(text):
        return Sifted(False, year, "another kind of report")
    score = max((points for pattern, points in _REPORT if pattern.search(text)), default=0)
    if not score:
        return Sifted(False, year, "no annual report by its title")
    score += year is not None
    score += _ORGAN.search(text) is not None
    if score < THRESHOLD:
        return Sifted(False, year, "names neither body nor year")
    return Sifted(True, year)


def _year(text: str) -> int | None:
    years = {int(year) for year in _YEAR.findall(text)}
    for found in _CHINESE_YEAR.findall(text):
        digits = found.removesuffix("年").translate(_CHINESE_DIGITS)
        if digits.isdigit():
            years.add(int(digits))
    return years.pop() if len(years) == 1 else None
