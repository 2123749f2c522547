"""Figures of smoke tests: beside what the hardware can do, rounded only where they are shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gpucheck.facts import Calculation, Crossover, GpuUse, MemoryCopy, SmokeError
from gpucheck.figure_words import results_text, scaled, seen_text, share_text, value_text
from gpucheck.figures import DeviceFigures, Figure, figures_of
from gpucheck.renderers import View, renderer
from gpucheck.roofline_chart import HEIGHT, WIDTH, chart
from gpucheck.tables import Tables
from make import MIB, SEEN, facts, product, report, smoked, with_smoke

TABLES = Tables()
HERE = facts(gpus=["RTX 4090"], torch="2.9.1+cu130")


def copy(kind: str, gb_per_s: float) -> MemoryCopy:
    """Build a copy of 32 MiB."""
    rate = gb_per_s * 1e9
    size = 32 * MIB
    return MemoryCopy(kind=kind, size_bytes=size, seconds=size / rate, bytes_per_s=rate)  # type: ignore[arg-type]


def figures(**device: Any) -> tuple[Figure, ...]:
    """Return the figures of one test."""
    (found,) = figures_of(with_smoke(HERE, torch=smoked(**device)), TABLES)
    return found.figures


def whole() -> DeviceFigures:
    """Return the figures of a full test by the driver and PyTorch."""
    products = tuple(
        product(dtype, size, seconds=2 * size**3 / (rate * 1e12))
        for dtype, rate in (("fp32", 60.0), ("bf16", 130.0))
        for size in (512, 2048, 8192)
    )
    tests = {
        "cuda_driver": smoked("cuda_driver", copies=(copy("device_to_device", 450),), products=()),
        "torch": smoked(products=products),
    }
    for part in tests.values():
        level = msgspec.structs.replace(part.value, level="full")
        tests[part.value.name] = msgspec.structs.replace(part, value=level)
    (found,) = figures_of(with_smoke(HERE, **tests), TABLES)
    return found


def test_products_have_their_share_of_the_sourced_rate() -> None:
    """Those that were only compared have no rate; our own kernels no share."""
    (figure,) = figures()
    assert (figure.test, figure.what) == ("PyTorch", "matmul in bf16, size 8192")
    assert (value_text(figure), share_text(figure)) == ("132 TFLOP/s", "80% of 165 TFLOP/s")
    (own,) = figures(products=(product(is_library=False),))
    assert share_text(own) == ""


def test_a_wrong_product_is_marked() -> None:
    """How fast it is wrong is beside the point."""
    (figure,) = figures(products=(product(relative_error=0.5),))
    assert figure.is_wrong


def test_copies_have_their_share_of_link_and_memory() -> None:
    """PCIe 4.0 with 16 lanes; within the GPU each byte is read and written."""
    found = figures(
        products=(),
        copies=(copy("host_to_device_pinned", 25.2), copy("device_to_device", 450)),
        use=GpuUse(**SEEN),
    )
    assert [(value_text(f), share_text(f)) for f in found] == [
        ("25.2 GB/s", "80% of 31.5 GB/s"),
        ("900 GB/s", "89% of 1.01 TB/s"),
    ]


def test_what_is_not_known_has_no_share() -> None:
    """A link that NVML does not tell, a GPU that no table has."""
    unseen = GpuUse(**{**SEEN, "pcie_width_peak": None})
    (figure,) = figures(products=(), copies=(copy("host_to_device_pinned", 25),), use=unseen)
    assert share_text(figure) == ""
    assert all(f.part is None for f in figures(uuid="GPU-another", copies=()))


def test_launches_overlap_and_crossovers() -> None:
    """In microseconds, percent, and from which size on the GPU is faster."""
    crossing = Crossover(
        calculation="matmul",
        sizes=(32, 256, 1024),
        cpu_seconds=(1e-6, 9e-6, 2e-3),
        gpu_seconds=(2e-5, 2e-5, 6e-5),
    )
    never = Crossover(calculation="mlp_step", sizes=(1,), cpu_seconds=(1.0,), gpu_seconds=(2.0,))
    untimed = Crossover(calculation="matmul", sizes=(32, 64), cpu_seconds=(), gpu_seconds=())
    crossovers = (crossing, never, untimed)
    found = figures(products=(), launch_s=6.2e-6, overlap=0.98, crossovers=crossovers)
    assert [value_text(figure) for figure in found] == ["6.2 µs", "98%", "1024"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7.61e14, "761 TFLOP/s"),
        (5.18e13, "51.8 TFLOP/s"),
        (1.2345e15, "1234 TFLOP/s"),
        (12, "12 FLOP/s"),
    ],
)
def test_three_digits(value: float, shown: str) -> None:
    """And never an exponent."""
    assert scaled(value, "FLOP/s") == shown


def test_the_cpu_stands_last() -> None:
    """Its figures are compared with nothing."""
    here = smoked(ordinal=None, uuid=None, use=None)
    found = figures_of(with_smoke(HERE, jax=here, torch=smoked()), TABLES)
    assert [each.title for each in found] == ["GPU 0", "the CPU"]
    assert found[1].figures[0].part is None


@pytest.mark.parametrize("has_unicode", [True, False])
def test_a_roofline(has_unicode: bool) -> None:
    """Products stand under what bounds them; nothing is wider than the chart."""
    roofline = whole().roofline
    assert roofline is not None
    lines = list(chart(roofline, has_unicode=has_unicode))
    assert "".join(lines).isascii() is not has_unicode
    plot = [line.partition("│" if has_unicode else "|")[2] for line in lines[:HEIGHT]]
    assert all(len(line) <= WIDTH for line in plot)
    assert {"S", "B"} <= set("".join(plot))
    assert lines[-1].endswith("B bf16, size 8192: 130 TFLOP/s, 79% of 165 TFLOP/s")
    assert any("memory, measured: 900 GB/s" in line for line in lines)


@pytest.mark.parametrize("rate", [0.0, -1.0, 5e-324, 1e300])
def test_impossible_values_are_left_out(rate: float) -> None:
    """A broken clock or a hostile environment may send anything; what is possible stays."""
    bad = MemoryCopy(kind="device_to_device", size_bytes=1, seconds=0.0, bytes_per_s=rate)
    large = msgspec.structs.replace(product(), size=10**400)
    products = (product(flop_per_s=rate), product(size=0), large, product())
    test = smoked(
        products=products,
        copies=(bad,),
        launch_s=-1.0,
        overlap=5.0,
        test={"level": "full"},
    )
    (found,) = figures_of(with_smoke(HERE, torch=test), TABLES)
    assert [figure.what for figure in found.figures] == ["matmul in bf16, size 8192"]
    assert found.roofline is None


def test_a_copy_faster_than_the_link_has_no_share() -> None:
    """It went another way, or the link was only seen idle."""
    copies = (copy("host_to_device_pinned", 300),)
    (figure,) = figures(products=(), copies=copies, use=GpuUse(**SEEN))
    assert (value_text(figure), share_text(figure)) == ("300 GB/s", "")


def test_results_stand_beside_their_bounds() -> None:
    """The worst of each dtype, timed or not; a failed part is the findings' matter."""
    made = (product(relative_error=0.001), product(relative_error=0.5, seconds=None), product())
    failed = Calculation(dtype="fp32", error=SmokeError(stage="convolution", message="no"))
    good = Calculation(dtype="fp32", relative_error=1e-7, error_bound=1e-5)
    test = smoked(products=made, convolution=failed, gradient=good)
    (found,) = figures_of(with_smoke(HERE, torch=test), TABLES)
    (check,) = found.checks
    assert results_text(check) == (
        "bf16 WRONG (error 0.5, bound 0.02); gradient right (error 1e-07, bound 1e-05)"
    )


def test_what_nvml_saw_is_told_with_its_evidence() -> None:
    """Used, or cannot tell; on the CPU there is nothing to see."""
    cpu = smoked(ordinal=None, uuid=None, use=None)
    unseen = smoked("jax", use=None)
    found = figures_of(with_smoke(HERE, torch=smoked(), jax=unseen, numba=cpu), TABLES)
    seen = [seen_text(check) for device in found for check in device.checks]
    assert seen[0].startswith("used (NVML lists the test's process; memory in use went from 0")
    assert seen[1:] == ["cannot tell (NVML was not asked while the test ran)", ""]


def test_no_roofline_without_bandwidth_or_at_level_quick() -> None:
    """There is nothing to draw."""
    (found,) = figures_of(with_smoke(HERE, torch=smoked()), TABLES)
    assert found.roofline is None


def test_they_stand_under_the_overview() -> None:
    """In columns, each test named once; without them nothing changes."""
    here = report(with_smoke(HERE, torch=smoked()))
    plain = renderer("text").render([here], View(exit_codes=(0,), exit_code=0))
    view = View(exit_codes=(0,), exit_code=0, figures=((whole(),),))
    text = renderer("text").render([here], view)
    lines = text.splitlines()
    first = lines.index("GPU 0") + 1
    assert lines[first].startswith("  The CUDA driver alone, seen by NVML: used (NVML lists ")
    assert "\n  The CUDA driver alone  copy within the GPU " in text
    assert text.count("\n  PyTorch ") == 1
    assert "GPU 0\n" not in plain
