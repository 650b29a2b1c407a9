"""The sample portals over real connections on free ports: marks, faults, stopping, foreign programs."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from crawler.demo.province import LINXI, QINGSHAN
from crawler.demo.server import MARK, Fault, FaultKind, SamplePortals, SamplePortalsError, is_up
from crawler.portals import host_of

FREE = {QINGSHAN: 0, LINXI: 0}
COLUMN = "/zwgk/zfxxgknb/bmnb/"


def ask(
    portals: SamplePortals, portal: str, path: str, *, method: str = "GET", body: str = "", wait: float = 5
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", portals.ports[portal], timeout=wait)
    try:
        connection.request(method, path, body=body or None)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def portals() -> Iterator[SamplePortals]:
    with SamplePortals(ports=FREE) as running:
        yield running


def test_both_portals_answer_and_name_themselves(portals: SamplePortals) -> None:
    for portal in (QINGSHAN, LINXI):
        status, headers, body = ask(portals, portal, "/")
        assert (status, headers[MARK.lower()]) == (200, portal)
        assert int(headers["content-length"]) == len(body) > 500
        assert host_of(portals.homes[portal]) == f"127.0.0.1:{portals.ports[portal]}"
        assert portals.homes[portal] in portals.province_yaml


def test_head_sends_no_body_and_post_is_read_like_a_query(portals: SamplePortals) -> None:
    assert ask(portals, QINGSHAN, "/", method="HEAD")[2] == b""
    form = "columnid=101&unitid=3301&page=3"
    path = "/module/web/jpage/dataproxy.jsp"
    posted = ask(portals, LINXI, path, method="POST", body=form)
    assert posted[2] == ask(portals, LINXI, f"{path}?{form}")[2]
    assert posted[2].count(b"<record>") == 4


def test_a_version_that_is_known_costs_no_body(portals: SamplePortals) -> None:
    page = ask(portals, QINGSHAN, COLUMN)[2].decode()
    path = COLUMN + page.split('<li><a href="./')[1].split('"')[0]
    tag = ask(portals, QINGSHAN, path)[1]["etag"]
    connection = http.client.HTTPConnection("127.0.0.1", portals.ports[QINGSHAN], timeout=5)
    connection.request("GET", path, headers={"If-None-Match": tag})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (304, b"")
    connection.close()


def test_they_are_recognised_while_they_run_and_not_afterwards() -> None:
    with SamplePortals(ports=FREE) as running:
        ports = running.ports
        assert is_up(ports)
        assert not is_up({**ports, LINXI: free_port()})
    assert not is_up(ports)
    assert running.ports == {}


def test_start_again_on_the_same_ports() -> None:
    portals = SamplePortals(ports={QINGSHAN: free_port(), LINXI: free_port()})
    for _ in range(2):
        with portals:
            assert ask(portals, LINXI, "/")[0] == 200


def test_stopping_twice_or_before_starting_does_nothing() -> None:
    portals = SamplePortals(ports=FREE)
    portals.stop()
    portals.start()
    portals.stop()
    portals.stop()


def test_another_program_on_the_port_is_told_apart() -> None:
    other = HTTPServer(("127.0.0.1", 0), _Foreign)
    port = other.server_address[1]
    thread = threading.Thread(target=other.serve_forever, args=(0.05,))
    thread.start()
    ports = {QINGSHAN: free_port(), LINXI: port}
    try:
        with pytest.raises(SamplePortalsError, match=f"port {port} .*another program") as told:
            is_up(ports)
        assert told.value.pick("zh") == f"127.0.0.1 的端口 {port} 被其他程序占用"
        with pytest.raises(SamplePortalsError, match=f"port {port} "):
            SamplePortals(ports=ports).start()
        with socket.create_server(("127.0.0.1", ports[QINGSHAN])):
            pass  # nothing was left listening on the other port
    finally:
        other.shutdown()
        thread.join()
        other.server_close()


def test_a_program_that_says_nothing_is_a_foreign_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.demo.server._LOOK", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(SamplePortalsError, match=str(port)):
            is_up({QINGSHAN: port, LINXI: free_port()})


def test_a_second_server_says_that_the_portals_are_served(portals: SamplePortals) -> None:
    with pytest.raises(SamplePortalsError, match="already served"):
        SamplePortals(ports=portals.ports).start()


@pytest.mark.parametrize(
    ("kind", "status", "mark"),
    [
        (FaultKind.ERROR_500, 500, "服务器内部错误".encode()),
        (FaultKind.NOT_FOUND, 404, "页面不存在".encode()),
        (FaultKind.CHALLENGE, 412, b"$_ts=window['$_ts']"),
    ],
)
def test_faults_that_answer(kind: FaultKind, status: int, mark: bytes) -> None:
    with SamplePortals(ports=FREE, faults=[Fault(kind, COLUMN)]) as running:
        answered, _, body = ask(running, QINGSHAN, f"{COLUMN}index_1.html")
        assert answered == status
        assert mark in body
        assert ask(running, QINGSHAN, "/")[0] == 200
        assert ask(running, LINXI, "/")[0] == 200


def test_a_fault_of_one_portal_leaves_the_other_and_robots_alone() -> None:
    fault = Fault(FaultKind.ERROR_500, portal=QINGSHAN)
    with SamplePortals(ports=FREE, faults=[fault]) as running:
        assert ask(running, QINGSHAN, "/")[0] == 500
        assert ask(running, QINGSHAN, "/robots.txt")[0] == 200
        assert ask(running, LINXI, "/")[0] == 200
    with SamplePortals(ports=FREE, faults=[Fault(FaultKind.ERROR_500, "/robots.txt")]) as running:
        assert ask(running, QINGSHAN, "/robots.txt")[0] == 500
        assert ask(running, QINGSHAN, "/")[0] == 200


def test_the_first_fault_that_applies_decides() -> None:
    faults = [Fault(FaultKind.NOT_FOUND, COLUMN), Fault(FaultKind.ERROR_500)]
    with SamplePortals(ports=FREE, faults=faults) as running:
        assert ask(running, QINGSHAN, COLUMN)[0] == 404
        assert ask(running, QINGSHAN, "/")[0] == 500


def test_redirect_to_itself() -> None:
    with SamplePortals(ports=FREE, faults=[Fault(FaultKind.REDIRECT_TO_ITSELF, "/zwgk/")]) as running:
        status, headers, _ = ask(running, QINGSHAN, "/zwgk/zfxxgk/?a=1")
        assert (status, headers["location"]) == (302, "/zwgk/zfxxgk/?a=1")


def test_closing_in_the_middle_of_the_body() -> None:
    with (
        SamplePortals(ports=FREE, faults=[Fault(FaultKind.CUT, "/")]) as running,
        pytest.raises(http.client.IncompleteRead) as cut,
    ):
        ask(running, LINXI, "/col/col101/index.html")
    assert cut.value.expected == 4000
    assert len(cut.value.partial) > 0


def test_hanging_ends_without_an_answer() -> None:
    with (
        SamplePortals(ports=FREE, faults=[Fault(FaultKind.HANG)], hang=0.05) as running,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        ask(running, QINGSHAN, "/")


def test_stopping_does_not_wait_for_a_hanging_request() -> None:
    with SamplePortals(ports=FREE, faults=[Fault(FaultKind.HANG)], hang=60) as running:
        connection = socket.create_connection(("127.0.0.1", running.ports[QINGSHAN]), timeout=60)
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while not any("process_request_thread" in thread.name for thread in threading.enumerate()):
            threading.Event().wait(0.01)
    assert connection.recv(1) == b""
    connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class _Foreign(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
