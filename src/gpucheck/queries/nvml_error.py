"""What a return code of NVML means."""

from __future__ import annotations

from gpucheck.answers import Answer, Query, Stated, told, unknown
from gpucheck.tables import Tables


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.nvml_errors
    asked = value.upper().removeprefix("NVML_").removeprefix("ERROR_")
    rows = {
        name: row
        for row in table.rows
        for name in (str(row.code), row.name.removeprefix("NVML_").removeprefix("ERROR_"))
    }
    row = rows.get(asked)
    if row is None:
        return unknown(subject, value, table.name, (each.name for each in table.rows))
    source = table.source_of(row)
    says = (
        *told(row, {"code": "code", "name": "name", "meaning": "means"}, source),
        *(Stated("helps", (fix,), source) for fix in row.fixes),
    )
    return Answer(f"{subject} {value}", says)


QUERY = Query(
    subjects=("nvml-error",),
    sample="18",
    shows="its name, what it means and what helps",
    answer=_answer,
)
