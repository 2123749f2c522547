"""An installed library violates what an installed GPU framework requires.

Why: PyTorch, JAX and others pin the NVIDIA wheels that they were built and tested with. Installing
another framework or upgrading one wheel by hand replaces them; then symbols are missing, or cuDNN
refuses to start. pip only warns about it.

How we know: the framework's own metadata names a range for the package, and the installed release
lies outside of it (markers read for this Python and system). It is what `pip check` reports. What
conda installed, and Keras, NumPy and PyTorch's Triton, which have rules of their own, are left out.

Fix: reinstall the named releases. Where two frameworks exclude each other, take releases of both
that go together, or keep them in environments of their own.
"""

from collections.abc import Iterator

from gpucheck.compatibility.pins import BrokenPin, framework_pins
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.agreeing import agreeing_releases
from gpucheck.remedies.one_owner import change_releases
from gpucheck.tables import Tables

MAX_SHOWN = 6


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report, for each framework, the pins that are violated."""
    for name in facts.installed:
        pins = list(framework_pins(name, facts))
        if not pins:
            continue
        names = sorted({pin.name for pin in pins})
        more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
        shown = ", ".join(names[:MAX_SHOWN]) + more
        yield Finding(
            subject=f"framework/{name}",
            message=f"{pins[0].owner.name} does not accept what is installed of {shown}.",
            evidence=tuple(pin.says for pin in pins[:MAX_SHOWN]),
            remedy=agreeing_releases(facts, tables) or _remedy(facts, pins),
            severity="warning",
        )


def _remedy(facts: Facts, pins: list[BrokenPin]) -> Remedy:
    text = "Install what it requires; give a framework that needs others an environment of its own."
    wanted = tuple(dict.fromkeys(f"{pin.name}{pin.specifier}" for pin in pins))
    return change_releases(facts, text, *wanted)


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Say how to see the list; nothing is known of the environment."""
    text = "Install the releases that pip check names; where two frameworks require different ones,"
    return Remedy(f"{text} give each its own environment.", ("python -m pip check",))


RULE = Rule(
    "GPU403", "dependency-conflict", "warning", check, needs=("packages", "machine"), mend=mend
)
