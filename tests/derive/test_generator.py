"""`derive` and `difference`: what becomes a table, and what counts as a change of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Asked, metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generator import Generator, all_generators, derive, difference
from gpucheck.derive.index import Index
from gpucheck.tables import Tables, names
from gpucheck.tables.form import load
from gpucheck.tables.rows.nvidia import NvidiaLibraryRow

DAY, LATER = "2026-01-01", "2026-02-02"


def rows_of(*packages: tuple[str, str]) -> Generator:
    """Return a generator of rows that do not change."""

    def rows(_index: Index) -> Iterator[dict[str, Any]]:
        for package, release in packages:
            yield {"package": package, "releases": [release]}

    return Generator("libraries", "What there is.", "Package index", NvidiaLibraryRow, rows)


def text_of(generator: Generator, folder: Path, today: str = DAY) -> str:
    """Return the table that comes without any request."""
    return derive(generator, Index(None, Cache(folder), is_offline=True), today)


def test_a_derived_table_is_one_that_loads(tmp_path: Path) -> None:
    """Head, source and rows are as every table has them, sorted by key."""
    path = tmp_path / "libraries.json"
    path.write_text(text_of(rows_of(("b", "1"), ("a", "2")), tmp_path))
    table = load(path, NvidiaLibraryRow)
    assert (table.date, table.origin) == (DAY, "derived")
    assert table.generator == "gpucheck.derive.generators.libraries"
    assert [row.package for row in table.rows] == ["a", "b"]
    assert {row.sources for row in table.rows} == {("index",)}
    assert table.sources["index"].title == "Package index"


def test_a_new_date_is_no_difference(tmp_path: Path) -> None:
    """The same rows on another day state the same."""
    generator = rows_of(("a", "1"))
    before, after = (text_of(generator, tmp_path, day) for day in (DAY, LATER))
    assert before != after
    assert difference(before, after) == []


def test_a_changed_row_goes_and_comes(tmp_path: Path) -> None:
    """Only the row that changed is shown, as it was and as it is."""
    before = text_of(rows_of(("a", "1"), ("b", "1")), tmp_path)
    after = text_of(rows_of(("a", "1"), ("b", "2")), tmp_path, LATER)
    assert difference(before, after) == [
        '-{"package": "b", "releases": ["1"], "sources": ["index"]}',
        '+{"package": "b", "releases": ["2"], "sources": ["index"]}',
    ]


def test_what_a_table_states_is_part_of_it(tmp_path: Path) -> None:
    """Another sentence over the same rows is a difference."""
    generator = rows_of(("a", "1"))
    after = text_of(replace(generator, states="What there was."), tmp_path)
    expected = ["-What there is.", "+What there was."]
    assert difference(text_of(generator, tmp_path), after) == expected


def test_of_a_new_table_everything_comes(tmp_path: Path) -> None:
    """Without a table before, all lines are new."""
    text = text_of(rows_of(("a", "1"), ("b", "1")), tmp_path)
    found = difference(None, text)
    assert len(found) == 4
    assert all(line.startswith("+") for line in found)


def test_known_releases_are_not_read_again(tmp_path: Path) -> None:
    """A row that a table has stays, and only the wheel of a new release is opened."""
    generator = all_generators()["nvidia_wheels"]
    files = [
        wheel(
            f"cuda_toolkit-{release}-py2.py3-none-any.whl",
            {
                f"cuda_toolkit-{release}.dist-info/METADATA": metadata(
                    "cuda-toolkit", release, requires=[f"nvidia-cublas=={release}.*"]
                )
            },
        )
        for release in ("13.0.0", "13.1.0")
    ]
    asked: list[Asked] = []
    with small_index({"cuda-toolkit": files}, asked=asked) as address:
        whole = derive(generator, Index(address, Cache(tmp_path / "a")), DAY)
        known = json.loads(whole)["rows"]
        del asked[:]
        again = derive(generator, Index(address, Cache(tmp_path / "b")), DAY, known[:1])
    assert again == whole
    assert {each.name for each in asked} == {"cuda-toolkit", files[1].filename}


def test_deriving_twice_gives_the_same(tmp_path: Path) -> None:
    """A second run, online or offline, gives the same text from what is remembered."""
    generator = all_generators()["nvidia_libraries"]
    projects = {
        package: [wheel(f"{package.replace('-', '_')}-1.0-py3-none-any.whl")]
        for package in known_packages()
    }
    with small_index(projects) as address:
        cache = Cache(tmp_path)
        texts = {
            derive(generator, Index(address, cache), DAY),
            derive(generator, Index(address, cache), DAY),
            derive(generator, Index(address, cache, is_offline=True), DAY),
        }
    assert len(texts) == 1


def known_packages() -> list[str]:
    """Return the packages that the shipped table has."""
    return [row.package for row in Tables().nvidia_libraries.rows]


@pytest.mark.parametrize("name", sorted(all_generators()))
def test_each_generator_makes_a_shipped_table(name: str) -> None:
    """A generator's name is its file's and its table's, whose head says what it says."""
    generator = all_generators()[name]
    assert name in names()
    table = getattr(Tables(), name)
    assert (table.origin, table.generator) == ("derived", f"gpucheck.derive.generators.{name}")
    assert table.states == generator.states
    assert [source.title for source in table.sources.values()] == [generator.reads]
