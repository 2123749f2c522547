"""How many of a thing, in words: "1 GPU", "2 GPUs"."""

from __future__ import annotations


def number_of(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there is not just one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
