"""A stub of the driver's library is found in place of the driver's own.

Why: a toolkit has a libcuda in its folder "stubs", to link programs on machines without a driver.
It holds no code. A program that loads it gets error 34 from every call.

How we know: cuInit returned 34, or the libcuda or libnvidia-ml that was loaded lies in a folder
named stubs. As a warning: programs that ask for "libcuda.so" would find the stub first.

Fix: take the stubs folder off LD_LIBRARY_PATH. Only the linker needs it: -L or LIBRARY_PATH.
"""

from collections.abc import Iterator

from gpucheck.compatibility.loaded import first_on_loader_path
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import take_off_loader_path
from gpucheck.tables import Tables

STUB_LIBRARY = 34  # CUDA_ERROR_STUB_LIBRARY
STUBS = "/stubs/"
ADVICE = "Take the stubs folder off the loader's path: only the linker needs it."


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a stub that was loaded, or that would be by some programs."""
    cuda = facts.cuda_driver.value
    error = cuda.init_error
    paths = (cuda.library_path, facts.driver.value.library_path)
    loaded = [path for path in paths if path and STUBS in path]
    refused = error is not None and error.code == STUB_LIBRARY
    first = first_on_loader_path("libcuda.so", facts)
    if facts.has_nvidia_gpu is False:
        return  # there, a stub is all that there is: to build on such a machine is what it is for
    if refused or loaded:
        if refused and cuda.library_path not in loaded:
            loaded.append(cuda.library_path or "libcuda")
        code = ("cuInit returned 34 (CUDA_ERROR_STUB_LIBRARY)",) if refused else ()
        yield Finding(
            subject="driver",
            message="The toolkit's stub was loaded and not the driver's library: no CUDA program"
            " can work.",
            evidence=(*code, *(f"loaded: {path}" for path in loaded)),
            remedy=take_off_loader_path(facts, ADVICE, *loaded),
        )
    elif first and STUBS in first.path:
        yield Finding(
            subject="driver",
            message="Programs that ask for libcuda.so, as Numba does, get the toolkit's stub.",
            evidence=(f"{first.path} comes first (by {first.found_via})",),
            remedy=take_off_loader_path(facts, ADVICE, first.path),
            severity="warning",
        )


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Return what helps wherever the stub was found."""
    return Remedy(
        "Take the folder named stubs off LD_LIBRARY_PATH (it is for linking only), and make the"
        " driver's own library visible: in a container, start it with --gpus all."
    )


RULE = Rule(
    "GPU209",
    "libcuda-stub-loaded",
    "error",
    check,
    needs=("cuda_driver",),
    explained_by=("GPU102", "GPU501"),
    mend=mend,
)
