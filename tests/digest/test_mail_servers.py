"""Handing mails over to servers with TLS and logins, over real connections on loopback."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from crawler.digest.courier import Answer, Courier, Outcome, Trouble
from crawler.digest.mail import server
from tests.digest.certificates import Authority

SENDER, READER = "watch@nianbao.example", "reader@a.example"
MAIL = b"Subject: a\r\n\r\ntext\r\n"


class Inbox:
    """What the server took in. It knows no reader at refused.example, and those at grey.example from the
    second time on.
    """

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self._greeted: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.endswith("@refused.example"):
            return "550 5.1.1 no such reader here"
        if address.endswith("@grey.example") and address not in self._greeted:
            self._greeted.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 accepted"


@contextmanager
def serving(context: ssl.SSLContext | None = None, **options: Any) -> Iterator[tuple[Inbox, int]]:
    """A server that speaks TLS from the first byte on where it is given a context."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ssl_context=context, **options)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def _login(_server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"watch@x", b"s3:cret/")
    # handled=False lets the server answer a wrong login by itself
    return AuthResult(success=right, handled=False)


def _starttls(context: ssl.SSLContext) -> dict[str, Any]:
    return {"tls_context": context, "require_starttls": True, "authenticator": _login, "auth_required": True}


def _handed(url: str, reader: str = READER, mail: bytes = MAIL) -> Answer:
    with Courier(server(url), SENDER) as courier:
        return courier.hand_over(reader, mail, lambda: True)


@pytest.mark.usefixtures("trusted")
def test_starttls_with_login(authority: Authority) -> None:
    with serving(**_starttls(authority.serving("127.0.0.1"))) as (inbox, port):
        # the secret holds characters that an address must escape
        url = f"smtp+starttls://watch%40x:s3%3Acret%2F@127.0.0.1:{port}"
        with Courier(server(url), SENDER) as courier:
            for _ in range(2):
                assert courier.hand_over(READER, MAIL, lambda: True).outcome is Outcome.ACCEPTED
    assert inbox.mails == [([READER], MAIL)] * 2


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_first_byte_on(authority: Authority) -> None:
    with (
        serving(authority.serving("127.0.0.1")) as (inbox, port),
        Courier(server(f"smtps://127.0.0.1:{port}"), SENDER) as courier,
    ):
        for _ in range(2):
            assert courier.hand_over(READER, MAIL, lambda: True).outcome is Outcome.ACCEPTED
    assert inbox.mails == [([READER], MAIL)] * 2


@pytest.mark.usefixtures("trusted")
def test_a_wrong_login_is_one_line_without_the_secret(authority: Authority) -> None:
    with (
        serving(**_starttls(authority.serving("127.0.0.1"))) as (inbox, port),
        pytest.raises(Trouble) as caught,
    ):
        _handed(f"smtp+starttls://watch:wr0ng@127.0.0.1:{port}")
    assert str(caught.value) == f"smtp+starttls://127.0.0.1:{port} refused the login (code 535)"
    assert inbox.mails == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize(
    ("host", "days", "known", "said"),
    [
        ("127.0.0.1", -1, True, "certificate has expired"),
        ("mail.other.example", 2, True, "IP address mismatch"),
        ("127.0.0.1", 2, False, "unable to get local issuer certificate"),
    ],
    ids=["expired", "of-another-host", "nobody-vouches"],
)
def test_a_wrong_certificate_is_refused(
    scheme: str,
    host: str,
    days: int,
    known: bool,
    said: str,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = authority.serving(host, days=days)
    at = serving(context) if scheme == "smtps" else serving(**_starttls(context))
    with at as (inbox, port), pytest.raises(Trouble, match=said) as caught:
        _handed(f"{scheme}://watch:s3cret@127.0.0.1:{port}")
    assert str(caught.value).startswith(f"{scheme}://127.0.0.1:{port} cannot be reached: ")
    assert inbox.mails == []


def test_a_server_without_tls_is_not_spoken_to_in_the_open() -> None:
    with serving() as (inbox, port), pytest.raises(Trouble, match="STARTTLS"):
        _handed(f"smtp+starttls://watch:s3cret@127.0.0.1:{port}")
    assert inbox.mails == []


def test_tls_is_not_asked_of_a_server_that_speaks_in_the_open() -> None:
    with serving() as (inbox, port), pytest.raises(Trouble, match="cannot be reached"):
        _handed(f"smtps://watch:s3cret@127.0.0.1:{port}")
    assert inbox.mails == []


def test_nobody_listens() -> None:
    with serving() as (_, port):
        pass
    with pytest.raises(Trouble, match=rf"^smtp://127\.0\.0\.1:{port} cannot be reached: Connection refused$"):
        _handed(f"smtp://127.0.0.1:{port}")


def test_a_host_that_there_is_not() -> None:
    with pytest.raises(Trouble, match=r"^smtps://mail\.invalid:465 cannot be reached: "):
        _handed("smtps://mail.invalid")


def test_greylisted_at_first() -> None:
    with serving() as (inbox, port):
        url = f"smtp://127.0.0.1:{port}"
        assert _handed(url, "a@grey.example") == Answer(
            Outcome.LATER, "451 4.7.1 greylisted, try again later"
        )
        assert _handed(url, "a@grey.example").outcome is Outcome.ACCEPTED
    assert [readers for readers, _ in inbox.mails] == [["a@grey.example"]]


def test_more_than_a_server_takes() -> None:
    large = b"Subject: a\r\n\r\n" + b"x" * 76 * 120_000
    with serving(data_size_limit=8_000_000) as (inbox, port):
        answer = _handed(f"smtp://127.0.0.1:{port}", mail=large)
    assert answer == Answer(Outcome.REFUSED, "the mail has 9120014 bytes, the server takes 8000000")
    assert inbox.mails == []
