"""Which interpreter is inspected: the first that applies, always with the sign it was found by."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from environments import write
from gpucheck.facts import Target
from gpucheck.target import (
    PYTHON_PLACES,
    TargetError,
    all_targets,
    conda_folders,
    find_target,
    likely_targets,
    prefix_of,
    python_in,
)

needs_posix = pytest.mark.skipif(os.name != "posix", reason="finds programs as POSIX systems do")


def make_program(path: Path) -> Path:
    """Make a file that counts as a program."""
    write(path, "#!/bin/sh\n").chmod(0o755)
    return path


def make_env(folder: Path) -> Path:
    """Make what looks like a virtual environment; return its interpreter."""
    write(folder / "pyvenv.cfg")
    return make_program(folder / PYTHON_PLACES[0])


def make_kernel(data_folder: Path, name: str, spec: str | Mapping[str, object]) -> None:
    """Install a Jupyter kernel."""
    text = spec if isinstance(spec, str) else json.dumps(spec)
    write(data_folder / "kernels" / name / "kernel.json", text)


def found(environ: Mapping[str, str], folder: Path) -> tuple[str | None, str | None]:
    """Return the interpreter that is inspected when nothing is asked for, and its sign."""
    target = find_target(environ=environ, folder=folder)
    return target.executable, target.found_via


def every(environ: Mapping[str, str], folder: Path, below: Path) -> list[Target]:
    """Return all targets that lie below a folder: the machine has its own Jupyter kernels."""
    targets = all_targets(environ, folder)
    return [target for target in targets if str(target.executable).startswith(str(below))]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def signs(tmp_path: Path) -> dict[str, str]:
    """Every sign at once: the variables of an environment that has them all."""
    (tmp_path / "here").mkdir()
    make_env(tmp_path / "here" / ".venv")
    make_env(tmp_path / "active")
    make_env(tmp_path / "conda")
    make_program(tmp_path / "bin" / "python")
    make_program(tmp_path / "bin" / "python3")
    return {
        "VIRTUAL_ENV": str(tmp_path / "active"),
        "CONDA_PREFIX": str(tmp_path / "conda"),
        "CONDA_DEFAULT_ENV": "mine",
        "PATH": str(tmp_path / "bin"),
    }


@needs_posix
def test_order_of_the_signs(tmp_path: Path, signs: dict[str, str]) -> None:
    """The likeliest environment comes first, gpucheck's own interpreter last."""
    targets = list(likely_targets(signs, tmp_path / "here"))
    assert [(target.executable, target.found_via) for target in targets] == [
        (str(tmp_path / "active/bin/python"), "$VIRTUAL_ENV"),
        (str(tmp_path / "conda/bin/python"), "$CONDA_PREFIX"),
        (str(tmp_path / "here/.venv/bin/python"), "./.venv"),
        (str(tmp_path / "bin/python"), "python on $PATH"),
        (str(tmp_path / "bin/python3"), "python3 on $PATH"),
        (sys.executable, "gpucheck's own interpreter: there is no other"),
    ]


@needs_posix
@pytest.mark.parametrize("name", ["base", "root"])
def test_base_environment_of_conda_counts_late(
    tmp_path: Path, signs: dict[str, str], name: str
) -> None:
    """Conda's base environment is active in every shell, so it comes after `./.venv`."""
    targets = list(likely_targets(signs | {"CONDA_DEFAULT_ENV": name}, tmp_path / "here"))
    assert [target.found_via for target in targets][:4] == [
        "$VIRTUAL_ENV",
        "./.venv",
        "$CONDA_PREFIX, the base environment",
        "python on $PATH",
    ]


def test_the_first_sign_is_taken(tmp_path: Path, signs: dict[str, str]) -> None:
    """Without a wish the first of the likely targets is inspected."""
    first = next(likely_targets(signs, tmp_path / "here"))
    assert find_target(environ=signs, folder=tmp_path / "here") == first


def test_own_interpreter_when_there_is_no_sign(tmp_path: Path) -> None:
    """An empty environment leaves gpucheck's own interpreter."""
    expected = (sys.executable, "gpucheck's own interpreter: there is no other")
    assert found({"PATH": str(tmp_path)}, tmp_path) == expected


@pytest.mark.parametrize("state", ["missing", "empty", "file", "unset"])
def test_stale_variable_falls_through(tmp_path: Path, state: str) -> None:
    """A VIRTUAL_ENV that holds no interpreter any more does not stop the search."""
    stale = tmp_path / "stale"
    if state == "empty":
        stale.mkdir()
    elif state == "file":
        write(stale)
    make_env(tmp_path / ".venv")
    environ = {"VIRTUAL_ENV": "" if state == "unset" else str(stale)}
    assert found(environ, tmp_path)[1] == "./.venv"


@needs_posix
def test_broken_link_is_no_interpreter(tmp_path: Path) -> None:
    """A venv whose base interpreter was removed falls through."""
    (tmp_path / "broken" / "bin").mkdir(parents=True)
    (tmp_path / "broken" / "bin" / "python").symlink_to(tmp_path / "removed")
    make_env(tmp_path / ".venv")
    assert found({"VIRTUAL_ENV": str(tmp_path / "broken")}, tmp_path)[1] == "./.venv"


@needs_posix
def test_links_are_kept(tmp_path: Path) -> None:
    """A venv's interpreter is a link; what it points to would be another environment."""
    base = make_program(tmp_path / "base" / "bin" / "python")
    (tmp_path / "env" / "bin").mkdir(parents=True)
    link = tmp_path / "env" / "bin" / "python"
    link.symlink_to(base)
    assert find_target(python=str(link)).executable == str(link)


@pytest.mark.parametrize("name", ["two words", "é漢", "[red]", "-x"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    """Spaces, characters beyond ASCII and markup in a folder's name do no harm."""
    python = make_env(tmp_path / name)
    assert find_target(env=str(tmp_path / name)).executable == str(python)
    assert find_target(python=str(python)).executable == str(python)
    assert found({"VIRTUAL_ENV": str(tmp_path / name)}, tmp_path)[0] == str(python)


def test_python_by_path(tmp_path: Path) -> None:
    """A path is taken as it is, with the environment that it lies in."""
    python = make_env(tmp_path / "env")
    assert find_target(python=str(python)) == Target(
        executable=str(python), prefix=str(tmp_path / "env"), found_via="--python"
    )


@needs_posix
@pytest.mark.parametrize("wish", ["python3.99", "3.99"])
def test_python_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: str) -> None:
    """A command's name is looked up on $PATH; its number alone is enough."""
    python = make_program(tmp_path / "python3.99")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_target(python=wish).executable == str(python)


@needs_posix
def test_python_by_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path becomes an absolute one: the report must be clear elsewhere too."""
    python = make_env(tmp_path / "env")
    monkeypatch.chdir(tmp_path)
    assert find_target(python="env/bin/python").executable == str(python)
    assert find_target(env="env").executable == str(python)


def test_env_by_folder(tmp_path: Path) -> None:
    """An environment is named by its folder, and keeps the name that the user gave."""
    python = make_env(tmp_path / "env")
    assert find_target(env=str(tmp_path / "env")) == Target(
        executable=str(python),
        prefix=str(tmp_path / "env"),
        found_via="--env",
        name=str(tmp_path / "env"),
    )


def test_env_by_conda_name(tmp_path: Path, home: Path) -> None:
    """A conda environment is found by its name in conda's own list."""
    python = make_env(tmp_path / "envs" / "lab")
    lines = f"{tmp_path / 'envs' / 'gone'}\n\n  {tmp_path / 'envs' / 'lab'}  \n"
    write(home / ".conda" / "environments.txt", lines)
    target = find_target(env="lab")
    assert (target.executable, target.found_via, target.name) == (str(python), "--env", "lab")


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\n", b"\n\n"])
def test_list_of_conda_that_says_nothing(home: Path, content: bytes | None) -> None:
    """Where conda keeps no list, or an unreadable one, there is none of its environments."""
    if content is not None:
        write(home / ".conda" / "environments.txt", content)
    assert conda_folders() == []


def test_both_wishes_at_once() -> None:
    """Two answers to one question are refused."""
    with pytest.raises(TargetError, match=r"^--python and --env exclude each other: give one$"):
        find_target(python="python3", env=".")


def test_folder_given_as_python(tmp_path: Path) -> None:
    """An environment's folder is not an interpreter; the error says what to say instead."""
    make_env(tmp_path / "env")
    with pytest.raises(TargetError) as caught:
        find_target(python=str(tmp_path / "env"))
    folder = tmp_path / "env"
    assert str(caught.value) == f"--python {folder} is a folder: say --env {folder}"


@pytest.mark.parametrize("state", ["missing", "not executable", "folder"])
def test_python_that_is_no_program(tmp_path: Path, state: str) -> None:
    """What cannot be executed is named, with where it was looked for."""
    path = tmp_path / "python"
    if state == "not executable":
        if os.name != "posix":
            pytest.skip("Windows has no such permission")
        write(path).chmod(0o644)
    elif state == "folder":
        path.mkdir()
    with pytest.raises(TargetError) as caught:
        find_target(python=str(path))
    expected = f"--python {path}: no such program on $PATH and no such executable file"
    assert str(caught.value) == expected


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("state", ["missing", "empty", "file"])
def test_env_that_is_none(tmp_path: Path, state: str) -> None:
    """A folder without an interpreter is named, with what was looked for."""
    path = tmp_path / "env"
    if state == "empty":
        path.mkdir()
    elif state == "file":
        write(path)
    with pytest.raises(TargetError) as caught:
        find_target(env=str(path))
    looked_for = " or ".join(PYTHON_PLACES)
    expected = f"--env {path}: no {looked_for} there, and no conda environment of that name"
    assert str(caught.value) == expected


@pytest.mark.parametrize("place", PYTHON_PLACES)
def test_python_in(tmp_path: Path, place: str) -> None:
    """Each place where an environment may keep its interpreter is looked at."""
    make_program(tmp_path / place)
    assert python_in(tmp_path) == tmp_path / place


def test_prefix_of_a_venv(tmp_path: Path) -> None:
    """A venv is known by its pyvenv.cfg."""
    assert prefix_of(str(make_env(tmp_path / "env"))) == str(tmp_path / "env")


@pytest.mark.parametrize("place", ["bin/python", "python.exe"])
def test_prefix_of_a_conda_environment(tmp_path: Path, place: str) -> None:
    """A conda environment is known by its conda-meta; on Windows python.exe lies beside it."""
    (tmp_path / "conda-meta").mkdir()
    assert prefix_of(str(tmp_path / place)) == str(tmp_path)


def test_prefix_of_a_bare_interpreter(tmp_path: Path) -> None:
    """An interpreter without such a sign has no prefix that its path tells."""
    assert prefix_of(str(make_program(tmp_path / "bin" / "python"))) is None


@needs_posix
def test_all_targets_in_order(tmp_path: Path, home: Path) -> None:
    """The likeliest comes first, then the folder's, conda's and Jupyter's environments."""
    here = tmp_path / "here"
    for place in ("here/.venv", "here/b", "here/a", "active", "lab", "kernel"):
        make_env(tmp_path / place)
    write(home / ".conda" / "environments.txt", f"{tmp_path / 'lab'}\n")
    spec = {"argv": [str(tmp_path / "kernel/bin/python"), "-m"], "display_name": "My kernel"}
    make_kernel(home / ".local/share/jupyter", "mine", spec)
    environ = {"VIRTUAL_ENV": str(tmp_path / "active"), "HOME": str(home), "PATH": ""}
    if sys.platform == "darwin":
        environ["JUPYTER_PATH"] = str(home / ".local/share/jupyter")
    targets = every(environ, here, tmp_path)
    assert [(target.prefix, target.found_via, target.name) for target in targets] == [
        (str(tmp_path / "active"), "$VIRTUAL_ENV", None),
        (str(here / ".venv"), "./.venv", None),
        (str(here / "a"), "./a", None),
        (str(here / "b"), "./b", None),
        (str(tmp_path / "lab"), "conda's list of environments", "lab"),
        (str(tmp_path / "kernel"), "Jupyter kernel", "My kernel"),
    ]


@needs_posix
def test_all_targets_names_each_interpreter_once(tmp_path: Path, home: Path) -> None:
    """An environment with several signs keeps the first of them."""
    python = make_env(tmp_path / ".venv")
    write(home / ".conda" / "environments.txt", f"{tmp_path / '.venv'}\n" * 2)
    for name in ("one", "two"):
        make_kernel(tmp_path / "jupyter", name, {"argv": [str(python)]})
    environ = {
        "VIRTUAL_ENV": str(tmp_path / ".venv"),
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "HOME": str(home),
    }
    targets = every(environ, tmp_path, tmp_path)
    assert [target.found_via for target in targets] == ["$VIRTUAL_ENV"]


@needs_posix
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "spec",
    [
        "",
        "{",
        "[]",
        "null",
        "\x00",
        '{"argv": []}',
        '{"argv": {}}',
        '{"argv": [""]}',
        '{"argv": [null]}',
        '{"argv": ["a\\u0000b"]}',
        '{"argv": ["/no/such/python"]}',
        '{"display_name": "no argv"}',
        '{"argv": ["PYTHON"], "language": "R"}',
    ],
)
def test_kernels_that_are_ignored(tmp_path: Path, spec: str) -> None:
    """A broken kernelspec, and one of another language, is Jupyter's affair."""
    python = make_env(tmp_path / "envs" / "ignored")
    good = make_env(tmp_path / "envs" / "good")
    make_kernel(tmp_path / "jupyter", "a", spec.replace("PYTHON", str(python)))
    make_kernel(tmp_path / "jupyter", "b", {"argv": [str(good)], "language": "python"})
    environ = {"JUPYTER_PATH": str(tmp_path / "jupyter")}
    targets = every(environ, tmp_path, tmp_path)
    assert [target.executable for target in targets] == [str(good)]


@needs_posix
@pytest.mark.usefixtures("home")
def test_kernel_without_a_title(tmp_path: Path) -> None:
    """A kernel that has no display name is called by its folder."""
    python = make_env(tmp_path / "env" / "inner")
    make_kernel(tmp_path / "jupyter", "folder é", {"argv": [str(python)]})
    environ = {"JUPYTER_PATH": f"{tmp_path / 'missing'}{os.pathsep}{tmp_path / 'jupyter'}"}
    (target,) = every(environ, tmp_path, tmp_path)
    assert (target.executable, target.name) == (str(python), "folder é")
