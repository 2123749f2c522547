"""torchvision or torchaudio belongs to another PyTorch.

Why: both hold compiled code against one PyTorch release and one CUDA. With another release their
operators cannot be registered ("operator torchvision::nms does not exist"); with a CPU build of
torchvision beside a CUDA build of PyTorch its operators fail on the GPU.

How we know: the release requires another PyTorch than is installed, or the endings of the two
("+cu124", "+cpu") differ. An error when the import failed or the minor releases differ and it was
not tried, a warning when it came through, a note when only the last number differs.

Fix: the release that belongs to the installed PyTorch, from the same index.
"""

from collections.abc import Iterator

from gpucheck.compatibility.installed import accepts, releases, version_of
from gpucheck.compatibility.torch_addons import different_cuda, torch_of_companion
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Finding, Rule, Severity
from gpucheck.remedies import install_companions
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every companion with the installed torch."""
    section = facts.installed.get("torch")
    if section is None or section.value.is_rocm_build:
        return
    build, installed = section.value, releases(facts)
    for package in ("torchvision", "torchaudio"):
        release = installed.get(package)
        if release is None or build.release is None:
            continue
        wanted = torch_of_companion(package, release, tables)
        if wanted and accepts(wanted, build.release) is False:
            what = f"{package} {release} is built for torch{wanted}"
            severity = _severity(build, package, wanted)
        elif differing := different_cuda(release, build.release):
            what = f"{package} is built for {differing[0]}, PyTorch for {differing[1]}"
            severity = "error" if "cpu" in differing else "warning"
        else:
            continue
        yield Finding(
            subject="framework/torch",
            message=f"{package} does not belong to this PyTorch: {what}.",
            evidence=(f"torch {build.release}", f"{package} {release}", *_told(build, package)),
            severity=severity,
        )


def _severity(build: Framework, package: str, wanted: str) -> Severity:
    ours, theirs = version_of(build.release), version_of(wanted.lstrip("=<>~! "))
    if _told(build, package):
        return "error"
    if ours and theirs and ours.release[:2] == theirs.release[:2]:
        return "note"
    return "warning" if any(each.name == package for each in build.companions) else "error"


def _told(build: Framework, package: str) -> tuple[str, ...]:
    """Return what the companion's import raised."""
    failures = [each.import_failure for each in build.companions if each.name == package]
    return tuple(f"import {package} raised {f.kind}: {f.message}" for f in failures if f)


RULE = Rule(
    "GPU313",
    "torch-companion-mismatch",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU302",),
    mend=lambda facts, tables, _: install_companions(facts, tables),
)
