"""Another copy of a CUDA library is loaded in place of the wheel's own.

Why: wheels bring the CUDA libraries that they were tested with. What LD_LIBRARY_PATH lists comes
before them: an older library lacks functions (the import fails with "undefined symbol"), any
other makes errors that nobody can reproduce.

How we know: a loaded library lies outside the environment and is not of the wheel's release; or
the import failed on a symbol of nvJitLink or cublasLt, and the loader's path offers that library.

Fix: take that folder off LD_LIBRARY_PATH. Wheels need no such variable.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.cudnn import is_broken
from gpucheck.compatibility.loaded import LOADER_VARIABLE, Stranger, strangers
from gpucheck.compatibility.messages import Said, said_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import start_without_loader_path, take_off_loader_path
from gpucheck.tables import Tables

SYMBOL = re.compile(r"(?:undefined symbol: |symbol )(?:__(nvJitLink)|(cublasLt))")
ADVICE = "Let the wheel's own library be found."


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report libraries from elsewhere, and imports that failed because of one."""
    told = set()
    for name, section in facts.installed.items():
        if found := list(strangers(facts, section.value, tables)):
            told.add(f"framework/{name}")
            breaks = is_broken(facts, section.value, tables)
            yield _loaded(facts, section.value, found, breaks=breaks)
    for said in said_for("GPU208", facts, tables):
        match = SYMBOL.search(said.line.text)
        if match and said.line.subject not in told:
            told.add(said.line.subject)
            yield from _failed(facts, said, f"lib{match[1] or match[2]}")


def _loaded(facts: Facts, build: Framework, found: list[Stranger], *, breaks: bool) -> Finding:
    title = FRAMEWORK_TITLES.get(build.name, build.name)
    return Finding(
        subject=f"framework/{build.name}",
        message=f"{title} runs with CUDA libraries from elsewhere, not with those of its wheels.",
        evidence=tuple(each.says for each in found[:3]),
        remedy=take_off_loader_path(facts, ADVICE, *(each.library.path for each in found)),
        severity="error" if breaks or build.import_failure else "warning",
    )


def _failed(facts: Facts, said: Said, library: str) -> Iterator[Finding]:
    known = facts.toolkit.value.loader_libraries
    first = next((e for e in known or () if e.soname.startswith(f"{library}.so")), None)
    if known is not None and first is None:
        return  # nothing comes before the wheels: they do not fit each other
    is_sure = first is not None and first.found_via == LOADER_VARIABLE
    where = (f"{first.path} (by {first.found_via})",) if first else ()
    yield Finding(
        subject=said.line.subject,
        message=f"An older {library} from elsewhere is found before the one that belongs here"
        + (", so the import fails." if is_sure else "; or the wheels do not fit each other."),
        evidence=(said.evidence, *where),
        remedy=take_off_loader_path(facts, ADVICE, first.path) if first and is_sure else None,
    )


RULE = Rule(
    "GPU208",
    "ld-library-path-shadowing",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU402",),
    mend=lambda *_: start_without_loader_path(),
)
