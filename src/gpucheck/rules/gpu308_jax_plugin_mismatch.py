"""JAX's CUDA plugin is of another release than jaxlib.

Why: jaxlib takes only a plugin of exactly its own release; any other is left aside with a warning,
and JAX runs on the CPU. It happens when something upgrades jax and jaxlib and not the plugin.

How we know: the numbers of jaxlib's release and of the installed plugin's differ, which is the
comparison that jaxlib makes itself (jaxlib, plugin_support; 2026-11).

Fix: install jax with its extra once more, so that all are of one release.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.installed import releases
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables

NUMBERS = re.compile(r"\d+(?:\.\d+)*")
PLUGIN = re.compile(r"jax-cuda(\d+)-(?:plugin|pjrt)")


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Compare jaxlib's release with those of its plugins."""
    installed = releases(facts)
    jaxlib = installed.get("jaxlib")
    section = facts.installed.get("jax")
    if jaxlib is None or section is None or section.value.devices:
        return
    plugins = {name: release for name, release in installed.items() if PLUGIN.fullmatch(name)}
    others = [f"{name} {release}" for name, release in plugins.items() if _differs(jaxlib, release)]
    # With the plugins of two majors, one that fits is enough.
    fitting = [name for name, release in plugins.items() if not _differs(jaxlib, release)]
    if not others or any(name.endswith("-plugin") for name in fitting):
        return
    yield Finding(
        subject="framework/jax",
        message=f"JAX leaves its CUDA plugin aside: it is of another release than jaxlib {jaxlib}.",
        evidence=(f"jaxlib {jaxlib}", *others),
    )


def _differs(jaxlib: str, plugin: str | None) -> bool:
    ours, theirs = NUMBERS.match(jaxlib), NUMBERS.match(plugin or "")
    return bool(ours and theirs and ours[0].split(".") != theirs[0].split("."))


RULE = Rule(
    "GPU308",
    "accelerator-plugin-missing",
    "error",
    check,
    needs=("packages",),
    explained_by=("GPU307",),
    mend=lambda facts, tables, _: install_cuda_build("jax", facts, tables),
)
