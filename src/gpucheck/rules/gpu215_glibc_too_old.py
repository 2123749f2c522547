"""The system's C library is too old for an installed package.

Why: a wheel is compiled for a certain glibc and every newer one. On an older system the loader
refuses it. The kernel and the NVIDIA driver do not matter here.

How we know: the loader said which GLIBC version it did not find; or the wheel's tag
(manylinux_2_28) names a newer glibc than the system has, and the package was not imported.

Fix: a newer system or container, or a release of the package for an older glibc.
"""

from collections.abc import Iterator

from gpucheck.compatibility.c_libraries import glibc_of_tags, is_older, wanted_in
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import replace_old_glibc
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report what the loader refused, and wheels that it will refuse."""
    machine = facts.machine.value
    has = machine.libc_release if machine.libc_name == "glibc" else None
    told = set()
    for said in said_for("GPU215", facts, tables):
        wanted, subject = wanted_in(said), said.line.subject
        if wanted is None or subject in told:
            continue
        told.add(subject)
        yield Finding(
            subject=subject,
            message=f"{wanted.by or 'The program'} needs glibc {wanted.release} or newer"
            + (f"; this system has {has}." if has else ", which this system does not have."),
            evidence=(said.evidence,),
        )
    listed = {d.name: d for d in facts.packages.value.distributions or ()}
    for name, section in facts.installed.items():
        build, wheel = section.value, listed.get(section.value.distribution or name)
        needs = glibc_of_tags(wheel.wheel_tags) if wheel else None
        was_imported = build.import_s is not None or build.devices is not None
        if needs is None or has is None or was_imported or f"framework/{name}" in told:
            continue
        if is_older(has, needs):
            yield Finding(
                subject=f"framework/{name}",
                message=f"The wheel of {name} {build.release or ''} is made for glibc {needs} or"
                f" newer; this system has {has}.",
                evidence=(f"its tag: {', '.join(wheel.wheel_tags) if wheel else ''}",),
            )


RULE = Rule(
    "GPU215", "glibc-too-old", "error", check, mend=lambda facts, *_: replace_old_glibc(facts)
)
