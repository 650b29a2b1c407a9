"""All alarms together: of a province, and of what concerns none."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from crawler import clock
from crawler.alarms.alarm import SILENCE, Alarm, Blame, Code
from crawler.alarms.crawling import crawling
from crawler.alarms.record import House, ProvinceRecord
from crawler.alarms.silence import mute, silences, told_of
from crawler.alarms.wording import TITLES
from crawler.report.model import Bilingual
from storage.records import MailState, VisitRecord

LEASE_GRACE = timedelta(minutes=15)
"""How long the scheduler's lease may be over before that is told: one that is restarted takes it anew."""
MAIL_PATIENCE = timedelta(hours=12)
"""How long a mail may wait before that is told."""
_ADDRESSES = 5
"""Addresses that are named; the rest is a number."""


def alarms_of_province(record: ProvinceRecord) -> list[Alarm]:
    """What is alarming in one province, by code and portal. Portals are told as one where all are silent."""
    runs, portals = crawling(record), silences(record)
    whole = _whole_province(record, portals)
    if whole is not None:
        portals = [alarm for alarm in portals if alarm.code not in SILENCE]
        # a crawl that broke off says itself why nothing came
        runs = runs if any(alarm.code is Code.RUN_BROKEN for alarm in runs) else [whole, *runs]
    return sorted([*runs, *portals], key=lambda alarm: (list(Code).index(alarm.code), alarm.portal))


def alarms_of_house(house: House) -> list[Alarm]:
    """What is alarming of the scheduler and of the mails."""
    found = (_scheduler(house), _refused(house), _waiting(house))
    return [alarm for alarm in found if alarm is not None]


def _whole_province(record: ProvinceRecord, portals: list[Alarm]) -> Alarm | None:
    """All portals silent at once: no matter how they are, that is no chance. One portal is no province."""
    latest: list[VisitRecord] = []
    for portal in record.portals:
        latest += told_of(record, portal)[:1]
    if len(latest) < 2 or not all(mute(visit) for visit in latest):
        return None
    codes = Counter(alarm.code for alarm in portals if alarm.code in SILENCE)
    reasons = Counter(
        (visit.reason_zh.split("：http")[0], visit.reason_en.split(": http")[0]) for visit in latest
    )
    (zh, en), most = reasons.most_common(1)[0]
    kinds = Bilingual(
        "、".join(f"{TITLES[code].zh} {number}" for code, number in codes.most_common()),
        ", ".join(f"{TITLES[code].en} {number}" for code, number in codes.most_common()),
    )
    return Alarm(
        Code.PROVINCE_SILENT,
        min(
            (alarm.since for alarm in portals if alarm.code in SILENCE),
            default=min(v.started for v in latest),
        ),
        Bilingual(
            f"{len(latest)} 个网站全部失访"
            + (f"（{kinds.zh}）" if codes else "")
            + f"；最多见：{zh}（{most} 个）",
            f"all {len(latest)} portals are silent"
            + (f" ({kinds.en})" if codes else "")
            + f"; most often: {en} ({most})",
        ),
        record.province,
        blame=Blame.OURS,
        figures={"portals": len(latest)},
    )


def _scheduler(house: House) -> Alarm | None:
    """The scheduler took its lease, and neither renewed it nor gave it back."""
    lease = house.scheduler
    if lease is None or house.machine_now - lease.expires < LEASE_GRACE:
        return None
    last = f"{clock.local(lease.renewed):%Y-%m-%d %H:%M}"
    return Alarm(
        Code.SCHEDULER_GONE,
        lease.expires,
        Bilingual(
            f"最后一次有动静是 {last}（{lease.owner}）", f"it was last alive at {last} ({lease.owner})"
        ),
        blame=Blame.OURS,
    )


def _refused(house: House) -> Alarm | None:
    """Mails that servers refused for good, or that were given up."""
    failed = [mail for mail in house.mails if mail.state in (MailState.REFUSED, MailState.GIVEN_UP)]
    if not failed:
        return None
    addresses = list(dict.fromkeys(mail.address for mail in failed))
    more = len(addresses) - _ADDRESSES
    named = "、".join(addresses[:_ADDRESSES])
    answer = failed[0].answer
    return Alarm(
        Code.MAIL_REFUSED,
        min(mail.ended or mail.composed for mail in failed),
        Bilingual(
            f"{len(failed)} 封没有送达：{named}"
            + (f" 等 {len(addresses)} 个地址" if more > 0 else "")
            + f"；{answer}",
            f"{len(failed)} mails did not arrive: {', '.join(addresses[:_ADDRESSES])}"
            + (f" and {more} more addresses" if more > 0 else "")
            + f"; {answer}",
        ),
        blame=Blame.EITHER,
        figures={"mails": len(failed), "addresses": len(addresses)},
    )


def _waiting(house: House) -> Alarm | None:
    """Mails that have been tried for long and found no server to take them."""
    stuck = [
        mail
        for mail in house.mails
        if mail.state in (MailState.WAITING, MailState.SENDING) and house.now - mail.composed >= MAIL_PATIENCE
    ]
    if not stuck:
        return None
    oldest = min(stuck, key=lambda mail: mail.composed)
    hours = int((house.now - oldest.composed) / timedelta(hours=1))
    return Alarm(
        Code.MAIL_WAITING,
        oldest.composed,
        Bilingual(
            f"{len(stuck)} 封发不出去，最久的等了 {hours} 小时；{oldest.answer}",
            f"{len(stuck)} mails cannot be sent, the oldest has waited {hours} hours; {oldest.answer}",
        ),
        blame=Blame.EITHER,
        figures={"mails": len(stuck), "hours": hours},
    )
