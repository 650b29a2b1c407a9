"""From what storage remembers to the reader: what is pending, and sending it once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from crawler import clock
from crawler.config import Settings
from crawler.database import opened
from crawler.digest import mail
from crawler.digest.compose import compose
from crawler.digest.contents import Digest
from crawler.digest.mail import MailError
from crawler.digest.surroundings import Circumstances
from crawler.portals import ProvinceError, read_provinces
from storage.ledger import Ledger
from storage.queries import Queries


def pending(
    engine: Engine, *, after: int, provinces: Mapping[str, str], moment: datetime, lang: str
) -> Digest | None:
    """The digest of everything after the change `after`; None where there is nothing to tell."""
    around = Circumstances(engine, moment, provinces).of(None, after)
    return compose(Queries(engine).changes(after), around, day=clock.local(moment).date(), lang=lang)


def deliver(settings: Settings, reader: str, moment: datetime) -> Digest | None:
    """Send `reader` what changed since the last time; None, and no mail, where nothing did.

    What was sent is remembered only once the server accepted it. Raises MailError, DatabaseUnusable.
    """
    if settings.smtp_url is None:
        raise MailError(
            "没有设置 NIANBAO_SMTP_URL（smtp+starttls://user:secret@host:587）",
            "NIANBAO_SMTP_URL is not set: smtp+starttls://user:secret@host:587",
        )
    if not settings.mail_from:
        raise MailError(
            "没有设置 NIANBAO_MAIL_FROM（发件人地址）", "NIANBAO_MAIL_FROM is not set: the sender's address"
        )
    server = mail.server(settings.smtp_url.get_secret_value())
    engine = opened(settings)
    try:
        queries = Queries(engine)
        digest = pending(
            engine,
            after=queries.last_sent(reader),
            provinces=province_names(settings),
            moment=moment,
            lang=settings.lang,
        )
        if digest is None:
            return None
        mail.send(mail.message(digest, sender=settings.mail_from, reader=reader, moment=moment), server)
        Ledger(engine).record_sent(reader, digest.last_change, digest.subject, moment)
        return digest
    finally:
        engine.dispose()


def deliver_all(settings: Settings, moment: datetime) -> None:
    """Send every configured reader its digest; one refused reader does not cost the others theirs.

    Raises MailError naming what failed.
    """
    problems: list[MailError] = []
    for reader in settings.digest_to:
        try:
            deliver(settings, reader, moment)
        except MailError as error:
            problems.append(error)
    if problems:
        raise MailError("；".join(p.zh for p in problems), "; ".join(p.en for p in problems))


def province_names(settings: Settings) -> dict[str, str]:
    """Names of the provinces for people. A broken file costs the digest nothing but the name."""
    try:
        return {key: province.name for key, province in read_provinces(settings.provinces).items()}
    except ProvinceError:
        return {}
