"""The snapshot: everything gpucheck knows about one machine and one Python environment.

Probes, saved snapshots and pasted reports all end here; rules and renderers start here. The
records are frozen and hold no judgement. In every record `None` means "not known"; where a
single value was asked for and refused, `unavailable` maps the field's name to the reason, so
that "not supported", "not permitted" and "never asked" stay apart. A section that was not
collected still has a value (all fields unknown) beside the outcome that says why.
"""

from gpucheck.facts.driver import (
    ApiError,
    CudaDevice,
    CudaDriver,
    Driver,
    Gpu,
    GpuPair,
    GpuProcess,
    MigInstance,
    NvLink,
)
from gpucheck.facts.environment import (
    FRAMEWORK_TITLES,
    Companion,
    CondaPackage,
    Distribution,
    Framework,
    ImportFailure,
    LoadedLibrary,
    OtherEnvironment,
    Packages,
    SeenDevice,
    ShadowingFile,
    Target,
)
from gpucheck.facts.machine import (
    BATCH_JOBS,
    GPU_NODES,
    NVIDIA_VENDOR_ID,
    DeviceNode,
    Machine,
    PciDisplay,
)
from gpucheck.facts.messages import KERNEL_LOG, SMOKE_TEST, SeenMessage, SeenValue
from gpucheck.facts.section import (
    Outcome,
    Record,
    Section,
)
from gpucheck.facts.smoke import (
    CUDA_DRIVER,
    Calculation,
    Crossover,
    GpuUse,
    MatrixProduct,
    MemoryCopy,
    SmokeDevice,
    SmokeError,
    SmokeTest,
)
from gpucheck.facts.snapshot import (
    SCHEMA_VERSION,
    Facts,
    SnapshotError,
    from_json,
    json_schema,
    to_json,
)
from gpucheck.facts.toolkit import (
    CudnnInstall,
    HostCompiler,
    LoaderLibrary,
    Nvcc,
    Toolkit,
)

__all__ = [
    "BATCH_JOBS",
    "CUDA_DRIVER",
    "FRAMEWORK_TITLES",
    "GPU_NODES",
    "KERNEL_LOG",
    "NVIDIA_VENDOR_ID",
    "SCHEMA_VERSION",
    "SMOKE_TEST",
    "ApiError",
    "Calculation",
    "Companion",
    "CondaPackage",
    "Crossover",
    "CudaDevice",
    "CudaDriver",
    "CudnnInstall",
    "DeviceNode",
    "Distribution",
    "Driver",
    "Facts",
    "Framework",
    "Gpu",
    "GpuPair",
    "GpuProcess",
    "GpuUse",
    "HostCompiler",
    "ImportFailure",
    "LoadedLibrary",
    "LoaderLibrary",
    "Machine",
    "MatrixProduct",
    "MemoryCopy",
    "MigInstance",
    "NvLink",
    "Nvcc",
    "OtherEnvironment",
    "Outcome",
    "Packages",
    "PciDisplay",
    "Record",
    "Section",
    "SeenDevice",
    "SeenMessage",
    "SeenValue",
    "ShadowingFile",
    "SmokeDevice",
    "SmokeError",
    "SmokeTest",
    "SnapshotError",
    "Target",
    "Toolkit",
    "from_json",
    "json_schema",
    "to_json",
]
