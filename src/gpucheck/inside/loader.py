"""Tell what the dynamic loader did: which file it took, or why it took none.

Opened by path from probes (`say.load`), under any Python from 2.7 on. The loader is asked for
"libcuda.so.1", but which one it took is only known afterwards, and often the very trouble: a
stub, a compat package, the leftover of another driver. The address of a function decides it,
so two libraries of one name cannot be mixed up.

Sample of /proc/self/maps, which names the real file behind all links:

    7f0e1c02a000-7f0e1c1f4000 r-xp 0002a000 08:01 5511      /usr/lib64/libcuda.so.550.54.15
"""

import ctypes
import io
import os


def refusal(library):
    """Return why the library cannot be loaded, in the loader's words, or None if it can."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return None


def file_of(function):
    """Return the path of the file that the ctypes function lies in, or None if it is not told."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    if os.name == "nt":
        return _module_file(address)
    try:
        with io.open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            return next((path for path in (_path_at(address, line) for line in maps) if path), None)
    except (OSError, IOError):  # macOS has no /proc
        return None


def _path_at(address, line):
    """Return the path in a line of maps if the address is within, else None."""
    fields = line.rstrip("\n").split(None, 5)
    first, last = (int(end, 16) for end in fields[0].split("-"))
    return fields[5] if first <= address < last and len(fields) > 5 else None


def _module_file(address):
    """Ask Windows for the DLL at the address."""
    kernel = ctypes.WinDLL("kernel32")
    from_address_without_counting = 0x4 | 0x2
    module = ctypes.c_void_p()
    path = ctypes.create_unicode_buffer(32768)
    kernel.GetModuleFileNameW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_uint32]
    is_found = kernel.GetModuleHandleExW(
        from_address_without_counting, ctypes.c_void_p(address), ctypes.byref(module)
    )
    if is_found and kernel.GetModuleFileNameW(module, path, len(path)):
        return path.value
    return None
