"""What a job requires of a machine: `gpus>=2`, `torch>=2.6`, `smoke:torch`, `gpu:H100|H200`.

    REQUIREMENT = NAME [COMPARISON VALUE {"," COMPARISON VALUE}]
                | "smoke:" TEST
                | "gpu:" NAME {"|" NAME}
    COMPARISON  = ">=" | ">" | "==" | "!=" | "<=" | "<"

In: a text. Out: a `Requirement`, or `RequirementError` with the place of the mistake. Whether a
machine meets it is for `requirement_checks` to say.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Literal

import msgspec
from packaging.specifiers import Specifier
from packaging.version import InvalidVersion, Version

from gpucheck.facts import CUDA_DRIVER, FRAMEWORK_TITLES

Kind = Literal["count", "capability", "memory", "release"]
QUANTITIES: dict[str, Kind] = {
    "gpus": "count",
    "compute_capability": "capability",
    "memory": "memory",
    "driver": "release",
    "cuda": "release",
    "python": "release",
}
"""What can be compared besides the releases of frameworks. `cuda` is the newest CUDA that the
driver runs; `memory` and `compute_capability` are those of every visible GPU."""
NAMES = (*QUANTITIES, *FRAMEWORK_TITLES)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}
"""Bytes of each; small letters will do as well."""

LONGEST, SHOWN = 300, 60
"""Characters of a requirement; Python converts no number of more than 4300 digits. And those of a
longer one that are shown."""

ONE_AT_A_TIME = "one requirement at a time: only several comparisons of one have a comma between"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_CAPABILITY = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?")
_SIGN = re.compile(r"[<>=!~]+")
_MEMORY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)")


class RequirementError(ValueError):
    """A requirement means nothing; the text says why, `at` is the place of the mistake."""

    def __init__(self, message: str, text: str, at: int) -> None:
        super().__init__(message)
        self.text, self.at = text, at

    @property
    def sketch(self) -> tuple[str, str]:
        """The requirement, and a caret under the mistake."""
        return self.text, f"{' ' * self.at}^"


class Bound(msgspec.Struct, frozen=True):
    """One comparison."""

    sign: str  # ">="
    value: int | Version  # a count, tenths of a GiB, or a release

    def admits(self, value: int | Version) -> bool:
        """Tell whether a value is within.

        Releases are compared as pip compares them (PEP 440): 2.6.0a0 is neither 2.6 nor later nor
        earlier. But 535.129.03 equals 535, and a local part ("+cu124") counts where the bound has
        one.
        """
        if isinstance(value, int) or isinstance(self.value, int):
            return COMPARISONS[self.sign](value, self.value)
        if self.sign in {"==", "!="}:
            return _is_same(value, self.value) is (self.sign == "==")
        if self.value.local is not None:
            return COMPARISONS[self.sign](value, self.value)
        return Specifier(f"{self.sign}{self.value}").contains(value, prereleases=True)


def _is_same(value: Version, wanted: Version) -> bool:
    """Tell whether a release is the wanted one, as precisely as that is written."""
    if wanted.local is None:
        value = Version(value.public)
    length = len(wanted.release)
    release = value.release + (0,) * (length - len(value.release))
    is_plain = str(wanted) == wanted.base_version
    if not is_plain or value.is_prerelease or value.epoch != wanted.epoch:
        return value == wanted
    return release[:length] == wanted.release


class Requirement(msgspec.Struct, frozen=True):
    """One requirement, as it was written and as it is meant."""

    text: str  # "torch>=2.6"
    name: str  # "gpus", "torch", "smoke", "gpu"
    bounds: tuple[Bound, ...] = ()
    subjects: tuple[str, ...] = ()  # of "smoke:" a test, of "gpu:" parts of names, in small letters


def tenths_of_gib(size_bytes: float) -> int:
    """Return a size of memory as it is compared: a card of 24 GiB tells a few MiB less.

    NVML tells 24564 MiB of a GeForce RTX 4090, which has 24 GiB.
    """
    return round(size_bytes * 10 / (1 << 30))


def parse_requirement(text: str) -> Requirement:
    """Return what a text requires; blanks around it count for nothing.

    Raises:
        RequirementError: it means nothing.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise RequirementError(f"it is longer than {LONGEST} characters", text[:SHOWN], 0)
    hidden = next((at for at, each in enumerate(text) if not each.isprintable()), None)
    if hidden is not None:
        raise RequirementError("it holds a character that cannot be seen", text, hidden)
    if ";" in text:
        raise RequirementError(ONE_AT_A_TIME, text, text.index(";"))
    name = _NAME.match(text)
    if name is None:
        raise RequirementError("a requirement begins with a name, such as gpus>=1", text, 0)
    rest = text[name.end() :]
    if rest.startswith(":"):
        return _about(name[0].lower(), rest[1:], text, name.end() + 1)
    if name[0] == "smoke" or (name[0] == "gpu" and not rest):
        message = f"{name[0]} has a name behind a colon, such as {_SAMPLES[name[0]]}"
        raise RequirementError(message, text, name.end())
    if name[0] not in NAMES:
        raise RequirementError(_unknown(name[0], NAMES), text, 0)
    bounds = _bounds(rest, QUANTITIES.get(name[0], "release"), text, name.end())
    if not bounds and name[0] in QUANTITIES:
        message = f"{name[0]} is to be compared with something, such as '{_SAMPLES[name[0]]}'"
        raise RequirementError(f"{message}: a shell wants the quotes", text, len(text))
    return Requirement(text, name[0], bounds)


_SAMPLES = {
    "gpus": "gpus>=2",
    "compute_capability": "compute_capability>=8.0",
    "memory": "memory>=40GiB",
    "driver": "driver>=535",
    "cuda": "cuda>=12.4",
    "python": "python>=3.10",
    "smoke": "smoke:torch",
    "gpu": "gpu:H100",
}


def _about(name: str, rest: str, text: str, at: int) -> Requirement:
    """Read what stands behind a colon."""
    if name == "smoke":
        known = (CUDA_DRIVER, *FRAMEWORK_TITLES)
        if rest not in known:
            raise RequirementError(_unknown(rest, known, "smoke test"), text, at)
        return Requirement(text, name, subjects=(rest,))
    if name == "gpu":
        parts = tuple(part.strip().lower() for part in rest.split("|"))
        if not all(parts):
            raise RequirementError("a name of a GPU is missing, as in gpu:H100|H200", text, at)
        return Requirement(text, name, subjects=parts)
    raise RequirementError(f"only smoke: and gpu: have a colon, {name} has none", text, at - 1)


def _bounds(rest: str, kind: Kind, text: str, at: int) -> tuple[Bound, ...]:
    """Read the comparisons; `at` is where they begin in the whole text."""
    found: list[Bound] = []
    for part in rest.split(",") if rest.strip() else ():
        start = at + len(part) - len(part.lstrip())
        sign = _SIGN.match(part.lstrip())
        if sign is None and found and _NAME.match(part.lstrip()):
            raise RequirementError(ONE_AT_A_TIME, text, start)
        if sign is None or sign[0] not in COMPARISONS:
            told = sign[0] if sign else part.strip()[:1]
            message = f"{told!r} is no comparison: say one of {' '.join(COMPARISONS)}"
            raise RequirementError(message, text, start)
        value = part.lstrip()[sign.end() :]
        place = start + sign.end() + len(value) - len(value.lstrip())
        found.append(Bound(sign[0], _value(value.strip(), kind, text, place)))
        at += len(part) + 1
    return tuple(found)


def _value(written: str, kind: Kind, text: str, at: int) -> int | Version:
    if kind == "memory":
        memory = _MEMORY.fullmatch(written)
        if memory is None or memory[2].upper() not in UNITS:
            raise RequirementError(f"{written!r} is no size: say 40GiB or 40GB", text, at)
        return tenths_of_gib(float(memory[1]) * UNITS[memory[2].upper()])
    if kind == "capability" and not _CAPABILITY.fullmatch(written):
        raise RequirementError(f"{written!r} is no compute capability, such as 8.0", text, at)
    if kind == "count":
        if not (written.isascii() and written.isdecimal()):
            raise RequirementError(f"{written!r} is no number of GPUs", text, at)
        return int(written)
    try:
        return Version(written)
    except InvalidVersion:
        is_prefix = re.fullmatch(r"[0-9]+(?:\.[0-9]+)*\.\*", written)
        hint = f", and =={written[:-2]} is any of it" if is_prefix else ""
        raise RequirementError(f"{written!r} is no release{hint}", text, at) from None


def _unknown(name: str, known: tuple[str, ...], what: str = "requirement") -> str:
    near = get_close_matches(name.lower(), known, 1, cutoff=0.75)
    forms = (*known, "smoke:TEST", "gpu:NAME") if known == NAMES else known
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(forms)}"
    return f"there is no {what} {name!r}: {hint}"
