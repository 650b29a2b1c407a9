"""Handing mails over to a server as it is in use: Debian's OpenSMTPD on loopback, which passes them on."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from crawler.digest.courier import Answer, Courier, Outcome
from crawler.digest.mail import server
from tests.databases import end_with_parent
from tests.digest.postoffice import Office, office

NO_OPENSMTPD = "OpenSMTPD is not installed, or this is not root (Debian: opensmtpd)"
MOST = 100 * 1024
CONFIGURATION = """
smtp max-message-size 100K
listen on 127.0.0.1 port {port} hostname mx.nianbao.example
action "on" relay host smtp://127.0.0.1:{on}
match from any for rcpt-to "nobody@a.example" reject
match from any for any action "on"
"""
MAIL = b"Message-ID: <1@nianbao.example>\r\nSubject: a\r\n\r\nfirst\r\n.a line with a dot\r\n.\r\nlast\r\n"


@pytest.fixture(scope="module")
def smtpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Office]]:
    """Its port, and the server that it passes mails on to."""
    program = shutil.which("smtpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or os.geteuid() != 0:
        if os.environ.get("NIANBAO_NO_SKIPS") == "1":
            pytest.fail(NO_OPENSMTPD)
        pytest.skip(NO_OPENSMTPD)
    file = tmp_path_factory.mktemp("smtpd") / "smtpd.conf"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with office() as at, (file.parent / "log").open("wb") as log:
        file.write_text(CONFIGURATION.format(port=port, on=at.port))
        file.chmod(0o600)
        process = subprocess.Popen(
            [program, "-d", "-f", file], stdout=log, stderr=log, cwd="/", preexec_fn=end_with_parent
        )
        try:
            _wait_for(port, process, file.parent / "log")
            yield port, at
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"OpenSMTPD did not start: {log.read_text(errors='replace')}")


def test_it_takes_what_it_is_handed_and_says_what_it_does_not_take(smtpd: tuple[int, Office]) -> None:
    port, at = smtpd
    large = b"Subject: a\r\n\r\n" + b"x" * 70 + b"\r\n" + b"y" * MOST + b"\r\n"
    with Courier(server(f"smtp://127.0.0.1:{port}"), "watch@nianbao.example") as courier:
        answers = [
            courier.hand_over(reader, mail, lambda: True)
            for reader, mail in (
                ("a@a.example", MAIL),
                ("nobody@a.example", MAIL),
                ("a@a.example", large),
                ("b@a.example", MAIL),
            )
        ]
    assert [answer.outcome for answer in answers] == [
        Outcome.ACCEPTED, Outcome.REFUSED, Outcome.REFUSED, Outcome.ACCEPTED,
    ]  # fmt: skip
    assert answers[0].said.startswith("250 2.0.0")
    assert answers[1] == Answer(Outcome.REFUSED, "550 Invalid recipient: <nobody@a.example>")
    assert answers[2].said == f"the mail has {len(large)} bytes, the server takes {MOST}"
    deadline = time.monotonic() + 60
    while len(at.kept) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sorted(reader for reader, _ in at.kept) == ["a@a.example", "b@a.example"]
    for _, raw in at.kept:
        arrived = message_from_bytes(raw)
        assert arrived["Message-ID"] == "<1@nianbao.example>"
        assert arrived.get_payload() == "first\r\n.a line with a dot\r\n.\r\nlast\r\n"
