"""A framework cannot be imported.

Why: a library that it was linked against is missing or does not fit, or its installation is
broken. Training stops at its first line.

How we know: the import, run in the inspected environment, raised.

Fix: by what is missing; for CUDA's libraries the table of library owners names the package that
brings each.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.libraries import library_owner
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework, ImportFailure
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install, install_driver_for, install_libcuda
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow

REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9._-]+")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report imports that raised, with what is missing and who provides it."""
    for name, section in facts.installed.items():
        failure = section.value.import_failure
        if failure is None:
            continue
        title = FRAMEWORK_TITLES.get(name, name)
        missing = failure.missing_library or failure.missing_module
        needs_driver = _is_of_driver(failure, tables) and facts.has_nvidia_gpu is False
        what = f"{missing} is missing" if missing else f"{failure.kind}: {failure.message}"
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} cannot be imported: {what}.",
            evidence=(f"import {name} raised {failure.kind}: {failure.message}",),
            remedy=Remedy(f"{title} needs an NVIDIA GPU and its driver; this machine has none.")
            if needs_driver
            else _remedy(facts, tables, section.value, failure),
            severity="note" if needs_driver else "error",
        )


def _is_of_driver(failure: ImportFailure, tables: Tables) -> bool:
    owner = library_owner(failure.missing_library or "", tables)
    return isinstance(owner, Known) and owner.value.is_of_driver


def _remedy(facts: Facts, tables: Tables, build: Framework, failure: ImportFailure) -> Remedy:
    if failure.missing_library:
        owner = library_owner(failure.missing_library, tables)
        if isinstance(owner, Known):
            return _from_owner(facts, tables, build, failure.missing_library, owner.value)
        if facts.machine.value.os_name == "Windows":
            text = (
                f"Windows cannot load {failure.missing_library} or a library that it needs; most"
                " often it is the Microsoft Visual C++ Redistributable that is missing."
            )
            return Remedy(text)
        return Remedy(f"Install the package that provides {failure.missing_library}.")
    if failure.missing_module:
        return _from_requirement(facts, build, failure.missing_module)
    return Remedy(f"Reinstall {build.distribution or build.name}, then run gpucheck doctor again.")


def _from_requirement(facts: Facts, build: Framework, module: str) -> Remedy:
    """Name the package that brings a module, when the framework's own requirements tell it."""
    from packaging.utils import canonicalize_name

    name = canonicalize_name(module.partition(".")[0])
    owned = [d for d in facts.packages.value.distributions or () if d.name == build.distribution]
    for requirement in (line for distribution in owned for line in distribution.requires):
        wanted = requirement.partition(";")[0].strip()
        found = REQUIREMENT_NAME.match(wanted)
        if found and canonicalize_name(found[0]) == name:
            return install(facts, f"Install what {build.name} requires.", wanted)
    return Remedy(f"Install the package that provides the module {module}.")


def _from_owner(
    facts: Facts, tables: Tables, build: Framework, library: str, owner: LibraryOwnerRow
) -> Remedy:
    if owner.is_of_driver:
        if facts.driver.value.driver_release:
            return install_libcuda(facts.machine.value, facts.driver.value.driver_release.major)
        return install_driver_for(facts, tables)
    soname_major = library.rpartition(".so.")[2].split(".")[0]
    major = build.built_for_cuda.major if build.built_for_cuda else build.built_for_cuda_major
    if owner.soname_major == "cuda" and soname_major.isdigit():
        major = int(soname_major)
    wheels = {11: owner.pip_cu11, 12: owner.pip_cu12, 13: owner.pip_cu13}
    wheel = wheels.get(major or 0)
    if wheel is None:
        offers = ", ".join(filter(None, wheels.values()))
        return Remedy(f"{library} is part of {owner.what}; by CUDA major it comes with {offers}.")
    # cuDNN's library and wheel count the same major: libcudnn.so.9 is in nvidia-cudnn-cu12 9.x.
    pin = f"=={soname_major}.*" if owner.what == "cuDNN" and soname_major.isdigit() else ""
    text = f"{library} is part of {owner.what}; the wheel {wheel} provides it."
    return install(facts, text, f"{wheel}{pin}")


def mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    """Return what to do when only a line is known."""
    if facts.machine.value.os_name in {None, "Windows"} and subject == "report":
        return Remedy("Install the Microsoft Visual C++ Redistributable, then try again.")
    return Remedy("Install what the line names, or reinstall the package that it comes from.")


EXPLAINED_BY = (
    "GPU102", "GPU103", "GPU104", "GPU126", "GPU208", "GPU209", "GPU210", "GPU211", "GPU215",
    "GPU216", "GPU217", "GPU220", "GPU309", "GPU310", "GPU317", "GPU318", "GPU319", "GPU326",
    "GPU401", "GPU402", "GPU405", "GPU407", "GPU408", "GPU501", "GPU502", "GPU503", "GPU504",
    "GPU508", "GPU509", "GPU514", "GPU601",
)  # fmt: skip

RULE = Rule(
    "GPU321",
    "import-failed",
    "error",
    check,
    needs=("packages",),
    explained_by=EXPLAINED_BY,
    mend=mend,
)
