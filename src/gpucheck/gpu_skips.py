"""Whether the reason of a skipped test says that a GPU is missing.

In: a reason, as people write them: "CUDA is not available", "requires 2 GPUs", or pytest's own
"condition: not torch.cuda.is_available()". Out: yes or no. A test that something else keeps from
running on a GPU ("flaky on GPU", "not supported on CUDA") is no sign of a missing one.
"""

from __future__ import annotations

import re

LONGEST = 500  # characters that are read of a reason

_WORD = re.compile(r"[\w.]+(?:\(\))?")
_NAMES_GPU = re.compile(r"cuda|cudnn|gpus?(?![a-z])|nvidia|nvml", re.IGNORECASE)
"""Also within a word: "HAS_CUDA", "libcudnn.so.9", "CUDA12", "torch.cuda.is_available()"."""
_COUNTS = re.compile(r"count|num|\bn_", re.IGNORECASE)

_GONE = r"(?:available|found|installed|detected|present|enabled|visible|accessible|usable|set)"
_NEEDS = r"(?:needs?|requires?|requiring)"
_SAYS_MISSING = tuple(
    re.compile(pattern.replace("GONE", _GONE).replace("NEEDS", _NEEDS), re.IGNORECASE)
    for pattern in (
        r"\bno\W+(?:\w+\W+){0,2}?GPU\b(?!\W+support)",  # no CUDA-capable device
        r"\bnot\s+GPU\b",  # not torch.cuda.is_available()
        r"\b(?:compiled|built)\W+without\W+GPU\b",
        r"\bnot\W+(?:compiled|built)\W+with\W+GPU\b",
        r"\b(?:cannot|can't|won't|does not|doesn't)\W+(?:run|work)\W+without\W+(?:\w+\W+)?GPU\b",
        r"\bNEEDS\W+(?:\w+\W+){0,4}?GPU\b",
        r"\b(?:missing|lacks?)\W+(?:\w+\W+){0,2}?GPU\b",
        r"\b(?:at least|fewer than|less than|not enough|find)\W+(?:\w+\W+){0,2}?GPU\b",
        r"\b(?:found|only|have|has|see|sees)\W+[01]\W+GPU\b",
        r"\bonly\W+(?:runs?\W+)?(?:for|on|in|with)\W+(?:\w+\W+)?GPU\b",
        r"\bskipp?(?:ed|ing)?\W+(?:\w+\W+)?on\W+(?:\w+\W+)?without\W+(?:\w+\W+)?GPU\b",
        r"(?<!\w-)\bGPU\W+(?:\w+\W+){0,4}?(?:not|\w*n't)\W+GONE\b",  # not cupy-cuda12x
        r"\bGPU\W+(?:\w+\W+){0,3}?(?:unavailable|missing|absent|empty|required|needed|cannot)\b",
        r"\bGPU\W+(?:(?:is|=+)\W+)?(?:False|None|0)\b",
        r"\bGPU_COUNT\W+\d",  # torch.cuda.device_count() < 2
        r"\bGPU[\s-]only\b",
    )
)
_SAYS_OTHER = tuple(
    re.compile(pattern.replace("NEEDS", _NEEDS), re.IGNORECASE)
    for pattern in (
        # For machines without a GPU, or for any.
        r"\b(?:NEEDS|for|only)\W+(?:\w+\W+){0,3}?(?:no|without)\W+(?:\w+\W+)?GPU\b",
        r"(?<!skipped )(?<!skipping )\bon\W+(?:\w+\W+)?without\W+(?:\w+\W+)?GPU\b",
        r"\b(?:not|\w*n't|no longer)\W+(?:\w+\W+)?(?:needs?|requires?)\W+(?:\w+\W+)?GPU\b",
        r"\bGPU\W+(?:\w+\W+){0,2}?(?:not|\w*n't|no longer)\W+(?:needed|required)\b",
        # About a release: "requires CUDA 13 but this has 12.4", "requires CUDA >= 12.8".
        r"\bNEEDS\W+GPU\W+\d[\d.]*\b.*\b(?:has|have|is|got|found|but)\b",
        r"\bGPU\s*(?:[<>=!]=?|version)\W*\d",
        # About a part of it, a package, or the CPU.
        r"\bGPU\W+(?:memory|graphs?|streams?)\b",
        r"\bno module named\b",
        r"\bCPU[\s-]only\b",
    )
)


def says_that_a_gpu_is_missing(reason: str) -> bool:
    """Tell whether a test was skipped for want of a GPU."""
    said = _WORD.sub(_plainly, reason[:LONGEST])
    if any(pattern.search(said) for pattern in _SAYS_OTHER):
        return False
    return any(pattern.search(said) for pattern in _SAYS_MISSING)


def _plainly(word: re.Match[str]) -> str:
    """Return "GPU" for whatever names one, and "GPU_COUNT" for how many there are."""
    if not _NAMES_GPU.search(word[0]):
        return word[0]
    return "GPU_COUNT" if _COUNTS.search(word[0]) else "GPU"
