"""GPU220: CUDA's own libraries are not there."""

from gpucheck.facts import Facts, ImportFailure, LoaderLibrary
from make import facts, findings, found, framework, torch


def broken(library: str, **more: object) -> Facts:
    """Return a PyTorch whose import lacked a library."""
    failure = ImportFailure(
        kind="OSError",
        message=f"{library}: cannot open shared object file: No such file or directory",
        missing_library=library,
    )
    return facts(torch=torch("2.6.0+cu124", import_failure=failure), **more)  # type: ignore[arg-type]


def test_names_the_wheel() -> None:
    """The major in the file's name is CUDA's."""
    (finding,) = findings(broken("libcublas.so.12"), "GPU220")
    assert finding.remedy
    assert finding.remedy.commands[0].endswith("install nvidia-cublas-cu12")


def test_says_which_other_major_is_there() -> None:
    """CUDA 13's does not help a build for 12."""
    other = LoaderLibrary(soname="libcublas.so.13", path="/usr/lib/libcublas.so.13")
    (finding,) = findings(
        broken("libcublas.so.12", toolkit={"loader_libraries": (other,)}), "GPU220"
    )
    assert "there is /usr/lib/libcublas.so.13 (major 13)" in finding.evidence


def test_silent_on_libraries_of_others() -> None:
    """CuDNN and the driver have rules of their own; of the rest nothing is known."""
    for library in ("libcudnn.so.9", "libcuda.so.1", "libfoo.so.3"):
        assert "GPU220" not in found(broken(library))


def test_tensorflow_s_line_counts_where_there_is_a_gpu() -> None:
    """On a machine without one it is harmless, and so it is when the GPU is listed."""
    line = "Cannot dlopen some GPU libraries. Please make sure that they are installed."
    for gpus, devices, fires in ((["T4"], (), True), ([], (), False), (["T4"], None, False)):
        build = framework("tensorflow", "2.12.0", "11.8", printed=(line,), devices=devices)
        here = facts(gpus=gpus, frameworks=[build])
        assert bool(findings(here, "GPU220")) is fires


def test_a_pasted_line() -> None:
    """Bitsandbytes names the library, and its wheel follows."""
    line = "CUDA SETUP ERROR: Missing dependency: libcublas.so.12"
    (finding,) = findings(facts(messages=[line]), "GPU220")
    assert finding.remedy
    assert "nvidia-cublas-cu12" in finding.remedy.commands[0]


def test_follows_from_a_missing_extra() -> None:
    """TensorFlow's own extra brings what is missing: that is the cause."""
    line = "Cannot dlopen some GPU libraries. Please make sure that they are installed."
    build = framework("tensorflow", "2.19.1", "12.5.1", printed=(line,), devices=())
    seen = found(facts(gpus=["T4"], frameworks=[build], toolkit={"loader_libraries": ()}))
    assert "GPU306" in seen
    assert "GPU220" not in seen
