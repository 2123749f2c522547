"""Which release a value means, and how many releases are told in few words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from packaging.version import InvalidVersion, Version

from gpucheck.answers import Stated

_ASKED = re.compile(
    r"(?:[a-z][\w.-]*(?:\[[\w,-]*\])? ?={1,2} ?)?v?(\d+(?:\.\d+)*(?:\.?post\d+)?)(?:\.[*x])?"
    r"(?:\+(\w[\w.]*))?",
    re.IGNORECASE | re.ASCII,
)
_PYTHON = re.compile(r"(\d+)\.(\d+)")
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*\(?([^;)]*)")
_PLATFORMS = {
    "linux_x86_64": "Linux x86_64",
    "linux_aarch64": "Linux aarch64",
    "win_amd64": "Windows",
    "macos_x86_64": "macOS x86_64",
    "macos_arm64": "macOS arm64",
    "any": "any system",
}
_PATCH_PARTS = 3
_NOT_A_RELEASE = Version("0.dev0")


class Choice(msgspec.Struct, frozen=True):
    """The release that a value means."""

    release: str
    others: tuple[str, ...] = ()  # which the value means as well, oldest first
    local: str | None = None  # "cu128" of "2.9.1+cu128"

    def stated(self, source: str) -> tuple[Stated, ...]:
        """Return which release is shown, where a value left that open."""
        if not self.others:
            return ()
        shown = f"{self.release}, the newest"
        return (Stated("shown", (shown,), source), Stated("there is also", self.others, source))


def choose(value: str, known: Iterable[str]) -> Choice | None:
    """Return the release a value means: itself, or the newest that begins with it.

    "2.9" means the newest 2.9.x; "v2.9.1", "torch==2.9.1" and "2.9.1+cu128" mean 2.9.1.
    """
    found = _ASKED.fullmatch(value.strip())
    if found is None:
        return None
    releases = by_version(known)
    asked, local = found[1], found[2]
    wanted = Version(asked)
    if asked in releases:
        return Choice(asked, local=local)
    if len(wanted.release) >= _PATCH_PARTS or wanted.is_postrelease:
        same = [release for release in releases if version(release) == wanted]
        if same:
            return Choice(same[-1], local=local)
    begun = [r for r in releases if version(r).release[: len(wanted.release)] == wanted.release]
    if not begun or wanted.is_postrelease:
        return None
    return Choice(begun[-1], tuple(begun[:-1]), local)


def version(release: str) -> Version:
    """Return a release for comparing; what is no version comes before all others."""
    try:
        return Version(release)
    except InvalidVersion:
        return _NOT_A_RELEASE


def by_version(releases: Iterable[str]) -> list[str]:
    """Return releases once each, the oldest first."""
    return sorted(dict.fromkeys(releases), key=version)


def spans(some: Iterable[str], among: Iterable[str]) -> tuple[str, ...]:
    """Return releases as spans, oldest first: from 2.7.0 to 2.9.1, then 2.12.0 alone.

    A span holds no release of `among` that is not one of `some`.
    """
    wanted = set(some)
    runs: list[list[str]] = []
    is_open = False
    for release in by_version({*among, *wanted}):
        if release in wanted and is_open:
            runs[-1].append(release)
        elif release in wanted:
            runs.append([release])
        is_open = release in wanted
    return tuple(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def python_spans(python: Iterable[str]) -> tuple[str, ...]:
    """Return Pythons as spans: from 3.9 to 3.13, then 3.13t alone."""
    runs: list[list[tuple[int, int]]] = []
    rest = []
    for entry in python:
        found = _PYTHON.fullmatch(entry)
        if found is None:
            rest.append(entry)
            continue
        number = (int(found[1]), int(found[2]))
        if runs and runs[-1][-1] == (number[0], number[1] - 1):
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = (sorted({run[0], run[-1]}) for run in runs)
    return (*("–".join(f"{major}.{minor}" for major, minor in run) for run in shown), *rest)


def requirement(requires: Iterable[str], *names: str) -> str | None:
    """Return the releases that the first requirement of one of `names` allows; "": any.

    Sample: "nvidia-cudnn-cu12 ==9.1.0.70 ; platform_system == 'Linux'" is "==9.1.0.70".
    """
    for entry in requires:
        found = _REQUIREMENT.match(entry)
        if found and found[1].lower().replace("_", "-") in names:
            return found[2].strip()
    return None


def without_markers(requires: Iterable[str]) -> tuple[str, ...]:
    """Return requirements without what comes after ";", once each."""
    return tuple(dict.fromkeys(entry.split(";")[0].strip() for entry in requires))


def platform_names(platforms: Iterable[str]) -> str:
    """Return platforms in words: "Linux x86_64, Windows"."""
    return ", ".join(_PLATFORMS.get(platform, platform) for platform in platforms)
