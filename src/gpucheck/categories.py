"""A report as a short list of categories, each with a mark and a line: what a glance should tell.

In: a report. Out: `Category` records, for every renderer that shows an overview. Values are
rounded here and nowhere before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from gpucheck.facts import FRAMEWORK_TITLES, Framework, Gpu, Section
from gpucheck.findings import SEVERITIES, Finding, Report, Severity
from gpucheck.plurals import number_of
from gpucheck.smoke_words import smoke_line

Mark = Literal["good", "warning", "error", "unknown", "none"]
SMOKE_TEST = "Smoke test"
GIB = 1 << 30
UNKNOWN = "not known"


class Category(msgspec.Struct, frozen=True):
    """One line of the overview."""

    title: str
    mark: Mark
    text: str


def categories(report: Report) -> Iterator[Category]:
    """Yield the overview, from the machine up to the frameworks; of a report, what it tells."""
    is_report = report.facts.origin == "report"
    for category in _all_categories(report):
        if not (is_report and (UNKNOWN in category.text or category.title == SMOKE_TEST)):
            yield category


def _all_categories(report: Report) -> Iterator[Category]:
    worst = _worst_by_subject(report.findings)
    yield Category("Machine", _mark(report.facts.machine, worst.get("machine")), _machine(report))
    yield Category("Python", _mark(report.facts.packages, worst.get("python")), _python(report))
    yield _driver(report, worst.get("driver"))
    yield _gpus(report, worst)
    yield Category("Toolkit", _toolkit_mark(report, worst.get("toolkit")), _toolkit(report))
    for name, section in report.facts.installed.items():
        title = FRAMEWORK_TITLES.get(name, name)
        mark = _framework_mark(report, section, worst.get(f"framework/{name}"))
        yield Category(title, mark, _framework(section))
    yield from _smoke_tests(report)
    yield from _not_installed(report)


def _worst_by_subject(findings: tuple[Finding, ...]) -> dict[str, Severity]:
    worst: dict[str, Severity] = {}
    for finding in findings:
        inside = _worst_by_subject(finding.consequences)
        for subject, severity in [(_row_of(finding), finding.severity), *inside.items()]:
            known = worst.get(subject, "note")
            worst[subject] = min(known, severity, key=SEVERITIES.index)
    return worst


def _row_of(finding: Finding) -> str:
    """Return the subject; of "environment" apart what is about packages, not about variables."""
    is_of_packages = finding.subject == "environment" and finding.rule.startswith(("GPU2", "GPU4"))
    return "python" if is_of_packages else finding.subject


def _mark(section: Section[object], worst: Severity | None) -> Mark:
    if worst in {"error", "warning"}:
        return "error" if worst == "error" else "warning"
    return "good" if section.is_ok else "unknown"


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _why_unknown(section: Section[object]) -> str:
    return f"{UNKNOWN}: {section.reason or section.outcome.replace('_', ' ')}"


def _machine(report: Report) -> str:
    section = report.facts.machine
    machine = section.value
    kernel = machine.kernel_release
    named = filter(None, (machine.distribution, machine.distribution_release))
    text = _joined(
        machine.os_title or " ".join(named).capitalize() or machine.os_name,
        f"kernel {kernel}" if kernel else None,
        machine.architecture,
        f"{machine.libc_name} {machine.libc_release}"
        if machine.libc_release
        else machine.libc_name,
        f"WSL {machine.wsl_generation or ''}".strip() if machine.is_wsl else None,
        f"{machine.container_kind or ''} container".strip() if machine.is_container else None,
        machine.cloud_notebook,
    )
    return text or _why_unknown(section)


def _python(report: Report) -> str:
    section = report.facts.packages
    packages = section.value
    if not packages.python_release:
        return _why_unknown(section)
    count = packages.distribution_count
    return _joined(
        f"{packages.python_implementation} {packages.python_release}",
        f"{packages.environment_kind} environment" if packages.environment_kind else None,
        number_of(count, "package") if count is not None else None,
    )


def _driver(report: Report, worst: Severity | None) -> Category:
    section = report.facts.driver
    driver = section.value
    if driver.driver_release:
        cuda = driver.driver_cuda or report.facts.cuda_driver.value.driver_cuda
        text = _joined(str(driver.driver_release), f"runs CUDA up to {cuda}" if cuda else None)
        return Category("Driver", _mark(section, worst), text)
    if driver.init_error:
        error = driver.init_error
        mark = _mark(section, worst)
        if mark == "good" and report.facts.has_nvidia_gpu is False:
            return Category("Driver", "none", "no NVIDIA driver")
        text = f"not usable: {error.call} says {error.message or error.name}"
        return Category("Driver", "unknown" if mark == "good" else mark, text)
    text = "no release reported" if section.is_ok else _why_unknown(section)
    return Category("Driver", _mark(section, worst), text)


def _gpus(report: Report, worst: dict[str, Severity]) -> Category:
    facts = report.facts
    severities = [worst[subject] for subject in worst if subject.startswith("gpu/")]
    severities += [worst["environment"]] if "environment" in worst else []
    gravest = min(severities, key=SEVERITIES.index, default=None)
    if facts.gpus:
        text = "; ".join(_gpu_group(gpus) for gpus in _alike(facts.gpus))
        visible = facts.cuda_driver.value.devices
        if visible is not None and len(visible) < len(facts.gpus):
            text += f"; CUDA sees {len(visible)}"
        return Category("GPUs", _mark(facts.driver, gravest), text)
    if devices := facts.cuda_driver.value.devices:
        names = ", ".join(device.name or "unnamed GPU" for device in devices)
        return Category("GPUs", _mark(facts.cuda_driver, gravest), f"{names} (as CUDA lists them)")
    if facts.named_gpus:
        text = "; ".join(_gpu_group(gpus) for gpus in _alike(facts.named_gpus))
        return Category("GPUs", "none", f"{text} (as the report names it)")
    if facts.has_nvidia_gpu is False:
        return Category("GPUs", "none", "no NVIDIA GPU")
    if facts.has_nvidia_gpu is None:
        return Category("GPUs", "unknown", "not known whether there is an NVIDIA GPU")
    return Category("GPUs", "error", "an NVIDIA GPU is there, but the driver does not show it")


def _alike(gpus: tuple[Gpu, ...]) -> list[list[Gpu]]:
    groups: dict[tuple[object, ...], list[Gpu]] = {}
    for gpu in gpus:
        groups.setdefault((gpu.name, gpu.memory_total_bytes, gpu.compute_capability), []).append(
            gpu
        )
    return list(groups.values())


def _gpu_group(gpus: list[Gpu]) -> str:
    first, count = gpus[0], len(gpus)
    memory = first.memory_total_bytes
    return _joined(
        f"{f'{count} × ' if count > 1 else ''}{first.name or 'unnamed GPU'}",
        f"compute capability {first.compute_capability}" if first.compute_capability else None,
        f"{memory / GIB:.1f} GiB{' each' if count > 1 else ''}" if memory else None,
        _load(gpus),
    )


def _load(gpus: list[Gpu]) -> str | None:
    loads = [gpu.utilization_gpu_percent for gpu in gpus if gpu.utilization_gpu_percent is not None]
    if not loads:
        return None
    return f"busy ({max(loads)} %)" if max(loads) else "idle"


def _toolkit(report: Report) -> str:
    section = report.facts.toolkit
    nvccs = section.value.nvccs
    if nvccs is None:
        return _why_unknown(section)
    if not nvccs:
        return "no nvcc (needed only to compile CUDA code)"
    counted = Counter(str(nvcc.toolkit_cuda or "of unknown release") for nvcc in nvccs)
    others = [f"nvcc {release}" for release in list(counted)[1:]]
    first = nvccs[0]
    return _joined(f"nvcc {first.toolkit_cuda or 'of unknown release'} ({first.path})", *others)


def _toolkit_mark(report: Report, worst: Severity | None) -> Mark:
    section = report.facts.toolkit
    has_none = section.is_ok and not section.value.nvccs and worst is None
    return "none" if has_none else _mark(section, worst)


def _framework_mark(report: Report, section: Section[Framework], worst: Severity | None) -> Mark:
    mark = _mark(section, worst)
    is_healthy = mark == "good" or section.outcome == "not_asked"
    # Good is said only of what was seen to work; without a GPU nothing can be.
    return "none" if is_healthy and (not section.is_ok or not report.facts.has_nvidia_gpu) else mark


def _framework(section: Section[Framework]) -> str:
    build = section.value
    parts = [build.release, _build(build)]
    if build.import_failure:
        parts.append("cannot be imported")
    elif section.outcome == "not_asked":
        parts.append("not imported")
    elif not section.is_ok:
        parts.append(section.reason or section.outcome.replace("_", " "))
    elif build.devices is not None and build.is_cuda_build is not False:
        parts.append(_seen(len(build.devices)))
    return _joined(*parts) or "installed"


def _build(build: Framework) -> str | None:
    if build.built_for_cuda:
        return f"built for CUDA {build.built_for_cuda}"
    if build.is_rocm_build:
        return "built for ROCm"
    return {True: "built with CUDA", False: "built without CUDA", None: None}[build.is_cuda_build]


def _seen(count: int) -> str:
    return f"sees {number_of(count, 'GPU') if count else 'no GPUs'}"


def _smoke_tests(report: Report) -> Iterator[Category]:
    facts = report.facts
    if facts.has_nvidia_gpu and not facts.smoke:
        yield Category(SMOKE_TEST, "none", "not run: nothing was computed on the GPU yet")
    for name, section in facts.smoke.items():
        yield Category(SMOKE_TEST, *smoke_line(name, section, facts))


def _not_installed(report: Report) -> Iterator[Category]:
    names = [name for name, part in report.facts.frameworks.items() if part.outcome == "absent"]
    titles = ", ".join(FRAMEWORK_TITLES.get(name, name) for name in names)
    if titles:
        yield Category("Frameworks", "none", f"not installed: {titles}")
