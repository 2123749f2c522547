"""CuPy's smoke test: a backend as `torch.py` describes it. It has no CPU, and since 13 no cuDNN."""

import os


def probe(say):
    """Test CuPy."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    CuPy.numpy_random = staticmethod(calculations["numpy_random"])
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "cupy", CuPy)


class CuPy(object):
    """CuPy on one GPU."""

    HAS_CPU, IS_LIBRARY = False, True
    DTYPES = ("fp32", "fp16", "fp64")

    def __init__(self, ordinal):
        self.is_gpu, self.ordinal = True, ordinal
        self.device = cupy.cuda.Device(ordinal)
        self.device.use()

    @staticmethod
    def load(_is_cpu, _is_full):
        global cupy, numpy
        import cupy
        import numpy

        return cupy.__version__

    @staticmethod
    def count():
        return cupy.cuda.runtime.getDeviceCount()

    def about(self):
        name = cupy.cuda.runtime.getDeviceProperties(self.ordinal)["name"]
        return {"name": name.decode("utf-8", "replace")}

    def memory_free_bytes(self):
        return self.device.mem_info[0]

    def dtypes(self):
        return ("fp32", "fp16") if int(self.device.compute_capability) >= 60 else ("fp32",)

    def operands(self, dtype, size):
        # Drawn on the CPU: cupy.random needs cuRAND, which products do not.
        drawn = [self.numpy_random(size) for _ in range(2)]
        return [cupy.asarray(each.astype(kind_of(dtype))) for each in drawn]

    def output(self, dtype, size):
        return cupy.asarray(numpy.full((size, size), numpy.nan, kind_of(dtype)))

    def multiply(self, _dtype, a, b, out):
        return cupy.matmul(a, b, out=out)

    def block(self, array, rows, columns):
        part = array.get()
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(numpy.isnan(array.get()).any())

    def wait(self):
        self.device.synchronize()

    def event_seconds(self, run, count):
        began, ended = cupy.cuda.Event(), cupy.cuda.Event()
        began.record()
        for _ in range(count):
            run()
        ended.record()
        ended.synchronize()
        return cupy.cuda.get_elapsed_time(began, ended) / 1000.0  # milliseconds

    def close(self):
        cupy.get_default_memory_pool().free_all_blocks()


def kind_of(dtype):
    """Return numpy's name: "float16" of "fp16"."""
    return "float" + dtype[2:]
