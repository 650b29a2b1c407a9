"""docs/first-portal.md suffices: a family made of nothing but its words is found, tested and used."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crawler.demo.server import SamplePortals
from crawler.demo.web import Response

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "first-portal.md").read_text("utf-8")
FILES: dict[str, str] = dict(
    re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
)
COMMANDS = re.findall(r"^\$ (.+)$", GUIDE, re.MULTILINE)
FAMILY = "jeecms"
EXAMPLE = "https://www.example.gov.cn/"
HOME = '<a href="/zfxxgknb/index.jhtml">政府信息公开年报</a>'


class Portal:
    """The sample pages of the guide, and a home page that leads to them."""

    articles: Mapping[str, object] = {}
    reports: Mapping[str, object] = {}

    def __init__(self) -> None:
        self._pages = {
            "/": HOME,
            "/zfxxgknb/index.jhtml": _sample("list.html"),
            "/zfxxgknb/index_1.jhtml": _sample("list.html"),
            "/zfxxgknb/index_2.jhtml": _sample("list-2.html"),
        }

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        del query, headers
        body = self._pages.get(path)
        told = (("Content-Type", "text/html; charset=utf-8"),)
        return Response(404 if body is None else 200, told, (body or "").encode())


def _sample(name: str) -> str:
    return FILES[f"tests/spiders/families/pages/{FAMILY}/{name}"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spiders and their tests, and beside them what the guide says to write; nothing else is touched."""
    folder = tmp_path_factory.mktemp("house")
    left_out = shutil.ignore_patterns("__pycache__")
    for part in ("spiders", "tests/spiders"):
        shutil.copytree(ROOT / part, folder / part, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in FILES.items():
        file = folder / name
        assert not file.exists(), f"the guide writes over {name}"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with SamplePortals(ports={"jeecms": 0}, sites={"jeecms": Portal()}) as portals:  # type: ignore[dict-item]
        yield portals.homes["jeecms"]


def run(command: str, house: Path, home: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    if EXAMPLE in arguments:
        arguments = [home if one == EXAMPLE else one for one in arguments] + ["--allow-private"]
    module = {"nianbao": ["-m", "crawler"], "python": []}.get(Path(program).name, ["-m", Path(program).name])
    return subprocess.run(
        [sys.executable, *module, *arguments],
        cwd=house,
        env=os.environ
        | {
            "PYTHONPATH": f"{house}{os.pathsep}{ROOT}",
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_DATABASE_URL": f"sqlite:///{house / 'nianbao.db'}",
            "NIANBAO_ARCHIVE_URL": str(house / "archive"),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_guide_writes_one_module_and_one_folder() -> None:
    assert [name for name in FILES if not name.startswith(f"tests/spiders/families/pages/{FAMILY}/")] == [
        f"spiders/families/{FAMILY}.py"
    ]
    assert len(FILES) >= 4
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str, house: Path, home: str) -> None:
    done = run(command, house, home)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    if "pytest" in command:
        assert re.search(r"\b\d{2} passed", done.stdout)


def test_the_family_is_used_from_the_home_page_on(house: Path, home: str) -> None:
    done = run(f"nianbao portals probe {EXAMPLE} --format json", house, home)
    told = json.loads(done.stdout)
    (column,) = told["lists"]
    assert (column["url"], column["family"]) == (f"{home}zfxxgknb/index.jhtml", FAMILY)
    assert [report["day"] for report in told["reports"]] == ["2024-01-19", "2024-01-18"]
    assert (told["clean"], done.returncode) == (True, 0)
