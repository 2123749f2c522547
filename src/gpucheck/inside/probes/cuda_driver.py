"""Load libcuda as a program of the target would, and list the devices that CUDA shows.

Runs under the target's interpreter and environment (Python 2.7 and 3.x), so LD_LIBRARY_PATH,
CUDA_VISIBLE_DEVICES and the rest mean to it what they mean to training. Out: the facts of
`facts.CudaDriver`. Where libcuda does not load, `load_error` has the loader's words; where
cuInit fails, `init_error` has its code. Neither ends the report.

The driver API is called through ctypes, so no framework is needed. No context is created: that
would take GPU memory and seconds. Signatures are those of cuda.h (CUDA 13.0, 2025-08).
"""

import binascii
import os
import sys

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None

LIBRARY = "nvcuda.dll" if os.name == "nt" else "libcuda.so.1"
LOADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "loader.py")
COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR = 75, 76  # CUdevice_attribute
NAME_BYTES, UUID_BYTES, PCI_ADDRESS_BYTES = 256, 16, 32


class Unavailable(Exception):
    """A call brought no answer; the text is CUDA's name of the reason."""

    def __init__(self, reason, code=None):
        Exception.__init__(self, reason)
        self.code = code  # None: libcuda has no such function


class Libcuda(object):
    """The CUDA driver API, with every call announced."""

    def __init__(self, say, library):
        self.say = say
        self.library = library

    def call(self, step, *arguments):
        """Call the function that `step` names, such as "cuInit" or "cuDeviceGetName[0]".

        Raises:
            Unavailable: it is missing, or returned an error.
        """
        name = step.partition("[")[0]
        try:
            function = getattr(self.library, name)
        except AttributeError:
            raise Unavailable("libcuda has no " + name)
        # The driver API takes only C ints, enumerators included, and pointers.
        function.argtypes = [
            ctypes.c_int if isinstance(value, int) else ctypes.c_void_p for value in arguments
        ]
        function.restype = ctypes.c_int
        self.say.stage(step)
        code = function(*arguments)
        if code != 0:
            raise Unavailable(self.error_text("cuGetErrorName", code) or "error %d" % code, code)

    def fill(self, step, answer, *arguments):
        """Call a function that fills in what its first argument points to; return that."""
        self.call(step, ctypes.byref(answer), *arguments)
        return answer

    def error_text(self, function, code):
        """Return the name or the meaning that libcuda has for an error code, or None."""
        text = ctypes.c_char_p()
        if not hasattr(self.library, function):
            return None  # before CUDA 6
        lookup = getattr(self.library, function)
        lookup.argtypes = [ctypes.c_int, ctypes.c_void_p]
        lookup.restype = ctypes.c_int
        self.say.stage(function)
        # A stub library knows no names: it answers every call with the same error.
        return decode(text.value) if lookup(code, ctypes.byref(text)) == 0 else None


class Device(object):
    """A device that CUDA shows. Its methods are the fields of `facts.CudaDevice`."""

    FIELDS = ("name", "uuid", "pci_address", "compute_capability", "memory_total_bytes")

    def __init__(self, cuda, ordinal):
        self.cuda = cuda
        self.at = "[%d]" % ordinal
        self.handle = cuda.fill("cuDeviceGet" + self.at, ctypes.c_int(), ordinal).value
        self.known_name = ""

    def name(self):
        """Return the name: "NVIDIA GeForce RTX 4090"."""
        buffer = ctypes.create_string_buffer(NAME_BYTES)
        self.cuda.fill("cuDeviceGetName" + self.at, buffer, NAME_BYTES, self.handle)
        self.known_name = decode(buffer.value)
        return self.known_name

    def uuid(self):
        """Write the UUID as NVML does.

        Only version 2 tells a MIG instance's own UUID, version 1 that of its GPU; the bytes do
        not show which it is, the name does: "NVIDIA A100-SXM4-40GB MIG 1g.5gb" (CUDA driver API
        13.0, cuDeviceGetUuid_v2, 2025-08).
        """
        uuid = ctypes.create_string_buffer(UUID_BYTES)
        kind = "MIG" if "MIG" in self.known_name else "GPU"
        try:
            self.cuda.fill("cuDeviceGetUuid_v2" + self.at, uuid, self.handle)
        except Unavailable as refusal:
            if refusal.code is not None:
                raise
            self.cuda.fill("cuDeviceGetUuid" + self.at, uuid, self.handle)
            kind = "GPU"
        digits = binascii.hexlify(uuid.raw).decode("ascii")
        return "-".join((kind, digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def pci_address(self):
        """Return the PCI address, its domain with four digits where NVML writes eight."""
        address = ctypes.create_string_buffer(PCI_ADDRESS_BYTES)
        self.cuda.fill("cuDeviceGetPCIBusId" + self.at, address, PCI_ADDRESS_BYTES, self.handle)
        return decode(address.value)

    def compute_capability(self):
        """Return the compute capability: "8.9"."""
        major, minor = (
            self.cuda.fill(
                "cuDeviceGetAttribute" + self.at, ctypes.c_int(), attribute, self.handle
            ).value
            for attribute in (COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR)
        )
        return "%d.%d" % (major, minor)

    def memory_total_bytes(self):
        """Return the memory that CUDA can use."""
        total = self.cuda.fill("cuDeviceTotalMem_v2" + self.at, ctypes.c_size_t(), self.handle)
        return total.value


def decode(raw):
    """Return C text as text; a driver's words need not be UTF-8."""
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw


def probe(say):
    """Report what libcuda says."""
    if sys.platform == "darwin":
        raise say.Refused("macOS has no CUDA driver")
    if ctypes is None:
        raise say.Refused("this Python has no ctypes, so libcuda cannot be called")
    say.stage("dlopen " + LIBRARY)
    try:
        library = (ctypes.WinDLL if os.name == "nt" else ctypes.CDLL)(LIBRARY)
    except OSError as error:
        say.fact("load_error", decode(str(error)))
        return
    cuda = Libcuda(say, library)
    report_library(say, cuda)
    if start(say, cuda):
        report_devices(say, cuda)


def report_library(say, cuda):
    """Report which libcuda it is; it tells its CUDA version also when cuInit fails."""
    function = getattr(cuda.library, "cuInit", None)
    path = say.load(LOADER)["file_of"](function) if function else None
    if path:
        say.fact("library_path", path)
    try:
        number = cuda.fill("cuDriverGetVersion", ctypes.c_int()).value
    except Unavailable as refusal:
        say.fact("unavailable", "driver_cuda", str(refusal))
    else:
        say.fact("driver_cuda", "%d.%d" % (number // 1000, number % 1000 // 10))  # 12040: 12.4


def start(say, cuda):
    """Start CUDA; where it refuses, report how and return False."""
    try:
        cuda.call("cuInit", 0)
    except Unavailable as refusal:
        error = {"call": "cuInit", "message": str(refusal)}
        if refusal.code is not None:
            name = cuda.error_text("cuGetErrorName", refusal.code)
            message = cuda.error_text("cuGetErrorString", refusal.code)
            error = {"call": "cuInit", "code": refusal.code, "name": name, "message": message}
        say.fact("init_error", error)
        return False
    return True


def report_devices(say, cuda):
    """Report the devices in CUDA's own order."""
    try:
        count = cuda.fill("cuDeviceGetCount", ctypes.c_int()).value
    except Unavailable as refusal:
        say.fact("unavailable", "devices", str(refusal))
        return
    if count == 0:
        say.fact("devices", [])
    for ordinal in range(count):
        say.fact("devices", ordinal, "ordinal", ordinal)
        try:
            device = Device(cuda, ordinal)
        except Unavailable as refusal:
            say.fact("devices", ordinal, "unavailable", "handle", str(refusal))
            continue
        for field in Device.FIELDS:
            try:
                say.fact("devices", ordinal, field, getattr(device, field)())
            except Unavailable as refusal:
                say.fact("devices", ordinal, "unavailable", field, str(refusal))
