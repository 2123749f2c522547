"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gpucheck.collect import DEFAULT_TIMEOUT_S

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
        min=0.1, metavar="SECONDS", envvar="GPUCHECK_TIMEOUT", help="Time limit of each probe."
    ),
]
NoImport = Annotated[
    bool,
    typer.Option("--no-import", help="Read frameworks from their files only; much faster."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead."),
]

TIMEOUT_S = DEFAULT_TIMEOUT_S
