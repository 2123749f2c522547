"""Two distributions have installed the module pynvml, or an abandoned one has.

Why: nvidia-ml-py is NVIDIA's own; pynvml before 12 and nvidia-ml-py3 hold older copies under the
same module name. Whichever wins, programs that show GPUs (gpustat, nvitop, Ray, PyTorch's memory
statistics) then miss functions or read the wrong structures.

How we know: the lists of installed files of two of them name the module, or nvidia-ml-py3, which
has had no release since 2017, is installed. pynvml 12 and later hold no such module, and are fine.

Fix: uninstall all of them, then install nvidia-ml-py.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.one_owner import installed_named, is_from_conda, keep_one
from gpucheck.tables import Tables

ABANDONED = "nvidia-ml-py3"
OWNERS = ("nvidia-ml-py", ABANDONED, "pynvml")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report owners of pynvml that stand in each other's way."""
    owners = facts.packages.value.shared_modules.get("pynvml", ())
    abandoned = installed_named(facts, ABANDONED)
    if len(owners) < 2 and not abandoned:  # noqa: PLR2004
        return
    distributions = installed_named(facts, *(owners or (ABANDONED,)))
    if is_from_conda(distributions):
        return
    message = f"{' and '.join(owners)} overwrite each other: both own the module pynvml."
    if not owners:
        message = f"{ABANDONED} has been abandoned since 2017 and does not know newer drivers."
    yield Finding(
        subject="environment",
        message=message,
        evidence=tuple(f"{each.name} {each.release} in {each.folder}" for each in distributions),
        remedy=mend(facts, tables, "environment"),
        severity="warning",
    )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Keep NVIDIA's own."""
    here = {each.name for each in installed_named(facts, *OWNERS)}
    old = tuple(name for name in OWNERS if name in here) or ("pynvml",)
    return keep_one(facts, "Keep NVIDIA's own distribution alone.", "nvidia-ml-py", old)


RULE = Rule("GPU406", "conflicting-packages", "warning", check, needs=("packages",), mend=mend)
