"""The pages behind the links in mails, over HTTP."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html
from pydantic import SecretStr
from sqlalchemy import Engine

from crawler.clock import CHINA
from crawler.config import Settings
from crawler.digest.links import Links
from crawler.digest.signed import PATH, Signer, signer
from crawler.web.app import create_app
from storage.engine import DatabaseUnusable, open_engine
from storage.ledger import Ledger
from storage.records import (
    FindingRecord,
    PageRecord,
    PageSeen,
    ReportRecord,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
    WaiverRecord,
)
from storage.subscriptions import Subscriptions

NOW = datetime(2024, 4, 10, 9, tzinfo=CHINA)
BASE = "http://testserver"
SECRET = "a secret of the tests, forty characters!"
ORGAN, OTHER = "青杉市水务局", "云溪县水务局"
HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{ 7*7 }}\u202e"


@dataclass
class Desk:
    """An installation with a reader, and somebody who opens their links."""

    engine: Engine
    client: TestClient
    readers: Subscriptions
    number: int
    move: Callable[[datetime], None]

    @property
    def links(self) -> Links:
        return self.links_of(self.number)

    def links_of(self, number: int, moment: datetime = NOW) -> Links:
        return Links(Signer(SECRET, BASE), number, "changes:1", moment)

    def act(self, organ: str = ORGAN) -> str:
        return self.links.act(organ, 2023, ["0000000000000001"]) or ""

    def see(self, url: str, status: int = 200) -> Any:
        answer = self.client.get(url)
        assert answer.status_code == status
        return html.fromstring(answer.text)

    def post(self, url: str, **fields: object) -> str:
        """Send a form; the notice that the page shows then."""
        answer = self.client.post(url, data=fields)
        assert answer.status_code == 200
        return " ".join(html.fromstring(answer.text).xpath("string(//p[@class='notice'])").split())

    def press(self, url: str, number: int = 0, do: str = "acknowledge", **chosen: str) -> str:
        """Press the button of this name on the page, as a browser would; `chosen` in the selects."""
        page = self.see(url)
        form = page.xpath(f"//form[button[@name='do' and @value='{do}']]")[number]
        fields = {name: form.fields[name] for name in form.fields if name is not None}
        hidden = [one.get("value") for one in form.xpath("./input[@name='finding']")]
        return self.post(url, **{**fields, "finding": hidden, **chosen, "do": do})

    def said(self) -> list[tuple[str, str | None, str | None, str | None]]:
        return [
            (str(mute.kind), mute.fingerprint and mute.fingerprint.lstrip("0"), mute.organ, mute.rule)
            for mute in self.readers.mutes(self.number, NOW)
        ]


def _finding(number: int, organ: str = ORGAN, **values: Any) -> FindingRecord:
    known = FindingRecord(
        fingerprint=f"{number:016x}", organ=organ, year=2023, rule="applications-balance", severity="error",
        verdict="fail", fault="publisher", where="applications.natural_person",
        message_zh=f"新收 21 件，办结 {number} 件", message_en=f"21 received, {number} accounted for",
        basis_zh="样式表三", basis_en="form, table 3", province="yunling", portal="qingshan",
        url=f"http://qingshan.example/{organ != ORGAN:d}", archived="1" * 64, expected=21, found=number,
    )  # fmt: skip
    return replace(known, **values)


FINDINGS = (
    _finding(1),
    _finding(2, severity="critical", rule="filing-missing"),
    _finding(3, rule="filing-late", message_zh=HOSTILE, message_en=HOSTILE),
    _finding(4, fault="extraction", message_zh="读取所致"),
    _finding(5, severity="info", message_zh="仅供参考"),
)


def _record(engine: Engine, day: int, *findings: FindingRecord, organ: str = ORGAN) -> None:
    ledger, at = Ledger(engine), NOW.replace(day=day, hour=2)
    url, sha = f"http://qingshan.example/{organ != ORGAN:d}", f"{day:064x}"
    report = ReportRecord(organ, 2023, "年度报告", url, "qingshan", "yunling", sha, at)
    run = ledger.begin_run(RunRecord(None, "nightly", "yunling", at))
    page = PageRecord(url, "qingshan", sha, at, organ=organ, year=2023)
    ledger.record(run, [PageSeen(page, (), report, findings)])


@contextmanager
def _installed(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    engine = open_engine(url)
    _record(engine, 9, *FINDINGS)
    _record(engine, 9, _finding(9, OTHER), organ=OTHER)
    readers = Subscriptions(engine)
    number = readers.add(SubscriptionRecord(None, "wang@yunling.example", SubscriptionOrigin.SUBSCRIBED, NOW))
    settings = Settings(
        database_url=SecretStr(url),
        public_url=BASE,
        link_secret=SecretStr(SECRET),
        provinces=Path(__file__).parent,  # there are none: the names of provinces are read from files
    )
    client = TestClient(create_app(settings, engine), follow_redirects=False)
    yield Desk(engine, client, readers, number, lambda at: monkeypatch.setenv("NIANBAO_NOW", at.isoformat()))
    engine.dispose()


@pytest.fixture
def desk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """On SQLite; that both databases do the same is told of what the pages are made of."""
    with _installed(sqlite_url, monkeypatch) as there:
        yield there


def _texts(page: Any, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.xpath(path)]


# looking


def test_a_page_shows_what_stands_and_looking_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        page = desk.see(desk.act())
    assert _texts(page, "//h1") == [ORGAN]
    assert _texts(page, "//li/span[1]") == ["严重", "错误", "错误"]
    said = page.text_content()
    assert "目前未解决 3 项" in said
    assert "新收 21 件，办结 1 件" in said
    assert (
        said.count("邮件中已通报") == 3
    )  # these fingerprints share the characters that a link names them by
    assert "读取所致" not in said
    assert "仅供参考" not in said
    assert page.xpath("//a/@href") == ["http://qingshan.example/0"]
    assert desk.client.head(desk.act()).status_code == 200
    desk.see(desk.links.leave() or "")
    assert desk.said() == []
    assert desk.readers.get(desk.number).ended is None  # type: ignore[union-attr]


def test_nothing_is_obeyed_and_nothing_fetched(desk: Desk) -> None:
    _record(desk.engine, 9, _finding(8, HOSTILE, url="javascript:alert(1)"), organ=HOSTILE)
    for url in (desk.act(), desk.act(HOSTILE), desk.links.open(), desk.links.leave()):
        answer = desk.client.get(url or "")
        page = html.fromstring(answer.text)
        assert not page.xpath("//script | //img | //iframe | //link | //object | //@onerror | //@style")
        assert not [link for link in page.xpath("//@href") if not link.startswith("http://")]
        assert "49" not in page.text_content().replace("2023", "")
        assert "\u202e" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
    assert HOSTILE[:-1].strip() in " ".join(_texts(desk.see(desk.act(HOSTILE)), "//h1"))


def test_an_english_reader_reads_english(desk: Desk) -> None:
    record = desk.readers.get(desk.number)
    assert record is not None
    desk.readers.change(replace(record, lang="en"), NOW)
    for url in (desk.act(), desk.links.open(), desk.links.leave()):
        text = desk.see(url or "").text_content().replace(ORGAN, "").replace(OTHER, "")
        assert not re.search(r"[\u4e00-\u9fff]", text)


def test_a_body_without_findings_is_not_called_sound(desk: Desk) -> None:
    page = desk.see(desk.act("从未见过局"))
    assert "没有列出不等于没有问题" in page.text_content()


# acknowledging


def test_all_that_is_shown_is_acknowledged_at_once(desk: Desk) -> None:
    assert desk.press(desk.act()) == "已记下：您知悉这 3 项"
    known = [("acknowledged", number, None, None) for number in ("2", "1", "3")]
    assert sorted(desk.said()) == sorted(known)
    page = desk.see(desk.act())
    assert page.text_content().count("您已知悉") == 3
    assert not page.xpath("//button[@value='acknowledge']")


def test_twice_is_as_once(desk: Desk) -> None:
    page = desk.see(desk.act())
    finding = page.xpath("//li[2]//input[@name='finding']/@value")[0]
    for _ in range(2):
        assert desk.post(desk.act(), do="acknowledge", finding=finding) == "已记下：您知悉这 1 项"
    assert desk.said() == [("acknowledged", "1", None, None)]


def test_what_has_changed_since_the_page_was_opened_is_not_acknowledged(desk: Desk) -> None:
    page = desk.see(desk.act())
    fields = page.xpath("(//form)[1]/input/@value")
    _record(desk.engine, 10, _finding(1, found=3), *FINDINGS[1:])
    said = desk.post(desk.act(), do="acknowledge", finding=fields)
    assert said == "已记下 2 项；另有 1 项在您打开页面之后有了变化，请再看一遍"
    assert [one[1] for one in desk.said()] == ["2", "3"]


def test_what_is_acknowledged_stands_again_once_it_came_back(desk: Desk) -> None:
    desk.press(desk.act())
    desk.move(NOW + timedelta(days=2))
    _record(desk.engine, 11, *FINDINGS[1:])
    _record(desk.engine, 12, *FINDINGS)
    assert sorted(one[1] or "" for one in desk.said()) == ["2", "3"]


def test_a_whole_visit_on_either_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with _installed(url, monkeypatch) as desk:
        assert desk.press(desk.act()) == "已记下：您知悉这 3 项"
        assert desk.press(desk.act(OTHER), 0, "mute", days="30") == "已静音，至 2024-05-10 恢复"
        assert "没有计入的问题" in desk.see(desk.links.open() or "").text_content()
        assert desk.press(desk.links.open() or "", 0, "undo") == "已撤回，恢复通报"
        assert len(desk.said()) == 3
        assert "已退订" in _one_click(desk).text
        assert desk.readers.all() == []


# muting


@pytest.mark.parametrize(
    ("what", "muted"),
    [
        ("finding", ("muted", "1", None, None)),
        ("rule-here", ("muted", None, ORGAN, "applications-balance")),
        ("rule", ("muted", None, None, "applications-balance")),
    ],
)
def test_a_finding_or_its_rule_is_muted_for_a_time(desk: Desk, what: str, muted: tuple[object, ...]) -> None:
    page = desk.see(desk.act())
    finding = page.xpath("//li[2]//form[select]/input[@name='finding']/@value")[0]
    # the first form is that of the body
    assert desk.press(desk.act(), 2, "mute", what=what, days="30") == "已静音，至 2024-05-10 恢复"
    assert desk.said() == [muted]
    for days, until in ((90, "2024-07-09"), (365, "2025-04-10")):
        said = desk.post(desk.act(), do="mute", what=what, days=str(days), finding=finding)
        assert said == f"已静音，至 {until} 恢复"
        [mute] = desk.readers.mutes(desk.number, NOW)
        assert mute.expires == NOW + timedelta(days=days)


def test_a_body_is_muted_and_taken_back(desk: Desk) -> None:
    assert desk.press(desk.act(), 0, "mute", days="90") == "已静音，至 2024-07-09 恢复"
    assert desk.said() == [("muted", None, ORGAN, None)]
    page = desk.see(desk.act())
    assert not page.xpath("//button[@value='acknowledge']")
    assert page.text_content().count("静音至 2024-07-09") == 4
    assert ORGAN not in _texts(desk.see(desk.links.open() or ""), "//li/a")
    assert desk.press(desk.act(), 0, "undo") == "已撤回，恢复通报"
    assert desk.said() == []


UNASKED: list[Mapping[str, Any]] = [
    {"do": "mute", "what": "organ", "days": "3650"},
    {"do": "mute", "what": "organ", "days": ["30", "90"]},
    {"do": "mute", "what": "organ"},
    {"do": "mute", "what": "everything", "days": "30"},
    {"do": "mute", "what": "finding", "days": "30", "finding": "0000000000000009:x"},
    {"do": "mute", "what": "rule", "days": "30"},
    {"do": "acknowledge", "finding": "0000000000000001:of another time"},
    {"do": "acknowledge", "finding": "0000000000000009"},
    {"do": "acknowledge"},
    {"do": ["acknowledge", "mute"]},
    {"do": "undo", "mute": "1"},
    {"do": "undo", "mute": "-1"},
    {"do": "leave"},
    {"List-Unsubscribe": "One-Click"},
    {},
]


def test_what_no_page_asks_for_is_not_done(desk: Desk) -> None:
    for fields in UNASKED:
        desk.post(desk.act(), **fields)
        assert (fields, desk.said()) == (fields, [])
    assert desk.readers.get(desk.number).ended is None  # type: ignore[union-attr]


def test_nobody_takes_back_what_another_reader_said(desk: Desk) -> None:
    other = desk.readers.add(
        SubscriptionRecord(None, "li@yunling.example", SubscriptionOrigin.SUBSCRIBED, NOW)
    )
    desk.press(desk.act(), 0, "mute")
    [mute] = desk.readers.mutes(desk.number, NOW)
    for url in (desk.links_of(other).act(ORGAN, 2023), desk.links_of(other).open()):
        assert desk.post(url or "", do="undo", mute=str(mute.id)) == "没有需要改动的"
    assert desk.readers.mutes(desk.number, NOW) == [mute]
    assert desk.readers.mutes(other, NOW) == []


# what stands


def test_what_stands_is_listed_with_links_that_work(desk: Desk) -> None:
    page = desk.see(desk.links.open() or "")
    assert _texts(page, "//li/a") == [f"{ORGAN} 2023", f"{OTHER} 2023"]
    assert "严重 1" in page.text_content()
    assert "错误 3" in page.text_content()
    link = page.xpath("//li[2]/a/@href")[0]
    assert desk.press(link) == "已记下：您知悉这 1 项"
    assert _texts(desk.see(desk.links.open() or ""), "//li/a") == [f"{ORGAN} 2023"]
    decided = desk.see(desk.links.open() or "").xpath("//h2/following-sibling::ul/li")
    assert "2024-04-10 已知悉" in decided[0].text_content()
    assert desk.press(desk.links.open() or "", 0, "undo") == "已撤回，恢复通报"
    assert desk.said() == []
    assert desk.see(page.xpath("//p[last()]/a/@href")[0]).xpath("//button[@value='leave']")


def test_a_scope_shows_what_it_is_about(desk: Desk) -> None:
    for values, bodies in (
        ({"organs": (OTHER,)}, [OTHER]),
        ({"rules": ("filing-late",)}, [ORGAN]),
        ({"provinces": ("beiling",)}, []),
        ({"severity": "critical"}, [ORGAN]),
    ):
        wanted = SubscriptionRecord(None, "li@yunling.example", SubscriptionOrigin.SUBSCRIBED, NOW, **values)  # type: ignore[arg-type]
        number = desk.readers.add(wanted)
        page = desk.see(desk.links_of(number).open() or "")
        assert _texts(page, "//li/a") == [f"{body} 2023" for body in bodies]
        desk.readers.end(number, NOW)


def test_what_a_person_has_waived_is_not_shown(desk: Desk) -> None:
    decision = WaiverRecord(
        None, "applications-balance", "已核实", "王某", NOW, NOW + timedelta(days=9), organ=ORGAN
    )
    Ledger(desk.engine).add_waiver(decision)
    assert "办结 1 件" not in desk.see(desk.act()).text_content()


# leaving


def _one_click(desk: Desk, **body: Any) -> httpx.Response:
    return desk.client.post(desk.links.leave() or "", **body)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"data": {"do": "leave"}},
        {},
        {"content": b"\xff\xfe\x00"},
    ],
    ids=["form", "multipart", "button", "empty", "bytes"],
)
def test_one_post_ends_the_subscription(desk: Desk, body: dict[str, Any]) -> None:
    wanted = SubscriptionRecord(
        None, "wang@yunling.example", SubscriptionOrigin.SUBSCRIBED, NOW, provinces=("yunling",)
    )
    other = desk.readers.add(wanted)
    for _ in range(2):
        answer = _one_click(desk, **body)
        assert answer.status_code == 200
        assert "已退订" in answer.text
        assert "set-cookie" not in answer.headers
    assert [record.id for record in desk.readers.all()] == [other]
    assert desk.readers.get(desk.number).ended == NOW  # type: ignore[union-attr]


def test_an_end_can_be_taken_back_for_a_day(desk: Desk) -> None:
    leave = desk.links.leave() or ""
    desk.post(leave, do="leave")
    assert desk.press(leave, 0, "resume") == "已恢复订阅"
    assert desk.readers.get(desk.number).ended is None  # type: ignore[union-attr]
    desk.post(leave, do="leave")
    desk.move(NOW + timedelta(days=1))
    assert not desk.see(leave).xpath("//button")
    assert desk.post(leave, do="resume") == ""
    assert desk.readers.get(desk.number).ended == NOW  # type: ignore[union-attr]


def test_who_has_left_can_change_nothing(desk: Desk) -> None:
    page = desk.see(desk.act())
    finding = page.xpath("//input[@name='finding']/@value")[0]
    desk.readers.end(desk.number, NOW)
    for url in (desk.act(), desk.links.open() or ""):
        assert "已经退订" in desk.post(url, do="acknowledge", finding=finding)
        assert not desk.see(url).xpath("//form")
    assert desk.said() == []


# links that are none


@pytest.mark.parametrize("purpose", ["act", "open", "leave"])
def test_forged_links_tell_nothing_and_do_nothing(desk: Desk, purpose: str) -> None:
    act, leave, unlocked = desk.act(), desk.links.leave() or "", desk.links.open() or ""
    token = {"act": leave, "open": act, "leave": unlocked}[purpose].rpartition("/")[2]
    strange = Links(Signer(SECRET[::-1], BASE), desk.number, "k", NOW)
    made = {"act": strange.act(ORGAN, 2023), "open": strange.open(), "leave": strange.leave()}[purpose]
    cut = {"act": act, "open": unlocked, "leave": leave}[purpose][:-2]
    nobody = {"act": desk.links_of(99).act(ORGAN, 2023), "open": desk.links_of(99).open()}.get(
        purpose, desk.links_of(99).leave()
    )
    urls = [f"{BASE}{PATH}/{purpose}/{token}", made, cut, nobody, f"{BASE}{PATH}/{purpose}/{'x' * 20_000}"]
    pages = set()
    for url in urls:
        for answer in (desk.client.get(url or ""), desk.client.post(url or "", data={"do": "leave"})):
            assert answer.status_code == 404
            pages.add(answer.text)
    [page] = pages
    assert ORGAN not in page
    assert [record.id for record in desk.readers.all()] == [desk.number]


def test_old_links_say_so(desk: Desk) -> None:
    old = desk.links_of(desk.number, NOW - timedelta(days=91))
    for url in (old.act(ORGAN, 2023), old.open()):
        answer = desk.client.post(url or "", data={"do": "mute", "what": "organ", "days": "30"})
        assert answer.status_code == 410
        assert "已经过期" in answer.text
        assert ORGAN not in answer.text
    assert desk.said() == []
    assert desk.client.post(old.leave() or "").status_code == 200
    assert desk.readers.all() == []


def test_without_a_secret_no_link_is_good(desk: Desk) -> None:
    settings = Settings(public_url=BASE)
    assert signer(settings) is None
    with TestClient(create_app(settings, desk.engine)) as client:
        assert client.get(desk.act()).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"x=" + b"y" * 70_000, 413), (b"&".join([b"a=b"] * 1001), 400), (b"%ff=%00&do=%ff", 200)],
    ids=["large", "many", "bytes"],
)
def test_strange_bodies(desk: Desk, body: bytes, status: int) -> None:
    answer = desk.client.post(desk.act(), content=body)
    assert answer.status_code == status
    assert desk.said() == []


def test_while_the_database_is_away_nothing_is_claimed_to_be_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseUnusable("gone")

    monkeypatch.setattr(Subscriptions, "end", away)
    answer = _one_click(desk)
    assert answer.status_code == 503
    assert "什么也没有改动" in answer.text


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="info", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_one_click_over_a_socket_leaves_no_token_in_a_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    link = desk.links.leave() or ""
    with _served(desk.client.app) as base, httpx.Client() as plain:  # type: ignore[arg-type]
        answer = plain.post(
            link.replace(BASE, base),
            content="List-Unsubscribe=One-Click",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 200
    assert desk.readers.all() == []
    served = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert served
    assert not [record for record in served if link.rpartition("/")[2][:20] in record.getMessage()]
