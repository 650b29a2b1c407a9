"""What stands in deploy/ names commands, options, settings and files that there are."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer

from crawler import crawls, holding
from crawler.cli import app
from crawler.config import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
TEXTS = sorted(path for path in DEPLOY.iterdir() if path.is_file())
CONTAINER = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text("utf-8"))


def _unit(path: Path) -> dict[str, list[str]]:
    """The lines of [Service], by name; a name may stand several times."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").partition("[Service]")[2].splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def _calls() -> list[tuple[str, list[str]]]:
    """Every call of the program in deploy/, with where it stands."""
    found = [(path.name, shlex.split(_unit(path)["ExecStart"][0])) for path in UNITS]
    for line in CONTAINER.splitlines():
        call = re.search(r"\bCMD (\[.*\])$", line)
        if call:
            found.append(("Containerfile", json.loads(call[1])))
    for text in ("crontab.example", "README.md"):
        for line in (DEPLOY / text).read_text("utf-8").splitlines():
            call = re.search(
                r"(?:^\S+ \S+ \* \* \* cd \S+ && |nianbao )((?:\S*/)?nianbao (?:nightly|serve)\b[^`]*)$", line
            )
            if call:
                found.append((text, shlex.split(call[1])))
    return found


def test_units_container_and_crontab_call_the_program() -> None:
    assert [where for where, _ in _calls()] == [
        "nianbao-nightly.service",
        "nianbao-serve.service",
        "Containerfile",
        "Containerfile",
        "crontab.example",
        "README.md",
    ]


@pytest.mark.parametrize("call", [call for _, call in _calls()], ids=lambda call: " ".join(call[1:]))
def test_commands_and_options_exist(call: list[str]) -> None:
    program, command, *arguments = call
    assert Path(program).name == "nianbao"
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    commands[command].make_context(command, list(arguments))  # a wrong option raises


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_variable_is_a_setting(path: Path) -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+", path.read_text("utf-8"))) <= settings


def test_the_example_of_secrets_is_a_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (DEPLOY / "secrets.env.example").read_text("utf-8").splitlines()
    for line in lines:
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            monkeypatch.setenv(name, value)
    assert Settings().nightly_provinces == ("fujian",)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_read_by_an_ini_reader_and_hardened(path: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(path)
    assert parser.sections() == ["Unit", "Service", "Install"]
    service = _unit(path)
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["User"] == ["nianbao"]
    folder = f"/var/lib/{service['StateDirectory'][0]}"
    kept = [value.partition("=")[2] for value in service["Environment"] if "NIANBAO" in value]
    assert all(folder in value for value in kept)


def test_the_unit_gives_a_crawl_the_time_that_it_may_take_to_end() -> None:
    service = _unit(DEPLOY / "nianbao-nightly.service")
    assert service["KillMode"] == ["mixed"]
    assert int(service["TimeoutStopSec"][0]) > crawls.GRACE + 10
    assert int(service["RestartSec"][0]) > holding.LASTS.total_seconds()


def test_the_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
    for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert f"COPY {package} {package}" in CONTAINER
    extras = set(re.findall(r"--extra (\w+)", CONTAINER))
    assert extras <= set(project["project"]["optional-dependencies"])
    last = CONTAINER[CONTAINER.rindex("FROM ") :]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    instructions = {line.split()[0] for line in CONTAINER.splitlines() if line and not line.startswith("#")}
    assert instructions <= {
        "FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE",
        "STOPSIGNAL", "HEALTHCHECK", "CMD",
    }  # fmt: skip


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """Where systemd is installed; the program's path is replaced by one that is there."""
    try:
        subprocess.run(["systemd-analyze", "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return  # nothing to ask; the other tests have read them
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/nianbao/bin/nianbao", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "nianbao" in line]
    assert (done.returncode, said) == (0, [])
