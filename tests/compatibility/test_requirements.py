"""Requirements that exclude each other, by names and versions alone."""

from __future__ import annotations

import pytest
from packaging.requirements import InvalidRequirement
from packaging.specifiers import SpecifierSet

from gpucheck.compatibility.requirements import (
    clashes,
    is_satisfiable,
    linux_environment,
    overwritten,
)

LINUX = linux_environment("3.12")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("==8.9.2.26", "==8.9.4.25"),
        ("==11.7.*", "==11.8.89"),
        ("==11.7.*", "~=11.8"),
        ("~=1.4.2", ">=1.5"),
        (">=4.8.0", "<4.6.0,>=3.6.6"),
        (">=2.27.7,<3.0", "==2.26.2"),
        (">2.0", "<=2.0"),
        (">2.0", "<2.0.1,!=2.0.*"),
        ("==2.0", "!=2.0"),
        ("==2.0.0+cu118", "==2.0.0+cu121"),
        ("==1.0", "==1!1.0"),
        ("===1.0", "==2.0"),
        ("<1.0", ">=1.0rc1"),
    ],
)
def test_no_version_pleases_both(first: str, second: str) -> None:
    """Two ranges with nothing in common clash, whoever says which."""
    assert clashes([f"one{first}"], [f"one{second}"], LINUX) == ("one",)
    assert clashes([f"one{second}"], [f"one{first}"], LINUX) == ("one",)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("==2.0", "==2.0.0"),
        ("==2.0.0", "==2.0.0+cu118"),
        ("==11.7.*", "==11.7.99"),
        ("==12.*", ">=12.5.82,<13.0"),
        ("~=1.4.2", "<1.5,>=1.4.9"),
        (">=1.0", "<=1.0"),
        (">1.0", "<1.0.1"),
        (">1.0", "<1.1,!=1.0.1"),
        ("!=1.0,!=1.1.*", ">=1.0,<1.3"),
        ("<5.0.0dev", ">=4.25"),
        (">=1.0rc1", "<1.1"),
        ("==1.0rc1", ">=1.0rc0"),
        (">1.0.post1", "<1.0.post3"),
        (">1.0a1", "<1.0b1"),
        ("<0.1", "!=0.0.1"),
        (">=1.0", "<2!0.5"),
        ("", "==1.0"),
        ("===whatever", ">=1.0"),
    ],
)
def test_some_version_pleases_both(first: str, second: str) -> None:
    """A gap however small is no clash, nor is what cannot be compared."""
    assert clashes([f"one{first}"], [f"one{second}"], LINUX) == ()
    assert clashes([f"one{second}"], [f"one{first}"], LINUX) == ()


def test_only_shared_names_clash_and_all_are_told() -> None:
    """What one side alone asks for cannot clash; names are compared as an index does."""
    first = ["Typing.Extensions>=4.8", "nvidia-nccl-cu12==2.20.5", "sympy==1.0,==2.0"]
    second = ["typing_extensions<4.6", "nvidia_nccl_cu12==2.21.5", "keras<0"]
    assert clashes(first, second, LINUX) == ("nvidia-nccl-cu12", "typing-extensions")


def test_several_lines_for_one_package_all_count() -> None:
    """Requirements of a side on the same package are taken together."""
    assert clashes(["one>=1.0", "one<2.0"], ["one>=1.5"], LINUX) == ()
    assert clashes(["one>=1.0", "one<1.5"], ["one>=1.5"], LINUX) == ("one",)


def test_requirements_that_do_not_hold_here_do_not_count() -> None:
    """Markers are asked for the environment that was given, not for this machine."""
    pins = [
        'one==1.0; platform_system == "Linux" and platform_machine == "x86_64"',
        'one==2.0; sys_platform == "win32"',
        'one==3.0; python_version >= "3.13"',
        'one==4.0; extra == "more"',
    ]
    assert clashes(pins, ["one==1.0"], LINUX) == ()
    assert clashes(pins, ["one==1.0"], linux_environment("3.13")) == ("one",)
    assert clashes(pins, ["one==1.0"], {**LINUX, "extra": "more"}) == ("one",)


def test_linux_environment_leaves_nothing_to_this_machine() -> None:
    """Every marker variable is set: what is left out would be this interpreter's."""
    markers = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": "3.9.0",
        "python_version": "3.9",
        "sys_platform": "linux",
    }
    named = [f"one==1.0; {name} != {value!r}" for name, value in markers.items()]
    assert clashes(named, ["one==2.0"], linux_environment("3.9")) == ()
    assert len(linux_environment("3.9")) == len(markers) + len(
        ["extra", "implementation_version", "platform_release", "platform_version"]
    )


def test_an_address_excludes_nothing() -> None:
    """A requirement by address says no version."""
    assert clashes(["one @ https://example.org/one.whl"], ["one==1.0"], LINUX) == ()


def test_what_is_no_requirement_is_not_passed_over() -> None:
    """Text that cannot be read is an error, not a requirement less."""
    with pytest.raises(InvalidRequirement):
        clashes(["one=>1"], ["one"], LINUX)


def test_no_specifier_is_met() -> None:
    """Nothing asked is met by any version."""
    assert is_satisfiable(SpecifierSet())


@pytest.mark.parametrize(
    ("ours", "theirs", "pairs"),
    [
        ("nvidia-nccl-cu12==2.1", "nvidia_nccl_cu13", ("nvidia-nccl-cu12 and nvidia-nccl-cu13",)),
        ("nvidia-cudnn-cu12", "nvidia-cudnn-cu11", ("nvidia-cudnn-cu11 and nvidia-cudnn-cu12",)),
        ("nvidia-nccl-cu12", "nvidia-nccl-cu12", ()),
        ("nvidia-cublas-cu12", "nvidia-cublas", ()),  # those of CUDA 13 have a folder of their own
        ("nvidia-nccl-cu12", "nvidia-cudnn-cu13", ()),
        ("nvidia-nccl-cu12", "nvidia-nccl-cu13; sys_platform == 'win32'", ()),
    ],
)
def test_wheels_that_overwrite_each_other(ours: str, theirs: str, pairs: tuple[str, ...]) -> None:
    """One library for two CUDA majors, in files of one name."""
    assert overwritten([ours], [theirs], LINUX) == pairs
    assert overwritten([theirs], [ours], LINUX) == pairs
