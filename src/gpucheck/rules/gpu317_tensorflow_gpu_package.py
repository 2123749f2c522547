"""The retired package tensorflow-gpu is asked for: it holds no TensorFlow any more.

Why: up to 2.11 tensorflow-gpu was TensorFlow with CUDA. Since then the package `tensorflow` holds
the GPU build, and tensorflow-gpu is a placeholder that fails to build or installs nothing.

How we know: tensorflow-gpu is installed in a release newer than its last with wheels, or its own
message says so. An old tensorflow-gpu (2.11 or older) is a real TensorFlow, and is left alone.

Fix: uninstall tensorflow-gpu and install `tensorflow`; on Linux `tensorflow[and-cuda]` also brings
CUDA's libraries.
"""

from collections.abc import Iterator

from gpucheck.compatibility.installed import version_of
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install, install_cuda_build
from gpucheck.tables import Tables

RETIRED = ("tensorflow-gpu", "tf-nightly-gpu")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a placeholder that is installed."""
    rows = [row for row in tables.tensorflow_wheels.rows if row.package == "tensorflow-gpu"]
    last = max((v for v in map(version_of, {row.release for row in rows}) if v), default=None)
    for distribution in facts.packages.value.distributions or ():
        version = version_of(distribution.release)
        if distribution.name not in RETIRED or not version or not last or version <= last:
            continue
        framework = facts.frameworks.get("tensorflow")
        has_other = framework is not None and framework.value.distribution not in {None, *RETIRED}
        yield Finding(
            subject="framework/tensorflow",
            message=f"{distribution.name} {version} is a placeholder without any TensorFlow in it.",
            evidence=(
                f"{distribution.name} {version} is installed; the last real release is {last}",
            ),
            remedy=mend(facts, tables, "framework/tensorflow"),
            severity="warning" if has_other else "error",
        )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Install the package that holds the GPU build."""
    is_windows = facts.machine.value.os_name == "Windows"
    wanted = "tensorflow" if is_windows else "tensorflow[and-cuda]"
    listed = {each.name for each in facts.packages.value.distributions or ()}
    old = tuple(name for name in RETIRED if name in listed)
    text = "Ask for the package tensorflow instead, also in requirements: it is the GPU build."
    if is_windows:
        text += " Native Windows has had none since TensorFlow 2.10: use WSL2 there."
    elif (best := install_cuda_build("tensorflow", facts, tables)).commands:
        return Remedy(f"{text} {best.text}", best.commands)
    return install(facts, text, wanted, instead_of=old)


RULE = Rule("GPU317", "retired-package", "error", check, needs=("packages",), mend=mend)
