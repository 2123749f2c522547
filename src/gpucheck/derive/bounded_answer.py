"""Read an answer of an index whole, but not more of it than it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests

TIMEOUT_S = 60.0
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What an address gave."""

    address: str  # after redirects
    kind: str  # its Content-Type, in lower case
    content: bytes


def fetch(
    session: requests.Session, address: str, max_bytes: int, headers: Mapping[str, str]
) -> Answer:
    """Return what is at `address`, unpacked.

    Raises:
        requests.RequestException: there is no answer, or one that says no.
        ValueError: it has more than `max_bytes`.
    """
    with session.get(address, headers=headers, timeout=TIMEOUT_S, stream=True) as response:
        response.raise_for_status()
        content = bytearray()
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            if len(content) > max_bytes:
                raise ValueError(f"it has more than {max_bytes // 1024**2} MiB")
        kind = response.headers.get("Content-Type", "text/html").lower()
        return Answer(response.url, kind, bytes(content))
