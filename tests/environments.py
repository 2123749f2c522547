"""Make small environments on disk that look like what installers leave behind."""

from __future__ import annotations

import venv
from pathlib import Path


def write(path: Path, text: str | bytes = "") -> Path:
    """Write a file, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def install(site: Path, name: str, release: str, files: dict[str, str] | None = None) -> Path:
    """Install a wheel: the given files, and the metadata that pip writes; return its folder."""
    files = files or {}
    for path, text in files.items():
        write(site / path, text)
    info = site / f"{name.replace('-', '_')}-{release}.dist-info"
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n\nText.\n")
    write(info / "RECORD", "".join(f"{path},sha256=x,1\n" for path in files))
    write(info / "WHEEL", "Wheel-Version: 1.0\nTag: cp312-cp312-manylinux_2_28_x86_64\n")
    write(info / "INSTALLER", "pip\n")
    return info


def make_environment(prefix: Path) -> Path:
    """Make an empty virtual environment; return its interpreter."""
    venv.create(prefix, symlinks=True)
    return next(path for path in prefix.glob("*/python*") if path.stem == "python")
