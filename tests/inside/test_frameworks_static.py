"""Framework builds are told from files alone, and failed imports are taken apart."""

# ruff: noqa: E501 - messages of loaders are kept in one piece

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from environments import install, make_environment, write
from gpucheck.facts import Framework
from inside.probing import INSIDE, as_framework, as_packages, run_probe, told

BARE = (sys.executable, "-S")
FRAMEWORK_FILES = sorted((INSIDE / "frameworks").glob("*.py"))
RECORDED = Path(__file__).parent.parent / "snapshots" / "recorded_frameworks"

TORCH = "torch/version.py"
TENSORFLOW = "tensorflow/python/platform/build_info.py"
CUPY = "cupy/.data/_wheel.json"
ONNXRUNTIME = "onnxruntime/capi/build_and_package_info.py"
DICTIONARY = "import collections\nbuild_info = collections.OrderedDict(%r)\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of packages that is on the path of the probes that the test runs."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def build_of(name: str) -> Framework:
    """Return what the files on the path tell about a framework."""
    return as_framework(told(run_probe(BARE, "probes/packages"))["frameworks"][name])


@pytest.mark.parametrize("path", FRAMEWORK_FILES, ids=lambda path: path.stem)
def test_a_framework_file_exports_what_is_asked_of_it(path: Path) -> None:
    """The folder is the list: each file is named after its framework and has the same parts."""
    names = runpy.run_path(str(path))
    assert names["NAME"] == path.stem
    assert names["MODULE"] in names["DISTRIBUTIONS"]
    assert callable(names["read_build"])
    assert callable(names["probe"])


@pytest.mark.parametrize(
    ("distribution", "files", "expected"),
    [
        (
            "torch 2.6.0",
            {TORCH: "__version__ = '2.6.0+cu124'\ncuda: Optional[str] = '12.4'\nhip = None\n"},
            {
                "release": "2.6.0+cu124",
                "is_cuda_build": True,
                "is_rocm_build": False,
                "built_for_cuda": "12.4",
            },
        ),
        (
            "torch 1.0.0",
            {TORCH: "__version__ = '1.0.0'\ndebug = False\ncuda = '9.0.176'\n"},
            {"is_cuda_build": True, "built_for_cuda": "9.0.176"},
        ),
        (
            "torch 2.9.1+cpu",
            {TORCH: "__version__ = '2.9.1+cpu'\ncuda: Optional[str] = None\n"},
            {"release": "2.9.1+cpu", "is_cuda_build": False, "built_for_cuda": None},
        ),
        (
            "torch 2.6.0+rocm6.2",
            {TORCH: "cuda: Optional[str] = None\nhip: Optional[str] = '6.2.41133'\n"},
            {"is_cuda_build": False, "is_rocm_build": True},
        ),
        ("torch 2.6.0", {TORCH: "cuda = broken("}, {"release": "2.6.0", "is_cuda_build": None}),
        ("torch 2.6.0", {TORCH: "cuda = 'unknown'"}, {"built_for_cuda": None}),
        (
            "tensorflow 2.21.0",
            {
                TENSORFLOW: DICTIONARY
                % [
                    ("cuda_compute_capabilities", ["sm_60", "sm_89", "compute_90"]),
                    ("cuda_version", "12.5.1"),
                    ("cudnn_version", "9"),
                    ("is_cuda_build", True),
                    ("is_rocm_build", False),
                ]
            },
            {
                "is_cuda_build": True,
                "is_rocm_build": False,
                "built_for_cuda": "12.5.1",
                "built_for_cudnn": "9",
                "sass_targets": ("sm_60", "sm_89", "sm_90"),
                "ptx_targets": ("compute_90",),
                "build_source": TENSORFLOW,
            },
        ),
        (
            "tensorflow-gpu 2.5.0",  # Windows writes the ending of the DLL's name
            {
                TENSORFLOW: DICTIONARY
                % [("cuda_version", "64_112"), ("cudnn_version", "64_8"), ("is_cuda_build", True)]
            },
            {"distribution": "tensorflow-gpu", "built_for_cuda": "11.2", "built_for_cudnn": "8"},
        ),
        (
            "tensorflow 1.14.0",
            {TENSORFLOW: "is_rocm_build = False\nis_cuda_build = False\n"},
            {"is_cuda_build": False, "built_for_cuda": None},
        ),
        (
            "tensorflow-gpu 1.13.1",
            {
                TENSORFLOW: "is_cuda_build = True\ncuda_version_number = '10.0'\ncudnn_version_number = '7'\n"
            },
            {"is_cuda_build": True, "built_for_cuda": "10.0", "built_for_cudnn": "7"},
        ),
        (
            "tensorflow-cpu 2.21.0",
            {TENSORFLOW: DICTIONARY % [("is_cuda_build", False)]},
            {"is_cuda_build": False},
        ),
        (
            "cupy-cuda12x 14.2.0",
            {CUPY: '{"cuda": "12.x", "packaging": "pip"}'},
            {"is_cuda_build": True, "built_for_cuda": None, "built_for_cuda_major": 12},
        ),
        (
            "cupy-cuda112 9.6.0",
            {CUPY: '{"cuda": "11.2", "cudnn": {"version": "8.1.0"}}'},
            {"built_for_cuda": "11.2", "built_for_cuda_major": 11, "built_for_cudnn": "8.1.0"},
        ),
        ("cupy-cuda80 4.0.0", {}, {"built_for_cuda": "8.0", "build_source": "cupy-cuda80"}),
        ("cupy-rocm-5-0 13.0.0", {}, {"is_cuda_build": False, "is_rocm_build": True}),
        ("cupy 14.2.0", {}, {"is_cuda_build": None}),  # built from source
        ("cupy-cuda12x 14.2.0", {CUPY: "{"}, {"release": "14.2.0", "is_cuda_build": None}),
        ("mxnet-cu112 1.9.1", {}, {"is_cuda_build": True, "built_for_cuda": "11.2"}),
        ("mxnet-cu80mkl 1.4.0", {}, {"is_cuda_build": True, "built_for_cuda": "8.0"}),
        ("mxnet 1.9.1", {}, {"is_cuda_build": False, "built_for_cuda": None}),
        (
            "onnxruntime-gpu 1.21.0",
            {
                ONNXRUNTIME: "package_name = 'onnxruntime-gpu'\n__version__ = '1.21.0'\ncuda_version = '12.2'\n"
            },
            {"distribution": "onnxruntime-gpu", "is_cuda_build": True, "built_for_cuda": "12.2"},
        ),
        (
            "onnxruntime 1.31.1",
            {ONNXRUNTIME: "package_name = 'onnxruntime'\n__version__ = '1.31.1'\n"},
            {"is_cuda_build": False, "built_for_cuda": None},
        ),
        (
            "onnxruntime 1.20.0",  # conda's builds with CUDA have the plain name
            {
                ONNXRUNTIME: "package_name = 'onnxruntime'\n__version__ = '1.20.0'\n",
                "onnxruntime/capi/libonnxruntime_providers_cuda.so": "",
            },
            {"is_cuda_build": True},
        ),
        ("numba 0.68.1", {}, {"is_cuda_build": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tells_the_build_from_its_files(
    site: Path, distribution: str, files: dict[str, str], expected: dict[str, Any]
) -> None:
    """What is in the files becomes the build fields; what is not stays unknown."""
    name, release = distribution.split()
    framework = next(path.stem for path in FRAMEWORK_FILES if path.stem in name)
    install(site, name, release, {f"{framework}/__init__.py": "", **files})
    found = build_of(framework)
    told_fields = {field: getattr(found, field) for field in expected}
    assert {
        f: str(v) if isinstance(expected[f], str) else v for f, v in told_fields.items()
    } == expected


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (("jaxlib 0.5.0",), (False, None, None, None)),
        (("jaxlib 0.5.0", "jax-cuda12-plugin 0.5.0"), (True, 12, None, None)),
        (("jaxlib 0.8.0", "jax-cuda13-pjrt 0.8.0"), (True, 13, None, None)),
        (("jaxlib 0.5.0", "jax-rocm60-plugin 0.5.0"), (False, None, None, None)),
        (("jaxlib 0.4.25+cuda11.cudnn86",), (True, 11, None, "8.6")),
        (("jaxlib 0.1.75+cuda11.cudnn805",), (True, 11, None, "8.0.5")),
        (("jaxlib 0.1.65+cuda111",), (True, 11, "11.1", None)),
        ((), (None, None, None, None)),
    ],
)
def test_tells_jax_by_what_is_beside_it(
    site: Path, beside: tuple[str, ...], expected: tuple[object, ...]
) -> None:
    """A plugin or a local version of jaxlib makes JAX a CUDA build; jaxlib alone does not."""
    install(site, "jax", "0.5.0", {"jax/__init__.py": ""})
    for distribution in beside:
        name, release = distribution.split()
        install(site, name, release)
    jax = build_of("jax")
    cuda, cudnn = (
        version and str(version) for version in (jax.built_for_cuda, jax.built_for_cudnn)
    )
    assert (jax.is_cuda_build, jax.built_for_cuda_major, cuda, cudnn) == expected


@pytest.mark.parametrize(
    ("build", "is_cuda_build"), [("cuda126py312hd27b167_200", True), ("cpu_py312h7a48858_0", False)]
)
def test_tells_conda_builds_of_jaxlib(tmp_path: Path, build: str, *, is_cuda_build: bool) -> None:
    """Conda's jaxlib says in its build string whether it has CUDA."""
    python = make_environment(tmp_path)
    (site,) = tmp_path.glob("lib/python*/site-packages")
    install(site, "jax", "0.4.34", {"jax/__init__.py": ""})
    install(site, "jaxlib", "0.4.34")
    write(tmp_path / "conda-meta" / f"jaxlib-0.4.34-{build}.json", "{}")
    builds = told(run_probe(python, "probes/packages"))["frameworks"]
    assert builds["jax"]["is_cuda_build"] is is_cuda_build


IMPORTING = runpy.run_path(str(INSIDE / "importing.py"))


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        ("libcudnn.so.9: cannot open shared object file: No such file or directory", "missing_library", "libcudnn.so.9"),
        ("OSError: /opt/x/libcublas.so.11: cannot open shared object file", "missing_library", "libcublas.so.11"),
        ("Error loading shared library libcuda.so.1: No such file or directory (needed by /x.so)", "missing_library", "libcuda.so.1"),
        ("dlopen(/x/_C.so, 0x0002): Library not loaded: @rpath/libcudart.12.dylib", "missing_library", "libcudart.12.dylib"),
        ('[WinError 126] The specified module could not be found. Error loading "C:\\t\\lib\\c10_cuda.dll" or one of its dependencies.', "missing_library", "c10_cuda.dll"),
        ("Could not find 'cudart64_100.dll'. TensorFlow requires that this DLL be installed", "missing_library", "cudart64_100.dll"),
        ("libcublas.so.*[0-9] not found in the system path ['/x']", "missing_library", "libcublas.so.*[0-9]"),
        ("DLL load failed while importing _pywrap_tensorflow: The specified module could not be found.", "missing_library", None),
        ("libcudart.so.12: file too short", "missing_library", None),
        ("No module named 'triton'", "missing_module", "triton"),
        ("No module named torch._C", "missing_module", "torch._C"),
        ("/x/libcusparse.so.12: undefined symbol: __nvJitLinkComplete_12_4, version libnvJitLink.so.12", "undefined_symbol", "__nvJitLinkComplete_12_4"),
        ("/x/libcublas.so.11: symbol cublasLtHSHMatmulAlgoInit version libcublasLt.so.11 not defined in file libcublasLt.so.11", "undefined_symbol", "cublasLtHSHMatmulAlgoInit"),
        ("dlopen(/x/_C.so, 0x0002): Symbol not found: (_cudaFree)", "undefined_symbol", "_cudaFree"),
        ("Error relocating /x/_C.so: cudaFree: symbol not found", "undefined_symbol", "cudaFree"),
    ],
)  # fmt: skip
def test_names_what_an_import_missed(message: str, field: str, value: str | None) -> None:
    """The loader's message, on each system, names the library, module or symbol."""
    assert IMPORTING["failure_of"](ImportError(message)).get(field) == value


@pytest.mark.parametrize(
    ("number", "text"), [(8907, "8.9.7"), (7605, "7.6.5"), (90100, "9.1.0"), (92600, "9.26.0")]
)
def test_reads_both_number_schemes_of_cudnn(number: int, text: str) -> None:
    """CuDNN 9 changed the scale of its version number."""
    assert IMPORTING["cudnn_text"](number) == text


def test_an_import_that_raises(site: Path) -> None:
    """The failure is kept with its class, message, library and the end of the traceback."""
    text = "libcudnn.so.9: cannot open shared object file: No such file or directory"
    write(site / "torch" / "__init__.py", f"x = 'é' * 5000\nraise ImportError({text!r})\n")
    failure = as_framework(told(run_probe(BARE, "frameworks/torch"))).import_failure
    assert failure is not None
    assert (failure.kind, failure.message) == ("ImportError", text)
    assert (failure.missing_library, failure.missing_module) == ("libcudnn.so.9", None)
    assert failure.traceback_tail.rstrip().endswith("No such file or directory")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("raise SystemExit('no AVX')", "SystemExit"),
        ("raise OSError('x')", "OSError"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("def", "SyntaxError"),
    ],
)
def test_whatever_an_import_raises_is_a_result(site: Path, source: str, kind: str) -> None:
    """No exception of an import ends the probe."""
    write(site / "torch" / "__init__.py", source)
    torch = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert torch.import_failure is not None
    assert torch.import_failure.kind == kind
    assert torch.is_gpu_usable is None


def test_an_import_that_crashes(site: Path) -> None:
    """A crash is blamed on the import, and what was known before is kept."""
    write(site / "torch" / "__init__.py", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    result = run_probe(BARE, "frameworks/torch")
    assert (result.outcome, result.signal, result.stage) == ("crashed", "SIGSEGV", "import torch")
    assert result.facts["name"] == "torch"


def test_a_strange_module_costs_single_facts(site: Path) -> None:
    """A torch.py of the user's own has none of what is asked for: each lack is recorded."""
    write(site / "torch.py", "import warnings\nwarnings.warn('mine')\n")
    torch = as_framework(told(run_probe(BARE, "frameworks/torch")))
    assert torch.folder == str(site / "torch.py")
    assert {"built_for_cuda", "is_gpu_usable", "devices"} <= set(torch.unavailable)
    assert torch.warnings == ("UserWarning: mine",)


def test_companions(site: Path) -> None:
    """A companion that cannot be imported is reported, one that is not installed is not."""
    write(site / "torch.py")
    write(site / "torchvision.py", "raise RuntimeError('operator torchvision::nms does not exist')")
    (companion,) = as_framework(told(run_probe(BARE, "frameworks/torch"))).companions
    assert companion.name == "torchvision"
    assert companion.import_failure is not None
    assert companion.import_failure.message == "operator torchvision::nms does not exist"


@pytest.mark.usefixtures("site")
def test_the_probe_does_not_import_itself() -> None:
    """frameworks/jax.py asks for the installed jax and finds that there is none."""
    failure = as_framework(told(run_probe(BARE, "frameworks/jax"))).import_failure
    assert failure is not None
    assert failure.missing_module == "jax"


@pytest.mark.parametrize(
    ("recording", "truths"),
    [
        (
            "torch-2.15.0+cu132-no-driver",
            {
                "release": "2.15.0+cu132",
                "is_cuda_build": True,
                "built_for_cuda": "13.2",
                "built_for_cudnn": "9.26.0",
                "runtime_cuda": "13.2",
                "loaded_cudnn": "9.26.0",
                "sass_targets": ("sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"),
                "is_gpu_usable": False,
                "gpu_error": "Found no NVIDIA driver on your system",
            },
        ),
        (
            "tensorflow-2.21.0-and-cuda-no-driver",
            {
                "built_for_cuda": "12.5.1",
                "runtime_cuda": "12.9",
                "is_gpu_usable": False,
                "gpu_error": "failed call to cuInit",
            },
        ),
        (
            "tensorflow-2.5.3-no-driver",
            {"built_for_cuda": "11.2", "gpu_error": "libcuda.so.1: cannot open shared object file"},
        ),
        ("mxnet-1.9.1-cpu", {"is_cuda_build": False, "is_gpu_usable": False, "gpu_error": None}),
        (
            "jax-0.12.0.1-cuda12-without-cudnn",
            {"built_for_cuda": "12.9", "runtime_cuda": "13.0", "gpu_error": "Unable to load cuDNN"},
        ),
        ("onnxruntime-gpu-1.31.1-no-driver", {"is_cuda_build": True, "is_gpu_usable": None}),
        (
            "cupy-cuda12x-14.2.0-no-driver",
            {"built_for_cuda": "12.9", "gpu_error": "cudaErrorInsufficientDriver"},
        ),
        (
            "numba-0.68.1-no-driver",
            {"is_cuda_build": None, "gpu_error": "CUDA driver library cannot be found"},
        ),
    ],
)
def test_recordings_of_real_frameworks(recording: str, truths: dict[str, object]) -> None:
    """What real frameworks reported on a machine without a driver fits the records."""
    told_once = json.loads((RECORDED / f"{recording}.json").read_text())
    packages = as_packages(told_once["packages"])
    framework = as_framework(told_once["framework"])
    assert framework.devices in ((), None)
    assert framework.folder is not None
    assert framework.folder.startswith(f"{packages.prefix}/")
    for field, expected in truths.items():
        value = getattr(framework, field)
        if field == "gpu_error" and expected:
            assert str(expected) in value
        else:
            assert (str(value) if isinstance(expected, str) else value) == expected


def test_every_recording_is_looked_at() -> None:
    """No recording lies beside the list of the test above."""
    marks = getattr(test_recordings_of_real_frameworks, "pytestmark")  # noqa: B009
    assert {path.stem for path in RECORDED.glob("*.json")} == {row[0] for row in marks[0].args[1]}
