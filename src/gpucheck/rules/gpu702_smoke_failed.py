"""A small calculation failed on the GPU.

Why: a framework can list the GPU and still fail at the first kernel, or hang there. Then training
fails as well.

How we know: the test raised an error, crashed or did not end. What CUDA's error code means is
looked up; where it proves a cause, this is shown under the cause.

Fix: that of the cause. Where the test of the driver alone works, the fault is in the framework or
in what it loads; where it fails too, in the driver.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import cuda_error
from gpucheck.compatibility.smoke import TITLES, is_out_of_memory, subject_of, tests
from gpucheck.facts import CUDA_DRIVER, Facts, Section, SmokeError, SmokeTest
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Known, Tables

FAULTS = {"crashed", "timed_out", "unkillable", "exited"}


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report each test that failed; where the driver fails, the others follow from it."""
    failed = {name: error for name, part in tests(facts) if (error := _error(part))}
    driver = failed.get(CUDA_DRIVER)
    for name, error in failed.items():
        if driver and name != CUDA_DRIVER:
            continue
        others = [
            f"{TITLES.get(n, n)}: {e.first_line}" for n, e in failed.items() if driver and n != name
        ]
        meaning = cuda_error(error.code, tables) if error.code is not None else None
        known = isinstance(meaning, Known) and meaning.value.meaning
        evidence = [f"{error.stage}: {error.first_line}"]
        evidence += [f"error {error.code}: {meaning.value.meaning}"] if known else []  # type: ignore[union-attr]
        if name != CUDA_DRIVER and _works(facts):
            evidence.append("the driver alone computes right: the fault is in the framework")
        title = TITLES.get(name, name)
        yield Finding(
            subject=subject_of(name),
            message=f"{title} cannot compute on the GPU: it fails at {error.stage}.",
            evidence=(*evidence, *others),
        )


def _error(section: Section[SmokeTest]) -> SmokeError | None:
    """Return what ended a test; that a convolution alone fails is another rule's."""
    test = section.value
    errors = (test.error, *(device.error for device in test.devices))
    told = next((each for each in errors if each and not is_out_of_memory(each)), None)
    if told or section.outcome not in FAULTS:
        return told
    if test.kind == "cuda" and not any(device.began_at for device in test.devices):
        return None  # it did not come to computing: the import itself is judged elsewhere
    return SmokeError(stage=section.stage or "its start", message=section.reason or "")


def _works(facts: Facts) -> bool:
    part = facts.smoke.get(CUDA_DRIVER)
    return bool(part and part.is_ok and any(d.products for d in part.value.devices))


def mend(_facts: Facts, _tables: Tables, subject: str) -> Remedy:
    """Say where to look."""
    if subject == "driver":
        return Remedy(
            "Look at what the kernel says of the GPU.", ("sudo dmesg | grep -i -e nvrm -e xid",)
        )
    return Remedy("Reinstall the framework, or take a release that gpucheck suggest-install names.")


RULE = Rule(
    "GPU702",
    "smoke-failed",
    "error",
    check,
    mend=mend,
    explained_by=(
        *("GPU109", "GPU111", "GPU113", "GPU114", "GPU122", "GPU127", "GPU202", "GPU209"),
        *("GPU211", "GPU212", "GPU213", "GPU219", "GPU220", "GPU301", "GPU303", "GPU309", "GPU312"),
        *("GPU315", "GPU316", "GPU321", "GPU322", "GPU323", "GPU510", "GPU511", "GPU601", "GPU605"),
        "GPU707",
    ),
)
