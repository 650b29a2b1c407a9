"""Sending a digest over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid, parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from crawler.console import clean
from crawler.digest.compose import Digest
from crawler.digest.render import html, text
from crawler.report.model import BilingualError

TIMEOUT = 30.0
"""Seconds that the mail server may stay silent."""
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailError(BilingualError):
    """The mail could not be sent. One line in each language, never with the secret."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as NIANBAO_SMTP_URL names it. The secret stays out of every printed form."""

    scheme: Literal["smtp", "smtp+starttls", "smtps"]
    host: str
    port: int
    user: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.scheme}://{self.host}:{self.port})"


def server(url: str) -> Server:
    """The server that `url` names: smtp, smtp+starttls or smtps, user:secret, host and port.

    Raises MailError.
    """
    problem = (
        "NIANBAO_SMTP_URL 应写成 smtp+starttls://user:secret@host:587",
        "NIANBAO_SMTP_URL is not like smtp+starttls://user:secret@host:587",
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise MailError(*problem) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise MailError(*problem)
    scheme: Literal["smtp", "smtp+starttls", "smtps"] = parts.scheme  # type: ignore[assignment] # looked up above
    return Server(
        scheme,
        parts.hostname,
        port or _PORTS[scheme],
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )


def message(digest: Digest, *, sender: str, reader: str, moment: datetime) -> EmailMessage:
    """The mail: text first, HTML as the better alternative. Raises MailError for an address that is none."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = clean(digest.subject)
    mail["From"] = _address(sender, "NIANBAO_MAIL_FROM")
    mail["To"] = _address(reader, "--to")
    mail["Date"] = format_datetime(moment)
    domain = _domain(sender)
    mail["Message-ID"] = make_msgid("digest", domain)
    mail["List-Id"] = f"nianbao digest <digest.nianbao.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(digest), cte="base64")
    mail.add_alternative(html(digest), subtype="html", cte="base64")
    return mail


def send(mail: EmailMessage, to: Server) -> None:
    """Hand `mail` to the server; returns only when it was accepted for its reader. Raises MailError."""
    try:
        with _connect(to) as connection:
            if to.user is not None:
                connection.login(to.user, to.secret or "")
            connection.send_message(mail)
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(
            f"{_at(to)} 拒绝登录（{error.smtp_code}）",
            f"{_at(to)} refused the login (code {error.smtp_code})",
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        said = f"{mail['To']}: {code} {_said(reason)}"
        raise MailError(f"{_at(to)} 拒收给 {said}", f"{_at(to)} refused the reader {said}") from None
    except smtplib.SMTPResponseException as error:
        said = f"{error.smtp_code} {_said(error.smtp_error)}"
        raise MailError(f"{_at(to)} 拒收邮件：{said}", f"{_at(to)} refused the mail: {said}") from None
    except smtplib.SMTPException as error:
        said = f"{_at(to)}: {clean(error)[:200]}"
        raise MailError(said, said) from None
    except (OSError, ssl.SSLError, UnicodeError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        said = clean(detail)[:200]
        raise MailError(f"{_at(to)} 连不上：{said}", f"{_at(to)} cannot be reached: {said}") from None


def _connect(to: Server) -> smtplib.SMTP:
    if to.scheme == "smtps":
        return smtplib.SMTP_SSL(to.host, to.port, timeout=TIMEOUT, context=ssl.create_default_context())
    connection = smtplib.SMTP(to.host, to.port, timeout=TIMEOUT)
    if to.scheme == "smtp+starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _address(given: str, origin: str) -> Address:
    shown = clean(given)[:100]
    problem = (f"{origin}：不是邮件地址：{shown}", f"{origin}: not a mail address: {shown}")
    addresses = getaddresses([given])
    if len(addresses) != 1 or any(mark in given for mark in "\r\n"):
        raise MailError(*problem)
    [(name, address)] = addresses
    try:
        found = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise MailError(*problem) from None
    if not found.username or not found.domain:
        raise MailError(*problem)
    return found


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _at(to: Server) -> str:
    return f"{to.scheme}://{to.host}:{to.port}"


def _said(reason: bytes | str) -> str:
    return clean(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason)[:200]
