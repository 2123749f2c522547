"""Names of GPUs: as drivers print them, as people type them, and as neither does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.compatibility.products import (
    MAX_NAME_CHARACTERS,
    capability,
    near,
    peak,
    product,
    products,
    products_with_pci_id,
)
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.versions import ComputeCapability

TABLES = Tables()

PRINTED = [
    ("Tesla K80", "Tesla K80", "3.7"),
    ("Tesla K40m", "Tesla K40m", "3.5"),
    ("GeForce GTX 680", "GeForce GTX 680", "3.0"),
    ("Tesla C2050", "Tesla C2050", "2.0"),
    ("Quadro 4000", "Quadro 4000", "2.0"),
    ("NVIDIA GeForce GTX 750 Ti", "GeForce GTX 750 Ti", "5.0"),
    ("NVIDIA GeForce GTX 980M", "GeForce GTX 980M", "5.2"),
    ("NVIDIA GeForce GTX TITAN X", "GeForce GTX TITAN X", "5.2"),
    ("Tesla M60", "Tesla M60", "5.2"),
    ("Quadro M6000 24GB", "Quadro M6000 24GB", "5.2"),
    ("NVIDIA TITAN X (Pascal)", "TITAN X (Pascal)", "6.1"),
    ("NVIDIA TITAN Xp", "TITAN Xp", "6.1"),
    ("GeForce GTX 1080 Ti", "GeForce GTX 1080 Ti", "6.1"),
    ("NVIDIA GeForce GTX 1060 6GB", "GeForce GTX 1060 6GB", "6.1"),
    ("NVIDIA GeForce GTX 1070 with Max-Q Design", "GeForce GTX 1070 with Max-Q Design", "6.1"),
    ("NVIDIA GeForce MX150", "GeForce MX150", "6.1"),
    ("Tesla P40", "Tesla P40", "6.1"),
    ("Tesla P100-PCIE-16GB", "Tesla P100-PCIE-16GB", "6.0"),
    ("Tesla P100-SXM2-16GB", "Tesla P100-SXM2-16GB", "6.0"),
    ("Tesla V100-SXM2-32GB", "Tesla V100-SXM2-32GB", "7.0"),
    ("Tesla V100S-PCIE-32GB", "Tesla V100S-PCIE-32GB", "7.0"),
    ("NVIDIA TITAN V", "TITAN V", "7.0"),
    ("Quadro GV100", "Quadro GV100", "7.0"),
    ("Tesla T4", "Tesla T4", "7.5"),
    ("Quadro RTX 6000", "Quadro RTX 6000", "7.5"),
    ("Quadro RTX 8000", "Quadro RTX 8000", "7.5"),
    ("NVIDIA TITAN RTX", "TITAN RTX", "7.5"),
    ("NVIDIA GeForce RTX 2080 Ti", "GeForce RTX 2080 Ti", "7.5"),
    ("NVIDIA GeForce GTX 1650 SUPER", "GeForce GTX 1650 SUPER", "7.5"),
    ("NVIDIA T1000 8GB", "T1000 8GB", "7.5"),
    ("A100-SXM4-40GB", "A100-SXM4-40GB", "8.0"),
    ("NVIDIA A100-SXM4-80GB", "A100-SXM4-80GB", "8.0"),
    ("NVIDIA A100 80GB PCIe", "A100 80GB PCIe", "8.0"),
    ("NVIDIA A100-PCIE-40GB", "A100-PCIE-40GB", "8.0"),
    ("NVIDIA A30", "A30", "8.0"),
    ("NVIDIA A10G", "A10G", "8.6"),
    ("NVIDIA A10", "A10", "8.6"),
    ("NVIDIA A40", "A40", "8.6"),
    ("NVIDIA RTX A6000", "RTX A6000", "8.6"),
    ("NVIDIA RTX A2000 12GB", "RTX A2000 12GB", "8.6"),
    ("GeForce RTX 3090", "GeForce RTX 3090", "8.6"),
    ("NVIDIA GeForce RTX 3080 Laptop GPU", "GeForce RTX 3080 Laptop GPU", "8.6"),
    ("NVIDIA GeForce RTX 3070 Ti Laptop GPU", "GeForce RTX 3070 Ti Laptop GPU", "8.6"),
    ("NVIDIA GeForce RTX 4090", "GeForce RTX 4090", "8.9"),
    ("NVIDIA GeForce RTX 4090 D", "GeForce RTX 4090 D", "8.9"),
    ("NVIDIA GeForce RTX 4090 Laptop GPU", "GeForce RTX 4090 Laptop GPU", "8.9"),
    ("NVIDIA GeForce RTX 4070 Ti SUPER", "GeForce RTX 4070 Ti SUPER", "8.9"),
    ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada Generation", "8.9"),
    (
        "NVIDIA RTX 2000 Ada Generation Laptop GPU",
        "RTX 2000 Ada Generation Laptop GPU",
        "8.9",
    ),
    ("NVIDIA L4", "L4", "8.9"),
    ("NVIDIA L40S", "L40S", "8.9"),
    ("NVIDIA H100 80GB HBM3", "H100 SXM5 80GB", "9.0"),
    ("NVIDIA H100 PCIe", "H100 PCIe", "9.0"),
    ("NVIDIA H100 NVL", "H100 NVL", "9.0"),
    ("NVIDIA H200", "H200 SXM", "9.0"),
    ("NVIDIA GH200 480GB", "GH200 96GB", "9.0"),
    ("NVIDIA B200", "B200", "10.0"),
    ("NVIDIA GB200", "GB200", "10.0"),
    ("NVIDIA B300 SXM6 AC", "B300", "10.3"),
    ("NVIDIA GeForce RTX 5090", "GeForce RTX 5090", "12.0"),
    ("NVIDIA GeForce RTX 5070 Ti Laptop GPU", "GeForce RTX 5070 Ti Laptop GPU", "12.0"),
    (
        "NVIDIA RTX PRO 6000 Blackwell Workstation Edition",
        "RTX PRO 6000 Blackwell Workstation Edition",
        "12.0",
    ),
    ("NVIDIA GB10", "GB10", "12.1"),
]
"""Names out of NVIDIA's lists of supported products, some as drivers before R470 print them."""


def named(name: str) -> list[str]:
    """Return the products that a name can mean, by their names."""
    return [row.product for row in products(name, TABLES)]


@pytest.mark.parametrize(("printed", "expected", "compute_capability"), PRINTED)
def test_a_driver_s_name_is_one_product(
    printed: str, expected: str, compute_capability: str
) -> None:
    """What NVML prints leads to the product and its compute capability."""
    found = product(printed, TABLES)
    assert isinstance(found, Known)
    assert found.value.product == expected
    assert str(found.value.compute_capability) == compute_capability
    assert found.source


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("RTX 3090", "GeForce RTX 3090"),
        ("rtx3090", "GeForce RTX 3090"),
        ("3090", "GeForce RTX 3090"),
        ("geforce 4090", "GeForce RTX 4090"),
        ("4090 laptop", "GeForce RTX 4090 Laptop GPU"),
        ("RTX 4090 Mobile", "GeForce RTX 4090 Laptop GPU"),
        ("1080 Ti", "GeForce GTX 1080 Ti"),
        ("GTX1080Ti", "GeForce GTX 1080 Ti"),
        ("4070tisuper", "GeForce RTX 4070 Ti SUPER"),
        ("1070 max-q", "GeForce GTX 1070 with Max-Q Design"),
        ("1070 MaxQ", "GeForce GTX 1070 with Max-Q Design"),
        ("t4", "Tesla T4"),
        ("k80", "Tesla K80"),
        ("h100 pci-e", "H100 PCIe"),
        ("a100 sxm 80 GB", "A100-SXM4-80GB"),
        ("3080 12gb", "GeForce RTX 3080 12GB"),
        ("4060 ti 16GB", "GeForce RTX 4060 Ti 16GB"),
        ("6000 ada", "RTX 6000 Ada Generation"),
        ("rtxa6000", "RTX A6000"),
        ("agx orin 64gb", "Jetson AGX Orin 64GB"),
        ("NVIDIA® GeForce RTX™ 5090", "GeForce RTX 5090"),
    ],
)
def test_a_typed_name_is_one_product(typed: str, expected: str) -> None:
    """Case, blanks, hyphens and leading names of lines do not matter."""
    assert named(typed) == [expected]


@pytest.mark.parametrize(
    ("open_name", "some", "compute_capability"),
    [
        ("h100", {"H100 PCIe", "H100 NVL", "H100 SXM5 80GB"}, "9.0"),
        ("NVIDIA H100", {"H100 PCIe", "H100 SXM5 94GB"}, "9.0"),
        ("a100", {"A100-SXM4-40GB", "A100-PCIE-40GB", "A100 80GB PCIe"}, "8.0"),
        ("v100 32gb", {"Tesla V100-SXM2-32GB", "Tesla V100-PCIE-32GB"}, "7.0"),
        ("NVIDIA GeForce RTX 3080", {"GeForce RTX 3080", "GeForce RTX 3080 12GB"}, "8.6"),
        ("NVIDIA GeForce RTX 2080", {"GeForce RTX 2080", "GeForce RTX 2080 Mobile"}, "7.5"),
        ("pro 6000", {"RTX PRO 6000 Blackwell Workstation Edition"}, "12.0"),
    ],
)
def test_an_open_name_still_tells_the_capability(
    open_name: str, some: set[str], compute_capability: str
) -> None:
    """Where only memory, form factor or desktop and laptop stay open, all that fit are given."""
    assert some <= set(named(open_name))
    assert isinstance(product(open_name, TABLES), NotInTable)
    known = capability(open_name, TABLES)
    assert isinstance(known, Known)
    assert str(known.value) == compute_capability


@pytest.mark.parametrize(
    "words", ["a100 80gb", "h100 sxm", "v100 16gb", "NVIDIA A100 PCIe", "H100 94GB"]
)
def test_words_that_narrow_leave_fewer_products(words: str) -> None:
    """Memory and form factor never add products to those of the bare name."""
    bare = next(part for part in words.split() if part.upper() != "NVIDIA")
    assert set(named(words)) < set(named(bare))
    assert named(words)


@pytest.mark.parametrize(
    ("ambiguous", "offered"),
    [
        ("RTX 4000", {"Quadro RTX 4000", "RTX 4000 Ada Generation"}),
        ("RTX 6000", {"Quadro RTX 6000", "RTX 6000 Ada Generation"}),
        ("titan x", {"TITAN X (Pascal)", "GeForce GTX TITAN X"}),
        ("NVIDIA GeForce GT 730", {"GeForce GT 730 (GK208)", "GeForce GT 730 (GF108)"}),
        ("GeForce RTX 3080 11GB", {"GeForce RTX 3080"}),
        ("RTX 409", {"GeForce RTX 4090"}),
        ("GeForce RTX 5090 Super", {"GeForce RTX 5090"}),
    ],
)
def test_other_names_are_offered_instead_of_a_guess(ambiguous: str, offered: set[str]) -> None:
    """A name of products with different capabilities, or of none, is not found."""
    assert named(ambiguous) == []
    assert isinstance(capability(ambiguous, TABLES), NotInTable)
    assert offered <= set(near(ambiguous, TABLES))


@pytest.mark.parametrize(
    "no_such",
    [
        "GeForce RTX 4090 Ti",
        "GeForce RTX 3090 SUPER",
        "GeForce RTX 3090 Laptop GPU",
        "GeForce RTX 5080 D",
        "Tesla T4 Max-Q",
        "A100-SXM2-40GB",
        "H100 PCIe 40GB",
        "Quadro RTX 4090",
        "GeForce T4",
        "4P",
        "Radeon RX 7900 XTX",
        "GRID V100D-32Q",
    ],
)
def test_a_word_that_makes_another_product_counts(no_such: str) -> None:
    """A product that is not in the table is never answered with its neighbour."""
    assert named(no_such) == []


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("GRID T4-8Q", "Tesla T4"),
        ("GRID M60-2Q", "Tesla M60"),
        ("NVIDIA A40-48Q", "A40"),
        ("NVIDIA RTXA6000-24Q", "RTX A6000"),
        ("GRID A100X-1-5CME", "A100-SXM4-40GB"),
        ("GRID A100D-80C", "A100 80GB PCIe"),
        ("NVIDIA H100-1-10C", "H100 PCIe"),
        ("NVIDIA H100XM-80C", "H100 SXM5 80GB"),
        ("NVIDIA A100-SXM4-80GB MIG 1g.10gb", "A100-SXM4-80GB"),
        ("NVIDIA H100 80GB HBM3 MIG 3g.40gb", "H100 SXM5 80GB"),
    ],
)
def test_a_part_of_a_gpu_is_answered_with_the_whole(printed: str, expected: str) -> None:
    """Virtual GPUs and MIG devices are of the product that they run on; they have no peak."""
    found = product(printed, TABLES)
    assert isinstance(found, Known)
    assert found.value.product == expected
    assert isinstance(peak(printed, found.value.compute_capability, TABLES), NotInTable)


HOSTILE = [
    "",
    " ",
    "\0",
    "MIG 1g.10gb",
    "nvidia",
    "gpu",
    "16GB",
    "9" * 90 + "gb",
    "x" * 10_000,
    "rtx " * 2_500,
    "-1-1-1-1" * 1_250 + "q",
    "-1" * 45 + "!",
    "\x1b[31mRTX 4090\x1b[0m",
    "(.*)+[a-z]{9}\\",
    "(" * 90,
    "RTX 4090\u202e",
    "\u0410100",  # a Cyrillic A
    "::error::RTX 4090",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_name_is_answered_at_once(name: str) -> None:
    """Empty, endless and hostile text is not found, quickly, and can be shown."""
    _ = TABLES.gpus, TABLES.gpu_peaks
    began = time.perf_counter()
    assert named(name) == []
    assert len(near(name, TABLES)) <= 5
    for answer in (
        product(name, TABLES),
        capability(name, TABLES),
        peak(name, ComputeCapability.parse("8.9"), TABLES),
    ):
        assert isinstance(answer, NotInTable)
        assert len(answer.asked) < 8 * MAX_NAME_CHARACTERS
        assert answer.asked.isprintable()
    assert time.perf_counter() - began < 1


@given(st.text(max_size=120))
def test_no_text_makes_it_raise(name: str) -> None:
    """Whatever is asked, what is found has one compute capability."""
    assert len({row.compute_capability for row in products(name, TABLES)}) <= 1


@pytest.mark.parametrize("row", TABLES.gpus.rows, ids=lambda row: row.product)
def test_every_product_is_found_by_its_own_name(row: object) -> None:
    """The name that a table shows can be typed in again."""
    assert row in products(row.product, TABLES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("device_id", "expected"),
    [
        ("2684", ["GeForce RTX 4090"]),
        ("0x2684", ["GeForce RTX 4090"]),
        ("1e90", ["GeForce RTX 2080 Mobile", "GeForce RTX 2080 with Max-Q Design"]),
        ("ffff", []),
        ("", []),
    ],
)
def test_products_by_pci_device_id(device_id: str, expected: list[str]) -> None:
    """Without a driver the device ID of lspci tells what the GPU is."""
    assert [row.product for row in products_with_pci_id(device_id, TABLES)] == expected


@pytest.mark.parametrize(
    ("printed", "compute_capability", "expected"),
    [
        ("NVIDIA GeForce RTX 4090", "8.9", "GeForce RTX 4090"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", "8.9", "GeForce RTX 4070 Ti SUPER"),
        ("NVIDIA A10", "8.6", "A10"),
        ("NVIDIA A10G", "8.6", "A10G"),
        ("A100-SXM4-40GB", "8.0", "A100-SXM4-40GB"),
        ("NVIDIA L4", "8.9", "L4"),
        ("NVIDIA L40", "8.9", "L40"),
        ("NVIDIA L40S", "8.9", "L40S"),
        ("NVIDIA H100 80GB HBM3", "9.0", "H100 SXM5 80GB"),
        ("NVIDIA H200", "9.0", "H200 SXM"),
        ("NVIDIA H200 NVL", "9.0", "H200 NVL"),
        ("NVIDIA GeForce RTX 5090 D", "12.0", "GeForce RTX 5090 D"),
    ],
)
def test_peak_is_of_the_longest_name(printed: str, compute_capability: str, expected: str) -> None:
    """L4 is not L40, and the Ti SUPER is not the Ti."""
    found = peak(printed, ComputeCapability.parse(compute_capability), TABLES)
    assert isinstance(found, Known)
    assert found.value.product == expected


@pytest.mark.parametrize(
    ("printed", "compute_capability"),
    [
        ("NVIDIA GeForce RTX 4090 Laptop GPU", "8.9"),
        ("NVIDIA GeForce RTX 2080 with Max-Q Design", "7.5"),
        ("RTX 4090 Mobile", "8.9"),
        ("NVIDIA GeForce RTX 5090 D v2", "12.0"),
        ("NVIDIA GeForce RTX 4090", "8.6"),
        ("NVIDIA A100X", "8.0"),
        ("4090", "8.9"),
    ],
)
def test_no_peak_of_another_product(printed: str, compute_capability: str) -> None:
    """Laptops, other products and another capability get no rate rather than a wrong one."""
    answer = peak(printed, ComputeCapability.parse(compute_capability), TABLES)
    assert isinstance(answer, NotInTable)
