"""Windows does not find a CUDA or cuDNN library, or finds a stray copy.

Why: programs on Windows look for DLLs beside themselves, in System32 and on PATH. TensorFlow up to
2.10 and cuDNN 8 need the folders of CUDA and cuDNN on PATH. What was copied into System32 is found
by every program, also by those that need another release.

How we know: the import or a printed line names the DLL; or System32 holds a DLL of cuDNN or of the
CUDA toolkit, where no installer of NVIDIA puts one.

Fix: put the folder that holds the DLL on PATH; move copies out of System32.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

DLL = re.compile(
    r"(?i)(?:cudart|cublas|cublaslt|cufft|curand|cusolver|cusparse|cudnn\w*)64_\d+\.dll"
)
ADVICE = (
    "Install the CUDA and cuDNN that the framework was built for, and put their bin folders on"
    " PATH. Do not copy DLLs into System32."
)


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report DLLs that are missing, then copies in System32."""
    if facts.machine.value.os_name not in {"Windows", None}:
        return
    told = set()
    for name, section in facts.installed.items():
        failure = section.value.import_failure
        library = (failure.missing_library if failure else None) or ""
        if failure and DLL.fullmatch(library):
            told.add(f"framework/{name}")
            title = FRAMEWORK_TITLES.get(name, name)
            yield Finding(
                subject=f"framework/{name}",
                message=f"{title} does not find {library}: its folder is not on PATH.",
                evidence=(f"import {name} raised {failure.kind}: {failure.message}",),
            )
    for said in said_for("GPU217", facts, tables):
        if said.certainty != "proves" and said.line.subject not in told:
            told.add(said.line.subject)
            yield Finding(
                subject=said.line.subject, message=said.meaning, evidence=(said.evidence,)
            )
    copies = [each for each in facts.toolkit.value.loader_libraries or () if _is_copy(each.path)]
    if copies:
        yield Finding(
            subject="machine",
            message="System32 holds copies of CUDA's or cuDNN's DLLs: every program finds those.",
            evidence=tuple(each.path for each in copies[:5]),
            remedy=Remedy("Move these copies out of System32; put their real folder on PATH."),
            severity="error" if told else "note",
        )


def _is_copy(path: str) -> bool:
    folder, _, name = path.rpartition("\\")
    return folder.lower().endswith("\\system32") and DLL.fullmatch(name) is not None


RULE = Rule("GPU217", "windows-dll-path", "error", check, mend=lambda *_: Remedy(ADVICE))
