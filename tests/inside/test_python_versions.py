"""Files of `inside/` run under every Python that a user may have, from 2.7 on."""

from __future__ import annotations

import ast
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from environments import install, write
from inside.probing import INSIDE, as_framework, as_packages, run_probe, told

MINORS = ["2.7", *(f"3.{minor}" for minor in range(6, 16))]
FILES = sorted(INSIDE.rglob("*.py"))

TOO_NEW = (
    ast.AnnAssign,
    ast.AsyncFunctionDef,
    ast.Await,
    ast.JoinedStr,
    ast.Match,
    ast.NamedExpr,
    ast.Nonlocal,
    ast.TryStar,
    ast.YieldFrom,
)
"""Syntax that Python 2.7 cannot parse."""


@functools.cache
def interpreter(minor: str) -> str | None:
    """Return a Python of that minor release, from PATH or pyenv; None when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = sorted(map(str, pyenv.glob(f"versions/{minor}.*/bin/python")))
    for candidate in (*kept, shutil.which(f"python{minor}")):
        if candidate and release_of(candidate) == minor:
            return candidate
    return None


def release_of(python: str) -> str | None:
    """Return the minor release that an interpreter says it is; a pyenv shim may be none at all."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run(
        [python, "-c", question], capture_output=True, text=True, timeout=30, check=False
    )
    return answer.stdout.strip() if answer.returncode == 0 else None


@pytest.fixture(params=MINORS)
def python(request: pytest.FixtureRequest) -> str:
    """Every Python found on this machine."""
    found = interpreter(request.param)
    if found is None:
        pytest.skip(f"no Python {request.param} on PATH or in pyenv")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(INSIDE)))
def test_uses_no_syntax_that_python_2_lacks(path: Path) -> None:
    """No annotations, no f-strings, no keyword-only arguments, nothing later than 2.7."""
    for node in ast.walk(ast.parse(path.read_text("ascii"))):
        assert not isinstance(node, TOO_NEW), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            assert not node.args.kwonlyargs, node.name
            assert not node.args.posonlyargs, node.name
            assert node.returns is None, node.name
            assert all(a.annotation is None for a in node.args.args), node.name
        if isinstance(node, (ast.List, ast.Tuple)):
            assert not any(isinstance(e, ast.Starred) for e in node.elts), ast.dump(node)
        if isinstance(node, ast.Raise):
            assert node.cause is None, "raise ... from"
        if isinstance(node, ast.ClassDef):
            assert not node.keywords, node.name


def test_every_file_compiles(python: str) -> None:
    """That Python's own compiler takes all files."""
    source = "import sys\nfor f in sys.argv[1:]:\n    compile(open(f).read(), f, 'exec')\n"
    subprocess.run([python, "-c", source, *map(str, FILES)], check=True, timeout=60)


def test_packages_are_read(python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same environment reads the same under each Python."""
    info = install(tmp_path, "torch", "1.4.0", {"torch/__init__.py": "", "torch/version.py": ""})
    write(
        tmp_path / "torch" / "version.py", "__version__ = '1.4.0'\ncuda = '10.1'\ndebug = False\n"
    )
    write(info / "METADATA", "Name: torch\nVersion: 1.4.0\nRequires-Dist: numpy\nAuthor: \xe9\n\n")
    build = "import collections\nbuild_info = collections.OrderedDict([('cuda_version', '10.1'),"
    build += " ('is_cuda_build', True), ('cuda_compute_capabilities', ['sm_35', 'compute_70'])])\n"
    files = {"tensorflow/__init__.py": "", "tensorflow/python/platform/build_info.py": build}
    install(tmp_path, "tensorflow-gpu", "2.3.0", files)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    facts = told(run_probe(python, "probes/packages"))
    packages = as_packages(facts)
    mine = [d for d in packages.distributions or () if d.folder == str(tmp_path)]
    assert [(d.name, d.requires) for d in mine] == [("tensorflow-gpu", ()), ("torch", ("numpy",))]
    torch, tensorflow = (as_framework(facts["frameworks"][n]) for n in ("torch", "tensorflow"))
    assert (str(torch.built_for_cuda), torch.is_cuda_build) == ("10.1", True)
    assert (tensorflow.sass_targets, tensorflow.ptx_targets) == (
        ("sm_35", "sm_70"),
        ("compute_70",),
    )
    assert packages.python_release is not None
    assert python == sys.executable or packages.python_release.startswith(release_of(python) or "?")


def test_a_failing_import_is_told(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import error is taken apart under each Python, also one whose text is not ASCII."""
    text = "libcudnn.so.7: cannot open shared object file: \\xc3\\xa9"
    write(tmp_path / "mxnet" / "__init__.py", f"raise ImportError('{text}')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    failure = as_framework(told(run_probe(python, "frameworks/mxnet"))).import_failure
    assert failure is not None
    assert (failure.kind, failure.missing_library) == ("ImportError", "libcudnn.so.7")


def test_questions_are_asked(python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module is imported and asked, and its warnings are kept, under each Python."""
    module = "import warnings\nwarnings.warn('old driver')\n__version__ = '1.3.1'\n"
    module += "class version(object):\n    cuda = '10.0'\n"
    write(tmp_path / "torch.py", module)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    torch = as_framework(told(run_probe(python, "frameworks/torch")))
    assert (torch.release, str(torch.built_for_cuda)) == ("1.3.1", "10.0")
    assert torch.warnings == ("UserWarning: old driver",)
    assert "is_gpu_usable" in torch.unavailable
    assert torch.import_s is not None
