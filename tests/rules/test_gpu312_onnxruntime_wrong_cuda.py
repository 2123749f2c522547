"""GPU312: ONNX Runtime for another CUDA or cuDNN."""

from gpucheck.facts import LoaderLibrary
from make import facts, found, framework, report

RUNTIME = framework("onnxruntime", "1.22.0", "12.2", distribution="onnxruntime-gpu")


def loader(*sonames: str) -> dict[str, object]:
    """Return a toolkit section whose loader finds these."""
    libraries = (LoaderLibrary(soname=name, path=f"/usr/lib/{name}") for name in sonames)
    return {"loader_libraries": tuple(libraries)}


def test_fires_with_another_major() -> None:
    """CUDA 11 and cuDNN 8 where 12 and 9 are needed; the extras bring them."""
    here = facts(
        driver="550.54.15",
        frameworks=[RUNTIME],
        toolkit=loader("libcublas.so.11", "libcudnn.so.8"),
    )
    finding = next(each for each in report(here).findings if each.rule == "GPU312")
    assert len(finding.evidence) == 2
    assert finding.remedy
    assert "onnxruntime-gpu[cuda,cudnn]==1.22.0" in finding.remedy.commands[-1]


def test_silent_with_what_it_needs_or_without_any() -> None:
    """No CUDA at all is another finding."""
    right = loader("libcublas.so.12", "libcudnn.so.9", "libcublas.so.11")
    assert "GPU312" not in found(facts(frameworks=[RUNTIME], toolkit=right))
    assert "GPU312" not in found(facts(frameworks=[RUNTIME], toolkit=loader()))


def test_releases_for_two_cudas_are_not_judged() -> None:
    """1.18 exists for CUDA 11 and 12, and does not say which it is."""
    old = framework("onnxruntime", "1.18.1", is_cuda_build=True, distribution="onnxruntime-gpu")
    wrong = loader("libcublas.so.12", "libcudnn.so.9")
    assert "GPU312" not in found(facts(frameworks=[old], toolkit=wrong))


def test_a_line_alone_proves_it() -> None:
    """The loader's words name the library."""
    line = (
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.11:"
        " cannot open shared object file: No such file or directory"
    )
    assert "GPU312" in found(facts(messages=[line]))


def test_silent_without_a_gpu() -> None:
    """There is nothing that its CUDA provider could run on."""
    wrong = loader("libcublas.so.11", "libcudnn.so.8")
    assert "GPU312" not in found(facts(gpus=[], frameworks=[RUNTIME], toolkit=wrong))
