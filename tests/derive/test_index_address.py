"""Which index uv or pip is told to use: variables before files, and no file can break it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from gpucheck.derive import index_address as module
from gpucheck.derive.index_address import configured_here, configured_index

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the files of Linux")

UV = '[[index]]\nname = "first"\nurl = "https://first/simple"\n\n[[index]]\nname = "own"\n'
UV += 'url = "https://uv/simple"\ndefault = true\n'
PIP = "[global]\ntimeout = 60\nindex-url = https://pip/simple\n"


@pytest.fixture(autouse=True)
def _no_files_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "MACHINE", tmp_path / "etc")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "python"))


def configured(home: Path, files: Mapping[str, str | bytes], **environment: str) -> str | None:
    """Return what is found with these files, which lie below the home folder."""
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return configured_index(environment, home)


def test_nothing_is_configured(tmp_path: Path) -> None:
    """Without variables and files it is the client's own default."""
    assert configured(tmp_path, {}) is None
    assert configured(tmp_path, {}, PIP_INDEX_URL="", UV_DEFAULT_INDEX="") is None


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"])
def test_a_variable_wins_over_files(name: str, tmp_path: Path) -> None:
    """Each of the three variables is taken as it is."""
    files = {".config/uv/uv.toml": UV, ".config/pip/pip.conf": PIP}
    found = configured(tmp_path, files, **{name: "https://variable/simple"})
    assert found == "https://variable/simple"


def test_variables_have_an_order() -> None:
    """Those of uv come before pip's, the newer one first."""
    environment = {name: f"https://{name}" for name in reversed(module.VARIABLES)}
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        assert configured_index(environment, Path()) == f"https://{name}"
        del environment[name]


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("own=https://host/simple", "https://host/simple"),
        ("own-2.x=https://me:a=b@host/simple", "https://me:a=b@host/simple"),
        ("https://me:a=b@host/simple", "https://me:a=b@host/simple"),
        ("https://host/simple?token=1", "https://host/simple?token=1"),
    ],
)
def test_a_name_before_the_address_is_no_part_of_it(value: str, address: str) -> None:
    """What uv takes as a name is cut off; a "=" in a password or a query stays."""
    assert configured_index({"UV_DEFAULT_INDEX": value}, Path()) == address


def test_the_default_index_of_uv_wins_over_pip(tmp_path: Path) -> None:
    """Of uv's indexes the one called default counts; others only add to it."""
    files = {".config/uv/uv.toml": UV, ".config/pip/pip.conf": PIP}
    assert configured(tmp_path, files) == "https://uv/simple"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".config/uv/uv.toml", 'index-url = "https://found/simple"'),
        ("etc/uv/uv.toml", 'index-url = "https://found/simple"'),
        (".config/pip/pip.conf", "[global]\nindex-url = https://found/simple"),
        (".config/pip/pip.conf", "[global]\nindex_url: https://found/simple"),
        (".pip/pip.conf", "[global]\nindex-url = https://found/simple"),
        ("etc/pip.conf", "[global]\nindex-url = https://found/simple"),
        ("python/pip.conf", "[global]\nindex-url = https://found/simple"),
        (".config/pip/pip.conf", "[global]\nindex-url = https://found/%20simple"),
    ],
)
def test_reads_the_files_of_both(path: str, content: str, tmp_path: Path) -> None:
    """Each place and each spelling that uv and pip document is read."""
    found = configured(tmp_path, {path: content})
    assert found == ("https://found/%20simple" if "%" in content else "https://found/simple")


def test_the_user_wins_over_the_machine(tmp_path: Path) -> None:
    """A user's own file counts before that of all users."""
    user, machine = "[global]\nindex-url = https://user", "[global]\nindex-url = https://machine"
    files = {".config/pip/pip.conf": user, "etc/pip.conf": machine}
    assert configured(tmp_path, files) == "https://user"


def test_folders_and_files_can_be_named(tmp_path: Path) -> None:
    """XDG_CONFIG_HOME moves both, PIP_CONFIG_FILE comes first, and the null device ends it."""
    elsewhere = str(tmp_path / "elsewhere")
    files = {"elsewhere/pip/pip.conf": PIP, ".config/pip/pip.conf": ""}
    assert configured(tmp_path, files, XDG_CONFIG_HOME=elsewhere) == "https://pip/simple"
    own = tmp_path / "own.conf"
    own.write_text("[global]\nindex-url = https://own\n")
    variables = {"XDG_CONFIG_HOME": elsewhere, "PIP_CONFIG_FILE": str(own)}
    assert configured(tmp_path, {}, **variables) == "https://own"
    assert configured(tmp_path, {}, **{**variables, "PIP_CONFIG_FILE": os.devnull}) is None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".config/uv/uv.toml", "index = 3"),
        (".config/uv/uv.toml", 'index = ["https://a"]'),
        (".config/uv/uv.toml", "[[index]]\ndefault = true"),
        (".config/uv/uv.toml", "[[index"),
        (".config/uv/uv.toml", b"\xff\xfe"),
        (".config/pip/pip.conf", "index-url = https://no/section"),
        (".config/pip/pip.conf", "[global]\nindex-url\n"),
        (".config/pip/pip.conf", "[global]\nindex-url =\n"),
        (".config/pip/pip.conf", b"\xff\xfe"),
        (".config/pip/pip.conf/folder", ""),
    ],
)
def test_a_broken_file_is_as_none(path: str, content: str | bytes, tmp_path: Path) -> None:
    """Whatever a file holds, the next place is looked at."""
    later = {"etc/pip.conf": "[global]\nindex-url = https://later"}
    assert configured(tmp_path, {path: content, **later}) == "https://later"


def test_looks_at_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of this process counts."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://here/simple")
    assert configured_here() == "https://here/simple"
