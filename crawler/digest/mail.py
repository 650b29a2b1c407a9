"""Mails as they are sent: the server that an installation names, and the message that a reader gets."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from crawler.console import clean
from crawler.digest.render import MessageParts
from crawler.report.model import BilingualError

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_HIDDEN = "***"
_LONGEST_HEADER = 900
"""A line of a mail holds 998 characters, and a link cannot be folded."""
_LONGEST_SUBJECT = 300


class MailError(BilingualError):
    """A mail could not be made or sent. One line in each language, never with the secret."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as NIANBAO_SMTP_URL names it. The secret stays out of every printed form."""

    scheme: Literal["smtp", "smtp+starttls", "smtps"]
    host: str
    port: int
    user: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.shown})"

    @property
    def shown(self) -> str:
        """The server as people are told of it."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def hidden(self, said: str) -> str:
        """`said` without the secret: a server may repeat what it was told, in whatever form."""
        if not self.secret:
            return said
        user, secret = (self.user or "").encode(), self.secret.encode()
        plain = base64.b64encode(b"\0" + user + b"\0" + secret)
        forms = {plain.decode(), base64.b64encode(secret).decode(), quote(self.secret, safe=""), self.secret}
        for form in sorted(forms, key=len, reverse=True):
            said = said.replace(form, _HIDDEN)
        return said


def server(url: str) -> Server:
    """The server that `url` names: smtp, smtp+starttls or smtps, user:secret, host and port.

    Without encryption a login is sent to the machine itself alone. Raises MailError.
    """
    problem = (
        "NIANBAO_SMTP_URL 应写成 smtp+starttls://user:secret@host:587",
        "NIANBAO_SMTP_URL is not like smtp+starttls://user:secret@host:587",
    )
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise MailError(*problem) from None
    if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise MailError(*problem)
    scheme: Literal["smtp", "smtp+starttls", "smtps"] = parts.scheme  # type: ignore[assignment] # looked up above
    user = None if parts.username is None else unquote(parts.username)
    secret = None if parts.password is None else unquote(parts.password)
    if not (user or "").isascii() or not (secret or "").isascii():
        raise MailError(
            "NIANBAO_SMTP_URL 中的用户名和密码只能是 ASCII 字符",
            "user and secret in NIANBAO_SMTP_URL can hold ASCII characters alone",
        )
    if user is not None and scheme == "smtp" and not _is_this_machine(host):
        raise MailError(
            "NIANBAO_SMTP_URL：smtp:// 不加密，登录信息会被明文发送；请用 smtp+starttls:// 或 smtps://",
            "NIANBAO_SMTP_URL: smtp:// is not encrypted and would send the login in the open; "
            "use smtp+starttls:// or smtps://",
        )
    return Server(scheme, host, port or _PORTS[scheme], user, secret)


class Attachment(NamedTuple):
    """A file that comes with a mail."""

    name: str
    content_type: str
    content: bytes


def message_id(key: str, reader: str, composed: datetime, sender: str) -> str:
    """The Message-ID of a mail: the same however often it is sent, and no other mail's.

    The moment is part of it: a database that was restored composes under the same keys again, and a mail
    program would take the second for the first.
    """
    what = "\n".join((key, reader, composed.isoformat()))
    return f"<{hashlib.sha256(what.encode()).hexdigest()[:40]}@{address(sender, 'NIANBAO_MAIL_FROM').domain}>"


def message(
    parts: MessageParts,
    *,
    subject: str,
    sender: str,
    reader: str,
    moment: datetime,
    identity: str,
    leave: str | None = None,
    attachments: Iterable[Attachment] = (),
) -> EmailMessage:
    """The mail: text first, HTML with its pictures as the better alternative, files after it.

    `identity` is the Message-ID; `leave` is where the reader ends the subscription by one POST (RFC 8058).
    Raises MailError for an address that is none.
    """
    from_whom = address(sender, "NIANBAO_MAIL_FROM")
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = clean(subject)[:_LONGEST_SUBJECT]
    mail["From"] = from_whom
    mail["To"] = address(reader, "--to")
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = identity
    mail["List-Id"] = f"nianbao digest <digest.nianbao.{from_whom.domain}>"
    if leave is not None and len(leave) <= _LONGEST_HEADER and leave.isascii() and leave.isprintable():
        mail["List-Unsubscribe"] = f"<{leave}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange looks for no other sign
    mail.set_content(parts.text, cte="base64")
    mail.add_alternative(parts.html, subtype="html", cte="base64")
    [_, shown] = mail.iter_parts()
    for picture in parts.pictures:
        shown.add_related(
            picture.content,
            "image",
            "png",
            cid=f"<{picture.cid}>",
            filename=picture.name,
            disposition="inline",
        )
    for attachment in attachments:
        kind, _, subtype = attachment.content_type.partition("/")
        mail.add_attachment(attachment.content, kind, subtype, filename=attachment.name)
    return mail


def address(given: str, origin: str) -> Address:
    """The one address that `given` is; `origin` is who gave it. Raises MailError."""
    shown = clean(given)[:100]
    problem = (f"{origin}：不是邮件地址：{shown}", f"{origin}: not a mail address: {shown}")
    addresses = getaddresses([given])
    if len(addresses) != 1 or any(mark in given for mark in "\r\n\0"):
        raise MailError(*problem)
    [(name, spec)] = addresses
    if not spec.rpartition("@")[0].isascii():
        raise MailError(
            f"{origin}：@ 之前只能是 ASCII 字符：{shown}",
            f"{origin}: ASCII characters alone before the @: {shown}",
        )
    try:
        found = Address(display_name=name, addr_spec=spec)
        domain = found.domain.encode("idna").decode()
    except (ValueError, IndexError, MessageError):
        raise MailError(*problem) from None
    if not found.username or not domain:
        raise MailError(*problem)
    return Address(display_name=found.display_name, username=found.username, domain=domain)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Policy(EmailPolicy):
    """SMTP's, which leaves some headers on one line: folded, a link would become an encoded word."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}\r\n" if name in _ON_ONE_LINE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return (
            self.fold(name, value).encode("ascii")
            if name in _ON_ONE_LINE
            else super().fold_binary(name, value)
        )


_ON_ONE_LINE = frozenset({"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"})
_POLICY = _Policy(linesep="\r\n")
