"""Whether what is installed meets what another installed distribution requires.

In: facts, where a distribution's `requires` are its Requires-Dist without extras. Out: the pins
that the installed releases violate. A requirement that nothing installed meets is left out: which
of all distributions are listed depends on the probe.

Source: PEP 440 and PEP 508, as the library `packaging` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gpucheck.compatibility.installed import accepts, releases, version_of
from gpucheck.facts import Distribution, Facts
from gpucheck.tables import Tables

_PLATFORMS = {
    "Linux": ("linux", "posix"),
    "Windows": ("win32", "nt"),
    "Darwin": ("darwin", "posix"),
}
_PARTS = {"jax": ("jaxlib", "jax-cuda12-plugin", "jax-cuda13-plugin"), "numba": ("numba-cuda",)}
_PINNED = (
    "cuda-",
    "cutensor",
    "llvmlite",
    "ml-dtypes",
    "numpy",
    "nvidia-",
    "pytorch-triton",
    "triton",
)
"""What is judged: CUDA's parts, compilers, and what is linked against."""


class BrokenPin(msgspec.Struct, frozen=True):
    """A requirement that an installed release violates."""

    owner: Distribution  # whose requirement it is
    name: str  # "nvidia-cudnn-cu12"
    specifier: str  # "==9.1.0.70"
    installed: str  # "9.5.1.17"

    @property
    def says(self) -> str:
        """The pin in words."""
        wants = f"{self.owner.name} {self.owner.release or ''}".strip()
        return f"{wants} requires {self.name}{self.specifier}, and {self.installed} is installed"


def broken_pins(
    facts: Facts, owner: Distribution, requires: Iterable[str] | None = None
) -> Iterator[BrokenPin]:
    """Yield the pins of a distribution that installed ones violate; none where unsure."""
    environment = target_environment(facts)
    if environment is None:
        return
    from packaging.requirements import Requirement  # 14 ms, for those who have something to compare
    from packaging.utils import canonicalize_name

    installed = releases(facts)
    for text in owner.requires if requires is None else requires:
        try:
            wanted = Requirement(text)
            holds = wanted.marker is None or wanted.marker.evaluate(dict(environment))
        except (KeyError, ValueError):
            continue  # what is no requirement, or asks what is not known, is not judged
        name = canonicalize_name(wanted.name)
        version = version_of(installed.get(name))
        if not holds or version is None or not wanted.specifier:
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            yield BrokenPin(owner, name, str(wanted.specifier), str(version))


def tensorflow_requires(release: str | None, tables: Tables) -> tuple[str, ...]:
    """Return what a TensorFlow requires, by the table of its wheels; (): not known."""
    public = (release or "").partition("+")[0]
    known = [row.requires for row in tables.tensorflow_wheels.rows if row.release == public]
    return max(known, key=len, default=())  # some platforms' wheels only name another package


def keras_pin(facts: Facts, tables: Tables) -> BrokenPin | None:
    """Return TensorFlow's requirement of Keras, when the installed Keras violates it."""
    part = facts.installed.get("tensorflow")
    for owner in facts.packages.value.distributions or ():
        if part and owner.name == part.value.distribution and owner.installer != "conda":
            requires = owner.requires or tensorflow_requires(owner.release, tables)
            pins = broken_pins(facts, owner, requires)
            return next((pin for pin in pins if pin.name in {"keras", "keras-nightly"}), None)
    return None


def framework_pins(name: str, facts: Facts) -> Iterator[BrokenPin]:
    """Yield the broken pins of a framework and its parts, as far as they concern its libraries.

    What conda installed follows conda's own metadata. That of NumPy 2 is a matter of builds, and
    torch's Triton one of its add-ons.
    """
    owners = {facts.frameworks[name].value.distribution, *_PARTS.get(name, ())}
    for owner in facts.packages.value.distributions or ():
        if owner.name not in owners or owner.installer == "conda" or owner.is_editable:
            continue
        for pin in broken_pins(facts, owner):
            is_about_numpy_2 = pin.name == "numpy" and pin.installed.split(".")[0] != "1"
            if is_about_numpy_2 and not accepts(pin.specifier, "2.0.0"):
                continue
            if pin.name.startswith(_PINNED) and (name, pin.name) != ("torch", "triton"):
                yield pin


def target_environment(facts: Facts) -> dict[str, str] | None:
    """Return the marker variables of the inspected Python; None: it is not known well enough."""
    machine, packages = facts.machine.value, facts.packages.value
    python = packages.python_release or ""
    os_name = machine.os_name or ""
    parts = python.split(".")
    if os_name not in _PLATFORMS or len(parts) < 2 or not machine.architecture:  # noqa: PLR2004
        return None
    sys_platform, os_module = _PLATFORMS[os_name]
    implementation = packages.python_implementation or "CPython"
    return {
        "extra": "",
        "implementation_name": implementation.lower(),
        "implementation_version": python,
        "os_name": os_module,
        "platform_machine": machine.architecture,
        "platform_python_implementation": implementation,
        "platform_release": machine.kernel_release or "",
        "platform_system": os_name,
        "platform_version": "",
        "python_full_version": python,
        "python_version": ".".join(parts[:2]),
        "sys_platform": sys_platform,
    }
