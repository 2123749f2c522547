"""What was once read from the index, kept in a folder: one small JSON file a question.

The folder may be deleted at any time. A file that is damaged counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from gpucheck.whole_file import write_whole


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
            path = self._path(question)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(text, path)

    def _path(self, question: tuple[str, ...]) -> Path:
        digest = hashlib.sha256("\0".join(question).encode()).hexdigest()
        return self.folder / digest[:2] / f"{digest}.json"
