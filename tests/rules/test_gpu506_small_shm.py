"""GPU506: shared memory is small."""

import pytest

from make import MIB, facts, found, report

KILLED = "RuntimeError: DataLoader worker (pid 31) is killed by signal: Bus error."
FULL = "RuntimeError: unable to write to file </torch_27_1_2>: No space left on device (28)"


def test_64_mib_in_a_container_with_pytorch_is_a_warning() -> None:
    """Docker's default."""
    machine = {"is_container": True, "container_kind": "docker", "shm_bytes": 64 * MIB}
    (finding,) = report(facts(torch="2.9.0+cu130", machine=machine)).findings
    assert (finding.rule, finding.severity) == ("GPU506", "warning")
    assert finding.remedy is not None
    assert "--shm-size=8g" in finding.remedy.commands[0]


def test_a_program_that_died_of_it_makes_it_an_error() -> None:
    """The line counts with the small size."""
    machine = {"is_container": True, "shm_bytes": 64 * MIB}
    (finding,) = report(facts(torch="2.9.0+cu130", machine=machine, messages=[KILLED])).findings
    assert finding.severity == "error"


@pytest.mark.parametrize("line", [KILLED, FULL])
def test_the_line_alone_where_the_size_is_unknown(line: str) -> None:
    """A report."""
    assert found(facts(messages=[line])) == ["GPU506"]


@pytest.mark.parametrize(
    ("is_container", "size", "torch"),
    [(True, 8192, "2.9.0+cu130"), (True, 64, None), (False, 64, "2.9.0+cu130"), (True, None, None)],
)
def test_silent(is_container: bool, size: int | None, torch: str | None) -> None:
    """Enough of it, nobody who uses it, no container, size unknown."""
    shm = None if size is None else size * MIB
    assert found(facts(torch=torch, machine={"is_container": is_container, "shm_bytes": shm})) == []
