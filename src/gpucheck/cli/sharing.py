"""Take out of a snapshot what tells who and where, before it is shown to others."""

from __future__ import annotations

from gpucheck.facts import Facts


def shared(facts: Facts) -> Facts:
    """Return the facts without private parts; this machine's own names go too where it is live."""
    from gpucheck.redact import redact  # most runs need it not

    return redact(facts, private_names=_own_names() if facts.origin == "live" else ())


def _own_names() -> list[str]:
    import getpass
    import platform

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    host = platform.node()
    return [name for name in (user, host, host.split(".")[0]) if name and name != "root"]
