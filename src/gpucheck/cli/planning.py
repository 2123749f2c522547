"""From what `suggest-install` was asked to a plan or a conflict, and to the text of either."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gpucheck.cli.collecting import collect_all
from gpucheck.cli.given_file import read_facts
from gpucheck.cli.user_error import CannotAnswerError, UserError
from gpucheck.collect import DEFAULT_TIMEOUT_S
from gpucheck.facts import Facts
from gpucheck.suggest import Conflict, Plan, Wish, WishError, parse, situation_of, solve
from gpucheck.suggest.described import Description, DescriptionError, described, is_python_release
from gpucheck.suggest.place import Place, Steps
from gpucheck.tables import Tables

DRIVER_VARIABLE = "UV_CUDA_DRIVER_VERSION"
CUDA_VARIABLE = "CONDA_OVERRIDE_CUDA"
"""How uv and conda are told of a driver that is not there (their documentation, 2026-11)."""

MIRROR_IS_ENOUGH = (
    'a mirror of the package index has no "+cuXXX" builds, so the plan is without them; without'
    " --mirror a newer release may fit"
)
MIRROR_PASSED_BY = (
    'a mirror of the package index has no "+cuXXX" builds: PyTorch\'s own index stands beside it;'
    " where that is not reached, name a copy of its wheels by --find-links, or take them along"
    " with --offline"
)


def description_of(said: Description) -> Description:
    """Return the description with what environment variables say of this machine's driver."""
    driver = os.environ.get(DRIVER_VARIABLE) or None
    cuda = os.environ.get(CUDA_VARIABLE) or None
    return msgspec.structs.replace(said, stood_in_driver=driver, stood_in_cuda=cuda)


def is_cuda_denied(said: Description, file: Path | None) -> bool:
    """Tell whether the environment says that there is no CUDA, as it does to conda."""
    is_told_otherwise = said.driver or said.gpus or said.capabilities or file
    return not is_told_otherwise and os.environ.get(CUDA_VARIABLE) == ""


def facts_for(
    said: Description, interpreter: str | None, env: str | None, file: Path | None, tables: Tables
) -> Facts:
    """Return facts of the machine and the environment that are meant.

    This machine is not asked where everything is said.

    Raises:
        UserError: a description or a file cannot be understood, or there is no such environment.
    """
    known: Facts | None = None
    if file:
        if interpreter or env:
            raise UserError("--from plans for a file's machine: a path and --env exclude it")
        known = read_facts(file, tables)
    elif not (said.python and said.is_of_other_machine) or env:
        (known,) = collect_all(interpreter, env, False, DEFAULT_TIMEOUT_S, False)
    try:
        return described(known, _without(said) if file else said, tables)
    except DescriptionError as error:
        raise UserError(str(error)) from error


def _without(said: Description) -> Description:
    """Return the description without what only this machine's environment says."""
    return msgspec.structs.replace(said, stood_in_driver=None, stood_in_cuda=None)


def python_meant(python: str | None) -> tuple[str | None, str | None]:
    """Return the release that `--python` names, or else the interpreter."""
    is_release = python is not None and is_python_release(python)
    return (python, None) if is_release else (None, python)


def wishes_meant(texts: Sequence[str], facts: Facts) -> tuple[Wish, ...]:
    """Return what is wished for; without words, what the environment has.

    Raises:
        UserError: a wish cannot be understood, or there is nothing to wish for.
    """
    from gpucheck.suggest.present import wishes_of

    try:
        wishes = parse(texts) if texts else wishes_of(facts)
    except WishError as error:
        raise UserError(str(error)) from error
    if not wishes:
        raise UserError(
            "this environment has no GPU framework to repair: say what you want, such as"
            " `gpucheck suggest-install torch`"
        )
    return wishes


def planned(
    wishes: Sequence[Wish], facts: Facts, tables: Tables, *, is_cpu: bool, has_mirror: bool
) -> Plan | Conflict:
    """Return the plan or the conflict; a mirror is not asked for builds that it has not.

    Raises:
        CannotAnswerError: too little is known of the machine or its Python.
    """
    situation = situation_of(facts, tables, is_cpu=is_cpu)
    if situation.unknown:
        raise CannotAnswerError(situation.unknown)
    if not has_mirror:
        return solve(wishes, situation, tables)
    plain = solve(wishes, situation, tables, is_index_only=True)
    found = plain if isinstance(plain, Plan) else solve(wishes, situation, tables)
    if not isinstance(found, Plan):
        return found
    says = MIRROR_PASSED_BY if found.variant else MIRROR_IS_ENOUGH
    return msgspec.structs.replace(found, warnings=(*found.warnings, says))


def steps_for(plan: Plan, place: Place, *, is_offline: bool) -> Steps:
    """Return the commands that carry a plan out at a place."""
    if is_offline:
        from gpucheck.suggest.wheel_files import offline_steps

        return offline_steps(plan, place)
    from gpucheck.suggest.installers import installer

    return installer(place.manager).steps(plan, place)


def text_of(
    found: Plan | Conflict,
    steps: Steps | None,
    place: Place,
    facts: Facts,
    tables: Tables,
    format_: str,
    *,
    is_verbose: bool,
) -> str:
    """Return a plan or a conflict in a format."""
    from gpucheck.suggest import as_json, files, shown

    if format_ == "json":
        date = str(tables.date)
        if isinstance(found, Conflict):
            told = as_json.conflict_json(found, date)
        else:
            told = as_json.plan_json(found, steps or Steps(commands=()), place, date)
        return json.dumps(told, indent=1) + "\n"
    if isinstance(found, Conflict):
        return shown.conflict_text(found, facts, is_verbose=is_verbose)
    if format_ in files.NAMES:
        return files.writer(format_)(found, place)
    listed = steps or Steps(commands=())
    if format_ == "commands":
        return "\n".join(shown.commands_of(listed, place)) + "\n"
    return shown.plan_text(found, listed, place, facts, is_verbose=is_verbose)
