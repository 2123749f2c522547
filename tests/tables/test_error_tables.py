"""The tables of error codes and messages: every row sound, and no pattern that runs away."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest

from gpucheck.tables import Tables

TABLES = Tables()

CAUSE_OF_RULE = {
    "GPU101": "no-gpu",
    "GPU102": "driver-missing",
    "GPU103": "kernel-module-not-built",
    "GPU104": "driver-library-mismatch",
    "GPU105": "conflicting-kernel-driver",
    "GPU106": "secure-boot-blocks-module",
    "GPU107": "kernel-module-flavour",
    "GPU108": "gpu-unsupported-by-driver",
    "GPU109": "gpu-lost",
    "GPU110": "gpu-hardware-fault",
    "GPU111": "gpu-hardware-fault",
    "GPU112": "bios-bar-settings",
    "GPU113": "exclusive-compute-mode",
    "GPU114": "gpu-memory-held-by-other-process",
    "GPU115": "throttled",
    "GPU116": "pcie-link-degraded",
    "GPU117": "persistence-mode-off",
    "GPU118": "power-limit-lowered",
    "GPU119": "driver-end-of-life",
    "GPU120": "driver-hung",
    "GPU121": "driver-crashed",
    "GPU122": "uvm-broken-after-suspend",
    "GPU123": "device-permission",
    "GPU124": "mig-no-instance",
    "GPU125": "mig-single-instance-visible",
    "GPU126": "libcuda-missing",
    "GPU127": "cuda-init-failed",
    "GPU128": "vgpu-unlicensed",
    "GPU129": "gsp-firmware",
    "GPU201": "which-cuda-version",
    "GPU202": "ptx-newer-than-driver",
    "GPU203": "cuda-toolkit-path-wrong",
    "GPU204": "cuda-toolkit-path-wrong",
    "GPU205": "toolkit-missing-for-build",
    "GPU206": "host-compiler-too-new",
    "GPU207": "nvcc-torch-cuda-mismatch",
    "GPU208": "ld-library-path-shadowing",
    "GPU209": "libcuda-stub-loaded",
    "GPU210": "cudnn-missing",
    "GPU211": "cudnn-mismatch",
    "GPU212": "cudnn-dropped-gpu",
    "GPU213": "forward-compat-failure",
    "GPU214": "toolkit-dropped-gpu",
    "GPU215": "glibc-too-old",
    "GPU216": "libstdcxx-too-old",
    "GPU217": "windows-dll-path",
    "GPU218": "driver-library-mismatch",
    "GPU219": "two-cuda-majors",
    "GPU220": "cuda-runtime-libs-missing",
    "GPU301": "driver-too-old",
    "GPU302": "cpu-only-build",
    "GPU303": "gpu-arch-not-in-wheel",
    "GPU304": "ptx-only",
    "GPU305": "tf-native-windows-unsupported",
    "GPU306": "cuda-runtime-libs-missing",
    "GPU307": "accelerator-plugin-missing",
    "GPU308": "accelerator-plugin-missing",
    "GPU309": "framework-cuda-mismatch",
    "GPU310": "conflicting-packages",
    "GPU311": "conflicting-packages",
    "GPU312": "framework-cuda-mismatch",
    "GPU313": "torch-companion-mismatch",
    "GPU314": "extension-abi-mismatch",
    "GPU315": "cuda-toolkit-path-wrong",
    "GPU316": "ptx-newer-than-driver",
    "GPU317": "retired-package",
    "GPU318": "conflicting-packages",
    "GPU319": "keras-mismatch",
    "GPU320": "retired-framework",
    "GPU321": "import-failed",
    "GPU322": "import-crashed",
    "GPU323": "import-hung",
    "GPU324": "silent-cpu-fallback",
    "GPU325": "tf-reserves-all-gpu-memory",
    "GPU326": "wrong-vendor-build",
    "GPU327": "minor-version-compat",
    "GPU328": "python-version-no-wheel",
    "GPU401": "numpy2-abi-break",
    "GPU402": "conda-pip-cuda-mixing",
    "GPU403": "dependency-conflict",
    "GPU404": "wrong-environment",
    "GPU405": "shadowed-import",
    "GPU406": "conflicting-packages",
    "GPU407": "python-32-bit",
    "GPU408": "broken-installation",
    "GPU501": "container-toolkit-missing",
    "GPU502": "container-driver-capabilities",
    "GPU503": "container-driver-capabilities",
    "GPU504": "container-lost-gpu-cgroup",
    "GPU505": "driver-too-old",
    "GPU506": "container-shm-too-small",
    "GPU507": "docker-snap-conflict",
    "GPU508": "wsl-wrong-libcuda",
    "GPU509": "wsl-no-gpu",
    "GPU510": "cuda-visible-devices",
    "GPU511": "cuda-visible-devices",
    "GPU512": "device-order-mismatch",
    "GPU513": "debug-setting",
    "GPU514": "no-gpu",
    "GPU601": "fabric-manager-not-running",
    "GPU602": "fabric-manager-not-running",
    "GPU603": "mixed-gpus",
    "GPU604": "nccl-p2p-iommu-acs",
    "GPU605": "nvlink-down",
    "GPU606": "mixed-gpus",
    "GPU607": "gpu-lost",
    "GPU608": "nccl-mismatch",
    "GPU701": "smoke-wrong-result",
    "GPU702": "smoke-failed",
    "GPU703": "gpu-not-used",
    "GPU704": "slow-gpu",
    "GPU705": "pcie-link-degraded",
    "GPU706": "cudnn-mismatch",
    "GPU707": "gpu-memory-held-by-other-process",
    "GPU708": "slow-launch",
    "GPU709": "small-workload",
    "GPU710": "not-an-env-problem",
    "GPU711": "harmless-message",
    "GPU801": "policy",
    "GPU802": "policy",
    "GPU803": "policy",
    "GPU901": "gpucheck",
    "GPU902": "gpucheck",
    "GPU903": "gpucheck",
    "GPU904": "gpucheck",
}
"""Every rule and the cause it speaks of. Numbers are never reused."""

MESSAGES = TABLES.error_messages.rows
KERNEL = TABLES.kernel_log_patterns.rows
PATTERNS = [
    *((row.rule, row.cause, row.pattern, row.example) for row in MESSAGES),
    *((row.rule, row.cause, row.pattern, row.example) for row in KERNEL),
]
"""Rule, cause, pattern and example of all messages, of programs and of the kernel."""


def test_codes_of_nvml() -> None:
    """NVML's codes carry the names of nvml.h, in one row each."""
    names = {row.code: row.name for row in TABLES.nvml_errors.rows}
    assert len(names) == len(TABLES.nvml_errors.rows) == 32
    assert names[0] == "NVML_SUCCESS"
    assert names[9] == "NVML_ERROR_DRIVER_NOT_LOADED"
    assert names[15] == "NVML_ERROR_GPU_IS_LOST"
    assert names[18] == "NVML_ERROR_LIB_RM_VERSION_MISMATCH"
    assert names[30] == "NVML_ERROR_RESET_TYPE_NOT_SUPPORTED"
    assert names[999] == "NVML_ERROR_UNKNOWN"


@pytest.mark.parametrize(
    ("code", "name", "runtime_name", "message"),
    [
        (0, "CUDA_SUCCESS", "cudaSuccess", "no error"),
        (9, None, "cudaErrorInvalidConfiguration", "invalid configuration argument"),
        (34, "CUDA_ERROR_STUB_LIBRARY", "cudaErrorStubLibrary", "CUDA driver is a stub library"),
        (47, "CUDA_ERROR_MULTICAST_RESOURCE_FULL", None, None),
        (
            209,
            "CUDA_ERROR_NO_BINARY_FOR_GPU",
            "cudaErrorNoKernelImageForDevice",
            "no kernel image is available for execution on the device",
        ),
        (
            802,
            "CUDA_ERROR_SYSTEM_NOT_READY",
            "cudaErrorSystemNotReady",
            "system not yet initialized",
        ),
        (916, "CUDA_ERROR_KEY_ROTATION", None, None),
        (999, "CUDA_ERROR_UNKNOWN", "cudaErrorUnknown", "unknown error"),
    ],
)
def test_codes_of_cuda(
    code: int, name: str | None, runtime_name: str | None, message: str | None
) -> None:
    """CUDA's codes carry the names of cuda.h and driver_types.h and the runtime's own message."""
    (row,) = [row for row in TABLES.cuda_errors.rows if row.code == code]
    assert (row.name, row.runtime_name, row.message) == (name, runtime_name, message)


def test_every_cuda_code_has_a_name() -> None:
    """No code of CUDA stands twice or without a name, and each message belongs to the runtime."""
    rows = TABLES.cuda_errors.rows
    assert len({row.code for row in rows}) == len(rows) == 142
    assert all(row.name or row.runtime_name for row in rows)
    assert all((row.message is None) == (row.runtime_name is None) for row in rows)


def test_xids() -> None:
    """Xids 1 to 172 are there; the well-known ones mean what NVIDIA says."""
    by_number = {row.xid: row for row in TABLES.xids.rows}
    assert sorted(by_number) == list(range(1, 173))
    assert by_number[13].severity == by_number[31].severity == by_number[43].severity
    assert by_number[13].severity == "application"
    assert by_number[48].severity == by_number[79].severity == "hardware"
    assert by_number[79].action == "RESTART_BM"
    assert by_number[95].severity == by_number[119].severity == "reset"
    assert by_number[63].severity == "information"
    assert by_number[91].mnemonic == "RESERVED_XID"
    assert by_number[91].meaning is None
    assert by_number[166].action is None
    assert by_number[166].severity is None


def test_enough_is_known() -> None:
    """The tables hold messages for most rules, and every cause the kernel's log can show."""
    assert len(TABLES.error_messages.rows) >= 150
    assert len({row.rule for row in TABLES.error_messages.rows}) >= 80
    assert len(TABLES.kernel_log_patterns.rows) >= 35


@pytest.mark.parametrize(("rule", "cause", "pattern", "example"), PATTERNS)
def test_pattern(rule: str, cause: str, pattern: str, example: str) -> None:
    """A pattern finds its own example, and its rule speaks of its cause."""
    assert CAUSE_OF_RULE[rule] == cause
    assert len(pattern) <= 300
    assert re.search(pattern, example)
    assert "\n" not in example


@pytest.mark.parametrize("pattern", sorted({row[2] for row in PATTERNS}))
def test_pattern_cannot_run_away(pattern: str) -> None:
    """No group is repeated and no dot is unbounded, so work grows with the line alone."""
    bare = re.sub(r"\[[^\]]*\]|\\.", "x", pattern)
    assert not re.search(r"\)[*+{]", bare)
    assert not re.search(r"\.[*+]", bare)


def claims_of_others(lines: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return line, its rule, and the other rule that it is taken for the proof of."""
    proving = [row for row in MESSAGES if row.certainty == "proves"]
    return [
        (line, rule, row.rule)
        for (rule, line), row in product(lines, proving)
        if row.rule != rule and re.search(row.pattern, line)
    ]


def test_messages_prove_one_rule_only() -> None:
    """No rule's example is taken for the proof of another rule."""
    assert claims_of_others([(row.rule, row.example) for row in MESSAGES]) == []


def test_noise_holds_no_message() -> None:
    """1 MB of noise and long runs of one character are gone through and hold nothing."""
    noise = random.Random(7)
    letters = [chr(code) for code in range(32, 127)]
    lines = ["".join(noise.choices(letters, k=4000)) for _ in range(250)]
    lines += [character * 4000 for character in "a0/['` ="]
    compiled = [re.compile(pattern) for _, _, pattern, _ in PATTERNS]
    assert not any(one.search(line) for one, line in product(compiled, lines))


def test_near_misses_prove_nothing_else() -> None:
    """Beginnings of messages, repeated to the longest line, prove no rule but their own."""
    near = [
        (rule, (example[: len(example) * part // 4] * 4000)[:4000])
        for rule, _, _, example in PATTERNS
        for part in (1, 2, 3)
    ]
    assert claims_of_others(near) == []


@pytest.mark.parametrize("row", [*MESSAGES, *KERNEL], ids=lambda row: row.rule)
def test_meaning_is_a_sentence(row: object) -> None:
    """What a message means is told to users as a sentence of its own."""
    meaning = str(getattr(row, "meaning", ""))
    assert meaning.endswith(".")
    assert len(meaning) >= 20
