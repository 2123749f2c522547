"""The smoke test that needs no framework and no toolkit: libcuda alone, with kernels of ours.

It tells a fault of the driver from one of a framework, and measures what frameworks have in
common, by `measurements.py`. A product of size 128 is compared at 24 x 24 random elements with
sums in float64, which Python alone computes in milliseconds; the kernel is plain, so its rate says
nothing about the GPU's.
"""

from __future__ import division

import array
import math
import os
import random
import sys

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None

HERE = os.path.dirname(os.path.abspath(__file__))
INSIDE = os.path.dirname(HERE)
SIZE, TILE, SAMPLED = 128, 16, 24
BYTES = {"fp32": 4, "fp64": 8}
BOUNDS = {"fp32": 1e-5, "fp64": 1e-12}


def probe(say):
    """Test the driver."""
    if say.arguments[0] == "cpu":
        raise say.Refused("it tests the CUDA driver only")
    if sys.platform == "darwin":
        raise say.Refused("macOS has no CUDA driver")
    if ctypes is None:
        raise say.Refused("this Python has no ctypes, so libcuda cannot be called")
    CudaDriver.say = say
    say.load(os.path.join(INSIDE, "smoking.py"))["examine"](say, "cuda_driver", CudaDriver)


class CudaDriver(object):
    """The CUDA driver on one GPU; a backend that says itself what is calculated."""

    HAS_CPU = False

    @classmethod
    def load(cls, _is_cpu, _is_full):
        os.environ["CUDA_CACHE_DISABLE"] = "1"  # a test leaves no compiled kernel behind
        cls.asking = cls.say.load(os.path.join(INSIDE, "probes", "cuda_driver.py"))
        cls.contexts = cls.say.load(os.path.join(INSIDE, "cuda_context.py"))
        library = cls.asking["LIBRARY"]
        step = "dlopen " + library
        cls.say.stage(step)
        try:
            loaded = (ctypes.WinDLL if os.name == "nt" else ctypes.CDLL)(library)
        except OSError as error:
            raise cls.contexts["CudaError"](step, None, None, str(error))
        cls.cuda = cls.asking["Libcuda"](cls.say, loaded)
        cls._checked("cuInit", 0)
        number = ctypes.c_int()
        cls._checked("cuDriverGetVersion", ctypes.byref(number))
        return "%d.%d" % (number.value // 1000, number.value % 1000 // 10)

    @classmethod
    def _checked(cls, step, *arguments):
        cls.contexts["checked"](cls.cuda, cls.asking["Unavailable"], step, *arguments)

    @classmethod
    def count(cls):
        number = ctypes.c_int()
        cls._checked("cuDeviceGetCount", ctypes.byref(number))
        return number.value

    def __init__(self, ordinal):
        self.seen = self.asking["Device"](self.cuda, ordinal)
        unavailable = self.asking["Unavailable"]
        self.context = self.contexts["Context"](self.cuda, unavailable, self.seen.handle)
        module = self.say.load(os.path.join(INSIDE, "smoke_kernels.py"))["module"]
        self.kernels = Kernels(self.context, module)

    def about(self):
        found = {}
        for field in ("name", "uuid"):
            try:
                found[field] = getattr(self.seen, field)()
            except self.asking["Unavailable"]:
                pass  # an old libcuda has no UUIDs
        return found

    def memory_free_bytes(self):
        return self.context.free_bytes()

    def calculate(self, device, budget_bytes):
        """Multiply, then measure; what cannot be measured is left out alone."""
        dtypes = device.dtypes.split(",") if device.dtypes else ["fp32"]
        for dtype in dtypes:
            if dtype not in BYTES:
                device.fact("unavailable", dtype, "this test does not offer it")
        for number, dtype in enumerate(each for each in dtypes if each in BYTES):
            device.step("matmul in " + dtype)
            device.fact("products", number, self.product(dtype))
        measuring = self.say.load(os.path.join(INSIDE, "measurements.py"))["Measurements"]
        measure = measuring(self, device, budget_bytes)
        measure.all_parts()
        device.fact("memory_taken_bytes", max(measure.most_taken_bytes, 3 * SIZE * SIZE * 4))

    def product(self, dtype):
        """Multiply random matrices and compare a sample; return it as a fact."""
        code, width = ("f", 4) if dtype == "fp32" else ("d", 8)
        count = SIZE * SIZE
        inputs = [array.array(code, [random.random() - 0.5 for _ in range(count)]) for _ in "ab"]
        out = array.array(code, [0.0]) * count
        places = [self.context.allocate(count * width) for _ in range(3)]
        do, word = self.context.do, self.contexts["word"]
        for place, values in zip(places, inputs):
            do("cuMemcpyHtoD_v2", word(place), address_of(values), word(count * width))
        do("cuMemsetD32_v2", word(places[2]), self.contexts["NAN_BITS"], word(count * width // 4))
        parameters = [ctypes.c_uint64(place) for place in places] + [ctypes.c_uint32(SIZE)]
        blocks = SIZE // TILE
        kernel = self.kernels["multiply_f32" if dtype == "fp32" else "multiply_f64"]

        def run():
            self.context.launch(kernel, (blocks, blocks), (TILE, TILE), parameters)

        run()
        self.context.wait()
        do("cuMemcpyDtoH_v2", address_of(out), word(places[2]), word(count * width))
        found = compared(inputs[0], inputs[1], out, BOUNDS[dtype])
        seconds = sorted(self.context.event_seconds(run, 10) / 10 for _ in range(5))[2]
        for place in places:
            self.context.free(place, count * width)
        rate = {"seconds": seconds, "flop_per_s": 2.0 * SIZE**3 / seconds} if seconds > 0 else {}
        return dict(found, dtype=dtype, size=SIZE, is_library=False, **rate)

    def close(self):
        self.context.close()


class Kernels(dict):
    """The kernels by name, each compiled when it is first asked for."""

    def __init__(self, context, module):
        dict.__init__(self)
        self.context, self.module = context, module

    def __missing__(self, name):
        self[name] = self.context.function(self.module(name), name)
        return self[name]


def address_of(values):
    """Return where an array's elements lie."""
    return ctypes.c_void_p(values.buffer_info()[0])


def compared(a, b, out, bound):
    """Compare random elements of a product with sums in float64; return it as part of a fact."""
    rows, columns = (sorted(random.sample(range(SIZE), SAMPLED)) for _ in range(2))
    across = [a[row * SIZE : (row + 1) * SIZE] for row in rows]
    down = [b[column::SIZE] for column in columns]
    squares = differences = 0.0
    for row, left in zip(rows, across):
        for column, right in zip(columns, down):
            reference = sum(x * y for x, y in zip(left, right))
            squares += reference * reference
            difference = out[row * SIZE + column] - reference
            differences += difference * difference  # not ** 2, which raises where it overflows
    error = (differences / squares) ** 0.5
    found = {"error_bound": bound, "is_written": not any(map(math.isnan, out))}
    is_number = not (math.isnan(error) or math.isinf(error))  # JSON has neither
    return dict(found, relative_error=error) if is_number else found
