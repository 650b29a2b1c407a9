"""How links lead from a home page to the annual-report column. Data, and the three questions asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_COLUMN_TEXT = re.compile(
    r"^(?:法定主动公开)?(?:历年|部门|乡镇|市级|县级|区级|各部门|各单位)?(?:政府|政务)?(?:信息)?(?:公开)?(?:工作)?"
    r"(?:年度报告|年度工作报告|年报|工作年报)(?:专栏|栏目|公开)?$"
)
"""政府信息公开年报, 信息公开年度报告, 政府信息公开工作年度报告, 公开年报, 部门年报, 年报 and their kin."""

_COLUMN_PATH = re.compile(
    r"(?:zf)?xxgk(?:gz)?n(?:b|dbg)|zwgknb|^(?:gk|bm)?(?:nb|ndbg)(?:[_\d]|$)|gkndbg|gknb|bmnb|zfnbhz|xinxinianbao|"
    r"annual_?report",
    re.I,
)
"""Folder names of annual-report columns: pinyin initials of the texts above."""

_SECTION_TEXT = re.compile(
    r"^(?:法定)?(?:主动公开)?(?:政府|政务)?(?:信息)?公开(?:内容|专栏|专区|平台|目录|栏目|网)?$|^法定主动公开内容$|^政务公开专栏$"
)
"""政府信息公开, 政务公开, 信息公开专栏, 法定主动公开内容 and their kin."""

_BRANCH_TEXT = re.compile(
    r"^20\d\d年?度?(?:年报|年度报告|政府信息公开(?:工作)?(?:年报|年度报告))?$|"
    r"^(?:[市县区州省旗]?(?:政府|人民政府)?(?:工作)?(?:部门|直部门|直单位|直机关|级部门|级机关|本级|委办局)"
    r"|乡镇|镇街|乡镇街道|乡镇[(（]街道[)）]|街道(?:办事处)?|开发区|园区|功能区|管委会|直属(?:机构|单位)|派出机构|垂直管理部门|其他(?:单位|机构)"
    r"|[市县区州省]?人民?政府)(?:政府信息公开)?(?:工作)?(?:年报|年度报告)?$"
)
"""Branches below a column: years, and kinds of bodies."""

_INDEX = re.compile(r"(?:/|/(?:index|list|default)[\w-]*\.\w{2,5}|/col/col\d+/?)$", re.I)


def folded(text: str) -> str:
    """Text of a link for comparison: without white space and the marks around it."""
    return "".join(text.split()).strip("·•>»|【】[]《》“”\"'.。:：-—+")


def is_column(text: str, url: str) -> bool:
    """Whether a link leads to an annual-report column: by its text, or by the folder it leads to."""
    words = folded(text)
    if _COLUMN_TEXT.match(words):
        return True
    path = urlsplit(url).path
    if len(words) > 20 or not _INDEX.search(path):
        return False
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return bool(_COLUMN_PATH.search(folder))


def is_section(text: str) -> bool:
    """Whether a link leads to a disclosure section, in which the column lies."""
    return bool(_SECTION_TEXT.match(folded(text)))


def is_branch(text: str) -> bool:
    """Whether a link on a column's page leads to a part of it."""
    words = folded(text)
    return bool(_BRANCH_TEXT.match(words) or _COLUMN_TEXT.match(words))


def names_body(text: str, names: Iterable[str]) -> bool:
    """Whether a link on a column's page leads to the part of one body: by its name, or by the end of it, for
    a portal leaves out its own place name (教育局). Too many links followed do no harm, one too few would.
    """
    words = folded(text)
    return len(words) >= 3 and any(name.endswith(words) for name in names)
