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
from gpucheck.settings import Settings, SettingsError, checked, parse, required

FILE, OWN_FILE = "pyproject.toml", "gpucheck.toml"
SELECT_VARIABLE, IGNORE_VARIABLE = "GPUCHECK_SELECT", "GPUCHECK_IGNORE"
REQUIRE_VARIABLE, FAIL_ON_VARIABLE = "GPUCHECK_REQUIRE", "GPUCHECK_FAIL_ON"
SEPARATORS = re.compile(r"[;\n]")
"""Between the requirements of the variable: a comma parts the bounds of one."""

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
        told = filter(None, SEPARATORS.split(os.environ.get(REQUIRE_VARIABLE, "")))
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
    is_own = path.name == OWN_FILE
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    try:
        # A project that says nothing to gpucheck may have any file it likes, even a broken one.
        return parse(text, is_own_file=is_own) if is_own or "gpucheck" in text else None
    except RequirementError as error:
        raise UserError(f"{path} cannot be used: {error}", error.sketch) from error
    except SettingsError as error:
        if not is_own and "tool.gpucheck" not in text:  # it only names it as a dependency
            return None
        raise UserError(f"{path} cannot be used: {error}") from error
