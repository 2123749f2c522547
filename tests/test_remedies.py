"""Remedies: the command fits the machine, and there is none where none would help."""

from __future__ import annotations

import shlex
from typing import Any

import msgspec
import pytest

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.cards import last_branch_of_cards
from gpucheck.facts import Distribution, Facts, Target
from gpucheck.findings import Remedy
from gpucheck.remedies import (
    addon_for,
    distribution_family,
    fitting_torch,
    install,
    install_cuda_build,
    install_driver,
    install_driver_for,
    install_libcuda,
    install_numba_cuda,
    install_toolkit,
    install_torch,
    rebuild_kernel_module,
)
from gpucheck.suggest.pytorch_index import PYTORCH_INDEX
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda
from make import facts, framework

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


def test_of_builds_that_no_index_serves_the_one_that_the_driver_offers_is_taken() -> None:
    """What compiles at run time may need a driver that itself offers the build's CUDA."""
    for driver, variant in (("537.13", "cu121"), ("551.61", "cu124")):
        assert pick(driver=driver, torch="2.5.1+cpu", machine=WINDOWS).variant == variant


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
    words = command(here).split()
    assert {"torch==2.6.0+cu124", "torchvision==0.21.0+cu124"} <= set(words)
    assert f"--index-url={PYTORCH_INDEX}/cu124" in words
    assert "torchaudio" not in command(here)
    assert "torchvision" in install_torch(here, TABLES).text


@pytest.mark.parametrize(
    ("release", "gpus", "option"),
    [
        ("1.13.1", ["V100"], f"--extra-index-url={PYTORCH_INDEX}/cu117"),
        ("1.10.2", ["RTX 3090"], f"--find-links={PYTORCH_INDEX}/torch_stable.html"),
        ("2.1.2", ["V100"], f"--extra-index-url={PYTORCH_INDEX}/cu121"),
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
    assert install_it.endswith("pip install torch==1.10.2 'numpy<2'")


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


PIXI = {"environment_kind": "pixi"}


def test_pixi_removes_what_is_in_the_way() -> None:
    """Two owners of one module do no good there either."""
    remedy = install(facts(packages=PIXI), "Do it.", "x==1", instead_of=("y",))
    assert remedy.commands == ("pixi remove --pypi y", "pixi add --pypi x==1")


@pytest.mark.parametrize("argument", ["torch==2.6.0+cu124", "--force-reinstall"])
def test_pixi_has_no_command_for_an_index_or_an_option(argument: str) -> None:
    """A command without them would not do what is said."""
    assert install(facts(packages=PIXI), "Do it.", argument).commands == ()


POETRY = {"environment_kind": "poetry"}


def test_poetry_changes_its_project() -> None:
    """What pip installs behind its back, Poetry takes out again."""
    remedy = install(facts(packages=POETRY), "Do it.", "jax[cuda12]", instead_of=("jaxlib",))
    assert remedy.commands == ("poetry remove jaxlib", "poetry add 'jax[cuda12]'")


def test_poetry_takes_a_build_from_an_index_of_its_own() -> None:
    """An explicit source serves only the packages that name it."""
    here = facts(driver="550.54.15", torch="2.6.0+cpu", packages=POETRY)
    source, added = install_torch(here, TABLES).commands
    assert source == (f"poetry source add --priority=explicit pytorch-cu124 {PYTORCH_INDEX}/cu124")
    assert added == "poetry add --source pytorch-cu124 torch==2.6.0+cu124"


@pytest.mark.parametrize("argument", ["torch==2.6.0+cu124", "--force-reinstall"])
def test_poetry_has_no_command_for_an_option(argument: str) -> None:
    """A local build without its index would not be found."""
    assert install(facts(packages=POETRY), "Do it.", argument).commands == ()


@pytest.mark.parametrize(
    ("cuda", "commands"),
    [
        ("12.4", ("winget install --exact --id Nvidia.CUDA --version 12.4",)),
        ("10.1", ()),
    ],
)
def test_windows_gets_the_toolkit_from_winget(cuda: str, commands: tuple[str, ...]) -> None:
    """Only the releases that winget has; the archive has them all."""
    remedy = install_toolkit(facts(machine=WINDOWS), BuiltForCuda.parse(cuda))
    assert remedy.commands == commands
    assert "cuda-toolkit-archive" in remedy.text


def test_pixi_takes_no_cuda_newer_than_the_driver() -> None:
    """550 is CUDA 12.4's driver."""
    here = facts(driver="550.54.15", packages=PIXI)
    assert command(here) == "pixi add pytorch-gpu 'cuda-version<=12.4'"


@pytest.mark.parametrize(
    "beside",
    [
        {"distributions": {"nvidia-cublas-cu12": "12.4.5.8", "nvidia-cudnn-cu12": "9.1.0.70"}},
        {"frameworks": [framework("cupy", "14.2.0", "12.9", distribution="cupy-cuda12x")]},
        {"torch": "2.6.0+cu124"},
    ],
    ids=["wheels", "CuPy", "PyTorch"],
)
def test_an_environment_gets_no_second_cuda_major(beside: dict[str, Any]) -> None:
    """The driver would run CUDA 13 too; the environment is one of CUDA 12."""
    here = facts(**beside)
    assert "for CUDA 12" in install_cuda_build("onnxruntime", here, TABLES).text
    assert "numba-cuda[cu12]" in install_numba_cuda(here, TABLES).commands[0]


@pytest.mark.parametrize("name", ["jax", "tensorflow", "onnxruntime"])
@pytest.mark.parametrize(("gpu", "is_old"), [("V100", True), ("GTX 1080 Ti", True), ("T4", False)])
def test_old_gpus_get_the_last_cudnn_for_them(name: str, gpu: str, *, is_old: bool) -> None:
    """What the newest builds bring along has no code for Pascal and Volta."""
    here = facts(gpus=[gpu], frameworks=[framework(name, "0")])
    words = install_cuda_build(name, here, TABLES).commands[-1].split()
    assert ("'nvidia-cudnn-cu12<=9.10.2.21'" in words) == is_old
    assert any("nvidia-cudnn" in word for word in words) == is_old


@pytest.mark.parametrize(
    ("name", "machine", "helps"),
    [
        ("tensorflow", {"machine": {"architecture": "aarch64"}}, False),
        ("jax", {"gpus": ["Tesla K80"]}, False),
        ("tensorflow", {"driver": "390.157"}, True),
    ],
)
def test_a_driver_is_proposed_only_where_one_helps(
    name: str, machine: dict[str, Any], *, helps: bool
) -> None:
    """Nothing else makes a build for another processor or GPU fit."""
    remedy = install_cuda_build(name, facts(frameworks=[framework(name, "0")], **machine), TABLES)
    assert remedy.commands == ()
    assert ("upgrade the driver" in remedy.text) == helps


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
        assert "{" not in " ".join(remedy.commands).replace("${Package}", "")
    last = "sudo reboot" if distribution == "arch" else "sudo modprobe nvidia"
    assert remedies["module"].commands[-1] == last


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


def test_libcuda_on_ubuntu_is_put_back() -> None:
    """Whatever branch and flavour (550, 550-server, 590 without a name) is installed."""
    (line,) = install_libcuda(facts().machine.value, 550).commands
    assert line.startswith("sudo apt install --reinstall $(dpkg-query -W -f '${Package} '")


@pytest.mark.parametrize("distribution", ["debian", "fedora", "rhel", "arch", "suse"])
def test_old_gpu_gets_no_driver_that_drops_it(distribution: str) -> None:
    """The packages of these names may be of a branch that ended Pascal and Volta."""
    machine = facts(machine={"distribution": distribution}).machine.value
    remedy = install_driver(machine, what="a newer NVIDIA driver", last_branch=580)
    assert remedy.commands == ()
    assert "branch 580 is the last for this GPU" in remedy.text


def test_old_gpu_on_ubuntu_keeps_the_command() -> None:
    """What ubuntu-drivers installs fits the GPU."""
    remedy = install_driver(facts().machine.value, last_branch=580)
    assert remedy.commands[0] == "sudo ubuntu-drivers install"
    assert "branch 580 is the last" in remedy.text


def test_no_newer_driver_for_an_old_gpu() -> None:
    """A floor above the GPU's last branch cannot be reached."""
    remedy = install_driver(facts().machine.value, at_least="590.44.01", last_branch=580)
    assert remedy.commands == ()
    assert remedy.text.startswith("No newer driver helps")


def test_debian_s_driver_is_too_old_for_blackwell() -> None:
    """NVIDIA's repository has one; other GPUs get Debian's own."""
    debian = {"distribution": "debian"}
    new = install_driver_for(facts(gpus=["RTX 5090"], machine=debian), TABLES)
    assert new.commands == ()
    assert "from NVIDIA's repository" in new.text
    assert install_driver_for(facts(machine=debian), TABLES).commands


def test_last_branch_of_several_gpus() -> None:
    """One driver runs a V100 and an H100; none runs a K80 and an RTX 4090."""
    assert last_branch_of_cards(facts(gpus=["V100", "H100"]), TABLES) == 580
    assert last_branch_of_cards(facts(gpus=["V100", "RTX 5090"]), TABLES) == 580
    assert last_branch_of_cards(facts(gpus=["Tesla K80", "RTX 4090"]), TABLES) is None
    assert last_branch_of_cards(facts(), TABLES) is None


def test_modules_of_arch_and_suse() -> None:
    """An update of Arch replaces the modules of the running kernel; SUSE's come ready made."""
    arch = remedy_for("arch")["module"]
    assert arch.text.startswith("Reboot first")
    assert remedy_for("suse")["module"].commands == ("sudo modprobe nvidia",)


def test_libcuda_in_a_container_is_a_capability() -> None:
    """The container's libcuda comes from the host, when it is asked for."""
    (line,) = remedy_for("ubuntu", is_container=True)["libcuda"].commands
    assert "NVIDIA_DRIVER_CAPABILITIES=compute,utility" in line


def test_uncertain_package_names_get_words_only() -> None:
    """Where a package's name changes with the branch and is not known, no command is made up."""
    assert remedy_for("suse")["driver"].commands == ()
    assert remedy_for("suse")["libcuda"].commands == ()


@pytest.mark.parametrize("changes", [{"python_release": None}, {"python_release": "3."}])
def test_what_belongs_to_a_torch_is_known_without_its_python(changes: dict[str, Any]) -> None:
    """A report may leave the Python out, or cut it off."""
    here = with_packages(facts(torch="2.6.0+cu124"), **changes)
    assert addon_for("torchvision", "2.6.0", here, TABLES) == "0.21.0"
    assert addon_for("xformers", "2.6.0", here, TABLES) is not None
    assert addon_for("torch-scatter", "2.6.0", here, TABLES) is None
