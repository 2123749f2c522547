"""A package index as small as a test needs, served by a real HTTP server on this machine.

    torch = wheel("torch-2.8.0-cp312-cp312-win_amd64.whl", {"torch/version.py": "cuda = '12.8'"})
    with small_index({"torch": [torch]}) as address:
        Index(address, Cache(tmp_path)).files("torch")

Lists come as JSON (PEP 691) to those who accept it and else as HTML (PEP 503); files are served
with byte ranges. Pass a list as `asked` to see the requests, and `faults` to spoil answers.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from unittest import mock

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html; charset=utf-8"
SOME_TIME = "2025-08-06T14:53:52.000000Z"


@dataclass(frozen=True)
class Served:
    """A file of a project, and what the index's list says of it."""

    filename: str
    content: bytes
    upload_time: str | None = SOME_TIME
    yanked: bool | str = False
    requires_python: str | None = None
    metadata: str | None = None  # served beside it (PEP 658)


def wheel(
    filename: str,
    members: Mapping[str, str | bytes] | None = None,
    *,
    upload_time: str | None = SOME_TIME,
    yanked: bool | str = False,
    requires_python: str | None = None,
    metadata_beside: str | None = None,
) -> Served:
    """Return a real wheel with these members, and a METADATA unless they have one."""
    name, release = filename.split("-")[:2]
    inside = dict(members or {})
    if not any(member.endswith(".dist-info/METADATA") for member in inside):
        inside[f"{name}-{release}.dist-info/METADATA"] = metadata(name, release)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in inside.items():
            archive.writestr(zipfile.ZipInfo(member), text, zipfile.ZIP_DEFLATED)
    said = upload_time, yanked, requires_python, metadata_beside
    return Served(filename, content.getvalue(), *said)


def sdist(filename: str, *, requires_python: str | None = None) -> Served:
    """Return a file that only its name makes a source distribution."""
    return Served(filename, b"not read by anyone", requires_python=requires_python)


def metadata(
    name: str,
    release: str,
    *,
    requires: Sequence[str] = (),
    extras: Sequence[str] = (),
    requires_python: str | None = None,
) -> str:
    """Return the text of a METADATA."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {release}"]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return "\n".join(lines) + "\n\nA description: Requires-Dist: not this one\n"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the answer on a project's list or a file.

    A status is answered; "no range" sends the whole file; "cut" ends the connection after half of
    the content; "garbage" sends bytes that are neither a list nor a wheel.
    """

    kind: int | Literal["no range", "cut", "garbage"]
    times: int | None = None  # how many answers it spoils; None: all


@dataclass(frozen=True)
class Asked:
    """A request that the index received."""

    path: str
    range: str | None
    authorization: str | None

    @property
    def name(self) -> str:
        """Return the project or the file that was asked for."""
        return self.path.rstrip("/").rpartition("/")[2]


@contextmanager
def small_index(
    projects: Mapping[str, Sequence[Served]],
    *,
    lists: Literal["json", "html"] = "json",
    faults: Mapping[str, Fault] | None = None,
    asked: list[Asked] | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[str]:
    """Serve these projects while the block runs; yields the address of the index.

    With `lists="html"` there is no JSON, as on many mirrors. `faults` are by the name of a project
    or a file. With a `login` (user, password) others get 401; the address does not hold it.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.projects = projects
    server.has_json = lists == "json"
    server.faults = dict(faults or {})
    server.spoilt = dict.fromkeys(server.faults, 0)
    server.asked = asked if asked is not None else []
    server.login = f"Basic {base64.b64encode(':'.join(login).encode()).decode()}" if login else None
    # One thread a connection; the poll only bounds how long leaving the block takes.
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    straight = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    try:
        with mock.patch.dict(os.environ, straight):
            yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    projects: Mapping[str, Sequence[Served]]
    has_json: bool
    faults: dict[str, Fault]
    spoilt: dict[str, int]
    asked: list[Asked]
    login: str | None

    def server_bind(self) -> None:
        """Bind without looking up this machine's name, which can take seconds."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Stay quiet when a client has gone, which some tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and content are sent apart: no 40 ms between them
    server: _Server

    def do_GET(self) -> None:
        asked = Asked(self.path, self.headers["Range"], self.headers["Authorization"])
        self.server.asked.append(asked)
        fault = self._fault(asked.name)
        content, kind = self._content(asked.name)
        if self.server.login and asked.authorization != self.server.login:
            self._answer(401, b"", HTML_TYPE)
        elif isinstance(fault, int):
            self._answer(fault, b"", HTML_TYPE)
        elif content is None:
            self._answer(404, b"", HTML_TYPE)
        elif fault == "garbage":
            self._serve(b"\x00<a href='" * 50, kind, asked.range)
        else:
            span = None if fault == "no range" else asked.range
            self._serve(content, kind, span, is_cut=fault == "cut")

    def _fault(self, name: str) -> object:
        fault = self.server.faults.get(name)
        if fault is None or self.server.spoilt[name] == fault.times:
            return None
        self.server.spoilt[name] += 1
        return fault.kind

    def _content(self, name: str) -> tuple[bytes | None, str]:
        if self.path.startswith("/files/"):
            served = {
                file.filename: file for files in self.server.projects.values() for file in files
            }
            beside = served.get(name.removesuffix(".metadata"))
            if name.endswith(".metadata") and beside and beside.metadata:
                return beside.metadata.encode(), "application/octet-stream"
            return (served[name].content if name in served else None), "application/octet-stream"
        if name not in self.server.projects:
            return None, HTML_TYPE
        files = self.server.projects[name]
        if self.server.has_json and JSON_TYPE in self.headers["Accept"]:
            return _as_json(name, files), JSON_TYPE
        return _as_html(files), HTML_TYPE

    def _serve(self, content: bytes, kind: str, span: str | None, *, is_cut: bool = False) -> None:
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", span or "")
        if asked is None:
            self._answer(200, content, kind, is_cut=is_cut)
            return
        if asked[1]:
            first = int(asked[1])
            last = min(int(asked[2] or len(content)), len(content) - 1)
        else:
            first, last = max(0, len(content) - int(asked[2])), len(content) - 1
        where = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
        self._answer(206, content[first : last + 1], kind, where, is_cut=is_cut)

    def _answer(
        self,
        status: int,
        content: bytes,
        kind: str,
        more: Mapping[str, str] | None = None,
        *,
        is_cut: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if is_cut else content)
        self.close_connection = self.close_connection or is_cut

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _as_json(project: str, files: Sequence[Served]) -> bytes:
    listed = [
        {
            "filename": file.filename,
            "url": f"../../files/{file.filename}",
            "hashes": {"sha256": hashlib.sha256(file.content).hexdigest()},
            "requires-python": file.requires_python,
            "yanked": file.yanked,
            "size": len(file.content),
            "core-metadata": file.metadata is not None,
            **({"upload-time": file.upload_time} if file.upload_time else {}),
        }
        for file in files
    ]
    page = {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": listed}
    return json.dumps(page).encode()


def _as_html(files: Sequence[Served]) -> bytes:
    links = []
    for file in files:
        digest = hashlib.sha256(file.content).hexdigest()
        said = {
            "href": f"../../files/{file.filename}#sha256={digest}",
            "data-requires-python": file.requires_python,
            "data-upload-time": file.upload_time,
            "data-yanked": "" if file.yanked is True else file.yanked or None,
        }
        attributes = " ".join(
            f'{name}="{html.escape(value)}"' for name, value in said.items() if value is not None
        )
        links.append(f"<a {attributes}>{html.escape(file.filename)}</a><br/>")
    return "\n".join(["<!DOCTYPE html><html><body>", *links, "</body></html>"]).encode()
