"""`gpucheck tables`: look into the tables, and bring them up to date."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Served, metadata, small_index, wheel
from gpucheck.policy import ExitCode
from gpucheck.release import TABLES_DATE
from gpucheck.tables import Tables, names, shipped_folder
from whole_machine import Machine, importable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Return a machine whose cache is empty."""
    return Machine(tmp_path)


def new_toolkit() -> Served:
    """Return NVIDIA's meta-package of a CUDA that no table has."""
    text = metadata("cuda-toolkit", "99.1.0", requires=["nvidia-cublas==99.0.0.1.*"])
    name = "cuda_toolkit-99.1.0"
    return wheel(f"{name}-py2.py3-none-any.whl", {f"{name}.dist-info/METADATA": text})


def query(here: Machine, *arguments: str) -> dict[str, Any]:
    """Return the answer to a query, as programs get it."""
    seen = here.run("tables", "query", *arguments, "--format", "json")
    answer: dict[str, Any] = json.loads(seen.stdout)
    return answer


def test_list_has_every_table(here: Machine) -> None:
    """A line a table: name, rows, date, derived or transcribed, and where it is from."""
    seen = here.run("tables", "list")
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    head, *lines = seen.stdout.splitlines()
    assert head.split() == ["name", "rows", "date", "origin", "from"]
    assert tuple(line.split()[0] for line in lines) == names()
    assert {line.split()[4] for line in lines} == {"gpucheck"}


def test_list_as_json(here: Machine) -> None:
    """Programs get the same, with what each table states."""
    listed = json.loads(here.run("tables", "list", "--format", "json").stdout)
    assert listed["tables_date"] == TABLES_DATE
    assert [table["name"] for table in listed["tables"]] == list(names())
    assert all(table["rows"] and table["states"] for table in listed["tables"])


def test_show_has_every_row_and_its_sources(here: Machine) -> None:
    """The table stands in columns, its sources below."""
    seen = here.run("tables", "show", "driver_branches")
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    table = Tables().driver_branches
    first_cells = {line.split(" ")[0] for line in seen.stdout.splitlines()}
    assert {str(row.driver_branch) for row in table.rows} <= first_cells
    assert all(source.title in seen.stdout for source in table.sources.values())


def test_show_as_json_is_the_table_s_file(here: Machine) -> None:
    """Nothing is left out."""
    seen = here.run("tables", "show", "cudnn", "--format", "json")
    assert json.loads(seen.stdout) == json.loads((shipped_folder() / "cudnn.json").read_text())


def test_query_shows_values_with_their_sources(here: Machine) -> None:
    """Each value has the number of a source that stands below."""
    seen = here.run("tables", "query", "driver", "535.129.03")
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    assert "offers CUDA" in seen.stdout
    assert "12.2 [1]" in seen.stdout
    assert "[1] NVIDIA CUDA Toolkit" in seen.stdout


def test_query_as_json(here: Machine) -> None:
    """Programs get topics, values and sources, and the tables' date."""
    answer = query(here, "driver", "535.129.03")
    by_topic = {stated["topic"]: stated for stated in answer["stated"]}
    assert by_topic["offers CUDA"]["values"] == ["12.2"]
    assert "Release Notes" in by_topic["offers CUDA"]["source"]
    assert answer["tables_date"] == TABLES_DATE


def test_query_of_a_name_with_blanks_needs_no_quotes(here: Machine) -> None:
    """People type `query gpu RTX 3090`."""
    assert query(here, "gpu", "RTX", "3090") == query(here, "gpu", "RTX 3090")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("query", "drvier", "535"), ExitCode.USAGE, "did you mean driver?"),
        (("query", "zzz", "1"), ExitCode.USAGE, "there are: "),
        (("query", "gpu", "RTX 3091"), ExitCode.COULD_NOT_JUDGE, "RTX 3090"),
        (("query", "torch", "2.9.77"), ExitCode.COULD_NOT_JUDGE, "2.9.1"),
        (("query", "driver", "nonsense"), ExitCode.COULD_NOT_JUDGE, "is not in the table"),
        (("show", "gpu"), ExitCode.USAGE, "did you mean gpus"),
        (("verify", "gpu"), ExitCode.USAGE, "gpus"),
        (("update", "gpus"), ExitCode.USAGE, "there is no table 'gpus'"),
    ],
)
def test_what_the_tables_lack(
    here: Machine, arguments: tuple[str, ...], code: ExitCode, words: str
) -> None:
    """One sentence says what was asked, which table lacks it, and what is near."""
    seen = here.run("tables", *arguments)
    assert (seen.exit_code, seen.stdout) == (code, "")
    assert words in seen.stderr
    assert len(seen.stderr.splitlines()) == 1


def test_hostile_value_is_shown_not_obeyed(here: Machine) -> None:
    """What was asked comes back as text."""
    seen = here.run("tables", "query", "gpu", "\x1b[31mRTX\n::error::gone")
    assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
    assert "\x1b" not in seen.stderr
    assert not any(line.startswith("::") for line in seen.stderr.splitlines())


def test_verify_finds_the_shipped_tables_sound(here: Machine) -> None:
    """The form of every table is checked as the tests of gpucheck do."""
    seen = here.run("tables", "verify")
    assert (seen.exit_code, seen.stdout) == (ExitCode.OK, "all tables are sound\n")


def half_written(folder: Path) -> None:
    """Leave half of a table in a folder of refreshed tables."""
    folder.mkdir(parents=True)
    text = (shipped_folder() / "driver_branches.json").read_text("utf-8")
    (folder / "driver_branches.json").write_text(text[: len(text) // 2], "utf-8")


def test_a_half_written_table_in_the_cache_is_named_and_lived_without(here: Machine) -> None:
    """The shipped table answers; standard error says what is wrong and what mends it."""
    half_written(here.folder / "cache/gpucheck/tables")
    seen = here.run("tables", "query", "driver", "535")
    assert seen.exit_code == ExitCode.OK
    assert "12.2" in seen.stdout
    assert "driver_branches.json is damaged" in seen.stderr
    assert "gpucheck tables update" in seen.stderr
    assert here.run("tables", "verify").exit_code == ExitCode.FINDINGS


def test_tables_variable_names_another_folder(here: Machine) -> None:
    """GPUCHECK_TABLES goes before the cache; a folder that is not there is an error."""
    half_written(here.folder / "mine")
    here.environ["GPUCHECK_TABLES"] = str(here.folder / "mine")
    assert "mine/driver_branches.json is damaged" in here.run("tables", "list").stderr
    here.environ["GPUCHECK_TABLES"] = str(here.folder / "nowhere")
    seen = here.run("doctor")
    assert seen.exit_code == ExitCode.USAGE
    assert "GPUCHECK_TABLES is" in seen.stderr


def update(here: Machine, address: str, *arguments: str) -> tuple[int, str, str]:
    """Refresh `nvidia_wheels` from an index; returns exit code, standard output and error."""
    here.environ |= {"PIP_INDEX_URL": address, "NO_PROXY": "127.0.0.1"}
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        here.environ.pop(name, None)
    seen = here.run("tables", "update", "nvidia_wheels", *arguments)
    return seen.exit_code, seen.stdout, seen.stderr


def test_update_reads_the_user_s_index_and_is_used_afterwards(here: Machine) -> None:
    """A new release is in the next answer, which has the new date."""
    with small_index({"cuda-toolkit": [new_toolkit()]}) as address:
        code, said, _ = update(here, address)
    assert code == ExitCode.OK
    assert "nvidia_wheels: 1 rows new, " in said
    listed = json.loads(here.run("tables", "list", "--format", "json").stdout)
    (wheels,) = [table for table in listed["tables"] if table["name"] == "nvidia_wheels"]
    assert wheels["from"] == "refreshed"
    assert listed["tables_date"] == wheels["date"] >= TABLES_DATE
    assert "99.1.0" in here.run("tables", "show", "nvidia_wheels").stdout


def test_update_offline_uses_what_was_read(here: Machine) -> None:
    """The second run needs no network; the first one offline says what it lacks."""
    with small_index({"cuda-toolkit": [new_toolkit()]}) as address:
        code, _, complaint = update(here, address, "--offline")
        assert code == ExitCode.COULD_NOT_JUDGE
        assert "cuda-toolkit" in complaint
        assert update(here, address)[0] == ExitCode.OK
    code, said, _ = update(here, address, "--offline")
    assert code == ExitCode.OK
    assert "no difference" in said


def test_update_without_an_index(here: Machine) -> None:
    """The sentence names the index and the reason; tables stay as they are."""
    with small_index({}) as address:
        pass  # from here on nobody answers at this address
    code, said, complaint = update(here, address)
    assert (code, said) == (ExitCode.COULD_NOT_JUDGE, "")
    assert "the list of cuda-toolkit on 127.0.0.1 cannot be read" in complaint
    assert "the tables stay as they are" in complaint
    assert len(complaint.splitlines()) == 1
    assert not (here.folder / "cache/gpucheck/tables").exists()


def test_update_into_a_folder_that_cannot_be_written(here: Machine) -> None:
    """The folder and the reason are named."""
    (here.folder / "cache").mkdir(exist_ok=True)
    (here.folder / "cache/gpucheck").write_text("in the way", "utf-8")
    with small_index({"cuda-toolkit": [new_toolkit()]}) as address:
        code, _, complaint = update(here, address)
    assert code == ExitCode.USAGE
    assert "cannot write to" in complaint


def test_update_without_its_extra(here: Machine) -> None:
    """The command that installs what is missing is named."""
    (here.folder / "block").mkdir()
    blocked = "raise ModuleNotFoundError('blocked', name='pypi_simple')\n"
    (here.folder / "block/pypi_simple.py").write_text(blocked, "utf-8")
    here.environ["PYTHONPATH"] = str(here.folder / "block")
    seen = here.run("tables", "update")
    assert seen.exit_code == ExitCode.USAGE
    assert "pip install 'gpucheck-doctor[update]'" in seen.stderr


def derive(folder: Path, here: Machine, address: str, *arguments: str) -> str:
    """Run the maintainers' command in a copy of the checkout; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "compat_tables.derive", "nvidia_wheels", *arguments],
        cwd=folder,
        env=importable(here.environ | {"PIP_INDEX_URL": address, "NO_PROXY": "127.0.0.1"}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_maintainers_derive_prints_first_and_writes_when_told(here: Machine) -> None:
    """The difference is shown; written, it is none any more, online and offline."""
    checkout = here.folder / "checkout"
    shutil.copytree(ROOT / "compat_tables", checkout / "compat_tables")
    release = checkout / "src/gpucheck/release.py"
    release.parent.mkdir(parents=True)
    shutil.copy(ROOT / "src/gpucheck/release.py", release)
    table = checkout / "compat_tables/nvidia_wheels.json"
    before = table.read_bytes()
    with small_index({"cuda-toolkit": [new_toolkit()]}) as address:
        shown = derive(checkout, here, address)
        assert '+{"cuda": "99.1.0"' in shown
        assert table.read_bytes() == before
        derive(checkout, here, address, "--write")
        assert b"99.1.0" in table.read_bytes()
        date = json.loads(table.read_bytes())["date"]
        assert f'TABLES_DATE = "{date}"' in release.read_text("utf-8")
        assert derive(checkout, here, address) == "nvidia_wheels: no difference\n"
    assert derive(checkout, here, address, "--offline") == "nvidia_wheels: no difference\n"
