"""What somebody wants to install, read from words as pip takes them.

    "torch"   "torch>=2.6"   "tensorflow[and-cuda]==2.19.*"   "cupy-cuda12x"   "numpy<2"

In: the text. Out: a `Wish`, or `WishError` with what was likely meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from packaging.version import Version

COMPANIONS = ("torchvision", "torchaudio")
ADDONS = ("bitsandbytes", "flash-attn", "triton", "vllm", "xformers")
BYSTANDERS = ("numpy", "protobuf", "scipy")
"""Packages that are only kept in bounds: what needs them brings them."""

_NAMES = {
    "jaxlib": "jax",
    "numba-cuda": "numba",
    "onnxruntime": "onnxruntime",
    "onnxruntime-gpu": "onnxruntime",
    "pytorch": "torch",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    **{n: n for n in ("cupy", "jax", "mxnet", "numba", "tensorflow", "torch")},
    **{n: n for n in (*COMPANIONS, *ADDONS, *BYSTANDERS)},
}
_OF_MAJOR = re.compile(r"cu(?:da)?(\d\d)")
_FAMILIES = re.compile(r"(cupy|mxnet)-cu(?:da)?\d+x?")


class WishError(ValueError):
    """A wish cannot be understood; the text says which, and what may be meant."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Something to install."""

    name: str  # the framework ("onnxruntime"), or the package itself ("torchvision")
    package: str | None = None  # when one of several packages is asked for: "cupy-cuda12x"
    specifier: str = ""  # ">=2.6"
    cuda_major: int | None = None  # by an extra: 12 of "jax[cuda12]"
    kept_release: str | None = None  # what is installed, to be kept where it fits
    is_implied: bool = False  # asked for by another wish only

    @property
    def says(self) -> str:
        """The wish as it was made."""
        return f"{self.package or self.name}{self.specifier}"

    def accepts(self, version: Version) -> bool:
        """Tell whether a release is what was asked for; pre-releases only where named."""
        from packaging.specifiers import SpecifierSet  # 14 ms, for those who have wishes

        return SpecifierSet(self.specifier).contains(version.public)


def parse(texts: Iterable[str]) -> tuple[Wish, ...]:
    """Read wishes; two for one thing become one.

    Raises:
        WishError: a text is no requirement, names what is not known, or two contradict in package.
    """
    found: dict[str, Wish] = {}
    for text in texts:
        wish = _wish(text)
        other = found.get(wish.name)
        if other and other.package and wish.package and other.package != wish.package:
            raise WishError(f"{other.package} and {wish.package} exclude each other: ask for one")
        if other:
            both = ",".join(filter(None, (other.specifier, wish.specifier)))
            package = other.package or wish.package
            major = wish.cuda_major or other.cuda_major
            changes = {"package": package, "specifier": both, "cuda_major": major}
            wish = msgspec.structs.replace(wish, **changes)
        found[wish.name] = wish
    if found and {*found} <= {*BYSTANDERS}:
        bounds = " and ".join(wish.says for wish in found.values())
        raise WishError(f"{bounds} only keeps others in bounds: say a framework as well")
    return tuple(found.values())


def _wish(text: str) -> Wish:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        wanted = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise WishError(f'{text!r} is no requirement such as "torch>=2.6": {reason}') from error
    if wanted.url or wanted.marker:
        raise WishError(f'{text!r} has an address or a marker; say a release: "torch>=2.6"')
    package = canonicalize_name(wanted.name)
    family = _FAMILIES.fullmatch(package)
    name = family[1] if family else _NAMES.get(package)
    if name is None:
        raise WishError(_not_known(package))
    specifier = str(wanted.specifier)
    if "+" in specifier:
        said = specifier.partition("+")[2]
        raise WishError(f"{text!r} names the build {said!r}: say the release, the build is chosen")
    if package == "numba-cuda" and specifier:
        raise WishError(f"{text!r}: the release of numba-cuda follows Numba's, so say numba")
    majors = {int(found[1]) for extra in wanted.extras if (found := _OF_MAJOR.match(extra))}
    if len(majors) > 1:
        raise WishError(f"{text!r} names two CUDA majors: say one")
    is_exact = bool(family) or package in {"tensorflow-cpu", "tensorflow-gpu"}
    return Wish(
        name=name,
        package=package if is_exact else None,
        specifier=specifier,
        cuda_major=next(iter(majors), None),
    )


def _not_known(package: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(package, _NAMES, n=3)
    if near:
        return f"{package!r} is not known here; did you mean {' or '.join(near)}?"
    known = sorted({*_NAMES.values()})
    return f"{package!r} is not known here; known are {', '.join(known)}"
