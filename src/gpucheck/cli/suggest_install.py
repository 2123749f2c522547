"""`gpucheck suggest-install`: the commands that install what works on this machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from gpucheck.cli import options
from gpucheck.cli.output import deliver
from gpucheck.cli.table_folders import tables_in_use, warn_of_problems
from gpucheck.cli.user_error import UserError
from gpucheck.policy import ExitCode

_ADDRESS = re.compile(r"(?:https?|file)://[\w.~:/?#@!+%=,-]+", re.ASCII)
MANAGERS = ("pip", "uv", "uv-project", "conda", "mamba", "pixi", "poetry")
FORMATS = ("text", "commands", "json", "requirements", "environment.yml", "pyproject", "dockerfile")


def _one_of(names: tuple[str, ...], what: str, name: str | None) -> str | None:
    if name is not None and name not in names:
        raise typer.BadParameter(f"there is no {what} {name!r}: {', '.join(names)}")
    return name


def _address(mirror: str | None) -> str | None:
    if mirror is not None and not _ADDRESS.fullmatch(mirror):
        raise typer.BadParameter("a mirror is an address such as https://mirror.example/simple")
    return mirror


def suggest_install(
    wishes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WISH]...", help='Such as torch, "torch>=2.6", cupy, jax, vllm.'),
    ] = None,
    gpu: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help='For this GPU: "RTX 5090".')
    ] = None,
    compute_capability: Annotated[
        list[str] | None, typer.Option(metavar="X.Y", help="For a GPU of this capability.")
    ] = None,
    driver: Annotated[
        str | None, typer.Option(metavar="RELEASE", help="For this driver: 535.129.03, or 535.")
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(metavar="X.Y|PATH", help="For this Python: 3.12, or an interpreter."),
    ] = None,
    env: options.Env = None,
    os_: Annotated[
        str | None, typer.Option("--os", metavar="NAME", help="linux, windows, macos or wsl.")
    ] = None,
    arch: Annotated[str | None, typer.Option(metavar="NAME", help="x86_64 or aarch64.")] = None,
    glibc: Annotated[
        str | None, typer.Option(metavar="X.Y", help="For this C library: 2.31.")
    ] = None,
    cpu: Annotated[bool, typer.Option("--cpu", help="Builds without CUDA.")] = False,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE|-", help="For the machine of a snapshot or report."),
    ] = None,
    manager: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            callback=lambda name: _one_of(MANAGERS, "manager", name),
            help=f"{', '.join(MANAGERS)}; default: what the environment uses.",
        ),
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(
            metavar="URL", callback=_address, help="An index that stands for the package index."
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Download here, install where there is no network.")
    ] = False,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            callback=lambda name: _one_of(FORMATS, "format", name),
            help=", ".join(FORMATS),
        ),
    ] = "text",
    output: options.Output = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Let a real resolver try it; nothing is installed.")
    ] = False,
    run: Annotated[
        bool, typer.Option("--run", help="Show the commands, ask, run them, and check again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --run: do not ask.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name the sources.")] = False,
) -> None:
    """Tell how to install what works on this machine, and why.

    Without wishes: what the environment has, repaired. What is not described is asked of this
    machine. Everything but the commands is a comment, so the answer can be pasted into a shell.
    """
    # Imported here: this file is loaded for every command.
    from gpucheck.cli import carrying_out, planning
    from gpucheck.suggest import Plan
    from gpucheck.suggest.described import Description
    from gpucheck.suggest.place import place_of

    if run and (offline or output or from_ or format_ != "text"):
        raise UserError("--run installs here: --from, --offline, --format and --output exclude it")
    release, interpreter = planning.python_meant(python)
    said = planning.description_of(
        Description(
            gpus=tuple(gpu or ()),
            capabilities=tuple(compute_capability or ()),
            driver=driver,
            python=release,
            system=os_,
            architecture=arch,
            glibc=glibc,
        )
    )
    if run and (release or said.is_of_other_machine):
        raise UserError("--run installs here: what describes another machine excludes it")
    tables = tables_in_use()
    facts = planning.facts_for(said, interpreter, env, from_, tables)
    asked = planning.wishes_meant(wishes or (), facts)
    is_cpu = cpu or planning.is_cuda_denied(said, from_)
    found = planning.planned(asked, facts, tables, is_cpu=is_cpu, has_mirror=mirror is not None)
    is_described = bool(release) or said.is_of_other_machine
    names = [wish.name for wish in asked]
    if said.is_of_other_machine and not manager:
        manager = "pip"  # what this environment uses says nothing about another one
    place = place_of(facts, names, manager, mirror, is_described=is_described)
    steps = None
    if isinstance(found, Plan):
        steps = planning.steps_for(found, place, is_offline=offline)
    text = planning.text_of(found, steps, place, facts, tables, format_, is_verbose=verbose)
    warn_of_problems(tables)
    if not isinstance(found, Plan) or steps is None:
        if format_ in {"text", "json"}:
            deliver(text, output)
        else:  # who wants a file or commands must not get prose in their place
            typer.echo(text, err=True, nl=False)
        raise typer.Exit(ExitCode.FINDINGS)
    deliver(text, output)
    code = carrying_out.verified(found, place) if verify else ExitCode.OK
    if run and code is ExitCode.OK:
        code = carrying_out.carry_out(steps, place, is_agreed=yes)
    raise typer.Exit(code)
