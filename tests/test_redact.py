"""Redaction: who and where is gone, what matters for a diagnosis is still there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gpucheck.facts import (
    Distribution,
    Facts,
    GpuProcess,
    ImportFailure,
    Nvcc,
    OtherEnvironment,
    ShadowingFile,
    Target,
    from_json,
    to_json,
)
from gpucheck.findings import Report
from gpucheck.redact import redact
from make import facts, found, framework, gpu, report, torch

UUID_A = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"
UUID_B = "GPU-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901"
MIG = "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f"


def noting(text: str) -> Facts:
    """Return facts with the text in a place where free text stands."""
    return facts(torch=torch("2.6.0+cu124", gpu_error=text))


def note_of(snapshot: Facts) -> str:
    """Return the free text."""
    return snapshot.frameworks["torch"].value.gpu_error or ""


def cleaned(text: str, *private_names: str) -> str:
    """Return free text after redaction."""
    return note_of(redact(noting(text), private_names))


MACHINES = {
    "healthy": facts(torch="2.9.1+cu128"),
    "no GPU": facts(gpus=[], torch="2.6.0+cpu"),
    "no driver": facts(driver=None),
    "driver too old": facts(driver="470.223.02", gpus=["V100"], torch="2.6.0+cu124"),
    "CPU build": facts(torch="2.6.0+cpu"),
    "no kernels": facts(gpus=["RTX 5090"], torch="2.6.0+cu124"),
    "halves differ": facts(nvml_error=18),
    "hidden": facts(environment={"CUDA_VISIBLE_DEVICES": ""}, cuda_error=100),
    "cut mask": facts(
        gpus=[gpu("H100", 0, uuid=UUID_A), gpu("H100", 1, uuid=UUID_B)],
        environment={"CUDA_VISIBLE_DEVICES": f"{UUID_B},GPU-99999999-0000-1111-2222-333333333333"},
        cuda_error=100,
    ),
    "mask by UUID": facts(
        gpus=[gpu("H100", 0, uuid=UUID_A), gpu("H100", 1, uuid=UUID_B)],
        environment={"CUDA_VISIBLE_DEVICES": f"{UUID_B},{UUID_A}"},
        cuda_error=3,
    ),
    "import failed": facts(
        torch=torch(
            "2.6.0+cu124",
            import_failure=ImportFailure(
                kind="ImportError",
                message="libcudnn.so.9: cannot open shared object file",
                missing_library="libcudnn.so.9",
            ),
        )
    ),
    "container": facts(
        gpus=["A100"],
        nvml_error=12,
        machine={"is_container": True, "container_kind": "docker", "device_nodes": ()},
    ),
    "hangs": facts(torch="2.6.0+cu124", outcomes={"driver": "timed_out"}),
    "Windows": facts(
        driver="551.61", machine={"os_name": "Windows", "architecture": "AMD64"}, torch="2.1.0+cpu"
    ),
    "falls back": facts(
        frameworks=[framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)]
    ),
}
every_machine = pytest.mark.parametrize("snapshot", MACHINES.values(), ids=list(MACHINES))


def outline(of: Report) -> list[tuple[Any, ...]]:
    """Return what was found, apart from the words, which may name a UUID."""
    return [
        (f.rule, f.subject, f.severity, [below.rule for below in f.consequences])
        for f in of.findings
    ]


@every_machine
def test_diagnosis_stays_the_same(snapshot: Facts) -> None:
    """The redacted snapshot of a machine is judged as the machine itself."""
    names = ["alice", "node17", "lab"]
    before, after = report(snapshot), report(redact(snapshot, names))
    assert outline(after) == outline(before)
    assert after.skipped == before.skipped


@every_machine
def test_twice_is_the_same_as_once(snapshot: Facts) -> None:
    """A redacted snapshot comes out unchanged, also after it was saved."""
    once = redact(snapshot)
    assert once.is_redacted
    assert redact(once) == once
    assert redact(from_json(to_json(once))) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/alice/lab/.venv/bin/python", "/home/user/lab/.venv/bin/python"),
        ("/home/alice", "/home/user"),
        ("/home/a.b-c_d/x:/home/eve/y", "/home/user/x:/home/user/y"),
        ("/Users/alice/miniconda3", "/Users/user/miniconda3"),
        (r"C:\Users\alice\venv\python.exe", r"C:\Users\user\venv\python.exe"),
        ("C:/Users/alice/venv", "C:/Users/user/venv"),
        ("/mnt/c/Users/alice/x", "/mnt/c/Users/user/x"),
        (r"'C:\\Users\\alice\\x'", r"'C:\\Users\\user\\x'"),
        ("/nfs/home/alice/x", "/nfs/home/user/x"),
        ('File "/home/alice/x.py", line 1', 'File "/home/user/x.py", line 1'),
    ],
)
def test_home_folders(text: str, expected: str) -> None:
    """The user's name goes, the rest of the path stays."""
    assert cleaned(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/root/.venv/bin/python", "/home/user/.venv/bin/python"),
        ("/root", "/home/user"),
        ("/opt:/root:/bin", "/opt:/home/user:/bin"),
        ("/rootfs/x", "/rootfs/x"),
        ("/sysroot/x", "/sysroot/x"),
        ("/opt/root/x", "/opt/root/x"),
    ],
)
def test_root_s_home(text: str, expected: str) -> None:
    """Root's home is a home like any other; a folder that is merely called root is none."""
    assert cleaned(text) == expected


def test_names_of_user_and_host() -> None:
    """They go wherever they stand as words, the longest first."""
    names = "alice", "node17", "node17.cluster.example.org"
    text = "alice on node17.cluster.example.org (node17): /scratch/alice/env, malice, alice-b"
    assert cleaned(text, *names) == (
        "private on private (private): /scratch/private/env, malice, alice-b"
    )


def test_very_short_names_stay() -> None:
    """A user called "me" would leave holes in ordinary words."""
    assert cleaned("tell me", "me") == "tell me"


def test_names_are_no_patterns() -> None:
    """A dot in a host name is a dot."""
    assert cleaned("a.b.c axbxc", "a.b.c") == "private axbxc"


def test_paths_of_the_target() -> None:
    """The inspected environment's paths lose the user's name."""
    target = Target(executable="/home/alice/e/bin/python", prefix="/home/alice/e", name="alice")
    seen = redact(msgspec.structs.replace(facts(), target=target), ["alice"]).target
    expected = Target(executable="/home/user/e/bin/python", prefix="/home/user/e", name="private")
    assert seen == expected


def test_paths_and_names_of_other_environments() -> None:
    """Where else frameworks are, and what is imported in their place, loses names too."""
    other = OtherEnvironment(
        executable="/home/alice/ml/bin/python", prefix="/home/alice/ml", name="alice"
    )
    file = ShadowingFile(module="torch", path="/home/alice/torch.py", found_via="current folder")
    here = facts(torch="2.6.0+cu124", packages={"shadowing_files": (file,)})
    seen = redact(msgspec.structs.replace(here, other_environments=(other,)), ["alice"])
    assert b"alice" not in to_json(seen)
    assert seen.other_environments[0].prefix == "/home/user/ml"
    assert (seen.packages.value.shadowing_files or ())[0].path == "/home/user/torch.py"


def test_paths_inside_lists() -> None:
    """Cleaning reaches every text, however deep."""
    here = facts(machine={"kernel_log": ("NVRM: Xid 79, name=/home/alice/train.py",)})
    nvccs = (Nvcc(path="/home/alice/cuda/bin/nvcc", found_via=("PATH",)),)
    toolkit = msgspec.structs.replace(here.toolkit.value, nvccs=nvccs)
    section = msgspec.structs.replace(here.toolkit, value=toolkit)
    text = to_json(redact(msgspec.structs.replace(here, toolkit=section)))
    assert b"alice" not in text
    assert b"NVRM: Xid 79" in text


def test_uuids_are_numbered() -> None:
    """Equal UUIDs stay equal and different ones different, whatever their case."""
    first, second = redact(
        facts(gpus=[gpu("H100", 0, uuid=UUID_A), gpu("H100", 1, uuid=UUID_B)])
    ).gpus
    assert first.uuid != second.uuid
    assert {first.uuid, second.uuid}.isdisjoint({UUID_A, UUID_B})
    text = cleaned(f"{UUID_A} {UUID_B.upper()} {UUID_A.upper()} {UUID_B} {MIG}")
    words = [word.removeprefix("GPU-").removeprefix("MIG-") for word in text.split()]
    assert words[0] == words[2]
    assert words[1] == words[3]
    assert len(set(words)) == 3


def test_uuid_in_a_mask_still_matches_its_gpu() -> None:
    """CUDA_VISIBLE_DEVICES names the GPUs that NVML and CUDA list, also after redaction."""
    seen = redact(MACHINES["mask by UUID"])
    mask = (seen.machine.value.environment or {})["CUDA_VISIBLE_DEVICES"]
    assert mask.split(",") == [seen.gpus[1].uuid, seen.gpus[0].uuid]
    assert "GPU511" not in found(seen)


def test_old_form_of_mig_uuids() -> None:
    """MIG-GPU-<uuid>/<gi>/<ci> keeps its form and its instance."""
    text = cleaned(f"MIG-{UUID_A}/1/0")
    assert text.startswith("MIG-GPU-0000000")
    assert text.endswith("/1/0")


def test_serial_numbers_and_process_names_go() -> None:
    """They tell whose machine it is and what runs there; pids and memory stay."""
    process = GpuProcess(pid=42, name="/home/alice/secret_project.py", memory_bytes=7)
    card = gpu("H100", serial="1652922010253", processes=(process,))
    (seen,) = redact(facts(gpus=[card])).gpus
    assert seen.serial is None
    assert seen.processes == (GpuProcess(pid=42, memory_bytes=7),)
    assert seen.name == card.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host 10.11.12.13 down", "host 0.0.0.0 down"),
        ("tcp://192.168.0.7:8080", "tcp://0.0.0.0:8080"),
        ("aa:bb:cc:dd:ee:ff", "00:00:00:00:00:00"),
        ("AA:BB:CC:00:11:22!", "00:00:00:00:00:00!"),
        ("ask alice.b+x@mail.example.org", "ask user@host"),
        ("https://alice:s3cret@pypi.example.org/simple", "https://pypi.example.org/simple"),
        ("--index-url=https://token@example.org/x", "--index-url=https://example.org/x"),
    ],
)
def test_addresses_and_secrets(text: str, expected: str) -> None:
    """Network addresses, e-mail addresses and credentials in URLs go."""
    assert cleaned(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "driver 535.129.03, CUDA 12.4",
        "libcudnn.so.9.1.0.70",
        "nvidia_cudnn_cu12-9.1.0.70.dist-info",
        "0000:01:00.0",
        "00000000:81:00.0",
        "torch 2.6.0+cu124",
        "sm_90a compute_100f",
        "https://download.pytorch.org/whl/cu124",
        "torch @ file.whl",
    ],
)
def test_versions_and_hardware_addresses_stay(text: str) -> None:
    """What looks like an address and is none is needed for the diagnosis."""
    assert cleaned(text) == text


def test_release_of_four_numbers_is_no_address() -> None:
    """The wheel of cuDNN is called 9.1.0.70."""
    here = facts()
    made = (Distribution(name="nvidia-cudnn-cu12", release="9.1.0.70", folder="/home/alice/lib"),)
    packages = msgspec.structs.replace(here.packages.value, distributions=made)
    section = msgspec.structs.replace(here.packages, value=packages)
    seen = redact(msgspec.structs.replace(here, packages=section)).packages.value.distributions
    expected = Distribution(name="nvidia-cudnn-cu12", release="9.1.0.70", folder="/home/user/lib")
    assert seen == (expected,)


def test_variables_that_name_people_and_hosts_go() -> None:
    """Variables about jobs, users and addresses go whole, the others stay."""
    here = facts(
        environment={
            "CUDA_VISIBLE_DEVICES": "0",
            "LD_LIBRARY_PATH": "/home/alice/lib:/usr/lib",
            "SLURM_JOB_USER": "alice",
            "PBS_JOBID": "4711.cluster",
            "SLURM_JOB_ID": "4711",
            "SLURM_NODELIST": "node[17-18]",
            "MASTER_ADDR": "10.0.0.1",
            "HOSTNAME": "node17",
        }
    )
    assert redact(here).machine.value.environment == {
        "CUDA_VISIBLE_DEVICES": "0",
        "LD_LIBRARY_PATH": "/home/user/lib:/usr/lib",
        "PBS_JOBID": "0",
        "SLURM_JOB_ID": "0",  # that it is a job is kept, which one is not
    }


def test_everything_else_stays() -> None:
    """Apart from the mark, facts without anything private are not touched."""
    here = MACHINES["driver too old"]
    assert redact(here, ["alice"]) == msgspec.structs.replace(
        here,
        is_redacted=True,
        driver=redact(here).driver,  # numbered UUIDs
        cuda_driver=redact(here).cuda_driver,
    )


PRIVATE = st.sampled_from(
    ["/home/alice/x", r"C:\Users\alice\x", "/Users/alice", UUID_A, MIG, "10.1.2.3", "a@b.example"]
)


@example(parts=[UUID_A, "", "10.1.2.3"])
@given(parts=st.lists(PRIVATE | st.text(st.characters(codec="utf-8"), max_size=4), max_size=5))
@settings(deadline=None)
def test_any_text_is_clean_after_one_pass(parts: list[str]) -> None:
    """Whatever stands around it, and a second pass finds nothing more."""
    once = cleaned(" ".join(parts), "alice")
    assert cleaned(once, "alice") == once
    private: list[Any] = ["10.1.2.3", UUID_A, MIG, "/home/alice/", "/Users/alice ", "a@b.example"]
    assert not [word for word in private if word in f"{once} "]
