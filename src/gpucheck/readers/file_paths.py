r"""What the paths in tracebacks and logs show: system, Python, environment.

File "C:\Users\me\.conda\envs\ml\lib\site-packages\torch\cuda\__init__.py", line 284
File "/home/me/miniconda3/envs/ml/lib/python3.10/site-packages/torch/__init__.py", line 172
OSError: /data/anaconda3/envs/e/lib/python3.10/site-packages/torch/lib/../../../../libcublas…
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_WINDOWS = re.compile(
    r"(?:\b[A-Za-z]:|\w)\\(?:[^\\:*?\"<>|\n]{1,80}\\){1,20}site-packages\\"
    r"|\b[A-Z]:\\(?:Users|Program Files)"
)
_LINUX = re.compile(r"(/[^\s:\"']{0,200}?)/lib(?:64)?/python(\d\.\d{1,2})/(?:site|dist)-packages/")
_CONDA = re.compile(r"(?:conda|mamba|miniforge)\d?(?:/|$)|/envs/")
_USER_SITE = "/.local"


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what the first paths of each kind show."""
    for line in lines:
        linux = _LINUX.search(line.text)
        if linux:
            yield Statement(("packages", "python_release"), linux[2], line.number)
            if not linux[1].startswith("/Users/"):
                yield Statement(("machine", "os_name"), "Linux", line.number)
            if _CONDA.search(linux[1]):
                yield Statement(("packages", "environment_kind"), "conda", line.number)
                yield Statement(("packages", "prefix"), linux[1], line.number)
        elif _WINDOWS.search(line.text):
            yield Statement(("machine", "os_name"), "Windows", line.number)


READER = Reader("paths of files", read, marks=("-packages", "\\"), source="person")
