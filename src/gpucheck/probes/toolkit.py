r"""Describe the CUDA toolkits and libraries that lie outside the Python environment.

What comes in: the target environment's folder as the first argument ("" when it has none), for
the toolkits that conda and wheels bring. What goes out: the fields of the `Toolkit` record, each
as soon as it is known. Files are believed before programs: `nvcc --version` is run only where no
file tells the release, and every run is bounded. Sample of its output:

    nvcc: NVIDIA (R) Cuda compiler driver
    Copyright (c) 2005-2024 NVIDIA Corporation
    Built on Thu_Mar_28_02:18:24_PDT_2024
    Cuda compilation tools, release 12.4, V12.4.131
    Build cuda_12.4.r12.4/compiler.34097967_0
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

    Names = dict[str, Any]  # what a loaded file defines

READING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reading")

NVCC_LIMIT_S = 5.0
COMPILER_LIMIT_S = 2.0


def probe(say: Any) -> None:
    """Report every toolkit, compiler and CUDA library that can be found here."""
    place = say.load(os.path.join(READING, "place.py"))["Place"]()
    look(say, place, say.arguments[0] if say.arguments else "")


def look(say: Any, place: Place, prefix: str) -> None:
    """Report what `place` has, in the order of cost: files, then compilers, then nvcc."""
    cuda = _load(say, "cuda_homes")
    say.stage("CUDA_HOME")
    if problems := cuda["home_problems"](place):
        say.fact("cuda_home_problems", problems)
    say.stage("nvcc: search")
    silent = dict(report_nvccs(say, place, prefix, cuda))
    say.stage("dynamic loader")
    libraries = report_libraries(say, place)
    say.stage("cuDNN: search")
    report_cudnn(say, place, prefix, cuda, libraries)
    report_compilers(say, place)
    if silent:
        ask_nvccs(say, place, silent, cuda)


def _load(say: Any, name: str) -> Names:
    names: Names = say.load(os.path.join(READING, f"{name}.py"))
    return names


def report_nvccs(say: Any, place: Place, prefix: str, cuda: Names) -> Iterator[tuple[int, str]]:
    """Report every nvcc; yield index and path of those whose release no file tells."""
    say.fact("nvccs", [])
    for index, nvcc in enumerate(cuda["nvccs"](place, prefix)):
        release = cuda["toolkit_cuda"](place, nvcc["real_path"])
        if release is None:
            yield index, nvcc["path"]
        for field in ("path", "real_path"):
            nvcc[field] = place.clean(nvcc[field])
        say.fact("nvccs", index, nvcc | ({"toolkit_cuda": release} if release else {}))


def report_libraries(say: Any, place: Place) -> list[dict[str, Any]]:
    """Report and return what the dynamic loader would find."""
    found: list[dict[str, Any]] = []
    if sys.platform == "darwin":
        say.fact("unavailable", "loader_libraries", "not looked for on this system")
        return found
    problem = _load(say, "loader_path")["libraries"](place, found)
    say.fact("loader_libraries", found)
    if problem:
        say.fact("unavailable", "loader_libraries", problem)
    return found


def report_cudnn(
    say: Any, place: Place, prefix: str, cuda: Names, libraries: list[dict[str, Any]]
) -> None:
    """Report every cuDNN: first as the loader finds it, then in toolkits, then in the target."""
    cudnn = _load(say, "cudnn")
    search = cudnn["Search"](place, cuda["defined_number"])
    homes = list(cuda["homes"](place).items())
    targets = [
        (place.join(home, "targets", name), via)
        for home, via in homes
        for name in place.names_if_any(place.join(home, "targets"))
    ]
    environment = environment_folders(place, prefix, cuda)
    on_loader_path = {
        (place.parent(library["path"]), library["found_via"])
        for library in libraries
        if "cudnn" in library["soname"].lower()
    }
    inside = [*homes, *targets, *environment]
    lib_names = ("bin", "lib") if place.is_windows else ("lib64", "lib")
    search.libraries(sorted(on_loader_path))
    search.libraries((place.join(home, name), via) for home, via in inside for name in lib_names)
    search.headers((place.join(home, "include"), via) for home, via in inside)
    if not place.is_windows:
        multiarch = f"/usr/include/{os.uname().machine}-linux-gnu"
        search.headers((folder, folder) for folder in ("/usr/include", multiarch))
    say.fact("cudnn_installs", list(search.found.values()))


def environment_folders(place: Place, prefix: str, cuda: Names) -> list[tuple[str, str]]:
    """Return the target's folders that hold include and lib folders, with their kind."""
    sites = cuda["site_folders"](place, prefix)
    folders = [(place.join(site, "nvidia", "cudnn"), "wheel") for site in sites]
    if prefix and place.is_folder(place.join(prefix, "conda-meta")):
        home = place.join(prefix, "Library") if place.is_windows else prefix
        folders.append((home, "conda"))
    return folders


def report_compilers(say: Any, place: Place) -> None:
    """Report the host compilers; those that can be asked are started side by side."""
    if sys.platform == "darwin":  # there, asking for gcc can open a window that offers to install
        say.fact("unavailable", "host_compilers", "not asked on this system")
        return
    hosts = _load(say, "host_compilers")
    say.stage("host compilers: search")
    found = hosts["compilers"](place)
    say.fact("host_compilers", found)
    if place.is_windows or not found:
        return
    say.stage("host compilers: " + ", ".join(compiler["path"] for compiler in found))
    ask = _load(say, "short_answers")["Question"]
    questions = [
        ask(hosts["question"](place, compiler), place.environ, COMPILER_LIMIT_S)
        for compiler in found
    ]
    for index, question in enumerate(questions):
        answer, error = question.answer()
        release = None if error else hosts["release"](answer)
        if release:
            say.fact("host_compilers", index, "release", release)
        else:
            reason = f"{found[index]['path']}: {error or 'its answer holds no release'}"
            say.fact("unavailable", "host_compilers", reason)


def ask_nvccs(say: Any, place: Place, silent: dict[int, str], cuda: Names) -> None:
    """Ask each nvcc itself, all at once; one that hangs costs the others nothing."""
    if not hasattr(os, "waitid"):
        for index in silent:
            say.fact("nvccs", index, "error", "no file beside it tells its release")
        return
    ask = _load(say, "short_answers")["Question"]
    questions = {}
    for index, path in silent.items():
        say.stage(f"nvcc --version ({path})")
        questions[index] = ask([place.at(path), "--version"], place.environ, NVCC_LIMIT_S)
    for index, question in questions.items():
        say.stage(f"nvcc --version ({silent[index]})")
        answer, error = question.answer()
        release = cuda["major_minor"](announced_release(answer))
        if release and not error:
            say.fact("nvccs", index, "toolkit_cuda", release)
        else:
            say.fact("nvccs", index, "error", error or odd_answer(answer))


def announced_release(answer: str) -> str:
    """Return "12.4" from the line "Cuda compilation tools, release 12.4, V12.4.131"."""
    return answer.partition("Cuda compilation tools, release ")[2].partition(",")[0]


def odd_answer(answer: str) -> str:
    """Say what a program answered that names no release."""
    first_line = next(iter(answer.strip().splitlines()), "nothing")
    return f"its answer to --version holds no release: {first_line[:200]}"
