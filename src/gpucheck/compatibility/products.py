"""Which product a name means, and what that product can do at best.

In: a name as NVML or nvidia-smi prints it ("NVIDIA A100-SXM4-40GB"), or as a person types it
("a100 80gb"); it may be anything at all. Out: rows of the tables. Words that only narrow a name
down (memory, form factor) may be missing; words that make another product (Ti, SUPER, Laptop,
Max-Q, D) may not. It never answers with a product that the name does not mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.gpus import GpuPeakRow, GpuRow
from gpucheck.versions import ComputeCapability

MAX_NAME_CHARACTERS = 96
"""NVML's own limit (NVML_DEVICE_NAME_V2_BUFFER_SIZE, nvml.h 13.0); longer text is no name."""

_ENOUGH_ALIKE = 0.6

_WORD = re.compile(
    r"nvidia|geforce|quadro|tesla|titan|jetson|rtx|gtx|max[- ]?q|laptop|mobile|super"
    r"|ti(?=super|laptop|mobile|max)|sxm\d?|pci[- ]?e(?![a-z])|hbm\d[a-z]?|gddr\d[a-z]?"
    r"|\d+ ?gi?b(?![a-z])|[a-z]+|\d+"
)
_MEMORY = re.compile(r"(\d+) ?gi?b")
_MIG = re.compile(r"\bmig\b")
_VIRTUAL = re.compile(r"(.+?)-(?:\d+-)?\d+[qcab](?:me|4)?")  # "t4-8q", "a100x-1-5cme"

_MEANINGLESS = frozenset(
    ["card", "corporation", "design", "edition", "generation", "gpu", "graphics", "grid", "nvidia"]
) | {"lovelace", "with"}
_SAME = {"mobile": "laptop", "notebook": "laptop", "pci": "pcie"}
_LINES = frozenset(
    ["geforce", "gt", "gts", "gtx", "jetson", "nvs", "pro", "quadro", "rtx", "tesla"]
)
_MAKES_A_PRODUCT = frozenset(["embedded", "laptop", "maxq", "sff"])
_NARROWS = frozenset(
    ["active", "ada", "blackwell", "dgxs", "fhhl", "nvl", "pascal", "pcie", "server", "workstation"]
)
_FORM = re.compile(r"sxm\d?|hbm\d[a-z]?|gddr\d[a-z]?")


class _Name(NamedTuple):
    """A name, taken apart: "NVIDIA GeForce RTX 3080 Laptop GPU" has the model 3080."""

    line: tuple[str, ...]  # ("geforce", "rtx")
    model: tuple[str, ...]  # ("a", "100"); what must be the same
    aside: frozenset[str]  # {"laptop", "sxm", "sxm4"}, whose order says nothing
    memory_gb: int | None


def products(name: str, tables: Tables) -> tuple[GpuRow, ...]:
    """Return the products that a name can mean: all of one compute capability, or none.

    Several fit when the name leaves memory or form factor open ("h100"), or when NVML gives
    them one name: the GeForce RTX 2080 of a laptop calls itself as the one of a desktop.
    A MIG device or a virtual GPU is answered with the product that it is a part of.
    """
    asked = _asked(name)
    if not asked:
        return ()
    rows = tables.gpus.rows
    if virtual := _VIRTUAL.fullmatch(asked):
        base = _read(virtual[1])
        found = [row for row in rows if base in map(_read, map(str.lower, row.virtual_names))]
        if found:
            return tuple(found)
    wanted = _read(virtual[1] if virtual else asked)
    exact = [row for row in rows if wanted in _names_of(row)]
    found = exact or [row for row in rows if _fits(wanted, row)]
    return tuple(found) if len({row.compute_capability for row in found}) == 1 else ()


def product(name: str, tables: Tables) -> Known[GpuRow] | NotInTable:
    """Return the one product that a name means."""
    found = products(name, tables)
    table = tables.gpus
    if len(found) != 1:
        return table.lacks(_quoted(name))
    return Known(found[0], table.source_of(found[0]))


def capability(name: str, tables: Tables) -> Known[ComputeCapability] | NotInTable:
    """Return the compute capability that all products of a name share."""
    found = products(name, tables)
    table = tables.gpus
    if not found:
        return table.lacks(_quoted(name))
    return Known(found[0].compute_capability, table.source_of(found[0]))


def products_with_pci_id(device_id: str, tables: Tables) -> tuple[GpuRow, ...]:
    """Return the products behind an NVIDIA PCI device ID such as "2684" or "0x2684"."""
    asked = device_id.lower().removeprefix("0x").upper()
    return tuple(row for row in tables.gpus.rows if asked in row.pci_device_ids)


def near(name: str, tables: Tables, at_most: int = 5) -> tuple[str, ...]:
    """Return the products whose names look most like `name`, the likeliest first."""
    asked = _asked(name)
    if not asked:
        return ()
    wanted, squeezed = _read(asked), _squeezed(asked)
    scored: list[tuple[bool, int, float, str]] = []
    for row in tables.gpus.rows:
        alike = SequenceMatcher(None, squeezed, _squeezed(row.product)).ratio()
        shared = {*wanted.model}.intersection(_read(row.product.lower()).model)
        # A number tells more than a word: a 5090 that is no SUPER is nearer than a 4080 SUPER.
        telling = sum(len(word) * (2 if word.isdigit() else 1) for word in shared)
        if telling > 1 or alike >= _ENOUGH_ALIKE:
            scored.append((_fits(wanted, row), telling, alike, row.product))
    return tuple(product for *_, product in sorted(scored, reverse=True)[:at_most])


def peak(
    name: str, compute_capability: ComputeCapability, tables: Tables
) -> Known[GpuPeakRow] | NotInTable:
    """Return the rates of the product whose name is the longest found in `name`.

    What else `name` says may only be noise and memory: the rates of a desktop card are not those
    of a laptop, and a MIG device or a virtual GPU has a share that the name does not tell.
    """
    table = tables.gpu_peaks
    asked = _asked(name)
    if _MIG.search(name.lower()) or _VIRTUAL.fullmatch(asked):
        return table.lacks(_quoted(name))
    words = _telling(asked)
    fitting = [
        (len(has), row)
        for row in table.rows
        for has in (_telling(part.lower()) for part in row.name_contains)
        if row.compute_capability == compute_capability and _is_all_but_memory(words, has)
    ]
    if not fitting:
        return table.lacks(_quoted(name))
    _, row = max(fitting, key=lambda found: found[0])
    return Known(row, table.source_of(row))


def _asked(name: str) -> str:
    """Return the name in small letters, without what a MIG device adds; "" when it is none."""
    text = re.sub(r"[™®©]|\((?:tm|r|c)\)", " ", name[: MAX_NAME_CHARACTERS + 1].lower())
    if len(name) > MAX_NAME_CHARACTERS or not text.isascii():
        return ""
    return _MIG.split(text, maxsplit=1)[0].strip()


@lru_cache(maxsize=4096)
def _read(text: str) -> _Name:
    """Take a name in small letters apart."""
    line, model, aside = [], [], set()
    memory_gb = None
    for word in _words(text):
        if memory := _MEMORY.fullmatch(word):
            memory_gb = int(memory[1][:6])
        elif word in _LINES:
            line.append(word)
        elif word in _NARROWS | _MAKES_A_PRODUCT or _FORM.fullmatch(word):
            aside |= {word, word[:3]} if word.startswith("sxm") else {word}
        elif word not in _MEANINGLESS:
            model.append(word)
    return _Name(tuple(line), tuple(model), frozenset(aside), memory_gb)


def _words(text: str) -> Iterator[str]:
    for found in _WORD.findall(text):
        plain = found.replace("-", "").replace(" ", "")
        yield _SAME.get(plain, plain)


def _names_of(row: GpuRow) -> list[_Name]:
    return [_read(name.lower()) for name in (row.product, *row.driver_names)]


def _fits(asked: _Name, row: GpuRow) -> bool:
    """Tell whether a name leaves out nothing that makes this product another one."""
    if not asked.model or not (asked.memory_gb is None or row.memory_gb in {None, asked.memory_gb}):
        return False
    return any(
        asked.model == has.model
        and _is_end_of(asked.line, has.line)
        and asked.aside <= has.aside
        and not _MAKES_A_PRODUCT & (has.aside - asked.aside)
        for has in _names_of(row)
    )


def _is_end_of(asked: tuple[str, ...], line: tuple[str, ...]) -> bool:
    """Tell whether only leading words are missing; "Quadro 4000" is no "Quadro RTX 4000"."""
    return asked == line[len(line) - len(asked) :] or asked == line[:1] == ("geforce",)


def _telling(text: str) -> tuple[str, ...]:
    skipped = _MEANINGLESS | {"geforce", "tesla"}
    return tuple(word for word in _words(text) if word not in skipped)


def _is_all_but_memory(words: tuple[str, ...], has: tuple[str, ...]) -> bool:
    """Tell whether `has` stands in `words`, and beside it nothing but memory."""
    for start in range(len(words) - len(has) + 1):
        if words[start : start + len(has)] == has:
            rest = words[:start] + words[start + len(has) :]
            return all(_MEMORY.fullmatch(word) or word.startswith("hbm") for word in rest)
    return False


def _squeezed(text: str) -> str:
    return "".join(word for word in _words(text.lower()) if word not in {"geforce", "nvidia"})


def _quoted(name: str) -> str:
    """Return a foreign name so that it can be shown: on one line, and not long."""
    shown = name if len(name) <= MAX_NAME_CHARACTERS else name[:MAX_NAME_CHARACTERS] + "…"
    return f"the GPU {shown!r}"
