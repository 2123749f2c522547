"""The formats of CI systems: their form, and that no text from outside leaves its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucheck.diagnose import pages
from gpucheck.findings import Finding, Remedy, Report
from gpucheck.gate import judged
from gpucheck.lock import lock_of
from gpucheck.renderers import View, renderer
from gpucheck.requirements import parse_requirement
from gpucheck.selection import selected
from gpucheck.settings import Settings
from gpucheck.tables import Tables
from make import facts, report, torch

SCHEMAS = Path(__file__).parent / "schemas"
CPU = report(facts(torch="2.6.0+cpu"))
FINE = report(facts(torch="2.9.1+cu130"))
HOSTILE = [
    "::error::pwned",
    "a\n::error::b\r\n::stop-commands::x",
    "]]></failure><script>",
    "<&>'\"",
    "100 %, 50%0A::error::",
    "\x00\x1b[31m\x7f",
    "\ufffe\uffff\ud800",
    "##[error]x",
    "A ##vso[task.setvariable variable=PATH]/tmp ##[group]",
    '"}], [{"',
]


def rendered(format_: str, *reports: Report, counted: tuple[str, ...] = ("error",)) -> str:
    """Return reports in a format."""
    view = View(
        exit_codes=(1,) * len(reports),
        exit_code=1,
        rules=pages(),
        counted=counted,  # type: ignore[arg-type]
    )
    return renderer(format_).render(reports, view)


def named(words: str) -> Report:
    """Return a report in which everything from outside is the same words."""
    finding = Finding(
        rule="GPU303",
        cause="gpu-arch-not-in-wheel",
        subject="machine",
        message=words,
        evidence=(words,),
        remedy=Remedy(words, (words,)),
        url="https://example.org",
        consequences=(Finding(rule="GPU702", subject="machine", message=words),),
    )
    target = msgspec.structs.replace(CPU.facts.target, executable=words)
    whole = msgspec.structs.replace(CPU.facts, target=target)
    return msgspec.structs.replace(CPU, facts=whole, findings=(finding,))


def cases(text: str) -> dict[str, ET.Element]:
    """Return the test cases of the one suite in a JUnit file, by rule."""
    (suite,) = ET.fromstring(text).iter("testsuite")
    return {(case.get("name") or "").split()[0]: case for case in suite}


def test_junit_has_a_case_for_every_rule() -> None:
    """A rule that found something which counts has failed, the others have passed."""
    found = cases(rendered("junit", CPU))
    assert list(found) == [page.rule.id for page in pages()]
    failed = [rule for rule, case in found.items() if case.find("failure") is not None]
    assert failed == ["GPU302"]
    failure = found["GPU302"].find("failure")
    assert failure is not None
    assert failure.get("type") == "error"
    assert "fix: " in (failure.text or "")
    assert found["GPU302"].get("classname") == "gpucheck.GPU3"


def test_junit_s_counts_are_right() -> None:
    """The numbers of a suite are those of its cases."""
    blind = report(facts(torch=torch("9.0.0+cu190"), outcomes={"driver": "timed_out"}))
    text = rendered("junit", blind)
    (suite,) = ET.fromstring(text).iter("testsuite")
    for attribute, element in (("failures", "failure"), ("skipped", "skipped")):
        assert int(suite.get(attribute) or 0) == len(list(suite.iter(element)))
    assert int(suite.get("skipped") or 0) > 0
    assert int(suite.get("tests") or 0) == len(list(suite))


BLIND = report(facts(torch="2.9.1+cu130", outcomes={"driver": "timed_out"}))


def test_a_report_that_stays_open_fails() -> None:
    """Its exit code is 4: pages that show no failure would say that all is well."""
    quiet = msgspec.structs.replace(BLIND, findings=())
    failure = cases(rendered("junit", quiet))["enough"].find("failure")
    assert failure is not None
    assert (failure.get("type"), "driver" in (failure.text or "")) == ("unknown", True)
    assert "enough" not in cases(rendered("junit", quiet, counted=()))
    (line,) = rendered("github", quiet).splitlines()
    assert line.startswith("::error title=gpucheck::Too little could be learnt")
    assert rendered("github", quiet, counted=()).startswith("::notice ")


def test_several_of_a_rule_are_counted() -> None:
    """One test case holds them all."""
    (finding,) = CPU.findings
    twice = msgspec.structs.replace(CPU, findings=(finding, finding))
    failure = cases(rendered("junit", twice))["GPU302"].find("failure")
    assert failure is not None
    assert (failure.get("message") or "").endswith("(and 1 more)")


def test_junit_fails_by_what_counts() -> None:
    """With `--fail-on never` nothing does, and what was found is kept as output."""
    case = cases(rendered("junit", CPU, counted=()))["GPU302"]
    assert case.find("failure") is None
    assert "built without CUDA" in (case.findtext("system-out") or "")


def test_junit_has_a_suite_for_each_environment() -> None:
    """Under the environment's own name."""
    text = rendered("junit", CPU, FINE)
    suites = list(ET.fromstring(text).iter("testsuite"))
    assert [suite.get("name") for suite in suites] == ["/env/bin/python"] * 2


@pytest.mark.parametrize("words", ["harmless", *HOSTILE])
def test_junit_fits_its_schema(words: str) -> None:
    """That of Jenkins, for what is found, skipped and said by strangers."""
    schema = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
    blind = report(facts(torch=torch("9.0.0+cu190"), outcomes={"driver": "timed_out"}))
    schema.validate(rendered("junit", named(words), blind, FINE))


@pytest.mark.parametrize("words", ["harmless", *HOSTILE])
def test_sarif_fits_its_schema(words: str) -> None:
    """That of OASIS; every result points at its rule."""
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    log = json.loads(rendered("sarif", named(words), CPU, FINE))
    jsonschema.Draft4Validator(schema).validate(log)
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert len(rules) == len(pages())
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_failed_case_tells_everything_found_by_its_rule() -> None:
    """Drift is of several severities: what does not count for itself is read beside what does."""
    lock = lock_of(facts(driver="580.95.05", gpus=["A100", "A100"]), "2026-11-27")
    here = facts(driver="570.86.15", gpus=["A100"])
    root = ET.fromstring(rendered("junit", judged(here, Tables(), Settings(), lock)))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "CUDA sees another number of GPUs."
    assert "Driver branch is not as locked." in (failure.text or "")


def test_what_may_be_unknown_fails_no_case() -> None:
    """Whatever severities count."""
    here = facts(cuda={"devices": None})
    asked = Settings(require=(parse_requirement("gpus>=1"),), allow_unknown=True)
    allowed = judged(here, Tables(), asked)
    assert "GPU802" in [finding.rule for finding in allowed.findings]
    levels = ("error", "warning", "note")
    failed = ET.fromstring(rendered("junit", allowed, counted=levels)).iter("failure")
    assert not any("known" in each.get("message", "") for each in failed)


def test_gitlab_s_fields() -> None:
    """Each finding has what GitLab asks for; equal findings have equal fingerprints."""
    (issue,) = json.loads(rendered("gitlab", CPU))
    assert issue["check_name"] == "GPU302"
    assert issue["severity"] == "critical"
    assert issue["location"] == {"path": "pyproject.toml", "lines": {"begin": 1}}
    assert re.fullmatch(r"[0-9a-f]{64}", issue["fingerprint"])
    assert json.loads(rendered("gitlab", CPU))[0]["fingerprint"] == issue["fingerprint"]
    assert json.loads(rendered("gitlab", FINE)) == []


def test_github_s_annotations() -> None:
    """A line a finding, the gravest first; without any, words that are no command."""
    (line,) = rendered("github", CPU).splitlines()
    assert line.startswith("::error title=GPU302 cpu-only-build::PyTorch was built without CUDA")
    assert "%0Afix: " in line
    quiet = selected(CPU, Settings(ignore={"GPU302": "known"}))
    assert rendered("github", quiet) == "gpucheck found nothing\n"


def test_github_names_the_environment_of_several() -> None:
    """A title alone would not say which one to mend."""
    lines = rendered("github", CPU, CPU).splitlines()
    assert all(line.endswith("%0Ain /env/bin/python") for line in lines)


def test_what_github_asks_of_sarif() -> None:
    """Help for each rule, a fingerprint for each finding, a category for each environment."""
    (finding,) = CPU.findings
    other = msgspec.structs.replace(finding, message="Another. [words](https://example.org)")
    (run,) = json.loads(rendered("sarif", msgspec.structs.replace(CPU, findings=(finding, other))))[
        "runs"
    ]
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    prints = {each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]}
    assert len(prints) == 2
    assert run["automationDetails"]["id"] == "gpucheck//env/bin/python/"
    assert "](" not in run["results"][1]["message"]["text"]


def shape(format_: str, text: str) -> Any:
    """Return the structure of a text, without its words."""
    if format_ == "junit":
        root = ET.fromstring(text)
        return [(element.tag, sorted(element.keys())) for element in root.iter()]
    if format_ == "sarif":
        (run,) = json.loads(text)["runs"]
        return [(result["ruleId"], sorted(result)) for result in run["results"]]
    if format_ == "gitlab":
        return [sorted(issue) for issue in json.loads(text)]
    return [line.split("::")[1] for line in text.splitlines()]


@pytest.mark.parametrize("format_", ["junit", "gitlab", "github", "sarif"])
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(format_: str, words: str) -> None:
    """No element, issue or workflow command is made by them."""
    text = rendered(format_, named(words))
    assert shape(format_, text) == shape(format_, rendered(format_, named("harmless")))
    assert "\x1b" not in text
    commands = [line for line in text.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert len(commands) == (1 if format_ == "github" else 0)
    assert not re.search(r"##\w*\[", text)


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_words_stay_words(words: str) -> None:
    """Whatever a device or an error is called."""
    for format_ in ("junit", "gitlab", "github", "sarif"):
        assert shape(format_, rendered(format_, named(f"a{words}"))) == shape(
            format_, rendered(format_, named("harmless"))
        )
