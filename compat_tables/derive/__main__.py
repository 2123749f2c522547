"""Make the derived tables anew from the package index: `python -m compat_tables.derive --help`.

Prints the rows that would go and come, and writes them only with `--write`. For those who work on
gpucheck; users refresh their own copy with `gpucheck tables update`.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

try:
    from gpucheck.derive.cache import Cache
    from gpucheck.derive.generator import all_generators, derive, difference
    from gpucheck.derive.index import Index
    from gpucheck.derive.index_address import configured_here
    from gpucheck.derive.remote_wheel import IndexUnreachableError
    from gpucheck.visible_text import visible
    from gpucheck.whole_file import write_whole
except ModuleNotFoundError as error:
    sys.exit(f"this needs {error.name}: pip install --editable '.[update]'")

TABLES = Path(__file__).resolve().parents[1]
RELEASE = TABLES.parent / "src" / "gpucheck" / "release.py"
CACHE = TABLES.parent / ".derive-cache"


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Tables; default: all derived.")] = None,
    cache: Annotated[Path, typer.Option(help="Where to keep what was read.")] = CACHE,
    *,
    write: Annotated[bool, typer.Option("--write", help="Write what differs.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Read only releases a table lacks.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Use only what was kept.")] = False,
) -> None:
    """Show how the derived tables differ from the package index, and write them if told."""
    generators = all_generators()
    if unknown := sorted(set(names or ()) - set(generators)):
        sys.exit(f"no generator makes {', '.join(unknown)}; there are: {', '.join(generators)}")
    index = Index(configured_here(), Cache(cache), is_offline=offline)
    today = datetime.now(UTC).date().isoformat()
    for name in names or generators:
        path = TABLES / f"{name}.json"
        before = path.read_text("utf-8") if path.exists() else None
        try:
            known = json.loads(before)["rows"] if before and new else ()
            after = derive(generators[name], index, today, known)
        except (IndexUnreachableError, ValueError) as error:
            sys.exit(f"{name}: {error}")
        changes = difference(before, after)
        typer.echo(f"{name}: {len(changes)} changes" if changes else f"{name}: no difference")
        for change in changes:
            typer.echo(visible(change))
        if changes and write:
            write_whole(after, path)
            _date_release(today)


def _date_release(today: str) -> None:
    """Set the date that reports show for the tables."""
    text = RELEASE.read_text("utf-8")
    dated = re.sub(r'(TABLES_DATE = )"[\d-]+"', rf'\1"{today}"', text)
    if dated != text:
        write_whole(dated, RELEASE)


if __name__ == "__main__":
    typer.run(main)
