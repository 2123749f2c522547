"""Lists of Python packages: pip list, pip freeze, uv, requirements, collect_env, pip show.

Package            Version                torch==2.1.0+cu118
------------------ ------------           [pip3] torch==2.1.0+cu118
torch              2.1.0+cu118            [pip] torch (1.4.0)
onnxruntime-gpu    1.17.0                 Name: torch
                                          Version: 2.1.0+cu118
Successfully installed numpy-1.26.4 torch-2.1.0
Requirement already satisfied: torch in ./venv/lib/python3.11/site-packages (2.1.0)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.gpu_packages import concerns_gpu, normalised
from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_NAME = r"([A-Za-z][\w.-]{1,60})"
_RELEASE = r"(\d[\w.+!-]{0,50})"
_PINNED = re.compile(
    rf"^\s{{0,8}}(?:\[pip3?\]\s|[-+~]\s|\d{{1,4}}[.)]\s)?{_NAME}\s?={{2,3}}\s?{_RELEASE}"
    r"\s{0,8}(?:$|;|#|\\)"
)
_OLD = re.compile(rf"^\[pip3?\]\s{_NAME} \({_RELEASE}\)$")
_COLUMNS = re.compile(
    rf"^\s{{0,4}}{_NAME}\s+{_RELEASE}(?:\s{{2,}}(?:[/~\\].*|[A-Z]:\\.*|pip|uv|conda))?$"
)
_SHOWN = re.compile(r"^(Name|Version|Location|Installer): (\S.{0,200})$")
_INSTALLED = re.compile(r"^Successfully installed (\S.*)$")
_SATISFIED = re.compile(
    rf"^Requirement already satisfied: {_NAME}\S{{0,80}} in \S[^(]{{0,400}}\({_RELEASE}\)"
)
_HEAD = re.compile(r"^\s{0,4}Package\s+Version\b")
_RULE = re.compile(r"^\s{0,4}-{4,}\s+-{4,}")
_FEWEST = 12
"""A list with fewer lines than this, of the packages that any environment has, is an excerpt."""


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield every package that concerns GPUs, and whether a whole list was given."""
    name, in_list, counted, head = "", False, 0, 0
    for line in lines:
        text = line.text
        if _HEAD.match(text) or _RULE.match(text):
            in_list, head, counted = True, line.number, 0
            continue
        columns = _COLUMNS.match(text)
        counted += bool(columns and in_list)
        if in_list and not columns:
            in_list = False
        if head and counted == _FEWEST:
            yield Statement(("packages", "has_whole_list"), True, head)
            head = 0
        for found, release in _found(text, columns, is_list=in_list):
            yield from _package(found, release, line.number)
        shown = _SHOWN.match(text)
        if shown and shown[1] == "Name":
            name = shown[2].strip()
        elif shown and shown[1] == "Version" and name:
            yield from _package(name, shown[2].strip(), line.number)


def _found(text: str, columns: re.Match[str] | None, *, is_list: bool) -> Iterator[tuple[str, str]]:
    for pattern in (_PINNED, _OLD):
        found = pattern.match(text)
        if found:
            yield found[1], found[2]
    satisfied = _SATISFIED.match(text)
    if satisfied:
        yield satisfied[1], satisfied[2]
    installed = _INSTALLED.match(text)
    for word in installed[1].split() if installed else ():
        name, _, release = word.rpartition("-")
        yield name, release
    if columns and (is_list or concerns_gpu(columns[1])):
        yield columns[1], columns[2]


def _package(name: str, release: str, line: int) -> Iterator[Statement]:
    # Who installed it is not told: pip lists conda's packages as well.
    if concerns_gpu(name):
        field = ("packages", "distributions", normalised(name), "release")
        yield Statement(field, release, line)


READER = Reader("pip's and uv's lists", read)
