"""The pages that readers see: one file each, without scripts, pictures or anything from elsewhere.

Everything that they show may come from a hostile report: it is text, and can be nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.console import harmless
from crawler.digest.in_words import mute_in_words, rhythm_in_words, scope_in_words
from crawler.digest.render import weblink
from crawler.places import place
from crawler.report.model import Bilingual
from crawler.validator import RULES
from crawler.validator.finding import SEVERITY_NAMES
from storage.records import FindingRecord, MuteRecord, SubscriptionRecord


@cache
def headers() -> Mapping[str, str]:
    """Sent with every page."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",  # the address of the page is the key to it
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }


@cache
def _style() -> str:
    return Path(__file__).with_name("templates").joinpath("reader.css").read_text("utf-8")


FORGED = Bilingual(
    "这个链接无效。它可能被截断，或来自更早的设置。请打开最近一封邮件里的链接；仍然不行，请联系发信的管理员。",
    "This link is not valid. It may have been cut, or come from earlier settings. Please open a link in your "
    "latest mail; if that fails too, write to whoever runs this service.",
)
EXPIRED = Bilingual(
    "这个链接已经过期。下一封邮件里有新的。",
    "This link has expired. There will be new ones in the next mail.",
)
UNAVAILABLE = Bilingual(
    "现在无法处理，什么也没有改动。请稍后再试。",
    "This cannot be done right now, and nothing was changed. Please try again later.",
)
MALFORMED = Bilingual("请求有误，什么也没有改动。", "That was no proper request; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding on the page of its report; `told` where the mail with the link told it.

    `mute` keeps it from being told, `own` is what the reader said of this very finding.
    """

    finding: FindingRecord
    said: str
    told: bool = False
    mute: MuteRecord | None = None
    known: bool = False
    own: MuteRecord | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in the overview, and the link to its page."""

    province: str
    organ: str
    year: int
    findings: tuple[FindingRecord, ...]
    link: str


Decided = Sequence[tuple[MuteRecord, FindingRecord | None]]


def named(finding: FindingRecord, said: str) -> str:
    """How a form names a finding as the page shows it."""
    return f"{finding.fingerprint}:{said}"


def report(
    subscription: SubscriptionRecord,
    organ: str,
    year: int,
    shown: Sequence[Shown],
    *,
    more: int,
    decided: Decided,
    notice: Bilingual | None,
) -> str:
    """What stands in one report, with what the reader may say of it."""
    return _page(
        "report",
        subscription.lang,
        subscription=subscription,
        organ=organ,
        year=year,
        shown=shown,
        fresh=[one for one in shown if not one.known and one.mute is None],
        url=next((one.finding.url for one in shown if one.finding.url), ""),
        more=more,
        decided=decided,
        notice=notice,
    )


def overview(
    subscription: SubscriptionRecord,
    provinces: Mapping[str, str],
    counts: Mapping[str, int],
    entries: Sequence[Entry],
    *,
    more: bool,
    decided: Decided,
    leave: str,
    notice: Bilingual | None,
) -> str:
    """What stands for one reader, report by report."""
    return _page(
        "overview",
        subscription.lang,
        subscription=subscription,
        scope=scope_in_words(subscription, provinces),
        rhythm=rhythm_in_words(subscription),
        counts=counts,
        entries=entries,
        more=more,
        decided=decided,
        leave=leave,
        notice=notice,
    )


def leaving(
    subscription: SubscriptionRecord,
    provinces: Mapping[str, str],
    notice: Bilingual | None,
    *,
    resumable: bool,
) -> str:
    """Before and after the end of a subscription; `resumable` while that can be taken back."""
    return _page(
        "leaving",
        subscription.lang,
        subscription=subscription,
        scope=scope_in_words(subscription, provinces),
        rhythm=rhythm_in_words(subscription),
        notice=notice,
        resumable=resumable,
    )


def refusal(why: Bilingual, lang: str) -> str:
    """One sentence, and nothing of what was asked for."""
    return _page("refusal", lang, why=why)


def _page(name: str, lang: str, **values: object) -> str:
    english = lang == "en"

    def pick(zh: str, en: str) -> str:
        return en if english else zh

    return (
        _templates()
        .get_template(f"{name}.html.j2")
        .render(
            lang=lang,
            t=pick,
            style=Markup(_style()),  # noqa: S704 - our own file
            named=named,
            where=lambda finding: place(finding.where, lang),
            severity=lambda name: SEVERITY_NAMES[name].pick(lang) if name in SEVERITY_NAMES else name,
            known_severity=lambda name: name if name in SEVERITY_NAMES else "info",
            rule=lambda rule: RULES[rule].title.pick(lang) if rule in RULES else rule,
            mute_said=lambda mute, finding: mute_in_words(mute, finding, lang),
            **values,
        )
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )
    environment.filters["weblink"] = weblink
    return environment
