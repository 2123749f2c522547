"""GPU707: too little memory is free to test."""

from typing import Any

from make import MIB, facts, found, gpu, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
FULL = {"memory": "too little free memory: 100 MiB"}


def test_notes_it_once_for_a_gpu() -> None:
    """Several tests meet the same GPU."""
    left_out: dict[str, Any] = {"products": (), "unavailable": FULL}
    tests = {"cuda_driver": smoked("cuda_driver", **left_out), "torch": smoked(**left_out)}
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU707", "note", "gpu/0")


def test_follows_from_what_holds_the_memory() -> None:
    """The holder is the cause."""
    here = facts(torch="2.9.1+cu130", gpus=[gpu("RTX 4090", memory_used_bytes=24000 * MIB)])
    part = smoked(products=(), unavailable=FULL)
    (finding,) = report(with_smoke(here, torch=part)).findings
    assert finding.rule == "GPU114"
    assert [each.rule for each in finding.consequences] == ["GPU707"]


def test_silent_where_it_was_tested() -> None:
    """Another part that was left out has other reasons."""
    part = smoked(unavailable={"matmul in fp64": "no time was left"})
    assert found(with_smoke(HERE, torch=part)) == []
