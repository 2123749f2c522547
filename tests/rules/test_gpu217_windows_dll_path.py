"""GPU217: Windows does not find a DLL, or finds a stray copy."""

from typing import Any

from gpucheck.facts import ImportFailure, LoaderLibrary
from make import facts, findings, found, framework

WINDOWS: dict[str, Any] = {"os_name": "Windows", "architecture": "AMD64"}


def test_an_import_that_names_a_dll() -> None:
    """TensorFlow 1 says which one it wants."""
    failure = ImportFailure(
        kind="ImportError",
        message="Could not find 'cudart64_100.dll'.",
        missing_library="cudart64_100.dll",
    )
    build = framework("tensorflow", "1.15.0", "10.0", import_failure=failure)
    (finding,) = findings(facts(frameworks=[build], machine=WINDOWS), "GPU217")
    assert finding.severity == "error"
    assert finding.remedy
    assert "PATH" in finding.remedy.text


def test_lines_on_windows_and_of_a_machine_that_is_not_known() -> None:
    """On Linux no DLL is missing."""
    line = "Could not load dynamic library 'cudart64_110.dll'; dlerror: cudart64_110.dll not found"
    assert findings(facts(messages=[line], machine=WINDOWS), "GPU217")
    assert findings(facts(messages=[line], machine={"os_name": None}), "GPU217")
    assert findings(facts(messages=[line]), "GPU217") == []


def test_copies_in_system32() -> None:
    """A note; nvcuda.dll belongs there."""
    folder = r"C:\Windows\System32"
    copied = LoaderLibrary(soname="cudnn64_8.dll", path=rf"{folder}\cudnn64_8.dll")
    own = LoaderLibrary(soname="nvcuda.dll", path=rf"{folder}\nvcuda.dll")
    (finding,) = findings(
        facts(machine=WINDOWS, toolkit={"loader_libraries": (copied, own)}), "GPU217"
    )
    assert finding.severity == "note"
    assert "GPU217" not in found(facts(machine=WINDOWS, toolkit={"loader_libraries": (own,)}))


def test_cudnn_s_own_words_prove_it() -> None:
    """CuDNN 8 wants zlibwapi.dll."""
    line = "Could not locate zlibwapi.dll. Please make sure it is in your library path!"
    assert findings(facts(messages=[line]), "GPU217")
