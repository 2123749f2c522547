"""Which CUDA libraries frameworks lack: as their import says, or as lines that they printed.

A printed line alone may be a harmless warning (TensorFlow on a machine that has no GPU), so what
is known of the machine can contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpucheck.compatibility.cudnn import LOADS_IT_ITSELF, is_found
from gpucheck.compatibility.installed import majors_of
from gpucheck.compatibility.libraries import library_owner
from gpucheck.compatibility.messages import Said, said_for
from gpucheck.facts import Facts, Framework, SeenMessage
from gpucheck.tables import Known, Tables

TENSORFLOW_LOG = re.compile(r"\b(?:tensorflow|xla|tsl)/")
"""Its lines name the file that they come from: "W tensorflow/…/dso_loader.cc:64] …"."""


def is_cuda_library(library: str, tables: Tables) -> bool:
    """Tell whether a library is of CUDA's toolkit or beside it: not the driver's, not cuDNN's."""
    owner = library_owner(library, tables)
    is_known = isinstance(owner, Known) and not owner.value.is_of_driver
    return is_known and not library.startswith("libcudnn")


def other_majors(library: str, facts: Facts, tables: Tables) -> tuple[str, ...]:
    """Say which majors of a missing library there are: then the build wants another CUDA."""
    found = majors_of(library.partition(".so")[0], facts, tables) if library else None
    named = [f"{where} (major {major})" for major, where in sorted((found or {}).items())]
    return (f"there is {', '.join(named)}",) if named else ()


def missing_cudnn(facts: Facts, build: Framework, tables: Tables) -> tuple[str, str] | None:
    """Return the cuDNN library that a framework lacks, and what shows it."""
    failure = build.import_failure
    if failure and (failure.missing_library or "").startswith("libcudnn"):
        library = failure.missing_library or ""
        return library, f"import {build.name} raised {failure.kind}: {failure.message}"
    wanted = build.built_for_cudnn
    is_asked = build.name in LOADS_IT_ITSELF and build.is_cuda_build and facts.has_nvidia_gpu
    is_linux = facts.machine.value.os_name == "Linux"
    if failure or not is_asked or not is_linux or wanted is None or build.devices != ():
        return None
    if is_found(wanted, facts, tables) is not False:
        return None
    source = build.build_source or build.distribution or build.name
    seen = f"built for cuDNN {wanted} ({source}); none of major {wanted.major} is found"
    return f"libcudnn.so.{wanted.major}", f"{seen}, and no GPU is listed"


def is_usual_without_gpu(line: SeenMessage, facts: Facts) -> bool:
    """Tell whether TensorFlow's log says what it says on every machine without a GPU."""
    return bool(TENSORFLOW_LOG.search(line.text)) and facts.has_nvidia_gpu is not True


def lines_on_missing(rule: str, facts: Facts, tables: Tables) -> Iterator[Said]:
    """Yield the first line of each subject that suggests a rule, unless a fact contradicts it."""
    told = set()
    for said in said_for(rule, facts, tables):
        subject = said.line.subject
        part = facts.frameworks.get(subject.removeprefix("framework/"))
        is_fine = facts.has_nvidia_gpu is False or bool(part and part.value.devices)
        is_noise = is_usual_without_gpu(said.line, facts)
        if said.certainty != "proves" and subject not in told and not (is_fine or is_noise):
            told.add(subject)
            yield said
