"""How links lead from a home page to the annual-report column. Data, and the questions asked of it.

Scores say what to follow first: the statutory name of a column before its short names, a text before a
folder's name, a section of all disclosure before a part of it. 0 is no; other numbers only compare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

MAX_TEXT = 200
_MAX_WORDS, _MAX_WORDS_WEAK = 20, 8
"""Characters of a text beside which a folder's name still counts, a telling one and one of two or four
letters; a longer text is a headline."""


class Wording(NamedTuple):
    """Texts of links, and how likely they lead where one wants to go."""

    name: str
    score: int
    pattern: re.Pattern[str]


_OFFICE = (
    r"(?:[^年度公开报告]{1,20}?(?:局|委|厅|办|室|政府|街道|处|会|中心|队|所|院|站|海关|区|县|市|州|镇|乡|旗))"
)
_GROUPS = (
    r"(?:(?:[市县区州省旗镇]|各级)?(?:政府|人民政府)?(?:直属?|级|直各|属|辖)?(?:工作)?(?:部门|单位|机关|机构|委办局)(?:和单位)?"
    r"|乡镇(?:街道|场|办)?|镇街|街镇|镇乡|乡镇[(、/和及]?街道(?:办事处)?\)?|镇[(、]街道?\)?|街道乡镇|县市区|县区|区县|市县|市区县|旗县区?)"
)
"""Kinds of bodies, as many of a kind are called."""
_KINDS = (
    rf"(?:{_GROUPS}|[市县区州省镇]级|街道(?:办事处)?|(?:[市县区州省])?(?:人民)?政府(?:本级)?|本级|本机关)"
)
_DISCLOSURE = r"(?:(?:政府|政务)?信息(?:主动)?公开|政务公开)"
_REPORTS = r"(?:年度报告|年度工作报告|工作年度报告|年报|工作年报|年度公报)"
_SUFFIX = r"(?:专栏|栏目|专区|专题|公开|查询|汇总|目录|列表|\(\d{1,4}\))*"
_YEAR = r"(?:(?:20\d\d|[二两][〇○零O0][一二三四五六七八九〇○零O0]{2})年?度?)"

COLUMNS: tuple[Wording, ...] = (
    Wording("the statutory name", 100, re.compile(rf"政府信息公开(?:工作)?(?:情况)?{_REPORTS}{_SUFFIX}")),
    Wording("its kin", 90, re.compile(rf"{_DISCLOSURE}(?:工作)?(?:情况)?{_REPORTS}{_SUFFIX}")),
    Wording("said shortly", 85, re.compile(rf"(?:主动|法定主动|法定)?公开(?:工作)?{_REPORTS}{_SUFFIX}")),
    Wording("with the bodies whose reports they are", 80, re.compile(
        rf"(?:法定主动公开)?(?:历年|往年|各|历史)?{_KINDS}?(?:历年|往年|各)?"
        rf"{_DISCLOSURE}(?:工作)?(?:情况)?{_REPORTS}{_SUFFIX}"
    )),
    Wording("the short name", 70, re.compile(
        rf"(?:历年|往年|各|历史)?{_KINDS}?(?:政府|政务|信息){{0,2}}{_REPORTS}{_SUFFIX}"
    )),
    Wording("in Latin letters", 60, re.compile(
        r"(?:open)?(?:government)?(?:information)?(?:disclosure)?annualreports?", re.I
    )),
)  # fmt: skip
"""政府信息公开年报, 信息公开年度报告, 公开年报, 部门年报, 年报 and their kin, as whole texts."""

LIST_COLUMNS: tuple[Wording, ...] = (
    Wording("one year's reports", 60, re.compile(
        rf"{_YEAR}(?:各)?{_KINDS}?{_DISCLOSURE}(?:工作)?(?:情况)?{_REPORTS}{_SUFFIX}"
    )),
    Wording("one body's reports", 50, re.compile(rf"{_OFFICE}{_DISCLOSURE}(?:工作)?{_REPORTS}{_SUFFIX}")),
)  # fmt: skip
"""Texts that name an article as well; they name a column where the address is a folder's."""

_NO_COLUMN = re.compile(
    r"企业|公司|工商|市场主体|年报公示|年报申报|年报系统|决算|预算|财政|统计|年鉴|法治|依法行政|执法|网站|环境|质量|社会组织|事业单位|"
    r"法人|慈善|审计|信用|制度|规定|办法|格式|解读|图解|一图|通知|政府工作报告|国民经济|登记|申请"
)
"""Columns of other yearly reports, and other things than reports."""

_COLUMN_FOLDER = re.compile(
    r"^(?:(?:zf|zw|bm|xz|zj|qzf|szf|xzf)*xxgk(?:gz|zl)?(?:nb|ndbg|ndgzbg|gzndbg|gznb|nianbao)|zwgk(?:nb|ndbg)|"
    r"(?:gk|bmgk|bm|xz|zj|zf|bmxxgk)?(?:gz)?(?:nb|ndbg|nbzl|ndgzbg)|gk(?:gz)?(?:nb|ndbg)|zfnbhz|nbhz|nbgk|"
    r"(?:gongkai|xinxi|xxgk)?nianbao|niandu(?:gongzuo)?baogao|annual[_-]?reports?|xxgkannualreport|gknb|"
    r"20\d\d(?:n|nd)?nb)"
    r"(?:[_-]?\d{0,8}[a-z]{0,3}){0,2}(?:_?list)?$",
    re.I,
)
"""Folder names of annual-report columns: pinyin initials of the texts above."""
_STRONG_FOLDER = re.compile(r"gk|annual|nianbao|zfnb", re.I)

SECTIONS: tuple[Wording, ...] = (
    Wording("the statutory name", 100, re.compile(r"政府信息公开(?:专栏|专区|栏目|平台|网|首页|专题)?")),
    Wording("its kin", 90, re.compile(
        r"(?:法定)?(?:政府|政务)?信息(?:主动)?公开(?:专栏|专区|栏目|平台|网|首页|系统|大厅)?"
    )),
    Wording("what the law has published", 85, re.compile(
        r"(?:政府信息)?法定(?:主动)?公开(?:内容|信息|事项|目录)?|(?:政府信息)?主动公开(?:内容|信息|目录)?"
    )),
    Wording("its catalogue", 82, re.compile(r"(?:政府|政务)?信息公开(?:目录|查询)|公开目录")),
    Wording("open government", 80, re.compile(r"(?:阳光)?政务公开(?:专栏|专区|栏目|平台|网|首页)?")),
    Wording("said shortly", 70, re.compile(
        r"公开|政府公开|公开专栏|公开专区|公开平台|信息公示公开|透明政府|阳光政府"
    )),
    Wording("of some bodies", 60, re.compile(
        rf"(?:各)?{_KINDS}(?:政府|政务)?(?:信息)?公开(?:专栏|平台|目录)?|部门公开|基层政务公开"
        rf"|{_OFFICE}(?:政府|政务)?信息公开(?:专栏|平台|目录)?"
    )),
    Wording("government, and its information", 30, re.compile(
        r"政府信息|政务信息|政务|信息公开工作|政务公开工作|公开工作"
    )),
    Wording("a sister of the column, beside which it stands", 20, re.compile(
        r"(?:政府|政务)?信息公开(?:指南|制度|规定|条例|依据)|公开(?:指南|制度)|(?:政府信息)?依申请公开"
    )),
)  # fmt: skip
"""政府信息公开, 政务公开, 信息公开专栏, 法定主动公开内容 and their kin, as whole texts."""

_SECTION_FOLDER = re.compile(
    r"^(?:(?:zf|zw|x)?xxgk(?:zl|zt|pt|ml|wz|zx)?|zwgk(?:zl|ml)?|gkml(?:pt)?|govxxgk|openness|public|gongkai|fdzdgk(?:nr|lr)?|zfxxgkzl)"
    r"(?:[_-]?\d{0,8})$",
    re.I,
)
_NO_SECTION = re.compile(
    r"重点领域|领域|预决算|预算|决算|财政|采购|招标|招投标|公共资源|双公示|执法|信用|意见箱|举报|统计|要点|考核|培训|动态|标准|试点|解读|服务|"
    r"通知|新闻|要闻|会议"
)

_BRANCH_TEXT = re.compile(
    rf"{_YEAR}(?:以前|之前|及以前|及之前)?(?:{_DISCLOSURE}(?:工作)?)?{_REPORTS}?|历年(?:年报|信息)?|往年(?:年报|信息)?|"
    rf"(?:各)?{_KINDS}(?:{_DISCLOSURE}(?:工作)?)?{_REPORTS}?|"
    r"(?:[市县区州省旗镇]?直属?|其[他它]|派出|直属|直管|驻[市县区州省]|中央驻[\w]{0,3}|省驻[\w]{0,3}|垂管|双管|垂直管理|条管)(?:单位|机构|部门)|"
    r"开发区|各类?开发区|园区|功能区|管委会|[市县区]直|(?:公共)?企?事业单位|法律法规授权组织|国有企业"
)
"""Branches below a column: years, and kinds of bodies."""
_COLLECTION_TEXT = re.compile(
    rf"^{_YEAR}?(?:[^各年]{{2,8}}?[省市县区州旗])?(?:各|所有|全部|历年|历年来|往年)?(?:[市县区])?{_GROUPS}的?"
    rf"{_YEAR}?{_DISCLOSURE}.{{0,8}}(?:年报|报告)"
    r"|(?:^|[市县区州省旗])(?:历年|往年).{0,16}(?:年报|报告)"
    rf"|^.{{0,20}}各.{{0,8}}(?:部门|单位|乡镇|街道|县区|机关)(?:\(.{{0,8}}\))?{_YEAR}?{_DISCLOSURE}.{{0,8}}(?:年报|报告)"
    r"|信息公开.{0,12}(?:年报|报告)(?:汇总|合集|集锦|专栏|栏目|专题|集中公开|目录|一览表?|列表)$"
)
"""One link for the reports of many bodies."""

_INDEX = re.compile(
    r"(?:/|/(?:index|list|default|column|node)[\w-]*(?:\.\w{2,5})?|/col/col\d+/?|/[^./]{1,60}|^)$", re.I
)
_ARTICLE = re.compile(
    r"/t?20\d{6}_\d+\w*\.s?html?$|/art_[\w]+\.html?$|/(?:content|post|art)_[\w-]+(?:\.s?html?)?$|/c\d+_\d+\.s?html?$|"
    r"/info/\d+/\d+\.html?$|/[0-9a-f]{24,40}\.s?html?$|/[PW]0?20\d+\.\w{2,5}$|\.(?:docx?|wps|pdf|ofd|xlsx?|zip)$",
    re.I,
)  # fmt: skip

ENTRIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("guide", re.compile(r"(?:政府|政务)?(?:信息)?公开(?:工作)?指南")),
    ("system", re.compile(
        r"(?:政府|政务)?(?:信息)?公开(?:工作)?(?:相关)?(?:制度|规定|制度规定|法规制度|制度文件|规章制度|依据)"
    )),
    ("statutory", re.compile(
        r"(?:政府信息)?法定(?:主动)?公开(?:内容|信息|事项|目录)?|(?:政府信息)?主动公开(?:内容|信息)"
    )),
    ("annual_reports", re.compile(
        rf"(?:历年)?(?:{_DISCLOSURE}|公开)(?:工作)?(?:情况)?{_REPORTS}{_SUFFIX}|(?:历年)?(?:年报|年度报告){_SUFFIX}"
    )),
)  # fmt: skip
"""The four entries that every disclosure column is to have."""

_BODY_END = re.compile(
    r"(?:(?<![格布结全大开残时定邮])局|委|(?<![大客展餐])厅|(?<!关)政府|镇|(?<![家故返])乡|街道|办事处"
    r"|(?:管理|事务|监督|执法|服务|管委|督查|参事)处"
    r"|(?:政府|[府委区县市州省镇乡政编侨台农医金安防制信外融革设移商划贫迁铁法研明生保档空督务])办"
    r"|办公室|研究室|档案馆|(?:委员|联合|协|工|学|商|红十字|理事|管委|执委|妇|残联)会"
    r"|妇联|残联|文联|科协|工商联|侨联|团委"
    r"|(?<!新闻)(?<!个人)(?<!用户)(?<!下载)(?<!帮助)(?<!互动)(?<!会员)(?<!资讯)(?<!视频)(?<!媒体)(?<!专题)中心"
    r"|[支大总中]队|(?:勘测|调查|消防)队|(?:法|检察|卫生|医|学|研究|科学|设计|养老|敬老|福利)院|党校"
    r"|(?<!场)所|(?<![网车本])站|(?:合作|供销|报)社|海关|(?<![专小景市载示])(?<!互动)区|(?<!全)县"
    r"|(?<![城超股楼上全])市|[^\W\d_]州|旗|苏木|[林农牧]场"
    r"|(?:组织|宣传|统战|武装|工作)部|[师团连]|总公司|集团|学校|中学|大学)$"
)
"""How names of offices end, and not the words that end alike (办事大厅, 新闻中心, 布局)."""
_NO_BODY = re.compile(
    r"关于|召开|举行|举办|开展|推进会|座谈会|发布会|培训会|见面会|听证会|大会|例会|工作会|专区|专栏|首页|更多|下一页|"
    r"上一页|友情|链接|办事(?!处)|办理|网上|公开(?!办)|公示|查询|下载|指南|申请|信箱|咨询|投诉|登录|注册|主办|承办|"
    r"版权|联系我们|地图|解读|年报|报告|我要|走进|魅力|美丽|概况|各|\d{2}"
)
_KIND_OF_BODY = re.compile(rf"{_GROUPS}|街道(?:办事处)?|(?:开发|园|功能|社)区|学校|[大中]学")
_AROUND = re.compile(
    r"^(?:[^\w(]|(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、])+"  # marks, and a number
    r"|(?:(?<=[\w)]{2})更多|(?<=[^\x00-\x7f])[A-Za-z&]{3,60}|[^\w)])+$",  # marks, and an English name below
)


def folded(text: str) -> str:
    """Text of a link for comparison: without white space, numbers, marks and other languages around it."""
    return _AROUND.sub("", "".join(unicodedata.normalize("NFKC", text[:MAX_TEXT]).split()))


def column_score(text: str, url: str) -> int:
    """How likely a link leads to an annual-report column: by its text, or by the folder it leads to."""
    words = folded(text)
    if _NO_COLUMN.search(words):
        return 0
    path = _path(url)
    folder = _folder_score(path, words)
    by_text = _best(COLUMNS, words)
    is_article = _ARTICLE.search(path) is not None
    if not by_text and not is_article and _INDEX.search(path):
        by_text = _best(LIST_COLUMNS, words)
    if by_text:
        return max(by_text + (5 if folder else 0) - (30 if is_article else 0), 1)
    return 0 if _is_elsewhere(words) else folder


def section_score(text: str, url: str) -> int:
    """How likely a link leads to a disclosure section, in which the column lies."""
    words = folded(text)
    if _NO_SECTION.search(words):
        return 0
    path = _path(url)
    inside = len(words) <= _MAX_WORDS and _SECTION_FOLDER.match(_last_folder(path)) is not None
    by_text = _best(SECTIONS, words)
    if by_text:
        return by_text + (5 if inside else 0)
    # an icon, or a text that says nothing
    return 40 if inside and len(words) <= 4 and not _is_elsewhere(words) and _INDEX.search(path) else 0


def is_column(text: str, url: str) -> bool:
    """Whether a link leads to an annual-report column."""
    return column_score(text, url) > 0


def is_section(text: str, url: str = "") -> bool:
    """Whether a link leads to a disclosure section, in which the column lies."""
    return section_score(text, url) > 0


def is_branch(text: str) -> bool:
    """Whether a link on a column's page leads to a part of it."""
    words = folded(text)
    if _BRANCH_TEXT.fullmatch(words):
        return True
    if _NO_COLUMN.search(words):
        return False
    return _best(COLUMNS, words) > 0 or is_collection(text)


def is_collection(text: str) -> bool:
    """Whether a text announces the reports of many bodies, or of many years, behind one link."""
    return _COLLECTION_TEXT.search(folded(text)) is not None


def is_body(text: str) -> bool:
    """Whether a text looks like the name of an office, and like nothing else; no roster is asked."""
    words = re.sub(r"\([^()]{1,20}\)$", "", folded(text))
    return (
        2 <= len(words) <= 20
        and bool(_BODY_END.search(words))
        and not (_NO_BODY.search(words) or _KIND_OF_BODY.fullmatch(words))
    )


def entry_of(text: str) -> str | None:
    """Which of the four statutory entries of a disclosure column a link is, None where it is none."""
    words = folded(text)
    return next((entry for entry, pattern in ENTRIES if pattern.fullmatch(words)), None)


def names_body(text: str, names: Iterable[str]) -> bool:
    """Whether a link on a column's page leads to the part of one body: by its name, or by the end of it, for
    a portal leaves out its own place name (教育局). Too many links followed do no harm, one too few would.
    """
    words = folded(text)
    return len(words) >= 3 and any(name.endswith(words) for name in names)


def _best(wordings: tuple[Wording, ...], words: str) -> int:
    return max((wording.score for wording in wordings if wording.pattern.fullmatch(words)), default=0)


def _is_elsewhere(words: str) -> bool:
    """Whether a text says plainly that its link leads to something else than its folder's name."""
    return bool(_best(SECTIONS, words)) or words in _ELSEWHERE


_ELSEWHERE = frozenset(
    (
        "首页",
        "网站首页",
        "返回",
        "返回首页",
        "登录",
        "搜索",
        "上一页",
        "下一页",
        "尾页",
        "末页",
        "关闭",
        "打印",
    )
)


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def _last_folder(path: str) -> str:
    """The folder that an address leads to: of /zwgk/zfxxgknb/index.html as of /zwgk/zfxxgknb."""
    head, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return head.rpartition("/")[2] if re.match(r"(?:index|list|default)?[_-]?\d*$", stem, re.I) else stem


def _folder_score(path: str, words: str) -> int:
    folder = _last_folder(path)
    if _ARTICLE.search(path) or not _COLUMN_FOLDER.match(folder):
        return 0
    if _STRONG_FOLDER.search(folder):
        return 45 if len(words) <= _MAX_WORDS else 0
    return 25 if len(words) <= _MAX_WORDS_WEAK else 0
