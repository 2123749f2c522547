"""Rows on what widely copied set-up notes say."""

from __future__ import annotations

from typing import ClassVar, Literal

from gpucheck.tables.form import Row


class SetupNoteRow(Row, frozen=True):
    """A claim of set-up notes, and whether it holds."""

    key: ClassVar[tuple[str, ...]] = ("slug",)
    slug: str  # "trusted-host"
    claim: str  # in our words
    verdict: Literal["confirmed", "partly", "contradicted"]
    why: str
    what_to_do: str
    shown_by: tuple[str, ...]  # what to ask: "torch 1.9.1+cu111"; empty: no other table decides it
