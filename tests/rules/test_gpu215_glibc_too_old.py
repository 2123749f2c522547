"""GPU215: glibc is too old."""

from typing import Any

from gpucheck.facts import Distribution, Facts, ImportFailure
from make import facts, findings, found, torch

OLD = {"libc_release": "2.17"}
LINE = "ImportError: /lib64/libm.so.6: version `GLIBC_2.29' not found (required by /x/xla.so)"


def wheel(tag: str, build: Any = None, **more: Any) -> Facts:
    """Return a PyTorch whose wheel has a tag."""
    own = Distribution(name="torch", release="2.6.0", wheel_tags=(tag,))
    made = build or torch("2.6.0+cpu")
    return facts(torch=made, packages={"distributions": (own,)}, **more)


def test_the_loader_s_words() -> None:
    """What is needed, by what, and what there is."""
    (finding,) = findings(facts(messages=[LINE], machine=OLD), "GPU215")
    assert "/x/xla.so needs glibc 2.29 or newer; this system has 2.17" in finding.message
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_an_import_that_failed_is_told_once() -> None:
    """With the framework as its subject."""
    failure = ImportFailure(kind="ImportError", message=LINE)
    build = torch("2.6.0+cu124", import_failure=failure)
    seen = wheel("cp312-cp312-manylinux_2_28_x86_64", build, machine=OLD)
    (finding,) = findings(seen, "GPU215")
    assert finding.subject == "framework/torch"


def not_imported(tag: str, glibc: str) -> list[str]:
    """Return what is found of a wheel when nothing was imported."""
    here = wheel(tag, machine={"libc_release": glibc}, outcomes={"torch": "not_asked"})
    return found(here)


def test_a_tag_that_asks_for_more() -> None:
    """manylinux_2_28 on glibc 2.17; of several tags the lowest counts."""
    assert "GPU215" in not_imported("cp312-cp312-manylinux_2_28_x86_64", "2.17")
    both = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"
    assert "GPU215" not in not_imported(both, "2.17")
    assert "GPU215" not in not_imported("cp312-cp312-linux_x86_64", "2.17")
    assert "GPU215" not in not_imported("cp312-cp312-manylinux_2_28_x86_64", "2.28")


def test_silent_when_it_was_imported() -> None:
    """What works is not too old, whatever its tag says."""
    imported = torch("2.6.0+cu124", import_s=1.5)
    assert "GPU215" not in found(wheel("cp312-cp312-manylinux_2_28_x86_64", imported, machine=OLD))


def test_silent_with_another_c_library() -> None:
    """Musl has numbers of its own."""
    musl = {"libc_name": "musl", "libc_release": "1.2.5"}
    assert "GPU215" not in found(wheel("cp312-cp312-manylinux_2_28_x86_64", machine=musl))
