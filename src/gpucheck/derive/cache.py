"""What was once read from the index, kept in a folder: one small JSON file a question.

The folder may be deleted at any time. A file that is damaged counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


class Cache:
    """Answers by question; both are plain data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, *question: str) -> Any | None:
        """Return the kept answer; None: there is none, or it cannot be read."""
        try:
            kept = json.loads(self._path(question).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict) or kept.get("question") != list(question):
            return None
        return kept.get("answer")

    def keep(self, answer: Any, *question: str) -> None:
        """Keep an answer that is not None; a folder that cannot be written is lived without."""
        text = json.dumps({"question": question, "answer": answer}, ensure_ascii=False)
        with contextlib.suppress(OSError):
            write_whole(self._path(question), text)

    def _path(self, question: tuple[str, ...]) -> Path:
        digest = hashlib.sha256("\0".join(question).encode()).hexdigest()
        return self.folder / digest[:2] / f"{digest}.json"


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there completely or not at all; its folder is made.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
