"""A framework cannot be imported.

Why: a library that it was linked against is missing or does not fit, or its installation is
broken. Training stops at its first line.

How we know: the import, run in the inspected environment, raised.

Fix: by what is missing; for CUDA's libraries the table of library owners names the package that
brings each.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, ImportFailure
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_driver, install_libcuda, pip_command
from gpucheck.tables import Known, LibraryOwnerRow, Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report imports that raised, with what is missing and who provides it."""
    for name, section in facts.installed.items():
        failure = section.value.import_failure
        if failure is None:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        missing = failure.missing_library or failure.missing_module
        what = f"{missing} is missing" if missing else f"{failure.kind}: {failure.message}"
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} cannot be imported: {what}.",
            evidence=(f"import {name} raised {failure.kind}: {failure.message}",),
            remedy=_remedy(facts, tables, section.value, failure),
        )


def _remedy(facts: Facts, tables: Tables, build: Framework, failure: ImportFailure) -> Remedy:
    if failure.missing_library:
        owner = tables.library_owner(failure.missing_library)
        if isinstance(owner, Known):
            return _from_owner(facts, build, failure.missing_library, owner.value)
        text = f"Install the package that provides {failure.missing_library}."
        return Remedy(text)
    if failure.missing_module:
        return Remedy(
            f"Reinstall {build.distribution or build.name} with its dependencies.",
            (pip_command(facts, "--force-reinstall", f"{build.distribution or build.name}"),),
        )
    return Remedy(f"Reinstall {build.distribution or build.name}, then run gpucheck doctor again.")


def _from_owner(facts: Facts, build: Framework, library: str, owner: LibraryOwnerRow) -> Remedy:
    if owner.is_of_driver:
        if facts.driver.value.driver_release:
            return install_libcuda(facts.machine.value, facts.driver.value.driver_release.major)
        return install_driver(facts.machine.value)
    major = build.built_for_cuda.major if build.built_for_cuda else None
    wheels = {11: owner.pip_cu11, 12: owner.pip_cu12, 13: owner.pip_cu13}
    wheel = wheels.get(major or 0)
    if wheel is None:
        offers = ", ".join(filter(None, wheels.values()))
        return Remedy(f"{library} is part of {owner.what}; by CUDA major it comes with {offers}.")
    soname_major = library.rpartition(".so.")[2].split(".")[0]
    # Only cuDNN and NCCL count their library's major like their wheels do.
    pin = f"=={soname_major}.*" if owner.what == "cuDNN" and soname_major.isdigit() else ""
    text = f"{library} is part of {owner.what}; the wheel {wheel} provides it."
    return Remedy(text, (pip_command(facts, f"{wheel}{pin}"),))


RULE = Rule(
    id="GPU321",
    cause="import-failed",
    severity="error",
    check=check,
    needs=("packages",),
    explained_by=("GPU102", "GPU126"),
)
