"""CUDA from conda beside frameworks from pip, in one environment.

In: facts. Out: conda's CUDA, when its release is known, and whether a framework meets it.

conda keeps libraries in the environment's `lib`, where PyTorch's wheels look too: the path that is
written into them leads there (`$ORIGIN/../../../..`; torch wheels, 2026-11). The toolkit from
conda is needed to build extensions, and of the framework's own CUDA it does no harm.
"""

from __future__ import annotations

from gpucheck.facts import Distribution, Facts, Framework
from gpucheck.versions import BuiltForCuda

PIP = {"pip", "uv"}
RUNTIMES = ("cudatoolkit", "cuda-cudart", "cuda-runtime", "cuda-toolkit")
"""conda packages that bring CUDA's libraries, and whose release is that of CUDA."""
FRAMEWORK_PACKAGES = {
    "torch": ("pytorch", "libtorch"),
    "tensorflow": ("tensorflow-base", "libtensorflow"),
    "jax": ("jaxlib",),
    "cupy": ("cupy", "cupy-core"),
}
_PARTS = 2


def pip_owner(build: Framework, facts: Facts) -> Distribution | None:
    """Return a framework's distribution, when pip or uv installed it."""
    for each in facts.packages.value.distributions or ():
        if each.name == build.distribution:
            return each if each.installer in PIP else None
    return None


def brings_cuda(build: Framework, owner: Distribution) -> bool:
    """Tell whether a framework from pip contains CUDA or requires its wheels.

    What does not (CuPy, ONNX Runtime, TensorFlow) is at home with conda's.
    """
    return build.name == "torch" or any(text.startswith("nvidia-") for text in owner.requires)


def conda_runtime(facts: Facts) -> tuple[str, BuiltForCuda] | None:
    """Return conda's CUDA libraries: the package with its release, and that CUDA."""
    for package in facts.packages.value.conda_packages or ():
        parts = (package.release or "").split(".")
        numbers = [int(part) for part in parts[:_PARTS] if part.isdigit()]
        if package.name in RUNTIMES and len(numbers) == _PARTS:
            return f"{package.name} {package.release}", BuiltForCuda((numbers[0], numbers[1]))
    return None


def same_framework_of_conda(build: Framework, facts: Facts) -> str | None:
    """Return conda's package of a framework that pip has installed as well."""
    names = FRAMEWORK_PACKAGES.get(build.name, ())
    for package in facts.packages.value.conda_packages or ():
        if package.name in names:
            return f"{package.name} {package.release or ''}".strip()
    return None


def loaded_from_conda(build: Framework, facts: Facts) -> tuple[str, ...]:
    """Return the CUDA libraries that a framework took from conda's own folder."""
    prefix = (facts.packages.value.prefix or "").rstrip("/")
    if not prefix:
        return ()
    paths = [library.path for library in build.loaded_libraries or ()]
    return tuple(path for path in paths if path.rpartition("/")[0] == f"{prefix}/lib")
