"""Whether the reason of a skipped test says that a GPU is missing.

In: a reason, as people write them: "CUDA is not available", "requires 2 GPUs", or pytest's own
"condition: not torch.cuda.is_available()". Out: yes or no. A test that something else keeps from
running on a GPU ("flaky on GPU", "not supported on CUDA") is no sign of a missing one, nor is the
want of a certain GPU, CUDA or feature: a run that fails for nothing is worse than a skip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 500  # characters that are read of a reason

_WORD = re.compile(r"[\w.]+(?:\(\))?")
_NAMES_GPU = re.compile(r"cuda|cudnn|gpus?(?![a-z])|nvidia|nvml", re.IGNORECASE)
"""Also within a word: "HAS_CUDA", "libcudnn.so.9", "CUDA12", "torch.cuda.is_available()"."""
_NAMES_SEVERAL = re.compile(r"count|num_?gpu|gpus(?![a-z])|\bn_?gpu", re.IGNORECASE)
_IS_A_SWITCH = re.compile(r"^run_|tests$", re.IGNORECASE)  # RUN_GPU_TESTS

_PARTS = {
    "DEVICE": r"\bGPUS?\b",
    "GONE": r"(?:available|found|installed|detected|present|visible|accessible|usable)",
    "NEEDS": r"(?:needs?|requires?|requiring)",
}


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    parts = re.compile("|".join(_PARTS))
    whole = (parts.sub(lambda found: _PARTS[found[0]], text) for text in texts)
    return tuple(re.compile(text, re.IGNORECASE) for text in whole)


_SURELY_MISSING = _patterns(
    r"DEVICE(?:\W+(?:is|are|was|were))?\W+(?:not|unavailable|\w*n't)\W+(?:available|detected|present)\b",
    r"DEVICE(?:\W+(?:is|are))?\W+unavailable\b",
    r"\bnot\W+(?:compiled|built)\W+with\W+DEVICE",
)
_OTHER = _patterns(
    # For machines without a GPU, or for any.
    r"\b(?:NEEDS|for|only)\W+(?:\w+\W+){0,3}?(?:no|without)\W+(?:\w+\W+)?DEVICE",
    r"(?<!skipped )(?<!skipping )\bon\W+(?:\w+\W+)?without\W+(?:\w+\W+)?DEVICE",
    r"\b(?:not|\w*n't|no longer)\W+(?:\w+\W+)?(?:needs?|requires?)\W+(?:\w+\W+)?DEVICE",
    r"DEVICE\W+(?:\w+\W+){0,2}?(?:not|\w*n't|no longer)\W+(?:needed|required)\b",
    r"\bCPU[\s-]only\b",
    # About a release: "requires CUDA 13 but this has 12.4", "requires CUDA >= 12.8".
    r"\bNEEDS\W+\bGPU\b\W+\d[\d.]*\b.*\b(?:has|have|is|got|found|but)\b",
    r"\bGPU\b\W+\d[\d.]*\s*(?:\+|or (?:newer|later|above|higher|greater)|(?:is )?not available)",
    r"\bGPU\b\s*(?:[<>=!]=?|version)\W*\d",
    # About a kind or a part of it, or a package: "requires Hopper", "No module named 'pycuda'".
    r"\bcompute capability\b|\bsm_?\d\d|\b(?:Volta|Turing|Ampere|Ada|Hopper|Blackwell)\b",
    r"DEVICE\W+(?:memory|graphs?|streams?|IPC|P2P|bf16|fp16|fp8)\b(?!\W+tests?\W+needs?)",
    r"\bno module named\b|\bno\W+DEVICE\W+tests?\b",
    r"(?:\w-DEVICE|DEVICE-\w+)\W+(?:is\W+)?not\W+installed\b",
)
_MISSING = _patterns(
    r"\bno\W+(?:\w+\W+){0,2}?DEVICE(?!\W+support)",  # no CUDA-capable device
    r"\bnot\s+DEVICE",  # not torch.cuda.is_available()
    r"\b(?:compiled|built)\W+without\W+DEVICE",
    r"\b(?:cannot|can't|won't|does not|doesn't)\W+(?:run|work)\W+without\W+(?:\w+\W+)?DEVICE",
    r"\bNEEDS\W+(?:\w+\W+){0,4}?DEVICE",
    r"\b(?:missing|lacks?)\W+(?:\w+\W+){0,2}?DEVICE",
    r"\b(?:at least|fewer than|less than|not enough|find)\W+(?:\w+\W+){0,2}?DEVICE",
    r"\b(?:found|only|have|has|see|sees)\W+[01]\W+DEVICE",
    r"\bonly\W+(?:runs?\W+)?(?:for|on|in|with)\W+(?:\w+\W+)?DEVICE",
    r"\bskipp?(?:ed|ing)?\W+(?:\w+\W+)?on\W+(?:\w+\W+)?without\W+(?:\w+\W+)?DEVICE",
    r"DEVICE\W+(?:\w+\W+){0,4}?(?:not|\w*n't)\W+GONE\b",
    r"DEVICE\W+(?:is\W+)?(?:not|\w*n't)\W+(?:enabled|set)\b",
    r"DEVICE\W+(?:\w+\W+){0,3}?(?:unavailable|missing|absent|empty|required|needed|cannot)\b",
    r"DEVICE\W+(?:(?:is|=+)\W+)?(?:False|None|0)\b",
    r"\bGPUS\b\)?\s*(?:<=?|==)\s*\d",  # torch.cuda.device_count() < 2
    r"DEVICE[\s-]only\b",
)


def says_that_a_gpu_is_missing(reason: str) -> bool:
    """Tell whether a test was skipped for want of a GPU."""
    said = _WORD.sub(_plainly, reason[:LONGEST])
    if _says(said, _SURELY_MISSING):
        return True
    return not _says(said, _OTHER) and _says(said, _MISSING)


def _says(said: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(pattern.search(said) for pattern in patterns)


def _plainly(word: re.Match[str]) -> str:
    """Return "GPU" for whatever names one, and "GPUS" for what names several, or how many."""
    if not _NAMES_GPU.search(word[0]) or _IS_A_SWITCH.search(word[0]):
        return word[0]
    return "GPUS" if _NAMES_SEVERAL.search(word[0]) else "GPU"
