"""Frameworks in other environments are found by the names of files, and nothing is started."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from environments import install, make_environment, write
from gpucheck import neighbours
from gpucheck.facts import OtherEnvironment, Target
from gpucheck.neighbours import other_environments
from gpucheck.target import prefix_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home folder without anything in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def site_of(prefix: Path) -> Path:
    """Return an environment's site-packages."""
    return next(prefix.glob("lib*/python*/site-packages"))


def look(here: Path, home: Path, folder: Path) -> tuple[OtherEnvironment, ...]:
    """Return what is found from the environment `here`."""
    python = here / "bin" / "python"
    target = Target(executable=str(python), prefix=prefix_of(str(python)))
    return other_environments(target, {"HOME": str(home), "PATH": ""}, folder)


def test_finds_the_environment_beside(tmp_path: Path, home: Path) -> None:
    """A folder's other environment, with the releases of its frameworks and of nothing else."""
    make_environment(tmp_path / "here")
    make_environment(tmp_path / "there")
    for name, release in (("torch", "2.6.0+cu124"), ("cupy-cuda12x", "13.6.0"), ("flask", "3.0")):
        install(site_of(tmp_path / "there"), name, release)
    (found,) = look(tmp_path / "here", home, tmp_path)
    assert found.frameworks == {"torch": "2.6.0+cu124", "cupy-cuda12x": "13.6.0"}
    assert found.prefix == str(tmp_path / "there")
    assert found.found_via == "./there"


def test_finds_conda_s_by_their_names(tmp_path: Path, home: Path) -> None:
    """The list that conda keeps names its environments."""
    make_environment(tmp_path / "work" / "here")
    make_environment(tmp_path / "envs" / "ml")
    install(site_of(tmp_path / "envs" / "ml"), "jax", "0.5.0")
    write(home / ".conda" / "environments.txt", f"{tmp_path / 'envs' / 'ml'}\n")
    (found,) = look(tmp_path / "work" / "here", home, tmp_path / "work")
    assert (found.name, found.frameworks) == ("ml", {"jax": "0.5.0"})


def test_finds_the_users_site_packages(tmp_path: Path, home: Path) -> None:
    """What `pip install --user` installed is in no environment."""
    make_environment(tmp_path / "here")
    site = home / ".local" / "lib" / "python3.11" / "site-packages"
    install(site, "tensorflow", "2.17.0")
    (found,) = look(tmp_path / "here", home, tmp_path)
    assert (found.executable, found.prefix) == (None, str(site))


def test_leaves_out_itself_and_those_without(tmp_path: Path, home: Path) -> None:
    """The inspected environment is no other one."""
    make_environment(tmp_path / "here")
    make_environment(tmp_path / "empty")
    install(site_of(tmp_path / "here"), "torch", "2.6.0")
    install(site_of(tmp_path / "empty"), "torchvision", "0.21.0")
    assert look(tmp_path / "here", home, tmp_path) == ()


def test_a_disk_that_hangs_is_given_up(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before is kept; the search goes on in a thread that nobody waits for."""

    def hangs(*_: object) -> Iterator[OtherEnvironment]:
        yield OtherEnvironment(prefix="/first")
        time.sleep(1.5)

    monkeypatch.setattr(neighbours, "_environments", hangs)
    monkeypatch.setattr(neighbours, "MAX_S", 0.2)
    started = time.monotonic()
    assert look(tmp_path, home, tmp_path) == (OtherEnvironment(prefix="/first"),)
    assert time.monotonic() - started < 1
