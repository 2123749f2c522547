"""What a project asks of gpucheck: `[tool.gpucheck]` in its pyproject.toml.

    [tool.gpucheck]
    select = ["GPU1", "GPU303"]     # codes, or areas by their first digit

    [tool.gpucheck.ignore]
    GPU117 = "the login node needs no persistence mode"

In: the text of a file. Out: `Settings`, or `SettingsError`. Which file is read, and what the
command line adds, is for the command line to say.
"""

from __future__ import annotations

import re

import msgspec

_CODE = re.compile(r"GPU\d{1,3}")


class SettingsError(ValueError):
    """A setting has no meaning; the text says which and what is expected."""


class Settings(msgspec.Struct, frozen=True):
    """Which findings count."""

    select: tuple[str, ...] = ()  # codes or areas ("GPU303", "GPU3"); none: all
    ignore: dict[str, str] = {}  # code or area → the reason, which may be ""


def parse(text: str) -> Settings | None:
    """Return the settings in a pyproject.toml; None: it has no table for gpucheck.

    Raises:
        SettingsError: the text is no TOML, or a setting has no meaning.
    """
    import tomllib  # most projects say nothing to gpucheck

    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"it is no TOML: {error}") from error
    table = tool.get("gpucheck") if isinstance(tool, dict) else None
    if table is None:
        return None
    if isinstance(table, dict) and isinstance(table.get("ignore"), list):
        table = {**table, "ignore": dict.fromkeys(map(str, table["ignore"]), "")}
    try:
        settings = msgspec.convert(table, _Table)
    except msgspec.ValidationError as error:
        raise SettingsError(f"[tool.gpucheck]: {error}") from error
    return checked(settings.select, settings.ignore)


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    select: tuple[str, ...] = ()
    ignore: dict[str, str] = {}


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
