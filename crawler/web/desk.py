"""What a reader sees and does by the links in a mail: nothing of HTTP.

Looking changes nothing, however often programs that scan mail follow the links. What a form asks for is done
for the subscription that the link is signed for, and about nothing but what its page shows; twice is as once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Engine

from crawler import clock
from crawler.config import Settings
from crawler.digest.composing import province_names
from crawler.digest.links import NAMED_BY
from crawler.digest.scope import Scope, said
from crawler.digest.signed import LinkExpired, LinkForged, Purpose, signer
from crawler.digest.surroundings import Circumstances
from crawler.export.certainty import certain
from crawler.report.model import Bilingual
from crawler.validator.finding import Fault, Verdict, gravity
from crawler.web import pages
from storage.queries import Queries
from storage.records import FindingRecord, FindingStatus, MuteKind, MuteRecord, SubscriptionRecord
from storage.standing import Standing
from storage.subscriptions import Subscriptions

Form = Mapping[str, Sequence[str]]

MUTED_FOR = (30, 90, 365)
"""Days for which something may be muted. Nothing is muted for ever."""
MOST_SHOWN = 200
"""Findings of one report, or reports, that a page lists; the rest is a number."""
_MOST_READ = 2000
_REGRET = timedelta(days=1)
"""How long the page that ends a subscription takes the end back. Later it may have been the operator's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page and its status."""

    status: int
    html: str


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who holds the link, and what it was signed with."""

    subscription: SubscriptionRecord
    said: Mapping[str, Any]

    @property
    def number(self) -> int:
        return self.said["s"]  # type: ignore[no-any-return]

    @property
    def lang(self) -> str:
        return self.subscription.lang

    @property
    def gone(self) -> bool:
        return self.subscription.ended is not None


class Desk:
    """Answers links. `form` is what was posted; None where somebody only looks."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._signer = signer(settings)
        self._queries = Queries(engine)
        self._subscriptions = Subscriptions(engine)

    def act(self, token: str, form: Form | None = None) -> Answer:
        """The findings of one report, to be acknowledged or muted."""
        now = clock.now()
        caller = self._caller(token, Purpose.ACT, now)
        if isinstance(caller, Answer):
            return caller
        organ, year = caller.said.get("o"), caller.said.get("y")
        if not isinstance(organ, str) or type(year) is not int:
            return self._refused()
        notice = None
        if form is not None and not caller.gone:
            notice = self._done(caller, form, now, self._findings(caller, organ, year), organ)
        return self._report(caller, organ, year, now, notice)

    def open(self, token: str, form: Form | None = None) -> Answer:
        """What still stands for the reader, and what they have muted."""
        now = clock.now()
        caller = self._caller(token, Purpose.OPEN, now)
        if isinstance(caller, Answer):
            return caller
        notice = None
        if form is not None and not caller.gone:
            notice = self._done(caller, form, now, (), None)
        return self._overview(caller, now, notice)

    def leave(self, token: str, form: Form | None = None) -> Answer:
        """The end of one subscription. Whatever is posted ends it, but the wish to have it back."""
        now = clock.now()
        caller = self._caller(token, Purpose.LEAVE, now)
        if isinstance(caller, Answer):
            return caller
        notice = None
        if form is not None and form.get("do") == ["resume"]:
            ended = caller.subscription.ended
            if ended is not None and now - ended < _REGRET and self._subscriptions.resume(caller.number, now):
                notice = _RESUMED
        elif form is not None:
            self._subscriptions.end(caller.number, now)
        subscription = self._subscriptions.get(caller.number) or caller.subscription
        fresh = subscription.ended is not None and now - subscription.ended < _REGRET
        return Answer(200, pages.leaving(subscription, self._provinces, notice, resumable=fresh))

    def unavailable(self) -> Answer:
        """What is told while the database cannot be used."""
        return Answer(503, pages.refusal(pages.UNAVAILABLE, self._settings.lang))

    def malformed(self, status: int) -> Answer:
        """What is told of a form that no page of ours sends."""
        return Answer(status, pages.refusal(pages.MALFORMED, self._settings.lang))

    @cached_property
    def _provinces(self) -> dict[str, str]:
        return province_names(self._settings)

    def _caller(self, token: str, purpose: Purpose, now: datetime) -> _Caller | Answer:
        if self._signer is None:
            return self._refused()
        try:
            what = self._signer.read(token, purpose, now)
        except LinkForged:
            return self._refused()
        except LinkExpired:
            return Answer(410, pages.refusal(pages.EXPIRED, self._settings.lang))
        subscription = self._subscriptions.get(what["s"])
        return self._refused() if subscription is None else _Caller(subscription, what)

    def _refused(self) -> Answer:
        return Answer(404, pages.refusal(pages.FORGED, self._settings.lang))

    def _findings(self, caller: _Caller, organ: str, year: int) -> list[FindingRecord]:
        """What stands in one report that the subscription is about, whatever its reader has muted."""
        scope = Scope.of(caller.subscription, (), clock.now())
        return [
            finding
            for finding in self._queries.findings(organ=organ, year=year)
            if certain(finding) and finding.status is not FindingStatus.WAIVED and scope.within(finding)
        ]

    def _report(
        self, caller: _Caller, organ: str, year: int, now: datetime, notice: Bilingual | None
    ) -> Answer:
        findings = self._findings(caller, organ, year)
        mutes = self._subscriptions.mutes(caller.number, now)
        scope = Scope.of(caller.subscription, mutes, now)
        named = caller.said.get("f")
        told = frozenset(named) if isinstance(named, list) else frozenset()
        own = {mute.fingerprint: mute for mute in mutes if mute.fingerprint is not None}
        shown = [
            pages.Shown(
                finding,
                said(finding),
                told=finding.fingerprint[:NAMED_BY] in told,
                mute=scope.mute_of(finding),
                known=scope.acknowledged.get(finding.fingerprint) == said(finding),
                own=own.get(finding.fingerprint),
            )
            for finding in findings[:MOST_SHOWN]
        ]
        decided = [mute for mute in mutes if mute.fingerprint is None and mute.organ in (None, organ)]
        page = pages.report(
            caller.subscription,
            organ,
            year,
            shown,
            more=len(findings) - len(shown),
            decided=self._named(decided),
            notice=_LEFT if caller.gone else notice,
        )
        return Answer(200, page)

    def _overview(self, caller: _Caller, now: datetime, notice: Bilingual | None) -> Answer:
        assert self._signer is not None  # noqa: S101 - or the link could not have been read
        mutes = self._subscriptions.mutes(caller.number, now)
        scope = Scope.of(caller.subscription, mutes, now)
        counts = Circumstances(self._engine, now, self._provinces).of(scope).open_by_severity
        reports: dict[tuple[str, str, int], list[FindingRecord]] = {}
        read = Standing(self._engine, fault=Fault.PUBLISHER, verdict=Verdict.FAIL).findings(
            provinces=scope.provinces, organs=scope.organs, rules=scope.rules, limit=_MOST_READ
        )
        for finding in read:
            if scope.counts_open(finding):
                reports.setdefault((finding.province, finding.organ, finding.year), []).append(finding)
        ordered = sorted(
            reports.items(), key=lambda item: (gravity(item[1][0].severity), -len(item[1]), item[0])
        )
        entries = [
            pages.Entry(
                self._provinces.get(province, province),
                organ,
                year,
                tuple(findings),
                self._signer.link(Purpose.ACT, caller.number, moment=now, o=organ, y=year),
            )
            for (province, organ, year), findings in ordered[:MOST_SHOWN]
        ]
        page = pages.overview(
            caller.subscription,
            self._provinces,
            counts,
            entries,
            more=len(ordered) > len(entries) or len(read) >= _MOST_READ,
            decided=self._named(mutes),
            leave=self._signer.link(Purpose.LEAVE, caller.number, moment=now),
            notice=_LEFT if caller.gone else notice,
        )
        return Answer(200, page)

    def _named(self, mutes: Sequence[MuteRecord]) -> list[tuple[MuteRecord, FindingRecord | None]]:
        """These mutes, newest first, with the findings that they are about."""
        newest = sorted(mutes, key=lambda mute: mute.created, reverse=True)[:MOST_SHOWN]
        return [(mute, self._finding(mute.fingerprint)) for mute in newest]

    def _finding(self, fingerprint: str | None) -> FindingRecord | None:
        if fingerprint is None:
            return None
        return next(iter(self._queries.findings(fingerprint=fingerprint, include_fixed=True)), None)

    def _done(
        self,
        caller: _Caller,
        form: Form,
        now: datetime,
        findings: Sequence[FindingRecord],
        organ: str | None,
    ) -> Bilingual:
        """Do what a form asks for, as far as it is about what the page shows; what was done, in words."""
        match form.get("do"):
            case ["acknowledge"]:
                return self._acknowledged(caller, form, now, findings)
            case ["mute"] if organ is not None:
                return self._muted(caller, form, now, findings, organ)
            case ["undo"]:
                held = {str(mute.id): mute for mute in self._subscriptions.mutes(caller.number, now)}
                wanted = [held[number] for number in form.get("mute", ()) if number in held]
                for mute in wanted:
                    self._subscriptions.unmute(mute.id or 0, now)
                return _UNDONE if wanted else _NOTHING
        return _NOTHING

    def _acknowledged(
        self, caller: _Caller, form: Form, now: datetime, findings: Sequence[FindingRecord]
    ) -> Bilingual:
        asked = set(form.get("finding", ()))
        as_shown = [one for one in findings if pages.named(one, said(one)) in asked]
        for finding in as_shown:
            record = MuteRecord(
                None,
                caller.number,
                MuteKind.ACKNOWLEDGED,
                now,
                fingerprint=finding.fingerprint,
                said=said(finding),
            )
            self._subscriptions.mute(record)
        changed = len(asked) - len(as_shown)
        if changed:
            return Bilingual(
                f"已记下 {len(as_shown)} 项；另有 {changed} 项在您打开页面之后有了变化，请再看一遍",
                f"{len(as_shown)} noted; {changed} have changed since you opened the page, please look again",
            )
        number = len(as_shown)
        return (
            Bilingual(f"已记下：您知悉这 {number} 项", f"Noted: you know of {number}") if number else _NOTHING
        )

    def _muted(
        self,
        caller: _Caller,
        form: Form,
        now: datetime,
        findings: Sequence[FindingRecord],
        organ: str,
    ) -> Bilingual:
        days = next((days for days in MUTED_FOR if form.get("days") == [str(days)]), None)
        wanted = form.get("finding", ("",))[0].partition(":")[0]
        finding = next((one for one in findings if one.fingerprint == wanted), None)
        targets: dict[str, dict[str, str]] = {"organ": {"organ": organ}}
        if finding is not None:
            targets["finding"] = {"fingerprint": finding.fingerprint}
            targets["rule-here"] = {"organ": organ, "rule": finding.rule}
            targets["rule"] = {"rule": finding.rule}
        target = targets.get((form.get("what") or ("",))[0])
        if days is None or target is None:
            return _NOTHING
        record = MuteRecord(
            None,
            caller.number,
            MuteKind.MUTED,
            now,
            fingerprint=target.get("fingerprint"),
            organ=target.get("organ"),
            rule=target.get("rule"),
            expires=now + timedelta(days=days),
        )
        self._subscriptions.mute(record)
        until = clock.local(now + timedelta(days=days)).date().isoformat()
        return Bilingual(f"已静音，至 {until} 恢复", f"Muted until {until}")


_NOTHING = Bilingual("没有需要改动的", "There was nothing to change")
_UNDONE = Bilingual("已撤回，恢复通报", "Taken back: you will be told again")
_RESUMED = Bilingual("已恢复订阅", "You are subscribed again")
_LEFT = Bilingual(
    "这份订阅已经退订，不再发送邮件，此处不能再改动",
    "This subscription has ended; nothing more is sent, and nothing can be changed here",
)
