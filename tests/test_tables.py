"""The shipped tables: their form, their sources, and that they answer for each other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compatibility import driver_floor
from gpucheck.release import TABLES_DATE
from gpucheck.tables import Known, NotInTable, Table, Tables, shipped_folder

FILES = {path.stem: path for path in sorted(shipped_folder().glob("*.json"))}
KEYS = {
    "architectures": ("compute_capability",),
    "cuda_driver": ("cuda",),
    "cuda_errors": ("code",),
    "cuda_minor_compat": ("cuda_major",),
    "driver_cuda": ("driver_branch",),
    "library_owners": ("library",),
    "nvml_errors": ("code",),
    "torch_wheels": ("torch", "cuda", "platform"),
}
"""What a row is found by; compat_tables/README.md: rows are sorted by it."""

VERSIONS = {"compute_capability", "cuda", "torch"}
every_table = pytest.mark.parametrize("name", FILES)


def tree(name: str) -> dict[str, Any]:
    """Return a table's JSON as it stands in its file."""
    loaded: dict[str, Any] = json.loads(FILES[name].read_text("utf-8"))
    return loaded


def dump(table: dict[str, Any]) -> str:
    """Write a table as compat_tables/README.md says: a head key, a source, a row per line."""

    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    head = [f" {one(key)}: {one(value)}" for key, value in list(table.items())[:-2]]
    sources = [f"  {one(key)}: {one(value)}" for key, value in table["sources"].items()]
    rows = [f"  {one(row)}" for row in table["rows"]]
    parts = [
        *head,
        ' "sources": {\n' + ",\n".join(sources) + "\n }",
        ' "rows": [\n' + ",\n".join(rows) + "\n ]",
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def key_of(name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a row is sorted by, versions as numbers."""
    return tuple(
        tuple(map(int, row[field].split("."))) if field in VERSIONS else row[field]
        for field in KEYS[name]
    )


@every_table
def test_file_equals_its_own_dump(name: str) -> None:
    """A change of a row is a change of one line."""
    assert FILES[name].read_bytes().decode("utf-8") == dump(tree(name))


@every_table
def test_head(name: str) -> None:
    """The head has these keys in this order; a derived table names its generator."""
    table = tree(name)
    expected = ["name", "states", "date", "origin", "generator", "sources", "rows"]
    assert list(table) == expected
    assert table["name"] == name
    assert table["states"].endswith(".")
    assert (table["generator"] is not None) is (table["origin"] == "derived")
    assert date.fromisoformat(table["date"]) <= date.fromisoformat(TABLES_DATE)


@every_table
def test_rows_are_sorted_and_unique(name: str) -> None:
    """No two rows answer the same question, and versions sort as versions."""
    keys = [key_of(name, row) for row in tree(name)["rows"]]
    assert keys == sorted(set(keys))


@every_table
def test_all_rows_have_the_same_fields(name: str) -> None:
    """Unknown is null, not a missing field; the key comes first and the sources last."""
    rows = tree(name)["rows"]
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert next(iter(rows[0])) == KEYS[name][0]
    assert list(rows[0])[-1] == "sources"


@every_table
def test_sources_resolve_and_all_are_used(name: str) -> None:
    """Every row names sources of the head, and no source is left over; they are sorted."""
    table = tree(name)
    used = {source for row in table["rows"] for source in row["sources"]}
    assert all(row["sources"] for row in table["rows"])
    assert used == set(table["sources"])
    assert list(table["sources"]) == sorted(table["sources"])


@every_table
def test_sources_say_what_they_are(name: str) -> None:
    """A source has a title; where there is an address it can be opened."""
    for source in tree(name)["sources"].values():
        assert list(source) == ["title", "address", "date"]
        assert source["title"]
        assert source["address"] is None or re.fullmatch(r"https://\S+", source["address"])


@every_table
def test_every_table_is_known_and_decodes(name: str) -> None:
    """`Tables` has a property for every file, and each row fits its type and loses no field."""
    table: Table[Any] = getattr(Tables(), name)
    rows = tree(name)["rows"]
    assert len(table.rows) == len(rows)
    assert set(rows[0]) == set(table.rows[0].__struct_fields__)


def test_keys_are_given_for_every_table() -> None:
    """A new table must say in this test what its rows are found by."""
    assert set(KEYS) == set(FILES)


def test_tables_date_is_that_of_the_newest_table() -> None:
    """Reports show the date without opening every table."""
    assert max(tree(name)["date"] for name in FILES) == TABLES_DATE


def test_readme_lists_every_table() -> None:
    """compat_tables/README.md says of each table what a row means."""
    readme = Path(__file__).resolve().parents[1] / "compat_tables" / "README.md"
    listed = re.findall(r"^\| `(\w+)` \|", readme.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(FILES)


def test_every_torch_wheel_has_a_driver_floor() -> None:
    """A build whose driver is unknown could never be proposed."""
    tables = Tables()
    for row in tables.torch_wheels.rows:
        driver_os = "Windows" if row.platform == "win_amd64" else "Linux"
        floor = driver_floor(row.cuda, driver_os, tables)  # type: ignore[arg-type]
        assert isinstance(floor, Known), (row.torch, row.variant, row.platform)


def test_torch_variants_name_their_cuda() -> None:
    """cu118 is CUDA 11.8; targets are capabilities, one of them with PTX at most a release."""
    for row in Tables().torch_wheels.rows:
        assert row.variant == f"cu{row.cuda.major}{row.cuda.minor}"
        for target in row.targets or ():
            assert re.fullmatch(r"\d{1,2}\.\d(\+PTX)?", target), row


def test_torch_has_one_default_build_at_most() -> None:
    """The package index serves one build of a release for a platform."""
    defaults = [(r.torch, r.platform) for r in Tables().torch_wheels.rows if r.is_index_default]
    assert len(defaults) == len(set(defaults))


def test_newer_cuda_never_needs_an_older_driver_branch_s_cuda() -> None:
    """In the table of branches a newer branch offers at least the CUDA of the one before."""
    offered = [row.driver_cuda for row in Tables().driver_cuda.rows]
    assert offered == sorted(offered)


def test_driver_of_a_cuda_release_offers_that_cuda() -> None:
    """The two tables agree: CUDA 12.4's first driver is of the branch that offers 12.4."""
    tables = Tables()
    offers = {row.driver_branch: row.driver_cuda for row in tables.driver_cuda.rows}
    for row in tables.cuda_driver.rows:
        if row.driver_branch in offers and row.driver_linux is not None:
            offered = offers[row.driver_branch]
            assert (row.cuda.major, row.cuda.minor) == (offered.major, offered.minor), row.cuda


def test_linux_drivers_are_of_their_branch() -> None:
    """The branch is the driver's first number."""
    for row in Tables().cuda_driver.rows:
        if row.driver_linux is not None:
            assert row.driver_linux.major == row.driver_branch, row.cuda


def test_error_codes_answer_by_number() -> None:
    """Known codes have their names, unknown ones say which table lacks them."""
    tables = Tables()
    mismatch = tables.nvml_error(18)
    assert isinstance(mismatch, Known)
    assert mismatch.value.name == "NVML_ERROR_LIB_RM_VERSION_MISMATCH"
    no_device = tables.cuda_error(100)
    assert isinstance(no_device, Known)
    assert no_device.value.name == "CUDA_ERROR_NO_DEVICE"
    unknown = tables.cuda_error(123456)
    assert isinstance(unknown, NotInTable)
    assert "error 123456 is not in the table cuda_errors" in str(unknown)


@pytest.mark.parametrize(
    ("soname", "wheel"),
    [
        ("libcudnn.so.9", "nvidia-cudnn-cu12"),
        ("libcudnn_ops.so.9", "nvidia-cudnn-cu12"),
        ("libcublasLt.so.12", "nvidia-cublas-cu12"),
        ("libcudart.so.12", "nvidia-cuda-runtime-cu12"),
        ("libcuda.so.1", None),
    ],
)
def test_library_owner(soname: str, wheel: str | None) -> None:
    """A soname leads to the wheel that brings it; libcuda comes with the driver alone."""
    owner = Tables().library_owner(soname)
    assert isinstance(owner, Known)
    assert owner.value.pip_cu12 == wheel
    assert owner.value.is_of_driver is (wheel is None)


def test_unknown_library_is_not_in_the_table() -> None:
    """A library of somebody else has no owner here."""
    assert isinstance(Tables().library_owner("libfoo.so.1"), NotInTable)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda text: text.replace('"driver_branch": 615', '"driver_branch": "615"'), "int"),
        (lambda text: text.replace('"13.4"', "13.4"), "driver_cuda|decode"),
        (lambda text: text.replace('"origin": "transcribed"', '"origin": "guessed"'), "origin"),
    ],
    ids=["branch as text", "release as number", "unknown origin"],
)
def test_a_row_of_the_wrong_type_is_refused(
    tmp_path: Path, break_it: Callable[[str], str], words: str
) -> None:
    """A slip in a table fails when it is loaded, not in a diagnosis."""
    broken = break_it(FILES["driver_cuda"].read_text("utf-8"))
    (tmp_path / "driver_cuda.json").write_text(broken, "utf-8")
    with pytest.raises((ValueError, NotImplementedError), match=words):
        _ = Tables(tmp_path).driver_cuda
