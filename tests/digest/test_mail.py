"""The message that a reader gets, and the server that an installation names."""

from __future__ import annotations

import email.policy
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import clock
from crawler.digest.mail import Attachment, MailError, address, message, message_id, server
from crawler.digest.render import MessageParts, Picture

MOMENT = datetime(2024, 4, 10, 2, 0, tzinfo=clock.CHINA)
PARTS = MessageParts("正文：新收21\n", '<html lang="zh-CN"><img src="cid:chart"></html>\n')
LEAVE = "https://digest.nianbao.example/reader/leave/" + "A-b_9." * 80


def _message(**values: Any) -> EmailMessage:
    known: dict[str, Any] = {
        "subject": "云岭省 1 项新问题", "sender": "年报监测 <watch@nianbao.example>",
        "reader": "reader@example.org", "moment": MOMENT, "identity": "<1@nianbao.example>",
    }  # fmt: skip
    return message(values.pop("parts", PARTS), **{**known, **values})


def _arrived(mail: EmailMessage) -> EmailMessage:
    """As a mail program reads it."""
    parsed = BytesParser(policy=email.policy.default).parsebytes(mail.as_bytes())
    assert isinstance(parsed, EmailMessage)
    return parsed


def _read(part: Any) -> str:
    text: str = part.get_content()
    return text.replace("\r\n", "\n")  # lines of mails end so


def test_the_mail_is_whole() -> None:
    arrived = _arrived(_message(leave=LEAVE))
    assert arrived["Subject"] == "云岭省 1 项新问题"
    assert arrived["To"] == "reader@example.org"
    assert arrived["From"].addresses[0].display_name == "年报监测"
    assert arrived["Date"].datetime == MOMENT
    assert arrived["Message-ID"] == "<1@nianbao.example>"
    assert arrived["List-Id"] == "nianbao digest <digest.nianbao.nianbao.example>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Precedence"] == "bulk"
    plain, rich = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert arrived.get_content_type() == "multipart/alternative"
    assert (_read(plain), _read(rich)) == (PARTS.text, PARTS.html)
    assert plain.get_content_charset() == rich.get_content_charset() == "utf-8"


def test_the_link_to_leave_stands_whole_on_one_line() -> None:
    raw = _message(leave=LEAVE).as_bytes()
    assert f"\r\nList-Unsubscribe: <{LEAVE}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


@pytest.mark.parametrize(
    "leave",
    [
        None,
        "https://a.example/" + "x" * 900,
        "https://a.example/\r\nBcc: all@a.example",
        "https://例.example/",
    ],
    ids=["none", "too-long", "two-lines", "not-ascii"],
)
def test_without_a_usable_link_there_is_none(leave: str | None) -> None:
    arrived = _arrived(_message(leave=leave))
    assert "List-Unsubscribe" not in arrived
    assert "List-Unsubscribe-Post" not in arrived
    assert "Bcc" not in arrived


def test_pictures_belong_to_the_page_and_files_to_the_mail() -> None:
    picture = Picture("chart", "chart.png", b"\x89PNG")
    file = Attachment("年报.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK")
    parts = PARTS._replace(pictures=(picture,))
    arrived = _arrived(_message(parts=parts, attachments=[file]))
    assert arrived.get_content_type() == "multipart/mixed"
    [attached] = arrived.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("年报.xlsx", b"PK")
    body = arrived.get_body(("related",))
    assert body is not None
    kinds = [part.get_content_type() for part in body.walk()]
    assert kinds == ["multipart/related", "text/html", "image/png"]
    [_, shown] = body.iter_parts()
    assert (shown["Content-ID"], shown.get_content()) == ("<chart>", b"\x89PNG")
    assert shown.get_content_disposition() == "inline"
    plain = arrived.get_body(("plain",))
    assert plain is not None
    assert _read(plain) == PARTS.text


hostile = st.text(
    alphabet=st.sampled_from('省,;:<>@"\\=?\r\n\t\x00\u2028\u202e\ud800 aB0' + "é" * 3), max_size=400
)


@settings(max_examples=200, deadline=None)
@given(subject=hostile)
def test_no_subject_is_more_than_a_subject(subject: str) -> None:
    raw = _message(subject=subject).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"Subject", b"From", b"To", b"Date", b"Message-ID", b"List-Id", b"Auto-Submitted", b"Precedence",
        b"X-Auto-Response-Suppress", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_mail_has_one_identity_and_no_other_mail_has_it() -> None:
    def of(key: str = "k", reader: str = "a@a.example", moment: datetime = MOMENT) -> str:
        return message_id(key, reader, moment, "年报 <watch@nianbao.example>")

    assert of() == of()
    assert len({of(), of(key="l"), of(reader="b@a.example"), of(moment=MOMENT + timedelta(seconds=1))}) == 4
    assert of().startswith("<")
    assert of().endswith("@nianbao.example>")
    assert "a.example" not in of()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("smtp", "mail.example", 25, None, None)),
        ("smtp://u:p@127.0.0.1:2525", ("smtp", "127.0.0.1", 2525, "u", "p")),
        ("smtp://u:p@[::1]", ("smtp", "::1", 25, "u", "p")),
        ("smtp+starttls://u:p@mail.example", ("smtp+starttls", "mail.example", 587, "u", "p")),
        ("smtps://u%40x:p%2F@mail.example:4650", ("smtps", "mail.example", 4650, "u@x", "p/")),
        ("smtps://邮件.example", ("smtps", "xn--5nq051n.example", 465, None, None)),
    ],
)
def test_server_addresses(url: str, expected: tuple[object, ...]) -> None:
    found = server(url)
    assert (found.scheme, found.host, found.port, found.user, found.secret) == expected
    assert "p/" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["", "mail.example:25", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/x", "smtp://h#x"],
)
def test_wrong_server_addresses_are_one_line_without_the_value(url: str) -> None:
    with pytest.raises(MailError, match=r"^NIANBAO_SMTP_URL is not like "):
        server(url)


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "localhost.example", "127.0.0.1.example"])
def test_a_login_is_not_sent_in_the_open(host: str) -> None:
    with pytest.raises(MailError, match="is not encrypted") as caught:
        server(f"smtp://watch:s3cret@{host}")
    assert "s3cret" not in str(caught.value) + caught.value.zh
    assert server(f"smtp://{host}").user is None


def test_a_secret_that_no_login_can_carry_is_said_without_it() -> None:
    with pytest.raises(MailError, match="ASCII characters alone") as caught:
        server("smtps://watch:密码@mail.example")
    assert "密" not in caught.value.zh.replace("密码只能", "")


@pytest.mark.parametrize(
    "reader",
    ["", "reader", "@example.org", "a@", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example x"],
)
def test_wrong_readers_are_one_line(reader: str) -> None:
    with pytest.raises(MailError, match=r"^--to: not a mail address: ") as caught:
        _message(reader=reader)
    assert "\n" not in str(caught.value)


def test_names_of_other_scripts_stand_behind_the_at_alone() -> None:
    assert address("甲 <a@例子.example>", "--to").addr_spec == "a@xn--fsqu00a.example"
    with pytest.raises(MailError, match=r"^--to: ASCII characters alone before the @: 读者@a\.example$"):
        address("读者@a.example", "--to")
