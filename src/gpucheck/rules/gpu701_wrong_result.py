"""What was computed is wrong.

Why: a product of matrices that differs from its reference by more than rounding means that training
on this GPU goes wrong without an error. Memory, an overclocked or overheated GPU, a broken driver
or a broken build of the framework are to blame.

How we know: random matrices were multiplied and compared with the product in float64 on the CPU.
The difference is beyond the bound of the number format, or elements are not numbers. Where another
test computes right on the same GPU, the framework is to blame, else the GPU.

Fix: for a GPU, look for ECC errors, take away overclocking, try it in another machine. For a
framework, reinstall it, or take another release.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import Tested, devices_under_test, is_calculation_right, is_right
from gpucheck.compatibility.smoke_subjects import by_culprit, in_words, place_of
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report every GPU, or framework on it, that computed something wrong."""
    tested = tuple(devices_under_test(facts, on_cpu=True))
    wrong = [each for each in tested if any(_wrong(each))]
    right = [each for each in tested if each not in wrong and any(_right(each))]
    for subject, group in by_culprit(wrong, right, facts).items():
        who, where = in_words(group, facts)
        yield Finding(
            subject=subject,
            message=f"{who} computed wrongly on {where}.",
            evidence=tuple(
                f"{each.title} on {place_of(each.device, facts)}, {what}"
                for each in group
                for what in _wrong(each)
            ),
        )


def _right(each: Tested) -> Iterator[bool]:
    return (is_right(product) for product in each.device.products)


def _wrong(each: Tested) -> Iterator[str]:
    for product in each.device.products:
        what = f"{product.dtype} product of size {product.size}"
        if product.is_written is False:
            yield f"{what}: elements of the result are not numbers, or were not written"
        elif product.relative_error is not None and not is_right(product):
            yield f"{what}: {_beyond(product.relative_error, product.error_bound)}"
    for name in ("convolution", "gradient"):
        part = getattr(each.device, name)
        if part is None or part.error is not None or part.error_bound is None:
            continue
        if not is_calculation_right(part.relative_error, part.error_bound):
            yield f"{part.dtype} {name}: {_beyond(part.relative_error, part.error_bound)}"


def _beyond(error: float | None, bound: float | None) -> str:
    told = "the result is not a number" if error is None else f"relative error {error:.2g}"
    return f"{told}; rounding explains up to {bound:.0e}"


def _mend(_facts: Facts, _tables: Tables, subject: str) -> Remedy:
    if subject.startswith("framework/"):
        return Remedy(
            "Others compute right here: reinstall the framework, or take another release."
        )
    return Remedy(
        "Look for ECC errors, take away overclocking, and try the GPU in another machine.",
        ("nvidia-smi -q -d ECC,TEMPERATURE,PERFORMANCE",),
    )


RULE = Rule(
    "GPU701", "smoke-wrong-result", "error", check, mend=_mend, explained_by=("GPU110", "GPU111")
)
