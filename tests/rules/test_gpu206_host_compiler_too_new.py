"""GPU206: nvcc does not accept the compiler or the C library."""

from typing import Any

from msgspec.structs import replace

from gpucheck.facts import Facts, HostCompiler, Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, findings, found, report

BUILDS = {"CUDA_HOME": "/usr/local/cuda-11.8"}


def here(cuda: str, gcc: str, path: str = "/usr/local/cuda-11.8/bin/nvcc", **more: Any) -> Facts:
    """Return a machine with one nvcc on PATH and one gcc."""
    via = ("conda",) if "conda" in path else ("PATH",)
    nvcc = Nvcc(path=path, toolkit_cuda=ToolkitCuda.parse(cuda), found_via=(*via, "PATH"))
    compiler = HostCompiler(name="gcc", path="/usr/bin/gcc", release=gcc)
    made = facts(**more)
    value = replace(made.toolkit.value, nvccs=(nvcc,), host_compilers=(compiler,))
    return replace(made, toolkit=replace(made.toolkit, value=value))


def test_a_newer_gcc() -> None:
    """CUDA 11.8 accepts gcc up to 11: a warning where code is compiled, else a note."""
    (finding,) = findings(here("11.8", "13.2.0", environment=BUILDS), "GPU206")
    assert finding.severity == "warning"
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo apt install gcc-11 g++-11"
    assert [f.severity for f in findings(here("11.8", "13.2.0"), "GPU206")] == ["note"]


def test_silent_on_a_gcc_that_is_accepted() -> None:
    """The maximum itself."""
    assert "GPU206" not in found(here("11.8", "11.4.0", environment=BUILDS))


def test_silent_where_somebody_has_chosen_the_compiler() -> None:
    """A distribution's nvcc, conda's, and a flag."""
    assert "GPU206" not in found(here("11.5", "13.2.0", "/usr/bin/nvcc", environment=BUILDS))
    assert "GPU206" not in found(here("11.8", "13.2.0", "/conda/bin/nvcc", environment=BUILDS))
    flag = BUILDS | {"NVCC_PREPEND_FLAGS": "-ccbin /usr/bin/g++-11"}
    assert "GPU206" not in found(here("11.8", "13.2.0", environment=flag))


def test_a_newer_c_library() -> None:
    """CUDA 12.8's headers do not compile with glibc 2.41."""
    new = {"libc_release": "2.41"}
    (finding,) = findings(here("12.8", "14.2.0", environment=BUILDS, machine=new), "GPU206")
    assert "glibc 2.41" in finding.message
    assert "GPU206" not in found(here("13.2", "14.2.0", environment=BUILDS, machine=new))


def test_visual_studio() -> None:
    """Toolset 14.50 is newer than CUDA 12.4 accepts, 14.38 is not."""
    windows = {"os_name": "Windows"}
    for toolset, fires in (("14.50.35717", True), ("14.38.33130", False)):
        made = here("12.4", "", machine=windows, path=r"C:\CUDA\v12.4\bin\nvcc.exe")
        compiler = HostCompiler(name="cl", path=r"C:\VC\cl.exe", release=toolset)
        value = replace(made.toolkit.value, host_compilers=(compiler,))
        seen = replace(made, toolkit=replace(made.toolkit, value=value))
        assert ("GPU206" in found(seen)) is fires


def test_a_toolkit_that_no_table_knows() -> None:
    """It is said where it matters."""
    skipped = report(here("19.0", "13.2.0", environment=BUILDS)).skipped
    assert "GPU206" in [each.rule for each in skipped]


def test_nvcc_s_own_words_make_it_an_error() -> None:
    """With and without facts."""
    line = "error: #error -- unsupported GNU version! gcc versions later than 11 are not supported!"
    (finding,) = findings(here("11.8", "13.2.0", messages=[line]), "GPU206")
    assert finding.severity == "error"
    assert findings(facts(gpus=[], messages=[line]), "GPU206")


def test_the_compiler_is_chosen_by_what_older_toolkits_know_too() -> None:
    """They ignore NVCC_CCBIN; the choice silences the rule."""
    (finding,) = findings(here("11.8", "13.2.0"), "GPU206")
    assert finding.remedy
    assert finding.remedy.commands[1] == "export NVCC_PREPEND_FLAGS='-ccbin /usr/bin/g++-11'"
