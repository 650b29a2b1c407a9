"""`nianbao check`: JSON, SARIF and JUnit, exit codes, and inputs that are no report."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from crawler import fetch as fetching
from crawler.cli import main
from crawler.commands import check
from crawler.commands.check import Options, check_all
from crawler.demo.defects import plant
from crawler.demo.pages import html_page, text_file
from crawler.demo.writer import ReportSpec, compose
from crawler.export.exact_json import dumps
from crawler.export.junit import junit
from crawler.extract import extract
from crawler.extract.document import Document, Paragraph
from crawler.fetch import FetchError, fetch
from crawler.report.model import Kind
from crawler.validator import RULES
from crawler.validator.finding import fingerprint

FIELDS = (
    "source sha256 format title organ organ_from year year_from form published published_from period "
    "sections tables cells rules reasons findings"
)
FINDING_FIELDS = "rule severity verdict fault where cells expected found message quote basis fingerprint"


@pytest.fixture(scope="module")
def sound() -> ReportSpec:
    """A faultless report of an invented department."""
    return compose("棠港区水务局", Kind.DEPARTMENT, 2023, seed=7)


@pytest.fixture(scope="module")
def faulty(sound: ReportSpec) -> ReportSpec:
    """The same with a table three that does not balance."""
    return plant(sound, "unbalanced-applications")


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["check", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def scanned(sound: ReportSpec, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sound report as if its text had been recognised from pictures."""

    def recognising(*arguments: Any, **named: Any) -> Document:
        document = extract(*arguments, **named)
        blocks = tuple(
            replace(block, confidence=0.8) if isinstance(block, Paragraph) else block
            for block in document.blocks
        )
        return replace(document, blocks=blocks, page_title="", headings=(), meta=(), around=())

    monkeypatch.setattr("crawler.inspection.extract", recognising)
    Path("scan.html").write_bytes(html_page(sound))
    return "scan.html"


def test_a_name_in_a_picture_is_a_hint_and_no_body(scanned: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "--format", "json", scanned)
    (report,) = json.loads(out)["reports"]
    assert code == 0
    assert (report["organ"], report["organ_recognised"], report["recognised"]) == (None, "棠港区水务局", True)
    assert {finding["fault"] for finding in report["findings"]} == {"unknown"}
    _, text, _ = _run(capsys, scanned)
    assert "单位：未读出（图中似为“棠港区水务局”，可用 --organ 指明）" in text
    assert "文字由图片识别得出" in text
    _, text, _ = _run(capsys, "--organ", "棠港区水务局", scanned)
    assert "单位：棠港区水务局\n" in text


# ── JSON ────────────────────────────────────────────────────────────────────


def test_every_field_of_a_sound_report(sound: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    Path("报告.html").write_bytes(html_page(sound))
    code, out, err = _run(capsys, "报告.html", "--format", "json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert list(answer) == ["schema", "reports", "errors"]
    assert (answer["schema"], answer["errors"]) == (1, [])
    [report] = answer["reports"]
    assert list(report) == FIELDS.split()
    assert (report["source"], report["format"]) == ("报告.html", "html")
    assert (report["organ"], report["year"], report["form"]) == ("棠港区水务局", 2023, "2021")
    assert report["title"] == "棠港区水务局2023年政府信息公开工作年度报告"
    assert report["published"] == sound.published.isoformat()
    assert report["published_from"] in ("meta", "label")
    assert report["period"] == ["2023-01-01", "2023-12-31"]
    assert report["tables"] == {"disclosure": "complete", "applications": "complete", "disputes": "complete"}
    assert report["sections"]["disputes"] == {
        "heading": "四、政府信息公开行政复议、行政诉讼情况",
        "numbered": True,
        "empty": False,
    }
    assert {key: cell["value"] for key, cell in report["cells"].items()} == {
        key: pytest.approx(float(value)) for key, value in sound.cells.items()
    }
    assert list(report["rules"]) == ["fail", "pass", "uncertain", "not_applicable"]
    listed = [rule for rules in report["rules"].values() for rule in rules]
    assert sorted(listed) == sorted(RULES)
    order = list(RULES)
    for rules in report["rules"].values():
        assert rules == sorted(rules, key=order.index)


def test_a_finding_has_every_field_and_a_fingerprint_without_values(
    faulty: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("faulty.html").write_bytes(html_page(faulty))
    code, out, _ = _run(capsys, "faulty.html", "--format", "json")
    assert code == 1
    [report] = json.loads(out)["reports"]
    findings = report["findings"]
    assert all(list(finding) == FINDING_FIELDS.split() for finding in findings if "group" not in finding)
    [culprit] = [finding for finding in findings if finding["rule"] == "cell-likely-culprit"]
    assert culprit["where"] == "applications.results_total.natural_person"
    explained = [finding for finding in findings if "group" in finding]
    assert {(f["rule"], f["where"]) for f in explained} >= set(faulty.planted)
    assert {finding["group"] for finding in explained} == {culprit["fingerprint"]}
    assert all(list(finding) == [*FINDING_FIELDS.split(), "group"] for finding in explained)
    [rule, where] = faulty.planted[0]
    [balance] = [f for f in findings if f["rule"] == rule and f["where"].startswith(where)]
    assert (balance["severity"], balance["verdict"], balance["fault"]) == ("error", "fail", "publisher")
    assert balance["expected"] != balance["found"]
    assert balance["fingerprint"] == fingerprint("棠港区水务局", 2023, rule, balance["where"])
    order = list(RULES)
    assert [f["rule"] for f in findings] == sorted((f["rule"] for f in findings), key=order.index)


def test_messages_follow_the_language(faulty: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    Path("faulty.html").write_bytes(html_page(faulty))
    answers = []
    for lang in ("zh", "en"):
        main(["--lang", lang, "check", "faulty.html", "--format", "json"])
        answers.append(json.loads(capsys.readouterr().out)["reports"][0]["findings"])
    chinese, english = answers
    assert [f["fingerprint"] for f in chinese] == [f["fingerprint"] for f in english]
    assert all(zh["message"] != en["message"] for zh, en in zip(chinese, english, strict=True))


def test_flags_outrank_the_report(sound: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    Path("r.txt").write_bytes(text_file(sound))
    flags = ("--published", "2024-02-09", "--kind", "department", "--organ", "青杉市水务局", "--year", "2023")
    code, out, _ = _run(capsys, "r.txt", "--format", "json", *flags)
    [report] = json.loads(out)["reports"]
    assert (report["organ"], report["published"], report["published_from"]) == (
        "青杉市水务局",
        "2024-02-09",
        "flag",
    )
    [late] = [f for f in report["findings"] if f["rule"] == "filing-late"]
    assert (code, late["verdict"], late["severity"]) == (1, "fail", "error")
    assert late["fingerprint"] == fingerprint("青杉市水务局", 2023, "filing-late", late["where"])


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.1"), "-0.1"),
        (Decimal("12345678901234567890.123456789"), "12345678901234567890.123456789"),
        (7, "7"),
        ("12.5", '"12.5"'),
    ],
)
def test_decimals_are_numbers_with_every_digit(value: object, printed: str) -> None:
    text = dumps({"value": value})
    assert text == f'{{\n "value": {printed}\n}}'
    json.loads(text)


def test_a_decimal_that_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        dumps(Decimal("NaN"))


# ── inputs that are no report ───────────────────────────────────────────────


def _noise(path: Path, megabytes: int) -> None:
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1 << 20))


def test_bad_inputs_are_one_line_each_and_nothing_of_the_rest_is_lost(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("good.html").write_bytes(html_page(sound))
    Path("empty.html").write_bytes(b"")
    Path("folder").mkdir()
    _noise(Path("noise.bin"), 40)
    Path("bytes.txt").write_bytes(bytes(range(128, 256)) * 40)
    Path("page.html").write_text("<html><body><p>今日天气晴。</p></body></html>", encoding="utf-8")
    os.mkfifo("pipe")
    bad = ["missing.html", "empty.html", "folder", "noise.bin", "bytes.txt", "page.html", "pipe"]
    code, out, err = _run(capsys, *bad, "good.html", "--format", "json")
    answer = json.loads(out)
    assert code == 2
    assert [report["source"] for report in answer["reports"]] == ["good.html"]
    assert [error["source"] for error in answer["errors"]] == bad
    assert all(error["error"] and "\n" not in error["error"] for error in answer["errors"])
    lines = err.splitlines()
    assert [line.partition("：")[0] for line in lines] == bad
    assert lines[:4] == [
        "missing.html：没有这个文件",
        "empty.html：文件是空的",
        "folder：是目录，不是文件",
        "noise.bin：超过32 MB，不会是年度报告",
    ]
    assert lines[6] == "pipe：不是普通文件"
    assert "Traceback" not in err


def test_an_input_that_fails_wins_over_a_report_that_fails(
    faulty: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("faulty.html").write_bytes(html_page(faulty))
    assert _run(capsys, "faulty.html")[0] == 1
    code, out, _ = _run(capsys, "faulty.html", "missing.html")
    assert code == 2
    assert out.splitlines()[-1] == "共 2 份：1 份有错误，0 份未发现错误，1 份无法读取"


def test_a_defect_of_ours_costs_one_input(sound: ReportSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.html").write_bytes(html_page(sound))
    Path("b.html").write_bytes(html_page(sound, style="word"))
    real = check.inspect

    def breaking(content: bytes, given: Any) -> Any:
        if b"Mso" in content:
            raise ZeroDivisionError("two\nlines")
        return real(content, given)

    monkeypatch.setattr(check, "inspect", breaking)
    checked = check_all(["a.html", "b.html"], Options(lang="en"))
    assert [report["source"] for report in checked.reports] == ["a.html"]
    assert checked.errors == ({"source": "b.html", "error": "internal error ZeroDivisionError: two lines"},)


def test_a_previous_report_that_cannot_be_read_ends_the_call(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("good.html").write_bytes(html_page(sound))
    code, out, err = _run(capsys, "good.html", "--previous", "gone.html")
    assert (code, out) == (2, "")
    assert err == "nianbao: --previous gone.html: 没有这个文件\n"


def test_control_characters_do_not_reach_the_terminal(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "甲\u202e\u009b31m\x1b[2J乙.html"
    Path(name).write_bytes(html_page(sound))
    _, out, err = _run(capsys, name, f"no{name}")
    assert "甲 31m [2J乙.html" in out
    assert "no甲 31m [2J乙.html" in err
    assert not set(out + err) & {"\u202e", "\u009b", "\x1b"}


# ── archives ────────────────────────────────────────────────────────────────


def _zip(name: str, *members: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(name, "w") as archive:
        for member, content in members:
            archive.writestr(member, content)


def test_each_report_of_an_archive_is_one_of_its_own(
    sound: ReportSpec, faulty: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    _zip("内.zip", ("r.txt", text_file(sound)))
    _zip(
        "年报.zip",
        ("水务局/报告.html", html_page(faulty)),
        ("水务局/内.zip", Path("内.zip").read_bytes()),
        ("水务局/说明.txt", "现将年度报告电子版报上，请予公布。".encode()),
        ("__MACOSX/._x", b"x"),
    )
    code, out, err = _run(capsys, "年报.zip", "--format", "json")
    answer = json.loads(out)
    assert (code, answer["errors"]) == (1, [])
    assert [report["source"] for report in answer["reports"]] == [
        "年报.zip!/水务局/报告.html",
        "年报.zip!/水务局/内.zip!/r.txt",
    ]
    assert [report["organ"] for report in answer["reports"]] == ["棠港区水务局"] * 2
    assert err.startswith("年报.zip!/水务局/说明.txt：不是年度报告，略过（")
    assert err.count("\n") == 1


def test_a_file_of_an_archive_that_cannot_be_read_is_an_error(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    _zip(
        "a.zip", ("r.html", html_page(sound)), ("x.rar", b"Rar!\x1a\x07\x00"), ("cut.docx", b"PK\x03\x04cut")
    )
    code, out, _ = _run(capsys, "a.zip", "--format", "json")
    answer = json.loads(out)
    assert code == 2
    assert [report["source"] for report in answer["reports"]] == ["a.zip!/r.html"]
    assert [error["source"] for error in answer["errors"]] == ["a.zip!/x.rar", "a.zip!/cut.docx"]


def test_an_archive_without_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    _zip("letters.zip", ("a.txt", "今日天气晴。".encode()), ("b.txt", "明日有雨。".encode()))
    _zip("empty.zip", ("folder/", b""))
    Path("cut.zip").write_bytes(Path("letters.zip").read_bytes()[:-30])
    code, out, _ = _run(capsys, "letters.zip", "empty.zip", "cut.zip", "--format", "json")
    assert code == 2
    assert [error["source"] for error in json.loads(out)["errors"]] == [
        "letters.zip!/a.txt",
        "letters.zip!/b.txt",
        "empty.zip",
        "cut.zip",
    ]


def test_progress_names_every_file_that_is_begun(sound: ReportSpec) -> None:
    _zip("a.zip", ("r.html", html_page(sound)), ("s.html", html_page(sound)))
    begun: list[str] = []
    done: list[str] = []
    check_all(["a.zip", "none.html"], Options(), begun.append, done.append)
    assert begun == ["a.zip", "a.zip!/r.html", "a.zip!/s.html", "none.html"]
    assert done == ["a.zip", "none.html"]


# ── many files ──────────────────────────────────────────────────────────────


def test_many_files_keep_their_order_over_all_cores(sound: ReportSpec) -> None:
    names = [f"{number:02}.html" for number in range(14)]
    for number, name in enumerate(names):
        if number != 5:
            Path(name).write_bytes(html_page(sound, style="word" if number % 2 else "clean"))
    done: list[str] = []
    checked = check_all(names, Options(), on_done=done.append)
    assert [report["source"] for report in checked.reports] == [name for name in names if name != "05.html"]
    assert [error["source"] for error in checked.errors] == ["05.html"]
    assert sorted(done) == names
    alone = check_all([names[3]], Options()).reports[0]
    assert checked.reports[3] == alone


def test_a_file_that_kills_its_process_is_one_error(
    sound: ReportSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A stand-in for a crash in compiled code: an environment variable lets the worker end itself."""
    names = [f"{number:02}.html" for number in range(check.MANY + 3)]
    for name in names:
        Path(name).write_bytes(html_page(sound))
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('04.html'):\n"
        "        os._exit(139)\n"
        "sys.addaudithook(watch)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(hook))
    monkeypatch.setattr(check, "_context", lambda: __import__("multiprocessing").get_context("spawn"))
    checked = check_all(names, Options())
    assert checked.errors == ({"source": "04.html", "error": "读取它的进程异常终止"},)
    assert [report["source"] for report in checked.reports] == [name for name in names if name != "04.html"]


# ── SARIF and JUnit ─────────────────────────────────────────────────────────


def test_sarif(faulty: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    Path("年 报.html").write_bytes(html_page(faulty))
    code, out, _ = _run(capsys, "年 报.html", "missing.html", "--format", "sarif")
    log = json.loads(out)
    assert code == 2
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert run["invocations"][0]["executionSuccessful"] is False
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "没有这个文件"
    uri = "%E5%B9%B4%20%E6%8A%A5.html"
    assert run["artifacts"][0]["location"]["uri"] == uri
    results = run["results"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    [balance] = [result for result in results if result["ruleId"] == "applications-balance"]
    assert (balance["kind"], balance["level"]) == ("fail", "error")
    location = balance["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert location["logicalLocations"][0]["fullyQualifiedName"].startswith("applications.")
    expected = fingerprint(
        "棠港区水务局", 2023, "applications-balance", location["logicalLocations"][0]["fullyQualifiedName"]
    )
    assert balance["partialFingerprints"] == {"nianbao/v1": expected}
    [culprit] = [result for result in results if result["ruleId"] == "cell-likely-culprit"]
    [cause] = balance["relatedLocations"]
    assert balance["properties"]["group"] == culprit["partialFingerprints"]["nianbao/v1"]
    assert cause["message"] == culprit["message"]
    assert cause["logicalLocations"] == culprit["locations"][0]["logicalLocations"]
    assert "relatedLocations" not in culprit
    # the standard allows a level other than "none" only where the kind is "fail"
    assert all((result["kind"] == "fail") == (result["level"] != "none") for result in results)


def test_junit(faulty: ReportSpec, sound: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    Path("faulty.html").write_bytes(html_page(faulty))
    Path("sound.html").write_bytes(html_page(sound))
    code, out, _ = _run(capsys, "faulty.html", "sound.html", "missing.html", "--format", "junit")
    root = ElementTree.fromstring(out.encode())
    assert code == 2
    bad, good, unread = root
    assert (bad.get("name"), int(bad.get("tests", "0"))) == ("faulty.html", len(RULES))
    failed = [case.get("name") for case in bad if case.find("failure") is not None]
    assert "applications-balance" in failed
    assert int(bad.get("failures", "0")) == len(failed)
    assert good.get("failures") == "0"
    assert unread.get("errors") == "1"
    problem = unread.find("testcase/error")
    assert problem is not None
    assert problem.get("message") == "没有这个文件"
    assert int(root.get("tests", "0")) == 2 * len(RULES) + 1
    assert root.get("errors") == "1"


def test_junit_holds_no_character_that_xml_forbids() -> None:
    text = junit([], [{"source": "a\x00b<&>", "error": "\ud800 \x1b[31m"}])
    suite = ElementTree.fromstring(text.encode("utf-8"))[0]
    assert suite.get("name") == "a\ufffdb<&>"


# ── addresses ───────────────────────────────────────────────────────────────

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _body(content: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_a_page_is_checked_under_its_address(sound: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    page = html_page(sound, charset="gb18030")
    with serving(_body(page, Content_Type="text/html; charset=gb18030")) as url:
        code, out, err = _run(capsys, url, "--allow-private", "--format", "json")
    [report] = json.loads(out)["reports"]
    assert (code, err, report["source"], report["organ"]) == (0, "", url, "棠港区水务局")


def _site(pages: dict[str, bytes], asked: list[str]) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if handler.path in pages:
            _body(pages[handler.path])(handler)
        else:
            handler.send_error(404)

    return answer


_COVER = """<html><head><title>{title}</title></head><body><div class="content"><h1>{title}</h1>
<p>见附件。</p>{links}</div></body></html>"""


def test_a_page_that_only_names_its_attachment(sound: ReportSpec, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []
    links = """<p><a href="files/report.txt.doc">附件：年度报告.doc</a></p>
        <p><a href="http://other.example.gov.cn/b.doc">附件：年度报告（副本）.doc</a></p>"""
    pages = {
        "/": _COVER.format(title=sound.title, links=links).encode(),
        "/files/report.txt.doc": html_page(sound),
    }
    with serving(_site(pages, asked)) as url:
        _, out, _ = _run(capsys, url, "--allow-private", "--format", "json")
    [report] = json.loads(out)["reports"]
    assert asked == ["/", "/files/report.txt.doc"]
    assert (report["source"], report["organ"]) == (url, "棠港区水务局")
    assert report["tables"] == {"disclosure": "complete", "applications": "complete", "disputes": "complete"}
    assert {key: cell["value"] for key, cell in report["cells"].items()} == {
        key: pytest.approx(float(value)) for key, value in sound.cells.items()
    }


def test_an_attachment_that_cannot_be_had_makes_no_report_missing(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    page = _COVER.format(
        title=sound.title, links='<p><a href="gone.docx">附件：年度报告.docx</a></p>'
    ).encode()
    with serving(_site({"/": page}, [])) as url:
        _, out, _ = _run(capsys, url, "--allow-private", "--format", "json")
    answer = json.loads(out)
    accused = [
        finding["rule"]
        for report in answer["reports"]
        for finding in report["findings"]
        if finding["verdict"] == "fail"
        and finding["fault"] == "publisher"
        and not finding["rule"].startswith("meta-")  # the page has no labels
    ]
    assert accused == ["attachment-unopenable"] * len(accused)
    assert len(answer["reports"]) + len(answer["errors"]) == 1


def test_a_further_page_that_cannot_be_had_is_an_error(
    sound: ReportSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a report would seem to lack the other half."""
    half = html_page(sound).replace(
        b"</body>", '<div><a href="t2024_1.html">下一页</a></div></body>'.encode()
    )
    pages = {"/t2024.html": half}
    with serving(_site(pages, [])) as url:
        code, out, _ = _run(capsys, f"{url}t2024.html", "--allow-private", "--format", "json")
    assert code == 2
    [error] = json.loads(out)["errors"]
    assert error["error"] == "第2页：服务器答复 HTTP 404"


def test_a_private_address_needs_the_flag(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[None] = []
    with serving(lambda _: asked.append(None)) as url:
        code, _, err = _run(capsys, url)
    assert (code, asked) == (2, [])
    assert err == f"{url}：这是内网或本机地址；确要读取请加 --allow-private\n"


@pytest.mark.parametrize(
    "host", ["localhost", "0.0.0.0", "[::1]", "2130706433", "0x7f.1", "169.254.169.254", "10.0.0.1"]
)
def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    with pytest.raises(FetchError, match=r"private|fetched"):
        fetch(f"http://{host}:9/")


def test_a_redirect_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first address is taken for a public one; the one that it leads to is looked at again."""
    real = fetching._connect

    def connect(host: str, port: int, allow_private: bool, deadline: float) -> Any:
        return real("127.0.0.1", port, host == "public.example", deadline)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", f"http://127.0.0.1:{handler.server.server_address[1]}/secret")  # type: ignore[str-bytes-safe]
        handler.end_headers()

    monkeypatch.setattr(fetching, "_connect", connect)
    with serving(answer) as url, pytest.raises(FetchError, match="private"):
        fetch(url.replace("127.0.0.1", "public.example"))


def _status(code: int, location: str | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        if location is not None:
            handler.send_header("Location", location)
        handler.end_headers()

    return answer


def _cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"only this")


def _closed(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_status(500), "the server answered HTTP 500"),
        (_status(404), "the server answered HTTP 404"),
        (_status(302, "/"), "more than 5 redirects"),
        (_status(302, "file:///etc/passwd"), "only http and https addresses can be fetched"),
        (_status(302), "the server answered HTTP 302"),
        (_cut_short, "cut short"),
        (_closed, "cannot be fetched"),
        (_body(b"\x1f\x8bnot gzip", Content_Encoding="gzip"), "cannot be fetched"),
        (_body(b"x", Content_Encoding="br"), "cannot be fetched: Content-Encoding 'br'"),
        (_body(b""), "the page is empty"),
    ],
)
def test_a_page_that_cannot_be_had_is_one_line(
    answer: Answer, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answer) as url:
        code = main(["--lang", "en", "check", url, "--allow-private"])
    err = capsys.readouterr().err
    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_a_silent_server_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(fetching, "TIME_LIMIT", 0.3)
    with serving(lambda _: bool(ended.wait(30)) and None) as url:
        with pytest.raises(FetchError, match="did not answer in time"):
            fetch(url, allow_private=True)
        ended.set()


def test_a_bomb_is_stopped_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(fetching, "LIMIT", 1 << 20)
    bomb = gzip.compress(b"\0" * (64 << 20))
    with (
        serving(_body(bomb, Content_Encoding="gzip")) as url,
        pytest.raises(FetchError, match="larger than 1 MB"),
    ):
        fetch(url, allow_private=True)
    page = gzip.compress(b"x" * (1 << 20))
    with serving(_body(page, Content_Encoding="gzip")) as url:
        assert fetch(url, allow_private=True).content == b"x" * (1 << 20)
