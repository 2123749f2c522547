"""`gpucheck explain`: the page of a rule."""

from __future__ import annotations

from typing import Annotated

import typer

from gpucheck.cli.output import deliver
from gpucheck.cli.user_error import UserError
from gpucheck.findings import Page


def explain(
    what: Annotated[str, typer.Argument(metavar="RULE|CAUSE", help="GPU301, or driver-too-old.")],
) -> None:
    """Explain a rule: why it matters, how it is known, how to fix."""
    from gpucheck.diagnose import pages  # this file is loaded for every command

    found = [page for page in pages() if what.lower() in {page.rule.id.lower(), page.rule.cause}]
    if not found:
        raise UserError(_unknown(what))
    deliver("\n\n".join(map(_shown, found)) + "\n", None)


def _shown(page: Page) -> str:
    head = f"{page.rule.id}  {page.title}\ncause: {page.rule.cause} · {page.rule.severity}"
    return f"{head}\n\n{page.text}"


def _unknown(what: str) -> str:
    import difflib

    from gpucheck.diagnose import pages

    names = [name for page in pages() for name in (page.rule.id, page.rule.cause)]
    near = difflib.get_close_matches(what.upper(), names, 1) or difflib.get_close_matches(
        what.lower(), names, 1
    )
    hint = f"did you mean {near[0]}?" if near else "`gpucheck rules` lists them all"
    return f"there is no rule or cause {what!r}: {hint}"
