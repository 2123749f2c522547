"""PyTorch: how it was built, and whether it can use a GPU.

The build is in torch/version.py, written at build time in every release from 1.0:

    __version__ = '2.6.0+cu124'
    cuda: Optional[str] = '12.4'      # plain `cuda = '9.0.176'` in 1.0; None without CUDA
    hip: Optional[str] = None         # from 1.5

(torch wheels 1.0 to 2.15, 2026-11). The metadata of wheels from the package index leaves the
"+cu124" out, so the file's release is the one reported.
"""

import os

NAME = "torch"
MODULE = "torch"
DISTRIBUTIONS = ("torch", "torch-nightly", "torch-cpu", "torch-gpu", "pytorch")


def read_build(installed):
    """Return the build fields that torch/version.py tells."""
    build = installed.literals("version.py")
    if "cuda" not in build:
        return {}
    return {
        "release": build.get("__version__"),
        "is_cuda_build": build["cuda"] is not None,
        "is_rocm_build": build.get("hip") is not None,
        "built_for_cuda": build["cuda"],
        "build_source": "torch/version.py",
    }


def probe(say):
    """Import torch and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    questions = [built_for_cuda, sass_targets, built_for_cudnn, is_gpu_usable, devices]
    examine(say, NAME, MODULE, questions, ["torchvision", "torchaudio"])


def built_for_cuda(ask, torch):
    """Report release and build."""
    ask.fact("release", str(torch.__version__))
    ask.fact("is_cuda_build", torch.version.cuda is not None)
    ask.fact("is_rocm_build", getattr(torch.version, "hip", None) is not None)
    if torch.version.cuda:
        ask.fact("built_for_cuda", torch.version.cuda)
    ask.fact("build_source", "torch.version")


def sass_targets(ask, torch):
    """Report the architectures that were compiled in: "sm_90" code, "compute_90" PTX."""
    # torch.cuda.get_arch_list() is [] wherever there is no usable GPU; this is what it reads.
    flags = getattr(torch._C, "_cuda_getArchFlags", None)
    targets = (flags() or "").split() if flags else []
    if targets:
        ask.fact("sass_targets", [target for target in targets if target.startswith("sm_")])
        ask.fact("ptx_targets", [target for target in targets if target.startswith("compute_")])


def built_for_cudnn(ask, torch):
    """Report the cuDNN that torch was compiled with."""
    compiled = getattr(torch._C, "_cudnn", None)
    if compiled:
        ask.fact("built_for_cudnn", ".".join(map(str, compiled.getCompileVersion())))


def is_gpu_usable(ask, torch):
    """Report what torch.cuda.is_available() says, and the reason that it keeps to itself."""
    ask.stage("torch.cuda.is_available()")
    usable = torch.cuda.is_available()
    ask.fact("is_gpu_usable", usable)
    if not usable:
        ask.stage("torch.cuda.init()")
        try:
            torch.cuda.init()
        except Exception as error:
            ask.gpu_error(error)


def devices(ask, torch):
    """Report the GPUs; asking for their properties makes no context on them."""
    ask.stage("torch.cuda.device_count()")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    ask.fact("devices", [])
    for ordinal in range(count):
        seen = torch.cuda.get_device_properties(ordinal)
        device = {"ordinal": ordinal, "name": seen.name}
        device["compute_capability"] = "%d.%d" % (seen.major, seen.minor)
        device["memory_total_bytes"] = seen.total_memory
        ask.fact("devices", ordinal, device)
