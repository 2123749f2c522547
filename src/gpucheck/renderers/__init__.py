"""The output formats: reports in, text out. One renderer a file; the folder is the list."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from gpucheck.findings import Page, Report, Severity

TYPE_CHECKING = False  # this file is loaded for every command
if TYPE_CHECKING:
    from gpucheck.figures import DeviceFigures


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a report is shown."""

    exit_codes: tuple[int, ...]  # one for each report
    exit_code: int  # of the whole command
    is_list: bool = False  # several environments were asked for, however many were found
    width: int = 100  # columns
    has_colour: bool = False
    has_unicode: bool = True
    is_verbose: bool = False
    rules: tuple[Page, ...] = ()  # all that are judged
    counted: tuple[Severity, ...] = ("error",)  # severities that make a report fail
    figures: tuple[tuple[DeviceFigures, ...], ...] = ()  # of each report's smoke tests


class Renderer(msgspec.Struct, frozen=True):
    """One entry of this folder."""

    render: Callable[[Sequence[Report], View], str]
    is_for_others: bool = False  # gets reports without names, hosts, UUIDs and private paths


def renderer_names() -> list[str]:
    """Return the names of the formats: "json", "text"."""
    return sorted(path.stem for path in Path(__path__[0]).glob("[!_]*.py"))


def renderer(name: str) -> Renderer:
    """Return the renderer of a format."""
    found: Renderer = importlib.import_module(f"gpucheck.renderers.{name}").RENDERER
    return found
