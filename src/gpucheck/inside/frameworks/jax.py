"""JAX: whether it has a CUDA back end, and whether that can use a GPU.

JAX itself is pure Python. CUDA comes with distributions beside it:

    jax-cuda12-plugin 0.5.0, jax-cuda12-pjrt 0.5.0    from 0.4.16; CUDA 12, its minor not named
    jaxlib 0.4.25+cuda11.cudnn86                      to 0.4.29; "+cuda111" is 11.1
    jaxlib, conda build "cuda126py312h..."            conda-forge

(package index and jax changelog, 2026-11). A jaxlib without any of them computes on the CPU.
"""

import os

NAME = "jax"
MODULE = "jax"
DISTRIBUTIONS = ("jax",)


def read_build(installed):
    """Return what the distributions beside jax tell about its back end."""
    jaxlib = installed.releases.get("jaxlib")
    plugins = sorted(
        name
        for name in installed.releases
        if name.startswith(("jax-cuda", "jax-rocm")) and name.endswith(("-plugin", "-pjrt"))
    )
    conda_build = installed.conda_builds.get("jaxlib", "")
    if plugins:
        return plugin_fields(plugins[-1])
    if "+cuda" in (jaxlib or ""):
        return local_version_fields(jaxlib)
    if jaxlib is None and not conda_build:
        return {"unavailable": {"is_cuda_build": "jaxlib is not installed"}}
    is_cuda_build = "cuda" in conda_build
    source = (
        "conda build %s of jaxlib" % conda_build if conda_build else "no CUDA plugin beside jaxlib"
    )
    return {"is_cuda_build": is_cuda_build, "is_rocm_build": False, "build_source": source}


def plugin_fields(plugin):
    """Read "jax-cuda12-plugin": the name has the major of CUDA, the minor is not stated."""
    vendor = plugin.split("-")[1]  # "cuda12", "rocm60"
    fields = {"is_cuda_build": vendor[:4] == "cuda", "is_rocm_build": vendor[:4] == "rocm"}
    fields["build_source"] = plugin
    if fields["is_cuda_build"]:
        fields["built_for_cuda_major"] = int(vendor[4:])
    return fields


def local_version_fields(release):
    """Read "0.4.25+cuda11.cudnn86": CUDA 11 and cuDNN 8.6; "cuda111" is CUDA 11.1."""
    fields = {"is_cuda_build": True, "is_rocm_build": False, "build_source": "jaxlib " + release}
    for part in release.partition("+")[2].split("."):
        digits = part.lstrip("cudan")
        if part.startswith("cudnn") and digits:
            fields["built_for_cudnn"] = ".".join(digits)
        elif part.startswith("cuda") and digits:
            fields["built_for_cuda_major"] = int(digits[:2])
            if len(digits) > 2:
                fields["built_for_cuda"] = digits[:2] + "." + digits[2:]
    return fields


def probe(say):
    """Import jax and ask it."""
    # Making the back end is the only way to ask for devices, and it takes three quarters of a
    # GPU's memory unless told not to (JAX, GPU memory allocation, 2026-11). Nothing is measured
    # in this process, so the setting changes no answer.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [release, built_for_cuda, devices], ["jaxlib"])


def release(ask, jax):
    """Report the release of jax; that of jaxlib is reported with the companions."""
    ask.fact("release", jax.__version__)


def built_for_cuda(ask, _):
    """Report what the CUDA plugin was compiled with."""
    versions = find_versions()
    if versions:
        ask.fact("is_cuda_build", versions is not None)
        ask.fact("build_source", versions.__name__)
        ask.fact("built_for_cuda", ask.cuda_text(versions.cuda_runtime_build_version()))
        ask.fact("built_for_cudnn", ask.cudnn_text(versions.cudnn_build_version()))


def devices(ask, jax):
    """Report the GPUs, or why the CUDA back end could not be made."""
    ask.stage("jax.devices()")
    seen = []
    try:
        # Asked for by its own name the back end says why it failed; "gpu" hides the reason.
        is_old = jax.__version__.startswith(("0.1.", "0.2.", "0.3."))
        seen = jax.devices("gpu" if is_old else "cuda")
    except Exception as error:
        # A plugin that cannot start says so in the log only ("Unable to load cuDNN", 0.12).
        ask.gpu_error(error, ask.said())
    ask.fact("is_gpu_usable", bool(seen))
    ask.fact("devices", [])
    for ordinal, device in enumerate(seen):
        fields = {"ordinal": ordinal, "name": device.device_kind}
        capability = getattr(device, "compute_capability", None)
        if capability:
            fields["compute_capability"] = str(capability)
        ask.fact("devices", ordinal, fields)


def find_versions():
    """Return the module with which a CUDA plugin tells its versions, or None."""
    for name in ("jax_cuda13_plugin._versions", "jax_cuda12_plugin._versions"):
        try:
            return __import__(name, fromlist=["_"])
        except ImportError:
            continue
    return None
