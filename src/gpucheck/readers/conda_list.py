"""Lists and plans of conda, mamba and micromamba, also as collect_env repeats them.

# packages in environment at /home/me/miniconda3/envs/ml:
# Name                    Version                   Build  Channel
pytorch                   2.1.0           py3.11_cuda11.8_cudnn8.7.0_0    pytorch
[conda] cudatoolkit       10.2.89              hfd86e86_1
numpy                     1.26.4                   pypi_0    pypi
cpu-only           pytorch/linux-64::cpu-only-1.0-0
+ pytorch  2.1.0  cpu_generic_py311h7d2f4b1_0  conda-forge
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.gpu_packages import concerns_gpu, normalised
from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_BUILD = (
    r"((?:[\w.*]{0,60}_|h)[0-9a-f]{0,12}[\w.]{0,20}|\d{1,4}|mkl|cuda|cpu|main|conda_forge|openblas"
    r"|py\d{2,3}\w{0,40})"
)
_ROW = re.compile(
    rf"^\s{{0,4}}(?:\[conda\]|[+-])?\s{{0,4}}([a-z_][\w.-]{{1,50}})\s+(\d[\w.+!]{{0,40}})\s+{_BUILD}"
    rf"(?:\s+\[\w{{1,20}}\])?(?:\s+([\w./:-]{{3,60}}))?(?:\s+(?:Cached|\d[\d.]* ?[kMG]?i?B))?$"
)
_PLANNED = re.compile(
    r"^\s{0,8}([a-z_][\w.-]{1,50})\s+(?:[\w.-]{1,40}/[\w-]{3,20}::)?"
    r"\1-(\d[\w.+!]{0,40})-([\w.+]{1,60})(?:\s|$)"
)
_CHANNEL = re.compile(r"\s([\w.-]{1,40})/(?:linux|win|osx|noarch)[\w-]{0,12}::")
_AT = re.compile(r"(?:packages in environment at|environment location:)\s(\S{1,200}?):?$")
_HEAD = re.compile(r"^# packages in environment at|^\s{0,4}Name\s+Version\s+Build\s+Channel$")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield conda's packages; those that pip installed are distributions."""
    for line in lines:
        place = _AT.search(line.text)
        if place:
            yield Statement(("packages", "environment_kind"), "conda", line.number)
            yield Statement(("packages", "prefix"), place[1], line.number)
        if _HEAD.match(line.text):
            yield Statement(("packages", "has_whole_list"), True, line.number)
        for field, value in _stated(line.text):
            yield Statement(field, value, line.number)


def _stated(text: str) -> Iterator[tuple[Field, Value]]:
    row = _ROW.match(text) or _PLANNED.match(text)
    if row is None or not concerns_gpu(row[1]):
        return
    channel = row[4] if row.re is _ROW else None
    planned = _CHANNEL.search(text)
    channel = channel or (planned[1] if planned else None)
    if channel == "pypi" or row[3].startswith("pypi_"):
        field: Field = ("packages", "distributions", normalised(row[1]))
        stated: dict[str, Value] = {"release": row[2], "installer": "pip"}
    else:
        field = ("packages", "conda_packages", row[1])
        stated = {"release": row[2], "build": row[3]}
        if channel:
            stated["channel"] = channel.rpartition("/")[2] if "::" in channel else channel
    for key, value in stated.items():
        yield (*field, key), value


READER = Reader("conda's lists and plans", read)
