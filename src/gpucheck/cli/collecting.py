"""Turn what the user asked for into facts, live."""

from __future__ import annotations

from gpucheck.cli.progress import running
from gpucheck.cli.user_error import UserError
from gpucheck.collect import begin
from gpucheck.facts import Facts
from gpucheck.smoke_tests import SmokeWish
from gpucheck.target import TargetError, all_targets, find_target


def collect_all(
    python: str | None,
    env: str | None,
    is_every: bool,
    timeout_s: float,
    with_imports: bool,
    smoke: SmokeWish | None = None,
) -> list[Facts]:
    """Collect the facts of the asked-for environment, or of every one.

    Raises:
        UserError: there is no such environment.
    """
    if is_every and (python or env):
        raise UserError("--all-envs excludes --python and --env: give one")
    try:
        targets = all_targets() if is_every else [find_target(python=python, env=env)]
    except TargetError as error:
        raise UserError(str(error)) from error
    snapshots = []
    for target in targets:
        collection = begin(target, timeout_s=timeout_s, with_imports=with_imports, smoke=smoke)
        try:
            with running(f"asking the driver and {target.executable} …"):
                from gpucheck import diagnose  # loaded, with the rules, while the probes run

                diagnose.pages()
                snapshots.append(collection.facts())
        finally:
            collection.end()
    return snapshots
