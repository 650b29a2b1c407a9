"""`nianbao subscribe`, `nianbao unsubscribe`: who is sent digests, of what, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from crawler import clock
from crawler.commands.known import Known, known_rule
from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Column, Screen, clean
from crawler.database import opened
from crawler.digest import mail
from crawler.digest.compose import compose
from crawler.digest.composing import province_names
from crawler.digest.contents import PART_TITLES
from crawler.digest.in_words import ORIGINS, rhythm_in_words, scope_in_words
from crawler.digest.scope import Scope
from crawler.digest.surroundings import Circumstances
from crawler.export.exact_json import dumps
from crawler.portals import read_provinces
from crawler.validator.finding import Severity, gravity
from storage.queries import Queries
from storage.records import Rhythm, SubscriptionOrigin, SubscriptionRecord
from storage.subscriptions import AlreadySubscribed, Subscriptions, scope_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription as it is asked for; empty scopes let everything pass."""

    address: str
    provinces: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    severity: str = Severity.WARNING.value
    rhythm: Rhythm = Rhythm.DAILY
    weekday: int | None = None
    workbook: bool = False
    lang: str | None = None
    from_now: bool = False
    replaces: int | None = None  # the subscription that is to be as this one


def add(screen: Screen, settings: Settings, wanted: Wanted, form: str, *, dry_run: bool) -> None:
    """Record a subscription, or with `dry_run` tell what its first digest would hold. Raises CallError."""
    engine = opened(settings)
    try:
        roster = Known(engine, read_provinces(settings.provinces))
        record = _subscription(settings, wanted, roster, engine)
        if not dry_run:
            Subscriptions(engine).reconcile(settings.digest_to, clock.now(), settings.lang)
        held = _held(Subscriptions(engine), wanted, record)
        if dry_run:
            known = held.told_until if held is not None and _within(record, held) else 0
            _first_digest(screen, engine, roster, replace(record, told_until=max(known, record.told_until)))
            return
        number = _written(screen, engine, record, held, wanted)
        stands = Subscriptions(engine).get(number)
        assert stands is not None  # noqa: S101 - it has just been written
        if form == "json":
            screen.raw(dumps(subscription_object(stands, 0)))
        else:
            screen.raw(str(number))
        scope, rhythm = scope_in_words(stands, roster.titles), rhythm_in_words(stands)
        screen.say(
            f"订阅 {number}：{stands.address} · {scope.zh} · {rhythm.zh}",
            f"subscription {number}: {stands.address} · {scope.en} · {rhythm.en}",
        )
        _mind(screen, settings, engine, stands)
    finally:
        engine.dispose()


def show(screen: Screen, settings: Settings, form: str, *, ended: bool) -> None:
    """Every subscription by number, those that have ended only where asked for."""
    now = clock.now()
    engine = opened(settings)
    try:
        subscriptions = Subscriptions(engine)
        silent = subscriptions.reconcile(settings.digest_to, now, settings.lang)
        rows = subscriptions.all(ended=ended)
        mutes = {row.id: len(subscriptions.mutes(row.id or 0, now)) for row in rows}
        roster = Known(engine, read_provinces(settings.provinces))
        unknown = {row.id: roster.unknown(row) for row in rows if row.ended is None}
    finally:
        engine.dispose()
    if form == "json":
        objects = [subscription_object(row, mutes[row.id], unknown.get(row.id, ())) for row in rows]
        screen.raw(dumps(objects))
    elif rows:
        pick = screen.pick
        columns = [
            Column(pick("编号", "id"), align="right"),
            Column(pick("地址", "address"), style="bold"),
            Column(pick("范围", "scope"), wrap=True),
            Column(pick("何时", "when")),
            Column(pick("语言", "language")),
            Column(pick("来自", "from")),
            Column(pick("静音", "muted"), align="right"),
            Column(pick("起", "since")),
            Column(pick("退订", "ended")),
        ]
        screen.table(columns, [_row(row, mutes[row.id], roster.titles, screen.lang) for row in rows])
    live = [row for row in rows if row.ended is None and row.origin is not SubscriptionOrigin.ONCE]
    screen.say(f"有效订阅 {len(live)} 份", f"{len(live)} subscriptions are live")
    for row in rows:
        for name in unknown.get(row.id, ()):
            screen.say(
                f"订阅 {row.id}：已经没有“{name}”，不会有它的通报",
                f"subscription {row.id}: there is no “{name}” any more; nothing will be told of it",
            )
    for address in silent:
        screen.say(
            f"{address} 在设置 digest_to 中，但已退订，不再发送；要恢复：nianbao subscribe {address}",
            f"{address} stands in the setting digest_to but has left; to have it back: "
            f"nianbao subscribe {address}",
        )


def end(screen: Screen, settings: Settings, who: str, *, yes: bool) -> None:
    """End the subscriptions of an address, or the one with a number; several only with `yes`.

    Raises CallError.
    """
    now = clock.now()
    engine = opened(settings)
    try:
        subscriptions = Subscriptions(engine)
        subscriptions.reconcile(settings.digest_to, now, settings.lang)
        if who.isascii() and who.isdigit():
            one = subscriptions.get(int(who)) if len(who) < 10 else None
            if one is None:
                raise CallError(
                    f"没有这份订阅：{who}（见 nianbao subscribe list）", f"there is no subscription {who}"
                )
            found = [one]
        else:
            found = subscriptions.of(who)
            if not found:
                raise CallError(
                    f"没有这个地址的订阅：{clean(who)[:100]}（见 nianbao subscribe list）",
                    f"no subscription of this address: {clean(who)[:100]}",
                )
        live = [one for one in found if one.ended is None]
        titles = province_names(settings)
        if len(live) > 1 and not yes:
            for one in live:
                screen.line(_line(one, titles, screen.lang))
            raise CallError(
                f"这个地址有 {len(live)} 份订阅；写明编号退订一份，或加 --yes 全部退订",
                f"the address holds {len(live)} subscriptions; give a number to end one, or --yes to end all",
            )
        if not live:
            screen.say("早已退订，没有改动", "it had ended before; nothing was changed")
        for one in live:
            subscriptions.end(one.id or 0, now)
            screen.say(
                f"已退订：{_line(one, titles, 'zh')}",
                f"ended: {_line(one, titles, 'en')}",
            )
    finally:
        engine.dispose()


def subscription_object(
    record: SubscriptionRecord, mutes: int, unknown: Collection[str] = ()
) -> dict[str, Any]:
    """A subscription as the flat object of the JSON answer."""
    return {
        "id": record.id,
        "address": record.address,
        "origin": record.origin.value,
        "provinces": list(record.provinces),
        "organs": list(record.organs),
        "rules": list(record.rules),
        "severity": record.severity,
        "rhythm": record.rhythm.value,
        "weekday": None if record.weekday is None else DAYS[record.weekday],
        "workbook": record.workbook,
        "lang": record.lang,
        "created": clock.local(record.created).isoformat(),
        "ended": None if record.ended is None else clock.local(record.ended).isoformat(),
        "told_until": record.told_until,
        "mutes": mutes,
        "unknown": list(unknown),
    }


def _subscription(settings: Settings, wanted: Wanted, roster: Known, engine: Engine) -> SubscriptionRecord:
    address = _address(wanted.address)
    for rule in wanted.rules:
        known_rule(rule)
    provinces = tuple(roster.province(given) for given in wanted.provinces)
    record = SubscriptionRecord(
        id=None,
        address=address,
        origin=SubscriptionOrigin.SUBSCRIBED,
        created=clock.now(),
        lang=wanted.lang or settings.lang,
        provinces=provinces,
        organs=tuple(roster.organ(given, provinces) for given in wanted.organs),
        rules=wanted.rules,
        severity=wanted.severity,
        rhythm=wanted.rhythm,
        weekday=wanted.weekday,
        workbook=wanted.workbook,
        told_until=Queries(engine).newest_change() if wanted.from_now else 0,
    )
    provinces, organs, rules = scope_of(record)
    return replace(record, provinces=provinces, organs=organs, rules=rules)


def _address(given: str) -> str:
    """One bare address, as a server takes it. Raises CallError."""
    try:
        found = mail.address(given, "ADDRESS")
    except mail.MailError as error:
        raise CallError(error.zh, error.en) from None
    if found.display_name or len(found.addr_spec) > _LONGEST_ADDRESS:
        shown = clean(given)[:100]
        raise CallError(f"ADDRESS：只写地址本身：{shown}", f"ADDRESS: the address alone: {shown}")
    return found.addr_spec


def _held(
    subscriptions: Subscriptions, wanted: Wanted, record: SubscriptionRecord
) -> SubscriptionRecord | None:
    """The subscription that is to be changed, or that is what is asked for. Raises CallError."""
    live = [one for one in subscriptions.of(record.address) if one.ended is None]
    if wanted.replaces is None:
        return next((one for one in live if scope_of(one) == scope_of(record)), None)
    for one in live:
        if one.id == wanted.replaces:
            return one
    raise CallError(
        f"{record.address} 没有编号为 {wanted.replaces} 的有效订阅（见 nianbao subscribe list）",
        f"{record.address} holds no live subscription {wanted.replaces}",
    )


def _written(
    screen: Screen,
    engine: Engine,
    record: SubscriptionRecord,
    held: SubscriptionRecord | None,
    wanted: Wanted,
) -> int:
    subscriptions = Subscriptions(engine)
    try:
        if wanted.replaces is not None and held is not None:
            anew = not (wanted.from_now or _within(record, held))
            subscriptions.change(replace(record, id=held.id, address=held.address), clock.now(), anew=anew)
            if anew and held.told_until:
                screen.say(
                    "范围变宽：下一封从头说起（不要则加 --from-now）",
                    "the scope is wider: the next digest tells everything that stands (else: --from-now)",
                )
            return held.id or 0
        number = subscriptions.add(record)
    except AlreadySubscribed as already:
        return _as_before(screen, subscriptions, already.held, record)
    if held is not None and held.origin is SubscriptionOrigin.ONCE and held.told_until:
        screen.say(
            "这个地址以前收到过通报：从上一封之后说起",
            "this address was sent digests before: the next one goes on from the last of them",
        )
    return number


def _as_before(
    screen: Screen, subscriptions: Subscriptions, held: SubscriptionRecord, record: SubscriptionRecord
) -> int:
    """The number of a subscription that is what is asked for. Raises CallError where it is another one."""
    settled = (held.severity, held.rhythm, held.weekday, held.workbook, held.lang)
    if settled != (record.severity, record.rhythm, record.weekday, record.workbook, record.lang):
        raise CallError(
            f"这个地址已有同一范围的订阅：{_line(held, {}, 'zh')}；要改就加 --replace {held.id}",
            f"the address holds a subscription of this scope: {_line(held, {}, 'en')}; "
            f"add --replace {held.id} to change it",
        )
    if held.origin is SubscriptionOrigin.SETTINGS:
        subscriptions.change(replace(held, origin=SubscriptionOrigin.SUBSCRIBED), clock.now())
        screen.say(
            "此前由设置 digest_to 订阅；今后不随设置变动",
            "it was subscribed by the setting digest_to, and does not follow the settings any more",
        )
    else:
        screen.say("已有同样的订阅，没有改动", "there is such a subscription; nothing was changed")
    return held.id or 0


def _within(new: SubscriptionRecord, old: SubscriptionRecord) -> bool:
    """Whether a subscription tells nothing that another one did not tell."""
    narrower = all(
        not before or (now and set(now) <= set(before))
        for now, before in zip(scope_of(new), scope_of(old), strict=True)
    )
    told_changes = old.rhythm is not Rhythm.DEADLINES or new.rhythm is Rhythm.DEADLINES
    return narrower and told_changes and gravity(new.severity) <= gravity(old.severity)


def _first_digest(screen: Screen, engine: Engine, roster: Known, record: SubscriptionRecord) -> None:
    """What the first digest would hold, were it sent now."""
    now = clock.now()
    scope = Scope.of(record, (), now)
    lang = screen.lang
    digest = compose(
        Queries(engine).changes(record.told_until),
        Circumstances(engine, now, roster.titles).of(scope, record.told_until),
        day=clock.local(now).date(),
        lang=lang,
        scope=scope,
    )
    if digest is None:
        screen.line(screen.pick("没有要通报的：不会发送", "there is nothing to tell: nothing would be sent"))
    else:
        screen.line(digest.subject)
        colon = screen.pick("：", ": ")
        for part in digest.parts:
            screen.line(f"  {PART_TITLES[part.kind].pick(lang)}{colon}{part.count}")
    screen.say("没有写入任何内容", "nothing was written")


def _mind(screen: Screen, settings: Settings, engine: Engine, stands: SubscriptionRecord) -> None:
    """What a person should know who has subscribed somebody."""
    others = [
        one
        for one in Subscriptions(engine).of(stands.address)
        if one.ended is None and one.id != stands.id and one.origin is not SubscriptionOrigin.ONCE
    ]
    for one in others:
        origin = ORIGINS[one.origin]
        screen.say(
            f"注意：这个地址另有订阅 {one.id}（{origin.zh}），同一变化可能两次通报",
            f"mind: the address also holds subscription {one.id} ({origin.en}); a change may be told twice",
        )
    if settings.smtp_url is None or not settings.mail_from:
        screen.say(
            "还没有设置 NIANBAO_SMTP_URL 和 NIANBAO_MAIL_FROM，发不出邮件",
            "NIANBAO_SMTP_URL and NIANBAO_MAIL_FROM are not both set: no mail can be sent yet",
        )


def _line(record: SubscriptionRecord, titles: Mapping[str, str], lang: str) -> str:
    scope, rhythm = scope_in_words(record, titles), rhythm_in_words(record)
    return f"{record.id} · {record.address} · {scope.pick(lang)} · {rhythm.pick(lang)}"


def _row(record: SubscriptionRecord, mutes: int, titles: Mapping[str, str], lang: str) -> tuple[str, ...]:
    return (
        str(record.id),
        record.address,
        scope_in_words(record, titles).pick(lang),
        rhythm_in_words(record).pick(lang),
        record.lang,
        ORIGINS[record.origin].pick(lang),
        str(mutes),
        _day(record.created),
        "" if record.ended is None else _day(record.ended),
    )


def _day(moment: datetime) -> str:
    return clock.local(moment).date().isoformat()
