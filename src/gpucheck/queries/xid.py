"""What an Xid of the kernel log means."""

from __future__ import annotations

import re

from gpucheck.answers import Answer, Query, stated, told, unknown
from gpucheck.tables import Tables

_WRITTEN = re.compile(r"(?:xid[ :]*)?(\d{1,4})", re.IGNORECASE | re.ASCII)
_IN_A_LINE = re.compile(r"xid \([^)]{0,60}\): (\d{1,4})\b", re.IGNORECASE | re.ASCII)
_OTHER_PAGE = re.compile(r"XID_(\d+)(?:_FLOW)?", re.ASCII)
_WORKFLOW = re.compile(r"WORKFLOW_(.+)")

WORDS = {
    "CONTACT_SUPPORT": "ask the support of the GPU's vendor",
    "IGNORE": "nothing has to be done",
    "RESET_GPU": "reset the GPU",
    "RESTART_APP": "restart the program",
    "RESTART_BM": "restart the machine",
    "RESTART_VM": "restart the virtual machine",
}
"""What NVIDIA's codes say; its catalogue spells "BM" as bare metal."""

TOPICS = {"xid": "Xid", "mnemonic": "name", "meaning": "means", "severity": "kind"}


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.xids
    found = _WRITTEN.fullmatch(value) or _IN_A_LINE.search(value)
    number = int(found[1]) if found else None
    row = next(
        (r for r in table.rows if r.xid == number or value.upper() == (r.mnemonic or "?")), None
    )
    if row is None:
        known = (name for r in table.rows for name in (str(r.xid), r.mnemonic) if name)
        return unknown(subject, value, table.name, known)
    source = table.source_of(row)
    action = row.action if row.action != f"XID_{row.xid}" else None  # it points at this row
    then = row.investigate if row.investigate != row.action else None
    says = (
        *told(row, TOPICS, source),
        *stated("do now", _in_words(action), source),
        *stated("then", _in_words(then), source),
    )
    return Answer(f"{subject} {value}", says)


def _in_words(action: str | None) -> str | None:
    """Return NVIDIA's code with what it says; of a code without words the code alone."""
    if action is None:
        return None
    if named := _OTHER_PAGE.fullmatch(action):
        return f"follow what NVIDIA's catalogue says at Xid {named[1]} ({action})"
    workflow = _WORKFLOW.fullmatch(action)
    words = WORDS.get(action) or (f"follow NVIDIA's steps for {workflow[1]}" if workflow else None)
    return f"{words} ({action})" if words else action


QUERY = Query(
    subjects=("xid",),
    sample="79",
    shows="what it means, how grave it is, what NVIDIA says to do",
    answer=_answer,
)
