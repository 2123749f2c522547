"""Build facts in one line, for tests.

    facts(driver="550.54.15", torch="2.5.1+cu124", gpus=["RTX 4090"])

What is not said is healthy: a Linux machine without a container, every probe ended well, CUDA
sees the GPUs that NVML lists. `gpus=[]` is a machine without a GPU; then there is no driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gpucheck.compatibility.drivers import newest_cuda_of
from gpucheck.diagnose import diagnose
from gpucheck.facts import (
    ApiError,
    CondaPackage,
    CudaDevice,
    CudaDriver,
    DeviceNode,
    Distribution,
    Driver,
    Facts,
    Framework,
    Gpu,
    GpuUse,
    Machine,
    MatrixProduct,
    Outcome,
    Packages,
    PciDisplay,
    Section,
    SeenDevice,
    SeenMessage,
    SmokeDevice,
    SmokeTest,
    Target,
    Toolkit,
)
from gpucheck.findings import Finding, Report
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverRelease

MIB = 1 << 20

GPUS: dict[str, tuple[str, str, str, int]] = {
    # short name: full name, PCI device id, compute capability, memory in MiB
    "GTX 1080 Ti": ("NVIDIA GeForce GTX 1080 Ti", "1b06", "6.1", 11264),
    "Tesla K80": ("Tesla K80", "102d", "3.7", 11441),
    "V100": ("Tesla V100-SXM2-16GB", "1db1", "7.0", 16384),
    "T4": ("Tesla T4", "1eb8", "7.5", 15360),
    "GTX 1650": ("NVIDIA GeForce GTX 1650", "1f82", "7.5", 4096),
    "RTX 3060": ("NVIDIA GeForce RTX 3060", "2504", "8.6", 12288),
    "RTX A6000": ("NVIDIA RTX A6000", "2230", "8.6", 49140),
    "RTX 3090": ("NVIDIA GeForce RTX 3090", "2204", "8.6", 24576),
    "RTX 4090": ("NVIDIA GeForce RTX 4090", "2684", "8.9", 24564),
    "RTX 5090": ("NVIDIA GeForce RTX 5090", "2b85", "12.0", 32607),
    "A100": ("NVIDIA A100-SXM4-80GB", "20b2", "8.0", 81920),
    "H100": ("NVIDIA H100 80GB HBM3", "2330", "9.0", 81559),
    "B200": ("NVIDIA B200", "2901", "10.0", 183359),
}

TARGETS: dict[str, tuple[str, ...]] = {
    # what PyTorch's builds of that CUDA hold (PyTorch RELEASE.md and its build scripts, 2026-11)
    "11.8": ("sm_37", "sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"),
    "12.1": ("sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"),
    "12.4": ("sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"),
    "12.6": ("sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"),
    "12.8": ("sm_70", "sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"),
    "13.0": ("sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"),
}


def gpu(name: str, index: int = 0, **changes: Any) -> Gpu:
    """Return a GPU by its short name."""
    full_name, device_id, capability, memory_mib = GPUS[name]
    made = Gpu(
        index=index,
        name=full_name,
        uuid=f"GPU-{index:08d}-1111-2222-3333-444444444444",
        pci_address=f"00000000:{index + 1:02x}:00.0",
        pci_device_id=device_id,
        compute_capability=ComputeCapability.parse(capability),
        memory_total_bytes=memory_mib * MIB,
        utilization_gpu_percent=0,
    )
    return msgspec.structs.replace(made, **changes)


def torch(release: str, **changes: Any) -> Framework:
    """Return PyTorch as its wheel of that release says it was built: "2.6.0+cu124", "2.6.0+cpu"."""
    variant = release.partition("+")[2]
    cuda = f"{variant[2:-1]}.{variant[-1]}" if variant.startswith("cu") else None
    made = Framework(
        name="torch",
        distribution="torch",
        release=release,
        is_cuda_build=cuda is not None,
        built_for_cuda=BuiltForCuda.parse(cuda) if cuda else None,
        build_source="torch/version.py",
        sass_targets=TARGETS.get(cuda) if cuda else None,
    )
    return msgspec.structs.replace(made, **changes)


def framework(name: str, release: str, cuda: str | None = None, **changes: Any) -> Framework:
    """Return any framework, built for `cuda` or, with None, for the CPU."""
    made = Framework(
        name=name,
        distribution=name,
        release=release,
        is_cuda_build=cuda is not None,
        built_for_cuda=BuiltForCuda.parse(cuda) if cuda else None,
        build_source="its files",
    )
    return msgspec.structs.replace(made, **changes)


def facts(
    *,
    driver: str | None = "580.95.05",
    gpus: Sequence[str | Gpu] = ("RTX 4090",),
    torch: str | Framework | None = None,
    frameworks: Sequence[Framework] = (),
    outcomes: dict[str, Outcome] | None = None,
    nvml_error: int | None = None,
    cuda_error: int | None = None,
    libcuda_error: str | None = None,
    environment: dict[str, str] | None = None,
    machine: dict[str, Any] | None = None,
    toolkit: dict[str, Any] | None = None,
    python: str = "3.12.7",
    messages: Sequence[str] = (),
    distributions: dict[str, str] | None = None,
    conda: Sequence[str] = (),
    packages: dict[str, Any] | None = None,
    cuda: dict[str, Any] | None = None,
    nvml: dict[str, Any] | None = None,
) -> Facts:
    """Return the facts of a machine; see the module's docstring for what is assumed.

    `outcomes` gives a section or framework an outcome other than "ok". `nvml_error` is what
    nvmlInit returned (NVML then shows no GPU, the PCI bus still does), `cuda_error` what cuInit
    returned, `libcuda_error` the loader's words when libcuda is missing. `messages` are lines of a
    pasted report, `distributions` further installed ones by name, `conda` its packages as
    "name=release=build"; `machine`, `toolkit`, `packages`, `cuda`, `nvml` change fields of their
    records.
    """
    cards = [gpu(item, i) if isinstance(item, str) else item for i, item in enumerate(gpus)]
    release = DriverRelease.parse(driver) if driver and cards else None
    everything = list(frameworks)
    if torch is not None:
        everything.insert(0, _torch_of(torch))
    is_usable = (
        release is not None and nvml_error is None and cuda_error is None and not libcuda_error
    )
    seen = tuple(
        SeenDevice(ordinal=card.index, name=card.name, compute_capability=card.compute_capability)
        for card in (cards if is_usable else ())
    )
    outcomes = outcomes or {}

    def section(name: str, value: Any) -> Section[Any]:
        outcome = outcomes.get(name, "ok")
        if outcome in {"refused", "not_started"} and not isinstance(value, Framework):
            value = type(value)()  # such a probe tells nothing
        return Section(outcome=outcome, value=value, stage=None if outcome == "ok" else "a step")

    return Facts(
        gpucheck_release="0",
        target=Target(executable="/env/bin/python", prefix="/env", found_via="./.venv"),
        machine=section("machine", _machine(cards, release, environment, machine or {})),
        driver=section(
            "driver",
            msgspec.structs.replace(_driver(cards, release, nvml_error), **(nvml or {})),
        ),
        cuda_driver=section(
            "cuda_driver",
            msgspec.structs.replace(
                _cuda(cards, release, cuda_error, libcuda_error), **(cuda or {})
            ),
        ),
        toolkit=section("toolkit", Toolkit(nvccs=(), **(toolkit or {}))),
        packages=section(
            "packages",
            msgspec.structs.replace(
                _packages(everything, python, distributions or {}, conda), **(packages or {})
            ),
        ),
        messages=tuple(
            SeenMessage(text=text, where=f"the report, line {number}")
            for number, text in enumerate(messages, 1)
        ),
        frameworks={
            build.name: section(build.name, _with_devices(build, seen)) for build in everything
        },
    )


def _torch_of(build: str | Framework) -> Framework:
    return torch(build) if isinstance(build, str) else build


def _with_devices(build: Framework, seen: tuple[SeenDevice, ...]) -> Framework:
    if build.devices is not None or build.import_failure or not build.is_cuda_build:
        return build
    return msgspec.structs.replace(build, devices=seen, is_gpu_usable=bool(seen))


def _machine(
    cards: list[Gpu],
    release: DriverRelease | None,
    environment: dict[str, str] | None,
    changes: dict[str, Any],
) -> Machine:
    made = Machine(
        os_name="Linux",
        os_title="Ubuntu 24.04.1 LTS",
        distribution="ubuntu",
        distribution_like=("debian",),
        kernel_release="6.8.0-49-generic",
        architecture="x86_64",
        libc_name="glibc",
        libc_release="2.39",
        is_wsl=False,
        is_container=False,
        pci_displays=tuple(
            PciDisplay(
                address=f"0000:{card.index + 1:02x}:00.0",
                vendor_id="10de",
                device_id=card.pci_device_id or "0000",
            )
            for card in cards
        ),
        device_nodes=tuple(
            DeviceNode(path=f"/dev/nvidia{card.index}", is_accessible=True)
            for card in (cards if release else ())
        ),
        kernel_modules=("nvidia", "nvidia_uvm") if release else (),
        kernel_module_release=release,
        environment=environment or {},
    )
    return msgspec.structs.replace(made, **changes)


def _driver(cards: list[Gpu], release: DriverRelease | None, nvml_error: int | None) -> Driver:
    if release is None or nvml_error is not None:
        error = ApiError(call="nvmlInit_v2", code=nvml_error or 12, name="NVML_ERROR")
        return Driver(init_error=error)
    cuda = newest_cuda_of(release, Tables())
    return Driver(
        driver_release=release,
        driver_cuda=cuda.value if isinstance(cuda, Known) else None,
        library_path=f"/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.{release}",
        gpus=tuple(cards),
    )


def _cuda(
    cards: list[Gpu], release: DriverRelease | None, code: int | None, load_error: str | None
) -> CudaDriver:
    if release is None or load_error:
        missing = "libcuda.so.1: cannot open shared object file: No such file or directory"
        return CudaDriver(load_error=load_error or missing)
    path = "/usr/lib/x86_64-linux-gnu/libcuda.so.1"
    if code is not None:
        return CudaDriver(library_path=path, init_error=ApiError(call="cuInit", code=code))
    cuda = newest_cuda_of(release, Tables())
    return CudaDriver(
        library_path=path,
        driver_cuda=cuda.value if isinstance(cuda, Known) else None,
        devices=tuple(CudaDevice(ordinal=card.index, uuid=card.uuid) for card in cards),
    )


def _packages(
    everything: list[Framework],
    python: str,
    distributions: dict[str, str],
    conda: Sequence[str],
) -> Packages:
    own = {build.distribution or build.name: build.release for build in everything}
    return Packages(
        python_release=python,
        python_implementation="CPython",
        python_bits=64,
        prefix="/env",
        environment_kind="venv",
        has_pip=True,
        distributions=tuple(
            Distribution(name=name, release=release)
            for name, release in (own | distributions).items()
        ),
        conda_packages=tuple(
            CondaPackage(**dict(zip(("name", "release", "build"), spec.split("="), strict=False)))
            for spec in conda
        )
        or None,
    )


def report(of: Facts) -> Report:
    """Return the diagnosis."""
    return diagnose(of, Tables())


def found(of: Facts) -> list[str]:
    """Return the rules of the root causes, gravest first, notes last."""
    return [finding.rule for finding in report(of).findings]


def faults(of: Facts) -> list[Finding]:
    """Return the root causes that are errors or warnings."""
    return [finding for finding in report(of).findings if finding.severity != "note"]


def findings(of: Facts, rule: str) -> list[Finding]:
    """Return the root causes that a rule found."""
    return [finding for finding in report(of).findings if finding.rule == rule]


def smoked(
    name: str = "torch",
    *,
    outcome: Outcome = "ok",
    test: dict[str, Any] | None = None,
    **device: Any,
) -> Section[SmokeTest]:
    """Build a smoke test of GPU 0 that went well; `device` fields and `test` fields replace."""
    whole = {
        "ordinal": 0,
        "uuid": gpu("RTX 4090").uuid,
        "began_at": 100.0,
        "ended_at": 101.0,
        "memory_taken_bytes": 512 * MIB,
        "products": (product(size=500, seconds=None), product()),
        "use": GpuUse(**SEEN),
        **device,
    }
    fields = {"pid": 4711, "devices": (SmokeDevice(**whole),), **(test or {})}
    return Section(outcome=outcome, value=SmokeTest(name=name, **fields))


SEEN: dict[str, Any] = {
    "sample_count": 20,
    "is_process_listed": True,
    "has_new_process": True,
    "memory_used_bytes_before": 0,
    "memory_used_bytes_peak": 900 * MIB,
    "utilization_percent_before": 0,
    "utilization_percent_peak": 97,
    "power_w_before": 40.0,
    "power_w_peak": 320.0,
    "clock_sm_hz_peak": 2_500_000_000,
    "throttle_reasons": (),
    "pcie_generation_peak": 4,
    "pcie_width_peak": 16,
}
"""What NVML sees of a healthy test."""


def product(dtype: str = "bf16", size: int = 8192, **fields: Any) -> MatrixProduct:
    """Build a right product at four fifths of an RTX 4090's rate in bf16."""
    tflops = 132.0
    seconds = 2 * size**3 / (tflops * 1e12)
    made = {
        "relative_error": 0.0016,
        "error_bound": 0.02,
        "is_written": True,
        "seconds": seconds,
        **fields,
    }
    if made["seconds"]:
        made.setdefault("flop_per_s", 2 * size**3 / made["seconds"])
    return MatrixProduct(dtype=dtype, size=size, **made)


def with_smoke(facts: Facts, **tests: Section[SmokeTest]) -> Facts:
    """Add smoke tests to facts."""
    return msgspec.structs.replace(facts, smoke=tests)
