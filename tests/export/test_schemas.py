"""SARIF and JUnit against the schemas of those who read them.

The JSON schema is the standard's own, as SARIF-SCHEMA-LICENSE.txt tells; junit.xsd is written by hand, since
JUnit's format has none of its own.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from lxml import etree

from crawler.demo.defects import DEFECTS, plant
from crawler.demo.pages import html_page
from crawler.demo.writer import compose
from crawler.export.entry import ErrorEntry, ReportEntry, report_entry
from crawler.export.exact_json import dumps
from crawler.export.junit import junit
from crawler.export.sarif import sarif
from crawler.inspection import Given, inspect
from crawler.report.model import Kind
from crawler.validator import RULES

HERE = Path(__file__).parent
HOSTILE = "a\x00b\x1b[31m<&>\"'\udcff\ufffe 年报.html"
SOURCES = ("年 报.html", "/srv/年报/1%.html", "https://www.example.gov.cn/年报?y=2023#x", HOSTILE)
TITLES = {rule.id: rule.title.zh for rule in RULES.values()}

URI_REFERENCE = re.compile(r"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$")


@pytest.fixture(scope="module")
def validate() -> Callable[[object], object]:
    schema = json.loads((HERE / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    compiled: Callable[[object], object] = fastjsonschema.compile(
        schema, formats={"uri-reference": URI_REFERENCE.pattern}
    )
    return compiled


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(HERE / "junit.xsd")))


@pytest.fixture(scope="module")
def reports() -> list[ReportEntry]:
    """One report of each defect, a faultless one, and one without any title, in both languages."""
    spec = compose("棠港区水务局", Kind.DEPARTMENT, 2023, seed=7)
    specs = [spec, *(plant(spec, name) for name in DEFECTS if name != "missing")]
    entries = []
    for at, one in enumerate(specs):
        inspection = inspect(html_page(one), Given())
        entries.append(report_entry(f"{at}-{SOURCES[at % 4]}", inspection, None, "zh" if at % 2 else "en"))
    return entries


ERRORS: list[ErrorEntry] = [{"source": source, "error": f"{source}：未能读取"} for source in SOURCES]


def log_of(reports: list[ReportEntry], errors: list[ErrorEntry]) -> dict[str, Any]:
    """The log as it is printed."""
    log: dict[str, Any] = json.loads(dumps(sarif(reports, errors, TITLES)))
    return log


def test_sarif_keeps_to_the_schema(validate: Callable[[object], object], reports: list[ReportEntry]) -> None:
    validate(log_of(reports, ERRORS))
    validate(log_of([], []))
    validate(log_of([], ERRORS))
    for report in reports:
        validate(log_of([report], []))


def test_the_same_input_twice_is_one_artifact(
    validate: Callable[[object], object], reports: list[ReportEntry]
) -> None:
    log = log_of([reports[0], reports[0]], [ERRORS[0], ERRORS[0]])
    validate(log)
    assert len(log["runs"][0]["artifacts"]) == 1


def test_sarif_keeps_to_what_the_schema_cannot_say(reports: list[ReportEntry]) -> None:
    [run] = log_of(reports, ERRORS)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert run["results"]
    fingerprints = {result["partialFingerprints"]["nianbao/v1"] for result in run["results"]}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["kind"] == "fail") == (result["level"] != "none")
        group = result["properties"].get("group")
        assert group is None or group in fingerprints
    told = {artifact["location"]["uri"] for artifact in run["artifacts"]}
    for result in run["results"]:
        for location in result["locations"]:
            assert location["physicalLocation"]["artifactLocation"]["uri"] in told
            assert URI_REFERENCE.match(location["physicalLocation"]["artifactLocation"]["uri"])


def _results(log: dict[str, Any]) -> Any:
    return log["runs"][0]["results"][0]


BREACHES: dict[str, Callable[[dict[str, Any]], object]] = {
    "level": lambda log: _results(log).update(level="fatal"),
    "no message": lambda log: _results(log).pop("message"),
    "unknown field": lambda log: _results(log).update(organ="棠港区水务局"),
    "blank in an address": lambda log: log["runs"][0]["artifacts"][0]["location"].update(uri="a b.html"),
    "version": lambda log: log.update(version="2.0.0"),
    "no tool": lambda log: log["runs"][0].pop("tool"),
    "index": lambda log: _results(log).update(ruleIndex=-2),
}


@pytest.mark.parametrize("name", BREACHES)
def test_the_schema_refuses(
    validate: Callable[[object], object], reports: list[ReportEntry], name: str
) -> None:
    log = copy.deepcopy(log_of(reports, []))
    BREACHES[name](log)
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        validate(log)


def test_junit_keeps_to_the_schema(xsd: etree.XMLSchema, reports: list[ReportEntry]) -> None:
    for given, errors in ((reports, ERRORS), (reports, []), ([], ERRORS), ([], [])):
        root = etree.fromstring(junit(given, errors).encode("utf-8"))
        xsd.assertValid(root)
        for suite in root:
            assert int(suite.get("tests", "")) == len(suite)
            for count, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                assert int(suite.get(count, "0")) == len(suite.findall(f"testcase/{child}"))
        for count in ("tests", "failures", "errors", "skipped"):
            assert int(root.get(count, "")) == sum(int(suite.get(count, "0")) for suite in root)
    assert len(etree.fromstring(junit(reports, ERRORS).encode("utf-8"))) == len(reports) + len(ERRORS)


@pytest.mark.parametrize(
    "text",
    [
        '<testsuites tests="1" failures="0" errors="0"><testsuite name="a" tests="1" failures="0" errors="0">'
        "<testcase classname='a'/></testsuite></testsuites>",
        '<testsuites tests="-1" failures="0" errors="0"/>',
        '<testsuites tests="1" failures="0" errors="0"><testsuite name="a" tests="1" failures="0" errors="0">'
        "<testcase classname='a' name='b'><failure message='x'/><skipped message='x'/></testcase>"
        "</testsuite></testsuites>",
        "<testsuite/>",
    ],
)
def test_the_junit_schema_refuses(xsd: etree.XMLSchema, text: str) -> None:
    assert not xsd.validate(etree.fromstring(text))
