"""GPU114: other programs hold the memory."""

from gpucheck.facts import GpuProcess
from make import MIB, facts, found, gpu, report

BEFORE_2_1 = (
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 256.00 MiB (GPU 0; 11.00"
    " GiB total capacity; 90.00 MiB already allocated; 30.00 MiB free; 100.00 MiB reserved in total"
    " by PyTorch)"
)
SINCE_2_1 = (
    "Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 24.00 GiB of which 100.00 MiB is"
    " free. Process 7 has {} GiB memory in use. Including non-PyTorch memory, this process has {}"
    " GiB memory in use."
)


def test_fires_and_names_the_holders() -> None:
    """More than four fifths are in use; a process that is dead is told as such."""
    processes = (
        GpuProcess(pid=4711, name="python3", memory_bytes=20000 * MIB, is_alive=True),
        GpuProcess(pid=4712, memory_bytes=2000 * MIB, is_alive=False),
    )
    full = gpu("RTX 4090", memory_used_bytes=22000 * MIB, processes=processes)
    (finding,) = report(facts(gpus=[full])).findings
    assert (finding.rule, finding.severity) == ("GPU114", "warning")
    assert "4711 (python3)" in finding.evidence[0]
    assert "no longer alive" in finding.evidence[1]
    assert finding.remedy
    assert finding.remedy.commands == ("ps -o pid,user,etime,args -p 4711",)


def test_silent_below_and_on_masked_gpus() -> None:
    """A desktop on the GPU, and a full GPU that CUDA_VISIBLE_DEVICES leaves out."""
    assert found(facts(gpus=[gpu("RTX 4090", memory_used_bytes=3000 * MIB)])) == []
    other = gpu("RTX 4090", 1, memory_used_bytes=24000 * MIB)
    seen = facts(gpus=["RTX 4090", other])
    mine = seen.cuda_driver.value.devices
    assert mine
    assert found(facts(gpus=["RTX 4090", other], cuda={"devices": mine[:1]})) == []


def test_unknown_memory() -> None:
    """NVML does not tell how much is used."""
    assert found(facts(gpus=[gpu("RTX 4090", memory_used_bytes=None)])) == []


def test_what_pytorch_prints_tells_who_held_it() -> None:
    """Total less free less its own is what others hold, before release 2.1 and since."""
    for words in (BEFORE_2_1, SINCE_2_1.format("21.00", "2.00")):
        (finding,) = report(facts(messages=[words])).findings
        assert (finding.rule, finding.subject) == ("GPU114", "report")


def test_silent_when_the_program_itself_took_the_memory() -> None:
    """Then a smaller batch helps, and nobody else is to blame."""
    assert "GPU114" not in found(facts(messages=[SINCE_2_1.format("2.00", "21.00")]))
