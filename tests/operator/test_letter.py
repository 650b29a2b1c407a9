"""The mail to the operator: hostile text stays text, long lists stay short."""

from __future__ import annotations

from lxml import html as parser

from crawler.alarms import Alarm, Blame, Code
from crawler.operator.letter import MOST, html, mail, text
from crawler.operator.note import OperatorNote, subject
from crawler.report.model import Bilingual
from tests.operator.conftest import FIRST

HOSTILE = "<img src=x onerror=alert(1)>{{ 7*7 }}\u202e\x1b[2J\r\nBcc: x@evil.example"


def _alarm(code: Code, portal: str = "", message: str = "", **fields: object) -> Alarm:
    return Alarm(code, FIRST, Bilingual(message, message), "yunling", portal, **fields)  # type: ignore[arg-type]


def _note(*alarms: Alarm, lang: str = "zh", over: tuple[str, ...] = ()) -> OperatorNote:
    return OperatorNote(
        "k", FIRST, lang, subject(alarms, over, lang), alarms, (), over, {"yunling": "云岭省"}
    )


def test_hostile_text_is_only_text() -> None:
    note = _note(_alarm(Code.UNREACHABLE, "a", HOSTILE, name=HOSTILE), over=(HOSTILE,))
    page = parser.document_fromstring(html(note))
    assert page.xpath("//img | //script | //a | //link | //iframe") == []
    assert "{{ 7*7 }}" in page.text_content()
    for shown in (html(note), text(note)):
        assert "\u202e" not in shown
        assert "\x1b" not in shown
        assert "49" not in shown
    assert not any(line.startswith("Bcc") for line in text(note).splitlines())


def test_nothing_is_loaded_from_anywhere() -> None:
    page = html(_note(_alarm(Code.BLOCKED, "a", "x", home="http://evil.example/")))
    assert "http" not in page
    assert "url(" not in page


def test_a_long_list_is_a_number() -> None:
    note = _note(*(_alarm(Code.UNREACHABLE, f"p{number}", "x") for number in range(MOST + 7)))
    assert "另有 7 项" in text(note)
    assert f"· {MOST + 7}" in text(note)
    assert f"p{MOST - 1}" in text(note)
    assert f"p{MOST}：" not in text(note)


def test_a_message_without_end_is_cut() -> None:
    assert len(text(_note(_alarm(Code.RUN_BROKEN, message="长" * 5000)))) < 1500


def test_subjects() -> None:
    three = [_alarm(Code.UNREACHABLE, portal) for portal in "abc"]
    drift = _alarm(Code.CELLS_UNREAD)
    assert subject([*three, drift], (), "zh") == "nianbao：3 个网站连续失访，1 省解析异常：读不出的格子激增"
    assert subject([drift, *three], (), "en") == (
        "nianbao: 3 portals: cannot be reached, 1 province: parser drift: unread cells"
    )
    assert subject(three[:1], (), "en", reminding=True) == "nianbao: still: 1 portal: cannot be reached"
    assert subject([_alarm(Code.SCHEDULER_GONE)], (), "zh") == "nianbao：夜间调度已停"
    assert subject((), ("x", "y"), "zh") == "nianbao：2 项警报解除"
    many = [_alarm(code) for code in (Code.RUN_LOST, Code.RUN_BROKEN, Code.NIGHT_MISSED, Code.MISREADINGS)]
    assert subject(many, (), "zh").endswith("，另有 1 项")


def test_where_the_cause_lies_is_said_of_a_portal() -> None:
    note = _note(_alarm(Code.NONE_LISTED, "a", "x", blame=Blame.SOURCE))
    assert "原因多半在网站" in text(note)
    assert "2024-02-01 02:00" in text(note)


def test_the_message_is_text_first() -> None:
    message = mail(_note(_alarm(Code.RUN_LOST, message="x"), lang="en"))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] is None
