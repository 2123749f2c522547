"""Every shipped table has the form that compat_tables/README.md describes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpucheck.derive.generator import all_generators
from gpucheck.release import TABLES_DATE
from gpucheck.tables import Known, NotInTable, Table, TableError, Tables, names, shipped_folder
from gpucheck.tables.form import HEAD, order_of, write

ROOT = Path(__file__).resolve().parents[2]
FILES = {path.stem: path for path in sorted(shipped_folder().glob("*.json"))}
every_table = pytest.mark.parametrize("name", FILES)


def tree(name: str) -> dict[str, Any]:
    """Return a table's JSON as it stands in its file."""
    loaded: dict[str, Any] = json.loads(FILES[name].read_text("utf-8"))
    return loaded


def table(name: str) -> Table[Any]:
    """Return a table as typed rows."""
    loaded: Table[Any] = getattr(Tables(), name)
    return loaded


def test_files_are_the_tables() -> None:
    """Every table has its file, and there is no file that nobody reads."""
    assert tuple(FILES) == names()


@every_table
def test_file_equals_its_own_dump(name: str) -> None:
    """Rows are sorted, and a change of a row is a change of one line."""
    head = tree(name)
    rows = head.pop("rows")
    assert FILES[name].read_bytes().decode("utf-8") == write(head, rows, type(table(name).rows[0]))


@every_table
def test_head(name: str) -> None:
    """The head has these keys in this order; a derived table names its generator."""
    head = tree(name)
    assert tuple(head) == (*HEAD, "sources", "rows")
    assert head["name"] == name
    assert head["states"].endswith(".")
    assert (head["generator"] is not None) is (head["origin"] == "derived")
    assert date.fromisoformat(head["date"]) <= date.fromisoformat(TABLES_DATE)


@every_table
def test_rows_are_unique(name: str) -> None:
    """No two rows answer the same question."""
    kind = type(table(name).rows[0])
    rows = tree(name)["rows"]
    keys = [repr(order_of(row, kind)) for row in rows]
    assert len(keys) == len(set(keys))


@every_table
def test_all_rows_have_the_same_fields(name: str) -> None:
    """Unknown is null, not a missing field."""
    assert len({tuple(row) for row in tree(name)["rows"]}) == 1


@every_table
def test_sources_resolve_and_all_are_used(name: str) -> None:
    """Every row names sources of the head, and no source is left over; they are sorted."""
    head = tree(name)
    used = {source for row in head["rows"] for source in row["sources"]}
    assert all(row["sources"] for row in head["rows"])
    assert used == set(head["sources"])
    assert list(head["sources"]) == sorted(head["sources"])


@every_table
def test_sources_say_what_they_are(name: str) -> None:
    """A source has a title; where there is an address it can be opened."""
    for source in tree(name)["sources"].values():
        assert list(source) == ["title", "address", "date"]
        assert source["title"]
        assert source["address"] is None or re.fullmatch(r"https://\S+", source["address"])


@every_table
def test_derived_tables_name_a_generator_that_makes_them(name: str) -> None:
    """`python -m compat_tables.derive NAME` works for each derived table, and for no other."""
    generator = all_generators().get(name)
    assert (generator is not None) is (table(name).origin == "derived")
    if generator is not None:
        assert tree(name)["generator"] == f"gpucheck.derive.generators.{name}"
        assert table(name).states == generator.states


def test_tables_date_is_that_of_the_newest_table() -> None:
    """Reports show the date without opening every table."""
    assert max(tree(name)["date"] for name in FILES) == TABLES_DATE


def test_readme_lists_every_table() -> None:
    """compat_tables/README.md says of each table what a row means."""
    readme = ROOT / "compat_tables" / "README.md"
    listed = re.findall(r"^\| `(\w+)` \|", readme.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(FILES)


def changed(folder: Path, change: Callable[[str], str]) -> Tables:
    """Return tables of which the shipped `driver_branches` is changed."""
    text = change(FILES["driver_branches"].read_text("utf-8"))
    (folder / "driver_branches.json").write_text(text, "utf-8")
    return Tables(shipped=folder)


def replacing(old: str, new: str) -> Callable[[str], str]:
    """Return a change of the first match of a pattern."""
    return lambda text: re.sub(old, new, text, count=1)


BREAK: dict[str, tuple[Callable[[str], str], str]] = {
    "branch as text": (replacing(r'"driver_branch": (\d+)', r'"driver_branch": "\1"'), "int"),
    "release as number": (replacing('"13.4"', "13.4"), "driver_cuda|DriverCuda"),
    "unknown origin": (replacing('"transcribed"', '"guessed"'), "origin"),
    "half written": (lambda text: text[: len(text) // 2], "truncated"),
    "empty": (lambda _: "", "truncated"),
    "no JSON": (lambda _: "<html>", "malformed"),
    "field missing": (replacing('"end_of_life"', '"end_of_live"'), "end_of_life"),
    "unknown source": (replacing(r'"sources": \["\w+"', '"sources": ["nobody"'), "nobody"),
    "no rows": (
        lambda text: re.sub(r'"rows": \[.*\]', '"rows": []', text, flags=re.DOTALL),
        "rows",
    ),
    "no date": (replacing('"date": "[^"]*"', '"date": "zzzz"'), "date is 'zzzz'"),
    "another table": (replacing('"driver_branches"', '"drivers"'), "drivers"),
}


@pytest.mark.parametrize("case", BREAK)
def test_a_damaged_table_is_refused(tmp_path: Path, case: str) -> None:
    """A slip in a table fails when it is loaded, naming file and fault, not in a diagnosis."""
    change, words = BREAK[case]
    with pytest.raises(TableError, match=words) as error:
        _ = changed(tmp_path, change).driver_branches
    assert str(tmp_path / "driver_branches.json") in str(error.value)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    """An incomplete installation says which file is not there."""
    with pytest.raises(TableError, match=r"gpus\.json cannot be read: there is no such file"):
        _ = Tables(shipped=tmp_path).gpus


def dated(date: str) -> Callable[[str], str]:
    """Return the change that gives a table's text another date."""
    return lambda text: re.sub(r'("date": )"[^"]+"', rf'\1"{date}"', text, count=1)


def refreshed(folder: Path, name: str, change: Callable[[str], str]) -> Tables:
    """Return tables of which one has been refreshed, then changed."""
    (folder / f"{name}.json").write_text(change(FILES[name].read_text("utf-8")), "utf-8")
    return Tables(refreshed=folder)


def test_a_refreshed_table_is_taken(tmp_path: Path) -> None:
    """What the user has refreshed goes before what came with gpucheck, and dates the report."""
    tables = refreshed(tmp_path, "gpus", dated("2999-01-01"))
    assert tables.gpus.date == "2999-01-01"
    assert tables.date == "2999-01-01"
    assert tables.driver_branches.date <= TABLES_DATE
    assert tables.problems == []


def test_a_refreshed_table_older_than_the_shipped_ones_is_not_taken(tmp_path: Path) -> None:
    """After an upgrade of gpucheck its own tables are the newer ones."""
    tables = refreshed(tmp_path, "gpus", dated("2020-01-01"))
    assert tables.gpus.date != "2020-01-01"


def test_a_damaged_refreshed_table_is_reported_and_lived_without(tmp_path: Path) -> None:
    """The shipped table answers, and the problem is kept for the screen."""
    tables = refreshed(tmp_path, "gpus", lambda text: text[:100])
    assert tables.gpus.rows
    (problem,) = tables.problems
    assert str(tmp_path / "gpus.json") in problem


def test_find_answers_with_its_source() -> None:
    """A row comes with title and date of its first source; no row says which table lacks what."""
    branches = Tables().driver_branches
    found = branches.find("branch 535", lambda row: row.driver_branch == 535)
    assert isinstance(found, Known)
    assert found.source.startswith(branches.sources[found.value.sources[0]].title)
    lacking = branches.find("branch 7", lambda row: row.driver_branch == 7)
    assert isinstance(lacking, NotInTable)
    assert str(lacking) == f"branch 7 is not in the table driver_branches of {branches.date}"
