"""Child processes of crawls: their words, their ends, and that none of them is left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import crawls, ended_early
from crawler.config import Settings
from crawler.crawls import Crawl, Progress, Visit, run
from crawler.report.model import Bilingual
from crawler.resolving import RESOLVE_SECONDS
from crawler.throttle import LAST_WORDS
from tests.crawler.waiting import wait_until

Play = Callable[[str], None]


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # a killed grandchild may wait as a zombie for whoever reaps it
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_progress_and_end_are_heard(settings: Settings, playing_scrapy: Play) -> None:
    playing_scrapy("""
        say(event="progress", portal="demo-a", stage="list", lists=2, articles=5, reports=4, findings=1)
        say(event="end", verdict="partial", counts={"reports": 4, "new": 1, "odd": "7"},
            visits=[{"portal": "demo-a", "clean": True, "reason": {"zh": "", "en": ""}, "reports": 4},
                    {"portal": "demo-b", "clean": False, "reports": 0,
                     "reason": {"zh": "网站首页：连接超时", "en": "home page: timed out"}},
                    {"portal": "demo-c", "clean": False, "reason": ["odd"]}])
    """)
    heard: list[Progress] = []
    ending = run(Crawl("demo"), settings, on_progress=heard.append)
    assert heard == [Progress("progress", "demo-a", "list", 2, 5, 4, 1)]
    assert (ending.exit_code, ending.verdict, ending.well) == (0, "partial", True)
    assert ending.visits == (
        Visit("demo-a", True, Bilingual("", ""), 4),
        Visit("demo-b", False, Bilingual("网站首页：连接超时", "home page: timed out"), 0),
        Visit("demo-c", False, Bilingual("", ""), 0),
    )
    assert ending.counts == {"reports": 4, "new": 1}


def test_the_child_gets_its_command_and_settings(settings: Settings, playing_scrapy: Play) -> None:
    playing_scrapy("""
        print(sys.argv[1:])
        print(os.environ["SCRAPY_SETTINGS_MODULE"], os.environ["NIANBAO_DATABASE_URL"])
        print(os.environ["NIANBAO_RUN_KIND"], "NIANBAO_SMTP_URL" in os.environ, os.getpgid(0) == os.getpid())
    """)
    os.environ["NIANBAO_SMTP_URL"] = "smtp://u:s3cret@127.0.0.1:25"
    try:
        ending = run(Crawl("demo", year=2023, portal="demo-a", kind="nightly"), settings)
    finally:
        del os.environ["NIANBAO_SMTP_URL"]
    lines = ending.log.read_text().splitlines()
    arguments = ["crawl", "demo", "-a", "year=2023", "-a", "portal=demo-a", "-s", "CLOSESPIDER_TIMEOUT=60"]
    assert lines[0] == str(arguments)
    assert lines[1] == f"crawler.settings {settings.database_url.get_secret_value()}"
    assert lines[2] == "nightly False True"


def test_an_address_goes_to_the_spider_for_any_portal() -> None:
    command = Crawl("http://127.0.0.1:8000/", allow_private=True).command(30)
    assert command[3:5] == ["crawl", "portal"]
    assert "home=http://127.0.0.1:8000/" in command
    assert "allow_private=1" in command


@pytest.mark.parametrize(
    ("lines", "code", "verdict"),
    [
        ("sys.exit(3)", 3, None),
        ("say(event='end', verdict='clean', visits=[], counts={}); sys.exit(1)", 1, "clean"),
        ("say(event='end', verdict='failed', visits=[], counts={})", 0, "failed"),
        ("pass", 0, None),
    ],
)
def test_a_crawl_is_well_only_if_the_child_says_so_and_ends_with_zero(
    settings: Settings, playing_scrapy: Play, lines: str, code: int, verdict: str | None
) -> None:
    playing_scrapy(lines)
    ending = run(Crawl("demo"), settings)
    assert (ending.exit_code, ending.verdict, ending.well) == (code, verdict, False)


def test_rubbish_in_the_progress_file_is_passed_over(settings: Settings, playing_scrapy: Play) -> None:
    playing_scrapy("""
        with open(os.environ["NIANBAO_PROGRESS"], "ab") as file:
            file.write(b"not json\\n[1, 2]\\n" + b"x" * 200_000 + b"\\n")
            file.write(b'{"event": "progress", "portal": "demo-a", "lists": "many", "reports": 3}\\n')
            file.write(b'{"event": "end", "verdict": "clean", "visits": 7, "counts": null}\\n{"event": "en')
    """)
    heard: list[Progress] = []
    ending = run(Crawl("demo"), settings, on_progress=heard.append)
    assert heard == [Progress("progress", "demo-a", reports=3)]
    assert (ending.verdict, ending.visits, ending.counts) == ("clean", (), {})


def test_a_child_that_takes_too_long_is_ended(
    settings: Settings, playing_scrapy: Play, tmp_path: Path
) -> None:
    playing_scrapy(f"""
        open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
        time.sleep(300)
    """)
    ending = run(Crawl("demo"), settings.model_copy(update={"crawl_timeout": 2}))
    assert ending.timed_out
    assert not ending.well
    assert _gone(int((tmp_path / "pid").read_text()))


def test_a_child_that_will_not_end_is_killed_with_all_it_started(
    settings: Settings, playing_scrapy: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawls, "GRACE", 0.5)
    playing_scrapy(f"""
        import subprocess
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        other = subprocess.Popen([sys.executable, "-c",
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"])
        open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{other.pid}}")
        time.sleep(300)
    """)
    ending = run(Crawl("demo"), settings.model_copy(update={"crawl_timeout": 3}))
    assert ending.timed_out
    assert ending.exit_code == -9
    child, grandchild = (int(pid) for pid in (tmp_path / "pids").read_text().split())
    wait_until(lambda: _gone(child) and _gone(grandchild))


def test_a_portal_that_hangs_does_not_cost_the_child_its_last_words() -> None:
    assert 2 * max(LAST_WORDS, RESOLVE_SECONDS) < crawls.GRACE


def test_told_to_stop_the_child_may_say_its_last_words(
    settings: Settings, playing_scrapy: Play, tmp_path: Path
) -> None:
    playing_scrapy(f"""
        def end(*_):
            say(event="end", verdict="partial", visits=[], counts={{"reports": 2}})
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        open({str(tmp_path / "ready")!r}, "w").close()
        time.sleep(300)
    """)
    stop = threading.Event()

    def tell() -> None:
        wait_until((tmp_path / "ready").exists)
        stop.set()

    teller = threading.Thread(target=tell)
    teller.start()
    ending = run(Crawl("demo"), settings, stop=stop)
    teller.join()
    assert (ending.stopped, ending.timed_out, ending.verdict) == (True, False, "partial")
    assert ending.counts == {"reports": 2}


@pytest.mark.parametrize(
    ("limits", "why"),
    [({"crawl_timeout": 4}, "took too long and was ended"), ({}, "was told to stop"), (None, "None")],
    ids=["too-long", "stopped", "by-nobody"],
)
def test_a_child_that_is_ended_can_tell_why(
    settings: Settings, playing_scrapy: Play, tmp_path: Path, limits: dict[str, int] | None, why: str
) -> None:
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        from crawler import ended_early
        def end(*_):
            told = ended_early.told()
            say(event="end", verdict="partial", visits=[], problem=str(told and told.en))
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        open({str(ready)!r}, "w").close()
        {"end()" if limits is None else "time.sleep(300)"}
    """)
    stop = threading.Event()
    teller = threading.Thread(target=lambda: (wait_until(ready.exists), stop.set()))
    if limits == {}:
        teller.start()
    ending = run(Crawl("demo"), settings.model_copy(update=limits or {}), stop=stop)
    assert ending.problem == why
    if limits == {}:
        teller.join()


@pytest.mark.parametrize("word", [b"", b"[", b"7", b"[1]", b"x" * 10_000, b"\xff"])
def test_a_word_that_cannot_be_read_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: bytes
) -> None:
    progress = tmp_path / "progress.jsonl"
    monkeypatch.setenv(ended_early.PROGRESS, str(progress))
    assert ended_early.told() is None
    ended_early.beside(progress).write_bytes(word)
    assert ended_early.told() is None
    ended_early.tell(progress, Bilingual("超时", "too late"))
    assert ended_early.told() == Bilingual("超时", "too late")


def test_logs_of_two_runs_do_not_overwrite_each_other_and_stay_in_their_folder(
    settings: Settings, playing_scrapy: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing_scrapy("print('here')")
    first = run(Crawl("http://host.example/../../etc/passwd"), settings).log
    monkeypatch.setenv("NIANBAO_NOW", "2024-04-08T02:00:00")
    second = run(Crawl("demo"), settings).log
    third = run(Crawl("demo"), settings).log
    assert len({first, second, third}) == 3
    assert {log.parent for log in (first, second, third)} == {settings.log_folder}
    assert second.read_text() == "here\n"


def test_a_crawl_that_takes_too_much_memory_is_ended_with_all_that_it_started(
    settings: Settings, playing_scrapy: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child of its own takes counts as well, as a browser's would."""
    monkeypatch.setattr(crawls, "_WEIGH", 0.2)
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        import subprocess
        hog = subprocess.Popen(
            [sys.executable, "-c", "held = bytearray(400 << 20); import time; time.sleep(300)"],
            start_new_session=True,
        )
        def told(number, frame):
            hog.kill()
            hog.wait()
            open({str(tmp_path / "told")!r}, "w")
            sys.exit(0)
        signal.signal(signal.SIGTERM, told)
        open({str(ready)!r}, "w").write(str(hog.pid))
        time.sleep(300)
    """)
    ending = run(Crawl("demo"), settings.model_copy(update={"crawl_memory": 300}))
    assert (tmp_path / "told").exists()  # asked, not killed
    assert _gone(int(ready.read_text()))
    assert ending.too_large > 300
    assert not ending.well
    took = ending.too_large
    assert crawls.failure(ending) == (
        f"占用内存 {took} MB，超过上限（crawl_memory），已终止",
        f"took {took} MB of memory, more than it may (crawl_memory), and was ended",
    )


def test_one_that_grows_on_while_it_ends_is_killed_with_all_that_it_started(
    settings: Settings, playing_scrapy: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawls, "_WEIGH", 0.2)
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        import subprocess
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        hog = subprocess.Popen(
            [sys.executable, "-c", "held = bytearray(600 << 20); import time; time.sleep(300)"],
            start_new_session=True,
        )
        open({str(ready)!r}, "w").write(str(hog.pid))
        time.sleep(300)
    """)
    ending = run(Crawl("demo"), settings.model_copy(update={"crawl_memory": 300}))
    assert (ending.exit_code, ending.too_large > 300) == (-9, True)
    wait_until(lambda: _gone(int(ready.read_text())))
