"""Let a real resolver try a plan: uv where it is there, else pip. Nothing is installed.

No Python is downloaded for it. What has no wheel may be asked for its requirements, as pip does.
Which index is asked is the user's own configuration: uv's, or pip's where uv is used and has none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from gpucheck.derive.index_address import configured_index
from gpucheck.suggest import Plan, pip_commands
from gpucheck.suggest.installers import uv as uv_installer
from gpucheck.suggest.place import Place
from gpucheck.suggest.wheel_files import platform_tags

TIMEOUT_S = 300.0
TAIL_LINES = 12
NEWEST_PATCH = 99
"""Stands for an up-to-date Python: some releases want more than the first of a minor."""
MACOS_VARIABLE, MACOS_RELEASE = "MACOSX_DEPLOYMENT_TARGET", "14.0"
"""For which macOS uv looks for wheels; torch has them from 14 on (its wheels' tags, 2026-11)."""
_UNREACHED = (
    "error sending request",
    "failed to fetch",
    "connection",
    "dns error",
    "could not connect",
    "newconnectionerror",
    "timed out",
    "403 forbidden",
    "(from versions: none)",
)
_UV_PLATFORMS = {
    "win_amd64": "x86_64-pc-windows-msvc",
    "macos_arm64": "aarch64-apple-darwin",
    "macos_x86_64": "x86_64-apple-darwin",
}
_UV_GLIBC = (17, 28, *range(31, 41))
"""The glibc 2.x that `uv pip compile --python-platform` knows (uv 0.13)."""


class Answer(msgspec.Struct, frozen=True):
    """What a resolver said."""

    is_resolved: bool | None  # None: it could not be asked
    says: str


def resolve(plan: Plan, place: Place, *, timeout_s: float = TIMEOUT_S) -> Answer:
    """Return whether a resolver finds releases that meet all of a plan."""
    uv = shutil.which("uv")
    if uv is None and not _has_pip():
        return Answer(None, "there is neither uv nor pip to ask")
    with tempfile.TemporaryDirectory(prefix="gpucheck-") as folder:
        asked = Path(folder) / "requirements.in"
        asked.write_text("\n".join(plan.requirements_of_wheels) + "\n", "utf-8")
        if uv is None:
            return _answer(_pip(plan, place, asked, folder), "pip", plan, timeout_s)
        answer = _answer(_uv(uv, plan, place, asked, [":all:"]), "uv", plan, timeout_s)
        if answer.is_resolved is not False:
            return answer
        # Old releases require some that came as sources only, which pip compiles.
        wheels = sorted(plan.distributions)
        second = _answer(_uv(uv, plan, place, asked, wheels), "uv", plan, timeout_s)
        if not second.is_resolved:
            return answer
        return Answer(is_resolved=True, says=f"{second.says}; some of it comes as sources")


def _answer(command: list[str], name: str, plan: Plan, timeout_s: float) -> Answer:
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            text=True,
            errors="replace",
            env={MACOS_VARIABLE: MACOS_RELEASE, **os.environ},
        )
    except subprocess.TimeoutExpired:
        return Answer(None, f"{name} did not end within {timeout_s:g} s")
    except OSError as error:
        return Answer(None, f"{name} cannot be started: {error.strerror}")
    if done.returncode == 0:
        later = plan.requirements_of_sources
        rest = f"; not tried, for it is compiled: {', '.join(later)}" if later else ""
        return Answer(is_resolved=True, says=f"{name} finds releases for all of it{rest}")
    lines = done.stderr.strip().splitlines()
    errors = [line for line in lines if line.startswith("ERROR")]  # pip's; uv has errors only
    said = "\n".join(errors or lines[-TAIL_LINES:])
    everything = done.stderr.lower()
    if any(sign in everything for sign in _UNREACHED):
        return Answer(None, f"{name} does not reach an index: {said.splitlines()[-1].strip()}")
    return Answer(is_resolved=False, says=f"{name} finds no solution:\n{said}")


def _uv(uv: str, plan: Plan, place: Place, asked: Path, wheels: list[str]) -> list[str]:
    python = f"{plan.situation.python}.{NEWEST_PATCH}"
    command = [uv, "pip", "compile", str(asked), "--quiet", "--no-header"]
    command += [f"--only-binary={name}" for name in wheels]
    command += ["--no-python-downloads", "--python", sys.executable]
    command += [f"--python-version={python}", f"--python-platform={uv_platform(plan)}"]
    command += uv_installer.index_options(plan, place)
    return command + _configured(command)


def _configured(command: list[str]) -> list[str]:
    """Return the index that pip is configured with, for a uv that has none of its own."""
    if any(word.startswith(("--default-index", "--index-url")) for word in command):
        return []
    address = configured_index(os.environ, Path.home())
    return [f"--default-index={address}"] if address else []


def uv_platform(plan: Plan) -> str:
    """Return what uv calls a plan's platform."""
    platform = plan.situation.platform
    if platform in _UV_PLATFORMS:
        return _UV_PLATFORMS[platform]
    here = plan.situation.machine.glibc
    limit = int(here.split(".")[1]) if here else _UV_GLIBC[-1]
    minor = max((each for each in _UV_GLIBC if each <= limit), default=_UV_GLIBC[0])
    return f"{platform.removeprefix('linux_')}-manylinux_2_{minor}"


def _has_pip() -> bool:
    from importlib.util import find_spec

    return find_spec("pip") is not None


def _pip(plan: Plan, place: Place, asked: Path, folder: str) -> list[str]:
    tags = [word for tag in platform_tags(plan) for word in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-input"]
    command += ["--ignore-installed", "--only-binary=:all:", "--target", f"{folder}/none"]
    command += ["--python-version", plan.situation.python, "--implementation", "cp", *tags]
    return [*command, "-r", str(asked), *pip_commands.index_options(plan, place)]
