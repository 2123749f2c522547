"""Matrix products are right, a convolution fails: cuDNN does not work.

Why: products need cuBLAS alone. Convolutions need cuDNN, which is loaded at the first of them: so a
cuDNN that does not fit stays unseen until then.

How we know: in one test a product was right and the convolution raised an error.

Fix: the cuDNN that the build was made with; none of another place in the loader's path.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import devices_under_test, is_right
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report convolutions that failed where products are right."""
    for each in devices_under_test(facts, on_cpu=True):
        part = each.device.convolution
        if part is None or part.error is None or not any(map(is_right, each.device.products)):
            continue
        yield Finding(
            subject=each.subject,
            message=f"{each.title} multiplies on {each.place}, but its convolutions fail.",
            evidence=(part.error.first_line,),
        )


RULE = Rule(
    "GPU706",
    "cudnn-mismatch",
    "error",
    check,
    mend=lambda *_: Remedy("Reinstall the framework with the cuDNN that it requires."),
    explained_by=("GPU208", "GPU210", "GPU211", "GPU212", "GPU303"),
)
