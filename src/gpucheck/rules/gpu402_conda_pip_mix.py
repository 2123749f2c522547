"""One environment has CUDA from conda and a framework from pip.

Why: a framework from pip brings the CUDA it was built with. Conda's libraries lie in the
environment's `lib`, where the framework looks too. When they are of another CUDA, a library of one
loads part of the other: "undefined symbol", or a silent fallback to the CPU.

How we know: conda lists the framework itself, or CUDA libraries of another CUDA than the framework
from pip was built for. It is an error when the import failed on a library or symbol. A toolkit from
conda of the same CUDA, as extensions are built with, is fine; so is any that a framework without
CUDA in its wheels (CuPy, ONNX Runtime) works with.

Fix: let one of the two provide it: take conda's part out, or install the framework with conda.
"""

from collections.abc import Iterator

from gpucheck.compatibility.conda_mix import (
    brings_cuda,
    conda_runtime,
    loaded_from_conda,
    pip_owner,
    same_framework_of_conda,
)
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies.same_release import out_of_conda
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report frameworks from pip beside the same, or another CUDA, from conda."""
    runtime = conda_runtime(facts)
    for name, part in facts.installed.items():
        build = part.value
        owner = pip_owner(build, facts)
        if owner is None:
            continue
        twice = same_framework_of_conda(build, facts)
        # The failed library tells more than the numbers; without it both must be known.
        built = build.built_for_cuda
        differs = runtime and built and runtime[1].parts[:2] != built.parts[:2]
        failure = build.import_failure
        has_failed = failure and (failure.undefined_symbol or failure.missing_library)
        has_two = twice or brings_cuda(build, owner)
        if not twice and not (differs and (has_two or has_failed)):
            continue
        of_conda = twice or (runtime[0] if runtime else "")
        title = FRAMEWORK_TITLES.get(name, name)
        cuda = f" (built for CUDA {built})" if built else ""
        yield Finding(
            subject=f"framework/{name}",
            message=f"{title} comes from pip and CUDA from conda: libraries of both get mixed."
            if not twice
            else f"{title} is installed twice, by conda and by pip: their files are mixed.",
            evidence=(
                f"{owner.name} {owner.release}, installed by {owner.installer}{cuda}",
                f"conda has {of_conda}",
                *(f"loaded from conda: {path}" for path in loaded_from_conda(build, facts)[:3]),
                *((f"import {name}: {failure.message}",) if failure and has_failed else ()),
            ),
            remedy=out_of_conda(facts, build, of_conda.split()[0])
            if has_two
            else mend(facts, tables, name),
            severity="error" if has_failed else "warning",
        )


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Say the two ways; which packages are there is not known."""
    text = (
        "Let one of the two provide CUDA: remove conda's (conda list names cudatoolkit, cuda-…, or"
        " pytorch) and reinstall the framework with pip, or make an environment with conda alone."
    )
    return Remedy(text)


RULE = Rule("GPU402", "conda-pip-cuda-mixing", "error", check, needs=("packages",), mend=mend)
