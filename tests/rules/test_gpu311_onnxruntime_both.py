"""GPU311: ONNX Runtime for CPU and GPU at once."""

from make import facts, faults, found, framework

BOTH = {"onnxruntime": "1.22.0", "onnxruntime-gpu": "1.22.0"}


def test_error_when_the_cpu_s_files_won() -> None:
    """One root cause: the CPU build is not told beside it."""
    build = framework("onnxruntime", "1.22.0")
    here = facts(driver="550.54.15", frameworks=[build], distributions=BOTH)
    (finding,) = faults(here)
    assert (finding.rule, finding.severity) == ("GPU311", "error")
    assert finding.remedy
    assert "onnxruntime onnxruntime-gpu" in finding.remedy.commands[0]
    assert "onnxruntime-gpu[cuda,cudnn]==1.22.0" in finding.remedy.commands[1]


def test_warning_while_cuda_is_there() -> None:
    """The GPU's files won this time."""
    build = framework("onnxruntime", "1.22.0", "12.2", distribution="onnxruntime-gpu")
    seen = faults(facts(frameworks=[build], distributions=BOTH))
    assert [(each.rule, each.severity) for each in seen] == [("GPU311", "warning")]


def test_silent_with_one_and_without_a_gpu() -> None:
    """Either package alone, or a machine that has no use for it."""
    gpu = framework("onnxruntime", "1.22.0", "12.2", distribution="onnxruntime-gpu")
    assert faults(facts(frameworks=[gpu])) == []
    assert "GPU311" not in found(facts(gpus=[], frameworks=[gpu], distributions=BOTH))
