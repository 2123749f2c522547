"""GPU302: a build without CUDA on a machine with a GPU."""

from make import facts, found, framework, report


def test_fires_on_every_framework_s_cpu_build() -> None:
    """PyTorch, TensorFlow and ONNX Runtime alike."""
    assert found(facts(torch="2.6.0+cpu")) == ["GPU302"]
    for name in ("tensorflow", "onnxruntime"):
        assert found(facts(frameworks=[framework(name, "1.0")])) == ["GPU302"]


def test_silent_without_gpu() -> None:
    """A CPU build is right where there is no GPU."""
    assert found(facts(gpus=[], torch="2.6.0+cpu")) == ["GPU101"]


def test_note_beside_a_framework_with_cuda() -> None:
    """Onnxruntime for the CPU beside a CUDA PyTorch is common and often meant: a note."""
    seen = report(facts(torch="2.6.0+cu124", frameworks=[framework("onnxruntime", "1.20")]))
    severities = {f.severity for f in seen.findings if f.rule == "GPU302"}
    assert severities == {"note"}


def test_silent_on_a_rocm_build() -> None:
    """A ROCm build is another mistake."""
    build = framework("torch", "2.6.0+rocm6.2", is_rocm_build=True)
    assert "GPU302" not in found(facts(torch=build))


def test_remedy_pins_the_local_version() -> None:
    """The plain release would be satisfied by the installed CPU build."""
    (finding,) = report(facts(torch="2.9.1+cpu")).findings
    assert finding.remedy
    assert "torch==2.9.1+cu1" in finding.remedy.commands[0]


def test_unknown_build_is_no_finding() -> None:
    """A build that does not say what it is, is not accused."""
    assert found(facts(torch=framework("torch", "2.6.0", is_cuda_build=None))) == []


def test_remedies_of_the_other_frameworks() -> None:
    """Each gets the release that fits; what the tables lack gets words and no command."""
    for build, driver, expected in (
        (framework("tensorflow", "2.17.0"), "550.54.15", "tensorflow[and-cuda]==2.17.0"),
        (framework("tensorflow", "2.2.0"), "550.54.15", "tensorflow[and-cuda]==2."),
        (framework("onnxruntime", "1.22.0"), "550.54.15", "onnxruntime-gpu[cuda,cudnn]==1.22.0"),
        (framework("mxnet", "1.9.1"), "580.95.05", None),
    ):
        (finding,) = [
            each
            for each in report(facts(driver=driver, frameworks=[build])).findings
            if each.rule == "GPU302"
        ]
        assert finding.remedy
        assert (expected or "") in " ".join(finding.remedy.commands)
        assert bool(finding.remedy.commands) is (expected is not None)


def test_a_line_alone_proves_it() -> None:
    """Without facts there are words and no command."""
    line = "AssertionError: Torch not compiled with CUDA enabled"
    (finding,) = [
        each
        for each in report(facts(outcomes={"packages": "not_started"}, messages=[line])).findings
        if each.rule == "GPU302"
    ]
    assert finding.remedy
    assert finding.remedy.commands == ()
