"""The claims of copied set-up notes: each verdict, recomputed where another table decides it.

One test a claim. What the other tables say is asked for again here, so a claim cannot stay when
the facts under it change.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from gpucheck.answers.releases import requirement
from gpucheck.answers.setup_notes_page import setup_notes_page
from gpucheck.compatibility.builds import has_python
from gpucheck.queries import query
from gpucheck.tables.rows.notes import SetupNoteRow
from gpucheck.tables.rows.numba import NumbaWheelRow
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow
from queries.asking import ask, said, tables

ROOT = Path(__file__).parents[2]


def verdict(slug: str) -> str | None:
    """Return the verdict on a claim, by the query."""
    answer = ask(f"note {slug}")
    assert [s.values for s in answer.stated if s.topic == "verdict"] == [(answer.verdict,)]
    return answer.verdict


def tensorflow(release: str, package: str, platform: str = "linux_x86_64") -> TensorflowWheelRow:
    """Return a TensorFlow wheel."""
    key = (release, package, platform)
    rows = tables().tensorflow_wheels.rows
    return next(row for row in rows if (row.release, row.package, row.platform) == key)


def releases_of(package: str, platform: str) -> list[TensorflowWheelRow]:
    """Return the wheels of a TensorFlow package for a platform, oldest first."""
    rows = tables().tensorflow_wheels.rows
    found = [row for row in rows if (row.package, row.platform) == (package, platform)]
    return sorted(found, key=lambda row: Version(row.release))


def numba(release: str) -> NumbaWheelRow:
    """Return the wheel of a numba release."""
    rows = tables().numba_wheels.rows
    return next(row for row in rows if (row.package, row.release) == ("numba", release))


def test_tensorflow_2_5_with_cuda_11_2() -> None:
    """Wheel and documentation agree on it."""
    assert verdict("tensorflow-2-5-with-cuda-11-2") == "confirmed"
    wheel = tensorflow("2.5.0", "tensorflow")
    assert "3.8" in wheel.python
    assert (str(wheel.cuda), wheel.cudnn_major) == ("11.2", 8)
    tested = next(
        row
        for row in tables().tensorflow_tested.rows
        if (row.release, row.platform) == ("2.5.0", "linux_gpu")
    )
    assert (tested.cuda, tested.cudnn, tested.python) == ("11.2", "8.1", "3.6-3.9")


def test_numba_0_52_for_tensorflow_2_5() -> None:
    """0.52 to 0.56 take the NumPy of TensorFlow 2.5 on Python 3.8; 0.57 does not."""
    assert verdict("numba-0-52-for-tensorflow-2-5") == "partly"
    numpy = requirement(tensorflow("2.5.0", "tensorflow").requires, "numpy")
    assert numpy == "~=1.19.2"
    for release in ("0.52.0", "0.53.1", "0.54.1", "0.55.2", "0.56.4"):
        wheel = numba(release)
        assert has_python(wheel.python, "3.8")
        assert "1.19.5" in SpecifierSet(requirement(wheel.requires, "numpy") or "")
    assert "1.19.5" not in SpecifierSet(requirement(numba("0.57.0").requires, "numpy") or "")
    documented = next(row for row in tables().numba_documented.rows if row.release == "0.52.0")
    assert documented.numpy == (">=1.15,<1.20",)


def test_pip_install_tensorflow_gpu() -> None:
    """It exists up to 2.11, and since 2.1 plain tensorflow is a CUDA build of the same CUDA."""
    assert verdict("pip-install-tensorflow-gpu") == "partly"
    gpu = releases_of("tensorflow-gpu", "linux_x86_64")
    assert Version("2.5.0") in {Version(row.release) for row in gpu}
    assert Version(gpu[-1].release) < Version("2.12")
    for row in gpu:
        if Version(row.release) >= Version("2.1"):
            plain = tensorflow(row.release, "tensorflow")
            assert (plain.is_cuda_build, plain.cuda) == (True, row.cuda)


def test_tensorflow_beside_tensorflow_gpu() -> None:
    """The query says to install one of them."""
    assert verdict("tensorflow-beside-tensorflow-gpu") == "contradicted"
    assert said("tensorflow 2.5.0")["install only"][0].startswith(
        "one of tensorflow, tensorflow-gp"
    )


def test_tensorflow_installs_cuda() -> None:
    """Only the extra brings CUDA, and it starts with 2.14; 2.5 requires nothing of NVIDIA's."""
    assert verdict("tensorflow-installs-cuda") == "contradicted"
    rows = releases_of("tensorflow", "linux_x86_64")
    with_extra = [Version(row.release) for row in rows if row.and_cuda]
    assert min(with_extra) == Version("2.14.0")
    assert not [row for row in rows if any("nvidia" in entry for entry in row.requires)]
    assert tensorflow("2.15.1", "tensorflow").and_cuda


def test_cudnn_dll_into_system_folder() -> None:
    """The name fits 2.4 to 2.10 on Windows: cuDNN 8 there, 7 before, none after."""
    assert verdict("cudnn-dll-into-system-folder") == "partly"
    loading = [
        Version(row.release)
        for row in releases_of("tensorflow", "win_amd64")
        if row.is_cuda_build and row.cudnn_major == 8
    ]
    assert (min(loading), max(loading)) == (Version("2.4.0"), Version("2.10.1"))
    assert tensorflow("2.3.0", "tensorflow", "win_amd64").cudnn_major == 7


def test_cuda_under_programdata() -> None:
    """No table decides it; the answer names the right folder."""
    assert verdict("cuda-under-programdata") == "contradicted"
    assert "Program Files" in said("note cuda-under-programdata")["instead"][0]


def test_torch_1_9_1_cu111_triple() -> None:
    """Both companions pin torch 1.9.1, which has the variant, on Windows too."""
    assert verdict("torch-1-9-1-cu111-triple") == "confirmed"
    companions = {(row.package, row.release): row.torch for row in tables().torch_companions.rows}
    assert companions["torchvision", "0.10.1"] == "==1.9.1"
    assert companions["torchaudio", "0.9.1"] == "==1.9.1"
    builds = [r for r in tables().torch_wheels.rows if (r.torch, r.variant) == ("1.9.1", "cu111")]
    assert {"linux_x86_64", "win_amd64"} <= {row.platform for row in builds}
    assert {row.form for row in builds} == {"find-links"}


def test_cuda_11_2_takes_torch_cu111() -> None:
    """No torch was ever built for CUDA 11.2; cu111 exists from 1.8 to 1.10."""
    assert verdict("cuda-11-2-takes-torch-cu111") == "partly"
    rows = tables().torch_wheels.rows
    assert "cu112" not in {row.variant for row in rows}
    cu111 = {row.torch for row in rows if row.variant == "cu111"}
    assert {"1.8.0", "1.9.1", "1.10.2"} <= cu111
    assert all(Version("1.8") <= Version(torch) < Version("1.11") for torch in cu111)


def test_torch_needs_cuda_and_cudnn_first() -> None:
    """Every CUDA wheel for Linux on the package index requires cuDNN's wheel since 1.13."""
    assert verdict("torch-needs-cuda-and-cudnn-first") == "contradicted"
    wheels = ("nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13")
    requiring = [
        Version(row.torch)
        for row in tables().torch_index_wheels.rows
        if row.platform == "linux_x86_64" and requirement(row.requires, *wheels)
    ]
    newest = max(
        Version(r.torch) for r in tables().torch_index_wheels.rows if r.platform == "linux_x86_64"
    )
    assert min(requiring) == Version("1.13.0")
    assert newest in requiring


def test_offline_wheel_name() -> None:
    """There is such a build: 1.9.1 for CUDA 11.1, Python 3.8, Windows."""
    assert verdict("offline-wheel-name") == "confirmed"
    row = next(
        row
        for row in tables().torch_wheels.rows
        if (row.torch, row.variant, row.platform) == ("1.9.1", "cu111", "win_amd64")
    )
    assert "3.8" in row.python


def test_rename_unsupported_wheel() -> None:
    """No table decides it; the answer says where the tags are listed."""
    assert verdict("rename-unsupported-wheel") == "contradicted"
    assert "pip debug" in said("note rename-unsupported-wheel")["instead"][0]


def test_trusted_host() -> None:
    """No table decides it; the answer says to leave it out."""
    assert verdict("trusted-host") == "contradicted"
    assert said("note trusted-host")["instead"][0].startswith("Leave it out")


def test_nvidia_smi_and_nvcc() -> None:
    """A driver offers one CUDA, and runs programs of others."""
    assert verdict("nvidia-smi-and-nvcc") == "confirmed"
    assert said("driver 535.129")["offers CUDA"] == ("12.2",)


def test_nvcc_decides_the_build() -> None:
    """Driver 535 offers 12.2, yet runs builds for 12.8; their wheels bring CUDA along."""
    assert verdict("nvcc-decides-the-build") == "contradicted"
    assert said("driver 535.129")["runs CUDA 12.x"][0].startswith("yes: ")
    torch = next(
        row
        for row in tables().torch_index_wheels.rows
        if (row.torch, row.platform) == ("2.9.1", "linux_x86_64")
    )
    assert requirement(torch.requires, "nvidia-cuda-runtime-cu12")
    assert any(row.with_cuda for row in tables().jax_wheels.rows)


def test_cupy_matches_nvcc() -> None:
    """cupy-cuda112 is 8.5.0 to 10.6.0; packages of a major begin with 11, [ctk] with 14."""
    assert verdict("cupy-matches-nvcc") == "partly"
    rows = tables().cupy_wheels.rows
    exact = [row for row in rows if row.package == "cupy-cuda112"]
    releases = [Version(row.release) for row in exact]
    assert (min(releases), max(releases)) == (Version("8.5.0"), Version("10.6.0"))
    assert all("3.8" in row.python for row in exact)
    majors = [Version(row.release) for row in rows if row.cuda.endswith(".x")]
    assert min(majors) == Version("11.0.0")
    assert min(Version(row.release) for row in rows if row.ctk) == Version("14.0.0")


def test_cupy_has_no_sparse() -> None:
    """No table decides it; the answer names the module."""
    assert verdict("cupy-has-no-sparse") == "contradicted"
    assert "cupyx.scipy.sparse" in said("note cupy-has-no-sparse")["why"][0]


def test_tf_test_is_gpu_available() -> None:
    """No table decides it; the answer names what replaces it."""
    assert verdict("tf-test-is-gpu-available") == "partly"
    instead = said("note tf-test-is-gpu-available")["instead"][0]
    assert "tf.config.list_physical_devices" in instead


def test_tf_private_v1_import() -> None:
    """No table decides it; the answer names the public module."""
    assert verdict("tf-private-v1-import") == "contradicted"
    assert "tensorflow.compat.v1" in said("note tf-private-v1-import")["instead"][0]


def test_tensorflow_python_2() -> None:
    """1.15.0 and 2.1.0 are the last of their majors with wheels for 2.7."""
    assert verdict("tensorflow-python-2") == "partly"
    rows = releases_of("tensorflow", "linux_x86_64")
    with_2_7 = [Version(row.release) for row in rows if "2.7" in row.python]
    assert max(with_2_7) == Version("2.1.0")
    assert max(release for release in with_2_7 if release.major == 1) == Version("1.15.0")


def test_index_mirror() -> None:
    """Other builds than the default are on PyTorch's own index, which a mirror lacks."""
    assert verdict("index-mirror") == "confirmed"
    command = said("torch 2.9.1+cu126")["to take cu126"][0]
    assert "download.pytorch.org" in command


def test_theano_and_caffe2() -> None:
    """Both are in the table of retired frameworks."""
    assert verdict("theano-and-caffe2") == "contradicted"
    assert said("retired theano")["released"][0].startswith("2020")
    assert "PyTorch" in said("retired caffe2")["instead"][0]


def test_cudnn_7_for_cuda_9() -> None:
    """TensorFlow 1.5 to 1.12 were documented with CUDA 9 and cuDNN 7, 1.4 and 1.13 were not."""
    assert verdict("cudnn-7-for-cuda-9") == "confirmed"
    documented = {
        Version(row.release).minor: (
            (row.cuda or "").split(".")[0],
            (row.cudnn or "").split(".")[0],
        )
        for row in tables().tensorflow_tested.rows
        if row.platform == "linux_gpu" and row.release.startswith("1.")
    }
    assert [minor for minor, set_ in sorted(documented.items()) if set_ == ("9", "7")] == list(
        range(5, 13)
    )


def test_cuda_only_on_nvidia() -> None:
    """No table decides it; the answer names ROCm."""
    assert verdict("cuda-only-on-nvidia") == "partly"
    assert "ROCm" in said("note cuda-only-on-nvidia")["why"][0]


def test_tf_session_and_placeholder() -> None:
    """The last 1.x ends with Python 3.7."""
    assert verdict("tf-session-and-placeholder") == "partly"
    rows = releases_of("tensorflow", "linux_x86_64")
    last = [row for row in rows if row.release.startswith("1.")][-1]
    assert last.release.startswith("1.15")
    assert "3.7" in last.python
    assert not [
        python
        for row in rows
        if row.release[0] == "1"
        for python in row.python
        if python in {"3.8", "3.9", "3.10"}
    ]


def test_mxnet_gpu() -> None:
    """1.9.1 is the last, and its packages with CUDA are for Linux only."""
    assert verdict("mxnet-gpu") == "partly"
    rows = tables().mxnet_wheels.rows
    assert max(Version(row.release) for row in rows if row.cuda) == Version("1.9.1")
    last = [row for row in rows if row.release == "1.9.1" and row.cuda]
    assert {platform for row in last for platform in row.platforms} == {"linux_x86_64"}
    packages = {row.package for row in last}
    assert {"mxnet-cu101", "mxnet-cu117"} <= packages
    assert "Apache MXNet" in said("retired mxnet")["retired"]


def test_torch_cuda_checks() -> None:
    """One release has builds for several CUDAs, so torch.version.cuda tells the build's."""
    assert verdict("torch-cuda-checks") == "confirmed"
    cudas = {row.cuda for row in tables().torch_wheels.rows if row.torch == "2.5.1"}
    assert len(cudas) == 3


def test_there_are_27_claims_and_each_has_its_test() -> None:
    """A claim without a test would be an opinion."""
    slugs = [row.slug for row in tables().setup_notes.rows]
    assert len(slugs) == 27
    tests = {name.removeprefix("test_").replace("_", "-") for name in globals()}
    assert not [slug for slug in slugs if slug not in tests]


@pytest.mark.parametrize("row", tables().setup_notes.rows, ids=lambda row: row.slug)
def test_what_a_note_names_can_be_asked(row: SetupNoteRow) -> None:
    """The queries that show a claim have answers, and their subjects exist."""
    for question in row.shown_by:
        assert query(question.partition(" ")[0])
        assert ask(question).stated


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("trusted host", "trusted-host"),
        ("rename the wheel", "rename-unsupported-wheel"),
        ("copy cudnn64_8.dll to system32", "cudnn-dll-into-system-folder"),
        ("CuPy sparse", "cupy-has-no-sparse"),
        ("Theano", "theano-and-caffe2"),
        ("tensorflow-gpu beside tensorflow", "tensorflow-beside-tensorflow-gpu"),
        ("does nvcc decide the build", "nvcc-decides-the-build"),
    ],
)
def test_a_claim_is_found_by_its_words(words: str, slug: str) -> None:
    """Rare words count more than frequent ones, and words that say nothing not at all."""
    row = next(row for row in tables().setup_notes.rows if row.slug == slug)
    assert said(f"note {words}")["claim"] == (row.claim,)


def test_several_claims_can_fit() -> None:
    """All are shown that fit best, without a common verdict if they differ; the rest is named."""
    answer = ask("note tensorflow")
    claims = [stated for stated in answer.stated if stated.topic == "claim"]
    assert len(claims) == 4
    assert answer.verdict is None
    assert said("note tensorflow")["also about it"]


def test_words_of_no_claim_name_some() -> None:
    """What there is is shown in short, not as a page of keys."""
    answer = ask("note pizza")
    assert not answer.stated
    assert not answer.near
    assert answer.known
    assert tables().setup_notes.rows[0].slug in answer.known


def test_the_page_is_up_to_date() -> None:
    """docs/setup-notes.md is what the table gives."""
    written = (ROOT / "docs" / "setup-notes.md").read_text("utf-8")
    assert written == setup_notes_page(tables())


def test_the_page_has_every_claim_with_what_to_do() -> None:
    """Ten are wrong, and each says what to do instead."""
    page = setup_notes_page(tables())
    wrong = page.partition("## Wrong")[2].partition("## Half right")[0]
    assert len(re.findall(r"^### ", wrong, re.MULTILINE)) == 10
    assert wrong.count("**Instead:**") == 10
    assert len(re.findall(r"^### ", page, re.MULTILINE)) == 27
