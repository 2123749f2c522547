"""A context on a GPU through libcuda alone: memory, kernels, events, streams.

Opened by path by `smoke/cuda_driver.py`; the calls are those of `Libcuda` in
`probes/cuda_driver.py`, which announces each. Signatures are those of cuda.h (CUDA 13.0, 2025-08).
What is allocated is freed with the context.
"""

import ctypes
import os
import time

JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES = 5, 6  # CUjit_option
LOG_BYTES = 4096
NAN_BITS = -1  # 0xFFFFFFFF is a NaN in fp32, and so are eight bytes of it in fp64

# Under Python 2.7, time.time steps by milliseconds on Windows, and time.clock is fine only there.
BEST_CLOCK = "perf_counter" if hasattr(time, "perf_counter") else ("time", "clock")[os.name == "nt"]
clock = getattr(time, BEST_CLOCK)


class CudaError(Exception):
    """A call failed; the text is CUDA's meaning of the code."""

    def __init__(self, step, code, name, message):
        Exception.__init__(self, message or name or "error %s" % code)
        self.step, self.code, self.name = step, code, name


def checked(cuda, unavailable, step, *arguments):
    """Make a call of `Libcuda`, announced.

    Raises:
        CudaError: it returned an error, or libcuda does not have it (then without a code).
    """
    try:
        cuda.call(step, *arguments)
    except unavailable as refusal:
        if refusal.code is None:
            raise CudaError(step, None, None, str(refusal))
        name, message = (
            cuda.error_text(function, refusal.code)
            for function in ("cuGetErrorName", "cuGetErrorString")
        )
        raise CudaError(step, refusal.code, name, message)


def word(number):
    """Return a number of 64 bits, which size_t and device addresses are."""
    return ctypes.c_void_p(number)


class Silent(object):
    """Announces nothing: writing down each step would be measured too."""

    def stage(self, step):
        """Leave the step that was announced last."""


class Context(object):
    """A context on one device."""

    def __init__(self, cuda, unavailable, device):
        self.cuda, self.unavailable, self.device = cuda, unavailable, device
        self.handle = ctypes.c_void_p()
        self.taken_bytes = 0
        self.has_lasting_error = False
        self.do("cuCtxCreate_v2", ctypes.byref(self.handle), 0, device)

    def do(self, step, *arguments):
        """Make a call, announced.

        Raises:
            CudaError: it returned an error, or libcuda does not have it (then without a code).
        """
        checked(self.cuda, self.unavailable, step, *arguments)

    def fill(self, step, answer, *arguments):
        """Make a call that fills in what its first argument points to; return that."""
        self.do(step, ctypes.byref(answer), *arguments)
        return answer

    def free_bytes(self):
        """Return how much of the device's memory is free."""
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self.do("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return free.value

    def allocate(self, size_bytes):
        """Return the address of new memory on the device."""
        address = self.fill("cuMemAlloc_v2", ctypes.c_uint64(), word(size_bytes)).value
        self.taken_bytes += size_bytes
        return address

    def free(self, address, size_bytes):
        """Give memory back."""
        self.do("cuMemFree_v2", word(address))
        self.taken_bytes -= size_bytes

    def pinned(self, size_bytes):
        """Return the address of new page-locked memory of the host."""
        return self.fill("cuMemAllocHost_v2", ctypes.c_void_p(), word(size_bytes)).value

    def function(self, text, name):
        """Compile PTX and return a kernel of it.

        Raises:
            CudaError: the driver refuses it; its compiler's words are in the message.
        """
        log = ctypes.create_string_buffer(LOG_BYTES)
        options = (ctypes.c_int * 2)(JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES)
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), LOG_BYTES)
        module, image = ctypes.c_void_p(), ctypes.create_string_buffer(text.encode("ascii"))
        try:
            self.do("cuModuleLoadDataEx", ctypes.byref(module), image, 2, options, values)
        except CudaError as error:
            said = log.value.decode("utf-8", "replace").strip()
            raise CudaError(error.step, error.code, error.name, ("%s %s" % (error, said)).strip())
        kernel = ctypes.create_string_buffer(name.encode("ascii"))
        return self.fill("cuModuleGetFunction", ctypes.c_void_p(), module, kernel)

    def launch(self, function, grid, block, parameters, stream=None):
        """Start a kernel; `grid` and `block` are (x, y), the parameters are ctypes values."""
        pointers = (ctypes.c_void_p * max(1, len(parameters)))(*map(ctypes.addressof, parameters))
        (x, y), (threads_x, threads_y) = grid, block
        arguments = [function, x, y, 1, threads_x, threads_y, 1, 0, stream, pointers, None]
        self.do("cuLaunchKernel", *arguments)

    def wait(self):
        """Wait until the device is done."""
        self.do("cuCtxSynchronize")

    def is_lost(self):
        """Tell, after an error, whether it lasts: then every call fails, the next ones too."""
        try:
            self.wait()
        except CudaError:
            self.has_lasting_error = True
        return self.has_lasting_error

    def stream(self):
        """Return a new stream that does not wait for the default one."""
        return self.fill("cuStreamCreate", ctypes.c_void_p(), 1)

    def event_seconds(self, run, count):
        """Return the seconds of so many runs, by the device's own clock."""
        began, ended = (self.fill("cuEventCreate", ctypes.c_void_p(), 0) for _ in range(2))

        def runs():
            self.do("cuEventRecord", began, None)
            for _ in range(count):
                run()
            self.do("cuEventRecord", ended, None)
            self.do("cuEventSynchronize", ended)

        self.silently(runs)
        taken_ms = self.fill("cuEventElapsedTime", ctypes.c_float(), began, ended).value
        for event in (began, ended):
            self.do("cuEventDestroy_v2", event)
        return taken_ms / 1000.0

    def waited_seconds(self, run):
        """Return the seconds of one run and the wait for it, by the host's clock."""

        def run_and_wait():
            started = clock()
            run()
            self.wait()
            return clock() - started

        return self.silently(run_and_wait)

    def silently(self, run):
        """Do what was announced before, without announcing each call."""
        said, self.cuda.say = self.cuda.say, Silent()
        try:
            return run()
        finally:
            self.cuda.say = said

    def close(self):
        """Destroy the context, with all that it holds; a lost one ends with the process."""
        if not self.has_lasting_error:
            self.do("cuCtxDestroy_v2", self.handle)
