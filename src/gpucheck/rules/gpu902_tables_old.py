"""The compatibility tables are old.

Why: drivers, CUDA and frameworks appear every few weeks. Tables that are half a year old know
nothing of the newest ones, so more is left open and the releases that are proposed are older ones.

How we know: the newest table is dated more than 180 days before these facts were collected.

Fix: upgrade gpucheck, or run `gpucheck tables update`.
"""

import calendar
import re
from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import refresh_tables
from gpucheck.tables import Tables

OLD_DAYS = 180
"""CUDA comes out about every three months: tables of this age lack two of its releases."""

DAY_S = 24 * 60 * 60

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Note tables that were old on the day of the facts."""
    collected, made = _day(facts.collected_at), _day(tables.date)
    if collected is None or made is None or collected - made <= OLD_DAYS:
        return
    days = collected - made
    yield Finding(
        subject="gpucheck",
        message=f"The compatibility tables were {days} days old: newer releases are not in them.",
        evidence=(f"tables of {tables.date}", f"facts of {facts.collected_at}"),
        remedy=refresh_tables(),
        severity="note",
    )


def _day(text: str | None) -> int | None:
    """Return the number of the day of "2026-11-21T10:00:00Z"; None: not known."""
    found = _DATE.match(text or "")
    if found is None:
        return None
    try:
        return calendar.timegm((int(found[1]), int(found[2]), int(found[3]), 0, 0, 0)) // DAY_S
    except ValueError:
        return None  # no such day


RULE = Rule("GPU902", "gpucheck", "note", check)
