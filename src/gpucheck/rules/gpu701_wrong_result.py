"""What was computed is wrong.

Why: a product of matrices that differs from its reference by more than rounding means that training
on this GPU goes wrong without an error. Memory, an overclocked or overheated GPU, a broken driver
or a broken build of the framework are to blame.

How we know: random matrices were multiplied and compared with the product in float64 on the CPU.
The difference is beyond the bound of the number format, or elements were not written at all.

Fix: where the test of the driver alone is wrong too, it is the GPU or its driver: look for ECC
errors, take away overclocking, try the GPU in another machine. Where only one framework is wrong,
reinstall it, or take another release.
"""

from collections.abc import Iterator

from gpucheck.compatibility.smoke import Tested, devices_under_test, is_calculation_right, is_right
from gpucheck.facts import CUDA_DRIVER, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report every test on every device that computed something wrong."""
    for each in devices_under_test(facts, on_cpu=True):
        evidence = tuple(_wrong(each))
        if evidence:
            yield Finding(
                subject=each.subject,
                message=f"{each.title} computes wrongly on {each.place}.",
                evidence=evidence,
            )


def _wrong(each: Tested) -> Iterator[str]:
    for product in each.device.products:
        what = f"{product.dtype} product of size {product.size}"
        if product.is_written is False:
            yield f"{what}: elements of the result are not numbers, or were not written"
        elif product.relative_error is not None and not is_right(product):
            yield (
                f"{what}: relative error {product.relative_error:.2g}, rounding explains up to"
                f" {product.error_bound:.0e}"
            )
    for what in ("convolution", "gradient"):
        part = getattr(each.device, what)
        if part is None or part.error is not None:
            continue
        if not is_calculation_right(part.relative_error, part.error_bound):
            error = "not a number" if part.relative_error is None else f"{part.relative_error:.2g}"
            yield (
                f"{part.dtype} {what}: relative error {error}, rounding explains up to"
                f" {part.error_bound:.0e}"
            )


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    is_driver_right = not any(
        each.name == CUDA_DRIVER and tuple(_wrong(each)) for each in devices_under_test(facts)
    )
    if subject != "driver" and is_driver_right:
        return Remedy(
            "The driver alone computes right: reinstall the framework, or take another release."
        )
    return Remedy(
        "Look for ECC errors, take away overclocking, and try the GPU in another machine.",
        ("nvidia-smi -q -d ECC,TEMPERATURE,PERFORMANCE",),
    )


RULE = Rule("GPU701", "smoke-wrong-result", "error", check, mend=_mend, explained_by=("GPU111",))
