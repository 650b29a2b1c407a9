"""Which bodies may make regulations (规章): ministries and governments from cities with districts upwards.

Names tell it for most bodies. 市 is the ending of cities on two levels, of which only the higher may make
regulations, and is left open unless the rest of the name or the code of the region decides.
"""

from __future__ import annotations

import re

from crawler.report.model import Kind

_LONGEST_NAME = 60
_OF_THE_STATE = re.compile(r"^(?:中华人民共和国|中国|国家|国务院|全国|中央)")
_LOCAL = re.compile(
    r"^[\u4e00-\u9fff]{0,20}?(?:省|自治区|(?<!城)市(?!场)|自治州|州|盟|县(?!域)|旗|(?<![地社])区(?!域)|乡|镇|街道)"
)
_NEW_AREA = re.compile(r"新区|自由贸易|自贸|合作区|特区|兵团")
_OFFICE = re.compile(r"办公?[厅室]?$")
_COUNTY = re.compile(r"(?:县|旗|(?<!自治)区)(?:人民)?政府$")
_PROVINCE_OR_PREFECTURE = re.compile(r"(?:省|自治区|自治州)(?:人民)?政府$")
_CITY = re.compile(r"市(?:人民)?政府$")
_CITY_BELOW = re.compile(r"[\u4e00-\u9fff](?:市|自治州|地区|盟)[\u4e00-\u9fff]{1,10}市(?:人民)?政府$")
_CODE = re.compile(r"\d{6}")


def may_make_regulations(name: str, kind: Kind | None, region: str | None = None) -> bool | None:
    """Whether the body may make regulations; None where name, kind and region do not tell for sure."""
    name = name[:_LONGEST_NAME]
    if _NEW_AREA.search(name):
        return None  # some of them exercise powers of a city with districts
    if kind in (Kind.TOWNSHIP, Kind.STREET, Kind.ZONE):
        return False
    if kind is Kind.DEPARTMENT:
        return False if _LOCAL.search(name) and not _OF_THE_STATE.search(name) else None
    if kind is Kind.GOVERNMENT_OFFICE:
        name = _OFFICE.sub("", name)
    elif kind is not Kind.GOVERNMENT:
        return None
    if _PROVINCE_OR_PREFECTURE.search(name):
        return True
    if _COUNTY.search(name) or _CITY_BELOW.search(name):
        return False
    county_level = bool(region and _CODE.fullmatch(region) and not region.endswith("00"))
    return False if _CITY.search(name) and county_level else None
