"""Plans that need PyTorch's own index, proven with real installers against an index of stubs."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gpucheck.suggest import pytorch_index
from gpucheck.suggest.installers import installer
from gpucheck.suggest.installers.uv import index_options as uv_options
from gpucheck.suggest.place import Place
from gpucheck.suggest.wheel_files import wheel_names
from suggest.plans import ARM, WINDOWS, offer, plan
from suggest.stub_index import served, write_index

RELEASES = ("1.9.1", "1.13.1", "2.0.1", "2.3.1", "2.6.0", "2.9.1", "2.14.0", "2.14.1", "2.11.0")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
UV = Path(sys.executable).parent / "uv"

CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "driver 535": (["torch", "torchvision"], {"driver": "535.129.03"}),
    "Pascal": (["torch"], {"gpus": ["GTX 1080 Ti"]}),
    "Kepler": (["torch"], {"gpus": ["Tesla K80"], "driver": "470.223.02"}),
    "Windows, Blackwell": (
        ["torch==2.11.0"],
        {"gpus": ["RTX 5090"], "driver": "572.16", "machine": WINDOWS},
    ),
    "Windows": (["torch==2.6.0", "torchvision"], {"driver": "560.94", "machine": WINDOWS}),
    "Arm": (["torch"], {"gpus": ["H100"], "driver": "550.54.15", "machine": ARM}),
    "1.9.1": (["torch==1.9.1", "torchvision"], {"gpus": ["RTX 3090"], "python": "3.8.18"}),
    "1.9.1 on Windows": (
        ["torch==1.9.1", "torchvision"],
        {"gpus": ["RTX 3090"], "python": "3.8.18", "machine": WINDOWS, "driver": "472.12"},
    ),
    "1.13.1 on Windows": (
        ["torch==1.13.1", "torchvision"],
        {"gpus": ["RTX 3090"], "python": "3.10.4", "machine": WINDOWS, "driver": "528.33"},
    ),
    "Python 3.14": (["torch==2.9.1"], {"python": "3.14.0", "machine": WINDOWS, "driver": "580.88"}),
    "CUDA 11.8": (["torch==2.3.1"], {"driver": "470.223.02", "gpus": ["V100"], "python": "3.11.9"}),
}
DRIVERS = {"index-url": "525.60.13", "extra-index+local": "470.223.02"}
UV_PLATFORMS = {
    "linux_x86_64": "x86_64-manylinux_2_39",
    "linux_aarch64": "aarch64-manylinux_2_39",
    "win_amd64": "x86_64-pc-windows-msvc",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Yield the index's folder and its address."""
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, RELEASES)
    with served(folder) as address:
        yield folder, address


def run(*command: str) -> str:
    """Run a command; return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not UV.exists(), reason="there is no uv")
@pytest.mark.parametrize("name", CASES)
def test_a_build_is_there_under_the_name_that_is_asked_for(
    name: str, index: tuple[Path, str], tmp_path: Path
) -> None:
    """Uv finds it for the Python and the platform, and its file has the name that was told."""
    wishes, machine = CASES[name]
    found = plan(*wishes, **machine)
    folder = index[0] / "whl" / (found.variant or "")
    asked = tmp_path / "requirements.in"
    asked.write_text("\n".join(found.requirements_from_variant), "utf-8")
    python = f"--python-version={found.situation.python}"
    platform = f"--python-platform={UV_PLATFORMS[found.situation.platform]}"
    options = ("--no-index", f"--find-links={folder}", python, platform, "--no-header", "--quiet")
    own = ("--no-python-downloads", "--no-cache", "--no-config", "--python", sys.executable)
    locked = run(str(UV), "pip", "compile", str(asked), *options, *own, "--no-annotate")
    assert set(locked.split()) == {*found.requirements_from_variant}
    assert [each for each in wheel_names(found) if not (folder / each).exists()] == []


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return the interpreter of an empty environment."""
    venv.create(tmp_path / "env", with_pip=True)
    return tmp_path / "env" / "bin" / "python"


@pytest.mark.skipif(sys.platform != "linux", reason="the stubs that are installed are for Linux")
@pytest.mark.parametrize("manager", ["pip", "uv"])
@pytest.mark.parametrize("form", ["index-url", "extra-index+local"])
def test_the_very_command_installs_the_build(
    form: str,
    manager: str,
    index: tuple[Path, str],
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is printed is run, with nothing changed but the index's address."""
    if manager == "uv" and not UV.exists():
        pytest.skip("there is no uv")
    release = {"index-url": "2.9.1", "extra-index+local": "1.13.1"}[form]
    if release == "1.13.1" and HERE != "3.11":
        pytest.skip("1.13.1 has no wheel for this Python")
    found = plan(f"torch=={release}", gpus=["V100"], driver=DRIVERS[form], python=f"{HERE}.1")
    monkeypatch.setattr(pytorch_index, "PYTORCH_INDEX", f"{index[1]}/whl")
    monkeypatch.setenv("PATH", str(UV.parent), prepend=":")
    # Beside a build for the CPU the wanted one has to be named, also where it is the default.
    place = Place(manager=manager, python=str(environment), installed={"torch": f"{release}+cpu"})
    for command in installer(manager).steps(found, place).commands:
        run(*without_bounds(command))
    shown = run(str(environment), "-m", "pip", "freeze", "--all")
    build = offer("torch", found).build
    assert build is not None
    assert f"torch=={release}+{build.variant}" in shown


def without_bounds(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command without what the stubs' index does not have."""
    return tuple(word for word in command if not word.startswith("numpy"))


@pytest.mark.skipif(not UV.exists(), reason="there is no uv")
def test_a_uv_project_takes_its_builds_from_the_explicit_index(
    index: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables that are shown, then the very command: uv's lock names the build and the index."""
    monkeypatch.setattr(pytorch_index, "PYTORCH_INDEX", f"{index[1]}/whl")
    found = plan("torch", "torchvision", driver="535.129.03", python=f"{HERE}.1")
    steps = installer("uv-project").steps(found, Place(manager="uv-project"))
    head = f'[project]\nname = "x"\nversion = "0"\nrequires-python = "=={HERE}.*"\n\n'
    (tmp_path / "pyproject.toml").write_text(head + (steps.file or ""), "utf-8")
    (command,) = steps.commands
    own = ("--no-sync", "--no-python-downloads", "--python", sys.executable, "--no-config")
    monkeypatch.chdir(tmp_path)
    run(str(UV), *command[1:], *own, "--no-cache")
    locked = (tmp_path / "uv.lock").read_text("utf-8")
    assert f'version = "{offer("torch", found).release}+{found.variant}"' in locked
    assert f'registry = "{index[1]}/whl/{found.variant}"' in locked


@pytest.mark.skipif(not UV.exists(), reason="there is no uv")
def test_the_page_of_links_has_the_old_builds(
    index: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Builds before 1.11 are named on one page, by their CUDA's folder."""
    monkeypatch.setattr(pytorch_index, "PYTORCH_INDEX", f"{index[1]}/whl")
    found = plan("torch==1.9.1", "torchvision", gpus=["RTX 3090"], python="3.8.18")
    (option,) = uv_options(found, Place(manager="uv"))
    asked = tmp_path / "requirements.in"
    asked.write_text("\n".join(found.requirements_from_variant), "utf-8")
    target = ("--python-version=3.8", "--python-platform=x86_64-manylinux_2_28", "--no-index")
    own = ("--no-python-downloads", "--no-cache", "--no-config", "--python", sys.executable)
    shown = ("--no-header", "--quiet", "--no-annotate")
    locked = run(str(UV), "pip", "compile", str(asked), option, *target, *own, *shown)
    assert "torch==1.9.1+cu111" in locked.split()
