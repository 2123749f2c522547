"""A code that no rule has is a slip, which must not pass for a clean bill."""

from __future__ import annotations

from gpucheck.settings import Settings, SettingsError


def refuse_unknown_rules(settings: Settings) -> Settings:
    """Return the settings.

    Raises:
        SettingsError: they name a rule or an area that there is not.
    """
    codes = (*settings.select, *settings.ignore)
    if not codes:
        return settings
    from gpucheck.diagnose import pages  # this file is loaded for every command

    for code in codes:
        if not any(page.rule.id.startswith(code) for page in pages()):
            raise SettingsError(f"there is no rule {code}; `gpucheck rules` lists them all")
    return settings
