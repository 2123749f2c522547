"""Which files of a project make up its releases, and which wheel speaks for one."""

from __future__ import annotations

from pathlib import Path

from derive.small_index import sdist, small_index, wheel
from gpucheck.derive import releases
from gpucheck.derive.cache import Cache
from gpucheck.derive.index import File, Index


def file(filename: str, uploaded: str | None = None) -> File:
    """Return a wheel by its name."""
    return File(
        project="pkg",
        filename=filename,
        url="",
        release="1.0",
        is_wheel=True,
        is_yanked=False,
        requires_python=None,
        uploaded=uploaded,
    )


def test_final_releases_in_order(tmp_path: Path) -> None:
    """Withdrawn files and releases before the final one are left out, post-releases are not."""
    files = [
        wheel("pkg-0.10.0-py3-none-any.whl"),
        wheel("pkg-0.9.0.post1-py3-none-any.whl"),
        wheel("pkg-0.9.0-py3-none-any.whl", yanked="broken"),
        wheel("pkg-0.8.0rc1-py3-none-any.whl"),
        sdist("pkg-0.7.0.tar.gz"),
    ]
    with small_index({"pkg": files}) as address:
        found = releases.final_releases(Index(address, Cache(tmp_path)), "pkg")
    assert list(found) == ["0.7.0", "0.9.0.post1", "0.10.0"]
    assert releases.wheels(found["0.7.0"]) == ()


def test_speaker_is_for_linux_and_the_newest_python() -> None:
    """3.10 is newer than 3.9; a release without wheels has nobody to speak for it."""
    names = [
        "pkg-1.0-cp312-cp312-win_amd64.whl",
        "pkg-1.0-cp39-cp39-manylinux1_x86_64.whl",
        "pkg-1.0-cp310-cp310-manylinux1_x86_64.whl",
    ]
    speaker = releases.speaker(map(file, names))
    assert speaker
    assert speaker.filename == names[2]
    assert releases.speaker([]) is None


def test_day_of_a_release_is_that_of_its_first_file() -> None:
    """Wheels that were added later do not make it younger; no day at all is unknown."""
    days = ["2025-02-01", None, "2024-12-31"]
    found = [file(f"pkg-1.0-cp31{i}-cp31{i}-win_amd64.whl", day) for i, day in enumerate(days)]
    assert releases.uploaded(found) == "2024-12-31"
    assert releases.uploaded(found[1:2]) is None
