"""The kinds of version a GPU environment has, each a type of its own.

"CUDA 12.4" can mean what the driver runs, what nvcc belongs to, or what a wheel was built for.
Mixing them up is the classic false alarm, so comparing two kinds raises `TypeError`; the
questions that are allowed across kinds are named functions in `compatibility.py`.

In: text as NVIDIA and the frameworks print it. Out: frozen, ordered, hashable values.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

CUDNN_8_SCALE, CUDNN_9_SCALE = 1_000, 10_000
"""What a major counts in `cudnnGetVersion()`: 8907 and 90100 (cudnn_version.h of 8.9 and 9.1)."""

_NUMBERS = re.compile(r"\s*v?(\d+(?:\.\d+)*)")


class _Release:
    """Dotted numbers of one kind, compared only with their own kind."""

    __slots__ = ("parts",)
    parts: tuple[int, ...]
    min_parts: ClassVar[int] = 1

    def __init__(self, parts: tuple[int, ...]) -> None:
        object.__setattr__(self, "parts", parts)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the leading dotted numbers of `text`.

        Raises:
            ValueError: `text` does not start with as many numbers as this kind has.
        """
        found = _NUMBERS.match(text)
        parts = tuple(map(int, found.group(1).split("."))) if found else ()
        if len(parts) < cls.min_parts:
            raise ValueError(f"{text!r} is no {cls.__name__}")
        return cls(parts)

    @property
    def major(self) -> int:
        """The first number."""
        return self.parts[0]

    @property
    def minor(self) -> int:
        """The second number, 0 when it is not given."""
        return self.parts[1] if len(self.parts) > 1 else 0

    def _key(self, other: _Release) -> tuple[int, ...]:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} does not compare with {type(other).__name__}")
        width = max(len(self.parts), len(other.parts))
        return self.parts + (0,) * (width - len(self.parts))

    def __lt__(self, other: Self) -> bool:
        return self._key(other) < other._key(self)

    def __le__(self, other: Self) -> bool:
        return self._key(other) <= other._key(self)

    def __gt__(self, other: Self) -> bool:
        return self._key(other) > other._key(self)

    def __ge__(self, other: Self) -> bool:
        return self._key(other) >= other._key(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._significant() == other._significant()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._significant()))

    def _significant(self) -> tuple[int, ...]:
        parts = self.parts
        while parts and parts[-1] == 0:
            parts = parts[:-1]
        return parts

    def __str__(self) -> str:
        return ".".join(map(str, self.parts))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class DriverRelease(_Release):
    """Release of the NVIDIA driver, such as 535.129.03 (Linux) or 551.61 (Windows)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a driver release; NVIDIA pads its numbers ("535.54.03"), which is kept on output."""
        return super().parse(text)

    def __str__(self) -> str:
        head, *rest = self.parts
        return ".".join([str(head), *(f"{number:02d}" for number in rest)])


class _CudaRelease(_Release):
    """A CUDA release: major.minor, with a patch number where one is known."""

    __slots__ = ()
    min_parts = 2

    @classmethod
    def from_number(cls, number: int) -> Self:
        """Decode the integer that the CUDA API returns: 12040 is 12.4."""
        return cls((number // 1000, number % 1000 // 10))


class DriverCuda(_CudaRelease):
    """The highest CUDA whose API the installed driver offers (`cuDriverGetVersion`)."""

    __slots__ = ()


class ToolkitCuda(_CudaRelease):
    """The CUDA toolkit that an nvcc belongs to."""

    __slots__ = ()


class BuiltForCuda(_CudaRelease):
    """The CUDA that a framework was compiled with."""

    __slots__ = ()


class ComputeCapability(_Release):
    """What a GPU's hardware can execute, such as 8.9 (Ada)."""

    __slots__ = ()
    min_parts = 2


class CudnnVersion(_Release):
    """A cuDNN release, such as 9.1.0."""

    __slots__ = ()

    @classmethod
    def from_number(cls, number: int) -> Self:
        """Decode `cudnnGetVersion()`: 8907 is 8.9.7, 90100 is 9.1.0 (the scheme changed with 9)."""
        scale = CUDNN_9_SCALE if number >= CUDNN_9_SCALE else CUDNN_8_SCALE
        return cls((number // scale, number % scale // 100, number % 100))


VERSION_TYPES = (
    DriverRelease,
    DriverCuda,
    ToolkitCuda,
    BuiltForCuda,
    ComputeCapability,
    CudnnVersion,
)


def decode(kind: Any, value: Any) -> Any:
    """Turn JSON text into a version of `kind` (the hook that `msgspec` calls).

    Raises:
        ValueError: the text is no such version.
        NotImplementedError: `kind` is no version type.
    """
    if kind in VERSION_TYPES:
        if not isinstance(value, str):
            raise ValueError(f"expected the text of a {kind.__name__}, got {value!r}")
        return kind.parse(value)
    raise NotImplementedError(f"cannot decode {kind}")


def encode(value: Any) -> str:
    """Turn a version into JSON text (the hook that `msgspec` calls)."""
    if isinstance(value, _Release):
        return str(value)
    raise NotImplementedError(f"cannot encode {type(value)}")
