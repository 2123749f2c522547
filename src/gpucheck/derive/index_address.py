"""Which package index the user has configured for uv or pip.

In: environment variables and the configuration files that both document. Out: an address, or None
for the default of the client library. Nothing here knows the address of an index.

Sources: "Configuration" in pip's documentation 25.3 (files, PIP_INDEX_URL) and "Package indexes"
in uv's 0.9 (UV_DEFAULT_INDEX, `[[index]]` with `default = true`), read 2026-11.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

_NAME = re.compile(r"^[\w.-]+=")
"""uv takes "name=address", too; a password or a query may hold a "=" of its own."""
MACHINE = Path("/etc")
VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


def configured_index(environment: Mapping[str, str], home: Path) -> str | None:
    """Return the address of the user's index; None: none is configured."""
    for name in VARIABLES:
        if environment.get(name):
            return _NAME.sub("", environment[name])
    for read, paths in (
        (_from_uv, _uv_files(environment, home)),
        (_from_pip, _pip_files(environment, home)),
    ):
        for path in paths:
            if address := read(path):
                return address
    return None


def _from_uv(path: Path) -> str | None:
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    indexes = settings.get("index")
    for index in indexes if isinstance(indexes, list) else ():
        if isinstance(index, dict) and index.get("default"):
            return str(index.get("url") or "") or None
    return str(settings.get("index-url") or "") or None


def _from_pip(path: Path) -> str | None:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, "utf-8")
    except (OSError, ValueError, configparser.Error):
        return None
    spellings = ("index-url", "index_url")
    return next((url for key in spellings if (url := parser.get("global", key, fallback=""))), None)


def _uv_files(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(environment.get("APPDATA", home / "AppData/Roaming")) / "uv/uv.toml"
    else:
        yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "uv/uv.toml"
        yield MACHINE / "uv/uv.toml"


def _pip_files(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield pip's files, the one that wins first."""
    if chosen := environment.get("PIP_CONFIG_FILE"):
        if chosen == os.devnull:
            return  # so pip is told to read none
        yield Path(chosen)
    if sys.platform == "win32":
        yield Path(sys.prefix, "pip.ini")
        yield Path(environment.get("APPDATA", home / "AppData/Roaming")) / "pip/pip.ini"
        yield home / "pip/pip.ini"
        return
    yield Path(sys.prefix, "pip.conf")
    if sys.platform == "darwin":
        yield home / "Library/Application Support/pip/pip.conf"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"
    yield home / ".pip/pip.conf"
    yield MACHINE / "pip.conf"


def configured_here() -> str | None:
    """Return the index that this user has configured on this machine."""
    return configured_index(os.environ, Path.home())
