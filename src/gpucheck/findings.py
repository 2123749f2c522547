"""What a diagnosis is made of: findings, their evidence and remedy, and the rules that yield them.

A rule yields a `Finding` with what it saw; `diagnose` completes it with the rule's own words and
puts consequences under their cause. A judgement that could not be made is a `Skipped`, never
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from gpucheck.facts import Facts, Target

if TYPE_CHECKING:
    from gpucheck.tables import Tables

REPORT_SCHEMA_VERSION = 1
DOCS_ADDRESS = "https://github.com/gpucheck/gpucheck/blob/main/docs/rules"

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Gravest first. Error: GPU work fails or silently runs on the CPU. Warning: it works, but
wrong, slow or about to break. Note: worth knowing."""

REQUIREMENT_UNKNOWN = "GPU802"
"""What is required or locked, and nobody knows whether it is so."""

TOO_LITTLE_KNOWN = "Too little could be learnt to say whether the GPU will be used."
"""What a report that stays open says."""


class Remedy(msgspec.Struct, frozen=True):
    """What to do, in a sentence, and the commands for this machine."""

    text: str
    commands: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong, or worth knowing, with what it rests on."""

    subject: str  # "machine", "driver", "environment", …, or one of several: "gpu/0"
    message: str  # one sentence: what is the matter and what it leads to
    evidence: tuple[str, ...] = ()  # what was seen, with where it was seen
    remedy: Remedy | None = None
    severity: Severity = "error"
    rule: str = ""
    cause: str = ""
    url: str = ""
    consequences: tuple[Finding, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether it is unknown and may be (`--allow-unknown`): that fails nothing."""
        return self.rule == REQUIREMENT_UNKNOWN and self.severity == "note"


def everything(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield root causes, each with what follows from it behind it."""
    for finding in findings:
        yield finding
        yield from finding.consequences


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement that could not be made."""

    reason: str
    subject: str = "machine"
    rule: str = ""


NOT_SELECTED = "not selected"


class Ignored(msgspec.Struct, frozen=True):
    """A finding that the user does not want to hear of, and why."""

    finding: Finding
    reason: str


Mend = Callable[[Facts, "Tables", str], Remedy | None]
"""How to mend what a rule found: facts, tables and the finding's subject in."""
Check = Callable[[Facts, "Tables"], Iterator[Finding | Skipped]]


class Rule(msgspec.Struct, frozen=True):
    """One entry of the rule catalogue."""

    id: str  # "GPU301"
    cause: str  # the slug that reports and scorers use: "driver-too-old"
    severity: Severity  # the gravest that it can yield
    check: Check
    needs: tuple[str, ...] = ()  # sections of the facts that must be ok: ("driver", "machine")
    explained_by: tuple[str, ...] = ()  # rules that make this one a consequence
    mend: Mend | None = None  # the remedy where a finding brings none, as one that a message proves


class Page(msgspec.Struct, frozen=True):
    """A rule with the words that its file's docstring says about it."""

    rule: Rule
    slug: str  # the file's name: "gpu301_built_for_newer_cuda"
    title: str  # the docstring's first line
    text: str  # the rest of it: Why, How we know, Fix


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The diagnosis of one machine and one environment."""

    facts: Facts
    findings: tuple[Finding, ...]  # root causes, gravest first
    skipped: tuple[Skipped, ...]
    tables_date: str
    ignored: tuple[Ignored, ...] = ()

    @property
    def target(self) -> Target:
        """The environment that was inspected."""
        return self.facts.target

    @property
    def is_conclusive(self) -> bool:
        """Whether enough is known to say if the GPU will be used.

        That takes the driver, CUDA or a framework that uses it, the installed packages, and
        whether there is a GPU at all. A GPU that NVML does not show for a reason that no rule
        knows is not understood either. Of a report it takes a framework that says so, or something
        that is wrong.
        """
        facts = self.facts
        says_yes = any(part.value.is_gpu_usable for part in facts.installed.values())
        if facts.origin == "report":
            return says_yes or any(finding.severity != "note" for finding in self.findings)
        sections = (facts.driver, facts.packages)
        if any(not section.is_ok and section.outcome != "not_given" for section in sections):
            return False
        if facts.has_nvidia_gpu is not True:
            return facts.has_nvidia_gpu is False
        cuda = facts.cuda_driver
        is_shown = cuda.is_ok and bool(cuda.value.devices)
        is_unasked = cuda.outcome in {"not_given", "not_asked"}
        is_seen = facts.driver.value.init_error is None and (says_yes or is_unasked)
        return is_shown or is_seen or self._is_known_not_to_work

    @property
    def _is_known_not_to_work(self) -> bool:
        """Whether a fault of driver, device, container or mask is found, were it one to ignore."""
        ignored = (each.finding for each in self.ignored if each.reason != NOT_SELECTED)
        return any(
            each.severity == "error" and each.rule.startswith(("GPU1", "GPU5"))
            for each in (*self.findings, *ignored)
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing is wrong as far as known, and too little is known."""
        return not self.is_conclusive and not self.count("error")

    def count(self, severity: Severity) -> int:
        """Return how many root causes have this severity."""
        return sum(finding.severity == severity for finding in self.findings)
