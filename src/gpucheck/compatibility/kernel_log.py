"""What the kernel's log says that still holds, and the Xids in it.

The log reaches back to the machine's start, so a line alone proves nothing about now. It counts
when the present agrees: it names a card that the driver does not bring up, or names none while
the driver brings up none at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.cards import cards_down, shows_no_gpu
from gpucheck.compatibility.messages import Said, said_for
from gpucheck.facts import KERNEL_LOG, Facts, PciDisplay, SeenMessage
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.errors import XidRow

_ADDRESS = re.compile(r"\b[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\b", re.IGNORECASE)
_XID = re.compile(r"NVRM: Xid \(PCI:([0-9a-f:.]{7,16})[^)]{0,24}\): (\d{1,4}),", re.IGNORECASE)


class SeenXid(msgspec.Struct, frozen=True):
    """An Xid in a line, with what the table knows of it."""

    number: int
    address: str  # "0000:0b:00"
    line: SeenMessage
    row: Known[XidRow] | NotInTable


def standing(rule: str, facts: Facts, tables: Tables) -> tuple[Said, ...]:
    """Return the lines of the kernel's log that speak for a rule and still hold, oldest first."""
    cards = cards_down(facts)
    if not cards:
        return ()
    is_all = shows_no_gpu(facts)
    logged = (said for said in said_for(rule, facts, tables) if said.line.where == KERNEL_LOG)
    return tuple(said for said in logged if _holds(said.line.text, cards, is_all=is_all))


def names_card(text: str, address: str | None) -> bool:
    """Tell whether a line names the card at an address; the line may leave the function out."""
    card = (address or "").partition(".")[0].lower().lstrip("0")
    return any(found.lower().lstrip("0") == card for found in _ADDRESS.findall(text))


def xids_in(facts: Facts, tables: Tables) -> Iterator[SeenXid]:
    """Yield every Xid in the lines of the facts, in their order."""
    for line in facts.lines:
        for address, digits in _XID.findall(line.text):
            number = int(digits)
            yield SeenXid(number, address, line, _row_of(number, tables))


def _row_of(number: int, tables: Tables) -> Known[XidRow] | NotInTable:
    return tables.xids.find(f"Xid {number}", lambda row: row.xid == number)


def _holds(text: str, cards: tuple[PciDisplay, ...], *, is_all: bool) -> bool:
    if not _ADDRESS.search(text):
        return is_all
    return any(names_card(text, card.address) for card in cards)
