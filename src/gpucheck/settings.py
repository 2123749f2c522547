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
from typing import Literal

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
    except tomllib.TOMLDecodeError as error:
        raise NotTomlError(f"it is no TOML: {error}") from error
    tool = {"gpucheck": whole} if is_own_file else whole.get("tool", {})
    table = tool.get("gpucheck") if isinstance(tool, dict) else None
    if table is None:
        return None
    if isinstance(table, dict) and isinstance(table.get("ignore"), list):
        table = {**table, "ignore": dict.fromkeys(map(str, table["ignore"]), "")}
    try:
        read = msgspec.convert(table, _Table)
    except msgspec.ValidationError as error:
        where = "" if is_own_file else "[tool.gpucheck]: "
        raise SettingsError(f"{where}{error}") from error
    chosen = checked(read.select, read.ignore)
    return msgspec.structs.replace(
        chosen,
        require=required(read.require),
        allow_unknown=read.allow_unknown,
        fail_on=read.fail_on,
    )


class _Table(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    select: tuple[str, ...] = ()
    ignore: dict[str, str] = {}
    require: tuple[str, ...] = ()
    allow_unknown: bool = False
    fail_on: Severity | Literal["never"] | None = None


def checked(select: tuple[str, ...], ignore: dict[str, str]) -> Settings:
    """Return settings of which every code has the form of one.

    Raises:
        SettingsError: one has not.
    """
    upper = {code.strip().upper(): reason for code, reason in ignore.items()}
    chosen = tuple(code.strip().upper() for code in select)
    for code in (*chosen, *upper):
        if not _CODE.fullmatch(code):
            raise SettingsError(f"{code!r} is neither a rule nor an area: say GPU303, or GPU3")
    return Settings(chosen, upper)


def required(texts: Iterable[str]) -> tuple[Requirement, ...]:
    """Return what the texts require, each once.

    Raises:
        RequirementError: one means nothing.
    """
    return tuple(dict.fromkeys(parse_requirement(text) for text in texts))
