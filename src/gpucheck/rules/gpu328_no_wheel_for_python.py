"""There is no wheel of a framework for this Python or this system.

Why: frameworks are compiled for each Python. When the asked-for release has none for yours, pip
says "No matching distribution found", and an unpinned request gets an older release or a CPU build.

How we know: pip or uv says so, or the installed release is a CPU build and the tables know no CUDA
build of it for this Python, but for others; only a note where another training framework here uses
CUDA, since the CPU build may be meant. pip's line alone leaves two causes open: the Python
does not fit, or the index that was asked does not have the release (as "+cu117" builds, which only
PyTorch's own index has); where the tables know the release, they decide.

Fix: a Python that the release has wheels for, or a release that has wheels for this Python.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cpu_builds import cpu_builds
from gpucheck.compatibility.messages import said_for
from gpucheck.compatibility.wheels_offered import Offer, asked_for, last_cuda_python
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report requests that failed, and CPU builds that took their place."""
    said = said_for("GPU328", facts, tables)
    if said:
        offers = [offer for each in said if (offer := asked_for(each.line.text, facts, tables))]
        offer = offers[0] if offers else None
        yield Finding(
            subject=said[0].line.subject,
            message=offer.says if offer else said[0].meaning,
            evidence=tuple(each.evidence for each in said[:3]),
            remedy=_remedy(offer),
        )
        return
    if not facts.packages.is_ok:
        return
    for build, severity in cpu_builds("GPU302", facts, tables):
        offer = last_cuda_python(build, facts, tables)
        if offer is not None:
            title = FRAMEWORK_TITLES.get(build.name, build.name)
            yield Finding(
                subject=f"framework/{build.name}",
                message=f"{title} {build.release} has no CUDA build for this Python.",
                evidence=(offer.says,),
                remedy=_remedy(offer),
                severity=severity,
            )


def _remedy(offer: Offer | None) -> Remedy:
    if offer is None or not offer.pythons:
        text = (
            "Compare the Pythons that the release has wheels for with yours (python --version), and"
            " check that the index is right: builds named +cu… are on PyTorch's own index only."
        )
        return Remedy(text)
    newest = [python for python in offer.pythons if not python.endswith("t")][-1]
    text = f"Make an environment with Python {newest}, for which {offer.what} has wheels"
    if offer.release_for_python:
        text += f", or take {offer.name} {offer.release_for_python} here"
    if offer.variant:
        text += f"; +{offer.variant} builds are on PyTorch's own index, {PYTORCH_INDEX}"
    return Remedy(f"{text}.", (f"uv venv --python {newest} .venv-{newest}",))


RULE = Rule(
    "GPU328",
    "python-version-no-wheel",
    "error",
    check,
    explained_by=("GPU407",),
    mend=lambda *_: _remedy(None),
)
