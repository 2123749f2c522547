"""Show on standard error that the probes are running, when a person is watching."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from gpucheck.visible_text import visible


@contextlib.contextmanager
def running(what: str) -> Iterator[None]:
    """Show a spinner with `what` while the block runs; nothing when nobody can see it."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(visible(what))):
        yield
