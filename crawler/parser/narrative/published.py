"""How many pieces of information were published, by channel, where a passage says so and nothing besides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parser.narrative.passages import Passage, Scope
from crawler.parser.narrative.quantities import DIGITS, exact
from crawler.report.narrative import Claim, Subject

_WHOLE = (
    r"(?:全年|年内|本年度?|今年|20\d\d年度?|共|累计|合计|总计|计"
    r"|我[局委办厅镇乡县市区]|本(?:机关|单位|局|委|镇|乡|街道|办))"
)
_CLAUSE = re.compile(
    rf"(?P<whole>{_WHOLE}{{0,6}})(?:,)?(?:通过|在|依托|利用|借助|经)?(?P<channel>[^\d,;。:、()]{{0,16}}?)(?P<more>{_WHOLE}{{0,3}})"
    r"(?P<verb>主动公开|公开|发布)(?:各类)?(?P<object>政府信息|政务信息|信息公开信息|信息)(?P<total>共计?|合计|总计|累计)?"
    rf"(?P<number>{DIGITS})(?P<unit>条|件|份|篇)"
)
_LONGEST_CLAUSE = 80
_CHANNEL = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8})(?:网站|门户|网|公众号|微信|微博|客户端|平台|专栏|公示栏|公开栏|新媒体)(?:上)?"
)


def published(passage: Passage) -> Iterator[Claim]:
    """What a passage says of information published on the whole, or through one channel.

    Ambiguous is a number that is not said to be the year's, for it may be one topic's.
    """
    text = passage.text
    start = 0
    for part in re.split(r"(?<=[,:])", text):
        match = _CLAUSE.match(part) if len(part) <= _LONGEST_CLAUSE else None
        if match is not None and (len(part) == match.end() or part[match.end()] in ",;。:("):
            channel = match["channel"]
            if not channel or _CHANNEL.fullmatch(channel):
                number = exact(match, part)
                scope = passage.scope(start + match.end())
                if number is not None and scope is not Scope.OUTSIDE:
                    led = text[:start] + passage.lead
                    marked = bool(match["whole"] or match["more"] or match["total"])
                    marked = marked or re.fullmatch(rf"(?:{_WHOLE}|,)+", led) is not None
                    unclear = (
                        not marked or scope is Scope.UNSURE or not match["verb"].startswith(("主动", "公开"))
                    )
                    yield Claim(Subject.PUBLISHED, number, passage.quote, unclear, channel or "全部")
        start += len(part)
