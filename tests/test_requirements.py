"""What a job requires is read by a small grammar; each mistake has one message and a place."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from gpucheck.facts import (
    ApiError,
    Calculation,
    CudaDevice,
    Facts,
    ImportFailure,
    MigInstance,
    Outcome,
)
from gpucheck.requirement_checks import check_requirement
from gpucheck.requirements import RequirementError, parse_requirement
from gpucheck.versions import ComputeCapability
from make import facts, framework, gpu, product, report, smoked, torch, with_smoke

GIB = 1 << 30

MISTAKES = [
    ("", "begins with a name", 0),
    (">=2", "begins with a name", 0),
    ("gpu>=2", "did you mean gpus?", 0),
    ("pytorch", "there is no requirement 'pytorch'", 0),
    ("gpus=>2", "'=>' is no comparison", 4),
    ("gpus 2", "'2' is no comparison", 5),
    ("gpus", "such as 'gpus>=2': a shell wants", 4),
    ("driver", "such as 'driver>=535'", 6),
    ("gpus>=two", "'two' is no number of GPUs", 6),
    ("memory>=40", "'40' is no size", 8),
    ("gpus>=1,torch", "one requirement at a time", 8),
    ("gpus>=1; torch", "one requirement at a time", 7),
    ("smoke", "such as smoke:torch", 5),
    ("gpu", "such as gpu:H100", 3),
    ("\u200bgpus>=1", "a character that cannot be seen", 0),
    ("gpu:a\nb", "a character that cannot be seen", 5),
    ("gpu:\udcff", "a character that cannot be seen", 4),
    ("compute_capability>=8.a", "'8.a' is no compute capability", 20),
    ("torch==2.9.*", "'2.9.*' is no release, and ==2.9 is any of it", 7),
    ("vram>=10GiB", "there are gpus, compute_capability, memory", 0),
    ("numpy", "smoke:TEST, gpu:NAME", 0),
    ("memory>=40Gi", "'40Gi' is no size", 8),
    ("compute_capability>=high", "'high' is no compute capability", 20),
    ("driver>=", "'' is no release", 8),
    ("torch>=2.6,<", "'' is no release", 12),
    ("torch>=2.6,,<3", "'' is no comparison", 11),
    ("smoke:pytorch", "there is no smoke test 'pytorch'", 6),
    ("smoke:", "there is no smoke test ''", 6),
    ("gpu:", "a name of a GPU is missing", 4),
    ("gpu:H100|", "a name of a GPU is missing", 4),
    ("torch:2", "torch has none", 5),
    ("gpus>=\u0663", "is no number of GPUs", 6),
    ("memory>=" + "9" * 40, "is no size", 8),
]


@pytest.mark.parametrize(("text", "words", "at"), MISTAKES)
def test_a_mistake_has_its_place(text: str, words: str, at: int) -> None:
    """The caret stands under it."""
    with pytest.raises(RequirementError, match=re.escape(words)) as caught:
        parse_requirement(text)
    assert caught.value.sketch == (text, " " * at + "^")


@given(st.text(max_size=30) | st.from_regex(r"(torch|gpus|memory|gpu:|smoke:)[<>=,.0-9a-zA-Z|]*"))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    """It means something, or is a mistake whose place is within the text."""
    try:
        check_requirement(parse_requirement(text), facts())
    except RequirementError as error:
        place = error.at
    else:
        place = 0
    assert 0 <= place <= len(text)


@pytest.mark.parametrize("text", ["gpus>=" + "9" * 5000, "torch>=" + "9" * 5000])
def test_what_is_too_long(text: str) -> None:
    """It is refused, and shown in part."""
    with pytest.raises(RequirementError, match="longer than 300 characters") as caught:
        parse_requirement(text)
    assert len(caught.value.text) <= 60


VERSIONS = [
    # release, requirement, whether it is met
    ("2.6.0+cu118", "torch==2.6.0", True),
    ("2.6.0+cu118", "torch==2.6.0+cu124", False),
    ("2.6.0+cu118", "torch>=2.6.0+cu118", True),
    ("2.6.0+cu118", "torch!=2.6.0+cu118", False),
    ("2.6.0+cu118", "torch==1!2.6", False),
    ("2.6.0+cu118", "torch==2.6rc1", False),
    ("2.6.0+cu118", "torch==2.6.0.0", True),
    ("2.6", "torch==2.6.0", True),
    ("2.6.1", "torch==2.6.0", False),
    ("2.6.1", "torch==2.6", True),
    ("2.60.0", "torch==2.6", False),
    ("2.6.0a0+ecf3bae40a.nv25.01", "torch==2.6", False),
    ("2.6.0a0+ecf3bae40a.nv25.01", "torch>=2.6", False),
    ("2.6.0a0+ecf3bae40a.nv25.01", "torch>=2.6.0a0", True),
    ("2.6.0rc1", "torch==2.6rc1", True),
    ("2.6.0.post1", "torch==2.6.0", True),
    ("2.6.1", "torch>2.6", True),
    ("2.6.0", "torch>2.6", False),
    ("2.6.0+cu124", "torch<=2.6", True),
    # As pip has it: neither a pre-release of a bound nor a post-release is beyond it.
    ("2.6.0a0", "torch<2.6", False),
    ("3.0.0.dev1", "torch<3", False),
    ("2.6.0.post1", "torch>2.6", False),
    ("2.6.0", "torch==2.6.0.post0", False),
    ("2.6.0", "torch==2.6.0.dev0", False),
    ("2.6.0.post0", "torch==2.6.0.post0", True),
]


@pytest.mark.parametrize(("release", "text", "is_met"), VERSIONS)
def test_releases_are_compared_as_everywhere(release: str, text: str, is_met: bool) -> None:
    """By PEP 440, except that == needs no ".*"; what is written precisely is meant so."""
    (bound,) = parse_requirement(text).bounds
    assert bound.admits(Version(release)) is is_met


TWO = facts(gpus=["A100", "A100"], driver="550.54.15", torch="2.6.0+cu124")
NONE = facts(gpus=[], torch="2.6.0+cu124")


@pytest.mark.parametrize(
    "text",
    [
        *("gpus>=2", "gpus==2", "gpus>1,<3", "compute_capability>=8.0", "memory>=40GiB"),
        *("memory>=80GB", "driver>=535", "driver==550", "driver<560", "cuda>=12.4", "python>=3.10"),
        *("torch", "torch>=2.6", "torch==2.6", "torch!=2.5", "torch>=2.4,<3", "gpu:A100|H100"),
    ],
)
def test_met(text: str) -> None:
    """Two A100 with PyTorch for their driver."""
    assert check_requirement(parse_requirement(text), TWO).answer == "met"


@pytest.mark.parametrize(
    "text",
    [
        *("gpus>=3", "gpus!=2", "compute_capability>=9.0", "memory>=100GiB", "driver>=580"),
        *("driver==535", "cuda>=13.0", "python>=4", "torch>=2.7", "torch<2.6", "tensorflow"),
        *("gpu:H100|H200", "smoke:tensorflow"),
    ],
)
def test_not_met(text: str) -> None:
    """What was seen is told."""
    answered = check_requirement(parse_requirement(text), TWO)
    assert answered.answer == "not_met"
    assert answered.seen


MIG = CudaDevice(
    ordinal=0,
    name="NVIDIA A100-SXM4-40GB MIG 1g.5gb",
    uuid="MIG-9b51d1a4-0000-5000-8000-000000000001",
    compute_capability=ComputeCapability.parse("8.0"),
    memory_total_bytes=5 * GIB,
)


def seen_by_cuda(*devices: CudaDevice) -> Facts:
    """Return a machine with an A100 and an RTX 3090, of which CUDA shows the given devices."""
    sliced = gpu("A100", is_mig_enabled=True, mig_instances=(MigInstance(uuid=MIG.uuid),))
    return facts(gpus=[sliced, "RTX 3090"], cuda={"devices": devices})


WHOLE = CudaDevice(ordinal=0, name="NVIDIA A100-SXM4-80GB", memory_total_bytes=79 * GIB)


@pytest.mark.parametrize(
    ("devices", "text", "answer"),
    [
        ((MIG,), "memory>=40GiB", "not_met"),
        ((MIG,), "memory>=5GiB", "met"),
        ((MIG,), "gpu:A100", "met"),
        ((MIG,), "compute_capability>=8.0", "met"),
        # A driver that tells no UUIDs: nothing says which GPU of NVML it is.
        ((WHOLE,), "memory>=40GiB", "met"),
        ((WHOLE,), "gpu:A100", "met"),
        ((WHOLE,), "compute_capability>=8.0", "unknown"),
    ],
)
def test_what_a_program_gets_is_judged(
    devices: tuple[CudaDevice, ...], text: str, answer: str
) -> None:
    """A slice of a GPU has less memory than the GPU, and a hidden GPU does not matter."""
    assert check_requirement(parse_requirement(text), seen_by_cuda(*devices)).answer == answer


def test_what_was_seen_says_of_which_gpu() -> None:
    """As NVML counts, which other findings do too; a slice is called one, a mask is named."""
    (sliced,) = (
        check_requirement(parse_requirement(t), seen_by_cuda(MIG)) for t in ["memory>=9GB"]
    )
    assert sliced.seen == "a slice of GPU 0: 5.0 GiB"
    whole = facts(gpus=["A100", "RTX 3090"])
    second = (whole.cuda_driver.value.devices or ())[1]
    here = facts(
        gpus=["A100", "RTX 3090"],
        environment={"CUDA_VISIBLE_DEVICES": "1"},
        cuda={"devices": (msgspec.structs.replace(second, ordinal=0),)},
    )
    assert check_requirement(parse_requirement("gpu:A100"), here).seen.startswith("GPU 1: NVIDIA")
    answered = check_requirement(parse_requirement("gpus>=2"), here)
    assert answered.seen == "CUDA programs see 1 GPU, with CUDA_VISIBLE_DEVICES='1'"


def test_a_model_is_written_as_people_write_it() -> None:
    """In capitals or not."""
    for text in ("GPU:a100", "gpu:A100"):
        assert check_requirement(parse_requirement(text), TWO).answer == "met"


def test_a_whole_gpu_has_its_nominal_memory() -> None:
    """CUDA tells of an A100 with 40 GiB some 39.4."""
    here = facts(gpus=[gpu("A100", memory_total_bytes=40 * GIB)])
    (device,) = here.cuda_driver.value.devices or ()
    less = msgspec.structs.replace(device, memory_total_bytes=int(39.4 * GIB))
    told = facts(gpus=[gpu("A100", memory_total_bytes=40 * GIB)], cuda={"devices": (less,)})
    assert check_requirement(parse_requirement("memory>=40GiB"), told).answer == "met"


@pytest.mark.parametrize(
    ("mib", "text", "answer"),
    [
        (24564, "memory>=24GiB", "met"),  # GeForce RTX 4090
        (24564, "memory==24GiB", "met"),
        (23028, "memory>=24GiB", "not_met"),  # A10, whose ECC takes a sixteenth
        (81559, "memory>=80GB", "met"),  # H100
        (81559, "memory>=80GiB", "not_met"),
        (81559, "memory>=79.6GiB", "met"),
    ],
)
def test_memory_is_compared_as_it_is_shown(mib: int, text: str, answer: str) -> None:
    """In tenths of a GiB: a card of 24 GiB tells 12 MiB less, and is one of 24 GiB."""
    here = facts(gpus=[gpu("RTX 4090", memory_total_bytes=mib << 20)])
    assert check_requirement(parse_requirement(text), here).answer == answer


@pytest.mark.parametrize(
    ("gpus", "environment"),
    [([gpu("H100", is_mig_enabled=True)], {}), (["H100"], {"CUDA_VISIBLE_DEVICES": ""})],
    ids=["MIG", "masked"],
)
def test_what_a_program_gets_may_be_unknown(gpus: list[Any], environment: dict[str, str]) -> None:
    """Where CUDA tells nothing, NVML's GPUs stand for it only as they are."""
    blind: Any = {"outcomes": {"cuda_driver": "failed"}, "cuda": {"devices": None}}
    here = facts(gpus=gpus, environment=environment, **blind)
    for text in ("memory>=40GiB", "gpu:H100", "compute_capability>=8"):
        assert check_requirement(parse_requirement(text), here).answer == "unknown"
    plain = facts(gpus=["H100"], **blind)
    assert check_requirement(parse_requirement("gpu:H100"), plain).answer == "met"


@pytest.mark.parametrize("name", ["NVIDIA A100-SXM4-80GB", "NVIDIA A10G", "NVIDIA GA10"])
def test_a_model_is_a_word(name: str) -> None:
    """A10 is another card than A100 and A10G."""
    here = seen_by_cuda(CudaDevice(ordinal=0, name=name))
    assert check_requirement(parse_requirement("gpu:A10"), here).answer == "not_met"


@pytest.mark.parametrize("code", [3, 100, 802, 803, 804, 999])
def test_cuda_that_cannot_start_shows_no_gpu(code: int) -> None:
    """Whatever the reason, programs get none, and that is known."""
    error = ApiError(call="cuInit", code=code)
    here = facts(cuda={"devices": None, "init_error": error})
    for text in ("gpus>=1", "memory>=1GiB", "gpu:A100", "smoke:cuda_driver"):
        answered = check_requirement(parse_requirement(text), here)
        assert answered.answer == "not_met"
        assert str(code) in answered.seen


@pytest.mark.parametrize("text", ["gpus>=1", "memory>=1GiB", "gpu:A100", "torch", "smoke:torch"])
def test_not_met_without_a_gpu(text: str) -> None:
    """There is none, and that is known."""
    assert check_requirement(parse_requirement(text), NONE).answer == "not_met"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("gpus>=1", {"cuda": {"devices": None}}),
        ("memory>=1GiB", {"gpus": [gpu("A100", memory_total_bytes=None)]}),
        ("compute_capability>=8.0", {"gpus": [gpu("A100", compute_capability=None)]}),
        ("python>=3.10", {"packages": {"python_release": None}}),
        ("torch", {"outcomes": {"packages": "timed_out"}, "torch": None}),
        ("smoke:torch", {}),
    ],
)
def test_unknown(text: str, more: dict[str, Any]) -> None:
    """It is never taken for met."""
    whole: dict[str, Any] = {"gpus": ["A100"], "torch": "2.6.0+cu124", **more}
    assert check_requirement(parse_requirement(text), facts(**whole)).answer == "unknown"


@pytest.mark.parametrize(
    ("build", "seen"),
    [
        (torch("2.6.0+cpu"), "built without CUDA"),
        (torch("2.6.0+cu124", is_gpu_usable=False, devices=()), "sees 0 GPUs"),
        (
            torch(
                "2.6.0+cu124",
                import_failure=ImportFailure(kind="ImportError", message="libcudnn.so.9"),
            ),
            "libcudnn.so.9",
        ),
    ],
)
def test_a_framework_is_to_work(build: Any, seen: str) -> None:
    """Being installed is not enough."""
    answered = check_requirement(parse_requirement("torch"), facts(torch=build))
    assert (answered.answer, seen in answered.seen) == ("not_met", True)


def untold(of: Facts, name: str) -> Facts:
    """Take away what a framework says of GPUs."""
    part = of.frameworks[name]
    value = msgspec.structs.replace(part.value, is_gpu_usable=None, devices=None)
    changed = {**of.frameworks, name: msgspec.structs.replace(part, value=value)}
    return msgspec.structs.replace(of, frameworks=changed)


def test_a_smoke_test_is_to_be_right_and_seen() -> None:
    """It also speaks for a framework that does not tell whether it sees a GPU."""
    here = untold(facts(frameworks=[framework("onnxruntime", "1.20.0", "12.4")]), "onnxruntime")
    assert check_requirement(parse_requirement("onnxruntime"), here).answer == "unknown"
    right = with_smoke(here, onnxruntime=smoked("onnxruntime"))
    wrong = with_smoke(
        here, onnxruntime=smoked("onnxruntime", products=(product(relative_error=0.5),))
    )
    empty = with_smoke(here, onnxruntime=smoked("onnxruntime", products=()))
    for text in ("smoke:onnxruntime", "onnxruntime"):
        requirement = parse_requirement(text)
        answers = [check_requirement(requirement, each).answer for each in (right, wrong, empty)]
        assert answers == ["met", "not_met", "unknown"]


@pytest.mark.parametrize("part", ["convolution", "gradient"])
def test_every_calculation_is_to_be_right(part: str) -> None:
    """Not only the products."""
    wrong: Any = {part: Calculation(dtype="fp32", relative_error=0.9, error_bound=0.01)}
    here = with_smoke(facts(torch="2.6.0+cu124"), torch=smoked("torch", **wrong))
    assert check_requirement(parse_requirement("smoke:torch"), here).answer == "not_met"


def test_the_cpu_is_no_gpu() -> None:
    """What was computed there proves nothing, also where no GPU is known."""
    on_cpu = smoked("torch", ordinal=None, uuid=None, use=None)
    here = with_smoke(facts(torch="2.6.0+cu124"), torch=on_cpu)
    assert check_requirement(parse_requirement("smoke:torch"), here).answer == "unknown"
    blind = facts(torch="2.6.0+cu124", cuda={"devices": None})
    here = with_smoke(untold(blind, "torch"), torch=on_cpu)
    for text in ("smoke:torch", "torch"):
        assert check_requirement(parse_requirement(text), here).answer == "unknown"


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        ("refused", "not_met"),
        ("crashed", "not_met"),
        ("timed_out", "not_met"),
        ("not_started", "unknown"),
        ("garbled", "unknown"),
        ("failed", "unknown"),
    ],
)
def test_a_test_that_says_nothing(outcome: Outcome, answer: str) -> None:
    """One that never began tells nothing; one that ended while it computed tells enough."""
    device: Any = {"ended_at": None, "products": ()}
    here = with_smoke(facts(torch="2.6.0+cu124"), torch=smoked("torch", outcome=outcome, **device))
    assert check_requirement(parse_requirement("smoke:torch"), here).answer == answer


@pytest.mark.parametrize(
    ("outcome", "answer"), [("crashed", "not_met"), ("timed_out", "not_met"), ("failed", "unknown")]
)
def test_a_probe_that_says_nothing(outcome: Outcome, answer: str) -> None:
    """A framework that kills its process is not fit; of a probe that failed itself none knows."""
    here = facts(torch="2.6.0+cu124", outcomes={"torch": outcome})
    assert check_requirement(parse_requirement("torch"), here).answer == answer


def test_every_gpu_is_to_be_tested() -> None:
    """One on which nothing was computed is not known to work."""
    here = with_smoke(facts(gpus=["A100", "A100"]), torch=smoked("torch"))
    answered = check_requirement(parse_requirement("smoke:torch"), here)
    assert (answered.answer, answered.seen) == ("unknown", "torch computed right on 1 of 2 GPUs")


def test_a_framework_with_an_error_is_not_fit() -> None:
    """It may say that it sees a GPU, and yet have no code for it."""
    here = facts(gpus=["RTX 5090"], torch=torch("2.6.0+cu124", sass_targets=("sm_80", "sm_90")))
    findings = report(here).findings
    asked = parse_requirement("torch>=2.6")
    assert check_requirement(asked, here).answer == "met"
    answered = check_requirement(asked, here, findings)
    assert answered.answer == "not_met"
    assert answered.seen.startswith("GPU303: ")


def test_every_gpu_has_to_meet_it() -> None:
    """One that does not is enough, also beside one of which nothing is known."""
    mixed = facts(gpus=["A100", "T4"])
    assert check_requirement(parse_requirement("memory>=40GiB"), mixed).answer == "not_met"
    part = facts(gpus=["T4", gpu("A100", 1, memory_total_bytes=None)])
    assert check_requirement(parse_requirement("memory>=40GiB"), part).answer == "not_met"
    nameless = msgspec.structs.replace(gpu("A100"), name=None)
    assert (
        check_requirement(parse_requirement("gpu:A100"), facts(gpus=[nameless])).answer == "unknown"
    )
