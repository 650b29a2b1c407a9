"""JUnit XML: one test suite for each report, one test case for each rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from crawler.export.entry import FAILING_SEVERITIES, ErrorEntry, FindingEntry, ReportEntry

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(reports: Sequence[ReportEntry], errors: Sequence[ErrorEntry]) -> str:
    """The document as text.

    A rule fails its case where `nianbao check` would end with 1: verdict `fail`, severity `error` or above.
    Weaker findings pass and are told in `system-out`; what could not be judged is skipped, with the reason.
    An input that could not be read is a suite with one case in error.
    """
    root = Element("testsuites", name="nianbao")
    for report in reports:
        _suite(root, report)
    for error in errors:
        suite = SubElement(
            root, "testsuite", name=_text(error["source"]), tests="1", errors="1", failures="0"
        )
        case = SubElement(suite, "testcase", classname=_text(error["source"]), name="read")
        SubElement(case, "error", message=_text(error["error"]))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: ReportEntry) -> None:
    suite = SubElement(root, "testsuite", name=_text(report["source"]))
    by_rule: dict[str, list[FindingEntry]] = {}
    for finding in report["findings"]:
        by_rule.setdefault(finding["rule"], []).append(finding)
    tests = failures = skipped = 0
    for verdict, rules in report["rules"].items():
        for rule in rules:
            tests += 1
            case = SubElement(suite, "testcase", classname=_text(report["source"]), name=_text(rule))
            found = by_rule.get(rule, [])
            failing = [f for f in found if f["verdict"] == "fail" and f["severity"] in FAILING_SEVERITIES]
            if failing:
                failures += 1
                failure = SubElement(
                    case, "failure", type=failing[0]["severity"], message=_text(failing[0]["message"])
                )
                failure.text = _text("\n".join(_line(finding) for finding in failing))
            elif verdict in ("uncertain", "not_applicable"):
                skipped += 1
                reason = "; ".join(finding["message"] for finding in found)
                reason = reason or report["reasons"].get(rule, verdict)
                SubElement(case, "skipped", message=_text(reason))
            if weaker := [finding for finding in found if finding not in failing]:
                SubElement(case, "system-out").text = _text("\n".join(_line(finding) for finding in weaker))
    suite.set("tests", str(tests))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", str(skipped))


def _line(finding: FindingEntry) -> str:
    return f"{finding['severity']} {finding['verdict']} {finding['where']}: {finding['message']}"


def _text(given: str) -> str:
    """`given` without the characters that XML cannot hold; they may well stand in a hostile page."""
    return _NOT_XML.sub("\ufffd", given)
