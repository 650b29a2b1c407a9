"""A digest over a real SMTP connection on loopback."""

from __future__ import annotations

import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from crawler import clock
from crawler.config import Settings
from crawler.database import opened
from crawler.digest import mail
from crawler.digest.compose import Digest, Surroundings, compose
from crawler.digest.delivery import deliver, deliver_all
from crawler.digest.mail import MailError, message, send, server
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    ChangeRecord,
    DocumentRecord,
    FindingRecord,
    OrganRecord,
    PageRecord,
    PageSeen,
    PortalRecord,
    ReportRecord,
    RunRecord,
)

Make = Callable[..., ChangeRecord]
MOMENT = datetime(2024, 4, 10, 2, 0, tzinfo=clock.CHINA)


class Inbox:
    """What the server took in; readers at refused.example are unknown to it."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.endswith("@refused.example"):
            return "550 no such reader here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        parsed = BytesParser(policy=email.policy.default).parsebytes(envelope.content)
        assert isinstance(parsed, EmailMessage)
        self.mails.append((envelope.rcpt_tos, parsed))
        return "250 accepted"


@contextmanager
def serving(**options: Any) -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


@pytest.fixture
def digest(change: Make) -> Digest:
    found = compose(
        [change(1, "new")], Surroundings(provinces={"yunling": "云岭省"}), day=date(2024, 4, 10), lang="zh"
    )
    assert found is not None
    return found


def _mail(digest: Digest, reader: str = "reader@example.org") -> EmailMessage:
    return message(digest, sender="年报监测 <watch@nianbao.example>", reader=reader, moment=MOMENT)


def test_the_mail_arrives_whole(digest: Digest) -> None:
    with serving() as (inbox, port):
        send(_mail(digest), server(f"smtp://127.0.0.1:{port}"))
    [(readers, arrived)] = inbox.mails
    assert readers == ["reader@example.org"]
    assert arrived["Subject"] == "云岭省 1 项新问题"
    assert arrived["To"] == "reader@example.org"
    assert arrived["From"].addresses[0].display_name == "年报监测"
    assert arrived["Date"].datetime == MOMENT
    assert arrived["Message-ID"].endswith("@nianbao.example>")
    assert arrived["List-Id"] == "nianbao digest <digest.nianbao.nianbao.example>"
    plain, rich = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert arrived.get_content_type() == "multipart/alternative"
    assert "[错误] 新收21＋结转0，办结20＋结转下年0" in plain.get_content()
    assert '<html lang="zh-CN">' in rich.get_content()
    assert "新收21＋结转0，办结20＋结转下年0" in rich.get_content()
    assert plain.get_content_charset() == rich.get_content_charset() == "utf-8"


def test_two_mails_have_two_ids(digest: Digest) -> None:
    assert _mail(digest)["Message-ID"] != _mail(digest)["Message-ID"]


def _login(_server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"watch@x", b"s3:cret/")
    # handled=False lets the server answer a wrong login by itself
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    encoding = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(encoding)
    )
    return path


def _starttls(certificate: Path) -> dict[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return {"tls_context": context, "require_starttls": True, "authenticator": _login, "auth_required": True}


def test_starttls_with_login(digest: Digest, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(**_starttls(certificate)) as (inbox, port):
        # the secret holds characters that an address must escape
        send(_mail(digest), server(f"smtp+starttls://watch%40x:s3%3Acret%2F@127.0.0.1:{port}"))
    assert len(inbox.mails) == 1


def test_a_wrong_login_is_one_line_without_the_secret(
    digest: Digest, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(**_starttls(certificate)) as (inbox, port), pytest.raises(MailError) as caught:
        send(_mail(digest), server(f"smtp+starttls://watch:wr0ng@127.0.0.1:{port}"))
    assert str(caught.value) == f"smtp+starttls://127.0.0.1:{port} refused the login (code 535)"
    assert inbox.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(digest: Digest, certificate: Path) -> None:
    with serving(**_starttls(certificate)) as (inbox, port), pytest.raises(MailError, match="certificate"):
        send(_mail(digest), server(f"smtp+starttls://watch:s3cret@127.0.0.1:{port}"))
    assert inbox.mails == []


def test_a_server_without_tls_is_not_spoken_to_in_the_open(digest: Digest) -> None:
    with serving() as (inbox, port), pytest.raises(MailError, match="STARTTLS"):
        send(_mail(digest), server(f"smtp+starttls://watch:s3cret@127.0.0.1:{port}"))
    assert inbox.mails == []


def test_nobody_listens(digest: Digest) -> None:
    with serving() as (_, port):
        pass
    with pytest.raises(
        MailError, match=rf"^smtp://127\.0\.0\.1:{port} cannot be reached: Connection refused$"
    ):
        send(_mail(digest), server(f"smtp://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("smtp", "mail.example", 25, None, None)),
        ("smtp+starttls://u:p@mail.example", ("smtp+starttls", "mail.example", 587, "u", "p")),
        ("smtps://u%40x:p%2F@mail.example:4650", ("smtps", "mail.example", 4650, "u@x", "p/")),
    ],
)
def test_server_addresses(url: str, expected: tuple[object, ...]) -> None:
    found = server(url)
    assert (found.scheme, found.host, found.port, found.user, found.secret) == expected
    assert "p/" not in repr(found)


@pytest.mark.parametrize(
    "url", ["", "mail.example:25", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/x"]
)
def test_wrong_server_addresses_are_one_line_without_the_value(url: str) -> None:
    with pytest.raises(MailError, match=r"^NIANBAO_SMTP_URL is not like "):
        server(url)


@pytest.mark.parametrize(
    "reader",
    ["", "reader", "@example.org", "a@", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example x"],
)
def test_wrong_readers_are_one_line(digest: Digest, reader: str) -> None:
    with pytest.raises(MailError, match=r"^--to: not a mail address: ") as caught:
        _mail(digest, reader)
    assert "\n" not in str(caught.value)


# ── what is remembered ──────────────────────────────────────────────────────


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings(
        database_url=SecretStr(f"sqlite:///{tmp_path / 'nianbao.db'}"), mail_from="watch@nianbao.example"
    )


def _with_server(settings: Settings, port: int, **more: Any) -> Settings:
    return settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}"), **more})


def _found(settings: Settings, *findings: FindingRecord) -> None:
    """One run in which the report of the body has these findings and no others."""
    engine = opened(settings)
    ledger = Ledger(engine)
    ledger.register(
        [PortalRecord("qingshan", "yunling", "青杉市人民政府", "http://qingshan.example/")],
        [OrganRecord("青杉市水务局", "yunling", "qingshan", "department")],
    )
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", MOMENT))
    sha256 = f"{len(findings):064x}"
    url = "http://qingshan.example/2023.html"
    ledger.record(
        run,
        [
            PageSeen(
                PageRecord(url, "qingshan", sha256, MOMENT, organ="青杉市水务局", year=2023),
                (DocumentRecord(sha256, 1, None, MOMENT),),
                ReportRecord("青杉市水务局", 2023, "题", url, "qingshan", "yunling", sha256, MOMENT),
                findings,
            )
        ],
    )
    ledger.end_run(run, MOMENT, "clean", {})
    engine.dispose()


def _last_sent(settings: Settings, reader: str) -> int:
    engine = opened(settings)
    try:
        return Queries(engine).last_sent(reader)
    finally:
        engine.dispose()


def test_each_reader_is_told_each_change_once(installation: Settings, change: Make) -> None:
    finding = change(1, "new").finding
    _found(installation, finding)
    with serving() as (inbox, port):
        settings = _with_server(installation, port)
        first = deliver(settings, "a@example.org", MOMENT)
        assert first is not None
        assert first.subject == "yunling 1 项新问题"
        assert deliver(settings, "a@example.org", MOMENT) is None
        other = deliver(settings, "b@example.org", MOMENT)
        assert other is not None
        _found(settings)  # the finding is gone
        second = deliver(settings, "a@example.org", MOMENT)
        assert second is not None
        assert second.subject == "yunling 1 项已整改"
    assert [readers for readers, _ in inbox.mails] == [
        ["a@example.org"],
        ["b@example.org"],
        ["a@example.org"],
    ]


def test_a_refused_reader_is_not_remembered_as_told(installation: Settings, change: Make) -> None:
    _found(installation, change(1, "new").finding)
    with serving() as (inbox, port):
        settings = _with_server(installation, port)
        with pytest.raises(MailError) as caught:
            deliver(settings, "nobody@refused.example", MOMENT)
        assert str(caught.value) == (
            f"smtp://127.0.0.1:{port} refused the reader nobody@refused.example: 550 no such reader here"
        )
    assert inbox.mails == []
    assert _last_sent(installation, "nobody@refused.example") == 0


def test_one_refused_reader_does_not_cost_the_others(installation: Settings, change: Make) -> None:
    _found(installation, change(1, "new").finding)
    with serving() as (inbox, port):
        readers = ("nobody@refused.example", "a@example.org")
        with pytest.raises(MailError, match=r"refused the reader nobody@refused\.example"):
            deliver_all(_with_server(installation, port, digest_to=readers), MOMENT)
    assert [to for to, _ in inbox.mails] == [["a@example.org"]]
    assert _last_sent(installation, "a@example.org") == 1


def test_what_is_not_set_is_said(installation: Settings) -> None:
    with pytest.raises(MailError, match="NIANBAO_SMTP_URL is not set"):
        deliver(installation, "a@example.org", MOMENT)
    unsigned = _with_server(installation, 25, mail_from="")
    with pytest.raises(MailError, match="NIANBAO_MAIL_FROM is not set"):
        deliver(unsigned, "a@example.org", MOMENT)


def test_the_server_is_given_up_on_after_a_while() -> None:
    assert 0 < mail.TIMEOUT <= 60
