"""The page of a GitHub job: a report in Markdown is added to what its steps have put there.

GitHub names the file in a variable, and takes 1 MiB of a step: it shows nothing of a larger one.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands,
2026-11.
"""

from __future__ import annotations

import os
from pathlib import Path

from gpucheck.cli.output import complain

VARIABLE = "GITHUB_STEP_SUMMARY"
MOST_BYTES = 1 << 20
CUT = "\nThe rest does not fit here; it is in the log of the job.\n"


def summary_file() -> Path | None:
    """Return the file of this step; None: this is no job of GitHub."""
    path = os.environ.get(VARIABLE)
    return Path(path) if path else None


def add_to_summary(text: str, path: Path) -> None:
    """Add text to the file, as much as GitHub takes, whole findings only.

    A job does not fail for want of it; what is the matter is said beside the report.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as summary:
            summary.write(_fitting(text, MOST_BYTES - summary.tell()))
    except OSError as error:
        complain(f"cannot write {path} (${VARIABLE}): {error.strerror}")


def _fitting(text: str, room_bytes: int) -> str:
    encoded = text.encode()
    if len(encoded) <= room_bytes:
        return text
    if room_bytes < len(CUT):
        return ""
    begun = encoded[: max(0, room_bytes - len(CUT) - len("</details>\n\n"))].decode(errors="ignore")
    kept = begun[: begun.rfind("\n### ") + 1]
    is_open = kept.count("<details>") > kept.count("</details>")
    return kept + "</details>\n" * is_open + CUT
