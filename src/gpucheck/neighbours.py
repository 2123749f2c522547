"""Find frameworks in this user's other environments, by the names of the files there.

In: the inspected target. Out: the environments that have a framework, with its releases. Asked for
only when the target has no framework at all: then somebody may look at the wrong environment. No
process is started and nothing is opened but lists of environments; folders are listed, in a thread
that is given up after `MAX_S` (a home folder may lie on a network disk that hangs).
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from gpucheck.facts import OtherEnvironment, Target
from gpucheck.target import all_targets, likely_targets

MAX_S = 2.0
MAX_ENVIRONMENTS = 40

_DISTRIBUTION = re.compile(
    r"(torch|tensorflow(?:_(?:cpu|gpu|intel))?|jax|cupy(?:_cuda\w+)?|numba|mxnet\w*"
    r"|onnxruntime(?:_gpu)?)-(\d[^-]*)\.dist-info"
)
_SITES = (
    "lib/python*/site-packages",
    "lib/python*/dist-packages",  # Debian's pip
    "Lib/site-packages",
    "local/lib/python*/dist-packages",
)


def other_environments(
    target: Target, environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> tuple[OtherEnvironment, ...]:
    """Return the other environments that have a framework; what was found within `MAX_S`."""
    found: list[OtherEnvironment] = []

    def search() -> None:
        found.extend(_environments(target, environ, folder or Path()))

    thread = threading.Thread(target=search, name="other environments", daemon=True)
    thread.start()
    thread.join(MAX_S)
    return tuple(found)


def _environments(
    target: Target, environ: Mapping[str, str], folder: Path
) -> Iterator[OtherEnvironment]:
    seen = {_real(target.prefix)} if target.prefix else set()
    seen |= {_real(target.executable), _real(str(Path(target.executable or "").parent.parent))}
    others = [*likely_targets(environ, folder), *all_targets(environ, folder)]
    for other in others[:MAX_ENVIRONMENTS]:
        prefix = other.prefix or str(Path(other.executable or "").parent.parent)
        if _real(prefix) in seen or _real(other.executable) in seen:
            continue
        seen.add(_real(prefix))
        if frameworks := _frameworks_in(_sites(Path(prefix))):
            yield OtherEnvironment(
                executable=other.executable,
                prefix=prefix,
                name=other.name,
                found_via=other.found_via,
                frameworks=frameworks,
            )
    yield from _of_user_site(environ)


def _of_user_site(environ: Mapping[str, str]) -> Iterator[OtherEnvironment]:
    """Yield what `pip install --user` put into the home folder, which no venv sees."""
    if environ.get("HOME"):
        for site in _matching(Path(environ["HOME"], ".local"), "lib/python*/site-packages"):
            if frameworks := _frameworks_in([site]):
                found_via = "the user's site-packages"
                yield OtherEnvironment(prefix=str(site), found_via=found_via, frameworks=frameworks)


def _sites(prefix: Path) -> Iterator[Path]:
    for pattern in _SITES:
        yield from _matching(prefix, pattern)


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _frameworks_in(sites: Iterator[Path] | list[Path]) -> dict[str, str]:
    frameworks: dict[str, str] = {}
    for site in sites:
        try:
            names = sorted(entry.name for entry in site.iterdir())
        except OSError:
            continue
        for name in names:
            if found := _DISTRIBUTION.fullmatch(name):
                frameworks.setdefault(found[1].replace("_", "-"), found[2])
    return frameworks


def _real(path: str | None) -> str:
    """Return a folder's or program's own path; links of folders count, a venv's python does not."""
    place = Path(path or "")
    try:
        return os.path.normcase(place.parent.resolve() / place.name)
    except (OSError, RuntimeError):
        return os.path.normcase(place)
