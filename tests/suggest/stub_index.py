"""An index like PyTorch's, of wheels that hold nothing but their name, release and tags.

Which builds there are is read from the table; how their files are named is told here again, apart
from the code under test: PyTorch's index has "manylinux_2_28" from 2.6 on and "linux" before.
"""

from __future__ import annotations

import functools
import http.server
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version

from gpucheck.tables import Tables
from gpucheck.tables.rows.torch import TorchWheelRow

TABLES = Tables()
WITHOUT_PIN = {"2.14.1": "0.29.1"}
"""The torchvision of a torch that takes any newer one (PyTorch's "Previous versions", 2026-11)."""
MACHINES = {"linux_x86_64": "x86_64", "linux_aarch64": "aarch64"}


def platform_tag(row: TorchWheelRow) -> str:
    """Return the platform in the file's name."""
    if row.platform == "win_amd64":
        return row.platform
    is_new = Version(row.torch) >= Version("2.6")
    return f"{'manylinux_2_28' if is_new else 'linux'}_{MACHINES[row.platform]}"


def python_tags(python: str) -> str:
    """Return the Python and the ABI in the file's name."""
    tag = f"cp{python.replace('.', '').rstrip('t')}"
    abi = (
        f"cp{python.replace('.', '')}"
        if Version(python.rstrip("t")) >= Version("3.8")
        else tag + "m"
    )
    return f"{tag}-{abi}"


def write_wheel(folder: Path, package: str, release: str, tags: str, *requires: str) -> Path:
    """Write a wheel that installs an empty module."""
    path = folder / f"{package}-{release}-{tags}.whl"
    info = f"{package}-{release}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {package}", f"Version: {release}"]
    lines += [f"Requires-Dist: {each}" for each in requires]
    python, abi, platform = tags.rsplit("-", 2)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{package}/__init__.py", "")
        wheel.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        tag = f"{python}-{abi}-{platform}"
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
        names = (f"{package}/__init__.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in names))
    return path


def write_index(folder: Path, releases: tuple[str, ...]) -> None:
    """Write every build of some releases, with the torchvision of each, as PyTorch's index has.

    `whl/cu126/torch/` is an index's page; `whl/torch_stable.html` lists all of them.
    """
    vision = {
        (row.torch or "").removeprefix("=="): row.release
        for row in TABLES.torch_companions.rows
        if row.package == "torchvision"
    } | WITHOUT_PIN
    everything = []
    for row in TABLES.torch_wheels.rows:
        if row.torch not in releases:
            continue
        place = folder / "whl" / row.variant
        place.mkdir(parents=True, exist_ok=True)
        for python in row.python:
            tags = f"{python_tags(python)}-{platform_tag(row)}"
            local = f"{row.torch}+{row.variant}"
            everything.append(write_wheel(place, "torch", local, tags))
            if row.torch in vision:
                own = f"{vision[row.torch]}+{row.variant}"
                everything.append(
                    write_wheel(place, "torchvision", own, tags, f"torch=={row.torch}")
                )
    for place in (folder / "whl").iterdir():
        for package in ("torch", "torchvision"):
            page = place / package
            page.mkdir()
            links = sorted(place.glob(f"{package}-*.whl"))
            (page / "index.html").write_text("".join(map(_link_up, links)), "utf-8")
    listed = (f"{path.parent.name}/{path.name}" for path in everything)
    (folder / "whl" / "torch_stable.html").write_text("".join(map(_link, listed)), "utf-8")


def _link(address: str) -> str:
    return f'<a href="{address.replace("+", "%2B")}">{address.rpartition("/")[2]}</a><br>\n'


def _link_up(path: Path) -> str:
    return f'<a href="../{path.name.replace("+", "%2B")}">{path.name}</a><br>\n'


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone; yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
