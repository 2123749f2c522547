"""From which release on NumPy has wheels for a Python.

Source: the files of NumPy's releases on the package index, tried with uv for Linux x86_64
(2026-11-27).
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


def numpy_floor(python: str) -> tuple[str, ...]:
    """Return the requirement that a Python makes: "numpy>=1.26.0"; (): none is known."""
    first = FIRST.get(python)
    return (f"numpy>={first}",) if first else ()
