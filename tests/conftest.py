"""What every test shares: databases, no skips where they are forbidden, no settings of the machine."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from tests.archives import archive, place, s3, s3_server
from tests.databases import empty_url, postgres, postgres_template, sqlite_template, sqlite_url, url

__all__ = [
    "archive",
    "empty_url",
    "place",
    "postgres",
    "postgres_template",
    "s3",
    "s3_server",
    "sqlite_template",
    "sqlite_url",
    "url",
]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own NIANBAO_* variables must not reach the tests."""
    for name in os.environ:
        if name.startswith("NIANBAO_") and name != "NIANBAO_NO_SKIPS":
            monkeypatch.delenv(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With NIANBAO_NO_SKIPS=1 a skipped test is a failed one, with the reason that it gave for skipping."""
    report = yield
    if os.environ.get("NIANBAO_NO_SKIPS") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not be skipped here: {reason}"
    return report
