"""One connection to a mail server, over which mails are handed over one after another.

What a server says is told apart by whom it is about: one mail (to be tried later, or refused for good), or
all of them (it cannot be reached, its certificate is wrong, it refuses the login): then everything waits.
Between the last byte of a mail and the server's answer lies the one moment of which nobody can know what came
of it.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from threading import Timer
from types import TracebackType
from typing import Self

from crawler.console import clean
from crawler.digest.mail import MailError, Server

_LONGEST_WORDS = 200
_MAILS_A_CONNECTION = 100
"""Servers bound it, and some answer the one mail too many in ways of their own."""
_READY, _GO_AHEAD = 220, 354
_CLOSING = 421
_TOO_LARGE = 552
_NO_LOGIN = frozenset({530, 535, 538})
_ODD = -1
"""In place of an answer that is none."""
_END = b".\r\n"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a server gets: to say anything, to say whether it has a mail, for one mail in all."""

    silence: float = 30
    answer: float = 300  # it may look for viruses first
    whole: float = 600


DEFAULT_PATIENCE = Patience()


class Outcome(Enum):
    """What became of handing over one mail."""

    ACCEPTED = auto()
    LATER = auto()
    REFUSED = auto()
    UNSETTLED = auto()  # the connection was lost after the last byte
    KEPT_BACK = auto()  # the last byte was not to leave


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one mail; `settled` where it said so after the last byte."""

    outcome: Outcome
    said: str
    settled: bool = False


class Trouble(MailError):
    """The server takes no mails at all now, whoever they are for."""


class _Settled(Exception):
    """The server has said what is to become of this one mail."""

    def __init__(self, outcome: Outcome, said: str) -> None:
        super().__init__(said)
        self.outcome, self.said = outcome, said


class _Lost(Exception):
    """The connection is of no more use; `closing` where the server said that it ends it."""

    def __init__(self, said: str, *, closing: bool = False) -> None:
        super().__init__(said)
        self.closing = closing


class _KeptBack(Exception):
    """The last byte is not to leave."""


class Courier:
    """Hands mails over to `server`. Its context ends the connection, which begins with the first mail."""

    def __init__(self, server: Server, sender: str, patience: Patience = DEFAULT_PATIENCE) -> None:
        self._server, self._sender, self._patience = server, sender, patience
        self._talk: _Talk | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._talk is not None and kind is None:
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                _bounded(self._talk, self._patience.silence),
            ):
                self._talk.quit()
        self._drop()

    def hand_over(self, reader: str, content: bytes, last_byte: Callable[[], bool]) -> Answer:
        """One mail to one reader. `last_byte` is called when all but the last byte has left, and says whether
        it may leave too. Raises Trouble.
        """
        served = self._talk is not None
        try:
            return self._handed_over(reader, content, last_byte)
        except _Lost as lost:
            if not served:
                return self._not_now(lost)
        try:  # that a connection has ended which served before says nothing of this mail
            return self._handed_over(reader, content, last_byte)
        except _Lost as lost:
            return self._not_now(lost)

    def _handed_over(self, reader: str, content: bytes, last_byte: Callable[[], bool]) -> Answer:
        talk = self._talk = self._talk or self._connected()
        with _bounded(talk, self._patience.whole):
            try:
                self._open_mail(talk, reader, len(content))
                reply = talk.data_with(content, last_byte, self._patience.answer)
                self._go_on(*reply)
                if talk.mails >= _MAILS_A_CONNECTION:
                    self._drop()
                return Answer(Outcome.ACCEPTED, self._said(*reply), settled=True)
            except _Settled as settled:
                return Answer(settled.outcome, settled.said, settled=talk.last_byte_left)
            except _KeptBack:
                self._drop()  # what has left is no mail without its end
                return Answer(Outcome.KEPT_BACK, "")
            except (_Lost, OSError, smtplib.SMTPException) as error:
                self._drop()
                lost = error if isinstance(error, _Lost) else _Lost(self._words(error))
                if not talk.noted:
                    raise lost from None
                # what never left is not unknown; and that the server is closing down is an answer too
                known = lost.closing or not talk.last_byte_left
                outcome = Outcome.LATER if known else Outcome.UNSETTLED
                return Answer(outcome, self._shown(str(lost)), settled=known)

    def _open_mail(self, talk: _Talk, reader: str, size: int) -> None:
        """Everything up to the text of the mail. Raises Trouble, _Settled, _Lost."""
        talk.noted = talk.last_byte_left = False
        if talk.mails:
            self._go_on(*talk.rset())
        talk.mails += 1
        most = talk.esmtp_features.get("size")
        if most is not None and most.isdecimal() and 0 < int(most) < size:
            raise _Settled(Outcome.REFUSED, f"the mail has {size} bytes, the server takes {most}")
        code, words = talk.mail(self._sender, [] if most is None else [f"size={size}"])
        if code >= 500 and code != _TOO_LARGE:
            raise self._refusal("拒收发件人", "refused the sender", code, words)
        self._go_on(code, words)
        code, words = talk.rcpt(reader)
        if code in _NO_LOGIN:
            raise self._refusal("不收未登录者的邮件", "takes no mails without a login", code, words)
        self._go_on(code, words)

    def _go_on(self, code: int, words: bytes | str) -> None:
        """Return where the server agrees. Raises _Settled, _Lost."""
        said = self._said(code, words)
        if code == _CLOSING:
            raise _Lost(said, closing=True)
        if 400 <= code < 600:
            raise _Settled(Outcome.REFUSED if code >= 500 else Outcome.LATER, said)
        if not 200 <= code < 400:
            raise _Lost(said)

    def _connected(self) -> _Talk:
        """A connection, encrypted and logged in as the server's address says. Raises Trouble."""
        talk = _Talk(timeout=self._patience.silence)
        server = self._server
        context = ssl.create_default_context()
        try:
            with _bounded(talk, self._patience.whole):
                if server.scheme == "smtps":
                    talk.encrypted_by = context
                code, words = talk.connect(server.host, server.port)
                if code != _READY:
                    raise self._refusal("不提供服务", "does not serve", code, words)
                if server.scheme == "smtp+starttls":
                    talk.starttls(context=context)
                talk.ehlo_or_helo_if_needed()
                if server.user is not None:
                    talk.login(server.user, server.secret or "")
        except Trouble:
            talk.close()
            raise
        except smtplib.SMTPAuthenticationError as error:
            talk.close()
            # its words may repeat what it was told
            code = error.smtp_code
            raise Trouble(
                f"{self._server.shown} 拒绝登录（{code}）",
                f"{self._server.shown} refused the login (code {code})",
            ) from None
        except smtplib.SMTPResponseException as error:
            talk.close()
            raise self._refusal("不提供服务", "does not serve", error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            talk.close()
            why = self._words(error)
            raise Trouble(
                f"{self._server.shown} 连不上：{why}", f"{self._server.shown} cannot be reached: {why}"
            ) from None
        return talk

    def _not_now(self, lost: _Lost) -> Answer:
        if lost.closing:
            raise Trouble(
                f"{self._server.shown} 暂停服务：{self._shown(str(lost))}",
                f"{self._server.shown} is closing: {self._shown(str(lost))}",
            ) from None
        return Answer(Outcome.LATER, self._shown(str(lost)))

    def _refusal(self, zh: str, en: str, code: int, words: bytes | str) -> Trouble:
        said = self._said(code, words)
        return Trouble(f"{self._server.shown} {zh}：{said}", f"{self._server.shown} {en}: {said}")

    def _drop(self) -> None:
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    def _said(self, code: int, words: bytes | str) -> str:
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        return f"{code} {self._shown(text)}".strip()

    def _words(self, error: Exception) -> str:
        """What went wrong below the words of the server."""
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return self._shown(text) or type(error).__name__

    def _shown(self, text: str) -> str:
        return clean(self._server.hidden(text))[:_LONGEST_WORDS]


class _Talk(smtplib.SMTP):
    """smtplib's, which lets somebody look at the last byte before it leaves."""

    encrypted_by: ssl.SSLContext | None = None  # from the first byte on
    noted = False  # that the last byte is about to leave
    last_byte_left = False
    mails = 0

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._host = host  # whose certificate STARTTLS asks for; only its constructor would set it
        opened = socket.create_connection((host, port), timeout)
        if self.encrypted_by is None:
            return opened
        try:
            return self.encrypted_by.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise

    def data_with(self, content: bytes, last_byte: Callable[[], bool], patience: float) -> tuple[int, bytes]:
        """DATA, as smtplib has it; `patience` is for the answer to it all. Raises _KeptBack."""
        code, words = self.docmd("data")
        if code != _GO_AHEAD:
            # to agree to anything else is not to agree
            return (code, words) if code >= 400 else (_ODD, words)
        body = re.sub(rb"(?m)^\.", b"..", content)
        self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        self._listen()
        if not last_byte():
            raise _KeptBack
        self.noted = True
        connection = self._listen()
        connection.settimeout(patience)
        self.last_byte_left = True
        self.send(_END)
        reply = self.getreply()
        connection.settimeout(self.timeout)
        return reply

    def _listen(self) -> socket.socket:
        """The connection, on which the server is still waiting: it neither has ended it nor says anything.

        Raises _Lost. What is found out here need not be guessed after the last byte.
        """
        if self.sock is None:
            raise _Lost("the connection was cut")
        heard = None
        self.sock.settimeout(0)
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            heard = self.sock.recv(_LONGEST_WORDS)
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            # what came together with the go-ahead
            heard = heard or (self.file and self.file.peek(1)) or heard
        self.sock.settimeout(self.timeout)
        if heard is None:
            return self.sock
        said = clean(heard.decode("utf-8", "replace"))
        raise _Lost(f"interrupted: {said}" if said else "the connection was cut")


@contextlib.contextmanager
def _bounded(talk: _Talk, seconds: float) -> Iterator[None]:
    """Cut the connection when the block has taken so long: a server may go on and on with never a silence."""

    def cut() -> None:
        connection = talk.sock
        if connection is not None:
            # not its own method: that of an encrypted one would take the encryption away first
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
