"""Numba's smoke test: a backend as `torch.py` describes it, with kernels of ours.

Numba has no library of products. On a GPU each block of threads brings tiles of both inputs into
shared memory; on the CPU three loops are compiled. Neither comes near the hardware's rate.
"""

import os

TILE = 16


def probe(say):
    """Test Numba."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    Numba.numpy_random = staticmethod(calculations["numpy_random"])
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "numba", Numba)


class Numba(object):
    """Numba on one device."""

    HAS_CPU, IS_LIBRARY = True, False
    DTYPES = ("fp32", "fp64")

    def __init__(self, ordinal):
        self.is_gpu, self.ordinal = ordinal is not None, ordinal
        if self.is_gpu:
            cuda.select_device(ordinal)
        self.kernels = {}

    @staticmethod
    def load(_is_cpu, _is_full):
        global numba, numpy, cuda
        import numba
        import numpy
        from numba import cuda

        return numba.__version__

    @staticmethod
    def count():
        return len(cuda.list_devices()) if cuda.is_available() else 0

    def about(self):
        if not self.is_gpu:
            return {}
        name = cuda.get_current_device().name
        return {"name": name.decode("utf-8", "replace") if isinstance(name, bytes) else name}

    def memory_free_bytes(self):
        return cuda.current_context().get_memory_info()[0] if self.is_gpu else None

    def dtypes(self):
        return ("fp32",)

    def operands(self, dtype, size):
        drawn = [self.numpy_random(size) for _ in range(2)]
        return [self._placed(each.astype("float" + dtype[2:])) for each in drawn]

    def output(self, dtype, size):
        return self._placed(numpy.full((size, size), numpy.nan, "float" + dtype[2:]))

    def _placed(self, array):
        return cuda.to_device(array) if self.is_gpu else array

    def multiply(self, dtype, a, b, out):
        if dtype not in self.kernels:
            self.kernels[dtype] = tiled(dtype) if self.is_gpu else numba.njit(loops)
        if self.is_gpu:
            blocks = -(-out.shape[0] // TILE)
            self.kernels[dtype][(blocks, blocks), (TILE, TILE)](a, b, out)
        else:
            self.kernels[dtype](a, b, out)
        return out

    def block(self, array, rows, columns):
        part = array.copy_to_host() if self.is_gpu else array
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(numpy.isnan(self.block(array, None, None)).any())

    def wait(self):
        if self.is_gpu:
            cuda.synchronize()

    def event_seconds(self, run, count):
        began, ended = cuda.event(), cuda.event()
        began.record()
        for _ in range(count):
            run()
        ended.record()
        ended.synchronize()
        return cuda.event_elapsed_time(began, ended) / 1000.0  # milliseconds

    def close(self):
        if self.is_gpu:
            cuda.close()


def loops(a, b, out):
    """Multiply on the CPU."""
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] = 0.0
        for inner in range(a.shape[1]):
            for column in range(out.shape[1]):
                out[row, column] += a[row, inner] * b[inner, column]


def tiled(dtype):
    """Return a kernel that multiplies square matrices of any size."""
    kind = numba.float64 if dtype == "fp64" else numba.float32

    @cuda.jit
    def kernel(a, b, out):
        left = cuda.shared.array((TILE, TILE), kind)
        right = cuda.shared.array((TILE, TILE), kind)
        column, row = cuda.grid(2)
        x, y = cuda.threadIdx.x, cuda.threadIdx.y
        size = out.shape[0]
        total = kind(0.0)
        for start in range(0, size, TILE):
            left[y, x] = a[row, start + x] if row < size and start + x < size else kind(0.0)
            right[y, x] = b[start + y, column] if column < size and start + y < size else kind(0.0)
            cuda.syncthreads()
            for inner in range(TILE):
                total += left[y, inner] * right[inner, x]
            cuda.syncthreads()
        if row < size and column < size:
            out[row, column] = total

    return kernel
