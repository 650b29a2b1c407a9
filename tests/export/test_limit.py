"""`--limit`: the first rows alone, and that there are more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.export.conftest import Installation, finding

Call = Callable[..., tuple[int, str, str]]
MORE = "there are more (--limit)"


@pytest.fixture
def three(installation: Installation) -> None:
    installation.record(
        finding(1, severity="warning"), finding(2, severity="critical"), finding(3, severity="error")
    )


@pytest.mark.usefixtures("three")
def test_the_worst_are_listed_and_that_there_are_more(run: Call) -> None:
    code, out, err = run("--lang", "en", "findings", "--limit", "3", "--format", "json")
    assert code == 0
    # a report is missing, too
    assert [row["severity"] for row in json.loads(out)] == ["critical", "critical", "error"]
    assert f"the first 3 alone are listed, {MORE}" in err


@pytest.mark.usefixtures("three")
def test_all_of_them_are_all(run: Call) -> None:
    whole = json.loads(run("--lang", "en", "findings", "--format", "json")[1])
    code, out, err = run("--lang", "en", "findings", "--limit", str(len(whole)), "--format", "json")
    assert (code, json.loads(out)) == (0, whole)
    assert MORE not in err


def test_duties_and_reports(run: Call, installation: Installation) -> None:
    for name in ("obligations", "reports"):
        whole = json.loads(run("--lang", "en", name, "--format", "json")[1])
        code, out, err = run("--lang", "en", name, "--limit", "1", "--format", "json")
        assert (code, json.loads(out)) == (0, whole[:1])
        assert (MORE in err) == (len(whole) > 1)


def test_no_file_of_the_first_rows_alone(run: Call, installation: Installation, tmp_path: Path) -> None:
    code, _, err = run(
        "--lang", "en", "findings", "--limit", "1", "--format", "csv", "--output", tmp_path / "f.csv"
    )
    assert code == 2
    assert "--limit goes with text and json" in err
    assert not (tmp_path / "f.csv").exists()
