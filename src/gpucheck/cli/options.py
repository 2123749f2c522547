"""Options that several commands share, and those of the gate, each said once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

import typer

from gpucheck.collect import DEFAULT_TIMEOUT_S
from gpucheck.policy import FailOn
from gpucheck.renderers import renderer_names


def _finite(seconds: float) -> float:
    if not math.isfinite(seconds):
        raise typer.BadParameter("the time limit must be a number of seconds")
    return seconds


Python = Annotated[
    str | None,
    typer.Option(metavar="PATH|NAME", help="Inspect this interpreter, such as python3.12."),
]
Env = Annotated[
    str | None,
    typer.Option(metavar="PATH|NAME", help="Inspect this venv or conda environment."),
]
Timeout = Annotated[
    float,
    typer.Option(
        min=0.1,
        max=86400.0,
        metavar="SECONDS",
        envvar="GPUCHECK_TIMEOUT",
        callback=_finite,
        help="Time limit of each probe.",
    ),
]
NoImport = Annotated[
    bool,
    typer.Option("--no-import", help="Read frameworks from their files only; much faster."),
]
Share = Annotated[
    bool,
    typer.Option("--share", help="Leave out names, hosts, UUIDs and private paths."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead."),
]

Level = Annotated[
    Literal["quick", "full"],
    typer.Option(help="quick: seconds. full: a minute a GPU; every size, CPU against GPU."),
]
FailOnSeverity = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", help="The least severity for exit code 1: error, or $GPUCHECK_FAIL_ON."
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show everything.")]

Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="[FORMAT:]FILE",
        help="Write to this file instead; with a format, as junit:report.xml, beside.",
    ),
]


Select = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE", help="Count only these rules or areas: GPU303, GPU3 ($GPUCHECK_SELECT)."
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE[=REASON]",
        help="Leave these out; the report keeps the reason ($GPUCHECK_IGNORE).",
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WHAT",
        help="gpus>=2, memory>=40GiB, torch>=2.6, smoke:torch, … ($GPUCHECK_REQUIRE).",
    ),
]
LockFile = Annotated[
    Path | None,
    typer.Option(
        "--lock", metavar="FILE", help="Report what is not as `gpucheck lock` has written it."
    ),
]
AllowUnknown = Annotated[
    bool,
    typer.Option(
        "--allow-unknown",
        help="What is required or locked may be unknown ($GPUCHECK_ALLOW_UNKNOWN).",
    ),
]


def _known_format(name: str) -> str:
    if name not in renderer_names():
        raise typer.BadParameter(f"there is no format {name!r}: {', '.join(renderer_names())}")
    return name


Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="|".join(renderer_names()),
        callback=_known_format,
        help="How to print the report.",
    ),
]

TIMEOUT_S = DEFAULT_TIMEOUT_S
