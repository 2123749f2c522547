"""Several distributions have installed TensorFlow over each other.

Why: tensorflow, tensorflow-cpu, tensorflow-gpu, intel-tensorflow and tf-nightly all own the folder
`tensorflow`. The one installed last wins file by file; the mix imports badly, or is the CPU build,
and uninstalling one takes files of the others along.

How we know: the lists of installed files of at least two of them name `tensorflow/__init__.py`.
Packages that merely pull in another (tensorflow on Windows, or from conda) do not count.

Fix: uninstall all of them, then install the one that is meant.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies.one_owner import installed_named, is_from_conda, keep_one, plain_tensorflow
from gpucheck.tables import Tables

MODULE = "tensorflow"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report distributions that share the module."""
    owners = facts.packages.value.shared_modules.get(MODULE, ())
    distributions = installed_named(facts, *owners)
    if len(owners) < 2 or is_from_conda(distributions):  # noqa: PLR2004
        return
    part = facts.frameworks.get(MODULE)
    works = part is not None and part.is_ok and bool(part.value.devices)
    # What is newest is most likely what was wanted last.
    release = part.value.release if part else None
    text = "Take all of them out, then install the one that is meant."
    yield Finding(
        subject=f"framework/{MODULE}",
        message=f"{' and '.join(owners)} overwrite each other: all own the module tensorflow.",
        evidence=tuple(f"{each.name} {each.release} in {each.folder}" for each in distributions),
        remedy=keep_one(facts, text, plain_tensorflow(release, tables), tuple(owners)),
        severity="warning" if works else "error",
    )


RULE = Rule("GPU318", "conflicting-packages", "error", check, needs=("packages",))
