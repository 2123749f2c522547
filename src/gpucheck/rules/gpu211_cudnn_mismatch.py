"""The cuDNN that is loaded does not fit the build, or its parts do not fit each other.

Why: a framework needs the cuDNN major that it was compiled with, and no lower minor. The parts of
cuDNN (ops, cnn, …) must all be of one release. Otherwise training stops at the first convolution.

How we know: the loaded cuDNN, or the one of the installed wheel, is of another major or a lower
minor than the build's; or the loaded parts come from different releases.

Fix: one cuDNN, of the build's major and at least its minor.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cudnn import cudnn_in_use, misfit, releases_loaded
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import fitting_cudnn
from gpucheck.tables import Tables
from gpucheck.versions import CudnnVersion


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every framework's cuDNN with its build, and the loaded parts with each other."""
    for name, section in facts.installed.items():
        build = section.value
        parts = releases_loaded(facts, build, tables)
        if len(set(parts.values())) > 1:
            yield _mixed(facts, build, parts, tables)
            continue
        in_use = cudnn_in_use(facts, build, tables)
        wanted = build.built_for_cudnn
        if not build.is_cuda_build or wanted is None or in_use is None:
            continue
        kind = misfit(wanted, in_use.version)
        # A wheel of another major is left aside: what is asked for by name is then missing.
        if kind == "older" or (kind == "major" and in_use.is_loaded):
            title = FRAMEWORK_TITLES.get(name, name)
            what = "of another major" if kind == "major" else "older"
            yield Finding(
                subject=f"framework/{name}",
                message=f"{title} was compiled with cuDNN {wanted}, and gets {in_use.version},"
                f" which is {what}: convolutions fail.",
                evidence=(
                    f"compiled with cuDNN {wanted} ({build.build_source or name})",
                    f"cuDNN {in_use.version}: {in_use.source}",
                ),
                remedy=fitting_cudnn(facts, build, tables),
            )


def _mixed(
    facts: Facts, build: Framework, parts: dict[str, CudnnVersion], tables: Tables
) -> Finding:
    title = FRAMEWORK_TITLES.get(build.name, build.name)
    by_release = {release: path for path, release in sorted(parts.items(), reverse=True)}
    return Finding(
        subject=f"framework/{build.name}",
        message=f"{title} has loaded parts of {len(by_release)} cuDNN releases, which refuse to"
        " work together.",
        evidence=tuple(f"{path} is of cuDNN {release}" for release, path in by_release.items()),
        remedy=fitting_cudnn(facts, build, tables),
    )


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Return which cuDNN fits, as far as the build is known."""
    part = facts.frameworks.get(subject.removeprefix("framework/"))
    return fitting_cudnn(facts, part.value if part else None, tables)


RULE = Rule(
    "GPU211",
    "cudnn-mismatch",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU208", "GPU210"),
    mend=mend,
)
