"""Whether the reason of a skipped test says that a GPU is missing.

In: a reason, as people write them: "CUDA is not available", "requires 2 GPUs", or pytest's own
"condition: not torch.cuda.is_available()". Out: yes or no. A test that something else keeps from
running on a GPU ("flaky on GPU", "not supported on CUDA") is no sign of a missing one.
"""

from __future__ import annotations

import re

LONGEST = 500  # characters that are read of a reason

_GPU = r"[\w.]*(?:cuda|cudnn|gpus?|nvidia|nvml)[\w.]*(?:\(\))?"
"""A word that names it, also within another: "HAS_CUDA", "libcudnn.so.9", "CUDA12"."""
_GONE = r"(?:available|found|installed|detected|present|enabled|visible|accessible|usable|set)"
_SAYS_MISSING = tuple(
    re.compile(pattern.replace("GPU", _GPU).replace("GONE", _GONE), re.IGNORECASE)
    for pattern in (
        r"\bno\W+(?:\w+\W+){0,2}?GPU",  # no CUDA-capable device
        r"\bnot\s+GPU",  # not torch.cuda.is_available()
        r"\b(?:compiled|built)\W+without\W+GPU",
        r"\b(?:needs?|requires?|requiring|missing|lacks?)\W+(?:\w+\W+){0,4}?GPU",
        r"\b(?:at least|fewer than|less than|not enough|find)\W+(?:\w+\W+){0,2}?GPU",
        r"\bonly\W+(?:runs?\W+)?(?:for|on|in|with)\W+(?:\w+\W+)?GPU",
        r"GPU\W+(?:\w+\W+){0,4}?(?:not|\w*n't)\W+GONE\b",
        r"GPU\W+(?:\w+\W+){0,3}?(?:unavailable|missing|absent|empty|required|needed|cannot)\b",
        r"GPU\W+(?:(?:is|=+)\W+)?(?:False|None)\b",
        r"GPU[\s-]only\b",
    )
)
_WANTS_NONE = re.compile(
    rf"\b(?:needs?|requires?|for|on|only)\W+(?:\w+\W+){{0,3}}?(?:no|without)\W+{_GPU}",
    re.IGNORECASE,
)
"""A test that is for machines without a GPU."""


def says_that_a_gpu_is_missing(reason: str) -> bool:
    """Tell whether a test was skipped for want of a GPU."""
    begun = reason[:LONGEST]
    if _WANTS_NONE.search(begun):
        return False
    return any(pattern.search(begun) for pattern in _SAYS_MISSING)
