"""Import a framework and ask it questions: what the files in `frameworks/` have in common.

Loaded by path by each of them. In: the framework's module and its questions. Out: the fields of
the `Framework` record that need the import, sent as soon as each is known. It never touches a
GPU itself and reserves nothing on one.

    7f1e4a000000-7f1e4a0b2000 r--p 00000000 08:01 1310 /x/nvidia/cudnn/lib/libcudnn.so.9
"""

from __future__ import unicode_literals

import ctypes
import os
import re
import stat
import sys
import time
import traceback
import warnings

MAX_TRACEBACK_CHARS = 2000
MAX_MESSAGE_CHARS = 4000
MAX_WARNINGS = 20
MAX_WARNING_CHARS = 500

CUDA_LIBRARIES = re.compile(
    r"lib(cuda\.so|cudart|cublas|cudnn|cufft|curand|cusolver|cusparse|cutensor|cufile|cupti|nccl|"
    r"nvrtc|nvJitLink|nvToolsExt|nvvm|nvshmem|nvinfer|nvidia-)"
)
MISSING_LIBRARY = [
    # glibc says "libcudnn.so.9: cannot open shared object file: No such file or directory"
    re.compile(r"([^\s/'\"]+): cannot open shared object file"),
    # musl says "Error loading shared library libcuda.so.1: No such file or directory (needed by"
    re.compile(r"Error loading shared library ([^\s:]+): No such file"),
    # macOS says "dlopen(...): Library not loaded: @rpath/libcudart.12.dylib"
    re.compile(r"Library not loaded: (?:\S*/)?(\S+)"),
    # torch on Windows says 'Error loading "C:\torch\lib\c10_cuda.dll" or one of its dependencies.'
    re.compile(r"Error loading \"(?:[^\"]*[\\/])?([^\"\\/]+)\""),
    # TensorFlow on Windows says "Could not find 'cudart64_100.dll'."
    re.compile(r"Could not (?:find|load dynamic library) '([^']+)'"),
    # torch says "libcublas.so.*[0-9] not found in the system path [...]"
    re.compile(r"(\S+) not found in the system path"),
]
MISSING_MODULE = re.compile(r"No module named '?([\w.]+)")
UNDEFINED_SYMBOL = [
    # glibc says "/x/libcusparse.so.12: undefined symbol: __nvJitLinkComplete_12_4, version ..."
    re.compile(r"undefined symbol: ([^\s,]+)"),
    # glibc says "libcublas.so.11: symbol cublasLtXt version libcublasLt.so.11 not defined in file"
    re.compile(r"symbol ([^\s,]+),? version \S+ not defined"),
    # macOS says "Symbol not found: _cudaFree" with or without brackets
    re.compile(r"Symbol not found: \(?([^\s)]+)"),
    # musl says "Error relocating /x/_C.so: cudaFree: symbol not found"
    re.compile(r"Error relocating \S+: (\S+): symbol not found"),
]


def examine(say, name, module_name, questions, companions):
    """Import `module_name` and put `questions` to it.

    A question is a function of an `Interview` and the module. It reports by itself; what it
    raises costs only the field that it is named after. `companions` are modules to import after.
    """
    say.fact("name", name)
    with warnings.catch_warnings(record=True) as caught:
        module = imported(say, module_name)
        for question in questions if module else ():
            try:
                question(Interview(say), module)
            except Exception as error:
                say.fact("unavailable", question.__name__, described(error))
        # Before the companions: torchvision brings a libcudart of its own (0.29, 2026-11).
        report_libraries(say)
        report_companions(say, companions if module else ())
    texts = ["%s: %s" % (w.category.__name__, clean(w.message)) for w in caught]
    say.fact("warnings", [text[:MAX_WARNING_CHARS] for text in texts[:MAX_WARNINGS]])


class Interview(object):
    """What a question is given: where to report, and how to word an answer."""

    def __init__(self, say):
        self.stage = say.stage
        self.fact = say.fact
        self.clean = clean
        self.cuda_text = cuda_text
        self.cudnn_text = cudnn_text
        self._stderr_size = stderr_size()

    def gpu_error(self, error, said=""):
        """Report what was raised when the framework was asked for devices, and what it logged."""
        self.fact("gpu_error", (described(error) + "\n" + said).strip())

    def said(self):
        """Return what was written to stderr since this question was put."""
        return stderr_since(self._stderr_size)


def imported(say, module_name):
    """Return the imported module, or None after reporting why there is none."""
    say.stage("import " + module_name)
    clock = getattr(time, "perf_counter", time.time)
    started = clock()
    try:
        __import__(module_name)
    except (Exception, SystemExit) as error:
        say.fact("import_failure", failure_of(error))
        return None
    say.fact("import_s", clock() - started)
    module = sys.modules[module_name]
    found_at = getattr(module, "__file__", None)
    if found_at:
        is_package = hasattr(module, "__path__")
        say.fact("folder", clean(os.path.dirname(found_at) if is_package else found_at))
    return module


def report_companions(say, module_names):
    """Import each of `module_names` that is installed and report how it went."""
    count = 0
    for name in module_names:
        say.stage("import " + name)
        companion = {"name": name}
        try:
            release = getattr(__import__(name), "__version__", None)
            if release is not None:
                companion["release"] = str(release)
        except (Exception, SystemExit) as error:
            companion["import_failure"] = failure_of(error)
            if companion["import_failure"].get("missing_module") == name:
                continue  # not installed
        say.fact("companions", count, companion)
        count += 1


def failure_of(error):
    """Return the fields of an `ImportFailure` record for the exception being handled."""
    message = clean(error)
    fields = {
        "kind": type(error).__name__,
        "message": message[:MAX_MESSAGE_CHARS],
        "missing_library": first_match(MISSING_LIBRARY, message),
        "undefined_symbol": first_match(UNDEFINED_SYMBOL, message),
        "traceback_tail": clean(traceback.format_exc())[-MAX_TRACEBACK_CHARS:],
    }
    if isinstance(error, ImportError):
        fields["missing_module"] = first_match([MISSING_MODULE], message)
    return {field: value for field, value in fields.items() if value is not None}


def first_match(patterns, text):
    """Return what the first fitting pattern captured, or None."""
    for pattern in patterns:
        found = pattern.search(text)
        if found:
            return found.group(1)
    return None


def described(error):
    """Return an exception as one text: its class and what it says."""
    return ("%s: %s" % (type(error).__name__, clean(error)))[:MAX_MESSAGE_CHARS]


def clean(value):
    """Return `value` as text that JSON can carry, whatever it is made of."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    for convert in ("{0}".format, str, repr):
        try:
            text = convert(value)
            break
        except Exception:  # bytes in an exception of Python 2, or a __str__ that raises
            text = type(value).__name__
    if isinstance(text, bytes):
        return text.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8")


def report_libraries(say):
    """Report the CUDA libraries mapped into this process, and the releases of two of them."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            paths = {line.split(None, 5)[5].strip() for line in maps if b"/lib" in line}
    except (IOError, OSError):
        return  # not Linux
    texts = sorted(clean(path.replace(b" (deleted)", b"")) for path in paths)
    named = [{"soname": os.path.basename(path), "path": path} for path in texts]
    libraries = [library for library in named if CUDA_LIBRARIES.match(library["soname"])]
    say.fact("loaded_libraries", libraries)
    report_release(say, "runtime_cuda", of(libraries, "libcudart"), runtime_release)
    report_release(say, "loaded_cudnn", of(libraries, "libcudnn."), cudnn_release)


def of(libraries, prefix):
    """Return the paths of the libraries whose names start with `prefix`."""
    return [library["path"] for library in libraries if library["soname"].startswith(prefix)]


def report_release(say, field, paths, ask):
    """Ask a loaded library which release it is; none of them needs a driver for that."""
    if len(paths) > 1:
        say.fact("unavailable", field, "several are loaded: " + ", ".join(paths))
    elif paths:
        say.stage("ask %s for its release" % paths[0])
        try:
            say.fact(field, ask(ctypes.CDLL(paths[0])))
        except (OSError, AttributeError, ValueError) as error:
            say.fact("unavailable", field, described(error))


def runtime_release(library):
    """Return the CUDA release of a libcudart."""
    number = ctypes.c_int()
    code = library.cudaRuntimeGetVersion(ctypes.byref(number))
    if code:
        raise ValueError("cudaRuntimeGetVersion returned %d" % code)
    return cuda_text(number.value)


def cudnn_release(library):
    """Return the release of a libcudnn."""
    library.cudnnGetVersion.restype = ctypes.c_size_t
    return cudnn_text(library.cudnnGetVersion())


def cuda_text(number):
    """Return 12040 as "12.4"."""
    return "%d.%d" % (number // 1000, number % 1000 // 10)


def cudnn_text(number):
    """Return 8907 as "8.9.7" and 90100 as "9.1.0": the scheme changed with cuDNN 9."""
    scale = 10000 if number >= 10000 else 1000
    return "%d.%d.%d" % (number // scale, number % scale // 100, number % 100)


def stderr_size():
    """Return how much was written to stderr so far, or None where that is no file."""
    sys.stderr.flush()
    status = os.fstat(2)
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def stderr_since(size):
    """Return what native code wrote to stderr since `stderr_size()` returned `size`."""
    if size is None:
        return ""
    try:
        with open("/proc/self/fd/2", "rb") as written:
            written.seek(size)
            return clean(written.read())[-MAX_MESSAGE_CHARS:].strip()
    except (IOError, OSError):
        return ""
