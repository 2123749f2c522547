"""GPU207: nvcc is of another CUDA than PyTorch."""

from typing import Any

from msgspec.structs import replace

from gpucheck.facts import Facts, Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, findings, found

BUILDS = {"CUDA_HOME": "/usr/local/cuda"}


def here(cuda: str, **more: Any) -> Facts:
    """Return a machine with one nvcc and a PyTorch for CUDA 12.4."""
    nvcc = Nvcc(
        path="/usr/local/cuda/bin/nvcc", toolkit_cuda=ToolkitCuda.parse(cuda), found_via=("PATH",)
    )
    made = facts(**({"torch": "2.6.0+cu124"} | more))
    return replace(
        made, toolkit=replace(made.toolkit, value=replace(made.toolkit.value, nvccs=(nvcc,)))
    )


def test_another_major() -> None:
    """A warning where code is compiled, else a note."""
    (finding,) = findings(here("11.8", environment=BUILDS), "GPU207")
    assert finding.severity == "warning"
    assert finding.remedy
    assert "cuda-toolkit-12-4" in finding.remedy.commands[0]
    assert [f.severity for f in findings(here("11.8"), "GPU207")] == ["note"]


def test_another_minor() -> None:
    """It mostly works: a note for those who compile, nothing for the others."""
    assert [f.severity for f in findings(here("12.6", environment=BUILDS), "GPU207")] == ["note"]
    assert "GPU207" not in found(here("12.6"))


def test_silent_on_the_same_and_without_pytorch() -> None:
    """Nothing differs, or there is nothing to compile for."""
    assert "GPU207" not in found(here("12.4", environment=BUILDS))
    assert "GPU207" not in found(here("11.8", torch=None, environment=BUILDS))
    assert "GPU207" not in found(here("11.8", torch="2.6.0+cpu", environment=BUILDS))


def test_an_installed_extension_shows_that_code_is_compiled() -> None:
    """DeepSpeed compiles when it is used; flash-attn comes ready-made as a rule."""
    for package, severity in (("deepspeed", "warning"), ("flash-attn", "note")):
        (finding,) = findings(here("11.8", distributions={package: "1.0"}), "GPU207")
        assert finding.severity == severity


def test_pytorch_s_own_words_prove_it() -> None:
    """A build that failed."""
    line = "The detected CUDA version (11.8) mismatches the version that was used to compile"
    assert findings(facts(messages=[line]), "GPU207")
    (finding,) = findings(here("11.8", messages=[line]), "GPU207")
    assert finding.severity == "warning"
