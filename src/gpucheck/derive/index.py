"""Read the package index: which files a project has, and what its wheels hold.

In: an address and a cache. Out: plain records, or `IndexUnreachableError`. Few connections,
retries with back-off, and a cap on what one run may receive.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import requests
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion
from pypi_simple import ProjectPage, PyPISimple, UnsupportedRepoVersionError
from pypi_simple.html import RepositoryPage
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from gpucheck.derive.bounded_answer import Answer, fetch
from gpucheck.derive.cache import Cache
from gpucheck.derive.index_login import separate_login
from gpucheck.derive.remote_wheel import IndexUnreachableError, RemoteWheel, reason_of

T = TypeVar("T")

CONNECTIONS = 4
MAX_BYTES = 4 * 1024**3
"""What the answers of one run may announce. All generators, with an empty cache, stay below half
of it."""
MAX_LIST_BYTES = 64 * 1024**2
"""The longest list of the projects that are read has about 2 MiB."""
RETRIES = Retry(
    total=5,
    backoff_factor=0.5,
    connect=2,  # a name that is not found, or a port that is closed, stays so
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET", "HEAD"),
    raise_on_status=False,  # the last answer tells why
    respect_retry_after_header=False,  # it may ask to wait for hours
)


@dataclasses.dataclass(frozen=True)
class File:
    """A file of a project, by what the index's list says of it."""

    project: str
    filename: str
    url: str
    release: str
    is_wheel: bool
    is_yanked: bool
    requires_python: str | None
    uploaded: str | None  # "2025-08-06"
    sha256: str | None = None
    has_metadata: bool = False  # whether its METADATA is also a file of its own (PEP 658)


class Index:
    """A package index with a memory."""

    def __init__(self, address: str | None, cache: Cache, *, is_offline: bool = False) -> None:
        """Use the index at `address`; None: the client library's default.

        Offline, only what is in `cache` is known. A user and password in the address are sent to
        its host alone, and are never kept or shown.

        Raises:
            IndexUnreachableError: this is no address of the web.
        """
        self.cache = cache
        self.is_offline = is_offline
        self.announced_bytes = 0
        self._lock = threading.Lock()
        self._left_out: frozenset[tuple[str, str]] = frozenset()
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            adapter = HTTPAdapter(max_retries=RETRIES, pool_maxsize=CONNECTIONS)
            self._session.mount(scheme, adapter)
        self._session.hooks["response"].append(self._count)
        if address is None:
            self._client = PyPISimple(session=self._session)
        else:
            bare, self._session.auth = separate_login(address)
            self._client = PyPISimple(bare, session=self._session)

    def files(self, project: str) -> tuple[File, ...]:
        """Return all files of a project whose names can be read, yanked ones too.

        Raises:
            IndexUnreachableError: the list cannot be read.
        """
        question = "files", self._client.endpoint, project
        if self.is_offline:
            listed = self.cache.get(*question)
            if listed is None:
                raise IndexUnreachableError(f"the list of {project} is not in {self.cache.folder}")
        else:
            listed = [dataclasses.asdict(file) for file in self._list(project)]
            if not listed:  # such as the page of a hotel's network
                raise IndexUnreachableError(f"{self._where(project)} has no files")
            self.cache.keep(listed, *question)
        files = (File(**file) for file in listed)
        return tuple(file for file in files if (file.project, file.release) not in self._left_out)

    def without(self, releases: Iterable[tuple[str, str]]) -> Self:
        """Return this index as if it lacked some releases, each a project and a release."""
        narrowed = copy.copy(self)
        narrowed._left_out = self._left_out | set(releases)  # noqa: SLF001
        return narrowed

    def open(self, file: File) -> RemoteWheel:
        """Return a wheel of which single members can be read; close it after use."""
        session = None if self.is_offline else self._session
        # A wheel is what its content is: another index may serve another one by the same name.
        identity = f"{file.filename} {file.sha256 or file.url}"
        return RemoteWheel(
            file.filename, file.url, session, self.cache, identity, has_metadata=file.has_metadata
        )

    def each(self, items: Iterable[T], read: Callable[[T], Any]) -> list[Any]:
        """Call `read` for each item, a few at a time; the answers are in the items' order."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            return list(pool.map(read, items))

    def _list(self, project: str) -> Iterator[File]:
        where = self._where(project)
        address = self._client.get_project_url(project)
        accept = {"Accept": self._client.accept}
        try:
            answer = fetch(self._session, address, MAX_LIST_BYTES, accept)
            page, uploaded = _parsed(project, answer)
        except requests.RequestException as error:
            raise IndexUnreachableError(f"{where} cannot be read: {reason_of(error)}") from error
        except (ValueError, UnsupportedRepoVersionError) as error:
            raise IndexUnreachableError(f"{where} is none that this program can read") from error
        for package in page.packages:
            release = _release_of(package.filename)
            if release is None:
                continue  # eggs, installers, names from before there were rules
            time = package.upload_time
            yield File(
                project=project,
                filename=package.filename,
                url=package.url,
                release=release,
                is_wheel=package.filename.endswith(".whl"),
                is_yanked=bool(package.is_yanked),
                requires_python=package.requires_python,
                sha256=package.digests.get("sha256"),
                has_metadata=bool(package.has_metadata),
                uploaded=time.date().isoformat() if time else uploaded.get(package.filename),
            )

    def _where(self, project: str) -> str:
        return f"the list of {project} on {urlsplit(self._client.endpoint).hostname}"

    def _count(self, answer: requests.Response, **_: object) -> None:
        length = answer.headers.get("Content-Length") or "0"
        with self._lock:
            self.announced_bytes += int(length) if length.isdecimal() else 0
        if self.announced_bytes > MAX_BYTES:
            raise IndexUnreachableError(
                f"the index has sent more than {MAX_BYTES // 1024**3} GiB in this run: stopped; "
                "what was read is kept, so run it again to go on"
            )


def _parsed(project: str, answer: Answer) -> tuple[ProjectPage, dict[str, str]]:
    """Return a list, and the day of each file's upload where a list in HTML says it."""
    if "json" in answer.kind:
        return ProjectPage.from_json_data(json.loads(answer.content), answer.address), {}
    page = ProjectPage.from_html(project, answer.content, base_url=answer.address)
    links = RepositoryPage.from_html(answer.content).links
    times = ((link.text, str(link.attrs.get("data-upload-time", ""))) for link in links)
    return page, {filename: time[:10] for filename, time in times if time}


def _release_of(filename: str) -> str | None:
    try:
        if filename.endswith(".whl"):
            return str(parse_wheel_filename(filename)[1])
        return str(parse_sdist_filename(filename)[1])
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
