"""Ask the NVIDIA driver about itself and its GPUs, through NVML.

In: the folder of `pynvml` (distribution nvidia-ml-py), as the only argument. Out: the facts of
`facts.Driver`. What is asked is the table in `reading/nvml_questions.py`; this file is how.

Each call to NVML is announced first, by its C name and the GPU's index ("nvmlDeviceGetName[0]"):
a wedged driver can hang or kill this process, and is blamed on the call that met it. Each answer
goes out at once. A call that is missing, not supported or not permitted costs one fact, and
`unavailable` gives NVML's own name for the reason ("NVML_ERROR_NOT_SUPPORTED"). All GPUs are
identified before any is examined, so a hang on one does not hide the others. A GPU that is found
lost is asked no more; what is missing of it is explained by the loss.

NVML ignores CUDA_VISIBLE_DEVICES: the view through it is the `cuda_driver` probe's.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
QUESTIONS = os.path.join(HERE, "reading", "nvml_questions.py")
LOADER = os.path.join(HERE, os.pardir, "inside", "loader.py")
LIBRARY = "libnvidia-ml.so.1"
NVLINKS_LIMIT = 36  # links of one GPU (nvml.h 13, 2026-10)
PAIRS_LIMIT = 16  # GPUs that are compared with each other, in 120 pairs
VIRTUALIZATION_MODE_VGPU = 2
INVALID_ARGUMENT, NOT_SUPPORTED, NOT_FOUND, LIBRARY_NOT_FOUND = 2, 3, 6, 12
FUNCTION_NOT_FOUND, GPU_IS_LOST = 13, 15
UNKNOWN_CALL = (FUNCTION_NOT_FOUND, 25, 26)  # 25: struct of another version, 26: withdrawn


class Unavailable(Exception):
    """A call brought no answer; the text is NVML's name of the reason."""

    def __init__(self, call: str, code: int, name: str, message: str) -> None:
        super().__init__(name)
        self.call, self.code, self.message = call, code, message


class Nvml:
    """NVML as pynvml speaks it, with every call announced."""

    def __init__(self, say: Any, pynvml: Any) -> None:
        self.say, self.pynvml = say, pynvml
        self.table: dict[str, Any] = say.load(QUESTIONS)

    def answer(self, call: str, label: str, *arguments: object) -> Any:
        """Return NVML's answer, or `Unavailable`."""
        self.say.stage(call + label)
        try:
            return self.table["ask"](self.pynvml, call, *arguments)
        except self.pynvml.NVMLError as error:
            name = self.table["code_name"](self.pynvml, error.value)
            return Unavailable(call, error.value, name, str(error))
        except self.table["UNREADABLE"] as error:
            words = f"pynvml: {error}"
            return Unavailable(call, FUNCTION_NOT_FOUND, words, words)


class Subject:
    """What is asked about (the driver, a GPU, a pair, …), and where its facts go."""

    def __init__(self, nvml: Nvml, path: tuple[Any, ...], label: str, *handles: object) -> None:
        self.nvml, self.path, self.label, self.handles = nvml, path, label, handles
        self.answers: dict[tuple[object, ...], Any] = {}
        self.loss: Unavailable | None = None

    def ask(self, calls: str, *arguments: object) -> Any:
        """Return the answer of the first of `calls` (blanks between) that the driver has.

        Equal questions are asked once, and a GPU that is lost is asked no more.

        Raises:
            Unavailable: there is no answer.
        """
        key = (calls, *arguments)
        if key not in self.answers:
            self.answers[key] = self.loss or self._first_answer(calls, arguments)
        answer = self.answers[key]
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    def _first_answer(self, calls: str, arguments: tuple[object, ...]) -> Any:
        for call in calls.split():
            answer = self.nvml.answer(call, self.label, *self.handles, *arguments)
            code = answer.code if isinstance(answer, Unavailable) else None
            if code == GPU_IS_LOST:
                self.loss = answer
            if code not in UNKNOWN_CALL:
                break
        return answer

    def fill(self, rows: str) -> None:
        """Ask and report what the table lists under that name."""
        for field, calls, arguments, read in self.nvml.table[rows]:
            try:
                value = read(self.ask(calls, *arguments))
            except Unavailable as refusal:
                self.explain(field, refusal)
            except self.nvml.table["UNREADABLE"] as error:
                self.explain(field, f"unreadable answer: {error}")
            else:
                if value is not None:
                    self.fact(*field.split("."), value)

    def fact(self, *path_and_value: object) -> None:
        """Report a fact."""
        self.nvml.say.fact(*self.path, *path_and_value)

    def explain(self, field: str, reason: object) -> None:
        """Report why a field stays unknown."""
        self.fact("unavailable", field, str(reason))


def probe(say: Any) -> None:
    """Report what NVML knows."""
    say.stage(f"load {LIBRARY}")
    refusal = say.load(LOADER)["refusal"](LIBRARY) if sys.platform == "linux" else None
    if refusal:  # importing pynvml would take half of this probe's time, to say less
        failure = {"call": "dlopen", "code": LIBRARY_NOT_FOUND, "message": refusal}
        say.fact("init_error", failure | {"name": "NVML_ERROR_LIBRARY_NOT_FOUND"})
        return
    say.stage("import pynvml")
    sys.path.extend(say.arguments[:1])
    try:
        import pynvml
    except ImportError as error:
        reason = f"cannot import pynvml (distribution nvidia-ml-py): {error}"
        raise say.Refused(reason) from None
    # In the deprecated distribution of that name, pynvml is a package around the module.
    pynvml = sys.modules[pynvml.nvmlInit.__module__]
    nvml = Nvml(say, pynvml)
    driver = Subject(nvml, (), "")
    has_started = start(driver)
    if pynvml.nvmlLib is not None:
        report_library(driver, pynvml.nvmlLib)
    if not has_started:
        return
    driver.fill("SYSTEM")
    gpus = find_gpus(driver)
    for gpu in gpus:
        gpu.fill("IDENTITY")
    for gpu in gpus:
        examine(gpu)
    compare(driver, [gpu for gpu in gpus if not gpu.loss])
    # NVML is not shut down: the process ends here, and each call more is a chance to hang.


def start(driver: Subject) -> bool:
    """Start NVML; where it refuses, report how and return False."""
    try:
        driver.ask(driver.nvml.table["INIT"])
    except Unavailable as refusal:
        driver.fact("init_error", vars(refusal) | {"name": str(refusal)})
        return False
    return True


def report_library(driver: Subject, library: Any) -> None:
    """Report which library was loaded; it tells its release also when NVML did not start."""
    driver.fill("LIBRARY")
    function = getattr(library, "nvmlErrorString", None)
    path = driver.nvml.say.load(LOADER)["file_of"](function) if function else None
    if path:
        driver.fact("library_path", path)


def find_gpus(driver: Subject) -> list[Subject]:
    """Return the GPUs that NVML gives a handle of; all of them are numbered."""
    try:
        count = driver.ask("nvmlDeviceGetCount_v2")
    except Unavailable as refusal:
        driver.explain("gpus", refusal)
        return []
    if count == 0:
        driver.fact("gpus", [])
    gpus = [Subject(driver.nvml, ("gpus", index), f"[{index}]") for index in range(count)]
    for index, gpu in enumerate(gpus):
        gpu.fact("index", index)
        try:
            gpu.handles = (gpu.ask("nvmlDeviceGetHandleByIndex_v2", index),)
        except Unavailable as refusal:
            gpu.explain("handle", refusal)
    return [gpu for gpu in gpus if gpu.handles]


def examine(gpu: Subject) -> None:
    """Report a GPU's state, and what it has several of."""
    gpu.fill("STATE")
    if os.name == "nt":
        gpu.fill("WINDOWS")
    lists = {
        "vgpu_license_state": report_vgpu_license,
        "mig_instances": report_mig_instances,
        "processes": report_processes,
        "nvlinks": report_nvlinks,
    }
    for field, report in lists.items():
        try:
            report(gpu)
        except Unavailable as refusal:
            gpu.explain(field, refusal)


def report_vgpu_license(gpu: Subject) -> None:
    """Report the licence of a vGPU; bare metal also lists licences, but CUDA needs none there."""
    if gpu.ask("nvmlDeviceGetVirtualizationMode") == VIRTUALIZATION_MODE_VGPU:
        gpu.fill("VGPU")


def report_mig_instances(gpu: Subject) -> None:
    """Report the MIG instances; slots may be empty."""
    if not gpu.ask("nvmlDeviceGetMigMode")[0]:
        return
    seen = 0
    for slot in range(gpu.ask("nvmlDeviceGetMaxMigDeviceCount")):
        try:
            handle = gpu.ask("nvmlDeviceGetMigDeviceHandleByIndex", slot)
        except Unavailable as refusal:
            if refusal.code == NOT_FOUND:
                continue
            raise
        path = (*gpu.path, "mig_instances", seen)
        Subject(gpu.nvml, path, f"{gpu.label}[MIG {slot}]", handle).fill("MIG_INSTANCE")
        seen += 1
    if not seen:
        gpu.fact("mig_instances", [])


def report_processes(gpu: Subject) -> None:
    """Report who holds memory; where one kind cannot be listed, the other still is."""
    seen, refusals = 0, {}
    for kind, calls in gpu.nvml.table["PROCESSES"].items():
        try:
            processes = gpu.ask(calls)
        except Unavailable as refusal:
            refusals[kind] = refusal
            continue
        for process in processes:
            gpu.fact("processes", seen, describe_process(gpu, kind, process))
            seen += 1
    if len(refusals) == len(gpu.nvml.table["PROCESSES"]):
        raise refusals["compute"]
    for kind, reason in refusals.items():
        gpu.explain(f"{kind}_processes", reason)
    if not seen:
        gpu.fact("processes", [])


def describe_process(gpu: Subject, kind: str, process: Any) -> dict[str, object]:
    """Return what is known of a process; a stranger's name and, on Windows, memory are not."""
    try:
        name = gpu.nvml.table["text"](gpu.ask("nvmlSystemGetProcessName", process.pid))
    except (Unavailable, ValueError):
        name = None
    known = {
        "pid": process.pid,
        "kind": kind,
        "memory_bytes": process.usedGpuMemory,
        "name": name,
        "is_alive": os.path.exists(f"/proc/{process.pid}") if sys.platform == "linux" else None,
    }
    return {field: value for field, value in known.items() if value is not None}


def report_nvlinks(gpu: Subject) -> None:
    """Report each NVLink, and of those that are up the other end and the errors."""
    for number in range(NVLINKS_LIMIT):
        try:
            is_active = bool(gpu.ask("nvmlDeviceGetNvLinkState", number))
        except Unavailable as refusal:
            if number and refusal.code in (NOT_SUPPORTED, INVALID_ARGUMENT):
                return  # past the last one
            raise
        path = (*gpu.path, "nvlinks", number)
        link = Subject(gpu.nvml, path, f"{gpu.label}[link {number}]", *gpu.handles, number)
        link.fact("link", number)
        link.fact("is_active", is_active)
        if is_active:
            link.fill("NVLINK")


def compare(driver: Subject, gpus: list[Subject]) -> None:
    """Report how any two GPUs reach each other."""
    if len(gpus) > PAIRS_LIMIT:
        driver.explain("pairs", f"not asked of more than {PAIRS_LIMIT} GPUs")
        return
    pairs = [(one, other) for at, one in enumerate(gpus) for other in gpus[at + 1 :]]
    for number, (one, other) in enumerate(pairs):
        label = one.label + other.label
        pair = Subject(driver.nvml, ("pairs", number), label, *one.handles, *other.handles)
        pair.fact("index_a", one.path[-1])
        pair.fact("index_b", other.path[-1])
        pair.fill("PAIR")
