"""An extension was built for another PyTorch.

Why: flash-attn, xFormers, vLLM and their like hold compiled code against one PyTorch release.
With another one their libraries do not load ("undefined symbol"), or they quietly leave their
fast kernels out. It happens when something up- or downgrades torch afterwards.

How we know: what the installed package requires, or the PyTorch that its release names
("+cu12torch2.5"), is not the one that is installed. An error where that is about compiled code,
else a warning. PyTorch itself names the one Triton that it works with.

Fix: the extension's release for this PyTorch, or the PyTorch that the extension is for.
"""

from collections.abc import Iterator

from gpucheck.compatibility.torch_addons import clashes_with_torch, triton_clash
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import addon_for
from gpucheck.remedies.one_owner import change_releases
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report add-ons that are for another torch than is installed."""
    section = facts.installed.get("torch")
    torch = section.value.release if section else None
    if torch is None:
        return
    for clash in clashes_with_torch(torch, facts, tables):
        yield Finding(
            subject="framework/torch",
            message=f"{clash.package} {clash.release} is for {clash.wants}; here is torch {torch}.",
            evidence=(f"{clash.package} {clash.release} wants {clash.wants} ({clash.says})",),
            remedy=_remedy(clash.package, torch, clash.wants, facts, tables),
            severity="error" if clash.is_compiled else "warning",
        )
    triton = triton_clash(torch, facts) if facts.machine.value.os_name == "Linux" else None
    text = "Install the Triton that this PyTorch asks for."
    if triton is not None:
        yield Finding(
            subject="framework/torch",
            message=f"triton {triton.release} is not this PyTorch's: torch.compile can fail.",
            evidence=(f"triton {triton.release} is installed; {triton.says}: {triton.wants}",),
            remedy=change_releases(facts, text, triton.wants),
            severity="warning",
        )


def _remedy(package: str, torch: str, wants: str, facts: Facts, tables: Tables) -> Remedy:
    release = addon_for(package, torch, facts, tables)
    if release is not None:
        text = f"{package} {release} is for torch {torch.partition('+')[0]}."
        return change_releases(facts, text, f"{package}=={release}")
    text = (
        f"Take {package}'s release or wheel for torch {torch.partition('+')[0]} (or build it anew"
        f" against this torch); if there is none, go back to {wants}."
    )
    return Remedy(text)


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Return what to do about an extension whose release is not known."""
    text = (
        "Reinstall the extension for the PyTorch that is installed (its wheels name theirs), or"
        " build it anew against it."
    )
    return Remedy(text)


RULE = Rule("GPU314", "extension-abi-mismatch", "error", check, needs=("packages",), mend=mend)
