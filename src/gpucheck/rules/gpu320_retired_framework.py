"""A framework that is installed is no longer developed.

Why: MXNet, Chainer, Theano, CNTK and Caffe2 have had no release for years. They know neither newer
GPUs nor newer Pythons nor newer NumPys, and nobody mends them.

How we know: their distributions are installed. It is an error when the build's CUDA is older than
the first CUDA that knows this generation of GPUs (MXNet tells its CUDA by its name), else a note.

Fix: move to what replaces it. Until then it runs on a GPU of its time.
"""

from collections.abc import Iterator

from gpucheck.compatibility.retired import newest_mxnet, unknown_gpus
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report retired frameworks, gravely where they cannot use the GPU."""
    table = tables.retired_frameworks
    installed = {d.name: d.release for d in facts.packages.value.distributions or ()}
    for row in table.rows:
        names = [name for name in row.packages if name in installed]
        if not names:
            continue
        part = facts.installed.get("mxnet") if "mxnet" in row.packages else None
        lacking = unknown_gpus(part.value, facts, tables) if part else ()
        subject = "framework/mxnet" if part else "environment"
        newer = newest_mxnet(facts, tables) if lacking else None
        until = f"; until then take {newer}, whose CUDA knows this GPU" if newer else ""
        message = f"{row.name} is retired: its last release is of {row.last_released}."
        if lacking:
            message = f"{row.name} is retired, and its CUDA is older than {', '.join(lacking)}."
        yield Finding(
            subject=subject,
            message=message,
            evidence=(
                *(f"{name} {installed[name]} is installed" for name in names),
                *((f"built for CUDA {part.value.built_for_cuda}",) if part and lacking else ()),
                f"last release: {row.last_release} ({table.source_of(row)})",
            ),
            remedy=Remedy(f"Move to {row.replaced_by}{until}."),
            severity="error" if lacking else "note",
        )


RULE = Rule(
    "GPU320",
    "retired-framework",
    "error",
    check,
    needs=("packages",),
    mend=lambda *_: Remedy("Move to a framework that is maintained, such as PyTorch or JAX."),
)
