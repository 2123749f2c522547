"""What the project and the command line ask of a diagnosis."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from gpucheck.cli.user_error import UserError
from gpucheck.settings import Settings, SettingsError, checked, parse

FILE = "pyproject.toml"
SELECT_VARIABLE, IGNORE_VARIABLE = "GPUCHECK_SELECT", "GPUCHECK_IGNORE"

_BETWEEN_CODES = re.compile(r",(?=\s*GPU\d)", re.IGNORECASE)


def settings_in_use(select: Sequence[str], ignore: Sequence[str]) -> Settings:
    """Return the settings: options go before environment variables, these before the project's.

    `select` and `ignore` may each hold several codes with commas between; "GPU117=reason" keeps
    the reason. What is ignored anywhere is ignored.

    Raises:
        UserError: a code is none, or the project's file cannot be understood.
    """
    project = _of_project() or Settings()
    try:
        wanted = _codes(select) or _codes([os.environ.get(SELECT_VARIABLE, "")])
        unwanted = [*_codes([os.environ.get(IGNORE_VARIABLE, "")]), *_codes(ignore)]
        reasons = dict(_with_reason(code) for code in unwanted)
        settings = checked(tuple(wanted) or project.select, {**project.ignore, **reasons})
    except SettingsError as error:
        raise UserError(str(error)) from error
    _refuse_unknown(settings)
    return settings


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
    """Read the nearest pyproject.toml, from here upwards, that has a table for gpucheck."""
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return None
    for folder in (here, *here.parents):
        path = folder / FILE
        try:
            text = path.read_text("utf-8")
            # A project that says nothing to gpucheck may have any file it likes, even a broken one.
            settings = parse(text) if "gpucheck" in text else None
        except (OSError, UnicodeDecodeError):
            continue
        except SettingsError as error:
            if "tool.gpucheck" not in text:  # it only names it as a dependency
                continue
            raise UserError(f"{path} cannot be used: {error}") from error
        if settings is not None:
            return settings
    return None
