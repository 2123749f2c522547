"""GPU314: an extension for another PyTorch."""

import msgspec

from gpucheck.facts import Distribution, Facts
from make import facts, found, report


def beside(torch: str, *distributions: Distribution, origin: str = "live") -> Facts:
    """Return a machine with torch and these distributions."""
    here = facts(driver="550.54.15", torch=torch)
    value = msgspec.structs.replace(here.packages.value, distributions=distributions)
    section = msgspec.structs.replace(here.packages, value=value)
    return msgspec.structs.replace(here, packages=section, origin=origin)


def test_fires_on_what_it_requires() -> None:
    """One torch is pinned by xFormers; the remedy names the release for the one that is here."""
    xformers = Distribution(name="xformers", release="0.0.28.post3", requires=("torch==2.5.1",))
    seen = report(beside("2.6.0+cu124", xformers)).findings
    finding = next(each for each in seen if each.rule == "GPU314")
    assert finding.severity == "error"
    assert finding.remedy
    assert "xformers==0.0.29.post" in finding.remedy.commands[0]
    assert "GPU314" not in found(beside("2.5.1+cu124", xformers))


def test_fires_on_the_torch_in_its_release() -> None:
    """flash-attn and PyTorch Geometric name it in the wheel."""
    for name, release in (
        ("flash-attn", "2.7.4.post1+cu12torch2.5cxx11abifalse"),
        ("torch-scatter", "2.1.2+pt25cu124"),
    ):
        extension = Distribution(name=name, release=release)
        assert "GPU314" in found(beside("2.6.0+cu124", extension))
        assert "GPU314" not in found(beside("2.5.1+cu124", extension))


def test_a_report_is_judged_by_the_table() -> None:
    """A list of releases tells no requirements; a live machine without them has none."""
    xformers = Distribution(name="xformers", release="0.0.28.post3")
    assert "GPU314" in found(beside("2.6.0+cu124", xformers, origin="report"))
    assert "GPU314" not in found(beside("2.6.0+cu124", xformers))


def test_triton_is_the_one_that_torch_names() -> None:
    """Only a warning: torch.compile may still do."""
    needs = 'triton==3.2.0; platform_system == "Linux"'
    owner = Distribution(name="torch", release="2.6.0", requires=(needs,))
    for release, fires in (("3.1.0", True), ("3.2.0", False)):
        triton = Distribution(name="triton", release=release)
        assert ("GPU314" in found(beside("2.6.0+cu124", owner, triton))) is fires


def test_silent_on_source_builds_and_nightlies() -> None:
    """What names no torch was compiled for the one it found."""
    flash = Distribution(name="flash-attn", release="2.7.4", requires=("torch", "einops"))
    assert "GPU314" not in found(beside("2.6.0+cu124", flash))
    pinned = Distribution(name="xformers", release="0.0.28.post3", requires=("torch==2.5.1",))
    assert "GPU314" not in found(beside("2.7.0.dev20250101+cu124", pinned))


def test_a_line_alone_proves_it() -> None:
    """An undefined symbol in flash-attn's library."""
    line = (
        "ImportError: flash_attn_2_cuda.cpython-312-x86_64-linux-gnu.so: undefined symbol:"
        " _ZN3c105ErrorC2ENS_14SourceLocationESs"
    )
    assert "GPU314" in found(facts(messages=[line]))


def test_markers_are_read_for_this_machine() -> None:
    """A pin for x86_64 says nothing on ARM."""
    pin = 'torch==2.5.1; platform_machine == "x86_64"'
    here = beside("2.6.0", Distribution(name="xformers", release="0.0.28.post3", requires=(pin,)))
    assert "GPU314" in found(here)
    machine = msgspec.structs.replace(here.machine.value, architecture="aarch64")
    section = msgspec.structs.replace(here.machine, value=machine)
    assert "GPU314" not in found(msgspec.structs.replace(here, machine=section))


def test_one_root_for_one_triton() -> None:
    """GPU403 leaves it to this rule."""
    owner = Distribution(name="torch", release="2.6.0", requires=("triton==3.2.0",))
    triton = Distribution(name="triton", release="3.1.0")
    seen = found(beside("2.6.0+cu124", owner, triton))
    assert "GPU314" in seen
    assert "GPU403" not in seen


def test_conda_s_triton_is_left_to_conda() -> None:
    """Another installer would overwrite its files."""
    owner = Distribution(name="torch", release="2.6.0", requires=("triton==3.2.0",))
    triton = Distribution(name="triton", release="3.1.0", installer="conda")
    seen = report(beside("2.6.0+cu124", owner, triton)).findings
    finding = next(each for each in seen if each.rule == "GPU314")
    assert finding.remedy
    assert "with conda" in finding.remedy.text
    assert finding.remedy.commands == ()
