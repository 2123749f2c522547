"""GPU320: frameworks that are no longer developed."""

from make import facts, findings, framework, report


def mxnet(cuda: str, package: str, gpu: str) -> list[tuple[str, str, str]]:
    """Return what is found for an MXNet on a GPU: rule, severity, remedy."""
    build = framework("mxnet", "1.9.1", cuda, distribution=package)
    seen = findings(facts(gpus=[gpu], frameworks=[build]), "GPU320")
    return [(f.rule, f.severity, f.remedy.text if f.remedy else "") for f in seen]


def test_is_a_note_on_a_gpu_of_its_time() -> None:
    """CUDA 11.2 knows Ampere, also its later minor."""
    assert [each[:2] for each in mxnet("11.2", "mxnet-cu112", "RTX 3090")] == [("GPU320", "note")]


def test_is_an_error_on_a_newer_generation() -> None:
    """CUDA 10.2 does not know Ampere, and a package of a newer CUDA is named."""
    ((rule, severity, text),) = mxnet("10.2", "mxnet-cu102", "RTX 3090")
    assert (rule, severity) == ("GPU320", "error")
    assert "mxnet-cu117" in text


def test_names_no_package_where_there_is_none() -> None:
    """No MXNet was built for Blackwell's CUDA."""
    ((_, severity, text),) = mxnet("11.7", "mxnet-cu117", "RTX 5090")
    assert severity == "error"
    assert "mxnet-cu" not in text


def test_others_are_noted() -> None:
    """Chainer, Theano: whatever the GPU."""
    (finding,) = findings(facts(distributions={"theano": "1.0.5"}), "GPU320")
    assert (finding.rule, finding.severity, finding.subject) == ("GPU320", "note", "environment")


def test_silent_on_what_is_alive_and_without_packages() -> None:
    """PyTorch is none; without packages nothing is said."""
    assert not findings(facts(torch="2.6.0+cu124"), "GPU320")
    assert "GPU320" in [s.rule for s in report(facts(outcomes={"packages": "garbled"})).skipped]
