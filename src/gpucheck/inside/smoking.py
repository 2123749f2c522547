"""Test a framework on each device: what the files in `smoke/` have in common.

Loaded by path by each of them. In: a backend, which is a class with the few operations that
frameworks name differently (`smoke/torch.py` lists them). Out: the fields of `facts.SmokeTest`,
each sent as soon as it is known. What is computed is in `calculations.py`; nothing is judged here.
"""

import os
import re
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
GIB = 1 << 30
LEAST_MEMORY_BYTES = 64 << 20
UNTOLD_BUDGET_BYTES = 256 << 20
START = "start"
TURN_POLL_S = 0.005
MAX_MESSAGE_CHARS = 2000
MISFITS = (AttributeError, NameError, TypeError)
"""What Python makes of a call to a release that lacks something, or wants other arguments."""

# CuPy says "cudaErrorNoKernelImageForDevice: no kernel image is available", JAX and Numba
# "CUDA_ERROR_NO_DEVICE", torch "Error 802: system not yet initialized", Numba "[209] Call to ...".
ERROR_NAME = re.compile(r"\b(CUDA_ERROR_[A-Z_0-9]+|cudaError[A-Z]\w+)")
ERROR_CODE = re.compile(r"(?:\bError |\[)(\d{1,3})(?:\]|:)")

clock = getattr(time, "perf_counter", time.time)


def examine(say, name, backend):
    """Load the framework, wait for the turn, and test every device that was asked for."""
    asked, level, _, _, turn_file, free_bytes = say.arguments
    kind = "cpu" if asked == "cpu" else "cuda"
    for field, value in (("name", name), ("kind", kind), ("level", level), ("pid", os.getpid())):
        say.fact(field, value)
    told = [int(text) if text else None for text in free_bytes.split(",")]
    started = clock()
    stage = "import " + name
    try:
        say.stage(stage)
        say.fact("release", str(backend.load(kind == "cpu", level == "full")))
        say.fact("import_s", clock() - started)
        stage = "look for GPUs"
        say.stage(stage)
        count = 1 if kind == "cpu" else backend.count()
    except (Exception, SystemExit) as error:
        say.fact("error", error_of(stage, error))
        return
    ordinals = ordinals_asked(say, name, backend, len(told) if count is None else count)
    wait_for_turn(say, turn_file)
    for number, ordinal in enumerate(ordinals):
        is_told = ordinal is not None and ordinal < len(told)
        test_device(Device(say, number, ordinal, told[ordinal] if is_told else None), backend)


def ordinals_asked(say, name, backend, count):
    """Return the numbers of the devices to test, of so many; None is the CPU."""
    asked = say.arguments[0]
    if asked == "cpu":
        if not backend.HAS_CPU:
            raise say.Refused("%s computes on GPUs only" % name)
        return [None]
    if not count:
        raise say.Refused("%s sees no GPU" % name)
    if asked == "all":
        return list(range(count))
    if int(asked) >= count:
        raise say.Refused("%s sees no GPU %s, only %d" % (name, asked, count))
    return [int(asked)]


def wait_for_turn(say, turn_file):
    """Wait until it is this test's turn: two at once would measure each other."""
    say.stage("wait for the other tests")
    parent = parent_pid()
    while turn_file and not os.path.exists(turn_file):
        if parent_pid() != parent:
            raise say.Refused("gpucheck is gone")
        time.sleep(TURN_POLL_S)


def parent_pid():
    """Return the parent's pid; None where it is not told (Python 2.7 on Windows)."""
    return os.getppid() if hasattr(os, "getppid") else None


class Device(object):
    """One device under test: what is asked of it, and where its facts go."""

    def __init__(self, say, number, ordinal, free_bytes):
        _, self.level, self.dtypes, limit_s = say.arguments[:4]
        self.say, self.number, self.ordinal = say, number, ordinal
        self.free_bytes = free_bytes  # as the driver tells; None: it does not
        self.deadline = clock() + float(limit_s)
        self.current_step = ""

    def step(self, name):
        """Announce a step: it is what an error, a crash or a time-out is blamed on."""
        self.current_step = name
        self.say.stage(name if self.ordinal is None else "GPU %d: %s" % (self.ordinal, name))

    def fact(self, *path_and_value):
        """Report a fact of this device."""
        self.say.fact("devices", self.number, *path_and_value)

    def has_time(self, part, needed_s=0.0):
        """Tell whether there is time left for a part; else report that it was left out."""
        if clock() + needed_s < self.deadline:
            return True
        self.fact("unavailable", part, "no time was left")
        return False

    def attempt(self, part, calculate):
        """Do a part of the test; return what went wrong as a fact, None if nothing did."""
        self.step(part)
        try:
            calculate()
        except Exception as error:
            traceback.print_exc()
            if not (isinstance(error, MISFITS) and is_raised_here()):
                return error_of(part, error)
            self.fact("unavailable", part, described(error))
        return None


def test_device(device, backend):
    """Test one device; what goes wrong on it is reported and harms no other."""
    device.fact("ordinal", device.ordinal)
    device.fact("began_at", time.time())
    calculations = device.say.load(os.path.join(HERE, "calculations.py"))

    def whole():
        on = backend(device.ordinal)
        for field, value in sorted(on.about().items()):
            device.fact(field, value)
        budget_bytes = budget_of(device, on)
        if budget_bytes and hasattr(on, "calculate"):
            on.calculate(device, budget_bytes)
        elif budget_bytes:
            calculations["calculate"](device, on, budget_bytes)
        device.step("end")
        on.close()

    error = device.attempt(START, whole)
    if error:
        # A call to libcuda names itself; else the step that was announced last is to blame.
        is_call = error["stage"] != START
        device.fact("error", error if is_call else dict(error, stage=device.current_step))
    device.fact("ended_at", time.time())


def budget_of(device, on):
    """Return how many bytes the test may take; 0, with the reason reported, if too few are free."""
    free_bytes = on.memory_free_bytes()
    if free_bytes is None:
        free_bytes = device.free_bytes
    if free_bytes is None:
        return UNTOLD_BUDGET_BYTES
    device.fact("memory_free_bytes", free_bytes)
    budget_bytes = min(GIB, free_bytes // 4)
    if budget_bytes >= LEAST_MEMORY_BYTES:
        return budget_bytes
    device.fact("unavailable", "memory", "too little free memory: %d MiB" % (free_bytes >> 20))
    return 0


def is_raised_here():
    """Tell whether a line of ours raised the exception under way, and nothing that it called.

    A module's `__getattr__`, which says that it has no such name, counts as the line that asked.
    """
    codes = []
    at = sys.exc_info()[2]
    while at:
        codes.append(at.tb_frame.f_code)
        at = at.tb_next
    while codes[-1].co_name == "__getattr__" and len(codes) > 1:
        codes.pop()
    return os.path.abspath(codes[-1].co_filename).startswith(HERE)


def described(error):
    """Return an exception as one text."""
    text = "%s: %s" % (type(error).__name__, str(error).strip())
    return text[:MAX_MESSAGE_CHARS]


def error_of(stage, error):
    """Return an exception as a fact, with CUDA's own name and number where its text has them."""
    if hasattr(error, "step"):  # of our own calls to libcuda
        fact = {"stage": error.step, "message": str(error), "code": error.code, "name": error.name}
        return {field: value for field, value in fact.items() if value is not None}
    fact = {"stage": stage, "message": described(error)}
    name, code = ERROR_NAME.search(str(error)), ERROR_CODE.search(str(error))
    if name:
        fact["name"] = name.group(1)
    if code:
        fact["code"] = int(code.group(1))
    return fact
