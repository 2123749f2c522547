r"""Tell what lies around this system: WSL, a container, a rented notebook.

Every answer rests on a trace that the surroundings leave on purpose, or that cannot be there
otherwise. Samples of what is parsed:

    kernel release              5.15.153.1-microsoft-standard-WSL2     4.4.0-19041-Microsoft
    /proc/version (gVisor)      Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016
    /proc/1/cgroup              0::/system.slice/docker-4f1c….scope
    /proc/self/mountinfo        918 890 254:1 /var/lib/docker/containers/4f1c…/hosts /etc/hosts rw …
    /run/.containerenv          engine="podman-5.2.2"
    /run/systemd/container      lxc
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from gpucheck.probes.reading.place import Place

GVISOR_KERNEL = "Sun Jan 10 15:06:54 PST 2016"
"""The build date that gVisor's kernel gives itself (google/gvisor, pkg/sentry/syscalls/linux,
2026-11)."""

KIND_BY_VARIABLE = {
    "APPTAINER_CONTAINER": "apptainer",
    "SINGULARITY_CONTAINER": "apptainer",  # as it was named before 2021
    "KUBERNETES_SERVICE_HOST": "kubernetes",
}
KIND_BY_TRACE = {
    "kubepods": "kubernetes",
    "/kubelet/pods/": "kubernetes",
    "/docker/containers/": "docker",
    "/docker/": "docker",
    "docker-": "docker",
    "libpod": "podman",
    "/containers/storage/": "podman",
    "/lxc/": "lxc",
    "lxc.payload": "lxc",
    "containerd": "containerd",
}
"""What the cgroup of process 1 or the mounts over /etc mention, and the runtime that does so."""

HANDED_IN = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")
"""Files that runtimes mount into each container. Other mounts say nothing: a host that runs
containers has all of theirs in its own list."""

NOTEBOOK_BY_PREFIX = {
    "COLAB_": "colab",
    "KAGGLE_KERNEL_RUN_TYPE": "kaggle",
    "KAGGLE_URL_BASE": "kaggle",
    "SAGEMAKER_": "sagemaker",
    "PAPERSPACE_": "paperspace",
    "AutoDL": "autodl",
    "AZUREML_": "azureml",
    "DATABRICKS_RUNTIME_VERSION": "databricks",
    "DEEPNOTE_": "deepnote",
    "LIGHTNING_CLOUD_": "lightning",
    "MODAL_TASK_ID": "modal",
    "RUNPOD_POD_ID": "runpod",
    "VAST_CONTAINERLABEL": "vast",
}
"""Variables that the services set in what they rent out (their documentation, 2026-11)."""

NOT_A_SERVICE = ("_API_KEY", "_TOKEN", "_CONFIG_FILE")
"""A user at home sets these too, to reach the service from outside."""

SAGEMAKER_FILE = "/opt/ml/metadata/resource-metadata.json"


def wsl(place: Place) -> Iterator[tuple[Any, ...]]:
    """Tell whether this is the Windows Subsystem for Linux, and which generation."""
    release = place.line("/proc/sys/kernel/osrelease") or ""
    version = place.line("/proc/version") or ""
    generation = wsl_generation(release, version)
    if generation is None and (place.exists("/run/WSL") or "WSL_INTEROP" in place.environ):
        generation = 2  # a kernel of the user's own making, which only WSL 2 allows
    if release or version or generation:
        yield "is_wsl", generation is not None
    elif sys.platform != "linux":
        yield "is_wsl", False
    if generation is not None:
        yield "wsl_generation", generation


def wsl_generation(kernel_release: str, proc_version: str) -> int | None:
    """Return 1 or 2, or None when the kernel is not Microsoft's.

    WSL 1 imitates a kernel "4.4.0-<Windows build>-Microsoft"; WSL 2 runs a real one, named
    "<Linux release>-microsoft-standard" (microsoft/WSL, issue 4555; WSL2-Linux-Kernel, 2026-11).
    """
    said = f"{kernel_release} {proc_version}"
    if "microsoft" not in said.lower():
        return None
    is_imitated = kernel_release.endswith("-Microsoft") or "-Microsoft " in proc_version
    return 1 if is_imitated else 2


def container(place: Place) -> Iterator[tuple[Any, ...]]:
    """Tell whether this is a container and which; "no" is said only where traces could be read."""
    kind = container_kind(place)
    if kind is not None:
        yield "is_container", True
        yield "container_kind", kind
    elif sys.platform != "linux":
        return
    elif place.text("/proc/1/cgroup") is None:
        yield "unavailable", "is_container", "/proc/1/cgroup is not readable"
    elif handed_in_mounts(place):  # as in a container, but also under `ip netns exec`
        yield "unavailable", "is_container", "/etc/hosts is handed in, by no runtime known"
    else:
        yield "is_container", False


def container_kind(place: Place) -> str | None:
    """Return the container's kind by the first trace there is, the most telling ones first."""
    if GVISOR_KERNEL in (place.line("/proc/version") or ""):
        return "gvisor"
    for name, kind in KIND_BY_VARIABLE.items():
        if name in place.environ:
            return kind
    if place.exists("/run/.containerenv"):
        return "podman"
    traces = (place.text("/proc/1/cgroup") or "") + handed_in_mounts(place)
    seen = next((kind for trace, kind in KIND_BY_TRACE.items() if trace in traces), None)
    if seen != "kubernetes" and place.exists("/.dockerenv"):
        return "docker"
    said = place.line("/run/systemd/container") or _container_variable(place)
    if said not in (None, "oci", "wsl"):  # names that say less than the other traces
        return said
    return "lxc" if place.exists("/dev/.lxc") else seen


def handed_in_mounts(place: Place) -> str:
    """Return what lies behind the files that a runtime mounts into a container, line by line."""
    mountinfo = place.text("/proc/self/mountinfo", 1 << 20) or ""
    lines = (line.split(" ") for line in mountinfo.splitlines())
    return "\n".join(line[3] for line in lines if len(line) > 4 and line[4] in HANDED_IN)


def _container_variable(place: Place) -> str | None:
    """Return $container of process 1, else of this one: lxc, podman and systemd-nspawn set it."""
    for pair in (place.text("/proc/1/environ") or "").split("\0"):
        if pair.startswith("container=") and len(pair) > len("container="):
            return pair.partition("=")[2]
    return place.environ.get("container") or None


def notebook(place: Place) -> Iterator[tuple[Any, ...]]:
    """Name the service that rents this machine out, when it leaves its mark."""
    service = cloud_notebook(place.environ)
    if service is None and place.is_file(SAGEMAKER_FILE):
        service = "sagemaker"
    if service is not None:
        yield "cloud_notebook", service


def cloud_notebook(environ: Mapping[str, str]) -> str | None:
    """Return the service whose variables are set, or None."""
    names = [name for name in environ if not name.endswith(NOT_A_SERVICE)]
    for prefix, service in NOTEBOOK_BY_PREFIX.items():
        if any(name.startswith(prefix) for name in names):
            return service
    return None


STEPS = (
    ("is_wsl", "/proc/version", wsl),
    ("is_container", "container traces", container),
    ("cloud_notebook", "notebook traces", notebook),
)
