"""GPUs that people name: "I have a 3090" says too little, "RTX 3090" and "Tesla T4" are names.

TF 2.3.1, Cuda 10.2, Nvidia Tesla T4
16x V100 SXM3, 12 NVSwitches
running on an H100 80GB with driver 535
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

LONGEST_PROSE = 400

_LINES = (
    r"(?i:(?:RTX|GTX) ?(?:PRO )?A?\d{3,4}M?(?: ?Ti)?(?: ?SUPER)?(?: Ada Generation| Ada)?"
    r"|Tesla [KMPVTC]\d{1,4}\w{0,4}|Quadro (?:[A-Z]{1,3} ?)?\w?\d{3,4}\w?|TITAN (?:V|X[Pp]?|RTX)\b)"
)
_MODELS = (
    r"(?:A(?:2|10|16|30|40|100|800)|[BH](?:100|200|300|800)|L(?:4|20|40S?)|T4|[VP]100|G[HB]200)"
)
_FORM = r"(?:[- ](?:SXM\d?|PCI[Ee]|NVL|\d{2,3} ?GB)){0,3}"
MARKS = (
    "rtx", "gtx", "tesla", "quadro", "titan", "100", "200", "300", "800", "a2", "a10", "a16", "a30",
    "a40", "l4", "l20", "t4",
)  # fmt: skip
_GPU = re.compile(
    rf"(?<![\w./:-])(?:(?i:nvidia |geforce ){{0,2}}){_LINES}(?: Laptop GPU)?(?![\w-])"
    rf"|(?<![\w./:-]){_MODELS}{_FORM}(?![\w.-])"
)


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the names of GPUs in short lines."""
    for line in lines:
        if len(line.text) <= LONGEST_PROSE:
            for gpu in _GPU.finditer(line.text):
                yield Statement(("named_gpus", gpu[0], "name"), gpu[0], line.number)


READER = Reader("GPUs in prose", read, marks=MARKS, source="person")
