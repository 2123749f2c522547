"""Which release of a framework other than PyTorch fits this machine, and how to install it.

Pure: the solver chooses. Where the machine is not known well enough to choose (a pasted line, a
Jetson), there are words and no command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.cpu_builds import last_tensorflow_for_windows
from gpucheck.compatibility.installed import accepts, is_from_conda, releases
from gpucheck.facts import FRAMEWORK_TITLES, Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install_from_conda
from gpucheck.remedies.solved import install_offer
from gpucheck.tables import Tables

if TYPE_CHECKING:
    from gpucheck.suggest import Situation
    from gpucheck.suggest.offer import Offer

_CONDA_PACKAGES = {
    "tensorflow": ("tensorflow", "tensorflow=*=*cuda*"),
    "jax": ("jaxlib", "jaxlib=*=*cuda*"),
    "cupy": ("cupy", "cupy"),
    "onnxruntime": ("onnxruntime", "onnxruntime=*=*cuda*"),
}
"""What conda-forge's CUDA builds are asked for by (conda-forge's feedstocks, 2026-11)."""


def install_cuda_build(
    name: str, facts: Facts, tables: Tables, is_wanted: Callable[[Build], bool] = lambda _: True
) -> Remedy:
    """Return how to install the CUDA build of TensorFlow, JAX, CuPy or ONNX Runtime."""
    title = FRAMEWORK_TITLES.get(name, name)
    if facts.machine.value.os_name == "Windows" and name in {"tensorflow", "jax"}:
        return instead_of_windows(name, tables)
    if name not in _CONDA_PACKAGES:
        return Remedy(f"Install a release of {title} that is built with CUDA for this machine.")
    family, spec = _CONDA_PACKAGES[name]
    if is_from_conda(facts, family):
        return install_from_conda(facts, title, spec)
    from gpucheck.suggest import situation_of
    from gpucheck.suggest.bounds import bounds_of

    situation = situation_of(facts, tables)
    if situation.obstacle:
        return Remedy(f"Install a release of {title} that is built with CUDA for this machine.")
    offer = fitting_offer(name, facts, tables, is_wanted)
    if offer is None:
        return _nothing_fits(name, situation, tables)
    text = f"Install {title} {offer.release} for CUDA {offer.cuda_major}."
    if name == "onnxruntime" and "[" in offer.package:
        text += " Call onnxruntime.preload_dlls() before the first session: it loads them."
    if offer.needs:
        text += f" It needs {offer.needs} on the machine."
    if any("cudnn" in bound for bound in bounds_of([offer], situation, tables)):
        text += " Newer cuDNN no longer supports this GPU."
    return install_offer(facts, tables, text, offer)


def fitting_offer(
    name: str, facts: Facts, tables: Tables, is_wanted: Callable[[Build], bool] = lambda _: True
) -> Offer | None:
    """Return the best release for this machine whose build is wanted; None: there is none."""
    if name not in _CONDA_PACKAGES:
        return None  # MXNet's builds do not say for which GPUs they are
    from gpucheck.suggest.environment import best_offer

    return best_offer(name, facts, tables, lambda o: o.build is not None and is_wanted(o.build))


def install_what_goes_with(name: str, facts: Facts, tables: Tables) -> Remedy | None:
    """Return how to install beside a release what it needs and does not declare; None: it is there.

    Of a release that is not on offer, a nightly or NVIDIA's own, nothing is known.
    """
    from gpucheck.suggest import situation_of
    from gpucheck.suggest.bounds import bounds_of
    from gpucheck.suggest.environment import best_offer

    situation, build = situation_of(facts, tables), facts.installed.get(name)
    if situation.obstacle or build is None or is_from_conda(facts, name):
        return None
    offer = best_offer(name, facts, tables, lambda each: each.release == build.value.release)
    bounds = bounds_of([offer], situation, tables) if offer else ()
    lacking = [bound for bound in bounds if not _is_met(bound, facts)]
    if offer is None or not lacking:
        return None
    title = FRAMEWORK_TITLES.get(name, name)
    text = f"Install {', '.join(lacking)} beside {title} {offer.release}."
    return install_offer(facts, tables, text, offer)


def _is_met(bound: str, facts: Facts) -> bool:
    asked = Requirement(bound)
    return accepts(str(asked.specifier), releases(facts).get(asked.name)) is True


def _nothing_fits(name: str, situation: Situation, tables: Tables) -> Remedy:
    """Return what is left to do without a fitting build."""
    from gpucheck.suggest.fitting import unfitting
    from gpucheck.suggest.shelf import Shelf

    text = f"No CUDA build of {FRAMEWORK_TITLES.get(name, name)} in the tables"
    offers = Shelf(tables).offers(name, situation)
    wrong = [[m.what for m in unfitting(o, situation, tables) if m.is_certain] for o in offers]
    if not any(set(what) <= {"driver", "python"} for what in wrong):
        advice = "is made for this system and GPU: no other driver or Python changes that."
        return Remedy(f"{text} {advice}")
    advice = "fits this driver, GPU and Python together: upgrade the driver, or choose another"
    return Remedy(f"{text} {advice} Python.")


def instead_of_windows(name: str, tables: Tables) -> Remedy:
    """Return what to do where a framework has no CUDA build for Windows."""
    if name == "jax":
        text = "JAX has no CUDA build for native Windows: use it inside WSL2."
        return Remedy(text, ("wsl --install",))
    last = last_tensorflow_for_windows(tables)
    rows = [row for row in tables.tensorflow_tested.rows if row.platform == "windows_gpu"]
    tested = rows[-1] if rows else None
    older = f" Or stay on Windows with TensorFlow {last}" if last else ""
    if older and tested is not None:
        older += f" (Python {tested.python}, CUDA {tested.cuda}, cuDNN {tested.cudnn})"
    text = (
        f"TensorFlow after {last or '2.10'} has no CUDA build for native Windows: install"
        f" tensorflow[and-cuda] inside WSL2.{older}{'.' if older else ''}"
    )
    return Remedy(text, ("wsl --install",))
