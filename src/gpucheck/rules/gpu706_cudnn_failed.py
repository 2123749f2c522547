"""Matrix products are right, a convolution fails: cuDNN does not work.

Why: products need cuBLAS alone. Convolutions need cuDNN, which is loaded at the first of them: so a
cuDNN that does not fit stays unseen until then.

How we know: in one test on a GPU a product was right and the convolution raised an error, other
than that memory ran out.

Fix: the cuDNN that the build was made with; none of another place in the loader's path.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test, is_out_of_memory, is_right
from gpucheck.compatibility.smoke_subjects import place_of
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import fitting_cudnn
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report convolutions that failed where products are right."""
    for each in devices_under_test(facts):
        error = each.device.convolution and each.device.convolution.error
        if not error or is_out_of_memory(error) or not any(map(is_right, each.device.products)):
            continue
        place = place_of(each.device, facts)
        yield Finding(
            subject=each.subject,
            message=f"{each.title} multiplies on {place}, but its convolutions fail.",
            evidence=(f"convolution: {error.first_line}", f"products on {place} are right"),
        )


def _mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    part = facts.frameworks.get(subject.removeprefix("framework/"))
    return fitting_cudnn(facts, part.value if part else None, tables)


RULE = Rule(
    "GPU706",
    "cudnn-mismatch",
    "error",
    check,
    mend=_mend,
    explained_by=("GPU208", "GPU210", "GPU211", "GPU212", "GPU218", "GPU303"),
)
