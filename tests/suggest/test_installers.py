"""Plans as commands of each installer, and as files."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import msgspec
import pytest

from gpucheck.suggest import Plan
from gpucheck.suggest.files import NAMES as FILES
from gpucheck.suggest.files import writer
from gpucheck.suggest.installers import NAMES, installer
from gpucheck.suggest.place import Place, is_there, place_of
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.suggest.wheel_files import offline_steps, wheel_names
from make import facts, framework
from suggest.plans import MACOS, WINDOWS, plan, says

OLD_DRIVER: dict[str, Any] = {"driver": "535.129.03"}


def words(found: Plan, manager: str, **place: Any) -> list[str]:
    """Return the words of all commands."""
    steps = installer(manager).steps(found, Place(manager=manager, **place))
    return [word for command in steps.commands for word in command]


def at(here: Any) -> Place:
    """Return the place that facts describe."""
    return place_of(here, [])


@pytest.mark.parametrize("manager", NAMES)
def test_every_installer_gets_every_plan(manager: str) -> None:
    """Each has commands, and none holds an empty word."""
    for found in (
        plan("torch", "jax"),
        plan("torch", "torchvision", **OLD_DRIVER),
        plan("torch", "tensorflow", **OLD_DRIVER),
        plan("torch==1.9.1", gpus=["RTX 3090"], python="3.8.18"),
        plan("flash-attn", "mxnet", python="3.8.18"),
        plan("torch", is_cpu=True),
        plan("torch", machine=MACOS, gpus=[]),
    ):
        steps = installer(manager).steps(found, Place(manager=manager, python="/env/bin/python"))
        assert steps.commands
        assert all(all(command) for command in steps.commands)


@pytest.mark.parametrize(
    ("wishes", "machine", "option"),
    [
        (["torch", "torchvision"], OLD_DRIVER, f"--index-url={PYTORCH_INDEX}/cu126"),
        (["torch", "jax"], OLD_DRIVER, f"--extra-index-url={PYTORCH_INDEX}/cu126"),
        (
            ["torch==1.13.1"],
            {"driver": "470.223.02", "gpus": ["RTX 3090"], "machine": WINDOWS, "python": "3.10.1"},
            f"--extra-index-url={PYTORCH_INDEX}/cu117",
        ),
        (
            ["torch==1.9.1"],
            {"gpus": ["RTX 3090"], "python": "3.8.18"},
            f"--find-links={PYTORCH_INDEX}/torch_stable.html",
        ),
    ],
)
def test_pip_is_told_the_index_in_the_form_of_the_time(
    wishes: list[str], machine: dict[str, Any], option: str
) -> None:
    """PyTorch's index changed its form twice; beside other packages it only stands aside."""
    if "machine" in machine:
        machine = {**machine, "driver": "528.33"}
    assert option in words(plan(*wishes, **machine), "pip", python="python")


def test_uv_takes_nothing_but_torch_from_pytorch_s_index() -> None:
    """It would take old NumPy from there otherwise."""
    found = words(plan("torch", "jax", **OLD_DRIVER), "uv")
    assert "--torch-backend=cu126" in found
    assert not any("index" in word for word in found)


def test_a_uv_project_gets_an_explicit_index() -> None:
    """What is to be written into pyproject.toml is shown, and is TOML."""
    found = plan("torch", "torchvision", **OLD_DRIVER)
    steps = installer("uv-project").steps(found, Place(manager="uv-project"))
    tables = tomllib.loads(steps.file or "")["tool"]["uv"]
    assert tables["index"][0]["explicit"] is True
    assert set(tables["sources"]) == {"torch", "torchvision"}
    assert steps.commands[0][:2] == ("uv", "add")


def test_conda_takes_pytorch_s_channel_while_it_had_builds() -> None:
    """Until 2.5, by its CUDA; in the time of cudatoolkit, by that."""
    new = words(plan("torch==2.5.1", "torchvision", driver="550.54.15"), "conda")
    assert {"pytorch-cuda=12.4", "pytorch", "nvidia", "pytorch==2.5.1"} <= set(new)
    old = words(plan("torch==1.10.1", gpus=["RTX 3090"], python="3.8.18"), "conda")
    assert {"cudatoolkit=11.3", "conda-forge"} <= set(old)


def test_conda_forge_chooses_below_the_driver_s_cuda() -> None:
    """Which builds it has is not in the tables; that is said."""
    place = Place(manager="mamba", prefix="/env", driver_cuda="12.2")
    steps = installer("mamba").steps(plan("torch>=2.6", "cupy"), place)
    (command,) = steps.commands
    assert command[:4] == ("mamba", "install", "-p", "/env")
    assert {"pytorch-gpu", "pytorch>=2.6", "cupy", "cuda-version<=12.2"} <= set(command)
    assert "conda itself chooses" in says(steps.notes)


def test_pixi_is_told_the_cuda_of_the_machine() -> None:
    """Without it pixi takes builds for the CPU."""
    found = words(plan("torch"), "pixi", driver_cuda="12.8")
    assert found[:6] == ["pixi", "workspace", "system-requirements", "add", "cuda", "12.8"]


def test_poetry_gets_a_source_of_its_own_for_torch_alone() -> None:
    """Everything else comes from the package index."""
    found = words(plan("torch", "jax", **OLD_DRIVER), "poetry")
    assert "--priority=explicit" in found
    at_jax = found.index("jax[cuda12]==" + found[-1].partition("==")[2])
    assert "--source" not in found[at_jax - 2 :]


def test_what_owns_the_same_modules_goes_first() -> None:
    """Two packages of CuPy overwrite each other."""
    here = facts(
        driver="550.54.15",
        frameworks=[framework("cupy", "13.6.0", "11.8")],
        distributions={"cupy-cuda11x": "13.6.0"},
    )
    found = installer("pip").steps(plan("cupy", driver="550.54.15"), at(here)).commands
    assert "uninstall" in found[0]
    assert "cupy-cuda11x" in found[0]


def test_an_installed_build_for_the_cpu_does_not_stay() -> None:
    """Pip takes 2.9.1+cpu for a 2.9.1, so the build is named."""
    here = facts(torch="2.9.1+cpu", distributions={"torch": "2.9.1+cpu"})
    found = installer("pip").steps(plan("torch==2.9.1"), at(here)).commands
    assert len(found) == 1
    assert "torch==2.9.1+cu128" in found[0]


def test_a_distribution_s_own_python_gets_an_environment() -> None:
    """PEP 668 forbids pip there."""
    here = facts(packages={"environment_kind": "system"})
    for manager in ("pip", "uv"):
        place = msgspec.structs.replace(at(here), manager=manager)
        assert "venv" in installer(manager).steps(plan("torch"), place).commands[0]


def test_a_mirror_takes_the_place_of_the_package_index() -> None:
    """PyTorch's own index stands beside it, since no mirror has its builds."""
    mirror = "https://mirror.example/simple"
    plain = words(plan("torch"), "pip", mirror=mirror)
    assert f"--index-url={mirror}" in plain
    beside = words(plan("torch", **OLD_DRIVER), "pip", mirror=mirror)
    assert {f"--index-url={mirror}", f"--extra-index-url={PYTORCH_INDEX}/cu126"} <= set(beside)
    only = plan("torch", is_index_only=True, **OLD_DRIVER)
    assert only.variant is None


@pytest.mark.parametrize(
    ("wishes", "machine", "names"),
    [
        (["torch==2.10.0"], {}, ("torch-2.10.0-cp312-cp312-manylinux_2_28_x86_64.whl",)),
        (
            ["torch==2.14.1"],
            OLD_DRIVER,
            ("torch-2.14.1+cu126-cp312-cp312-manylinux_2_28_x86_64.whl",),
        ),
        (
            ["torch==1.9.1"],
            {"gpus": ["RTX 3090"], "python": "3.8.18", "machine": WINDOWS, "driver": "472.12"},
            ("torch-1.9.1+cu111-cp38-cp38-win_amd64.whl",),
        ),
        (
            ["torch==1.8.1"],
            {"gpus": ["RTX 3090"], "python": "3.7.16"},
            ("torch-1.8.1+cu111-cp37-cp37m-linux_x86_64.whl",),
        ),
        (
            ["tensorflow==2.5.0"],
            {"python": "3.8.18", "driver": "470.223.02", "gpus": ["T4"]},
            ("tensorflow-2.5.0-cp38-cp38-manylinux2010_x86_64.whl",),
        ),
    ],
)
def test_the_names_of_wheels_are_exact(
    wishes: list[str], machine: dict[str, Any], names: tuple[str, ...]
) -> None:
    """As the index names them: who downloads by hand has to find them."""
    assert wheel_names(plan(*wishes, **machine)) == names


def test_offline_there_are_two_commands() -> None:
    """One for where there is a network, one for where there is none."""
    found = plan("torch", driver="535.129.03", machine={"libc_release": "2.31"})
    download, install = offline_steps(found, Place(manager="pip")).commands
    assert "manylinux_2_31_x86_64" in download
    assert "manylinux_2_34_x86_64" not in download
    assert "--no-index" in install


@pytest.mark.parametrize("name", FILES)
def test_every_file_holds_every_requirement(name: str) -> None:
    """Whatever the form, nothing of the plan is lost."""
    for found in (
        plan("torch", "torchvision", **OLD_DRIVER),
        plan("torch", "tensorflow", **OLD_DRIVER),
        plan("tensorflow==2.5.0", python="3.8.18", driver="470.223.02"),
        plan("flash-attn"),
    ):
        text = writer(name)(found, Place(manager="pip"))
        assert text.endswith("\n")
        assert [each for each in found.requirements if each not in text] == []


def test_a_pyproject_is_toml_with_its_index() -> None:
    """Uv's tables name the index for torch alone."""
    text = writer("pyproject")(plan("torch", "jax", **OLD_DRIVER), Place(manager="uv"))
    read = tomllib.loads(text)
    assert read["project"]["requires-python"] == ">=3.12,<3.13"
    assert set(read["tool"]["uv"]["sources"]) == {"torch"}


def test_an_environment_file_quotes_what_it_holds() -> None:
    """A bracket or a sign means something else in YAML."""
    text = writer("environment.yml")(plan("jax", **OLD_DRIVER), Place(manager="conda"))
    asked = [line.strip().removeprefix("- ") for line in text.splitlines() if '"' in line]
    assert json.loads(asked[-1]).startswith("jax[cuda12]==")


def test_a_dockerfile_says_what_the_image_lacks() -> None:
    """Old TensorFlow wants CUDA of the image."""
    text = writer("dockerfile")(
        plan("tensorflow==2.5.0", python="3.8.18", driver="470.223.02"), Place(manager="pip")
    )
    assert "# This image lacks CUDA 11.2" in text
    assert text.startswith("FROM python:3.8-slim\n")


def test_conda_counts_only_for_what_conda_installed() -> None:
    """Over pip's torch it would put another one."""
    here = facts(conda=["numba=0.60.0=py312"], distributions={"torch": "2.6.0+cpu"})
    assert place_of(here, ["torch"]).manager == "pip"
    assert place_of(here, ["numba"]).manager == "conda"


def test_conda_is_asked_for_nothing_that_is_pip_s() -> None:
    """NVIDIA's wheels have other names there; what it lacks, pip takes whole."""
    assert not any("nvidia-" in word for word in words(plan("jax", gpus=["V100"]), "conda"))
    assert "pip" in words(plan("mxnet", python="3.8.18"), "conda")


def test_a_project_s_tables_are_toml_in_every_combination() -> None:
    """A page of links and a package that is compiled share one table."""
    found = plan("torch==1.9.1", "flash-attn", gpus=["RTX 3090"], python="3.8.18")
    text = writer("pyproject")(found, Place(manager="uv-project", mirror="https://m.example/s"))
    assert set(tomllib.loads(text)["tool"]["uv"]) == {
        *("find-links", "index", "no-build-isolation-package"),
    }


@pytest.mark.parametrize("word", ['x" & calc & "', "$(calc)", "`calc`", "%PATH%", "a\nb"])
def test_no_word_is_expanded_on_windows(word: str) -> None:
    """Neither cmd nor PowerShell finds anything to expand or to end."""
    shown = Place(manager="pip", os_name="Windows").shown(("pip", word))
    assert not set(shown.partition(" ")[2][1:-1]) & set('"$`%\n')


def test_what_is_there_already_is_seen() -> None:
    """The same release of another build is not the same."""
    found = plan("torch==2.9.1")
    for installed, is_same in (("2.9.1", True), ("2.9.1+cu128", True), ("2.9.1+cpu", False)):
        place = Place(manager="pip", installed={"torch": installed})
        assert is_there(found, place) == is_same
    assert not is_there(found, Place(manager="pip"))


def test_a_report_s_build_for_the_cpu_does_not_stay() -> None:
    """It names torch with its build, and lists no distributions."""
    here = facts(torch="2.6.0+cpu", packages={"distributions": None})
    (command,) = installer("pip").steps(plan("torch==2.6.0"), at(here)).commands
    assert "torch==2.6.0+cu124" in command
