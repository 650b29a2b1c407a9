"""SARIF 2.1.0: findings for code-review viewers and baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from crawler import __version__
from crawler.export.entry import ErrorEntry, FindingEntry, ReportEntry
from crawler.rulebook.names import page_of
from crawler.validator import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"critical": "error", "error": "error", "warning": "warning", "info": "note"}


def sarif(
    reports: Sequence[ReportEntry], errors: Sequence[ErrorEntry], titles: Mapping[str, str]
) -> dict[str, Any]:
    """One run with every finding as a result; `titles` name the rules by their ids.

    A finding that is only `uncertain` is a result of kind `review`: a person has to look. Inputs that
    could not be read are notifications, and the run then counts as not successful.
    """
    ids = list(titles)
    ids += sorted({finding["rule"] for report in reports for finding in report["findings"]} - titles.keys())
    index = {rule: position for position, rule in enumerate(ids)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "nianbao",
                        "semanticVersion": __version__,
                        "rules": [_descriptor(rule, titles.get(rule, rule)) for rule in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not errors,
                        "toolExecutionNotifications": [
                            {
                                "level": "error",
                                "message": {"text": error["error"]},
                                "locations": [_location(error["source"])],
                            }
                            for error in errors
                        ],
                    }
                ],
                # the standard wants each once; the same input may be given twice
                "artifacts": [
                    {"location": {"uri": uri}, "hashes": {"sha-256": sha256}}
                    for uri, sha256 in dict.fromkeys((_uri(r["source"]), r["sha256"]) for r in reports)
                ],
                "results": [
                    _result(report, finding, index) for report in reports for finding in report["findings"]
                ],
            }
        ],
    }


def _descriptor(rule: str, title: str) -> dict[str, Any]:
    """A rule by its title, and where in the project its card stands."""
    described: dict[str, Any] = {"id": rule, "shortDescription": {"text": title}}
    if rule in RULES:
        described["help"] = {"text": f"nianbao rules {rule} / {page_of(RULES[rule])}"}
    return described


def _result(report: ReportEntry, finding: FindingEntry, index: Mapping[str, int]) -> dict[str, Any]:
    failed = finding["verdict"] == "fail"
    location = _location(report["source"])
    location["logicalLocations"] = [{"fullyQualifiedName": finding["where"]}]
    result: dict[str, Any] = {
        "ruleId": finding["rule"],
        "ruleIndex": index[finding["rule"]],
        "kind": "fail" if failed else "review",
        # the standard wants "none" wherever the kind is not "fail"
        "level": _LEVELS[finding["severity"]] if failed else "none",
        "message": {"text": finding["message"]},
        "locations": [location],
        "partialFingerprints": {"nianbao/v1": finding["fingerprint"]},
        "properties": {
            "organ": report["organ"],
            "year": report["year"],
            "severity": finding["severity"],
            "fault": finding["fault"],
            "cells": finding["cells"],
            "expected": finding["expected"],
            "found": finding["found"],
            "basis": finding["basis"],
        },
    }
    if finding["quote"]:
        result["properties"]["quote"] = finding["quote"]
    if "group" in finding:
        result["properties"]["group"] = finding["group"]
        causes = [cause for cause in report["findings"] if cause["fingerprint"] == finding["group"]]
        result["relatedLocations"] = [_cause(report["source"], cause) for cause in causes]
    return result


def _cause(source: str, cause: FindingEntry) -> dict[str, Any]:
    """The cell that probably explains a result."""
    return {
        **_location(source),
        "logicalLocations": [{"fullyQualifiedName": cause["where"]}],
        "message": {"text": cause["message"]},
    }


def _location(source: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(source)}}}


def _uri(source: str) -> str:
    """A URI reference for a path or URL as given."""
    if urlsplit(source).scheme in ("http", "https"):
        return quote(source, safe="/:?#[]@!$&'()*+,;=%~-._", errors="replace")
    path = Path(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogateescape")
