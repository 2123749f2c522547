"""What only a pasted report needs of a diagnosis: likely causes, and the lines that show them.

A report seldom has all facts. Where nothing in it is shown or proven to be wrong, a line that
mostly has one cause is taken for a sign of it, and said to be that; its other causes are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from gpucheck.compatibility.messages import Said, everything_said
from gpucheck.compatibility.missing_libraries import is_usual_without_gpu
from gpucheck.facts import Facts, SeenValue
from gpucheck.findings import Finding, Rule
from gpucheck.tables import Tables

MOST_LINES = 4
FEWEST_CHARACTERS = 3
"""A shorter value stands in too many texts to say what a finding rests on."""
OF_GPUCHECK = "GPU9"
LINE = re.compile(r"line \d+: ")
DRIVER_IS_DOWN = frozenset({"GPU102", "GPU103", "GPU106", "GPU107", "GPU112"})
"""What a list of GPUs from the driver contradicts."""
GENERAL = frozenset({"GPU321", "GPU101", "GPU127"})
"""What a line says when nothing more precise is known of it."""


def likely_causes(
    found: Sequence[Finding], rules: dict[str, Rule], facts: Facts, tables: Tables
) -> Iterator[tuple[Rule, Finding]]:
    """Yield what lines of a report mostly mean, unless something is known to be wrong."""
    if any(finding.severity == "error" for finding in found):
        return
    said = everything_said(facts, tables)
    likely = [each for each in said if each.certainty == "likely" and each.rule in rules]
    precise = {each.line.text for each in likely if each.rule not in GENERAL}
    told = {finding.rule for finding in found}
    # A line that a warning already rests on has been accounted for.
    settled = {text for each in found if each.severity != "note" for text in each.evidence}
    for each in likely:
        is_contradicted = each.rule in DRIVER_IS_DOWN and bool(facts.gpus)
        is_vague = each.rule in GENERAL and each.line.text in precise
        is_noise = is_usual_without_gpu(each.line, facts)
        is_known = each.rule in told or each.evidence in settled
        if not (is_known or is_contradicted or is_vague or is_noise):
            told.add(each.rule)
            yield rules[each.rule], _likely(each, said, rules[each.rule])


def _likely(each: Said, said: Sequence[Said], rule: Rule) -> Finding:
    same = [other for other in said if other.line.text == each.line.text]
    others = sorted({f"{o.rule} ({o.cause})" for o in same if o.rule != each.rule})
    also = (f"the same line can also mean: {', '.join(others)}",) if others else ()
    return Finding(
        subject=each.line.subject,
        message=f"{each.meaning.removesuffix('.')}: the usual reason for this line.",
        evidence=(each.evidence, *also),
        severity=rule.severity,
    )


def with_lines(finding: Finding, facts: Facts) -> Finding:
    """Return a finding with the lines that state the values which it rests on."""
    words = " ".join((finding.message, *finding.evidence))
    if finding.rule.startswith(OF_GPUCHECK) or any(LINE.match(text) for text in finding.evidence):
        return finding
    lines = dict.fromkeys(seen.evidence for seen in facts.seen_values if _is_named(seen, words))
    # In a report nobody asked NVML: the line is the source.
    own = tuple(text.replace(" (NVML)", "") for text in finding.evidence)
    new = [line for line in lines if not any(line in text for text in own)]
    return msgspec.structs.replace(finding, evidence=(*own, *new[:MOST_LINES]))


def _is_named(seen: SeenValue, words: str) -> bool:
    if len(seen.value) < FEWEST_CHARACTERS or not any(map(str.isdigit, seen.value)):
        return False
    if seen.value not in words:
        return False
    return re.search(rf"(?<![\w.]){re.escape(seen.value)}(?![\w])", words) is not None
