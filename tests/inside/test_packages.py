"""packages.py reads what installers leave on disk, whole or broken, and imports nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from environments import install, make_environment, write
from gpucheck.facts import Distribution, Packages
from inside.probing import as_packages, run_probe, told

BARE = (sys.executable, "-S")  # no site-packages: only what a test puts on PYTHONPATH


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of packages that is on the path of the probes that the test runs."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


def read() -> Packages:
    """Return what the probe tells of the folders on the path."""
    return as_packages(told(run_probe(BARE, "probes/packages")))


def builds() -> dict[str, Any]:
    """Return the builds of the frameworks on the path, by name."""
    found: dict[str, Any] = told(run_probe(BARE, "probes/packages")).get("frameworks", {})
    return found


def only_distribution() -> Distribution:
    """Return the one distribution on the path."""
    (distribution,) = read().distributions or ()
    return distribution


def test_tells_which_python_it_runs_under() -> None:
    """The interpreter's own facts are those of the interpreter that runs the probe."""
    packages = as_packages(told(run_probe(sys.executable, "probes/packages")))
    assert packages.python_release == sys.version.split()[0].rstrip("+")
    assert (packages.prefix, packages.base_prefix) == (sys.prefix, sys.base_prefix)
    assert packages.python_bits == (64 if sys.maxsize > 2**32 else 32)


def test_reads_a_wheels_metadata(site: Path) -> None:
    """Release, installer, tags and unconditional requirements come from the metadata folder."""
    info = install(site, "nvidia-cudnn-cu12", "9.1.0.70")
    write(
        info / "METADATA",
        "Metadata-Version: 2.1\nName: nvidia-cudnn-cu12\nVersion: 9.1.0.70\n"
        "Requires-Dist: nvidia-cublas-cu12\n"
        "Requires-Dist: numpy>=1.21; python_version >= '3.9'\n"
        'Requires-Dist: pytest; extra == "test"\n\nRequires-Dist: not a header\n',
    )
    assert only_distribution() == Distribution(
        name="nvidia-cudnn-cu12",
        release="9.1.0.70",
        folder=str(site),
        installer="pip",
        wheel_tags=("cp312-cp312-manylinux_2_28_x86_64",),
        requires=("nvidia-cublas-cu12", "numpy>=1.21; python_version >= '3.9'"),
        is_editable=False,
    )


def test_counts_everything_and_lists_what_concerns_gpus(site: Path) -> None:
    """A web framework counts as installed and is not listed."""
    for name in ("Flask", "torch", "nvidia-nccl-cu12"):
        install(site, name, "1.0")
    packages = read()
    assert packages.distribution_count == 3
    assert [d.name for d in packages.distributions or ()] == ["nvidia-nccl-cu12", "torch"]


def test_reads_older_metadata(site: Path) -> None:
    """Folders and files named .egg-info are read too, and so is requires.txt."""
    write(site / "numpy-1.24.2.egg-info" / "PKG-INFO", "Name: numpy\nVersion: 1.24.2\n")
    write(site / "cupy.egg-info" / "PKG-INFO", "Name: cupy\nVersion: 9.0.0\n")
    write(site / "cupy.egg-info" / "requires.txt", "numpy>=1.17\n\n[test]\npytest\n")
    write(site / "pycuda-2019.1-py2.7.egg-info", "Name: pycuda\nVersion: 2019.1\n")
    found = {d.name: (d.release, d.requires) for d in read().distributions or ()}
    assert found == {
        "numpy": ("1.24.2", ()),
        "cupy": ("9.0.0", ("numpy>=1.17",)),
        "pycuda": ("2019.1", ()),
    }


def test_recognises_editable_installs(site: Path) -> None:
    """Both the link of setup.py and the note of pip mark a project as editable."""
    write(site / "xformers.egg-link", "/home/me/xformers\n.")
    info = install(site, "torch", "2.6.0a0")
    write(info / "direct_url.json", '{"dir_info": {"editable": true}, "url": "file:///home/me"}')
    assert {d.name: d.is_editable for d in read().distributions or ()} == {
        "xformers": True,
        "torch": True,
    }


@pytest.mark.parametrize("content", [b"\xff\xfe\x00broken", b"", b"no colon here\n"])
def test_broken_metadata_costs_only_itself(site: Path, content: bytes) -> None:
    """With unreadable METADATA the folder's name still tells name and release."""
    info = install(site, "torch", "2.6.0+cu124")
    write(info / "METADATA", content)
    write(info / "direct_url.json", b"[\xff")
    assert (only_distribution().name, only_distribution().release) == ("torch", "2.6.0+cu124")


def test_metadata_folder_without_files(site: Path) -> None:
    """A metadata folder that lost all its files is still listed."""
    (site / "torch-2.6.0.dist-info").mkdir()
    assert (only_distribution().name, only_distribution().release) == ("torch", "2.6.0")


def test_records_a_folder_that_cannot_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unreadable entry of the path is reported; the missing one beside it is nothing unusual."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    monkeypatch.setenv("PYTHONPATH", f"{loop}:{tmp_path / 'missing'}")
    assert read().unreadable_folders == (str(loop),)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_folder_name_that_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose name is not UTF-8 is read, and its name stays valid text."""
    folder = Path(str(tmp_path) + "/caf\udce9")
    install(folder, "torch", "2.6.0")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    assert only_distribution().folder == f"{tmp_path}/caf\ufffd"


def test_lists_what_an_interrupted_pip_left(site: Path) -> None:
    """Names that start with a tilde are leftovers and no distributions."""
    (site / "~orch").mkdir()
    (site / "~orch-2.6.0.dist-info").mkdir()
    packages = read()
    assert packages.leftover_entries == ("~orch", "~orch-2.6.0.dist-info")
    assert packages.distribution_count == 0


def test_imports_nothing(site: Path) -> None:
    """Packages that must not be imported are read all the same."""
    bomb = "raise SystemExit('imported')\n"
    files = {"torch/__init__.py": bomb, "torch/version.py": "cuda = '12.4'\n" + bomb}
    install(site, "torch", "2.6.0", files)
    assert builds()["torch"]["built_for_cuda"] == "12.4"


@pytest.mark.parametrize(
    ("names", "module"),
    [
        (("cupy-cuda11x", "cupy-cuda12x"), "cupy"),
        (("onnxruntime", "onnxruntime-gpu"), "onnxruntime"),
        (("tensorflow", "tensorflow-cpu"), "tensorflow"),
        (("tensorflow", "tf-nightly"), "tensorflow"),
        (("nvidia-ml-py", "nvidia-ml-py3"), "pynvml"),
    ],
)
def test_tells_which_distributions_share_a_module(
    site: Path, names: tuple[str, ...], module: str
) -> None:
    """Two distributions that both installed one module are named together."""
    for name in names:
        install(site, name, "1.0", {f"{module}/__init__.py": ""})
    assert read().shared_modules == {module: names}


def test_a_placeholder_shares_nothing(site: Path) -> None:
    """A distribution without files owns no module: tensorflow-gpu 2.12, pynvml 12."""
    install(site, "tensorflow", "2.12.0", {"tensorflow/__init__.py": ""})
    install(site, "tensorflow-gpu", "2.12.0")
    install(site, "nvidia-ml-py", "12.560.30", {"pynvml.py": ""})
    install(site, "pynvml", "12.0.0", {"pynvml_utils/__init__.py": ""})
    assert read().shared_modules == {}
    assert builds()["tensorflow"]["distribution"] == "tensorflow"


def test_one_distribution_twice_is_not_sharing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's and the environment's copy of torch are one name; both are listed."""
    for folder in ("user", "environment"):
        install(tmp_path / folder, "torch", "2.6.0", {"torch/__init__.py": ""})
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'user'}:{tmp_path / 'environment'}")
    packages = read()
    assert packages.shared_modules == {}
    assert [d.folder for d in packages.distributions or ()] == [
        str(tmp_path / "user"),
        str(tmp_path / "environment"),
    ]


def test_the_first_module_on_the_path_is_the_framework(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file torch.py ahead of the environment is what `import torch` takes."""
    write(tmp_path / "project" / "torch.py")
    install(tmp_path / "site", "torch", "2.6.0", {"torch/__init__.py": ""})
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'project'}:{tmp_path / 'site'}")
    assert builds()["torch"]["folder"] == str(tmp_path / "project" / "torch.py")


def test_a_folder_without_init_is_no_framework(site: Path) -> None:
    """What an uninstall left of torch/ does not count; the metadata alone does."""
    write(site / "torch" / "lib" / "leftover.so")
    assert "torch" not in builds()
    install(site, "torch", "2.6.0")
    assert builds()["torch"] == {"name": "torch", "distribution": "torch", "release": "2.6.0"}


@pytest.mark.parametrize(
    ("place", "file", "text", "kind"),
    [
        ("environment", "notes.txt", "", "venv"),
        (
            "environment",
            "pyvenv.cfg",
            "home = {home}\ninclude-system-site-packages = false\nuv = 0.9.5\n",
            "uv",
        ),
        ("environment", "conda-meta/history", "", "conda"),
        (".pixi/envs/default", "conda-meta/history", "", "pixi"),
        ("pypoetry/virtualenvs/proj-Xa1-py3.11", "notes.txt", "", "poetry"),
        (".venv", "../poetry.lock", "", "poetry"),
    ],
)
def test_tells_what_made_the_environment(
    tmp_path: Path, place: str, file: str, text: str, kind: str
) -> None:
    """Each tool is known by the files it leaves in the environment."""
    python = make_environment(tmp_path / place)
    write(tmp_path / place / file, text.format(home=Path(sys.base_prefix, "bin")))
    packages = as_packages(told(run_probe(python, "probes/packages")))
    assert (packages.environment_kind, packages.has_pip) == (kind, False)
    assert packages.prefix == str(tmp_path / place)


def test_reads_conda_packages(tmp_path: Path) -> None:
    """Conda's own list gives name, release, build and channel; tokens in a channel stay there."""
    python = make_environment(tmp_path)
    channel = "https://conda.anaconda.org"
    for file, url in {
        "pytorch-2.5.1-py3.11_cuda12.4_cudnn9.1.0_0": f"{channel}/pytorch/linux-64",
        "cuda-cudart-12.4.127-0": f"{channel}/t/SECRET/nvidia/linux-64",
        "cudnn-9.3.0.75-h93bb076_0": "https://me:SECRET@repo.example.org/conda-forge/noarch",
        "flask-3.0.0-pyhd8ed1ab_0": f"{channel}/conda-forge/noarch",
    }.items():
        write(tmp_path / "conda-meta" / f"{file}.json", f'{{"build": "x", "channel": "{url}"}}')
    write(tmp_path / "conda-meta" / "nccl-2.23-h0_0.json", b"\xff not JSON")
    packages = as_packages(told(run_probe(python, "probes/packages")))
    assert {(p.name, p.release, p.build, p.channel) for p in packages.conda_packages or ()} == {
        ("pytorch", "2.5.1", "py3.11_cuda12.4_cudnn9.1.0_0", "pytorch"),
        ("cuda-cudart", "12.4.127", "0", "nvidia"),
        ("cudnn", "9.3.0.75", "h93bb076_0", "conda-forge"),
        ("nccl", "2.23", "h0_0", None),
    }
