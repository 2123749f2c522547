"""GPU709: small work is faster on this CPU."""

from gpucheck.facts import Crossover
from make import facts, found, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
SIZES = (32, 256, 1024)


def crossover(cpu: tuple[float, ...], gpu: tuple[float, ...], copies: float = 0.0) -> Crossover:
    """Build products in three sizes, in microseconds."""
    return Crossover(
        calculation="matmul",
        sizes=SIZES,
        cpu_seconds=tuple(each * 1e-6 for each in cpu),
        gpu_seconds=tuple(each * 1e-6 for each in gpu),
        transfer_seconds=(copies * 1e-6,) * 3,
    )


def test_notes_up_to_which_size() -> None:
    """The largest at which the CPU wins, and why."""
    part = smoked(crossovers=(crossover((5, 15, 1800), (20, 20, 60), copies=50),))
    (finding,) = report(with_smoke(HERE, torch=part)).findings
    assert (finding.rule, finding.severity) == ("GPU709", "note")
    assert "up to size 256" in finding.evidence[0]
    assert "starting kernels and waiting" in finding.evidence[0]
    assert len(finding.evidence) == 1  # with the copies it is no larger size


def test_notes_what_copying_costs() -> None:
    """The GPU wins at every size, but not where the inputs are copied each time."""
    part = smoked(crossovers=(crossover((50, 150, 1800), (20, 20, 60), copies=200),))
    (finding,) = report(with_smoke(HERE, torch=part)).findings
    assert finding.evidence == (
        "products of matrices up to size 256 where the inputs are copied each time: 150 µs on the"
        " CPU, 220 µs with the copies",
    )


def test_says_when_the_calculation_is_slower() -> None:
    """Then starting kernels is not what takes the time."""
    part = smoked(crossovers=(crossover((5, 15, 1800), (20, 90, 2000)),))
    (finding,) = report(with_smoke(HERE, torch=part)).findings
    assert "up to size 1024" in finding.evidence[0]
    assert "the calculation itself" in finding.evidence[0]


def test_silent_where_the_gpu_always_wins_and_where_nothing_was_timed() -> None:
    """There is nothing to say."""
    always = smoked(crossovers=(crossover((50, 150, 1800), (20, 20, 60)),))
    for part in (always, smoked()):
        assert found(with_smoke(HERE, torch=part)) == []


def test_silent_where_lists_are_of_unequal_length() -> None:
    """A test that was cut off tells less; what is there counts."""
    cut = Crossover(calculation="mlp_step", sizes=SIZES, cpu_seconds=(), gpu_seconds=(1e-5,))
    assert found(with_smoke(HERE, torch=smoked(crossovers=(cut,)))) == []
