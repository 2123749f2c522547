"""From which release on, and until which, NumPy has wheels for a Python.

Sources: the files of NumPy's releases on the package index, tried with uv for Linux x86_64
(2026-11-27); NumPy's release notes, which say what each release supports.
"""

from __future__ import annotations

FIRST = {
    "3.8": "1.17.3",
    "3.9": "1.19.3",
    "3.10": "1.21.2",
    "3.11": "1.23.2",
    "3.12": "1.26.0",
    "3.13": "2.1.0",
    "3.14": "2.3.2",
    "3.15": "2.5.2",
}
LAST = {"3.6": "1.19.5", "3.7": "1.21.6", "3.8": "1.24.4", "3.9": "2.0.2", "3.10": "2.2.6"}
"""The Pythons that NumPy has left behind."""


def numpy_span(python: str) -> tuple[str, ...]:
    """Return the requirements that a Python makes: ("numpy>=1.19.3", "numpy<=2.0.2")."""
    first, last = FIRST.get(python), LAST.get(python)
    return (*([f"numpy>={first}"] if first else []), *([f"numpy<={last}"] if last else []))
