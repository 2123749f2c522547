"""What the tests of recipes share: docs/ci.md's blocks of code, and copies of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ci.md"


def recipe(title: str, number: int = 0) -> str:
    """Return a block of code below a bold title of docs/ci.md."""
    below = PAGE.read_text("utf-8").partition(f"\n**{title}**")[2].partition("\n**")[0]
    blocks: list[str] = re.findall(r"^```\w+\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return blocks[number]


def copy_of_the_project(folder: Path) -> Path:
    """Copy the files that belong to the project, as a checkout has them."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody; skip the test where there is no git, or this is no checkout."""
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode and "not a git repository" in done.stderr:
        pytest.skip("this is no checkout")
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit_all(folder: Path) -> str:
    """Make a repository of a folder; return its commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD").strip()


def tool(name: str) -> str:
    """Return a program of the environment that runs the tests; skip where it is not installed."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: it is in the dependency group 'recipes'")
    return found


def with_programs(environ: dict[str, str]) -> dict[str, str]:
    """Return variables under which `gpucheck` is the one under test."""
    programs = str(Path(sys.executable).parent)
    return environ | {"PATH": os.pathsep.join([programs, environ.get("PATH", os.defpath)])}
