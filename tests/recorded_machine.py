"""Build recorded machines as small folder trees, and read what a probe told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gpucheck import versions

PROBES = Path(versions.__file__).parent / "probes"


def load(path: Path) -> dict[str, Any]:
    """Execute a file the way a probe is executed."""
    names: dict[str, Any] = {"__name__": "gpucheck_probe", "__file__": str(path)}
    exec(compile(path.read_bytes(), str(path), "exec"), names)
    return names


def reading(name: str) -> dict[str, Any]:
    """Execute one of the files that the probe reads with."""
    return load(PROBES / "reading" / f"{name}.py")


def plant(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Build a folder tree: "-> target" makes a link and a name that ends in "/" a folder."""
    for name, content in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif isinstance(content, str) and content.startswith("-> "):
            path.symlink_to(content[3:])
        else:
            data = content.encode() if isinstance(content, str) else content
            path.write_bytes(data)
            if data.startswith((b"#!", b"\x7fELF")):
                path.chmod(0o755)
    return root


def section(lines: str) -> dict[str, Any]:
    """Fold a result file into the section that it reports."""
    folded: dict[str, Any] = {}
    for line in map(json.loads, filter(None, lines.split("\n"))):
        if "fact" in line:
            (*path, last), value = line["fact"]
            place: Any = folded
            for name in path:
                place = place[name] if isinstance(place, list) else place.setdefault(name, {})
            if isinstance(place, list) and last == len(place):
                place.append(value)
            else:
                place[last] = value
    return folded
