"""From statements to the sections of `Facts`: trees are built, records made, gaps left as gaps.

A value of the wrong shape is dropped alone. What follows from a name (a GPU's compute capability,
a release's CUDA) is looked up in the tables, and left out where they do not know it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from gpucheck import versions
from gpucheck.compatibility import named_builds
from gpucheck.compatibility.products import capability
from gpucheck.facts import (
    FRAMEWORK_TITLES,
    CondaPackage,
    CudaDriver,
    Driver,
    Framework,
    Gpu,
    Machine,
    Packages,
    Record,
    Section,
    Toolkit,
)
from gpucheck.statements import Statement
from gpucheck.tables import Known, Tables
from gpucheck.versions import ToolkitCuda

Tree = dict[str, Any]
RecordT = TypeVar("RecordT", bound=Record)

_KEYS: dict[tuple[str, ...], str | None] = {
    # lists of records, and the field that their key is; None: the key is the whole entry
    ("machine", "pci_displays"): "address",
    ("machine", "device_nodes"): "path",
    ("machine", "kernel_modules"): None,
    ("machine", "docker_paths"): None,
    ("driver", "gpus"): "index",
    ("driver", "pairs"): "pair",
    ("cuda_driver", "devices"): "ordinal",
    ("toolkit", "nvccs"): "path",
    ("toolkit", "host_compilers"): "path",
    ("toolkit", "cudnn_installs"): "path",
    ("packages", "distributions"): "name",
    ("packages", "conda_packages"): "name",
}
_OF_GPU = {"processes": "pid", "mig_instances": "uuid"}
_RECORDS: dict[str, type[Record]] = {
    "machine": Machine,
    "driver": Driver,
    "cuda_driver": CudaDriver,
    "toolkit": Toolkit,
    "packages": Packages,
}
_PLATFORMS = {"Linux": "linux_x86_64", "Windows": "win_amd64"}
_COMMON = {None, "x86_64", "AMD64"}
"""Architectures of whoever does not say which."""
_FRAMEWORK_PACKAGES = {
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly"),
    "jax": ("jax",),
    "cupy": ("cupy",),
    "numba": ("numba",),
    "mxnet": ("mxnet",),
    "onnxruntime": ("onnxruntime-gpu", "onnxruntime"),
}
"""Distributions of each framework; CuPy's and MXNet's also by the beginning of their names."""


def sections(statements: Iterable[Statement], tables: Tables) -> dict[str, Any]:
    """Return the sections of `Facts`, and what a report only names."""
    tree = _tree(statements)
    made: dict[str, Any] = {
        name: _section(record, _listed(name, tree.get(name, {})), is_given=name in tree)
        for name, record in _RECORDS.items()
    }
    gpus = made["driver"].value.gpus
    if gpus:
        known = tuple(_with_capability(gpu, tables) for gpu in gpus)
        made["driver"] = _with(made["driver"], gpus=known)
    made["frameworks"] = _frameworks(tree, made["packages"].value, made["machine"].value, tables)
    made["named_gpus"] = () if gpus else _named_gpus(tree, tables)
    made["named_cuda"] = tuple(map(ToolkitCuda.parse, tree.get("named_cuda", {}).values()))
    if made["frameworks"] and not made["packages"].is_ok:
        made["packages"] = Section(outcome="ok", value=made["packages"].value)
    return made


def _tree(statements: Iterable[Statement]) -> Tree:
    """Return the statements as nested mappings; one that meets a plain value there is left out."""
    tree: Tree = {}
    for statement in statements:
        *way, last = statement.field
        node: Any = tree
        for step in way:
            node = node.setdefault(step, {}) if isinstance(node, dict) else None
        if isinstance(node, dict) and not isinstance(node.get(last), dict):
            node[last] = statement.value
    return tree


def _listed(section: str, tree: Tree) -> Tree:
    """Return a section's tree with its lists as lists."""
    flat: Tree = {}
    for field, value in tree.items():
        way = (section, field)
        if way not in _KEYS:
            flat[field] = value
        elif value is None:
            flat[field] = []  # a line says that there is none
        elif isinstance(value, dict):
            key = _KEYS[way]
            flat[field] = list(value) if key is None else [*_entries(way, key, value)]
    return flat


def _entries(way: tuple[str, ...], key: str, entries: Tree) -> Iterable[Tree]:
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            continue
        if way == ("driver", "gpus"):
            nested = {f: [*entry[f].values()] for f in _OF_GPU if isinstance(entry.get(f), dict)}
            yield {**entry, **nested, key: int(name)}
        elif way == ("driver", "pairs"):
            a, b = map(int, name.split("-"))
            yield {**entry, "index_a": a, "index_b": b}
        elif way == ("cuda_driver", "devices"):
            yield {**entry, key: int(name)}
        else:
            yield {**entry, key: name}


def _section(record: type[RecordT], raw: Tree, *, is_given: bool) -> Section[RecordT]:
    return Section(outcome="ok" if is_given else "not_given", value=_convert(record, raw))


def _convert(record: type[RecordT], raw: Tree) -> RecordT:
    """Return the record; what is of the wrong shape is left out alone, in lists entry by entry."""
    kept: Tree = {}
    required = {"name": raw["name"]} if "name" in raw else {}
    for field, value in raw.items():
        values = value if isinstance(value, list) else None
        if values is None or _fits(record, {**required, field: value}):
            sound = value
        else:
            sound = [each for each in values if _fits(record, {**required, field: [each]})]
        if _fits(record, {**required, field: sound}):
            kept[field] = sound
    return msgspec.convert(kept, record, dec_hook=versions.decode)


def _fits(record: type[Record], raw: Tree) -> bool:
    try:
        msgspec.convert(raw, record, dec_hook=versions.decode)
    except (ValueError, TypeError):
        return False
    return True


def _with(section: Section[RecordT], **changes: Any) -> Section[RecordT]:
    value = msgspec.structs.replace(section.value, **changes)
    return msgspec.structs.replace(section, value=value)


def _with_capability(gpu: Gpu, tables: Tables) -> Gpu:
    if gpu.compute_capability or not gpu.name:
        return gpu
    known = capability(gpu.name, tables)
    value = known.value if isinstance(known, Known) else None
    return msgspec.structs.replace(gpu, compute_capability=value)


def _named_gpus(tree: Tree, tables: Tables) -> tuple[Gpu, ...]:
    """Return the NVIDIA GPUs that a report names, each once."""
    named: dict[object, Gpu] = {}
    for name in tree.get("named_gpus", {}):
        gpu = _with_capability(Gpu(index=len(named), name=name), tables)
        is_known = gpu.compute_capability is not None
        if is_known or "nvidia" in name.lower():
            named.setdefault((gpu.compute_capability, name if not is_known else ""), gpu)
    return tuple(named.values())


def _frameworks(
    tree: Tree, packages: Packages, machine: Machine, tables: Tables
) -> dict[str, Section[Framework]]:
    told: Tree = tree.get("frameworks", {})
    conda = {package.name: package for package in packages.conda_packages or ()}
    made = {}
    for name in FRAMEWORK_TITLES:
        own = told.get(name, {})
        distribution = _distribution_of(name, packages)
        by_conda = named_builds.of_conda(name, conda)
        raw: Tree = {**_of_conda_or_pip(by_conda, distribution), **own}
        if not raw:
            continue
        made[name] = _section(
            Framework,
            {"name": name, **_derived(name, raw, conda, machine, tables), **raw},
            is_given=True,
        )
    return made


def _of_conda_or_pip(by_conda: Tree, distribution: tuple[str, str | None] | None) -> Tree:
    if distribution is None:
        return by_conda
    name, release = distribution
    by_name = named_builds.of_distribution(name)
    known = {"distribution": name, **({"release": release} if release else {}), **by_name}
    is_same = by_conda.get("release") and by_conda["release"] == release
    return {**known, **by_conda} if is_same or not release else {**by_conda, **known}


def _distribution_of(name: str, packages: Packages) -> tuple[str, str | None] | None:
    listed = {d.name: d.release for d in packages.distributions or ()}
    wanted = _FRAMEWORK_PACKAGES[name]
    starts = (f"{name}-cu",) if name in {"cupy", "mxnet"} else ()
    found = [n for n in listed if n in wanted or n.startswith(starts or "\0")]
    found.sort(key=lambda n: wanted.index(n) if n in wanted else -1)
    return (found[0], listed[found[0]]) if found else None


def _derived(
    name: str, raw: Tree, conda: dict[str, CondaPackage], machine: Machine, tables: Tables
) -> Tree:
    """Return what follows from the release and the package."""
    release = str(raw.get("release") or "")
    derived = named_builds.of_release(name, release)
    is_from_conda = bool(named_builds.of_conda(name, conda))
    platform = _PLATFORMS.get(machine.os_name or "") if machine.architecture in _COMMON else None
    if not derived and "is_cuda_build" not in raw and platform and not is_from_conda:
        derived = named_builds.of_index(name, release, platform, tables)
    source = raw.get("distribution") or "the report"
    return {**derived, "build_source": source}
