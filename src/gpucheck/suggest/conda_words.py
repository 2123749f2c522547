"""What conda calls the packages of a plan, and from which channels it takes them.

Until torch 2.5 PyTorch's own channel had its builds, named by their CUDA; conda-forge has builds of
everything, whose list is not in the tables: there conda's own solver chooses, below the CUDA of the
driver. Sources: PyTorch's "Previous versions"; conda-forge's feedstocks (2026-11).
"""

from __future__ import annotations

import msgspec
from packaging.version import Version

from gpucheck.suggest.offer import Offer
from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Choice, Plan

LAST_ON_CHANNEL = "2.5.1"
"""PyTorch's announcement of 2024-11: no more conda packages of its own after 2.5."""

_FORGE = {
    "torch": ("pytorch-gpu", "pytorch"),
    "tensorflow": ("tensorflow=*=*cuda*", "tensorflow"),
    "jax": ("jaxlib=*=*cuda*", "jax"),
    "cupy": ("cupy",),
    "numba": ("numba-cuda", "numba"),
    "onnxruntime": ("onnxruntime=*=*cuda*", "onnxruntime"),
    "torchvision": ("torchvision",),
    "torchaudio": ("torchaudio",),
    "xformers": ("xformers",),
    "bitsandbytes": ("bitsandbytes",),
    "flash-attn": ("flash-attn",),
    "triton": ("triton",),
}
_CPU = {
    "torch": ("pytorch-cpu", "pytorch"),
    "tensorflow": ("tensorflow-cpu", "tensorflow"),
    "jax": ("jax",),
    "numba": ("numba",),
    "onnxruntime": ("onnxruntime",),
}


BY_CONDA = "Which releases conda-forge has for this is not in the tables: conda itself chooses."


class CondaWords(msgspec.Struct, frozen=True):
    """Specs and channels for one `conda install`."""

    specs: tuple[str, ...]
    channels: tuple[str, ...]
    lacking: tuple[str, ...] = ()  # what no channel has under a name that is known here
    is_chosen_here: bool = False  # whether the releases are those of the plan


def conda_words(plan: Plan, place: Place) -> CondaWords:
    """Return what conda is asked for."""
    torch = next((c.offer for c in plan.choices if c.offer.name == "torch"), None)
    is_alone = plan.names <= {"torch", "torchvision", "torchaudio"}
    if torch and is_alone and torch.conda and not plan.situation.is_cpu and _is_on_channel(torch):
        return _of_pytorch(plan, torch)
    names = _CPU if plan.situation.is_cpu else {}
    specs, lacking = [], []
    for choice in plan.choices:
        found = names.get(choice.offer.name) or _FORGE.get(choice.offer.name)
        if found is None:
            lacking.append(choice.offer.name)
            continue
        specs += _with_wish(found, choice)
    if specs and place.driver_cuda and not plan.situation.is_cpu:
        specs.append(f"cuda-version<={place.driver_cuda}")
    return CondaWords((*specs, *_bounds(plan)), ("conda-forge",), tuple(lacking))


def _with_wish(names: tuple[str, ...], choice: Choice) -> list[str]:
    """Return the package, and its release as far as the wish names one."""
    specifier = choice.specifier.replace(" ", "")
    return [names[0], *([f"{names[-1]}{specifier}"] if specifier else [])]


def _is_on_channel(torch: Offer) -> bool:
    return torch.version <= Version(LAST_ON_CHANNEL)


def _of_pytorch(plan: Plan, torch: Offer) -> CondaWords:
    """Return the words of PyTorch's own channel: "pytorch-cuda=12.4 -c pytorch -c nvidia"."""
    cuda, *rest = (torch.conda or "").split(" -c ")
    names = {"torch": "pytorch"}
    specs = [f"{names.get(c.offer.name, c.offer.name)}=={c.offer.release}" for c in plan.choices]
    extra = (cuda.strip(),) if cuda.strip() else ()
    return CondaWords((*specs, *extra, *_bounds(plan)), tuple(rest), is_chosen_here=True)


def _bounds(plan: Plan) -> tuple[str, ...]:
    """Return the bounds on packages that conda calls as pip does; NVIDIA's wheels are pip's."""
    return tuple(e for e in (*plan.bounds, *plan.limits) if not e.startswith("nvidia-"))
