"""A report becomes facts: who is believed, what stays unknown, and which line says what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gpucheck.diagnose import diagnose
from gpucheck.facts import Facts, Framework, from_json, to_json
from gpucheck.findings import Finding, Report
from gpucheck.pasted import NotTextError
from gpucheck.reading import all_readers, facts_of_report, snapshot_in
from gpucheck.redact import redact
from gpucheck.renderers import View, renderer
from gpucheck.tables import Tables
from make import facts

TABLES = Tables()


def read(*lines: str) -> Facts:
    """Return the facts of a report."""
    return facts_of_report("\n".join(lines).encode(), TABLES)


def report(*lines: str) -> Report:
    """Return the diagnosis of a report."""
    return diagnose(read(*lines), TABLES)


def causes(*lines: str) -> list[str]:
    """Return the rules of what is found, without what the report lacks."""
    return [f.rule for f in report(*lines).findings if f.rule != "GPU904"]


def framework(name: str, *lines: str) -> Framework:
    """Return what a report tells of a framework."""
    return read(*lines).frameworks[name].value


def test_what_a_tool_printed_counts_more_than_what_is_typed() -> None:
    """The form says 470, nvidia-smi in the same report 535."""
    facts_read = read(
        "Driver version: 470.57.02",
        "| NVIDIA-SMI 535.54.03     Driver Version: 535.54.03    CUDA Version: 12.2     |",
    )
    assert str(facts_read.driver.value.driver_release) == "535.54.03"


def test_what_is_not_said_stays_not_given() -> None:
    """No section is made up, and no list is taken for a whole one."""
    read_here = read("torch==2.1.0+cu118")
    assert read_here.origin == "report"
    assert read_here.packages.outcome == "ok"
    for section in (read_here.machine, read_here.driver, read_here.cuda_driver, read_here.toolkit):
        assert section.outcome == "not_given"
    assert read_here.packages.value.has_whole_list is None
    assert read_here.has_nvidia_gpu is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("torch==2.1.0+cu118", {"is_cuda_build": True, "built_for_cuda": "11.8"}),
        ("torch==2.1.0+cpu", {"is_cuda_build": False}),
        ("torch==2.3.0+rocm6.0", {"is_rocm_build": True}),
        (
            "pytorch  1.12.1  py3.9_cuda11.3_cudnn8.3.2_0  pytorch",
            {"is_cuda_build": True, "built_for_cuda": "11.3", "built_for_cudnn": "8.3.2"},
        ),
        ("pytorch  2.3.0  cpu_generic_py311h1a2b3c4_0  conda-forge", {"is_cuda_build": False}),
        ("pytorch  1.11.0  py3.8_cpu_0  pytorch", {"is_cuda_build": False}),
    ],
)
def test_builds_by_their_names(line: str, told: dict[str, Any]) -> None:
    """The release of a wheel and conda's build string say what a build is for."""
    build = framework("torch", line)
    assert {field: str(getattr(build, field)) for field in told} == {
        field: str(value) for field, value in told.items()
    }


@pytest.mark.parametrize(
    ("system", "cuda"), [("on linux", "10.1"), ("on win32", "None"), ("on darwin", "None")]
)
def test_a_plain_release_is_the_index_s_build_on_linux_only(system: str, cuda: str) -> None:
    """Which wheel Windows takes depends on the index that was asked, and macOS has no CUDA."""
    banner = ("Python 3.7.4 (default, Aug 13 2019, 20:35:49)", f"[GCC 7.3.0] {system}")
    build = framework("torch", "pip install torch===1.3.0", *banner)
    assert str(build.built_for_cuda) == cuda


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("GPU: 2x RTX 3090", "RTX 3090"),
        ("TF 2.3.1, Cuda 10.2, Nvidia Tesla T4", "Nvidia Tesla T4"),
        ("we run 8 A100 80GB here", "A100 80GB"),
        ("GPU model and memory: 1050ti 4 GB", "1050ti 4 GB"),
    ],
)
def test_gpus_that_are_named(line: str, name: str) -> None:
    """A named GPU is known by its capability, and is no list of the driver's."""
    here = read(line)
    assert here.named_gpus[0].name == name
    assert here.named_gpus[0].compute_capability is not None
    assert here.gpus == ()
    assert here.has_nvidia_gpu is True


@pytest.mark.parametrize(
    "line",
    [
        "see commit a100bc and file /tmp/t4/l4.log",
        "model-T4-large.bin, v100.2, 1.4.200",
        "AMD Radeon RX 6800, Intel Arc A770",
        "GPU: Apple M2",
    ],
)
def test_what_only_looks_like_a_gpu(line: str) -> None:
    """Hashes, paths, versions and cards of others are no NVIDIA GPUs."""
    assert read(line).named_gpus == ()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("CUDA_VISIBLE_DEVICES=1 python train.py", "1"),
        ("$ CUDA_VISIBLE_DEVICES=$0 ./demo.py", "$0"),
        ("(ml) me@box:~/x$ OMP_NUM_THREADS=4 CUDA_VISIBLE_DEVICES=2,3 python a.py", "2,3"),
        ("export CUDA_VISIBLE_DEVICES=''", ""),
        ("set CUDA_VISIBLE_DEVICES=0", "0"),
        ('os.environ["CUDA_VISIBLE_DEVICES"] = "0,1"', "0,1"),
        ("docker run --gpus all -e CUDA_VISIBLE_DEVICES=3 image", "3"),
        ("CUDA_VISIBLE_DEVICES: 5", "5"),
        ("$env:CUDA_VISIBLE_DEVICES = '7'", "7"),
    ],
)
def test_variables(line: str, value: str) -> None:
    """Shells, Python, Docker and Windows set them in their own ways."""
    assert read(line).machine.value.environment == {"CUDA_VISIBLE_DEVICES": value}


@pytest.mark.parametrize(
    "line",
    [
        "For debugging consider passing CUDA_LAUNCH_BLOCKING=1.",
        "export LD_LIBRARY_PATH=/usr/local/cuda/lib64:$LD_LIBRARY_PATH",
        "LD_LIBRARY_PATH is unset",
    ],
)
def test_what_sets_no_variable(line: str) -> None:
    """Advice, an addition to an unknown value, and a variable that is not set."""
    assert not read(line).machine.value.environment


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ((">>> torch.cuda.is_available()", "False"), False),
        (("In [2]: torch.cuda.is_available()", "Out[2]: True"), True),
        (("torch.cuda.is_available() returns False",), False),
        (("torch.cuda.is_available() == True",), True),
        (("print(torch.cuda.is_available())", "Traceback (most recent call last):"), None),
    ],
)
def test_answers_of_python(lines: tuple[str, ...], answer: bool | None) -> None:
    """An answer stands beside the question or below it; anything else is none."""
    part = read(*lines).frameworks.get("torch")
    assert (part.value.is_gpu_usable if part else None) is answer


def test_evidence_names_the_line() -> None:
    """A finding shows the lines that state what it rests on; nobody claims to have asked NVML."""
    (finding,) = (
        each
        for each in report(
            "Some prose.",
            "| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |",
            "torch==2.1.0+cu121",
        ).findings
        if each.rule == "GPU301"
    )
    lines = [text for text in finding.evidence if text.startswith("line ")]
    assert lines[0].startswith("line 2: | NVIDIA-SMI 470.57.02")
    assert "line 3: torch==2.1.0+cu121" in lines
    assert "NVML" not in " ".join(finding.evidence)


def likely(*lines: str) -> Finding:
    """Return the one finding of a report, which must be a likely one."""
    (finding,) = (f for f in report(*lines).findings if f.rule != "GPU904")
    assert "the usual reason for this line" in finding.message
    return finding


UNREACHABLE = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."


def test_a_line_with_a_usual_reason() -> None:
    """Where nothing is proven it is said, as what it is."""
    finding = likely(UNREACHABLE)
    assert (finding.rule, finding.severity) == ("GPU103", "error")
    assert finding.evidence[0] == f"line 1: {UNREACHABLE}"


def test_other_causes_of_the_line_are_named() -> None:
    """Error 803 has two causes."""
    words = "Error 803: system has unsupported display driver / cuda driver combination"
    assert any("can also mean: GPU104" in text for text in likely(words).evidence)


def test_what_is_proven_silences_what_is_likely() -> None:
    """Modprobe says why the driver does not answer."""
    rejected = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
    assert causes(UNREACHABLE, rejected) == ["GPU106"]


def test_a_list_of_gpus_contradicts_a_driver_that_is_down() -> None:
    """The driver answered in the same report."""
    smi = "|   0  NVIDIA L4              Off |   00000000:01:00.0 Off |                    0 |"
    assert causes(UNREACHABLE, smi) == []


def test_tensorflow_s_log_without_a_gpu_is_no_complaint() -> None:
    """On a machine without a GPU it says the same; with one it is the cause."""
    log = (
        "2023-01-01 10:00:00.1: W tensorflow/stream_executor/platform/default/dso_loader.cc:64]"
        " Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot"
        " open shared object file: No such file or directory"
    )
    assert causes(log) == []
    assert causes(log, "GPU: RTX 3060") == ["GPU220"]


@pytest.mark.parametrize(
    ("lines", "command"),
    [
        ((UNREACHABLE,), "sudo dmesg | grep -iE 'nvrm|nvidia|nouveau|lockdown'"),
        (("my training with PyTorch is slow",), "nvidia-smi"),
        (("NVIDIA driver 535.54.03, PyTorch",), "python -m torch.utils.collect_env"),
        (("NVIDIA driver 535.54.03",), "gpucheck facts --share"),
    ],
)
def test_asks_for_what_would_settle_it(lines: tuple[str, ...], command: str) -> None:
    """One command, by what the report leaves open."""
    (finding,) = (f for f in report(*lines).findings if f.rule == "GPU904")
    assert finding.remedy is not None
    assert finding.remedy.commands == (command,)


def test_asks_for_nothing_more_once_the_cause_is_proven() -> None:
    """A message that proves a cause needs no more facts."""
    rules = [
        f.rule for f in report("AssertionError: Torch not compiled with CUDA enabled").findings
    ]
    assert rules == ["GPU302"]


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_what_gpucheck_advised_is_not_how_the_machine_is(format_: str) -> None:
    """Its own report, pasted: the commands of its fixes have perhaps never been run."""
    here = facts(
        gpus=["A100", "A100"],
        torch="2.6.0+cpu",
        environment={"CUDA_VISIBLE_DEVICES": "7"},
        cuda={"devices": ()},
        cuda_error=100,
    )
    made = diagnose(here, TABLES)
    text = renderer(format_).render([made], View(exit_codes=(1,), exit_code=1))
    assert "export CUDA_VISIBLE_DEVICES=0,1" in text
    assert "torch==2.6.0+cu124" in text
    seen = facts_of_report(f"Hello,\n{text}\nfix your tools!".encode(), TABLES)
    assert (seen.machine.value.environment or {}).get("CUDA_VISIBLE_DEVICES") in {"7", None}
    assert seen.frameworks["torch"].value.release == "2.6.0+cpu"
    assert not any("+cu124" in (d.release or "") for d in seen.packages.value.distributions or ())
    assert not any("torch==2.6.0+cu124" in each.text for each in seen.messages)


@pytest.mark.parametrize(
    "report",
    [
        "## gpucheck: ❌ GPU302\n\nFix: Install it.\n\n```sh\npip install torch==9\n```\n\n",
        "gpucheck 0.1.0 · tables of 2026-11-27\n  fix    x\n         pip install torch==9\n\n",
        "gpucheck 0.1.0 · tables of x\nfix  x\npip install torch==9\nmore  gpucheck explain\n",
        "gpucheck 0.1.0 · tables of 2026-11-27\n\n✗ GPU302  x\n  fix    Install it.\n",
        "## gpucheck: ❌ GPU302\n\nFix: Install it.\n\n",
        "gpucheck: add it to CI\nFix: the flaky test\n",
    ],
)
def test_what_stands_behind_a_fix_is_read(report: str) -> None:
    """The report was cut off there, or it is none: what follows is about the machine."""
    said = "AssertionError: Torch not compiled with CUDA enabled\n"
    seen = facts_of_report((report + said).encode(), TABLES)
    assert said.strip() in [each.text.strip() for each in seen.messages]
    assert not any("torch==9" in each.text for each in seen.messages)


def test_a_snapshot_between_other_lines_is_a_snapshot() -> None:
    """Also in a fence, and the one inside of a report for programs."""
    here = facts(torch="2.6.0+cpu")
    text = to_json(here)
    framed = b"Hello,\n```json\n" + text + b"```\nthanks"
    for given in (text, framed):
        found = snapshot_in(given)
        assert found is not None
        assert from_json(found) == here
    json_report = renderer("json").render(
        [diagnose(here, TABLES)], View(exit_codes=(0,), exit_code=0)
    )
    found = snapshot_in(json_report.encode())
    assert found is not None
    assert from_json(found).frameworks == here.frameworks
    assert snapshot_in(b"cut off:" + text[: len(text) // 2]) is None
    assert snapshot_in(b"just text") is None


def test_a_snapshot_whose_fields_were_sorted_is_a_snapshot() -> None:
    """As jq -S does it, also with a report, also between other lines."""
    here = facts(torch="2.6.0+cpu")
    whole = json.loads(to_json(here))
    for given in (whole, {"exit_code": 0, "facts": whole}):
        for indent in (None, 2):
            text = json.dumps(given, sort_keys=True, indent=indent)
            for framed in (text, f"Hello {{,\n```json\n{text}\n```\nthanks }}"):
                found = snapshot_in(framed.encode())
                assert found is not None
                assert from_json(found) == here


def test_a_report_s_facts_can_be_saved_and_redacted() -> None:
    """They are facts like any other; names and private folders go."""
    here = read('File "/home/alice/x/train.py", line 3, in <module>', "torch==2.1.0+cu118")
    assert from_json(to_json(here)) == here
    shared = to_json(redact(here)).decode()
    assert "alice" not in shared
    assert "2.1.0+cu118" in shared


def test_readers_are_a_list() -> None:
    """Each says what it reads; those of tools come first."""
    names = [reader.reads for reader in all_readers()]
    assert len(set(names)) == len(names) >= 25
    sources = [reader.source for reader in all_readers()]
    assert sources == sorted(sources, key=("tool", "person").index)


def test_nothing_to_read() -> None:
    """An empty report is no report."""
    with pytest.raises(NotTextError):
        read("")
