"""A small calculation failed on the GPU.

Why: a framework can list the GPU and still fail at the first kernel, or hang there. Then training
fails as well.

How we know: the test raised an error, crashed or did not end. What CUDA's error code means is
looked up; where it proves a cause, this is shown under the cause.

Fix: that of the cause. Where the driver's own test works, the fault is in the framework.
"""

from collections.abc import Iterator, Sequence

from gpucheck.compatibility import smoke_failures
from gpucheck.compatibility.messages import cuda_error
from gpucheck.compatibility.smoke import subject_of
from gpucheck.compatibility.smoke_failures import Failure, failures
from gpucheck.compatibility.smoke_subjects import place_of, subject_on
from gpucheck.facts import CUDA_DRIVER, Facts
from gpucheck.findings import Finding, Remedy, Rule, Skipped
from gpucheck.remedies import install_what_goes_with
from gpucheck.tables import Known, Tables

# What these find is true of a GPU, whatever framework meets it.
OF_A_GPU = {"GPU109", "GPU110", "GPU111", "GPU113", "GPU124"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding | Skipped]:
    """Report each GPU on which the driver fails, and each framework that fails elsewhere."""
    for group in _groups(failures(facts)):
        own = [each for each in group if each.name == group[0].name]
        slight = [smoke_failures.is_slight(each, facts, tables) for each in own]
        first = own[slight.index(False) if False in slight else 0]
        where = dict.fromkeys(place_of(e.device, facts) if e.device else "the GPU" for e in own)
        others = (each for each in group if each.name != first.name)
        yield Finding(
            subject=_subject(first, facts, tables),
            message=(
                f"{first.title} cannot compute on {', '.join(where)}:"
                f" it fails at {first.error.stage}."
            ),
            evidence=(
                *dict.fromkeys(f"{each.error.stage}: {each.error.first_line}" for each in own),
                *_meaning(first, facts, tables),
                *dict.fromkeys(f"{each.title}: {each.error.first_line}" for each in others),
            ),
            severity="warning" if all(slight) else "error",
        )
    for name, reason in smoke_failures.undecided(facts):
        yield Skipped(subject=subject_of(name), reason=reason)


def _groups(failed: Sequence[Failure]) -> list[list[Failure]]:
    """Return what is one finding: the driver on a GPU and what fails there too, or a framework."""
    of_driver = [[each] for each in failed if each.name == CUDA_DRIVER]
    of_frameworks: dict[str, list[Failure]] = {}
    for each in failed:
        if each.name != CUDA_DRIVER:
            cause = next((group for group in of_driver if _follows(each, group[0])), None)
            (of_frameworks.setdefault(each.name, []) if cause is None else cause).append(each)
    return [*of_driver, *of_frameworks.values()]


def _follows(failure: Failure, of_driver: Failure) -> bool:
    """Tell whether a framework fails where the driver does, or one of both came to no GPU."""
    here, there = failure.device, of_driver.device
    return here is None or there is None or here.ordinal == there.ordinal


def _meaning(failure: Failure, facts: Facts, tables: Tables) -> Iterator[str]:
    code = failure.error.code
    row = cuda_error(code, tables) if code is not None else None
    if isinstance(row, Known) and row.value.meaning:
        yield f"error {code}: {row.value.meaning}"
    if failure.name != CUDA_DRIVER and smoke_failures.is_driver_right(failure, facts):
        yield "the driver alone computes right: the fault is in the framework"


def _subject(failure: Failure, facts: Facts, tables: Tables) -> str:
    if failure.name == CUDA_DRIVER and failure.device:
        return subject_on(failure.device, facts)
    is_of_a_gpu = smoke_failures.rules_named(failure, facts, tables) & OF_A_GPU
    return "driver" if is_of_a_gpu else subject_of(failure.name)


def mend(facts: Facts, tables: Tables, subject: str) -> Remedy:
    """Install what is lacking, or say where to look."""
    kind, _, name = subject.partition("/")
    if kind == "framework":
        words = "Reinstall the framework, or take a release that suggest-install names."
        return install_what_goes_with(name, facts, tables) or Remedy(words)
    return Remedy("See what the kernel says of the GPU.", ("sudo dmesg | grep -i -e nvrm -e xid",))


EXPLAINED_BY = (
    "GPU102", "GPU103", "GPU104", "GPU105", "GPU107", "GPU108", "GPU109", "GPU110", "GPU111",
    "GPU112", "GPU113", "GPU120", "GPU121", "GPU122", "GPU123", "GPU124", "GPU126", "GPU127",
    "GPU128", "GPU129", "GPU202", "GPU208", "GPU209", "GPU210", "GPU211", "GPU212", "GPU213",
    "GPU219", "GPU220", "GPU301", "GPU303", "GPU304", "GPU309", "GPU312", "GPU315", "GPU316",
    "GPU321", "GPU322", "GPU323", "GPU329", "GPU501", "GPU502", "GPU504", "GPU508", "GPU509",
    "GPU510", "GPU511", "GPU601", "GPU602", "GPU605", "GPU607",
)  # fmt: skip

RULE = Rule("GPU702", "smoke-failed", "error", check, mend=mend, explained_by=EXPLAINED_BY)
