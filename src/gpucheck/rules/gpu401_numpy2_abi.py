"""NumPy 2 is installed beside a framework that was built for NumPy 1.

Why: NumPy 2 changed its binary interface. A module compiled for NumPy 1 cannot use it: it fails at
the import ("_ARRAY_API not found"), or carries on without NumPy.

How we know: NumPy's release is 2 or newer, and the framework's release forbids NumPy 2 or is older
than it; or NumPy printed that line. What was imported without complaint is left alone.
PyTorch before 2.3 starts and warns; only `tensor.numpy()` and the like fail: there it is a warning.

Fix: go back to `numpy<2`, or take a release of the framework that is built for NumPy 2.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import Said, said_for
from gpucheck.compatibility.numpy_builds import is_built_for_numpy_1
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, Section
from gpucheck.findings import Finding, Remedy, Rule, Severity
from gpucheck.remedies.one_owner import installed_numpy_2, numpy_below_2
from gpucheck.tables import Known, Tables

ONLY_WARNS = {"torch"}
NEEDS_NO_ABI = {"cupy"}  # some releases forbid NumPy 2; what fails then is said nowhere


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare NumPy with every framework's release."""
    numpy = installed_numpy_2(facts)
    if numpy is None:
        return
    for name, part in facts.installed.items():
        build = part.value
        known = is_built_for_numpy_1(name, build.release or "", tables)
        lines = said_for("GPU401", facts, tables)
        said = [each for each in lines if each.line.subject == f"framework/{name}"]
        if not isinstance(known, Known) or not known.value:
            continue
        severity = _severity(part, said)
        if severity is None:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        what = "NumPy arrays do not reach it" if name in ONLY_WARNS else "they do not work together"
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} {build.release} was built for NumPy 1, and NumPy is {numpy}: {what}.",
            evidence=(
                f"numpy {numpy} is installed",
                f"{build.distribution or name} {build.release} is for NumPy 1 ({known.source})",
                *(each.evidence for each in said[:2]),
            ),
            remedy=mend(facts, tables, f"framework/{name}"),
            severity=severity,
        )


def _severity(part: Section[Framework], said: list[Said]) -> Severity | None:
    """Return how grave it is; None: the import shows that it is no fault."""
    name, has_failed = part.value.name, part.value.import_failure is not None
    if has_failed or part.outcome == "crashed":
        is_numpy = bool(said) or "numpy" in str(part.value.import_failure).lower()
        return "error" if is_numpy or part.outcome == "crashed" else "warning"
    if name in ONLY_WARNS:
        return "warning"
    if part.is_ok:
        return "warning" if said else None
    return "warning" if name in NEEDS_NO_ABI or part.outcome != "not_asked" else "error"


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Go back to NumPy 1; naming the other way out."""
    return numpy_below_2(facts, "Go back to NumPy 1, or take a newer release of the framework.")


RULE = Rule("GPU401", "numpy2-abi-break", "error", check, needs=("packages",), mend=mend)
