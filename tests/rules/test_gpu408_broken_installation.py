"""GPU408: leftovers and double metadata."""

import pytest

from gpucheck.facts import Distribution
from make import facts, findings, found, report

SITE = "/env/lib/python3.12/site-packages"
IGNORING = "WARNING: Ignoring invalid distribution ~orch (/env/lib/python3.12/site-packages)"


@pytest.mark.parametrize("entry", ["~orch", "~orch-2.6.0+cu124.dist-info", "~-rch"])
def test_fires_on_what_is_left_of_a_framework(entry: str) -> None:
    """The first letters were replaced by pip; the rest tells the package."""
    here = facts(torch="2.6.0+cu124", packages={"leftover_entries": (entry,)})
    (finding,) = findings(here, "GPU408")
    assert (finding.rule, finding.severity) == ("GPU408", "warning")
    assert finding.remedy
    assert finding.remedy.commands[0].endswith(
        "--force-reinstall --no-deps torch==2.6.0+cu124"
        " --extra-index-url=https://download.pytorch.org/whl/cu124"
    )


def test_notes_what_is_left_of_others() -> None:
    """~ip is pip itself: harmless."""
    here = facts(torch="2.6.0+cu124", packages={"leftover_entries": ("~ip",)})
    (finding,) = findings(here, "GPU408")
    assert (finding.rule, finding.severity) == ("GPU408", "note")


def test_fires_on_double_metadata_in_one_folder() -> None:
    """Two releases of one package cannot both be there."""
    twice = tuple(Distribution(name="numpy", release=r, folder=SITE) for r in ("1.26.4", "2.1.0"))
    assert "GPU408" in found(facts(packages={"distributions": twice}))


def test_silent_on_copies_in_two_folders() -> None:
    """The user's and the environment's: another question."""
    places = (SITE, "/home/user/.local/lib/python3.12/site-packages")
    twice = tuple(Distribution(name="numpy", release="1.26.4", folder=p) for p in places)
    assert "GPU408" not in found(facts(packages={"distributions": twice}))


def test_unknown_without_packages_and_pips_line_is_enough() -> None:
    """Skipped when nothing is known; pip's own warning tells it."""
    assert "GPU408" in [s.rule for s in report(facts(outcomes={"packages": "garbled"})).skipped]
    assert "GPU408" in found(facts(messages=[IGNORING]))


def twice(name: str, *releases: str, installer: str = "pip") -> dict[str, object]:
    """Return packages in which one has metadata of several releases in one folder."""
    listed = (
        Distribution(name=name, release=r, folder=SITE, installer=installer) for r in releases
    )
    return {"distributions": tuple(listed)}


def test_of_two_releases_the_imported_one_is_installed_anew() -> None:
    """Without a pin pip would take the newest; what was not imported is not guessed."""
    here = facts(torch="2.6.0+cu124", packages=twice("torch", "2.5.1+cu124", "2.6.0+cu124"))
    (finding,) = findings(here, "GPU408")
    assert finding.remedy
    assert "torch==2.6.0+cu124" in finding.remedy.commands[0]
    (finding,) = findings(facts(packages=twice("numpy", "1.26.4", "2.1.0")), "GPU408")
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_pip_leaves_conda_s_packages_alone() -> None:
    """There are words, and no command."""
    packages = twice("numpy", "1.26.4", "1.26.4", installer="conda")
    (finding,) = findings(facts(packages=packages), "GPU408")
    assert finding.remedy
    assert "with conda" in finding.remedy.text
    assert finding.remedy.commands == ()
