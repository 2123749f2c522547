"""GPU304: a build that has only PTX for the GPU."""

from typing import Any

from gpucheck.facts import Framework
from make import facts, found, framework, report


def tensorflow(cuda: str = "12.3", **changes: Any) -> Framework:
    """Return a TensorFlow with PTX for 8.0 and newer."""
    targets: dict[str, Any] = {"sass_targets": ("sm_70", "sm_80"), "ptx_targets": ("compute_80",)}
    return framework("tensorflow", "2.15.0", cuda, **(targets | changes))


def test_warns_where_the_driver_compiles() -> None:
    """An H100 with PTX of 8.0."""
    seen = report(facts(gpus=["H100"], frameworks=[tensorflow()])).findings
    finding = next(each for each in seen if each.rule == "GPU304")
    assert finding.severity == "warning"
    assert finding.remedy
    assert "tensorflow[and-cuda]==2.2" in finding.remedy.commands[-1]


def test_error_where_the_driver_is_older_than_the_ptx() -> None:
    """Minor-version compatibility does not cover PTX."""
    here = facts(driver="525.105.17", gpus=["H100"], frameworks=[tensorflow()])
    finding = next(each for each in report(here).findings if each.rule == "GPU304")
    assert finding.severity == "error"
    assert "GPU327" in {each.rule for each in finding.consequences} | set(found(here))


def test_silent_with_machine_code() -> None:
    """An RTX 3090 (8.6) runs code for 8.0."""
    assert "GPU304" not in found(facts(gpus=["RTX 3090"], frameworks=[tensorflow()]))


def test_silent_where_nothing_runs_or_nothing_is_known() -> None:
    """No code at all is GPU303's; without targets nothing is said."""
    none = tensorflow(ptx_targets=())
    assert "GPU304" not in found(facts(gpus=["H100"], frameworks=[none]))
    unknown = tensorflow(sass_targets=None, ptx_targets=None)
    assert "GPU304" not in found(facts(gpus=["H100"], frameworks=[unknown]))


def test_a_line_alone_proves_it() -> None:
    """TensorFlow says so itself."""
    line = (
        "TensorFlow was not built with CUDA kernel binaries compatible with compute capability 12.0"
    )
    assert "GPU304" in found(facts(messages=[line]))
