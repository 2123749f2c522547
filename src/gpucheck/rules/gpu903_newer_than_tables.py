"""Something here is newer than the compatibility tables.

Why: gpucheck judges by tables of drivers, GPUs, CUDA and framework releases. What came out after
they were written may work perfectly; nothing about it is guessed, so some judgements are left out.

How we know: the GPU's compute capability, the driver's branch, the CUDA of a build or a
framework's release is newer than every row of its table. Nightly builds and builds from source
are in no table by their nature; they are judged by what they say of themselves.

Fix: upgrade gpucheck, or run `gpucheck tables update` for newer framework releases. Nothing needs
mending on the machine.
"""

from collections.abc import Iterator

from gpucheck.compatibility.known_releases import (
    newest_branch_before,
    newest_cuda_before,
    standing,
    unlisted_capability,
)
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import refresh_tables, upgrade_gpucheck
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note everything that the tables end before, and what was not judged because of it."""
    yield from _gpus(facts, tables)
    driver = facts.driver.value.driver_release
    if driver and (branch := newest_branch_before(driver, facts.driver_os, tables)):
        left_out = "which CUDA it offers and how long it is maintained"
        yield _note("driver", f"Driver {driver}", f"branch {branch}", left_out)
    for name, section in facts.installed.items():
        build = section.value
        cuda = build.built_for_cuda
        if cuda and (newest := newest_cuda_before(cuda, tables)):
            what = f"CUDA {cuda}, which {FRAMEWORK_TITLES.get(name, name)} is built for,"
            left_out = "from which driver on all of it works"
            yield _note(f"framework/{name}", what, f"CUDA {newest}", left_out)
        yield from _release(build, tables)


def _gpus(facts: Facts, tables: Tables) -> Iterator[Finding]:
    capabilities = {gpu.compute_capability for gpu in facts.gpus}
    for capability in sorted(filter(None, capabilities)):
        newest = unlisted_capability(capability, tables)
        if newest is None:
            continue
        cards = [gpu for gpu in facts.gpus if gpu.compute_capability == capability]
        names = ", ".join(dict.fromkeys(gpu.name or f"GPU {gpu.index}" for gpu in cards))
        what = f"Compute capability {capability} ({names})"
        left_out = "which drivers and toolkits support it"
        yield _note("machine", what, f"capability {newest}", left_out)


def _release(build: Framework, tables: Tables) -> Iterator[Finding]:
    found = standing(build.name, build.release, tables) if build.release else None
    if found is None or found[0] == "listed":
        return
    what = f"{FRAMEWORK_TITLES.get(build.name, build.name)} {build.release}"
    left_out = "which Python, CUDA and companion packages go with it"
    if found[0] == "newer":
        yield _note(f"framework/{build.name}", what, found[1], left_out, refresh_tables())
        return
    yield Finding(
        subject=f"framework/{build.name}",
        message=f"{what} is a nightly build or built from source; that is no fault. It was judged"
        f" by what it says of itself. Not judged, as tables list final releases only: {left_out}.",
        severity="note",
    )


def _note(
    subject: str, what: str, newest: str, left_out: str, remedy: Remedy | None = None
) -> Finding:
    return Finding(
        subject=subject,
        message=f"{what} is newer than these tables. Not judged because of it: {left_out}.",
        evidence=(f"the newest in the tables: {newest}",),
        remedy=remedy or upgrade_gpucheck(),
        severity="note",
    )


RULE = Rule("GPU903", "gpucheck", "note", check)
