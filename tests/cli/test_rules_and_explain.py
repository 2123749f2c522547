"""`gpucheck rules` and `gpucheck explain`: what is judged, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpucheck.diagnose import pages
from gpucheck.findings import Page
from gpucheck.policy import ExitCode
from whole_machine import Machine, Outcome

PAGES = pages()


def by_id(page: Page) -> str:
    """Return what a page's test is called."""
    return page.rule.id


def run(folder: Path, *arguments: str) -> Outcome:
    """Run the command where lines are wide enough."""
    here = Machine(folder)
    here.environ["COLUMNS"] = "200"
    return here.run(*arguments)


def test_every_rule_is_listed(tmp_path: Path) -> None:
    """Each rule has one line with its id, severity, cause and title, in the order of the ids."""
    seen = run(tmp_path, "rules")
    assert seen.exit_code == ExitCode.OK
    rows = [line.split(maxsplit=3) for line in seen.stdout.splitlines()[1:]]
    assert [[cell.strip() for cell in row] for row in rows] == [
        [page.rule.id, page.rule.severity, page.rule.cause, page.title] for page in PAGES
    ]


def test_rules_as_json(tmp_path: Path) -> None:
    """`--json` has the same list for programs."""
    seen = run(tmp_path, "rules", "--json")
    assert seen.exit_code == ExitCode.OK
    assert json.loads(seen.stdout) == [
        {
            "id": page.rule.id,
            "cause": page.rule.cause,
            "severity": page.rule.severity,
            "title": page.title,
        }
        for page in PAGES
    ]


@pytest.mark.parametrize("page", PAGES, ids=by_id)
def test_explain_every_rule(page: Page, tmp_path: Path) -> None:
    """Each rule's page has its title, cause and severity, and its own text unchanged."""
    seen = run(tmp_path, "explain", page.rule.id)
    assert seen.exit_code == ExitCode.OK
    head = f"{page.rule.id}  {page.title}\ncause: {page.rule.cause} · {page.rule.severity}"
    assert seen.stdout == f"{head}\n\n{page.text}\n"


@pytest.mark.parametrize("page", PAGES, ids=by_id)
def test_every_page_says_why_how_and_what_to_do(page: Page) -> None:
    """A page without its three parts explains nothing."""
    assert [part for part in ("Why:", "How we know:", "Fix:") if part not in page.text] == []


@pytest.mark.parametrize("what", ["gpu301", "Gpu301", "driver-too-old", "DRIVER-too-old"])
def test_explain_in_any_case(what: str, tmp_path: Path) -> None:
    """A rule is found by its id and by its cause, written in any case."""
    assert run(tmp_path, "explain", what).stdout.startswith("GPU301  ")


def test_explain_a_cause_of_several_rules(tmp_path: Path) -> None:
    """Every rule of a cause is explained."""
    by_cause: dict[str, list[str]] = {}
    for page in PAGES:
        by_cause.setdefault(page.rule.cause, []).append(page.rule.id)
    cause, ids = max(by_cause.items(), key=lambda item: len(item[1]))
    if len(ids) == 1:
        pytest.skip("no cause has several rules")
    stdout = run(tmp_path, "explain", cause).stdout
    assert all(f"{rule_id}  " in stdout for rule_id in ids)


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ("GPU301x", "did you mean GPU301?"),
        ("gpu-301", "did you mean GPU301?"),
        ("driver-to-old", "did you mean driver-too-old?"),
        ("Driver-Too-Odl", "did you mean driver-too-old?"),
        ("zzzzzz", "`gpucheck rules` lists them all"),
        ("", "`gpucheck rules` lists them all"),
        ("[red]é", "`gpucheck rules` lists them all"),
    ],
)
def test_explain_a_typo(what: str, hint: str, tmp_path: Path) -> None:
    """What there is not is named, with the nearest thing that there is."""
    seen = run(tmp_path, "explain", what)
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert f"there is no rule or cause {what!r}: {hint}" in seen.stderr
    assert "Traceback" not in seen.stderr


def test_explain_nothing(tmp_path: Path) -> None:
    """Without an argument the missing one is named."""
    seen = run(tmp_path, "explain")
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert "Missing argument" in seen.stderr
    assert "RULE|CAUSE" in seen.stderr
