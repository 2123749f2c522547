"""Something else is imported under a framework's name.

Why: Python takes the first module of a name that it finds. A script of yours called torch.py, a
checkout of the framework's sources in the folder you work in, PYTHONPATH, or packages installed
with `pip install --user` come before the environment's own. Then `module 'torch' has no attribute
'cuda'`, or another release than the one you installed is used.

How we know: the file that wins was found by the same search that Python makes; the environment has
the real one further down. A folder without __init__.py wins over nothing and does not count.

Fix: rename the file, work in another folder, or take the entry out of PYTHONPATH.
"""

from collections.abc import Iterator

from gpucheck.facts import FRAMEWORK_TITLES, Facts, ShadowingFile
from gpucheck.findings import Finding, Remedy, Rule, Severity
from gpucheck.remedies.environments import RENAME, stop_shadowing
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report files that win over the environment's frameworks."""
    for file in facts.packages.value.shadowing_files or ():
        severity = _severity(file, facts)
        if severity is None:
            continue
        title = FRAMEWORK_TITLES.get(file.module, file.module)
        where = {
            "current folder": "what is started in its folder",
            "PYTHONPATH": "every Python with this PYTHONPATH",
            "user site": "this environment",
        }[file.found_via]
        subject = f"framework/{file.module}" if file.module in FRAMEWORK_TITLES else "environment"
        yield Finding(
            subject=subject,
            message=f"{file.path} is imported by {where} in place of the installed {title}.",
            evidence=(f"{file.path} comes first (found in: {file.found_via})",),
            remedy=stop_shadowing(facts, file),
            severity=severity,
        )


def _severity(file: ShadowingFile, facts: Facts) -> Severity | None:
    """Return how grave it is; None: it is meant so."""
    if not file.is_installation:
        return "error"
    part = facts.frameworks.get(file.module)
    has_failed = part is not None and part.value.import_failure is not None
    if has_failed:
        return "error"
    # pip --user over a distribution's own packages is what it is for.
    is_system = facts.packages.value.environment_kind == "system"
    return None if is_system and file.found_via == "user site" else "warning"


RULE = Rule(
    "GPU405", "shadowed-import", "error", check, needs=("packages",), mend=lambda *_: Remedy(RENAME)
)
