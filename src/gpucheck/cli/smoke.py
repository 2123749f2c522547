"""`gpucheck smoke`: compute on the GPU, and say whether it is right, used, and fast enough."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
import typer

from gpucheck.cli import options
from gpucheck.cli.collecting import collect_all
from gpucheck.cli.nothing_computed import not_computed, refuse_nothing
from gpucheck.cli.project_settings import settings_in_use
from gpucheck.cli.several_outputs import deliver_all, destinations
from gpucheck.cli.sharing import shared
from gpucheck.cli.table_folders import tables_in_use, warn_of_problems
from gpucheck.cli.viewing import view_of
from gpucheck.facts import Facts
from gpucheck.findings import Report
from gpucheck.smoke_tests import SmokeWish, known_tests

DTYPES = ("fp32", "tf32", "fp16", "bf16", "fp64")
SMOKE_AREA = "GPU7"


def _device(text: str) -> str:
    if text not in {"all", "cpu"} and not re.fullmatch("[0-9]{1,4}", text):
        raise typer.BadParameter(f"{text!r} is no device: say all, cpu, or a number as CUDA counts")
    return text


def _frameworks(names: list[str] | None) -> list[str]:
    for name in names or ():
        if name not in known_tests():
            raise typer.BadParameter(f"there is no test {name!r}: {', '.join(known_tests())}")
    return names or []


def _dtypes(names: list[str] | None) -> list[str]:
    for name in names or ():
        if name not in DTYPES:
            raise typer.BadParameter(f"there is no dtype {name!r} here: {', '.join(DTYPES)}")
    return names or []


def smoke(
    level: options.Level = "quick",
    framework: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", callback=_frameworks, help="Only this test: torch, …"),
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="all|cpu|N", callback=_device, help="What to compute on.")
    ] = "all",
    dtype: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(DTYPES), callback=_dtypes, help="Only in this dtype."),
    ] = None,
    python: options.Python = None,
    env: options.Env = None,
    timeout: options.Timeout = options.TIMEOUT_S,
    share: options.Share = False,
    format_: options.Format = "text",
    output: options.Outputs = None,
    fail_on: options.FailOnSeverity = None,
    verbose: options.Verbose = False,
) -> None:
    """Compute on the GPU, and tell if it is right, used, and as fast as it should be.

    With --device cpu the same tests run on the CPU.
    """
    wish = SmokeWish(
        level=level, device=device, frameworks=tuple(framework or ()), dtypes=tuple(dtype or ())
    )
    everything = destinations(output or (), format_)
    settings = settings_in_use([SMOKE_AREA] if wish.is_cpu else ())
    settings = msgspec.structs.replace(settings, require=())  # of the machine: for the doctor
    (facts,) = collect_all(python, env, False, timeout, True, wish)
    refuse_nothing(wish, facts)
    facts = shared(facts) if share else facts
    from gpucheck.figures import figures_of  # after the probes were started: it takes a while
    from gpucheck.gate import judged

    tables = tables_in_use()

    def judge(of: Facts) -> Report:
        return judged(of, tables, settings, not_computed=tuple(not_computed(wish, of)))

    reports, figures = [judge(facts)], [figures_of(facts, tables)]
    counted = fail_on or settings.fail_on or "error"
    view = view_of(reports, counted, is_verbose=verbose, figures=figures)
    deliver_all(reports, view, everything, lambda: [judge(shared(facts))])
    warn_of_problems(tables)
    raise typer.Exit(view.exit_code)
