"""Read single members of a wheel on an index, by HTTP range; what was read is kept.

In: a wheel's name and address. Out: text, or `IndexUnreachableError`. A wheel that is there never
changes (its name is its identity), so what was read once is never asked for again.
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self
from zipfile import BadZipFile, ZipInfo

import requests
from packaging.metadata import parse_email
from remotezip import RemoteIOError, RemoteZip, RemoteZipError
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from gpucheck.derive.bounded_answer import TIMEOUT_S, fetch
from gpucheck.derive.cache import Cache

CENTRAL_DIRECTORY_BYTES = 256 * 1024
"""Read from the end at first; the directory of a wheel with 12,000 files has about 1.2 MB."""
MAX_TEXT_BYTES = 4 * 1024**2
"""A METADATA or a generated `.py` of a real wheel has at most some hundred KiB."""
CHUNK_BYTES = 1024**2
MAX_SEARCHED_BYTES = 512 * CHUNK_BYTES
"""What is searched in a member; the libraries that are asked have at most some 50 MiB."""
MAX_FIND_BYTES = 4096
METADATA = r"[^/]+\.dist-info/METADATA"
UNREADABLE = (
    *(requests.RequestException, HTTPError, OSError),  # the network, at first or midway
    *(RemoteZipError, BadZipFile, EOFError, zlib.error, NotImplementedError),  # the archive
)


REASONS = (
    (requests.exceptions.SSLError, "its certificate is not accepted"),
    (requests.exceptions.ProxyError, "the proxy does not answer"),
    (requests.exceptions.InvalidJSONError, "its answer is no JSON"),
    (requests.TooManyRedirects, "it redirects for ever"),
    (requests.exceptions.InvalidSchema, "it leads to an address that is none of the web"),
    (requests.Timeout, f"no answer within {TIMEOUT_S:.0f} s"),
    (ReadTimeoutError, f"no answer within {TIMEOUT_S:.0f} s"),
    (NameResolutionError, "there is no host of this name"),
    (NewConnectionError, "no connection to its host"),
    (ProtocolError, "the connection broke off"),
    (requests.exceptions.ChunkedEncodingError, "the connection broke off"),
    (requests.ConnectionError, "no connection"),
    (zlib.error, "its content is damaged"),
    (EOFError, "its content is damaged"),
)
"""The first that fits counts."""


class IndexUnreachableError(Exception):
    """The index, or a file of it, cannot be read; the text says which and why."""


@dataclass(frozen=True)
class Metadata:
    """What a wheel says in its METADATA."""

    requires_python: str | None
    requires: tuple[str, ...]  # Requires-Dist, as it stands there
    extras: tuple[str, ...]


class RemoteWheel:
    """A wheel that stays on its index. Its archive is opened when the memory has no answer."""

    def __init__(
        self,
        filename: str,
        url: str,
        session: requests.Session | None,
        cache: Cache,
        identity: str,
        *,
        has_metadata: bool = False,
    ) -> None:
        """Read through `session`; None: only the memory answers, which knows it by `identity`.

        With `has_metadata` the index serves METADATA as a file of its own, too (PEP 658).
        """
        self.filename = filename
        self._identity = identity
        self._has_metadata = has_metadata
        self._url = url
        self._session = session
        self._cache = cache
        self._archive: RemoteZip | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._archive is not None:
            self._archive.close()

    def metadata(self) -> Metadata:
        """Return what METADATA says.

        Raises:
            IndexUnreachableError: the wheel cannot be read, or has none.
        """
        text = self._ask("member", METADATA, self._read_metadata)
        if text is None:
            raise IndexUnreachableError(f"{self.filename} has no METADATA")
        raw, _ = parse_email(text)
        return Metadata(
            raw.get("requires_python"),
            tuple(raw.get("requires_dist", ())),
            tuple(raw.get("provides_extra", ())),
        )

    def member(self, name: str) -> str | None:
        """Return the text of the member whose whole name the pattern `name` fits.

        None: there is no such member.
        """
        return self._ask("member", name, lambda: self._read(name, _text))

    def has(self, name: str) -> bool:
        """Tell whether there is a member whose whole name the pattern `name` fits."""
        return self._ask("has", name, lambda: self._read(name, _name)) is not None

    def search(self, name: str, sought: str) -> str | None:
        """Return the first find of the pattern `sought` in a member, which may be a library.

        The member is read only up to the find, which may have at most 4 KiB. None: there is no
        such member, or no find.
        """
        pattern = re.compile(sought.encode())
        found = partial(_find, pattern=pattern)
        return self._ask(f"search {sought}", name, lambda: self._read(name, found))

    def _ask(self, kind: str, name: str, read: Callable[[], str | None]) -> str | None:
        kept = self._cache.get(self._identity, kind, name)
        if kept is None:
            if self._session is None:
                raise IndexUnreachableError(f"{self.filename} was never read, and this is offline")
            kept = {"found": read()}
            self._cache.keep(kept, self._identity, kind, name)
        found: str | None = kept["found"]
        return found

    def _read_metadata(self) -> str | None:
        if self._has_metadata and self._session:
            with contextlib.suppress(requests.RequestException, ValueError):
                answer = fetch(self._session, f"{self._url}.metadata", MAX_TEXT_BYTES, {})
                return answer.content.decode("utf-8", "replace")
        return self._read(METADATA, _text)

    def _read(self, name: str, read: Callable[[RemoteZip, ZipInfo], str | None]) -> str | None:
        try:
            archive = self._opened()
            for info in archive.infolist():
                if re.fullmatch(name, info.filename):
                    return read(archive, info)
        except UNREADABLE as error:
            raise IndexUnreachableError(
                f"{self.filename} cannot be read: {reason_of(error)}"
            ) from error
        return None

    def _opened(self) -> RemoteZip:
        if self._archive is None:
            self._archive = RemoteZip(
                self._url,
                initial_buffer_size=CENTRAL_DIRECTORY_BYTES,
                session=self._session,
                timeout=TIMEOUT_S,
            )
        return self._archive


def _text(archive: RemoteZip, info: ZipInfo) -> str:
    if info.file_size > MAX_TEXT_BYTES:
        raise RemoteZipError(f"{info.filename} has {info.file_size} bytes, which is no text")
    content: bytes = archive.read(info)
    return content.decode("utf-8", "replace")


def _name(_archive: RemoteZip, info: ZipInfo) -> str:
    return info.filename


def _find(archive: RemoteZip, info: ZipInfo, *, pattern: re.Pattern[bytes]) -> str | None:
    with archive.open(info) as member:
        before = b""
        read_bytes = 0
        while read_bytes < MAX_SEARCHED_BYTES and (chunk := member.read(CHUNK_BYTES)):
            read_bytes += len(chunk)
            window = before + chunk
            # A find that touches the window's end may go on in the next chunk.
            found = pattern.search(window)
            if found and found.end() < len(window):
                return found[0].decode("utf-8", "replace")
            before = window[-MAX_FIND_BYTES:]
        found = pattern.search(before)
        return found[0].decode("utf-8", "replace") if found else None


def reason_of(error: BaseException) -> str:
    """Return why something could not be read, without addresses: they may hold a password."""
    if isinstance(error, RemoteIOError) and error.__context__:
        error = error.__context__  # the text of the outer one has the address
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"it answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectionError) and (cause := _cause_of(error)):
        error = cause
    for kind, reason in REASONS:
        if isinstance(error, kind):
            return reason
    is_of_network = isinstance(error, requests.RequestException | HTTPError)
    return type(error).__name__ if is_of_network or not str(error) else str(error)


def _cause_of(error: requests.ConnectionError) -> HTTPError | None:
    """Return what urllib3 says, which knows more kinds of it."""
    said = error.args[0] if error.args else None
    cause = said.reason if isinstance(said, MaxRetryError) else said
    return cause if isinstance(cause, NewConnectionError | ProtocolError) else None
