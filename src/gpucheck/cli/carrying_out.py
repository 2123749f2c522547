"""Try a plan with a real resolver, or carry it out and look again."""

from __future__ import annotations

import subprocess
import sys

import typer

from gpucheck.cli.progress import running
from gpucheck.cli.user_error import CannotAnswerError, UserError
from gpucheck.policy import ExitCode
from gpucheck.resolving import resolve
from gpucheck.suggest import Plan
from gpucheck.suggest.place import Command, Place, Steps
from gpucheck.visible_text import visible


def verified(plan: Plan, place: Place) -> ExitCode:
    """Say on standard error what a resolver makes of a plan; return the exit code for that.

    Raises:
        CannotAnswerError: there is no resolver, or it reaches no index.
    """
    with running("asking a resolver …"):
        answer = resolve(plan, place)
    if answer.is_resolved is None:
        raise CannotAnswerError(f"not verified: {answer.says}")
    for line in answer.says.splitlines():
        typer.echo(f"gpucheck: {visible(line)}", err=True)
    return ExitCode.OK if answer.is_resolved else ExitCode.FINDINGS


def carry_out(steps: Steps, place: Place, *, is_agreed: bool) -> ExitCode:
    """Run a plan's commands after asking, then the doctor in the same environment.

    Raises:
        UserError: nobody can be asked, or a command failed.
    """
    if steps.file:
        raise UserError(
            "pyproject.toml needs the lines above first: add them, then run the command"
        )
    if not steps.commands:
        raise UserError("there is no command to run: see what the plan says")
    if not is_agreed:
        if not sys.stdin.isatty():
            raise UserError("nobody is there to ask: --yes runs the commands without asking")
        if not typer.confirm("Run this?", err=True):
            raise UserError("nothing was run")
    for command in _agreed(steps) if is_agreed else steps.commands:
        typer.echo(f"$ {visible(place.shown(command))}", err=True)
        try:
            status = subprocess.run(command, check=False).returncode
        except OSError as error:
            raise UserError(f"cannot start {command[0]}: {error.strerror}") from error
        if status:
            shown = visible(place.shown(command))
            raise UserError(f"it ended with status {status}, and nothing after it was run: {shown}")
    return _looked_again(place)


def _agreed(steps: Steps) -> list[Command]:
    """Return the commands so that conda does not ask again."""
    return [
        (*command, "-y") if command[0] in {"conda", "mamba"} else command
        for command in steps.commands
    ]


def _looked_again(place: Place) -> ExitCode:
    """Run the doctor on the environment as it is now."""
    from gpucheck.suggest.pip_commands import made_python

    python = made_python(place) if place.is_of_system else place.python
    target = ("--python", python) if python else ()
    doctor = (sys.executable, "-m", "gpucheck", "doctor", *target)
    status = subprocess.run(doctor, check=False).returncode
    return ExitCode(status) if status in {*ExitCode} else ExitCode.FAILED
