"""The solver finds the newest that works, and never what cannot."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.version import Version

from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.suggest import Plan
from gpucheck.versions import ComputeCapability
from suggest.plans import ARM, MACOS, TABLES, WINDOWS, conflict, offer, plan, says, solved


def newest(python: str, platform: str = "linux_x86_64") -> str:
    """Return the newest torch with a confirmed CUDA build of known targets for a Python."""
    rows = TABLES.torch_wheels.rows
    fitting = [r for r in rows if r.platform == platform and python in r.python and r.targets]
    return max((row.torch for row in fitting if row.is_confirmed), key=Version)


@pytest.mark.parametrize("python", ["3.9", "3.10", "3.12", "3.13", "3.14", "3.15"])
def test_each_python_gets_the_newest_that_exists_for_it(python: str) -> None:
    """Wheel tags decide, not only Requires-Python."""
    assert offer("torch", plan("torch", python=f"{python}.0")).release == newest(python)


@pytest.mark.parametrize("driver", ["525.60.13", "535.129.03", "550.54.15"])
def test_a_driver_below_580_gets_cuda_12_by_minor_version_compatibility(driver: str) -> None:
    """From 525 on a driver runs every CUDA 12."""
    found = plan("torch", "cupy", "jax", driver=driver)
    assert {choice.offer.cuda_major for choice in found.choices} == {12}
    whys = [why for choice in found.choices for why in choice.why]
    assert "minor-version compatibility" in says(whys)


@pytest.mark.parametrize("wish", ["torch", "cupy", "jax", "tensorflow", "onnxruntime-gpu", "numba"])
def test_a_pascal_gpu_never_gets_cuda_13(wish: str) -> None:
    """CUDA 13 left Pascal behind, however new the driver is."""
    found = plan(wish, gpus=["GTX 1080 Ti"], driver="580.95.05")
    (chosen,) = (choice.offer for choice in found.choices)
    assert chosen.cuda_major == 12


def test_a_pascal_gpu_gets_a_cudnn_that_knows_it() -> None:
    """What JAX would bring along is for Turing and newer."""
    found = plan("jax", gpus=["GTX 1080 Ti"])
    (bound,) = found.bounds
    assert bound.startswith("nvidia-cudnn-cu12<=9.10")


@pytest.mark.parametrize(
    "machine", [{}, {"machine": WINDOWS, "driver": "580.88"}, {"driver": "570.86.10"}]
)
def test_a_blackwell_gpu_gets_cuda_12_8_or_newer(machine: dict[str, Any]) -> None:
    """Code for 12.0 is in no older build."""
    build = offer("torch", plan("torch", gpus=["RTX 5090"], **machine)).build
    assert build is not None
    assert build.cuda.parts >= (12, 8)
    assert code_for(ComputeCapability.parse("12.0"), *targets_of(build.targets or ())) == "sass"


def test_a_kepler_gpu_gets_a_build_that_really_has_its_code() -> None:
    """Machine code for 3.7, and no cuDNN that left Kepler behind."""
    chosen = offer("torch", plan("torch", gpus=["Tesla K80"], driver="470.223.02"))
    assert chosen.build is not None
    assert "3.7" in (chosen.build.targets or ())
    assert chosen.cudnn is not None
    assert chosen.cudnn.startswith("8.")
    assert chosen.variant == "cu118"


def test_windows_gets_an_index_of_pytorch() -> None:
    """The package index has builds for the CPU alone there."""
    found = plan("torch", machine=WINDOWS, driver="580.88")
    assert found.variant is not None
    assert found.form == "index-url"


def test_arm_servers_get_their_own_builds() -> None:
    """From 2.11 on the package index has CUDA builds for them."""
    assert offer("torch", plan("torch", gpus=["H100"], machine=ARM)).variant is None
    older = offer("torch", plan("torch", gpus=["H100"], machine=ARM, driver="550.54.15"))
    assert older.variant == "cu126"


def test_macos_gets_builds_without_cuda() -> None:
    """PyTorch's has Metal there; CuPy has nothing."""
    assert plan("torch", machine=MACOS, gpus=[]).requirements == (f"torch=={newest_on_macos()}",)
    assert "cupy for macOS" in conflict("cupy", machine=MACOS, gpus=[]).reasons[0].says


def newest_on_macos() -> str:
    """Return the newest torch for Apple silicon and Python 3.12."""
    rows = [row for row in TABLES.torch_index_wheels.rows if row.platform == "macos_arm64"]
    return max((row.torch for row in rows if "3.12" in row.python), key=Version)


def test_an_old_glibc_is_heeded() -> None:
    """CentOS 7 has 2.17, and newer wheels need 2.28."""
    chosen = offer("torch", plan("torch", machine={"libc_release": "2.17"}))
    assert chosen.glibc is not None
    assert Version(chosen.glibc) <= Version("2.17")


def test_two_pins_that_exclude_each_other_are_both_shown() -> None:
    """Torch 2.6 and TensorFlow 2.19 pin different releases of cuBLAS."""
    found = conflict("torch==2.6.0", "tensorflow==2.19.0")
    assert found.wishes == ("torch==2.6.0", "tensorflow==2.19.0")
    shown = says([reason.says for reason in found.reasons])
    assert "nvidia-cublas-cu12==12.4.5.8" in shown
    assert "nvidia-cublas-cu12==12.5.3.2" in shown
    assert all(reason.source for reason in found.reasons)
    assert len(found.apart) == 2
    assert "another" in says(found.relax)


def test_only_those_that_exclude_each_other_are_named() -> None:
    """JAX has no part in the quarrel of the other two."""
    found = conflict("jax", "torch==2.6.0", "cupy", "tensorflow==2.19.0")
    assert set(found.wishes) == {"torch==2.6.0", "tensorflow==2.19.0"}


def test_two_cuda_majors_are_warned_about() -> None:
    """An installer accepts them; their libraries overwrite each other."""
    found = plan("torch==2.15.0", "tensorflow==2.21.0", "cupy-cuda12x")
    assert "CUDA 12 and 13" in found.warnings[0]
    assert len(found.apart) == 2
    assert {c.offer.name for c in found.apart[1].choices} == {"tensorflow", "cupy"}


def test_one_cuda_major_goes_before_newer_releases() -> None:
    """TensorFlow has no build for CUDA 13, so torch comes in its newest for CUDA 12."""
    found = plan("torch", "tensorflow", "cupy")
    assert {choice.offer.cuda_major for choice in found.choices} == {12}
    assert "not beside" in says(found.choices[0].why) or "same CUDA" in says(found.choices[0].why)


@pytest.mark.parametrize(
    ("wishes", "machine", "requirements"),
    [
        (
            ["tensorflow==2.5.0", "numba"],
            {"python": "3.8.18", "driver": "470.223.02", "gpus": ["RTX 3060"]},
            {"tensorflow==2.5.0", "numba==0.56.4", "protobuf<3.21"},
        ),
        (
            ["torch==1.9.1", "torchvision", "torchaudio"],
            {"python": "3.8.18", "driver": "460.32.03", "gpus": ["RTX 3090"]},
            {"torch==1.9.1+cu111", "torchvision==0.10.1+cu111", "torchaudio==0.9.1", "numpy<2"},
        ),
        (
            ["cupy-cuda112"],
            {"python": "3.8.18", "driver": "460.32.03", "gpus": ["RTX 3090"]},
            {"cupy-cuda112==10.6.0"},
        ),
        (
            ["tensorflow==1.12.0"],
            {"python": "3.6.15", "driver": "390.157", "gpus": ["V100"]},
            {"tensorflow-gpu==1.12.0", "numpy<2", "protobuf<3.21"},
        ),
    ],
    ids=["TensorFlow 2.5", "torch 1.9.1", "CuPy for 11.2", "TensorFlow 1"],
)
def test_the_combinations_of_old_set_up_notes(
    wishes: list[str], machine: dict[str, Any], requirements: set[str]
) -> None:
    """What people still copy comes out as it has to be, with what broke it since kept out."""
    assert set(plan(*wishes, **machine).requirements) == requirements


@pytest.mark.parametrize(
    ("wish", "machine", "needs"),
    [
        (
            "tensorflow==2.5.0",
            {"python": "3.8.18", "driver": "470.223.02"},
            "CUDA 11.2 and cuDNN 8.1",
        ),
        ("tensorflow==1.12.0", {"python": "3.6.15", "gpus": ["V100"]}, "CUDA 9 and cuDNN 7"),
        ("cupy-cuda112", {"python": "3.8.18"}, "CUDA 11.2 toolkit"),
        ("mxnet", {"python": "3.8.18"}, "CUDA 11.7"),
    ],
)
def test_what_pip_does_not_bring_is_said(wish: str, machine: dict[str, Any], needs: str) -> None:
    """Old releases take the CUDA of the machine."""
    assert needs in says(plan(wish, **machine).warnings)


@pytest.mark.parametrize(
    ("wishes", "machine", "reason"),
    [
        (["torch>=3"], {}, "there is no CUDA build of torch>=3"),
        (["torch>=2.6"], {"gpus": ["Tesla K80"], "driver": "470.223.02"}, "3.7"),
        (["jax"], {"machine": WINDOWS}, "no CUDA build of jax for Windows"),
        (["tensorflow"], {"python": "3.14.0"}, "no wheel for Python 3.14"),
        (["torch", "numpy<2"], {"python": "3.13.0"}, "numpy"),
        (["torch<2", "torch>2.5"], {}, "there is no CUDA build"),
        (["torch"], {"machine": {"libc_name": "musl"}}, "musl"),
        (["torch"], {"machine": {"hardware_model": "NVIDIA Jetson AGX Orin"}}, "JetPack"),
        (["torch"], {"machine": {"architecture": "riscv64"}}, "riscv64"),
    ],
)
def test_what_cannot_be_is_a_conflict_with_its_reason(
    wishes: list[str], machine: dict[str, Any], reason: str
) -> None:
    """No line that cannot work, and the one thing that stands against it."""
    assert reason in says([each.says for each in conflict(*wishes, **machine).reasons])


@pytest.mark.parametrize(
    ("wishes", "machine", "helps"),
    [
        (["torch"], {"driver": "390.157"}, "upgrade the driver"),
        (["tensorflow"], {"python": "3.14.0"}, "use Python 3.13"),
        (["jax"], {"machine": WINDOWS}, "WSL2"),
        (["torch>=3"], {}, "ask for another torch"),
    ],
)
def test_a_conflict_says_what_helps(wishes: list[str], machine: dict[str, Any], helps: str) -> None:
    """Another release, another Python, a newer driver."""
    assert helps in says(conflict(*wishes, **machine).relax)


def test_a_newer_driver_is_worth_naming() -> None:
    """It says what it would bring, where the GPU is still supported by it."""
    assert "580.65.06" in says(plan("torch", driver="535.129.03").unlocks)
    assert plan("torch", driver="535.129.03", gpus=["GTX 1080 Ti"]).unlocks == ()
    assert plan("torch", driver="580.95.05").unlocks == ()


def test_companions_belong_to_their_torch() -> None:
    """Each has its own releases for each torch."""
    found = plan("torch==2.6.0", "torchvision", "torchaudio")
    assert set(found.requirements) == {"torch==2.6.0", "torchvision==0.21.0", "torchaudio==2.6.0"}


def test_an_add_on_that_is_linked_to_torch_gets_the_index_s_own_build() -> None:
    """The machine code of vLLM wants the CUDA of the torch that the package index serves."""
    found = plan("vllm", gpus=["V100"], driver="550.54.15")
    assert found.variant is None
    assert offer("torch", found).cuda_major == 12
    assert found.choices[0].is_implied


def test_what_has_to_be_compiled_comes_last() -> None:
    """flash-attn's index has sources only."""
    found = plan("flash-attn", gpus=["H100"])
    assert not any(each.startswith("flash-attn") for each in found.requirements_of_wheels)
    assert found.requirements_of_sources
    assert "nvcc" in says(found.warnings)


def test_old_releases_are_called_old() -> None:
    """Who gets one learns how old it is, and why it is not newer."""
    found = plan("torch", gpus=["Tesla K80"], driver="470.223.02")
    assert "years old" in says(found.warnings)
    assert "that fits; torch==" in says(found.choices[0].why)


def test_a_retired_framework_is_called_so() -> None:
    """MXNet has ended."""
    assert "no longer developed" in says(plan("mxnet", python="3.8.18").warnings)


def test_numpy_is_kept_below_2_for_builds_of_its_time() -> None:
    """They were compiled before NumPy 2."""
    assert "numpy<2" in plan("torch==2.1.2", python="3.10.4").bounds
    assert plan("torch", python="3.10.4").bounds == ()


def test_a_bound_that_is_wished_for_is_kept() -> None:
    """Whoever needs NumPy 1 gets releases that go with it."""
    assert "numpy<2" in plan("torch", "numpy<2").requirements
    found = solved("torch==2.1.2", "numpy>=2", python="3.10.4")
    assert not isinstance(found, Plan)


def test_for_the_cpu_nothing_of_cuda_is_installed() -> None:
    """Each framework has a package or an index for that."""
    found = plan("torch", "tensorflow", "jax", "numba", is_cpu=True)
    text = " ".join(found.requirements)
    assert "+cpu" in text
    assert "tensorflow-cpu==" in text
    assert "cuda" not in text


def test_an_unknown_driver_limits_nothing() -> None:
    """Whoever has no driver yet installs the newest."""
    assert offer("torch", plan("torch", gpus=[])).release == newest("3.12")


def test_two_gpus_get_what_runs_on_both() -> None:
    """The older one decides."""
    found = plan("torch", gpus=["GTX 1080 Ti", "RTX 4090"])
    assert offer("torch", found).variant == "cu126"
    refused = conflict("torch", gpus=["Tesla K80", "RTX 5090"], driver="470.223.02")
    assert refused.reasons


def test_a_parts_release_is_heeded_across_packages() -> None:
    """CuPy's toolkit and torch's pins would have to be of one CUDA release."""
    found = plan("torch==2.7.1", "cupy-cuda12x==14.2.0", is_index_only=True)
    assert offer("cupy", found).package == "cupy-cuda12x"
    alone = plan("cupy-cuda12x==14.2.0")
    assert offer("cupy", alone).package == "cupy-cuda12x[ctk]"


@pytest.mark.parametrize("wish", ["triton", "cupy", "onnxruntime-gpu", "numba", "jax", "vllm"])
def test_an_old_glibc_is_heeded_by_all(wish: str) -> None:
    """Where no wheel runs with it, there is a conflict; else one that does is taken."""
    found = solved(wish, machine={"libc_release": "2.17"}, python="3.10.4")
    if isinstance(found, Plan):
        needed = [choice.offer.glibc or "2.17" for choice in found.choices]
        assert max(map(Version, needed)) <= Version("2.17")
    else:
        assert "glibc" in says([reason.says for reason in found.reasons])


def test_a_build_of_any_minor_is_not_called_older_than_a_gpu() -> None:
    """ONNX Runtime's wheels tell CUDA's major alone."""
    found = plan("onnxruntime-gpu", gpus=["RTX 5090"], driver="570.86.10")
    assert "not known" in says(found.choices[0].why)


def test_onnx_runtime_has_a_package_for_the_cpu() -> None:
    """It is another one, of the same release."""
    (asked,) = plan("onnxruntime", is_cpu=True).requirements
    assert asked.startswith("onnxruntime==")


@pytest.mark.parametrize(
    ("wishes", "machine", "helps"),
    [
        (["torch", "numpy<2"], {"python": "3.13.0"}, "leave out numpy<2"),
        (["torch", "numpy>=2"], {"python": "3.8.18"}, "leave out numpy>=2"),
        (["mxnet"], {"gpus": ["V100"]}, "use Python 3.11"),
    ],
)
def test_numpy_has_wheels_for_some_pythons_only(
    wishes: list[str], machine: dict[str, Any], helps: str
) -> None:
    """NumPy 1 ends with Python 3.12, and NumPy 2 begins with 3.9."""
    found = conflict(*wishes, **machine)
    assert "numpy" in found.reasons[0].says
    assert helps in found.relax


def test_an_add_on_without_its_torch_says_so() -> None:
    """The machine code of vLLM is linked to the index's own build, which is one for CUDA."""
    found = conflict("vllm", is_cpu=True, python="3.12.1")
    assert "compiled against" in found.reasons[0].says


def test_no_bridge_is_taken_that_has_no_parts_for_the_python() -> None:
    """An old numba-cuda is for "any Python 3", what it requires is not."""
    assert offer("numba", plan("numba", python="3.15.0")).beside == ()


@pytest.mark.parametrize(
    ("wish", "machine", "release"),
    [
        ("jax<=0.9.0", {}, "0.9.0"),
        ("tensorflow<2.6.1", {"python": "3.8.18", "driver": "470.223.02"}, "2.6.0"),
        ("tensorflow<2.9.1", {"python": "3.9.18", "driver": "470.223.02"}, "2.9.0"),
    ],
)
def test_a_later_patch_of_an_older_series_is_not_newer(
    wish: str, machine: dict[str, Any], release: str
) -> None:
    """Versions decide; the day on which a patch came does not."""
    (chosen,) = plan(wish, **machine).choices
    assert chosen.offer.release == release


def test_many_wishes_are_granted_or_given_up_in_bounded_steps() -> None:
    """Nobody waits for all combinations of a dozen frameworks."""
    six = ("torch", "tensorflow", "jax", "cupy", "numba", "vllm")
    assert plan(*six).names == set(six)
    solved(*six, "torchvision", "torchaudio", "xformers", "bitsandbytes", "triton")


def test_the_cuda_of_an_extra_is_kept() -> None:
    """Who asks for JAX with CUDA 12 gets that, although 13 would run."""
    assert offer("jax", plan("jax[cuda12]")).package == "jax[cuda12]"


@pytest.mark.parametrize(
    ("machine", "packages"),
    [
        ({"libc_release": "2.35-0ubuntu3"}, {}),
        ({"libc_release": "nonsense"}, {}),
        ({"libc_release": "2"}, {}),
        ({}, {"python_release": "3.x"}),
        ({}, {"python_release": "3.13.1t"}),
        ({"os_name": None}, {}),
        ({"architecture": None}, {}),
    ],
)
def test_odd_facts_are_unknown_facts(machine: dict[str, Any], packages: dict[str, Any]) -> None:
    """What cannot be read limits nothing, or is asked for."""
    found = solved("torch", machine=machine, packages=packages)
    assert isinstance(found, Plan) or "not known: say --" in found.reasons[0].says


def test_numba_cuda_keeps_numpy_below_2_5() -> None:
    """Its newest release uses a name that NumPy 2.5 took away; Numba alone does not."""
    assert "numpy<2.5" in plan("numba").bounds
    alone = solved("numba", is_cpu=True)
    assert isinstance(alone, Plan)
    assert "numpy<2.5" not in alone.bounds
