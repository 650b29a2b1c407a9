"""Pages shown by a real Chromium: what comes back, where it may not go, and that it always ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crawler.hostile import Answer, Server, page, serving
from tests.crawler.showing import _ROOT, Shown, command, require_browser, show

HTML, JSON, SCRIPT = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Type: application/json",
    "Content-Type: text/javascript",
)
RESTLESS = "the page never came to rest in the browser"


@pytest.fixture(autouse=True)
def _browser() -> None:
    require_browser()


def html(body: str, *headers: str) -> Answer:
    text = f"<!DOCTYPE html><html><head><title>年报</title></head><body>{body}</body></html>"
    return page(text.encode(), "200 OK", HTML, *headers)


def script(source: str) -> Answer:
    return page(source.encode(), "200 OK", SCRIPT)


def json_(source: str) -> Answer:
    return page(source.encode(), "200 OK", JSON)


def one(server: Server, path: str = "/", **constants: float) -> Shown:
    return show([server.url(path)], server.host, **constants)[server.url(path)]


def paths(server: Server) -> list[str]:
    return [path for path in server.paths if path != "/robots.txt"]


FILL = """
fetch("api", {method: "POST", body: JSON.stringify({page: 1})}).then(r => r.json()).then(rows => {
  document.getElementById("app").innerHTML =
    rows.map(row => `<li><a href="/art/${row.id}.html">${row.title}</a></li>`).join("");
});
"""
ROWS = '[{"id": 7, "title": "2023年年报"}, {"id": 8, "title": "2022年年报"}]'
REMEMBER = """
const before = [localStorage.getItem("seen"), sessionStorage.getItem("seen"), document.cookie].join("|");
localStorage.setItem("seen", "1"); sessionStorage.setItem("seen", "1");
document.cookie = "seen=1; path=/";
document.body.insertAdjacentHTML("beforeend", `<p>before:${before}</p>`);
"""
NEEDLESS = """
<link rel="preload" href="font.woff2" as="font" crossorigin>
<img src="picture.png"><video src="film.mp4"></video><iframe src="frame.html"></iframe>
<style>@font-face {font-family: f; src: url(font.woff)} p {font-family: f}</style><p>x</p>
<script>
const sheet = document.createElement("link");
sheet.rel = "stylesheet"; sheet.href = "style.css";
sheet.onload = () => { document.querySelector("p").textContent = "styled"; };
document.head.append(sheet);
</script>
"""
FORGED = """
Object.defineProperty(Element.prototype, "outerHTML", {get: () => "<html>forged</html>"});
Document.prototype.getElementsByTagName = () => ({length: 1});
document.body.insertAdjacentHTML("beforeend", "<p>true</p>");
"""
PUSHED = "history.pushState({}, '', '/zwgk/nb/'); document.body.innerHTML = '<a href=\"1.html\">x</a>';"
OBSTRUCTIVE = """
<p>内容</p><a id="d" download="x.bin" href="file">x</a><script>
alert("访问统计"); confirm("?"); prompt("?"); addEventListener("beforeunload", e => e.preventDefault());
document.getElementById("d").click(); print();
document.body.insertAdjacentHTML("beforeend", "<p>after</p>");
</script>
"""
CHALLENGE = b"<html><script>$_ts=window['$_ts'];fetch('solve');document.cookie='a=1'</script></html>"
WRITES = b"<script>document.write('<p>filled</p>')</script>"
ASKS_ON = "let n = 0; const again = () => fetch('api/' + n++).then(again); again();"
TEXT = "document.body.style.display = 'none'; document.body.textContent = 'x'.repeat(50 * 1024 * 1024);"
ELEMENTS = "document.body.innerHTML = '<p>x</p>'.repeat(150_000);"
TOO_LARGE = "the page grew beyond the size limit in the browser"


def scripted(source: str) -> Answer:
    return html(f"<p>内容</p><script>{source}</script>")


GALLERY: dict[str, Answer] = {
    "/list/": html('<div id="app"></div><script src="app.js"></script>', 'ETag: "shell"'),
    "/list/app.js": script(FILL),
    "/list/api": json_(ROWS),
    "/memory/1/": html('<script src="/memory/app.js"></script>', "Set-Cookie: s=1; Path=/"),
    "/memory/2/": html('<script src="/memory/app.js"></script>', "Set-Cookie: s=1; Path=/"),
    "/memory/app.js": script(REMEMBER),
    "/turns/": scripted("for (let n = 0; n < 8; n++) fetch('api/' + n);"),
    "/needless/": html(NEEDLESS),
    "/pushed/": scripted(PUSHED),
    "/leaving/": scripted("location.href = '/zwgk/?a=1&b=2';"),
    "/reloading/": scripted("setInterval(() => location.reload(), 200);"),
    "/at-once/": html("<script>location.reload();</script><p>内容</p>"),
    "/forged/": scripted(FORGED),
    "/404/": page(WRITES, "404 Not Found", HTML),
    "/challenge/": page(CHALLENGE, "412 Precondition Failed", HTML),
    "/obstructive/": html(OBSTRUCTIVE),
    "/endlessly/": scripted(ASKS_ON),
    "/elements/": scripted(ELEMENTS),
    "/data/": scripted("fetch('api').catch(() => 0)"),
    "/data/api": page(b"", "503 Service Unavailable"),
    "/missing/": scripted("fetch('counter').then(r => { document.title = 'status ' + r.status; })"),
    "/missing/counter": page(b"", "404 Not Found"),
    "/robots/": scripted("fetch('api/list').catch(() => 0)"),
    "/robots.txt": page(b"User-agent: *\nDisallow: /robots/api/\n", "200 OK", "Content-Type: text/plain"),
    "*": json_("{}"),
}


class Gallery(NamedTuple):
    """All of them shown by one browser, and what the server saw."""

    server: Server
    shown: dict[str, Shown]

    def __getitem__(self, path: str) -> Shown:
        return self.shown[self.server.url(path)]

    def asked(self, path: str) -> list[str]:
        """What was asked for below a path, the path itself left out."""
        return [one.removeprefix(path) for one in self.server.paths if one.startswith(path) and one != path]


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    require_browser()
    pages = [path for path in GALLERY if path.endswith("/")]
    with serving(dict(GALLERY)) as server:
        yield Gallery(server, show([server.url(path) for path in pages], server.host))


# what comes back


def test_a_list_that_is_fetched_by_a_script_comes_as_its_reader_sees_it(gallery: Gallery) -> None:
    shown = gallery["/list/"]
    first, second = '<a href="/art/7.html">2023年年报</a>', '<a href="/art/8.html">2022年年报</a>'
    assert f"<li>{first}</li><li>{second}</li>" in shown.text
    assert shown.url == gallery.server.url("/list/")
    assert shown.flags == ["rendered"]
    assert shown.cost == 2
    assert shown.headers == ["Content-Type"]  # the ETag is that of the shell, whatever the list holds
    assert gallery.asked("/list/") == ["app.js", "api"]


def test_every_page_and_its_data_is_asked_for_once_and_one_at_a_time(gallery: Gallery) -> None:
    assert gallery.server.most_at_once == 1
    assert sorted(gallery.asked("/turns/")) == [f"api/{n}" for n in range(8)]
    twice = {path for path in gallery.server.paths if gallery.server.paths.count(path) > 1}
    assert twice == {"/data/api"}  # tried again, as any page is


def test_pages_share_their_scripts_and_nothing_else(gallery: Gallery) -> None:
    assert "<p>before:||</p>" in gallery["/memory/1/"].text
    assert "<p>before:||</p>" in gallery["/memory/2/"].text
    assert gallery.server.paths.count("/memory/app.js") == 1


def test_what_needs_no_look_is_not_asked_for(gallery: Gallery) -> None:
    assert gallery.asked("/needless/") == []
    assert ">styled</p>" in gallery["/needless/"].text  # an empty sheet: a script may wait for it


def test_relative_links_stand_on_the_address_that_a_script_has_set(gallery: Gallery) -> None:
    assert gallery["/pushed/"].url == gallery.server.url("/zwgk/nb/")


def test_a_page_that_leaves_for_another_tells_where_and_is_not_followed(gallery: Gallery) -> None:
    target = gallery.server.url("/zwgk/?a=1&amp;b=2")
    assert f'<meta http-equiv="refresh" content="0;url={target}">' in gallery["/leaving/"].text
    assert gallery.asked("/zwgk/") == []


def test_a_page_that_reloads_itself_is_shown_as_it_is(gallery: Gallery) -> None:
    assert "<p>内容</p>" in gallery["/reloading/"].text


def test_a_page_that_reloads_itself_before_it_is_there_leads_to_itself(gallery: Gallery) -> None:
    assert f'content="0;url={gallery.server.url("/at-once/")}"' in gallery["/at-once/"].text


def test_what_a_page_says_about_itself_is_not_believed(gallery: Gallery) -> None:
    before, _, after = gallery["/forged/"].text.partition("<script>")
    assert "forged" not in before
    assert after.endswith("<p>true</p></body></html>")


def test_answers_that_are_no_page_stay_as_they_are(gallery: Gallery) -> None:
    assert (gallery["/404/"].text, gallery["/404/"].flags) == (WRITES.decode(), [])


def test_scripts_of_a_protection_are_not_run(gallery: Gallery) -> None:
    assert (gallery["/challenge/"].text, gallery["/challenge/"].flags) == (CHALLENGE.decode(), [])
    assert gallery.asked("/challenge/") == []


def test_what_robots_forbid_is_not_asked_for_and_the_page_is_not_believed(gallery: Gallery) -> None:
    assert gallery["/robots/"].problem == "Forbidden by robots.txt"
    assert gallery.asked("/robots/") == []


def test_a_page_whose_data_could_not_be_had_is_not_believed(gallery: Gallery) -> None:
    assert gallery["/data/"].problem == "HTTP 503"


def test_data_that_is_not_there_is_an_answer(gallery: Gallery) -> None:
    assert "<title>status 404</title>" in gallery["/missing/"].text


# that it always ends


def test_dialogs_and_downloads_hold_nothing_up(gallery: Gallery) -> None:
    assert "<p>after</p>" in gallery["/obstructive/"].text
    assert gallery.asked("/obstructive/") == []


def test_requests_of_one_page_are_bounded(gallery: Gallery) -> None:
    assert gallery["/endlessly/"].problem == "the page made more than 80 requests"
    assert gallery.asked("/endlessly/") == [f"api/{n}" for n in range(80)]


def test_a_page_that_grows_beyond_the_limit_is_not_taken_over(gallery: Gallery) -> None:
    assert gallery["/elements/"].problem == TOO_LARGE


def test_much_text_and_large_answers_make_no_page() -> None:
    site = {
        "/text/": scripted(TEXT),
        "/heavy/": scripted("fetch('1').then(() => fetch('2'))"),
        "*": json_(f'"{"x" * 60_000}"'),
    }
    with serving(site) as server:
        urls = [server.url("/text/"), server.url("/heavy/")]
        shown = show(urls, server.host, PAGE_SECONDS=20, MOST_BYTES=100_000)
    assert shown[urls[0]].problem in (TOO_LARGE, RESTLESS)  # a slow machine does not come to its end
    assert shown[urls[1]].problem == TOO_LARGE


ENDLESS = {
    "/asking/": "const again = () => fetch('/api').then(again); again();",
    "/busy/": "while (true) {}",
}


def test_endless_pages_are_given_up_and_the_next_one_shown() -> None:
    site = {path: scripted(f"setTimeout(() => {{ {source} }}, 100)") for path, source in ENDLESS.items()}
    with serving({**site, "/next/": html("<p>next</p>"), "*": json_("{}")}) as server:
        urls = [server.url(path) for path in (*ENDLESS, "/next/")]
        bounds = {"PAGE_SECONDS": 8, "MOST_REQUESTS": 1_000_000}
        shown = show(urls, server.host, **bounds)
    for url in urls[:2]:
        assert shown[url].problem == RESTLESS
        assert shown[url].zh == "网页在浏览器中一直没有加载完"
    assert "<p>next</p>" in shown[urls[2]].text, shown[urls[2]]


# where it may not go


@contextlib.contextmanager
def datagrams() -> Iterator[tuple[int, list[bytes]]]:
    """A UDP port, and what was sent to it."""
    came: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        yield listener.getsockname()[1], came
        with contextlib.suppress(BlockingIOError):
            while True:
                came.append(listener.recv(2000))


def test_no_other_host_sees_a_request() -> None:
    with (
        serving({"*": page(b"{}", "200 OK", "Access-Control-Allow-Origin: *")}) as other,
        datagrams() as (udp, sent),
    ):
        away = f"http://{other.host}"
        body = f"""
        <link rel="dns-prefetch" href="{away}"><link rel="preconnect" href="{away}">
        <link rel="prefetch" href="{away}/prefetch"><link rel="modulepreload" href="{away}/module.js">
        <link rel="icon" href="{away}/favicon.ico"><link rel="stylesheet" href="{away}/style.css">
        <script src="{away}/tracker.js"></script><img src="{away}/pixel.gif">
        <iframe src="{away}/frame"></iframe><object data="{away}/object"></object><embed src="{away}/embed">
        <form id="f" method="post" action="{away}/form" target="_blank"><input name="a" value="1"></form>
        <a id="p" ping="{away}/ping" href="#x">x</a>
        <script>
        const quietly = async work => {{ try {{ await work(); }} catch (_) {{}} }};
        const blob = source => URL.createObjectURL(new Blob([source]));
        quietly(() => fetch("{away}/fetch"));
        quietly(() => fetch("{away}/kept", {{method: "POST", body: "x", mode: "no-cors", keepalive: true}}));
        quietly(() => fetch("/moved"));
        quietly(() => fetch("/moved", {{method: "POST", body: "x"}}));
        quietly(() => navigator.sendBeacon("{away}/beacon", "x"));
        quietly(() => new WebSocket("ws://{other.host}/socket"));
        quietly(() => new EventSource("{away}/events"));
        quietly(() => new Worker(blob("fetch('{away}/worker'); importScripts('{away}/import')")));
        quietly(() => new SharedWorker(blob("fetch('{away}/shared')")));
        quietly(() => navigator.serviceWorker.register("/sw.js"));
        quietly(() => window.open("{away}/popup"));
        quietly(() => document.getElementById("f").submit());
        quietly(() => document.getElementById("p").click());
        quietly(() => {{
          const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
          peer.createDataChannel("x");
          return peer.createOffer().then(offer => peer.setLocalDescription(offer));
        }});
        quietly(() => new WebTransport("https://127.0.0.1:{udp}/"));
        quietly(() => import("{away}/import.js"));
        document.body.insertAdjacentHTML("beforeend", '<p id="end">all tried</p>');
        </script>
        """
        site = {
            "/": html(body),
            "/moved": page(b"", "302 Found", f"Location: {away}/redirected"),
            "/sw.js": script(f"fetch('{away}/service'); self.addEventListener('fetch', () => 0);"),
        }
        with serving(site) as server:
            shown = one(server)
            time.sleep(0.5)
            assert paths(server).count("/sw.js") == 0
        assert '<p id="end">all tried</p>' in shown.text, shown
        assert other.paths == []
        assert other.asked == []
    assert sent == []


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder for chromium's profile: the path of its socket may have some hundred characters, no more."""
    with tempfile.TemporaryDirectory(prefix="nb-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def test_a_browser_that_dies_costs_its_page_alone(short: Path) -> None:
    with serving(
        {"/": html("<p>x</p><script>fetch('/api')</script>"), "/next": html("<p>next</p>")}
    ) as server:

        def kill(path: str, wire: object) -> None:
            for process in _chromium(short):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            json_("{}")(path, wire)  # type: ignore[arg-type]

        server.answers["/api"] = kill
        urls = [server.url("/"), server.url("/next")]
        shown = show(urls, server.host, environment={"TMPDIR": str(short)})
    assert shown[urls[0]].problem.startswith("the browser failed"), shown
    assert "<p>next</p>" in shown[urls[1]].text


# without a browser, and without a trace


def test_without_a_browser_both_languages_say_what_to_install(tmp_path: Path) -> None:
    with serving({"/": html('<div id="app"></div>')}) as server:
        shown = show([server.url("/")], server.host, environment={"PATH": str(tmp_path)})[server.url("/")]
    assert shown.problem == (
        "the page needs a browser: install nianbao[browser] and Debian's chromium (nianbao doctor tells)"
    )
    assert (
        shown.zh
        == "此页须用浏览器才能显示：请安装 nianbao[browser] 和 Debian 的 chromium（nianbao doctor 可查）"
    )


def test_a_browser_that_does_not_start_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with serving({"/": html('<div id="app"></div>')}) as server:
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        shown = show([server.url("/")], server.host, environment=environment)[server.url("/")]
    assert shown.problem.startswith("the browser does not start: ")
    assert shown.zh.startswith("浏览器无法启动：")


def _chromium(folder: Path) -> list[int]:
    """Processes whose arguments name a folder: the profile of a browser that was started in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (process / "cmdline").read_bytes()
            if str(folder).encode() in arguments and b"showing" not in arguments:
                found.append(int(process.name))
    return found


@pytest.mark.parametrize("how", ["killed", "whole group killed", "told to end", "ended by itself"])
def test_no_browser_outlives_its_crawl(how: str, short: Path) -> None:
    site = {
        "/": html("<p>x</p><script>fetch('/api').then(() => fetch('/wait'))</script>"),
        "/api": json_("{}"),
    }
    with serving(site) as server:

        def wait(path: str, wire: object) -> None:
            wire.stopping.wait(0.1 if how == "ended by itself" else 60)  # type: ignore[attr-defined]
            json_("{}")(path, wire)  # type: ignore[arg-type]

        server.answers["/wait"] = wait
        crawl = subprocess.Popen(
            command([server.url("/")], server.host, PAGE_SECONDS=5),
            cwd=_ROOT,
            env=os.environ | {"TMPDIR": str(short)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _until(lambda: "/wait" in server.paths)
            assert _chromium(short)
            if how == "killed":
                crawl.kill()
            elif how == "whole group killed":
                os.killpg(crawl.pid, signal.SIGKILL)
            elif how == "told to end":
                crawl.terminate()
            crawl.wait(60)
            _until(lambda: not _chromium(short))
        finally:
            for process in (crawl.pid, *_chromium(short)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            crawl.wait()


def _until(there: object) -> None:
    for _ in range(600):
        if there():  # type: ignore[operator]
            return
        time.sleep(0.1)
    pytest.fail("it did not come to that")
