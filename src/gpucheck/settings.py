"""What a project asks of gpucheck: `[tool.gpucheck]` in its pyproject.toml.

    [tool.gpucheck]
    select = ["GPU1", "GPU303"]     # codes, or areas by their first digit
    require = ["gpus>=2", "memory>=40GiB", "torch"]
    allow-unknown = false
    fail-on = "warning"

    [tool.gpucheck.ignore]
    GPU117 = "the login node needs no persistence mode"

The same stands without `tool.gpucheck` in a file gpucheck.toml.

In: the text of a file. Out: `Settings`, or `SettingsError`. Which file is read, and what the
command line adds, is for the command line to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal

import msgspec

from gpucheck.findings import Severity
from gpucheck.requirements import Requirement, parse_requirement

_CODE = re.compile(r"GPU\d{1,3}")


class SettingsError(ValueError):
    """A setting has no meaning; the text says which and what is expected."""


class NotTomlError(SettingsError):
    """A text is no TOML, so that nobody knows what it says."""


class Settings(msgspec.Struct, frozen=True):
    """Which findings count, and what is required."""

    select: tuple[str, ...] = ()  # codes or areas ("GPU303", "GPU3"); none: all
    ignore: dict[str, str] = {}  # code or area → the reason, which may be ""
    require: tuple[Requirement, ...] = ()
    allow_unknown: bool = False  # a requirement of which nothing is known is no failure
    fail_on: Severity | Literal["never"] | None = None  # None: not said


def parse(text: str, *, is_own_file: bool = False) -> Settings | None:
    """Return the settings in a pyproject.toml; None: it has no table for gpucheck.

    `is_own_file`: the text is that of a gpucheck.toml, which is the table itself.

    Raises:
        NotTomlError: the text is none.
        SettingsError: a setting has no meaning.
    """
    import tomllib  # most projects say nothing to gpucheck

    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotTomlError(f"it is no TOML: {error}") from error
    tool = {"gpucheck": whole} if is_own_file else whole.get("tool", {})
    table = tool.get("gpucheck") if isinstance(tool, dict) else None
    return None if table is None else _of_table(table)


class _Field(msgspec.Struct, frozen=True):
    """A setting of the table."""

    kind: Any
    expected: str


_LEVELS = "error, warning, note or never"
_FIELDS = {
    "select": _Field(tuple[str, ...], 'a list of codes, such as ["GPU1", "GPU303"]'),
    "ignore": _Field(dict[str, str] | tuple[str, ...], 'a table, such as GPU117 = "the reason"'),
    "require": _Field(tuple[str, ...], 'a list of requirements, such as ["gpus>=1", "torch"]'),
    "allow-unknown": _Field(bool, "true or false"),
    "fail-on": _Field(Literal["error", "warning", "note", "never"], _LEVELS),
}


def _of_table(table: object) -> Settings:
    if not isinstance(table, dict):
        raise SettingsError(f"tool.gpucheck is to be a table with {', '.join(_FIELDS)}")
    read = {name: _converted(name, value) for name, value in table.items()}
    ignore = read.get("ignore", {})
    reasons = ignore if isinstance(ignore, dict) else dict.fromkeys(ignore, "")
    return msgspec.structs.replace(
        checked(read.get("select", ()), reasons),
        require=required(read.get("require", ())),
        allow_unknown=read.get("allow-unknown", False),
        fail_on=read.get("fail-on"),
    )


def _converted(name: str, value: object) -> Any:
    if name not in _FIELDS:
        near = get_close_matches(name, _FIELDS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_FIELDS)}"
        raise SettingsError(f"there is no setting {name!r}: {hint}")
    try:
        return msgspec.convert(value, _FIELDS[name].kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name} is to be {_FIELDS[name].expected}") from error


def checked(select: tuple[str, ...], ignore: dict[str, str]) -> Settings:
    """Return settings of which every code has the form of one.

    Raises:
        SettingsError: one has not.
    """
    reasons = {_code(code): reason for code, reason in ignore.items()}
    return Settings(tuple(map(_code, select)), reasons)


def _code(written: str) -> str:
    code = written.strip().upper()
    if not _CODE.fullmatch(code):
        raise SettingsError(f"{written!r} is neither a rule nor an area: say GPU303, or GPU3")
    return code


def required(texts: Iterable[str]) -> tuple[Requirement, ...]:
    """Return what the texts require, each once.

    Raises:
        RequirementError: one means nothing.
    """
    return tuple(dict.fromkeys(parse_requirement(text) for text in texts))
