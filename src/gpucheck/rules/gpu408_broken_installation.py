"""Packages were left half installed or half removed.

Why: an installation that was interrupted, or that met a file in use, leaves folders such as
`~orch` behind, or the metadata of two releases of one package. pip then reports a release that is
not there, and cannot replace it cleanly.

How we know: the environment's folders list such names: a leading `~`, or two `.dist-info` of one
distribution in one folder. Leftovers of packages that do not concern GPUs are only noted.

Fix: delete what is left over, then reinstall the package.
"""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.compatibility.leftovers import package_of_leftover
from gpucheck.facts import Distribution, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.same_release import reinstall_same
from gpucheck.tables import Tables

MAX_SHOWN = 5


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report leftovers and double metadata."""
    packages = facts.packages.value
    by_place: dict[tuple[str, str | None], list[Distribution]] = defaultdict(list)
    for each in packages.distributions or ():
        by_place[each.name, each.folder].append(each)
    twice = [found for found in by_place.values() if len(found) > 1]
    left = packages.leftover_entries
    if not twice and not left:
        return
    of_leftovers = filter(None, (package_of_leftover(entry, facts) for entry in left))
    names = sorted({found[0].name for found in twice}.union(of_leftovers))
    what = ", ".join(names[:MAX_SHOWN])
    yield Finding(
        subject="environment",
        message=f"The installation of {what} is broken: parts of an earlier one are left over."
        if names
        else "Folders of interrupted installations are left over.",
        evidence=(
            *(_words(found) for found in twice[:MAX_SHOWN]),
            *(f"left over: {entry}" for entry in left[:MAX_SHOWN]),
        ),
        remedy=_remedy(facts, names),
        severity="warning" if names else "note",
    )


def _words(found: list[Distribution]) -> str:
    releases = " and ".join(str(each.release) for each in found)
    return f"{found[0].name} has metadata of {releases} in {found[0].folder}"


def _remedy(facts: Facts, names: list[str]) -> Remedy:
    text = "Delete the leftovers named above"
    if not names:
        return Remedy(f"{text}; they do no harm beyond pip's warnings.")
    return reinstall_same(facts, f"{text}, then install the packages anew.", *names)


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Say what to delete and what to reinstall."""
    text = (
        "Delete the folders beginning with ~ in site-packages, then reinstall the packages they"
        " are named after; without a RECORD file the package's folder has to be deleted by hand."
    )
    return Remedy(text)


RULE = Rule("GPU408", "broken-installation", "warning", check, needs=("packages",), mend=mend)
