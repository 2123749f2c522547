"""Snapshots as JSON: what is written is read again, and nothing else is taken for a snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucheck.facts import (
    SCHEMA_VERSION,
    Facts,
    ImportFailure,
    Nvcc,
    SnapshotError,
    from_json,
    json_schema,
    to_json,
)
from gpucheck.versions import ToolkitCuda
from make import facts, framework, gpu, torch

SCHEMA_FILE = Path(__file__).resolve().parents[1] / "docs" / "facts.schema.json"

MACHINES = {
    "healthy": facts(torch="2.9.1+cu128"),
    "no GPU": facts(gpus=[], torch="2.6.0+cpu"),
    "no driver": facts(driver=None, machine={"kernel_modules": None}),
    "two GPUs, refused values": facts(
        gpus=["H100", gpu("A100", 1, power_w=61.2, unavailable={"serial": "NVML_ERROR_NO_DATA"})]
    ),
    "probes that failed": facts(
        torch="2.6.0+cu124", outcomes={"driver": "unkillable", "torch": "crashed"}
    ),
    "import failed": facts(
        torch=torch(
            "2.6.0+cu124",
            import_failure=ImportFailure(
                kind="ImportError", message="é\n\x1b[31m\u202e", missing_library="libcudnn.so.9"
            ),
        )
    ),
    "everything installed": facts(
        torch="2.6.0+cu124",
        frameworks=[framework("jax", "0.4.30"), framework("tensorflow", "2.17.0", "12.3")],
        environment={"CUDA_VISIBLE_DEVICES": "", "LD_LIBRARY_PATH": "/a:/b"},
    ),
    "Windows": facts(
        driver="551.61", machine={"os_name": "Windows", "architecture": "AMD64"}, python="3.9.13"
    ),
}
A_SNAPSHOT = to_json(MACHINES["import failed"])

every_machine = pytest.mark.parametrize("snapshot", MACHINES.values(), ids=list(MACHINES))


def changed(**fields: Any) -> bytes:
    """Return a good snapshot with these top-level fields set."""
    return json.dumps({**json.loads(A_SNAPSHOT), **fields}).encode()


def read_or_refuse(text: bytes) -> Facts | None:
    """Read a snapshot; None when it is refused with a sentence."""
    try:
        return from_json(text)
    except SnapshotError as error:
        return None if str(error).strip() else pytest.fail("refused without a word")


@every_machine
def test_round_trip(snapshot: Facts) -> None:
    """What is written is read again, unchanged, and writes the same bytes."""
    text = to_json(snapshot)
    assert from_json(text) == snapshot
    assert to_json(from_json(text)) == text


@every_machine
def test_text_is_readable(snapshot: Facts) -> None:
    """The file is indented, ends with a newline and says which schema it has... by default 1."""
    text = to_json(snapshot)
    assert text.endswith(b"}\n")
    assert text.count(b"\n") > 20
    assert json.loads(text).get("schema_version", 1) == SCHEMA_VERSION


def test_versions_are_text() -> None:
    """12.10 as a number would be 12.1."""
    nvcc = Nvcc(path="/usr/bin/nvcc", toolkit_cuda=ToolkitCuda((12, 10)))
    snapshot = facts()
    toolkit = msgspec.structs.replace(snapshot.toolkit.value, nvccs=(nvcc,))
    section = msgspec.structs.replace(snapshot.toolkit, value=toolkit)
    text = to_json(msgspec.structs.replace(snapshot, toolkit=section))
    (seen,) = json.loads(text)["toolkit"]["value"]["nvccs"]
    assert seen["toolkit_cuda"] == "12.10"
    assert from_json(text).toolkit.value.nvccs == (nvcc,)


def test_unknown_fields_are_ignored() -> None:
    """A later release may add fields without a new schema."""
    tree = json.loads(A_SNAPSHOT)
    tree["weather"] = {"sun": [1, 2]}
    tree["machine"]["mood"] = "good"
    tree["driver"]["value"]["gpus"][0]["colour"] = None
    assert from_json(json.dumps(tree).encode()) == MACHINES["import failed"]


def test_snapshot_without_a_schema_version_is_read() -> None:
    """The version is left out of JSON while it is the default."""
    tree = {k: v for k, v in json.loads(A_SNAPSHOT).items() if k != "schema_version"}
    assert from_json(json.dumps(tree).encode()) == MACHINES["import failed"]


@pytest.mark.parametrize("schema", [SCHEMA_VERSION + 1, 99, 10**15])
def test_newer_schema_is_refused(schema: int) -> None:
    """The text names both schemas and what to do."""
    with pytest.raises(SnapshotError) as caught:
        from_json(changed(schema_version=schema, machine="means something else now"))
    assert str(caught.value) == (
        f"snapshot schema {schema} is newer than this gpucheck knows ({SCHEMA_VERSION}):"
        " upgrade gpucheck"
    )


@pytest.mark.parametrize("schema", [None, "one", 1.5, []])
def test_schema_that_is_no_number_is_no_snapshot(schema: Any) -> None:
    """Only a higher number is called newer."""
    with pytest.raises(SnapshotError, match="schema_version") as caught:
        from_json(changed(schema_version=schema))
    assert "newer" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"   \n",
        b"null",
        b"[]",
        b"{}",
        b'"a snapshot"',
        b"{'machine': 1}",
        b"==============NVSMI LOG==============",
        A_SNAPSHOT[:-20],
        A_SNAPSHOT + b"}",
        b"\xff\xfe\x00\x00",
        b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)),
        b"\x00" * 64,
        b'"\\ud800"',
        b'{"a": "\xed\xa0\x80"}',
    ],
)
def test_something_else_is_refused(text: bytes) -> None:
    """Broken JSON, other JSON and binary files are a SnapshotError."""
    assert read_or_refuse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000,
        b"[" * 200_000 + b"]" * 200_000,
        b'{"machine":' * 200_000,
        b'{"machine":' * 200_000 + b"1" + b"}" * 200_000,
        changed(weather=0).replace(b'"weather": 0', b'"weather": ' + b"[" * 5000 + b"]" * 5000),
    ],
    ids=["open lists", "lists", "open objects", "objects", "inside a snapshot"],
)
def test_deep_nesting_is_refused(text: bytes) -> None:
    """Nesting beyond Python's stack is a SnapshotError, not a crash."""
    assert read_or_refuse(text) is None


@pytest.mark.parametrize(
    "number", ["9" * 30, "-" + "9" * 30, "9" * 6000, "1e400", "-1e400", "1e-400", "1.5", "NaN"]
)
@pytest.mark.parametrize("field", ["schema_version", "elapsed_s", "gpucheck_release", "machine"])
def test_huge_and_odd_numbers_never_crash(number: str, field: str) -> None:
    """Numbers that no field can hold are read as something or refused."""
    text = changed(**{field: "HERE"}).replace(b'"HERE"', number.encode())
    read_or_refuse(text)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("machine", "outcome"), "fine", "$.machine.outcome"),
        (("machine", "value", "is_wsl"), "no", "$.machine.value.is_wsl"),
        (("driver", "value", "driver_release"), "N/A", "driver_release"),
        (("driver", "value", "driver_release"), 535, "driver_release"),
        (("driver", "value", "driver_cuda"), "12", "driver_cuda"),
        (("driver", "value", "driver_cuda"), 12.4, "driver_cuda"),
        (("driver", "value", "gpus"), {}, "$.driver.value.gpus"),
        (("frameworks",), [], "$.frameworks"),
        (("target",), None, "$.target"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    path: tuple[str, ...], value: Any, where: str
) -> None:
    """The text says where in the file the wrong value is."""
    tree = json.loads(A_SNAPSHOT)
    at = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(SnapshotError) as caught:
        from_json(json.dumps(tree).encode())
    assert where in str(caught.value)


@given(text=st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_refused(text: bytes) -> None:
    """No bytes raise anything but SnapshotError."""
    assert read_or_refuse(text) is None


@given(start=st.integers(0, len(A_SNAPSHOT)), length=st.integers(0, 40), put=st.binary(max_size=8))
@settings(deadline=None)
def test_damaged_snapshot_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    """A snapshot with a hole or foreign bytes in it raises nothing but SnapshotError."""
    read_or_refuse(A_SNAPSHOT[:start] + put + A_SNAPSHOT[start + length :])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data(), value=JSON_VALUES)
@settings(deadline=None)
def test_changed_snapshot_is_read_or_refused(data: st.DataObject, value: Any) -> None:
    """Any value at any place raises nothing but SnapshotError; what is read can be written."""
    tree = at = json.loads(A_SNAPSHOT)
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = value
    seen = read_or_refuse(json.dumps(tree).encode())
    if seen is not None:
        assert from_json(to_json(seen)) == seen


def test_schema_file_is_up_to_date() -> None:
    """docs/facts.schema.json is what `gpucheck facts --schema` prints."""
    rendered = json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"
    assert SCHEMA_FILE.read_text("utf-8") == rendered


def test_schema_is_a_schema() -> None:
    """The published file is a valid JSON Schema (draft 2020-12)."""
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA_FILE.read_text("utf-8")))


@every_machine
def test_snapshots_follow_the_schema(snapshot: Facts) -> None:
    """What gpucheck writes is valid by its own published schema."""
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    jsonschema.validate(json.loads(to_json(snapshot)), schema)


def test_schema_refuses_what_is_none() -> None:
    """The published schema does refuse a wrong value."""
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(changed(frameworks=[])), schema)
