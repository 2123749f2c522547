"""Facts and tables in, report out: run the rules, put consequences under their causes.

The rules are the files of `rules/`. A rule that needs a section which was not collected is
skipped with the reason; one that raises becomes a finding about gpucheck (GPU901), and the rest
stands.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from gpucheck import rules
from gpucheck.compatibility.messages import Said, said_for
from gpucheck.facts import Facts, Section
from gpucheck.findings import DOCS_ADDRESS, SEVERITIES, Finding, Page, Report, Rule, Skipped
from gpucheck.reported import likely_causes, with_lines
from gpucheck.tables import Tables

FAILED_RULE = "GPU901"
PARTIAL = "GPU904"  # what a report lacks; of no interest once it shows what is wrong
MAX_PROOFS = 3


@cache
def pages() -> tuple[Page, ...]:
    """Return every rule with its page, in the order of their ids."""
    names = sorted(path.stem for path in Path(rules.__path__[0]).glob("gpu[0-9]*.py"))
    return tuple(_page(name) for name in names)


def diagnose(facts: Facts, tables: Tables) -> Report:
    """Judge the facts by every rule."""
    found: list[Finding] = []
    skipped: list[Skipped] = []
    for page in pages():
        for result in _judge(page, facts, tables):
            (found if isinstance(result, Finding) else skipped).append(result)  # type: ignore[arg-type]
    by_id = {page.rule.id: page for page in pages()}
    rules = {rule: page.rule for rule, page in by_id.items()}
    if facts.origin == "report":
        if any(finding.severity == "error" for finding in found):
            found = [finding for finding in found if finding.rule != PARTIAL]
        for rule, finding in [*likely_causes(found, rules, facts, tables)]:
            mended = _mended(finding, rule, facts, tables)
            found.append(_complete(mended, by_id[rule.id]))  # type: ignore[arg-type]
        found = [with_lines(finding, facts) for finding in found]
    return Report(
        facts=facts,
        findings=under_causes(found, rules),
        skipped=tuple(skipped),
        tables_date=tables.date,
    )


def under_causes(findings: Iterable[Finding], by_id: dict[str, Rule]) -> tuple[Finding, ...]:
    """Return the root causes, gravest first, each with what follows from it inside.

    A finding follows from another when its rule names the other's in `explained_by`, they do not
    concern two different things of a kind, and the other is at least as grave: a note must not
    hide an error.
    """
    everything = sorted(findings, key=_gravest_first)
    roots: dict[int, list[Finding]] = {}
    for index, finding in enumerate(everything):
        root = _root_of(index, everything, by_id)
        roots.setdefault(root, [])
        if root != index:
            roots[root].append(finding)
    return tuple(
        msgspec.structs.replace(everything[index], consequences=tuple(roots[index]))
        for index in sorted(roots)
    )


def _root_of(index: int, everything: list[Finding], by_id: dict[str, Rule]) -> int:
    """Return the place of the first cause in the chain; what has no cause is its own."""
    cause = _cause_of(everything[index], everything, by_id)
    return index if cause is None else _root_of(cause, everything, by_id)


def _cause_of(finding: Finding, all_found: list[Finding], by_id: dict[str, Rule]) -> int | None:
    explaining = by_id[finding.rule].explained_by
    for index, other in enumerate(all_found):
        # "gpu/0" and "gpu/1" have nothing to do with each other; the machine has with both. Of a
        # line in a report nobody knows what it is about.
        is_one_of_several = "/" in other.subject and "/" in finding.subject
        covers = other.subject == finding.subject or not is_one_of_several
        is_as_grave = SEVERITIES.index(other.severity) <= SEVERITIES.index(finding.severity)
        if other.rule in explaining and covers and is_as_grave:
            return index
    return None


def _gravest_first(finding: Finding) -> tuple[int, str, str]:
    return SEVERITIES.index(finding.severity), finding.rule, finding.subject


def _judge(page: Page, facts: Facts, tables: Tables) -> list[Finding | Skipped]:
    try:
        results = _results(page.rule, facts, tables)
        return [_complete(_mended(each, page.rule, facts, tables), page) for each in results]
    except Exception as error:  # noqa: BLE001 - a broken rule must not take the report with it
        broken = Finding(
            subject="gpucheck",
            message=f"Rule {page.rule.id} failed; its judgement is missing, the others stand.",
            evidence=(f"{type(error).__name__}: {error}",),
            severity="warning",
        )
        failed = next(page for page in pages() if page.rule.id == FAILED_RULE)
        return [_complete(broken, failed)]


def _results(rule: Rule, facts: Facts, tables: Tables) -> list[Finding | Skipped]:
    """Ask the rule; a line that proves it counts even where facts are missing."""
    proofs = [said for said in said_for(rule.id, facts, tables) if said.certainty == "proves"]
    for name in rule.needs:
        section: Section[object] = getattr(facts, name)
        if not section.is_ok:
            reason = f"{name}: {section.reason or section.outcome}"
            return [_proven(rule, proofs)] if proofs else [Skipped(rule=rule.id, reason=reason)]
    results = list(rule.check(facts, tables))
    if proofs and not any(isinstance(result, Finding) for result in results):
        return [_proven(rule, proofs)]
    return [_with_proofs(result, proofs) for result in results]


def _proven(rule: Rule, proofs: list[Said]) -> Finding:
    return Finding(
        subject=proofs[0].line.subject,
        message=proofs[0].meaning,
        evidence=tuple(said.evidence for said in proofs[:MAX_PROOFS]),
        severity=rule.severity,
    )


def _with_proofs(result: Finding | Skipped, proofs: list[Said]) -> Finding | Skipped:
    """Add the lines that say the same to what the facts show."""
    if isinstance(result, Skipped):
        return result
    own = [said.evidence for said in proofs if said.line.subject in {result.subject, "report"}]
    shown = [line for line in own if not any(line in seen for seen in result.evidence)]
    return msgspec.structs.replace(result, evidence=(*result.evidence, *shown[:MAX_PROOFS]))


def _mended(
    result: Finding | Skipped, rule: Rule, facts: Facts, tables: Tables
) -> Finding | Skipped:
    if isinstance(result, Skipped) or result.remedy or rule.mend is None:
        return result
    return msgspec.structs.replace(result, remedy=rule.mend(facts, tables, result.subject))


def _complete(result: Finding | Skipped, page: Page) -> Finding | Skipped:
    rule = page.rule
    if isinstance(result, Skipped):
        return msgspec.structs.replace(result, rule=rule.id)
    url = f"{DOCS_ADDRESS}/{page.slug}.md"
    return msgspec.structs.replace(result, rule=rule.id, cause=rule.cause, url=url)


def _page(name: str) -> Page:
    module = importlib.import_module(f"gpucheck.rules.{name}")
    title, _, text = (module.__doc__ or "").strip().partition("\n")
    return Page(rule=module.RULE, slug=name, title=title, text=text.strip())
