"""The command line's root: options that belong to no command, and the list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from gpucheck.cli import diff, doctor, explain, facts, lock, rules, smoke, suggest_install, tables
from gpucheck.policy import MEANINGS, PLAN_MEANINGS, ExitCode
from gpucheck.release import RELEASE, TABLES_DATE


def _exit_codes(meanings: dict[ExitCode, str]) -> str:
    # "\b" tells the help's formatter to keep the lines as they are.
    lines = (f"{code:>3}  {meaning}" for code, meaning in meanings.items())
    return "\b\nExit codes:\n" + "\n".join(lines)


EXIT_CODES, PLAN_EXIT_CODES = _exit_codes(MEANINGS), _exit_codes(PLAN_MEANINGS)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help and errors: quick, copyable, safe with hostile text
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Tell whether the GPU will really be used, and if not, why and what mends it.",
    epilog=EXIT_CODES,
)
app.command("doctor", epilog=EXIT_CODES)(doctor.doctor)
app.command("smoke", epilog=EXIT_CODES)(smoke.smoke)
app.command("diff")(diff.diff)
app.command("lock")(lock.lock)
app.command("suggest-install", epilog=PLAN_EXIT_CODES)(suggest_install.suggest_install)
app.command("facts")(facts.facts)
app.command("rules")(rules.rules)
app.command("explain")(explain.explain)
app.add_typer(tables.app, name="tables")


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"gpucheck {RELEASE} (tables of {TABLES_DATE})")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the release."),
    ] = False,
) -> None:
    """Hold the options that every command has."""
