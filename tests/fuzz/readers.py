"""Fuzz the readers, guided by coverage: `python tests/fuzz/readers.py -max_total_time=60`.

Starts from the recorded outputs and the examples of the message table. Whatever it finds is printed
with its bytes, and becomes a test in `tests/readers/`. Options are libFuzzer's; new inputs are kept
in a temporary folder. Needs atheris (the dependency group "fuzz").
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gpucheck"]):
    from gpucheck.diagnose import diagnose
    from gpucheck.pasted import NotTextError
    from gpucheck.reading import facts_of_report
    from gpucheck.tables import Tables

RECORDED = Path(__file__).parents[1] / "readers" / "recorded"
TABLES = Tables()
SLOWEST_S = 5


def read(pasted: bytes) -> None:
    """Read one text and judge what it says; anything raised is a finding."""
    try:
        facts = facts_of_report(pasted, TABLES)
    except NotTextError:
        return
    broken = [f for f in diagnose(facts, TABLES).findings if f.rule == "GPU901"]
    if broken:
        raise AssertionError(broken[0].evidence)


def main() -> None:
    """Run until the time or the number of runs is over."""
    with tempfile.TemporaryDirectory() as corpus:
        for place, row in enumerate(TABLES.error_messages.rows):
            Path(corpus, f"message{place}").write_text(row.example, "utf-8")
        places = [corpus, str(RECORDED)]
        options = [f"-timeout={SLOWEST_S}", "-max_len=4096", f"-artifact_prefix={corpus}/"]
        atheris.Setup([*sys.argv, *options, *places], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
