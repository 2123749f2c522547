"""The smoke tests of real frameworks, on the CPU: the same files, end to end.

They need the package index that pip is configured for. What a framework computes wrong is shown
by a framework that is made to: its environment changes one operation on import.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from environments import write
from gpucheck.policy import ExitCode
from inside.installing import pip_install
from whole_machine import Machine, Outcome

pytestmark = pytest.mark.slow

REQUIREMENTS = {
    "torch": ("torch==2.13.0",),
    "tensorflow": ("tensorflow-cpu",),
    "jax": ("jax",),
    "numba": ("numba",),
    "onnxruntime": ("onnxruntime", "numpy"),
}
HAS_CONVOLUTION = {"torch", "tensorflow", "jax", "onnxruntime"}
HAS_GRADIENT = {"torch", "tensorflow", "jax"}

WRONG_PRODUCT = """
right = torch.matmul
torch.matmul = lambda a, b, out=None: right(a, b * 1.001, out=out)
"""
UNWRITTEN_ELEMENT = """
right = torch.matmul

def matmul(a, b, out=None):
    done = right(a, b, out=out)
    if out is not None:
        out[-1, -1] = float("nan")
    return done

torch.matmul = matmul
"""
NO_KERNEL = """
def matmul(a, b, out=None):
    raise RuntimeError("CUDA error: no kernel image is available for execution on the device")

torch.matmul = matmul
"""
NO_CUDNN = """
def conv2d(images, kernels):
    raise RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED")

torch.nn.functional.conv2d = conv2d
"""
OTHER_RELEASE = "del torch.isnan"
CRASH = "import os\ntorch.randn = lambda *a, **k: os.abort()"
HANG = "import time\ntorch.randn = lambda *a, **k: time.sleep(600)"

CHANGE_ON_IMPORT = """
# Importing torch at the start of every Python would take seconds: it is changed when imported.
import sys

CHANGE = {change!r}

class Finder(object):
    def find_spec(self, name, path=None, target=None):
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec("torch")
        run = spec.loader.exec_module

        def run_and_change(module):
            run(module)
            exec(CHANGE, {{"torch": module}})

        spec.loader.exec_module = run_and_change
        return spec

sys.meta_path.insert(0, Finder())
"""


in_one_place = pytest.mark.xdist_group("torch")
"""PyTorch is installed once for all tests with it, also where several processes share the rest."""


@pytest.fixture(scope="module")
def torch_here(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine with PyTorch, which several tests share."""
    here = Machine(tmp_path_factory.mktemp("torch"))
    pip_install(here.python, *REQUIREMENTS["torch"])
    return here


def smoke(here: Machine, *arguments: str, changed: str = "") -> Outcome:
    """Run the command on the CPU; `changed` is executed where torch has been imported."""
    write(here.site / "sitecustomize.py", CHANGE_ON_IMPORT.format(change=changed))
    python = ("--python", str(here.python))
    wanted = ("--format", "json", *arguments)
    return here.run("smoke", "--device", "cpu", *python, *wanted, timeout_s=300)


def device_of(seen: Outcome, name: str) -> dict[str, Any]:
    """Return what a test told of the CPU."""
    (device,) = seen.report["facts"]["smoke"][name]["value"]["devices"]
    assert isinstance(device, dict)
    return device


@pytest.mark.parametrize("name", [name for name in REQUIREMENTS if name != "torch"])
def test_a_framework_computes_right(name: str, tmp_path: Path) -> None:
    """Each product, convolution and gradient is within its bound, and timed."""
    here = Machine(tmp_path)
    pip_install(here.python, *REQUIREMENTS[name])
    check_all(smoke(here), name)


@in_one_place
def test_torch_computes_right(torch_here: Machine) -> None:
    """So does PyTorch, without NumPy."""
    check_all(smoke(torch_here), "torch")


def check_all(seen: Outcome, name: str) -> None:
    """Check what a quick test on the CPU told."""
    assert (seen.exit_code, seen.rules) == (ExitCode.OK, [])
    device = device_of(seen, name)
    small, large = device["products"]
    assert small["size"] < large["size"]
    for product in (small, large):
        assert 0 < product["relative_error"] < product["error_bound"]
        assert product["is_written"] is True
    assert large["flop_per_s"] == pytest.approx(2 * large["size"] ** 3 / large["seconds"])
    assert ("convolution" in device, "gradient" in device) == (
        name in HAS_CONVOLUTION,
        name in HAS_GRADIENT,
    )
    assert "error" not in device
    assert seen.left_behind == []


@in_one_place
def test_other_dtypes_and_all_sizes(torch_here: Machine) -> None:
    """What is asked for is computed; at level full every size that this device is given."""
    seen = smoke(torch_here, "--level", "full", "--dtype", "fp64", "--dtype", "bf16")
    products = device_of(seen, "torch")["products"]
    assert {product["dtype"] for product in products} == {"fp64", "bf16"}
    assert len({product["size"] for product in products}) > 3
    assert all(p["relative_error"] < p["error_bound"] for p in products)


@in_one_place
@pytest.mark.parametrize("changed", [WRONG_PRODUCT, UNWRITTEN_ELEMENT])
def test_a_wrong_product_is_found(torch_here: Machine, changed: str) -> None:
    """A thousandth too large, or one element of a large output not written."""
    seen = smoke(torch_here, changed=changed)
    assert (seen.exit_code, seen.rules) == (ExitCode.FINDINGS, ["GPU701"])


@in_one_place
def test_what_a_framework_says_proves_the_cause(torch_here: Machine) -> None:
    """That there is no code for the device is the cause, the failed test follows from it."""
    seen = smoke(torch_here, changed=NO_KERNEL)
    (finding,) = [f for f in seen.report["findings"] if f["severity"] == "error"]
    assert finding["rule"] in {"GPU303", "GPU702"}
    assert "no kernel image" in device_of(seen, "torch")["error"]["message"]


@in_one_place
def test_a_convolution_fails_alone(torch_here: Machine) -> None:
    """The products are right, so cuDNN is to blame."""
    seen = smoke(torch_here, changed=NO_CUDNN)
    device = device_of(seen, "torch")
    assert "CUDNN_STATUS" in device["convolution"]["error"]["message"]
    assert device["gradient"]["relative_error"] < device["gradient"]["error_bound"]


@in_one_place
def test_a_release_that_lacks_something_is_no_fault(torch_here: Machine) -> None:
    """That our calls do not fit says nothing about the machine: it is not known."""
    seen = smoke(torch_here, changed=OTHER_RELEASE)
    assert (seen.exit_code, seen.rules) == (ExitCode.COULD_NOT_JUDGE, ["GPU802"])
    assert "isnan" in str(device_of(seen, "torch")["unavailable"])


@in_one_place
@pytest.mark.parametrize(("changed", "outcome"), [(CRASH, "crashed"), (HANG, "timed_out")])
def test_a_test_may_crash_or_hang(torch_here: Machine, changed: str, outcome: str) -> None:
    """Its step is named, nothing is left behind, and the rest of the report stands."""
    seen = smoke(torch_here, "--timeout", "2", changed=changed)
    part = seen.report["facts"]["smoke"]["torch"]
    assert (part["outcome"], part["stage"]) == (outcome, "matmul in fp32")
    assert seen.report["facts"]["packages"]["outcome"] == "ok"
    assert seen.left_behind == []


@in_one_place
def test_what_is_not_installed_cannot_be_tested(torch_here: Machine) -> None:
    """It is said in a sentence, with the usage error's exit code."""
    seen = smoke(torch_here, "--framework", "jax")
    assert seen.exit_code == ExitCode.USAGE
    assert "jax is not installed in" in seen.stderr
