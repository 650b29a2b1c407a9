"""What the operator is told of the program itself, into the same outbox as the digests."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler import operator
from crawler.config import Settings
from crawler.digest.mail import MailError, address, message_id
from storage.engine import DatabaseUnusable
from storage.outbox import Outbox
from storage.records import Edition, MailRecord, MailState

_log = logging.getLogger(__name__)


def compose_for_operator(settings: Settings, engine: Engine, moment: datetime) -> int:
    """Compose what is alarming, for everybody in `operator_to`; how many mails that are.

    Raises MailError where the sender's address is none, or nothing could be composed: readers of digests
    get theirs all the same.
    """
    try:
        note = operator.due(engine, settings, moment)
    except (DatabaseUnusable, SQLAlchemyError):
        raise
    except Exception as error:
        _log.exception("what is alarming could not be told")
        name = type(error).__name__
        raise MailError(f"运维邮件未能编写：{name}", f"no mail to the operator: {name}") from None
    if note is None:
        return 0
    outbox = Outbox(engine)
    mails = [_posted(note, reader, settings, moment) for reader in dict.fromkeys(settings.operator_to)]
    return sum(outbox.put(mail) is not None for mail in mails)


def _posted(note: operator.OperatorNote, reader: str, settings: Settings, moment: datetime) -> MailRecord:
    key = f"{note.key}:{reader}"
    identity = message_id(key, reader, moment, settings.mail_from)
    record = MailRecord(None, reader, Edition.OPERATOR, key, identity, note.subject, moment, moment)
    mail = operator.mail(note)
    try:
        to = address(reader, "NIANBAO_OPERATOR_TO")
    except MailError as error:  # for all to see in the outbox
        return replace(record, state=MailState.REFUSED, ended=moment, answer=error.en)
    mail["From"] = address(settings.mail_from, "NIANBAO_MAIL_FROM")
    mail["To"] = to
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = identity
    return replace(record, content=mail.as_bytes())
