"""Remedies: the command fits the machine, and there is none where none would help."""

from __future__ import annotations

import shlex
from typing import Any

import msgspec
import pytest

from gpucheck.compatibility.builds import Build
from gpucheck.facts import Distribution, Facts, Target
from gpucheck.findings import Remedy
from gpucheck.remedies import (
    distribution_family,
    fitting_torch,
    install,
    install_driver,
    install_libcuda,
    install_torch,
    rebuild_kernel_module,
)
from gpucheck.remedies.packages import PYTORCH_INDEX
from gpucheck.tables import Tables
from make import facts

TABLES = Tables()
WINDOWS = {"os_name": "Windows", "architecture": "AMD64", "libc_name": None, "libc_release": None}


def installing(here: Facts, *arguments: str) -> str:
    """Return the one command that installs `arguments`."""
    (only,) = install(here, "Install it.", *arguments).commands
    return only


def pick(**machine: Any) -> Build:
    """Return the PyTorch build that is proposed."""
    row = fitting_torch(facts(**machine), TABLES)
    assert row is not None
    return row


def command(here: Facts) -> str:
    """Return the one command that installs PyTorch."""
    (only,) = install_torch(here, TABLES).commands
    return only


def with_packages(here: Facts, **changes: Any) -> Facts:
    """Return the facts with other facts about the environment."""
    packages = msgspec.structs.replace(here.packages.value, **changes)
    section = msgspec.structs.replace(here.packages, value=packages)
    return msgspec.structs.replace(here, packages=section)


def newest_for(python: str, platform: str = "linux_x86_64") -> str:
    """Return the newest release of PyTorch with a CUDA build of known targets for a Python."""
    releases = [
        row.torch
        for row in TABLES.torch_wheels.rows
        if python in row.python and row.platform == platform and row.targets
    ]
    return max(releases, key=lambda release: tuple(map(int, release.split("."))))


@pytest.mark.parametrize(
    ("installed", "driver"),
    [("2.6.0+cpu", "580.95.05"), ("2.5.1+cu121", "550.54.15"), ("2.9.1", "580.95.05")],
)
def test_installed_release_is_kept(installed: str, driver: str) -> None:
    """Code that runs with the installed release goes on running."""
    row = pick(driver=driver, torch=installed)
    assert row.release == installed.partition("+")[0]


def test_kept_release_does_not_outrun_the_driver() -> None:
    """A build whose CUDA the driver itself offers goes before a newer one (Triton needs that)."""
    assert pick(driver="535.129.03", torch="2.5.1+cpu").variant == "cu121"
    assert pick(driver="550.54.15", torch="2.5.1+cpu").variant == "cu124"


def test_index_default_goes_before_other_builds_that_work_as_well() -> None:
    """Most people have the default build, so it is the one that is known to work."""
    builds = {r.variant: r for r in TABLES.torch_wheels.rows if r.torch == "2.9.1"}
    row = pick(driver="580.95.05", torch="2.9.1+cpu")
    assert row.is_index_default
    assert set(builds) > {row.variant}


def test_without_a_fitting_build_of_the_installed_release_the_newest_is_taken() -> None:
    """2.6.0 has nothing for a Blackwell GPU."""
    row = pick(gpus=["RTX 5090"], torch="2.6.0+cu124")
    assert row.release == newest_for("3.12")


def test_driver_470_and_v100() -> None:
    """The driver is below CUDA 12's floor: only CUDA 11 builds run."""
    row = pick(driver="470.223.02", gpus=["V100"], torch="2.6.0+cu124")
    assert (row.release, row.variant) == ("2.6.0", "cu118")


def test_rtx_5090_needs_cuda_12_8() -> None:
    """Code for 12.0 is in builds for CUDA 12.8 and newer only."""
    row = pick(gpus=["RTX 5090"], driver="570.86.10")
    assert (12, 8) <= row.cuda.parts < (13,)
    assert pick(gpus=["RTX 5090"]).cuda.parts >= (12, 8)


@pytest.mark.parametrize("torch", [None, "2.9.1+cu130", "2.15.0+cu132", "2.6.0+cpu"])
def test_gtx_1080_ti_never_gets_cuda_13(torch: str | None) -> None:
    """CUDA 13 has no code for Pascal, however new the driver."""
    row = pick(gpus=["GTX 1080 Ti"], torch=torch)
    assert row.cuda.major < 13


def test_mixed_gpus_need_a_build_for_both() -> None:
    """A V100 and an H100 share the builds that have code for 7.0 and 9.0."""
    row = pick(gpus=["V100", "H100"])
    assert {"7.0", "9.0"} <= set(row.targets or ())


def test_nothing_fits_a_gtx_1080_ti_beside_an_rtx_5090() -> None:
    """No build has code for both: the sentence says so, and there is no command."""
    here = facts(gpus=["GTX 1080 Ti", "RTX 5090"], torch="2.6.0+cu124")
    remedy = install_torch(here, TABLES)
    assert remedy.commands == ()
    assert "No PyTorch build" in remedy.text


@pytest.mark.parametrize(
    "machine",
    [
        {"driver": "390.157", "gpus": ["A100"]},
        {"python": "2.6.9"},
        {"python": "4.0.0"},
        {"machine": {"architecture": "riscv64"}},
        {"machine": {"os_name": "Darwin", "architecture": "arm64"}},
        {"gpus": ["Tesla K80"], "python": "3.14.0"},
    ],
    ids=["old driver", "old Python", "future Python", "RISC-V", "macOS", "old GPU, new Python"],
)
def test_impossible_machines_get_no_command(machine: dict[str, Any]) -> None:
    """A command that cannot work is never printed."""
    assert install_torch(facts(**machine), TABLES).commands == ()


def test_python_3_9_gets_its_newest_release() -> None:
    """Newer releases have no wheel for Python 3.9."""
    row = pick(python="3.9.21")
    assert row.release == newest_for("3.9")
    assert "3.9" in row.python


def test_unknown_python_gets_no_command() -> None:
    """Without the Python's release nobody knows which wheel fits."""
    here = with_packages(facts(), python_release=None)
    assert install_torch(here, TABLES).commands == ()


def test_windows_gets_an_index_url() -> None:
    """The package index serves CPU builds to Windows, so PyTorch's own index is named."""
    here = facts(driver="581.29", machine=WINDOWS, torch="2.9.1+cpu", python="3.11.9")
    words = command(here).split()
    assert words[:4] == ["/env/bin/python", "-m", "pip", "install"]
    (pin,) = [word for word in words if word.startswith("torch==2.9.1+cu")]
    variant = pin.partition("+")[2]
    assert f"--index-url={PYTORCH_INDEX}/{variant}" in words


def test_windows_driver_numbers_are_windows_s() -> None:
    """528.33 is CUDA 12's floor on Windows, where Linux needs 525.60.13."""
    here = {"gpus": ["RTX 3090"], "machine": WINDOWS, "python": "3.11.9"}
    assert pick(driver="528.33", **here).cuda.major == 12
    assert pick(driver="528.02", **here).cuda.major == 11


def test_wsl_takes_linux_wheels_and_windows_s_driver_numbers() -> None:
    """WSL is Linux on the Windows driver."""
    row = pick(driver="528.02", gpus=["RTX 3090"], machine={"is_wsl": True}, python="3.11.9")
    assert (row.platform, row.cuda.major) == ("linux_x86_64", 11)


def test_arm_server_gets_arm_wheels() -> None:
    """Grace Hopper: aarch64 wheels with code for 9.0."""
    row = pick(gpus=["H100"], machine={"architecture": "aarch64"})
    assert row.platform == "linux_aarch64"


def test_without_a_driver_the_newest_build_is_proposed() -> None:
    """The driver that will be installed is new."""
    assert pick(driver=None).release == newest_for("3.12")


def test_pin_names_the_cuda_variant() -> None:
    """Pip takes an installed +cpu of the same release for good without it."""
    row = pick(torch="2.6.0+cpu")
    assert f"torch==2.6.0+{row.variant}" in command(facts(torch="2.6.0+cpu")).split()


def test_companions_come_from_the_same_index() -> None:
    """A torchvision of another build would not load."""
    here = with_packages(
        facts(torch="2.6.0+cpu"),
        distributions=(
            Distribution(name="torch", release="2.6.0+cpu"),
            Distribution(name="torchvision", release="0.21.0+cpu"),
        ),
    )
    removal, command = install_torch(here, TABLES).commands
    assert removal == "/env/bin/python -m pip uninstall -y torchvision"
    assert "torchvision" in command.split()
    assert "torchaudio" not in command
    assert "torchvision" in install_torch(here, TABLES).text


@pytest.mark.parametrize(
    ("release", "gpus", "option"),
    [
        ("1.13.1", ["V100"], f"--extra-index-url={PYTORCH_INDEX}/cu117"),
        ("1.10.2", ["RTX 3090"], f"--find-links={PYTORCH_INDEX}/torch_stable.html"),
        ("2.1.2", ["V100"], f"--index-url={PYTORCH_INDEX}/cu121"),
    ],
)
def test_old_releases_lie_elsewhere(release: str, gpus: list[str], option: str) -> None:
    """PyTorch's index changed its form twice."""
    here = facts(torch=f"{release}+cpu", gpus=gpus, python="3.8.18")
    assert option in command(here).split()


def test_old_default_builds_are_on_the_package_index() -> None:
    """They bear no "+cuXXX", as the installed CPU build, which therefore goes first."""
    here = facts(torch="1.10.2+cpu", gpus=["V100"], python="3.8.18")
    remove, install_it = install_torch(here, TABLES).commands
    assert remove.endswith("uninstall -y torch")
    assert install_it.endswith("pip install torch==1.10.2")


def at(executable: str | None, **machine: Any) -> Facts:
    """Return the facts of an environment at that path."""
    return msgspec.structs.replace(facts(**machine), target=Target(executable=executable))


def test_paths_are_quoted_for_a_shell() -> None:
    """A path with blanks and signs stays one word."""
    path = "/home/a b/$(date)/it's/bin/python"
    assert shlex.split(installing(at(path), "x==1"))[0] == path
    assert installing(at(None), "x") == "python -m pip install x"


def test_paths_are_quoted_for_windows() -> None:
    """Programs on Windows know double quotes only, and plain paths need none."""
    here = at(r"C:\Program Files\py\python.exe", machine=WINDOWS)
    assert '"C:\\Program Files\\py\\python.exe" -m pip install' in installing(here, "x")
    plain = at(r"C:\py\python.exe", machine=WINDOWS)
    assert installing(plain, "x==1+cu118") == r"C:\py\python.exe -m pip install x==1+cu118"


def test_extras_are_quoted() -> None:
    """Brackets are patterns to a shell."""
    assert installing(at("/p"), "jax[cuda12]") == "/p -m pip install 'jax[cuda12]'"


@pytest.mark.parametrize("changes", [{"environment_kind": "uv"}, {"has_pip": False}])
def test_environments_without_pip_use_uv(changes: dict[str, Any]) -> None:
    """Uv makes environments without pip."""
    here = with_packages(facts(), **changes)
    assert installing(here, "x") == "uv pip install --python /env/bin/python x"


@pytest.mark.parametrize(
    ("distribution", "like", "family"),
    [
        ("ubuntu", ("debian",), "ubuntu"),
        ("debian", (), "debian"),
        ("linuxmint", ("ubuntu", "debian"), "ubuntu"),
        ("pop", ("ubuntu", "debian"), "ubuntu"),
        ("raspbian", ("debian",), "debian"),
        ("fedora", (), "fedora"),
        ("rhel", ("fedora",), "rhel"),
        ("rocky", ("rhel", "centos", "fedora"), "rhel"),
        ("almalinux", ("rhel", "centos", "fedora"), "rhel"),
        ("centos", ("rhel", "fedora"), "rhel"),
        ("amzn", ("fedora",), "rhel"),
        ("arch", (), "arch"),
        ("manjaro", ("arch",), "arch"),
        ("opensuse-leap", ("suse", "opensuse"), "suse"),
        ("opensuse-tumbleweed", ("opensuse", "suse"), "suse"),
        ("sles", ("suse",), "suse"),
        ("nixos", (), None),
        ("alpine", (), None),
        (None, (), None),
    ],
)
def test_distribution_family(
    distribution: str | None, like: tuple[str, ...], family: str | None
) -> None:
    """The id of /etc/os-release decides, then what it is like."""
    machine = facts(machine={"distribution": distribution, "distribution_like": like})
    assert distribution_family(machine.machine.value) == family


def remedy_for(distribution: str, **changes: Any) -> dict[str, Remedy]:
    """Return every remedy that depends on the distribution."""
    here = facts(machine={"distribution": distribution, "distribution_like": (), **changes})
    machine = here.machine.value
    return {
        "driver": install_driver(machine),
        "module": rebuild_kernel_module(machine),
        "libcuda": install_libcuda(machine, 580),
    }


@pytest.mark.parametrize(
    ("distribution", "tool"),
    [
        ("ubuntu", "ubuntu-drivers"),
        ("debian", "apt"),
        ("fedora", "dnf"),
        ("rhel", "dnf"),
        ("arch", "pacman"),
    ],
)
def test_every_family_has_its_commands(distribution: str, tool: str) -> None:
    """Each command asks for root itself and uses that family's package manager."""
    remedies = remedy_for(distribution)
    assert tool in remedies["driver"].commands[0]
    for remedy in remedies.values():
        assert all(line.startswith("sudo ") for line in remedy.commands)
        assert "{" not in " ".join(remedy.commands)
    assert remedies["module"].commands[-1] == "sudo modprobe nvidia"


def test_unknown_distribution_gets_no_guessed_package() -> None:
    """Only a sentence, with NVIDIA's page."""
    remedies = remedy_for("nixos")
    assert remedies["driver"].commands == ()
    assert "nvidia.com" in remedies["driver"].text
    assert remedies["libcuda"].commands == ()


def test_driver_remedy_names_the_release_that_is_needed() -> None:
    """An upgrade says to what."""
    text = install_driver(facts().machine.value, at_least="525.60.13").text
    assert "525.60.13 or newer" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_container": True}, "on the host"),
        ({"is_wsl": True}, "never inside WSL"),
        ({"os_name": "Windows"}, "on Windows"),
    ],
)
def test_driver_is_installed_where_it_belongs(changes: dict[str, Any], words: str) -> None:
    """Containers and WSL use the driver of what is around them: no command inside helps."""
    remedy = remedy_for("ubuntu", **changes)["driver"]
    assert words in remedy.text
    assert remedy.commands == ()


def test_libcuda_on_ubuntu_is_of_the_driver_s_branch() -> None:
    """Another branch's library would not match; without a branch no command is guessed."""
    machine = facts().machine.value
    assert install_libcuda(machine, 550).commands == ("sudo apt install libnvidia-compute-550",)
    assert install_libcuda(machine, None).commands == ()


def test_libcuda_in_a_container_is_a_capability() -> None:
    """The container's libcuda comes from the host, when it is asked for."""
    (line,) = remedy_for("ubuntu", is_container=True)["libcuda"].commands
    assert "NVIDIA_DRIVER_CAPABILITIES=compute,utility" in line


def test_uncertain_package_names_get_words_only() -> None:
    """Where a package's name changes with the branch and is not known, no command is made up."""
    assert remedy_for("suse")["driver"].commands == ()
    machine = facts(machine={"distribution": "ubuntu"}).machine.value
    assert install_libcuda(machine, 580).commands
    assert install_libcuda(machine, 595).commands == ()
