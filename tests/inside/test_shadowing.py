"""Which files Python imports in place of an installed package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from environments import install, write
from gpucheck.facts import ShadowingFile
from inside.probing import as_packages, run_probe, told

BARE = (sys.executable, "-S")  # no site-packages: only what a test puts on the path


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an environment with PyTorch, and a working folder; return the folder of both."""
    (tmp_path / "work").mkdir()
    install(tmp_path / "env", "torch", "2.6.0", {"torch/__init__.py": ""})
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    return tmp_path


def seen(folders: Path, *pythonpath: Path) -> tuple[ShadowingFile, ...]:
    """Return what the probe tells, with these folders on PYTHONPATH."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ":".join(map(str, pythonpath)))
        runner = write(folders / "runner.py", RUNNER)
        python = (*BARE, str(runner), str(folders / "env"))
        return as_packages(told(run_probe(python, "probes/packages"))).shadowing_files or ()


RUNNER = """
# Stands in for Python's own start: the environment comes after PYTHONPATH.
import runpy, sys
sys.path.append(sys.argv.pop(1))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_script_in_the_working_folder(folders: Path) -> None:
    """What is started here imports it first."""
    file = write(folders / "work" / "torch.py")
    expected = ShadowingFile(
        module="torch", path=str(file), found_via="current folder", is_installation=False
    )
    assert seen(folders) == (expected,)


def test_a_checkout_in_the_working_folder(folders: Path) -> None:
    """PyTorch's sources have a folder torch with an __init__.py."""
    write(folders / "work" / "torch" / "__init__.py")
    (file,) = seen(folders)
    assert file.path.endswith("/work/torch/__init__.py")


def test_a_folder_without_init_wins_over_nothing(folders: Path) -> None:
    """It would be a namespace, which any regular package beats."""
    write(folders / "work" / "torch" / "notes.txt")
    assert seen(folders) == ()


def test_a_package_is_no_place_to_start_from(folders: Path) -> None:
    """backends/torch.py is imported as backends.torch."""
    write(folders / "work" / "__init__.py")
    write(folders / "work" / "torch.py")
    assert seen(folders) == ()


def test_without_a_framework_nothing_is_shadowed(folders: Path) -> None:
    """jax.py, and no JAX installed."""
    write(folders / "work" / "jax.py")
    assert seen(folders) == ()


def test_pythonpath_wins_over_the_environment(folders: Path) -> None:
    """Another installation, told as such."""
    install(folders / "modules", "torch", "1.13.1", {"torch/__init__.py": ""})
    (file,) = seen(folders, folders / "modules")
    assert (file.found_via, file.is_installation) == ("PYTHONPATH", True)
    assert file.path == str(folders / "modules" / "torch" / "__init__.py")


def test_pythonpath_alone_is_no_shadow(folders: Path) -> None:
    """A cluster's modules set it, and the environment has no CuPy of its own."""
    install(folders / "modules", "cupy", "13.0.0", {"cupy/__init__.py": ""})
    assert seen(folders, folders / "modules") == ()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="it is new in 3.11")
def test_safe_path_leaves_the_working_folder_out(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With PYTHONSAFEPATH Python does not look there."""
    write(folders / "work" / "torch.py")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    assert seen(folders) == ()
