"""GPU209: a stub of the driver's library."""

from gpucheck.facts import LoaderLibrary
from make import facts, findings, found, report

STUB = "/usr/local/cuda/lib64/stubs/libcuda.so"


def test_fires_on_error_34() -> None:
    """CuInit of a stub returns 34; that CUDA does not start follows from it."""
    seen = report(facts(cuda_error=34, environment={"LD_LIBRARY_PATH": STUB[:-11]}))
    (finding,) = [each for each in seen.findings if each.rule == "GPU209"]
    assert finding.severity == "error"
    assert finding.subject == "driver"


def test_names_the_folder_to_take_off() -> None:
    """The stub that was loaded is of a folder of LD_LIBRARY_PATH: that one goes."""
    variable = {"LD_LIBRARY_PATH": "/usr/local/cuda/lib64/stubs"}
    loaded = {"library_path": "/usr/local/cuda/lib64/stubs/libcuda.so.1"}
    (finding,) = findings(facts(environment=variable, cuda=loaded), "GPU209")
    assert finding.remedy
    assert finding.remedy.commands == ("unset LD_LIBRARY_PATH",)


def test_warns_of_a_stub_in_front() -> None:
    """Libcuda.so.1 is the driver's, libcuda.so would be the stub."""
    library = LoaderLibrary(soname="libcuda.so", path=STUB, found_via="LD_LIBRARY_PATH")
    (finding,) = findings(facts(toolkit={"loader_libraries": (library,)}), "GPU209")
    assert finding.severity == "warning"


def test_silent_when_the_driver_s_comes_first() -> None:
    """A stub that is found later harms nobody."""
    own = LoaderLibrary(soname="libcuda.so", path="/usr/lib/x86_64-linux-gnu/libcuda.so")
    stub = LoaderLibrary(soname="libcuda.so", path=STUB)
    assert found(facts(toolkit={"loader_libraries": (own, stub)})) == []


def test_silent_without_a_gpu() -> None:
    """A build machine links against the stub, as it is meant to be."""
    library = LoaderLibrary(soname="libcuda.so", path=STUB, found_via="LD_LIBRARY_PATH")
    assert "GPU209" not in found(facts(gpus=[], toolkit={"loader_libraries": (library,)}))


def test_a_printed_line_proves_it() -> None:
    """Of another machine only its words are known."""
    (finding,) = findings(
        facts(gpus=[], messages=["RuntimeError: CUDA error: CUDA driver is a stub library"]),
        "GPU209",
    )
    assert finding.remedy
    assert "stubs" in finding.remedy.text
