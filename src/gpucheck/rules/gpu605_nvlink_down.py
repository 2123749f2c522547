"""An NVLink between GPUs is down or makes errors.

Why: GPUs that are joined by several NVLinks share the work among all of them. With one down,
programs on several GPUs run slower or fail, and a worn or loose link ends them by Xid 74.

How we know: a GPU has fewer active links than others of its model in this machine, while some of
its links are active; or links had to be recovered after errors, which is a note where all are up.
A GPU without any active link has no bridge, which is no fault.

Fix: look at the links' state; reset the GPUs; seat the bridge anew; then have it serviced.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

RECOVERY = "recovery"
"""The counter of links that went down and came back. Single replays and CRC errors are usual."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs with fewer links than their equals, and links that were recovered."""
    most: dict[str | None, int] = {}
    for gpu in facts.gpus:
        most[gpu.name] = max(most.get(gpu.name, 0), len(_active(gpu)))
    said = said_for("GPU605", facts, tables)
    is_any_fewer = any(_is_fewer(gpu, most[gpu.name]) for gpu in facts.gpus)
    for gpu in facts.gpus:
        active, expected = len(_active(gpu)), most[gpu.name]
        recovered = {
            link.link: link.errors[RECOVERY]
            for link in gpu.nvlinks or ()
            if link.errors.get(RECOVERY)
        }
        is_fewer = _is_fewer(gpu, expected)
        if not is_fewer and not recovered:
            continue
        counts = ", ".join(f"link {link}: {count}" for link, count in recovered.items())
        what = (
            f"{active} of {expected} NVLinks are up; work on several GPUs is slower or fails"
            if is_fewer
            else "NVLinks went down and came back"
        )
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"GPU {gpu.index}: {what}.",
            evidence=(
                f"{active} active links (NVML); GPUs of this model have {expected}",
                *((f"recovered after errors: {counts}",) if counts else ()),
                *(each.evidence for each in said[:2]),
            ),
            severity="warning" if is_any_fewer or said else "note",
        )


def _is_fewer(gpu: Gpu, expected: int) -> bool:
    return 0 < len(_active(gpu)) < expected and not gpu.is_mig_enabled


def _active(gpu: Gpu) -> tuple[int, ...]:
    return tuple(link.link for link in gpu.nvlinks or () if link.is_active)


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Look, reset, reseat."""
    text = (
        "Look at the state and the error counts of the links. End all GPU work and restart the"
        " machine; if they stay down, seat the bridge anew or have the machine serviced."
    )
    return Remedy(text, ("nvidia-smi nvlink --status", "nvidia-smi nvlink --errorcounters"))


RULE = Rule("GPU605", "nvlink-down", "warning", check, mend=mend)
