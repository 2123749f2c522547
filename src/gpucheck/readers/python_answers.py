"""What somebody asked Python, and what it answered.

>>> torch.cuda.is_available()          python -c "import torch; print(torch.version.cuda)"
False                                  None
In [2]: torch.__version__              print(tf.__version__)
Out[2]: '2.1.0+cpu'                    2.12.0
torch.cuda.is_available(): False       torch.__version__ = '2.1.0+cpu'
torch.cuda.is_available() returns False
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_RELEASE = re.compile(r"['\"]?(\d{1,4}\.\d{1,3}[\w.+-]{0,40})['\"]?$")
_TRUTHS = {"True": True, "False": False}
_ANSWER = re.compile(r"(?:Out\[\d{1,4}\]:\s?)?(\S.{0,120})$")
_SAME_LINE = re.compile(
    r"\)?\s{0,3}(?:[:=]{1,2}|returns?|is|gives|->|→)\s{0,3}`{0,3}['\"]?([\w.+-]{2,40})"
)
_QUESTIONS: dict[str, tuple[Field, str]] = {
    "torch.cuda.is_available()": (("frameworks", "torch", "is_gpu_usable"), "truth"),
    "torch.__version__": (("frameworks", "torch", "release"), "release"),
    "torch.version.cuda": (("frameworks", "torch", "built_for_cuda"), "release"),
    "tf.__version__": (("frameworks", "tensorflow", "release"), "release"),
    "tf.test.is_built_with_cuda()": (("frameworks", "tensorflow", "is_cuda_build"), "truth"),
    "tf.test.is_gpu_available()": (("frameworks", "tensorflow", "is_gpu_usable"), "truth"),
    "jax.__version__": (("frameworks", "jax", "release"), "release"),
    "jax.devices()": (("frameworks", "jax", "is_gpu_usable"), "devices"),
    "cupy.__version__": (("frameworks", "cupy", "release"), "release"),
    "onnxruntime.__version__": (("frameworks", "onnxruntime", "release"), "release"),
    "ort.__version__": (("frameworks", "onnxruntime", "release"), "release"),
    "list_physical_devices('GPU')": (("frameworks", "tensorflow", "is_gpu_usable"), "devices"),
    "numba.cuda.is_available()": (("frameworks", "numba", "is_gpu_usable"), "truth"),
}
_PROMPT = re.compile(
    r"^\s{0,8}(?:>>> |In \[\d{1,4}\]: |\$ |\(\w{1,30}\) .{0,40}[$>#] )?(?:python\S{0,8} -c\s)?"
)


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the answers to the questions that doctors ask."""
    for place, line in enumerate(lines):
        asked = [(line.text.index(q), q) for q in _QUESTIONS if q in line.text]
        below = lines[place + 1 : place + 1 + len(asked)]
        for (start, question), answer in _pairs(sorted(asked), below):
            field, kind = _QUESTIONS[question]
            here = _SAME_LINE.match(line.text, start + len(question))
            text, number = (here[1], line.number) if here else (answer.text, answer.number)
            yield from _answered(field, kind, text, number, is_here=bool(here))
        if not below and len(asked) == 1:
            start, question = asked[0]
            here = _SAME_LINE.match(line.text, start + len(question))
            if here:
                yield from _answered(*_QUESTIONS[question], here[1], line.number, is_here=True)


def _pairs(
    asked: list[tuple[int, str]], below: Sequence[Line]
) -> Iterator[tuple[tuple[int, str], Line]]:
    """Pair each question with the line that answers it: one line each, or all on one."""
    for place, question in enumerate(asked):
        if place < len(below):
            yield question, below[place]


def _answered(
    field: Field, kind: str, text: str, line: int, *, is_here: bool
) -> Iterator[Statement]:
    found = _ANSWER.match(text.strip())
    answer = (found[1] if found else "").strip()
    value: Value = None
    if kind == "truth":
        value = _TRUTHS.get(answer.rstrip(".,"))
    elif kind == "devices" and not is_here:
        is_list = answer.startswith("[")
        value = any(word in answer for word in ("uda", "Gpu", "GPU")) if is_list else None
    elif kind == "release":
        release = _RELEASE.match(answer)
        value = release[1] if release else None
        if field[-1] == "built_for_cuda" and answer == "None":
            yield Statement((*field[:-1], "is_cuda_build"), False, line)
    if value is not None:
        yield Statement(field, value, line)
        if field[-1] == "built_for_cuda":
            yield Statement((*field[:-1], "is_cuda_build"), True, line)


READER = Reader("answers of Python", read)
