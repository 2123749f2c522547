"""Whether the tables are as they should be: loadable, well-formed, and those of the release."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from gpucheck.tables import TableError, Tables, row_type
from gpucheck.tables.form import faults, load

DISTRIBUTION = "gpucheck-doctor"


def faults_of_shipped(names: Iterable[str], tables: Tables) -> Iterator[str]:
    """Yield what is wrong with the tables that came with gpucheck."""
    hashes = _installed_hashes()
    for name in names:
        path = tables.shipped / f"{name}.json"
        try:
            load(path, row_type(name))
        except TableError as error:
            yield str(error)
            continue
        yield from (f"{path}: {fault}" for fault in faults(path, row_type(name)))
        installed = hashes.get(path.resolve())
        if installed and installed != _hash(path):
            yield f"{path}: its content is not the one that was installed"


def faults_of_refreshed(names: Iterable[str], tables: Tables) -> Iterator[str]:
    """Yield what is wrong with the tables that the user has refreshed."""
    for name in names:
        path = tables.refreshed / f"{name}.json" if tables.refreshed else None
        if path and path.exists():
            try:
                load(path, row_type(name))
            except TableError as error:
                yield str(error)


def _installed_hashes() -> dict[Path, str]:
    """Return the SHA-256 of each table as the wheel's RECORD has it; none in a checkout."""
    from importlib import metadata  # tens of milliseconds

    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return {}
    return {
        Path(str(file.locate())).resolve(): file.hash.value
        for file in files
        if file.suffix == ".json" and file.hash and file.hash.mode == "sha256"
    }


def _hash(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
