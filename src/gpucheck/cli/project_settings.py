"""What the project and the command line ask of a diagnosis."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

import msgspec

from gpucheck.cli.user_error import UserError
from gpucheck.policy import FailOn
from gpucheck.requirements import RequirementError
from gpucheck.settings import NotTomlError, Settings, SettingsError, checked, parse, required

FILE, OWN_FILE = "pyproject.toml", "gpucheck.toml"
SELECT_VARIABLE, IGNORE_VARIABLE = "GPUCHECK_SELECT", "GPUCHECK_IGNORE"
REQUIRE_VARIABLE, FAIL_ON_VARIABLE = "GPUCHECK_REQUIRE", "GPUCHECK_FAIL_ON"
SEPARATORS = re.compile(r"[;\n]")
"""Between the requirements of the variable: a comma parts the bounds of one."""

_SAYS_SOMETHING = re.compile(
    rb"""^\s*(?:\[+\s*["']?tool["']?\s*\.\s*["']?gpucheck["']?|["']?gpucheck["']?\s*[.=])""",
    re.MULTILINE,
)
"""A table or key named gpucheck, in a file that is no TOML as a whole."""

_BETWEEN_CODES = re.compile(r",(?=\s*GPU\d)", re.IGNORECASE)


def settings_in_use(
    select: Sequence[str],
    ignore: Sequence[str] = (),
    require: Sequence[str] = (),
    *,
    may_be_unknown: bool = False,
) -> Settings:
    """Return the settings: options go before environment variables, these before the project's.

    `select` and `ignore` may each hold several codes with commas between; "GPU117=reason" keeps
    the reason. What is ignored anywhere is ignored, what is required anywhere is required.

    Raises:
        UserError: a code or a requirement is none, or the project's file cannot be understood.
    """
    project = _of_project() or Settings()
    try:
        wanted = _codes(select) or _codes([os.environ.get(SELECT_VARIABLE, "")])
        unwanted = [*_codes([os.environ.get(IGNORE_VARIABLE, "")]), *_codes(ignore)]
        reasons = dict(_with_reason(code) for code in unwanted)
        codes = checked(tuple(wanted) or project.select, {**project.ignore, **reasons})
        told = filter(str.strip, SEPARATORS.split(os.environ.get(REQUIRE_VARIABLE, "")))
        asked = required([*told, *require])
    except RequirementError as error:
        raise UserError(str(error), error.sketch) from error
    except SettingsError as error:
        raise UserError(str(error)) from error
    _refuse_unknown(codes)
    return msgspec.structs.replace(
        codes,
        require=tuple(dict.fromkeys((*project.require, *asked))),
        allow_unknown=may_be_unknown or project.allow_unknown,
        fail_on=_fail_on() or project.fail_on,
    )


def _fail_on() -> FailOn | None:
    """Return what the environment variable says."""
    said = os.environ.get(FAIL_ON_VARIABLE) or None
    if said is not None and said not in get_args(FailOn):
        kinds = ", ".join(get_args(FailOn))
        raise UserError(f"{FAIL_ON_VARIABLE}={said} has no meaning: say {kinds}")
    return cast("FailOn | None", said)


def _refuse_unknown(settings: Settings) -> None:
    """Raise for a code that no rule has: a slip in `--select` must not pass for a clean bill."""
    codes = (*settings.select, *settings.ignore)
    if not codes:
        return
    from gpucheck.diagnose import pages  # this file is loaded for every command

    for code in codes:
        if not any(page.rule.id.startswith(code) for page in pages()):
            raise UserError(f"there is no rule {code}; `gpucheck rules` lists them all")


def _codes(options: Sequence[str]) -> list[str]:
    # A reason may hold commas: only one before a code parts two entries.
    parts = (part for option in options for part in _BETWEEN_CODES.split(option))
    return [part.strip() for part in parts if part.strip()]


def _with_reason(code: str) -> tuple[str, str]:
    name, _, reason = code.partition("=")
    return name.strip(), reason.strip()


def _of_project() -> Settings | None:
    """Read the nearest file, from here upwards, that says something to gpucheck."""
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return None
    for folder in (here, *here.parents):
        for path in (folder / OWN_FILE, folder / FILE):
            settings = _read(path)
            if settings is not None:
                return settings
    return None


def _read(path: Path) -> Settings | None:
    """Return what a file says; None: there is none, or it says nothing to gpucheck.

    Raises:
        UserError: it says something and cannot be understood: a gate must not be off unnoticed.
    """
    is_own = path.name == OWN_FILE
    raw = _bytes_of(path)
    # A project that says nothing to gpucheck may have any file it likes, even a broken one. In
    # UTF-16, as PowerShell writes it, every other byte of the name is zero.
    if raw is None or not (is_own or b"gpucheck" in raw.replace(b"\0", b"")):
        return None
    try:
        return parse(raw.decode("utf-8-sig"), is_own_file=is_own)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} cannot be used: it is not UTF-8 ({error.reason})") from error
    except RequirementError as error:
        raise UserError(f"{path} cannot be used: {error}", error.sketch) from error
    except NotTomlError as error:
        if not is_own and not _SAYS_SOMETHING.search(raw):  # it only names it as a dependency
            return None
        raise UserError(f"{path} cannot be used: {error}") from error
    except SettingsError as error:
        raise UserError(f"{path} cannot be used: {error}") from error


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        if not os.access(path.parent, os.X_OK):
            return None  # whether there is one is for others to know
        raise UserError(f"cannot read {path}: {error.strerror}") from error
