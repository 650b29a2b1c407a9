"""Handing mails over to servers on loopback, good ones and others."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from crawler.digest.courier import Answer, Courier, Outcome, Patience, Trouble
from crawler.digest.mail import server
from tests.digest.postoffice import CUT, FOREVER, SILENCE, Office, office

SENDER = "watch@nianbao.example"
READER = "reader@a.example"
MAIL = b"Subject: a\r\n\r\n.a line that begins with a dot\r\n..two\r\n.\r\nlast\r\n"
SHORT = Patience(silence=0.5, answer=0.5, whole=1.5)


class Turns:
    """How often the last byte was asked for."""

    def __init__(self, *allowed: bool) -> None:
        self.allowed = list(allowed)
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.allowed[self.asked - 1] if self.asked <= len(self.allowed) else True


def _one(at: Office, turns: Turns | None = None, reader: str = READER) -> Answer:
    with Courier(server(at.url), SENDER, SHORT) as courier:
        return courier.hand_over(reader, MAIL, turns or Turns())


def test_mails_go_over_one_connection_byte_by_byte_as_they_are() -> None:
    turns = Turns()
    with office() as at, Courier(server(at.url), SENDER) as courier:
        for number in range(3):
            answer = courier.hand_over(f"r{number}@a.example", MAIL, turns)
            assert answer == Answer(Outcome.ACCEPTED, "250 2.0.0 kept", settled=True)
    assert at.kept == [(f"r{number}@a.example", MAIL) for number in range(3)]
    assert (at.connections, turns.asked) == (1, 3)
    assert [line.split()[0] for line in at.asked].count("rset") == 2
    assert at.asked[-1].upper() == "QUIT"


def test_a_connection_serves_a_hundred_mails() -> None:
    with office() as at, Courier(server(at.url), SENDER) as courier:
        for _ in range(101):
            assert courier.hand_over(READER, MAIL, Turns()).outcome is Outcome.ACCEPTED
    assert (at.connections, len(at.kept)) == (2, 101)


@pytest.mark.parametrize(
    ("answers", "outcome", "said", "settled"),
    [
        ({"MAIL": "451 4.3.0 later"}, Outcome.LATER, "451 4.3.0 later", False),
        ({"MAIL": "552 too large"}, Outcome.REFUSED, "552 too large", False),
        ({"RCPT": "451 4.7.1 greylisted"}, Outcome.LATER, "451 4.7.1 greylisted", False),
        ({"RCPT": "550-5.1.1 no\r\n550 5.1.1 reader"}, Outcome.REFUSED, "550 5.1.1 no 5.1.1 reader", False),
        ({"DATA": "452 4.3.1 full"}, Outcome.LATER, "452 4.3.1 full", False),
        ({"DATA": "554 no"}, Outcome.REFUSED, "554 no", False),
        ({"DATA": "250 what"}, Outcome.LATER, "-1 what", False),
        ({"end": "451 4.3.0 try again"}, Outcome.LATER, "451 4.3.0 try again", True),
        ({"end": "554 5.7.1 spam"}, Outcome.REFUSED, "554 5.7.1 spam", True),
        ({"end": "421 4.3.2 closing"}, Outcome.LATER, "421 4.3.2 closing", True),
        ({"end": "what"}, Outcome.UNSETTLED, "-1", False),
        ({"end": CUT}, Outcome.UNSETTLED, "Connection unexpectedly closed", False),
        ({"end": SILENCE}, Outcome.UNSETTLED, "Connection unexpectedly closed: timed out", False),
        ({"end": FOREVER}, Outcome.UNSETTLED, "Connection unexpectedly closed", False),
        ({"RCPT": CUT}, Outcome.LATER, "Connection unexpectedly closed", False),
        ({"RCPT": SILENCE}, Outcome.LATER, "Connection unexpectedly closed: timed out", False),
        ({"RCPT": FOREVER}, Outcome.LATER, "Connection unexpectedly closed", False),
        ({"EHLO": "250-mx.nianbao.example\r\n250 SIZE 30"}, Outcome.REFUSED,
         f"the mail has {len(MAIL)} bytes, the server takes 30", False),
    ],
    ids=lambda value: "-".join(f"{k}-{v[:3]}" for k, v in value.items()) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_is_said_of_one_mail(
    answers: Mapping[str, str], outcome: Outcome, said: str, settled: bool
) -> None:
    turns = Turns()
    with office(answers) as at:
        answer = _one(at, turns)
    assert (answer.outcome, answer.settled) == (outcome, settled)
    assert answer.said.startswith(said)
    assert turns.asked == ("end" in answers)
    assert len(at.kept) == ("end" in answers)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"greeting": "554 5.3.2 not now"}, "does not serve: 554 5.3.2 not now"),
        ({"greeting": "421 busy"}, "does not serve: 421 busy"),
        ({"greeting": CUT}, "cannot be reached: Connection unexpectedly closed"),
        ({"greeting": SILENCE}, "cannot be reached: Connection unexpectedly closed: timed out"),
        ({"greeting": FOREVER}, "cannot be reached: "),
        ({"MAIL": "550 5.7.1 who are you"}, "refused the sender: 550 5.7.1 who are you"),
        ({"MAIL": "530 5.7.0 log in first"}, "refused the sender: 530 5.7.0 log in first"),
        ({"RCPT": "530 5.7.1 log in first"}, "takes no mails without a login: 530 5.7.1 log in first"),
        ({"MAIL": "421 4.3.2 closing"}, "is closing: 421 4.3.2 closing"),
    ],
    ids=lambda value: "-".join(f"{k}-{v[:3]}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_what_is_said_of_all_mails(answers: Mapping[str, str], said: str) -> None:
    turns = Turns()
    with office(answers) as at, pytest.raises(Trouble) as caught:
        _one(at, turns)
    assert str(caught.value).startswith(f"smtp://127.0.0.1:{at.port} {said}")
    assert (turns.asked, at.kept) == (0, [])


def test_a_mail_that_is_cut_short_is_known_not_to_have_arrived() -> None:
    large = b"Subject: a\r\n\r\n" + b"0123456789" * 7 * 100_000
    turns = Turns()
    with office({"data": "1000"}) as at, Courier(server(at.url), SENDER, SHORT) as courier:
        answer = courier.hand_over(READER, large, turns)
    assert answer.outcome is Outcome.LATER
    assert (turns.asked, at.kept) == (0, [])


@pytest.mark.parametrize("early", ["250 2.0.0 kept", "421 4.3.2 shutting down"], ids=["kept", "closing"])
def test_a_server_that_speaks_before_its_turn_does_not_get_the_last_byte(early: str) -> None:
    turns = Turns()
    with office({"DATA": f"354 go ahead\r\n{early}"}) as at:
        answer = _one(at, turns)
    assert (answer.outcome, answer.said) == (Outcome.LATER, f"interrupted: {early}")
    assert (turns.asked, at.kept) == (0, [])


def test_a_connection_that_ended_between_two_mails_is_made_anew() -> None:
    with office({"RSET": CUT}, {}) as at, Courier(server(at.url), SENDER, SHORT) as courier:
        assert [courier.hand_over(READER, MAIL, Turns()).outcome for _ in range(2)] == [Outcome.ACCEPTED] * 2
    assert (at.connections, len(at.kept)) == (2, 2)


def test_one_mail_too_many_for_a_connection_goes_over_the_next() -> None:
    script = {"MAIL": ["250 fine", "421 4.7.0 too many mails"]}
    with office(script, {}) as at, Courier(server(at.url), SENDER, SHORT) as courier:
        assert [courier.hand_over(READER, MAIL, Turns()).outcome for _ in range(2)] == [Outcome.ACCEPTED] * 2
    assert (at.connections, len(at.kept)) == (2, 2)


def test_a_refused_mail_does_not_disturb_the_next() -> None:
    script = {"RCPT": ["550 nobody", "250 fine"]}
    with office(script) as at, Courier(server(at.url), SENDER, SHORT) as courier:
        assert courier.hand_over("nobody@a.example", MAIL, Turns()).outcome is Outcome.REFUSED
        assert courier.hand_over(READER, MAIL, Turns()).outcome is Outcome.ACCEPTED
    assert at.kept == [(READER, MAIL)]
    assert at.connections == 1


def test_without_leave_the_last_byte_stays() -> None:
    with office() as at, Courier(server(at.url), SENDER, SHORT) as courier:
        assert courier.hand_over(READER, MAIL, Turns(False)).outcome is Outcome.KEPT_BACK
        assert courier.hand_over("b@a.example", MAIL, Turns()).outcome is Outcome.ACCEPTED
    assert at.kept == [("b@a.example", MAIL)]


def test_nothing_is_left_half_said_where_leave_could_not_be_asked() -> None:
    def broken() -> bool:
        raise RuntimeError("no database")

    with office() as at:
        with pytest.raises(RuntimeError, match="no database"), Courier(server(at.url), SENDER) as courier:
            courier.hand_over(READER, MAIL, broken)
        assert at.kept == []


SECRET = "s3cret/w0rd"
ECHOES = [
    SECRET,
    "s3cret%2Fw0rd",
    base64.b64encode(SECRET.encode()).decode(),
    base64.b64encode(f"\0watch\0{SECRET}".encode()).decode(),
]


@pytest.mark.parametrize("echo", ECHOES, ids=["plain", "quoted", "base64", "login"])
@pytest.mark.parametrize("word", ["AUTH", "MAIL", "RCPT", "end"])
def test_a_server_that_repeats_the_secret_is_not_repeated(word: str, echo: str) -> None:
    code = {"AUTH": 535, "MAIL": 550, "RCPT": 550, "end": 554}[word]
    answers = {
        "EHLO": "250-mx.nianbao.example\r\n250 AUTH PLAIN",
        "AUTH": "235 welcome",
        word: f"{code} you said {echo}",
    }
    with office(answers) as at:
        url = f"smtp://watch:s3cret%2Fw0rd@127.0.0.1:{at.port}"
        try:
            with Courier(server(url), SENDER, SHORT) as courier:
                said = courier.hand_over(READER, MAIL, Turns()).said
        except Trouble as trouble:
            said = trouble.zh + trouble.en
            assert trouble.__cause__ is None
    assert str(code) in said
    assert not any(form in said for form in ECHOES)
