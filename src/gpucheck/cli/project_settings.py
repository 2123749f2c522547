"""What the project, the environment's variables and the command line ask of a diagnosis."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from typing import cast, get_args

from gpucheck.cli.known_rules import refuse_unknown_rules
from gpucheck.cli.settings_file import settings_of_project
from gpucheck.cli.user_error import UserError
from gpucheck.policy import FailOn
from gpucheck.requirements import Requirement, RequirementError
from gpucheck.settings import Settings, SettingsError, checked, required
from gpucheck.visible_text import visible

SELECT_VARIABLE, IGNORE_VARIABLE = "GPUCHECK_SELECT", "GPUCHECK_IGNORE"
REQUIRE_VARIABLE, FAIL_ON_VARIABLE = "GPUCHECK_REQUIRE", "GPUCHECK_FAIL_ON"
ALLOW_UNKNOWN_VARIABLE = "GPUCHECK_ALLOW_UNKNOWN"
YES, NO = ("1", "true", "yes", "on", "t", "y"), ("", "0", "false", "no", "off", "f", "n")

_BETWEEN_REQUIREMENTS = re.compile(r"[;\n]")
"""A comma parts the bounds of one."""
_BETWEEN_ENTRIES = re.compile(r"[;\n](?=\s*(?:GPU\w|$))", re.IGNORECASE)
_BEFORE_A_CODE = re.compile(r",(?=\s*GPU\d{1,3}\s*=)", re.IGNORECASE)
"""A comma and a code may stand in a reason; with a reason of its own, it is another entry."""


def settings_in_use(
    select: Sequence[str],
    ignore: Sequence[str] = (),
    require: Sequence[str] = (),
    *,
    may_be_unknown: bool = False,
) -> Settings:
    """Return the settings: options go before environment variables, these before the project's.

    `select` and `ignore` may each hold several codes with commas between, or semicolons where a
    reason holds commas: "GPU117=here, too;GPU115". What is ignored anywhere is ignored, what is
    required anywhere is required.

    Raises:
        UserError: a code or a requirement is none, or the project's file cannot be understood.
    """
    project = settings_of_project() or Settings()
    selected = _codes("", select, ()) if select else _codes_in(SELECT_VARIABLE, is_ignore=False)
    from_variable, from_options = _codes_in(IGNORE_VARIABLE, is_ignore=True), _codes("", (), ignore)
    return Settings(
        select=selected.select or project.select,
        ignore={**project.ignore, **from_variable.ignore, **from_options.ignore},
        require=tuple(dict.fromkeys((*project.require, *_in_variable(), *_of_options(require)))),
        allow_unknown=may_be_unknown or _may_be_unknown() or project.allow_unknown,
        fail_on=_fail_on() or project.fail_on,
    )


@contextlib.contextmanager
def _blamed_on(where: str) -> Iterator[None]:
    """Turn what a text has wrong into an error of the user's, with where the text stands."""
    said = f"${where}: " if where else ""
    try:
        yield
    except RequirementError as error:
        raise UserError(f"{said}{error}", error.sketch) from error
    except SettingsError as error:
        raise UserError(f"{said}{error}") from error


def _in_variable() -> tuple[Requirement, ...]:
    told = filter(str.strip, _BETWEEN_REQUIREMENTS.split(os.environ.get(REQUIRE_VARIABLE, "")))
    with _blamed_on(REQUIRE_VARIABLE):
        return required(told)


def _of_options(require: Sequence[str]) -> tuple[Requirement, ...]:
    with _blamed_on(""):
        return required(require)


def _codes_in(variable: str, *, is_ignore: bool) -> Settings:
    told = [os.environ.get(variable, "")]
    return _codes(variable, () if is_ignore else told, told if is_ignore else ())


def _codes(where: str, select: Sequence[str], ignore: Sequence[str]) -> Settings:
    with _blamed_on(where):
        reasons = dict(map(_with_reason, _parted(ignore)))
        return refuse_unknown_rules(checked(tuple(_parted(select)), reasons))


def _parted(texts: Sequence[str]) -> list[str]:
    entries = (entry for text in texts for entry in _BETWEEN_ENTRIES.split(text))
    parts = (part for entry in entries for part in _BEFORE_A_CODE.split(entry))
    codes = (code for part in parts for code in ([part] if "=" in part else part.split(",")))
    return [code.strip() for code in codes if code.strip()]


def _with_reason(code: str) -> tuple[str, str]:
    name, _, reason = code.partition("=")
    return name.strip(), visible(reason.strip())


def _may_be_unknown() -> bool:
    """Return what the environment variable says."""
    said = os.environ.get(ALLOW_UNKNOWN_VARIABLE, "").strip().lower()
    if said not in {*YES, *NO}:
        raise UserError(f"${ALLOW_UNKNOWN_VARIABLE}: {said!r} has no meaning, say 1 or 0")
    return said in YES


def _fail_on() -> FailOn | None:
    """Return what the environment variable says."""
    said = os.environ.get(FAIL_ON_VARIABLE) or None
    if said is not None and said not in get_args(FailOn):
        kinds = ", ".join(get_args(FailOn))
        raise UserError(f"${FAIL_ON_VARIABLE}: {said!r} has no meaning, say {kinds}")
    return cast("FailOn | None", said)
