"""The toolkit probe, on the machine that runs the tests, on recorded ones and on odd compilers."""

from __future__ import annotations

import json
import os
import platform
import select
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from gpucheck import versions
from gpucheck.facts import Toolkit
from recorded_machine import load, plant, reading, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    Files = dict[str, str | bytes]  # path → content

PACKAGE = Path(versions.__file__).parent
RUN = PACKAGE / "inside" / "run.py"
PROBE = PACKAGE / "probes" / "toolkit.py"

needs_posix = pytest.mark.skipif(os.name != "posix", reason="runs shell scripts")

BINARY = b"\x7fELF"
ANSWER = "Cuda compilation tools, release 12.4, V12.4.131"
CUDNN_HEADER = "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 0\n"


def found(
    tmp_path: Path,
    files: Mapping[str, str | bytes],
    environ: Mapping[str, str] | None = None,
    prefix: str = "",
    system: str = "posix",
) -> Toolkit:
    """Return what the probe finds on a recorded machine."""
    result = tmp_path / "result.jsonl"
    result.touch()
    say = load(RUN)["Say"](str(result), ())
    root = plant(tmp_path / "root", files)
    toolkit = load(PROBE)
    toolkit["NVCC_LIMIT_S"] = 0.3  # for the compilers here that never answer
    toolkit["look"](say, reading("place")["Place"](str(root), environ or {}, system), prefix)
    return msgspec.convert(section(result.read_text()), Toolkit, dec_hook=versions.decode)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("version.json", '{"cuda": {"version": "12.4.1"}, "cuda_nvcc": {"version": "12.4.131"}}'),
        ("version.json", '{"cuda": {"name": "CUDA SDK", "version": "12.4.20240301"}}'),
        ("version.txt", "CUDA Version 12.4.89\n"),
        ("include/cuda_runtime_api.h", "/* x */\n#define CUDART_VERSION  12040\n"),
        ("include/cuda.h", "#define CUDA_VERSION 12040\n"),
        ("targets/x86_64-linux/include/cuda.h", "#define CUDA_VERSION 12040\n"),
    ],
)
def test_release_is_read_from_the_files_beside_nvcc(
    tmp_path: Path, file: str, content: str
) -> None:
    """Each file that tells a toolkit's release is believed, and nvcc is not run."""
    home = "/usr/local/cuda-12.4"
    toolkit = found(tmp_path, {f"{home}/bin/nvcc": BINARY, f"{home}/{file}": content})
    assert toolkit.nvccs is not None
    (nvcc,) = toolkit.nvccs
    assert (nvcc.path, str(nvcc.toolkit_cuda), nvcc.error) == (f"{home}/bin/nvcc", "12.4", None)


@pytest.mark.parametrize("odd", ["", "{", "[]", '{"cuda": 1}', '{"cuda": {"version": "x"}}'])
def test_odd_version_file_is_passed_over(tmp_path: Path, odd: str) -> None:
    """A version.json that says nothing leaves the word to the next file."""
    files: Files = {"bin/nvcc": BINARY, "version.json": odd, "version.txt": "CUDA Version 10.2.89"}
    toolkit = found(tmp_path, {f"/opt/cuda/{name}": content for name, content in files.items()})
    assert [str(nvcc.toolkit_cuda) for nvcc in toolkit.nvccs or ()] == ["10.2"]


def test_one_nvcc_is_reported_once_with_all_its_ways(tmp_path: Path) -> None:
    """Links and variables that lead to one compiler are collected; another compiler stays apart."""
    toolkit = found(
        tmp_path,
        {
            "/usr/local/cuda-12.4/bin/nvcc": BINARY,
            "/usr/local/cuda-12.4/version.txt": "CUDA Version 12.4.1",
            "/usr/local/cuda-11.8/bin/nvcc": BINARY,
            "/usr/local/cuda-11.8/version.txt": "CUDA Version 11.8.0",
            "/usr/local/cuda": "-> cuda-12.4",
            "/usr/bin/nvcc": "-> ../local/cuda/bin/nvcc",
            "/usr/local/cuda-9.0/bin/": "",
        },
        {"PATH": "/usr/bin:/usr/local/cuda/bin", "CUDA_HOME": "/usr/local/cuda-11.8"},
    )
    assert toolkit.nvccs is not None
    first, second = toolkit.nvccs
    assert (first.path, first.real_path) == ("/usr/bin/nvcc", "/usr/local/cuda-12.4/bin/nvcc")
    assert first.found_via == ("PATH", "/usr/local/cuda", "/usr/local/cuda-12.4")
    assert second.found_via == ("CUDA_HOME", "/usr/local/cuda-11.8")
    assert [str(nvcc.toolkit_cuda) for nvcc in toolkit.nvccs] == ["12.4", "11.8"]


def test_machine_without_a_toolkit_has_none(tmp_path: Path) -> None:
    """No compiler, library or cuDNN is an empty list: it was looked for."""
    toolkit = found(tmp_path, {"/etc/": ""}, {"PATH": "/nowhere"})
    assert (toolkit.nvccs, toolkit.host_compilers) == ((), ())
    assert (toolkit.cudnn_installs, toolkit.loader_libraries) == ((), ())
    assert toolkit.unavailable == {"loader_libraries": "no /etc/ld.so.cache"}


@pytest.mark.parametrize(
    ("home", "problem"),
    [
        ("/opt/here", None),
        ("/opt/empty", "no nvcc in its bin folder"),
        ("/opt/gone", "no such folder"),
        ("/opt/here:/opt/empty", "a list of folders"),
        ("/opt/here/bin/nvcc", "a file, not a folder"),
        ("", "empty"),
    ],
)
def test_cuda_home_that_names_no_toolkit_is_explained(
    tmp_path: Path, home: str, problem: str | None
) -> None:
    """What a variable names instead of a toolkit is said; a good one is not mentioned."""
    files: Files = {
        "/opt/here/bin/nvcc": BINARY,
        "/opt/here/version.txt": "CUDA Version 12.4.1",
        "/opt/empty/": "",
    }
    toolkit = found(tmp_path, files, {"CUDA_HOME": home})
    assert toolkit.cuda_home_problems.get("CUDA_HOME") == problem


def test_compilers_of_the_target_environment_are_found(tmp_path: Path) -> None:
    """A wheel's nvcc has the wheel's release, whatever the runtime headers beside it say."""
    site = "/venv/lib/python3.12/site-packages"
    files: Files = {
        f"{site}/nvidia/cu13/bin/nvcc": BINARY,
        f"{site}/nvidia/cu13/include/cuda_runtime_api.h": "#define CUDART_VERSION  13010\n",
        f"{site}/nvidia_cuda_nvcc-13.0.88.dist-info/": "",
        "/venv/lib64": "-> lib",
    }
    (nvcc,) = found(tmp_path, files, prefix="/venv").nvccs or ()
    assert (nvcc.found_via, str(nvcc.toolkit_cuda)) == (("wheel",), "13.0")


def test_conda_nvcc_has_the_release_of_its_package(tmp_path: Path) -> None:
    """Conda's package list tells the compiler's release, also when it is a script."""
    files: Files = {
        "/conda/bin/nvcc": "#!/bin/sh\nexec false\n",
        "/conda/include/cuda_runtime_api.h": "#define CUDART_VERSION  12060\n",
        "/conda/conda-meta/cuda-nvcc-tools-12.4.131-hd3aeb46_0.json": "{}",
        "/conda/conda-meta/cuda-nvcc-dev_linux-64-12.4.131-ha770c72_0.json": "{}",
    }
    (nvcc,) = found(tmp_path, files, prefix="/conda").nvccs or ()
    assert (nvcc.found_via, str(nvcc.toolkit_cuda)) == (("conda",), "12.4")


@needs_posix
def test_silent_files_make_nvcc_speak(tmp_path: Path) -> None:
    """A wrapper script with a stranger's header beside it is asked itself."""
    files: Files = {
        "/usr/bin/nvcc": f"#!/bin/sh\necho '{ANSWER}'\n",
        "/usr/include/cuda_runtime_api.h": "#define CUDART_VERSION  11080\n",
    }
    (nvcc,) = found(tmp_path, files, {"PATH": "/usr/bin"}).nvccs or ()
    assert (str(nvcc.toolkit_cuda), nvcc.error) == ("12.4", None)


@needs_posix
def test_bad_compilers_are_named_and_cost_the_good_one_nothing(tmp_path: Path) -> None:
    """Each that hangs, floods, babbles or fails has its error, and the good one answers."""
    scripts = {
        "hangs": "#!/bin/sh\nread line < /dev/null; exec sleep 600\n",
        "floods": "#!/bin/sh\nexec yes flood\n",
        "babbles": "#!/bin/sh\necho 'no compiler today'\n",
        "broken": "#!/no/such/interpreter\n",
        "silent": "#!/bin/sh\nexit 3\n",
        "good": f"#!/bin/sh\necho '{ANSWER}'\n",
    }
    files: Files = {f"/{name}/nvcc": script for name, script in scripts.items()}
    # The scripts themselves need a real PATH.
    path = ":".join([*(f"/{name}" for name in scripts), os.environ["PATH"]])
    toolkit = found(tmp_path, files, {"PATH": path})
    errors = {Path(nvcc.path).parent.name: nvcc.error for nvcc in toolkit.nvccs or ()}
    assert errors == {
        "hangs": "did not answer within 0.3 s",
        "floods": "printed more than 32 KiB",
        "babbles": "its answer to --version holds no release: no compiler today",
        "broken": "could not be started: No such file or directory",
        "silent": "its answer to --version holds no release: nothing",
        "good": None,
    }


@needs_posix
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches a process by descriptor")
def test_child_left_behind_neither_holds_nor_outlives_the_answer(tmp_path: Path) -> None:
    """A grandchild that keeps the pipe open is not waited for, and is ended with its session."""
    note = tmp_path / "pid"
    script = f"#!/bin/sh\nsleep 600 &\necho $! > {note}\necho '{ANSWER}'\n"
    plant(tmp_path, {"/nvcc": script})
    question = reading("short_answers")["Question"]([str(tmp_path / "nvcc")], os.environ, 30.0)
    output, error = question.answer()
    assert (output.strip(), error) == (ANSWER, None)
    try:
        grandchild = os.pidfd_open(int(note.read_text()))
    except ProcessLookupError:
        return  # gone already
    try:
        watch = select.poll()
        watch.register(grandchild, select.POLLIN)
        assert watch.poll(10_000)
    finally:
        os.close(grandchild)


@needs_posix
def test_host_compilers_state_their_release(tmp_path: Path) -> None:
    """The first compilers on PATH are asked; $NVCC_CCBIN comes first; no answer has a reason."""
    files: Files = {
        "/a/gcc": "#!/bin/sh\necho 12.2.0\n",
        "/b/gcc": "#!/bin/sh\necho 13.3.0\n",
        "/b/clang": "#!/bin/sh\necho 'Ubuntu clang version 14.0.6-1ubuntu1'\n",
        "/b/g++": "#!/bin/sh\necho hello\n",
        "/c/g++-11": "#!/bin/sh\necho 11.4.0\n",
    }
    toolkit = found(tmp_path, files, {"PATH": "/a:/b", "NVCC_CCBIN": "/c/g++-11"})
    releases = {host.path: host.release for host in toolkit.host_compilers or ()}
    assert list(releases) == ["/c/g++-11", "/a/gcc", "/b/g++", "/b/clang"]
    assert list(releases.values()) == ["11.4.0", "12.2.0", None, "14.0.6"]
    assert toolkit.unavailable["host_compilers"] == "/b/g++: its answer holds no release"


def test_each_cudnn_is_found_with_its_version(tmp_path: Path) -> None:
    """Headers tell by their macros, libraries by their real name or by the header beside them."""
    site = "/venv/lib/python3.12/site-packages/nvidia/cudnn"
    files: Files = {
        "/usr/local/cuda/include/cudnn.h": CUDNN_HEADER.replace(" 9", " 7").replace(" 1", " 6"),
        "/usr/local/cuda/lib64/libcudnn.so": "-> libcudnn.so.7",
        "/usr/local/cuda/lib64/libcudnn.so.7": "-> libcudnn.so.7.6.5",
        "/usr/local/cuda/lib64/libcudnn.so.7.6.5": BINARY,
        "/usr/include/cudnn_version.h": CUDNN_HEADER.replace(" 0", " 2"),
        f"{site}/include/cudnn_version.h": CUDNN_HEADER,
        f"{site}/lib/libcudnn.so.9": BINARY,
        f"{site}/lib/libcudnn_ops.so.9": BINARY,
        "/ld/libcudnn.so.8": BINARY,
        "/ld/libcudnn.so.6": "-> gone",
    }
    toolkit = found(tmp_path, files, {"LD_LIBRARY_PATH": "/ld"}, prefix="/venv")
    installs = {
        install.path: (install.version and str(install.version), install.found_via)
        for install in toolkit.cudnn_installs or ()
    }
    assert installs == {
        "/ld/libcudnn.so.8": (None, "LD_LIBRARY_PATH"),
        "/usr/local/cuda/lib64/libcudnn.so.7": ("7.6.5", "/usr/local/cuda"),
        "/usr/local/cuda/include/cudnn.h": ("7.6.0", "/usr/local/cuda"),
        "/usr/include/cudnn_version.h": ("9.1.2", "/usr/include"),
        f"{site}/lib/libcudnn.so.9": ("9.1.0", "wheel"),
        f"{site}/include/cudnn_version.h": ("9.1.0", "wheel"),
    }


def cache(*entries: tuple[str, str], flags: int | None = None, prefix: bytes = b"") -> bytes:
    """Build an ld.so.cache of (soname, path) entries for this architecture."""
    if flags is None:
        by_architecture = reading("loader_path")["FLAGS_BY_ARCHITECTURE"]
        flags = by_architecture.get(platform.machine(), 0) | 3
    strings, table = b"", b""
    base = 48 + 24 * len(entries)
    for soname, path in entries:
        offsets = []
        for text in (soname, path):
            offsets.append(base + len(strings))
            strings += text.encode() + b"\0"
        table += struct.pack("<iIIIQ", flags, *offsets, 0, 0)
    head = b"glibc-ld.so.cache1.1" + struct.pack("<II20x", len(entries), len(strings))
    return prefix + head + table + strings


def test_loader_libraries_come_in_the_loaders_order(tmp_path: Path) -> None:
    """LD_LIBRARY_PATH goes first, then the cache, then default folders that the cache lacks."""
    files: Files = {
        "/a/libcudart.so": "-> libcudart.so.11.0",
        "/a/libcudart.so.11.0": "-> libcudart.so.11.8.89",
        "/a/libcudart.so.11.8.89": BINARY,
        "/a/libz.so.1": BINARY,
        "/stubs/libcuda.so": BINARY,
        "/usr/lib/libcuda.so.1": "-> libcuda.so.550.54.15",
        "/usr/lib/libcuda.so.550.54.15": BINARY,
        "/usr/lib/libnvidia-ml.so.1": "-> libnvidia-ml.so.535.1",
        "/usr/lib/libcublas.so.12": BINARY,
        "/etc/ld.so.cache": cache(
            ("libz.so.1", "/usr/lib/libz.so.1"),
            ("libnvidia-ml.so.1", "/usr/lib/libnvidia-ml.so.1"),
            ("libcuda.so.1", "/usr/lib/libcuda.so.1"),
        ),
    }
    toolkit = found(tmp_path, files, {"LD_LIBRARY_PATH": "/a:/gone:/stubs"})
    assert [
        (library.soname, library.path, library.found_via, library.is_dangling)
        for library in toolkit.loader_libraries or ()
    ] == [
        ("libcudart.so.11.0", "/a/libcudart.so.11.0", "LD_LIBRARY_PATH", False),
        ("libcuda.so", "/stubs/libcuda.so", "LD_LIBRARY_PATH", False),
        ("libnvidia-ml.so.1", "/usr/lib/libnvidia-ml.so.1", "ld.so.cache", True),
        ("libcuda.so.1", "/usr/lib/libcuda.so.1", "ld.so.cache", False),
        ("libcublas.so.12", "/usr/lib/libcublas.so.12", "default folder", False),
    ]
    real_paths = {library.soname: library.real_path for library in toolkit.loader_libraries or ()}
    assert real_paths["libcuda.so.1"] == "/usr/lib/libcuda.so.550.54.15"
    assert toolkit.unavailable == {}


def test_cache_entries_of_other_architectures_are_left_out() -> None:
    """A 32-bit library in the cache is nothing that a 64-bit program would load."""
    cache_entries = reading("loader_path")["cache_entries"]
    entry = ("libcuda.so.1", "/usr/lib32/libcuda.so.1")
    assert cache_entries(cache(entry, flags=0x0003), "x86_64") == []
    assert cache_entries(cache(entry, flags=0x0303), "x86_64") == [entry]
    assert cache_entries(cache(entry, flags=0x0A03), "aarch64") == [entry]
    assert cache_entries(cache(entry, flags=0x0303, prefix=b"ld.so-1.7.0\0" * 3), "x86_64") == [
        entry
    ]


def test_cut_or_altered_cache_raises_value_error_only() -> None:
    """Whatever part of a cache is missing or wrong, the answer is a list or a ValueError."""
    cache_entries = reading("loader_path")["cache_entries"]
    whole = cache(("libcuda.so.1", "/usr/lib/libcuda.so.1"), ("libcudart.so.12", "/c"))
    assert len(cache_entries(whole, platform.machine())) == 2
    refused = 0
    for at in range(len(whole)):
        for spoilt in (whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]):
            try:
                cache_entries(spoilt, platform.machine())
            except ValueError:
                refused += 1
    assert refused > 48


@pytest.mark.skipif(
    platform.machine() != "x86_64"
    or not shutil.which("ldconfig", path="/sbin:/usr/sbin")
    or not Path("/etc/ld.so.cache").exists(),
    reason="compares with glibc's own tool on x86_64",
)
def test_real_cache_reads_as_ldconfig_prints_it() -> None:
    """Every library of this machine's cache is read, in order, as `ldconfig -p` lists it."""
    loader_path = reading("loader_path")
    loader_path["is_wanted"] = lambda _: True
    entries = loader_path["cache_entries"](Path("/etc/ld.so.cache").read_bytes(), "x86_64")
    ldconfig = shutil.which("ldconfig", path="/sbin:/usr/sbin") or "ldconfig"
    listed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=True).stdout
    rows = (line.strip().partition(" (") for line in listed.splitlines()[1:])
    printed = [
        (soname, rest.rpartition(" => ")[2])
        for soname, _, rest in rows
        if soname.startswith("lib") and rest.startswith("libc6,x86-64")
    ]
    assert printed
    assert entries == printed


def test_windows_toolkit_is_found(tmp_path: Path) -> None:
    """On Windows, variables, Program Files, DLLs on PATH and cl's own path tell all."""
    cuda = r"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA\v12.4"
    tree = "/C/Program Files/NVIDIA GPU Computing Toolkit/CUDA/v12.4"
    msvc = r"C:\VS\VC\Tools\MSVC\14.38.33130\bin\Hostx64\x64"
    files: Files = {
        f"{tree}/bin/nvcc.exe": b"MZ",
        f"{tree}/bin/cudart64_12.dll": b"MZ",
        f"{tree}/bin/cudnn64_9.dll": b"MZ",
        f"{tree}/include/cudnn_version.h": CUDNN_HEADER,
        f"{tree}/version.json": '{"cuda": {"version": "12.4.1"}}',
        "/C/Windows/System32/nvcuda.dll": b"MZ",
        "/C/VS/VC/Tools/MSVC/14.38.33130/bin/Hostx64/x64/cl.exe": b"MZ",
    }
    environ = {"PATH": rf"C:\Windows\System32;{cuda}\bin;{msvc}", "CUDA_PATH": cuda}
    toolkit = found(tmp_path, files, environ, system="nt")
    (nvcc,) = toolkit.nvccs or ()
    assert nvcc.path == rf"{cuda}\bin\nvcc.exe"
    assert nvcc.found_via == ("PATH", "CUDA_PATH", cuda)
    assert str(nvcc.toolkit_cuda) == "12.4"
    (compiler,) = toolkit.host_compilers or ()
    assert (compiler.name, compiler.release) == ("cl", "14.38.33130")
    libraries = [(library.soname, library.found_via) for library in toolkit.loader_libraries or ()]
    assert libraries == [
        ("nvcuda.dll", "system"),
        ("cudart64_12.dll", "PATH"),
        ("cudnn64_9.dll", "PATH"),
    ]
    assert {(Path(install.path.replace("\\", "/")).name, str(install.version))
            for install in toolkit.cudnn_installs or ()} == {
        ("cudnn64_9.dll", "9.1.0"),
        ("cudnn_version.h", "9.1.0"),
    }  # fmt: skip


def test_this_machine_is_searched(tmp_path: Path) -> None:
    """The probe runs to its end on the machine at hand, and what it says fits the record."""
    result = tmp_path / "result.jsonl"
    result.touch()
    command = [sys.executable, "-I", "-S", str(RUN), str(result), "20", str(PROBE), sys.prefix]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = result.read_text()
    assert json.loads(lines.splitlines()[-1]) == {"done": True}
    toolkit = msgspec.convert(section(lines), Toolkit, dec_hook=versions.decode)
    assert toolkit.nvccs is not None
    assert all(nvcc.toolkit_cuda or nvcc.error for nvcc in toolkit.nvccs)
    assert toolkit.cudnn_installs is not None
