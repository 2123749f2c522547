"""Asking for a PyTorch release."""

from __future__ import annotations

import pytest

from queries.asking import said


def test_the_default_build_and_its_pins() -> None:
    """2.5.1 on the package index is for CUDA 12.4 with cuDNN 9.1.0.70 on Linux only."""
    says = said("torch 2.5.1")
    assert says["released"] == ("2024-10-29",)
    assert says["Python"] == ("3.9–3.13",)
    linux = says["package index, Linux x86_64"]
    assert linux[:3] == ("CUDA 12.4", "cuDNN 9.1.0.70", "NCCL 2.21.5")
    assert "Windows" in says["package index, without CUDA"][0]


def test_every_variant_has_its_driver() -> None:
    """CUDA 11 and 12 builds need different drivers, Windows others than Linux."""
    says = said("torch 2.5.1")
    assert says["driver for cu118"][0] == "450.80.02 (Windows 452.39)"
    assert says["driver for cu121, cu124"][0] == "525.60.13 (Windows 528.33)"


def test_minor_version_compatibility_leaves_out_ptx() -> None:
    """What the driver has to compile needs the driver of the build's CUDA; before 11 all does."""
    assert said("torch 2.5.1")["driver for cu118"][1].startswith("PTX only")
    assert len(said("torch 1.9.1")["driver for cu102"]) == 1


def test_the_command_for_each_age() -> None:
    """How pip is told the index has changed three times."""
    index = "https://download.pytorch.org/whl"
    assert said("torch 2.5.1+cu118")["to take cu118"] == (
        f"pip install torch==2.5.1 --index-url {index}/cu118",
    )
    assert said("torch 1.12.1+cu113")["to take cu113"] == (
        f"pip install torch==1.12.1+cu113 --extra-index-url {index}/cu113",
    )
    assert said("torch 1.9.1+cu111")["to take cu111"] == (
        f"pip install torch==1.9.1+cu111 -f {index}/torch_stable.html",
    )


def test_a_default_build_has_no_suffix_on_the_old_page() -> None:
    """1.7.1 for CUDA 10.2 is plain torch==1.7.1 there on Linux, whose default it is."""
    says = said("torch 1.7.1+cu102")
    assert says["to take cu102, Linux x86_64"][0].startswith("pip install torch==1.7.1 -f ")
    assert says["to take cu102, Windows"][0].startswith("pip install torch==1.7.1+cu102 -f ")


def test_each_platform_has_its_own_command() -> None:
    """Windows has no CUDA build on the package index, and none for 12.9 anywhere."""
    says = said("torch 2.9.1")
    assert says["to take cu130, Linux x86_64"][1] == "likewise cu126, cu129"
    assert says["to take cu130, Linux aarch64, Windows"][1] == "likewise cu126, cu128"
    assert said("torch 2.0.1")["to take cu118, Windows"][1] == "likewise cu117"
    assert said("torch 1.13.1")["to take cu117, Windows"][1] == "likewise cu116"
    assert "+cu116" in said("torch 1.13.1")["to take cu116, Linux x86_64"][0]


def test_the_tag_of_old_wheels_is_a_promise() -> None:
    """The wheels of 2.0.1 are tagged manylinux1, which promises glibc 2.5."""
    assert "its tag promises glibc 2.5" in said("torch 2.0.1")["package index, Linux x86_64"]


def test_a_local_version_shows_that_build_only() -> None:
    """Who asks for +cu118 sees no other build."""
    topics = said("torch 2.5.1+cu118")
    assert "cu118" in topics
    assert not {"cu121", "cu124", "package index, Linux x86_64"} & set(topics)


def test_a_cpu_build_means_the_release() -> None:
    """+cpu is no CUDA variant, so the whole release is shown."""
    assert "cu124" in said("torch 2.5.1+cpu")


def test_conda_is_named_while_there_was_a_channel() -> None:
    """The pytorch channel ended with 2.5."""
    assert said("torch 2.5.1+cu121")["with conda"] == (
        "conda install pytorch==2.5.1 pytorch-cuda=12.1 -c pytorch -c nvidia",
    )
    assert "with conda" not in said("torch 2.9.1")


@pytest.mark.parametrize(
    ("release", "vision", "audio"),
    [
        ("1.9.1", "0.10.1", "0.9.1"),
        ("2.0.1", "0.15.2", "2.0.2"),
        ("2.5.1", "0.20.1", "2.5.1"),
        ("2.9.1", "0.24.1", "2.9.1"),
    ],
)
def test_companions(release: str, vision: str, audio: str) -> None:
    """As PyTorch's page of previous versions pairs them."""
    says = said(f"torch {release}")
    assert vision in says["torchvision"]
    assert audio in says["torchaudio"]


def test_torchaudio_ends_before_2_12() -> None:
    """Its last release is 2.11.0, for torch 2.11; torchvision goes on without a pin."""
    says = said("torch 2.15")
    assert "torchaudio" not in says
    assert len(says["torchvision"]) == 1


def test_tensorflow_beside_it() -> None:
    """Plain TensorFlow fits beside torch 2.5.1; with [and-cuda] only what is on another major."""
    says = said("torch 2.5.1")
    assert says["tensorflow beside it"][-1].endswith("2.21.0")
    beside = " ".join(says["tensorflow[and-cuda] beside it"])
    assert "2.18" not in beside
    assert "2.17" not in beside


@pytest.mark.parametrize(
    ("release", "pair"),
    [
        ("2.0.1", "nvidia-nccl-cu11 and nvidia-nccl-cu12"),
        ("2.11.0", "nvidia-nccl-cu12 and nvidia-nccl-cu13"),
    ],
)
def test_two_cuda_majors_overwrite_each_other(release: str, pair: str) -> None:
    """Pip installs both, and one libnccl.so.2 is left."""
    says = said(f"torch {release}")
    none, why = says["tensorflow[and-cuda] beside it"]
    assert none == "none"
    assert pair in why
    assert says["tensorflow beside it"][-1].endswith("2.21.0")


def test_what_fits_beside_another_build_is_not_told() -> None:
    """The requirements that are known are those of the package index's wheel, for CUDA 12.8."""
    assert "tensorflow[and-cuda] beside it" not in said("torch 2.9.1+cu126")
    assert "tensorflow[and-cuda] beside it" in said("torch 2.9.1+cu128")


def test_add_ons_that_pin_it() -> None:
    """Releases of xformers and vllm pin one torch."""
    says = said("torch 2.5.1")
    assert says["vllm for it"] == ("0.6.4–0.7.3",)
    assert "0.0.28.post3" in says["xformers for it"][0]


def test_a_short_value_means_the_newest() -> None:
    """And the others are named."""
    says = said("torch 2.9")
    assert says["shown"] == ("2.9.1, the newest",)
    assert says["there is also"] == ("2.9.0",)
    assert says["released"] == ("2025-11-12",)


def test_blackwell_came_with_2_7_for_cuda_12_8() -> None:
    """12.0 is among the GPUs of cu128 there, and in no build of 2.6."""
    assert any("12.0" in value for value in said("torch 2.7.0+cu128")["cu128"])
    before = [value for topic, values in said("torch 2.6.0").items() for value in values]
    assert not [value for value in before if value.startswith("GPUs") and "12.0" in value]


def test_a_build_that_nobody_has_seen_is_marked_and_not_proposed() -> None:
    """The cu130 build of 2.15 was announced; the command takes one that is there."""
    says = said("torch 2.15.0")
    assert "not seen on the index" in says["cu130"][-1]
    assert "to take cu132" in says
    assert "to take cu130" not in says
    assert said("cuda 13.0")["PyTorch cu130"] == ("2.9.0–2.14.1",)
