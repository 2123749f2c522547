"""What the probes tell becomes `Facts`: nothing they do costs more than their own part."""

from __future__ import annotations

import platform
import runpy
import sys
from pathlib import Path

import pytest

from environments import write
from gpucheck import collect
from gpucheck.collect import FRAMEWORKS, begin, framework_names
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Target, from_json, to_json
from gpucheck.target import find_target

LONG_S = 60.0
PLACES = {
    "driver": "probes",
    "toolkit": "probes",
    "machine": "probes",
    "packages": "inside/probes",
    "cuda_driver": "inside/probes",
    "jax": "inside/frameworks",
    "torch": "inside/frameworks",
}
"""Where the probes of these tests lie: the real ones' places."""
TORCH = "say.fact('frameworks', 'torch', {'name': 'torch', 'release': '2.6.0'})"


class Rooms:
    """A folder of probes that stands in for gpucheck's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(
        self,
        *,
        timeout_s: float = LONG_S,
        with_imports: bool = True,
        python: str = sys.executable,
        **bodies: str,
    ) -> Facts:
        """Collect from probes with these bodies; those that are not named tell nothing."""
        for name, place in PLACES.items():
            body = bodies.get(name, "pass")
            write(self.folder / place / f"{name}.py", f"def probe(say):\n    {body}\n")
        target = Target(executable=python)
        return begin(target, timeout_s=timeout_s, with_imports=with_imports).facts()


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Probes of our own in the places of the real ones."""
    monkeypatch.setattr(collect, "HERE", tmp_path)
    monkeypatch.setattr(collect, "FRAMEWORKS", tmp_path / "inside" / "frameworks")
    return Rooms(tmp_path)


def test_sections_are_filled(rooms: Rooms) -> None:
    """Each probe fills the section that it is named after."""
    facts = rooms.collect(
        driver="say.fact('library_path', '/x')",
        machine="say.fact('os_name', 'Linux')",
        cuda_driver="say.fact('load_error', 'none')",
        packages="say.fact('python_release', '2.7.18')",
    )
    assert facts.driver.value.library_path == "/x"
    assert facts.machine.value.os_name == "Linux"
    assert facts.cuda_driver.value.load_error == "none"
    assert facts.packages.value.python_release == "2.7.18"
    assert facts.toolkit.outcome == "ok"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("driver_release", "'no release'"),
        ("driver_cuda", "'12'"),
        ("driver_cuda", "'twelve'"),
        ("gpus", "'one'"),
        ("gpus", "[{'index': 'first'}]"),
        ("gpus", "[{'index': 0, 'compute_capability': '8,9'}]"),
        ("init_error", "7"),
        ("driver_release", "['550']"),
        ("driver_release", "550"),
        ("driver_cuda", "{}"),
    ],
)
def test_value_of_the_wrong_shape_costs_only_itself(rooms: Rooms, field: str, wrong: str) -> None:
    """A value that cannot be one is left out and named; the other fields stand."""
    facts = rooms.collect(driver=f"say.fact('library_path', '/x'); say.fact({field!r}, {wrong})")
    assert facts.driver.outcome == "ok"
    assert "unreadable" in facts.driver.value.unavailable[field]
    assert facts.driver.value.library_path == "/x"
    assert getattr(facts.driver.value, field) is None
    assert facts.machine.outcome == "ok"


def test_value_of_the_wrong_shape_in_a_framework(rooms: Rooms) -> None:
    """A framework that answers oddly keeps its name and the fields that are right."""
    torch = "say.fact('release', ['odd']); say.fact('is_gpu_usable', True)"
    part = rooms.collect(packages=TORCH, torch=torch).frameworks["torch"]
    assert (part.outcome, part.value.name) == ("ok", "torch")
    assert "release" in part.value.unavailable
    assert part.value.is_gpu_usable is True


def test_how_a_probe_ended_outweighs_a_wrong_value(rooms: Rooms) -> None:
    """A probe that failed is reported as failed, also when it told something odd before."""
    odd = "say.fact('gpus', 'one'); say.fact('library_path', '/x'); raise ValueError('broken')"
    section = rooms.collect(driver=odd).driver
    assert (section.outcome, section.reason) == ("failed", "ValueError: broken")
    assert section.value.library_path == "/x"


def test_fields_that_are_unknown_are_left_out(rooms: Rooms) -> None:
    """A field that this release does not know is no fault."""
    section = rooms.collect(driver="say.fact('of_tomorrow', 1); say.fact('gpus', [])").driver
    assert (section.outcome, section.value.gpus) == ("ok", ())


def test_probe_that_hangs_costs_only_itself(rooms: Rooms) -> None:
    """One probe runs into its time limit; the facts of the others are whole."""
    hang = "say.stage('nvmlInit_v2'); import time; time.sleep(600)"
    facts = rooms.collect(timeout_s=2, driver=hang, machine="say.fact('os_name', 'Linux')")
    assert (facts.driver.outcome, facts.driver.stage) == ("timed_out", "nvmlInit_v2")
    assert (facts.machine.outcome, facts.machine.value.os_name) == ("ok", "Linux")


def test_absent_frameworks(rooms: Rooms) -> None:
    """What is not among the packages is absent."""
    facts = rooms.collect()
    assert {name: part.outcome for name, part in facts.frameworks.items()} == {
        "jax": "absent",
        "torch": "absent",
    }
    assert facts.installed == {}


def test_frameworks_that_were_not_asked(rooms: Rooms, tmp_path: Path) -> None:
    """Without imports nothing is imported; what the files told is there."""
    trace = tmp_path / "trace"
    torch = f"open({str(trace)!r}, 'w').close()"
    facts = rooms.collect(packages=TORCH, torch=torch, with_imports=False)
    part = facts.frameworks["torch"]
    assert (part.outcome, part.value.release) == ("not_asked", "2.6.0")
    assert facts.frameworks["jax"].outcome == "absent"
    assert not trace.exists()


def test_frameworks_when_the_packages_are_unknown(rooms: Rooms) -> None:
    """Where the packages could not be read, no framework is called absent."""
    facts = rooms.collect(packages="raise ValueError('broken')")
    assert facts.packages.outcome == "failed"
    assert facts.frameworks == {}


def test_framework_that_was_found_before_the_packages_failed(rooms: Rooms) -> None:
    """A framework that was told of before the failure is asked all the same."""
    packages = f"{TORCH}; raise ValueError('broken')"
    parts = rooms.collect(packages=packages, torch="say.fact('is_gpu_usable', True)").frameworks
    assert (parts["torch"].outcome, parts["torch"].value.is_gpu_usable) == ("ok", True)
    assert "jax" not in parts


def test_import_outweighs_the_files(rooms: Rooms) -> None:
    """What the imported framework says replaces what its files said; the rest of that stays."""
    packages = (
        "say.fact('frameworks', 'torch', {'name': 'torch', 'release': '1', 'distribution': 't'})"
    )
    value = rooms.collect(packages=packages, torch="say.fact('release', '2')").frameworks["torch"]
    assert (value.value.release, value.value.distribution) == ("2", "t")


def test_interpreter_that_is_missing(rooms: Rooms, tmp_path: Path) -> None:
    """The machine's facts are there when the inspected interpreter cannot be started."""
    facts = rooms.collect(python=str(tmp_path / "missing"))
    assert (facts.packages.outcome, facts.cuda_driver.outcome) == ("not_started", "not_started")
    assert (facts.driver.outcome, facts.machine.outcome) == ("ok", "ok")


def test_every_framework_has_a_title() -> None:
    """The folder's files and the titles name the same frameworks."""
    assert framework_names() == sorted(FRAMEWORK_TITLES)


@pytest.mark.parametrize("path", sorted(FRAMEWORKS.glob("*.py")), ids=lambda path: path.stem)
def test_framework_file_says_its_own_name(path: Path) -> None:
    """Packages are matched to framework files by name: both must be the same."""
    assert runpy.run_path(str(path))["NAME"] == path.stem


@pytest.fixture(scope="module")
def own_facts() -> Facts:
    """Facts about the interpreter that runs these tests, from the real probes."""
    return begin(find_target(python=sys.executable), timeout_s=LONG_S).facts()


def test_real_probes_tell_what_converts(own_facts: Facts) -> None:
    """No real probe tells a value of the wrong shape."""
    sections = [own_facts.machine, own_facts.driver, own_facts.cuda_driver, own_facts.toolkit]
    sections += [own_facts.packages, *own_facts.frameworks.values()]
    assert {part.reason for part in sections if part.outcome == "garbled"} == set()


def test_real_probes_come_to_their_end(own_facts: Facts) -> None:
    """Machine, toolkit and packages can be read on any machine."""
    parts = (own_facts.machine, own_facts.toolkit, own_facts.packages)
    assert [part.outcome for part in parts] == ["ok", "ok", "ok"]


def test_real_probes_know_this_interpreter(own_facts: Facts) -> None:
    """What is told of the interpreter is what it is."""
    packages = own_facts.packages.value
    assert packages.python_release == platform.python_version().rstrip("+")
    assert packages.prefix == sys.prefix
    assert packages.distribution_count
    assert own_facts.machine.value.os_name == platform.system()


def test_real_facts_survive_their_json(own_facts: Facts) -> None:
    """A snapshot of this machine reads back as it was."""
    assert from_json(to_json(own_facts)) == own_facts
