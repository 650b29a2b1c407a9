"""Subscriptions and mutes in the words of their readers."""

from __future__ import annotations

from collections.abc import Mapping

from crawler import clock
from crawler.console import clean
from crawler.digest.compose import scope_told
from crawler.digest.scope import Scope
from crawler.places import place
from crawler.report.model import Bilingual
from crawler.validator import RULES
from storage.records import (
    FindingRecord,
    MuteKind,
    MuteRecord,
    Rhythm,
    SubscriptionOrigin,
    SubscriptionRecord,
)

WEEKDAYS = (
    Bilingual("周一", "Mondays"),
    Bilingual("周二", "Tuesdays"),
    Bilingual("周三", "Wednesdays"),
    Bilingual("周四", "Thursdays"),
    Bilingual("周五", "Fridays"),
    Bilingual("周六", "Saturdays"),
    Bilingual("周日", "Sundays"),
)
ORIGINS = {
    SubscriptionOrigin.SUBSCRIBED: Bilingual("订阅", "subscribed"),
    SubscriptionOrigin.SETTINGS: Bilingual("设置", "settings"),
    SubscriptionOrigin.ONCE: Bilingual("单次", "once"),
}


def scope_in_words(subscription: SubscriptionRecord, names: Mapping[str, str]) -> Bilingual:
    """What a subscription is about; `names` are those of provinces, by key."""
    scope = Scope.of(subscription, (), subscription.created)
    return Bilingual(
        scope_told(scope, names, "zh") or "全部省份和单位",
        scope_told(scope, names, "en") or "all provinces and bodies",
    )


def rhythm_in_words(subscription: SubscriptionRecord) -> Bilingual:
    """When a subscription is sent, and what with it."""
    match subscription.rhythm:
        case Rhythm.DAILY:
            when = Bilingual("每日", "daily")
        case Rhythm.WEEKLY:
            day = WEEKDAYS[subscription.weekday or 0]
            when = Bilingual(f"每{day.zh}", f"on {day.en}")
        case Rhythm.DEADLINES:
            when = Bilingual("仅期限后的专报", "after the due dates alone")
    if subscription.workbook:
        return Bilingual(f"{when.zh}，附表格", f"{when.en}, with a workbook")
    return when


def mute_in_words(mute: MuteRecord, finding: FindingRecord | None, lang: str) -> str:
    """What a reader has said; `finding` is the one that it is about, where it is about one."""
    english = lang == "en"
    said = what = ""
    if mute.fingerprint is not None:
        what = mute.fingerprint if finding is None else _finding(finding, lang)
    else:
        rule = "" if mute.rule is None else _rule(mute.rule, lang)
        organ = clean(mute.organ or ("all bodies" if english else "所有单位"))
        what = f"{organ} · {rule}" if rule else organ
    if mute.kind is MuteKind.ACKNOWLEDGED:
        day = clock.local(mute.created).date().isoformat()
        said = f"known since {day}" if english else f"{day} 已知悉"
    elif mute.expires is not None:
        day = clock.local(mute.expires).date().isoformat()
        said = f"muted until {day}" if english else f"静音至 {day}"
    else:
        said = "muted" if english else "已静音"
    return f"{what} · {said}"


def _finding(finding: FindingRecord, lang: str) -> str:
    message = finding.message_en if lang == "en" else finding.message_zh
    return f"{clean(finding.organ)} {finding.year} · {place(finding.where, lang)} · {clean(message)}"


def _rule(rule: str, lang: str) -> str:
    return RULES[rule].title.pick(lang) if rule in RULES else clean(rule)
