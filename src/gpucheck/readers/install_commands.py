"""What somebody told pip, uv or conda to install: that it was installed is likely, not certain.

pip install torch==1.9.1+cu111 torchvision===0.4.1 -f https://…
conda install pytorch==1.12.1 cudatoolkit=11.3 -c pytorch
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.gpu_packages import concerns_gpu, normalised
from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_PIP = re.compile(r"\b(?:uv )?pip3?(?:\.exe)? install (.{1,400})")
_REQUIREMENT = re.compile(
    r"^['\"]?([A-Za-z][\w.-]{1,50})(?:\[[\w,-]{1,40}\])?={2,3}(\d[\w.+!]{0,40})['\"]?$"
)
_FAILED = re.compile(r"No matching distribution|not find a version|is not a supported wheel")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the pinned packages of commands, unless the report shows that pip refused them."""
    if any(_FAILED.search(line.text) for line in lines):
        return
    for line in lines:
        command = _PIP.search(line.text)
        for word in command[1].split() if command else ():
            found = _REQUIREMENT.match(word)
            if found and concerns_gpu(found[1]):
                field = ("packages", "distributions", normalised(found[1]))
                yield Statement((*field, "release"), found[2], line.number)


READER = Reader(
    "commands that install",
    read,
    marks=("install", "matching dist", "find a version", "supported wheel"),
    source="person",
)
