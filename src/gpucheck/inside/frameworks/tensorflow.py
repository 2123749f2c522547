"""TensorFlow: how it was built, and whether it can use a GPU.

The build is in tensorflow/python/platform/build_info.py, in one of two layouts:

    is_cuda_build = True                                        # 1.x to 2.2
    cuda_version_number = '10.0'                                # Windows only
    cudnn_version_number = '7'

    build_info = collections.OrderedDict([                      # from 2.3
        ('cuda_compute_capabilities', ['sm_60', 'compute_90']),
        ('cuda_version', '12.5.1'),                             # '64_112' on Windows
        ('cudnn_version', '9'), ('is_cuda_build', True), ('is_rocm_build', False)])

"compute_90" stands for machine code and PTX, "sm_60" for machine code alone (tensorflow
third_party/gpus/cuda_configure.bzl, 2026-11). TensorFlow never raises for want of a GPU: it writes
why to stderr and runs on the CPU.
"""

import os

NAME = "tensorflow"
MODULE = "tensorflow"
DISTRIBUTIONS = (
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-cpu-aws",
    "tensorflow-gpu",
    "tensorflow-intel",
    "tensorflow-macos",
    "tensorflow-rocm",
    "tensorflow-aarch64",
    "intel-tensorflow",
    "intel-tensorflow-avx512",
    "nvidia-tensorflow",
    "tensorflow-base",
    "tf-nightly",
    "tf-nightly-cpu",
    "tf-nightly-gpu",
)


def read_build(installed):
    """Return the build fields that build_info.py tells."""
    names = installed.literals("python/platform/build_info.py")
    return build_fields(names.get("build_info", names), "tensorflow/python/platform/build_info.py")


def build_fields(build, source):
    """Turn TensorFlow's own build dictionary into fields."""
    if "is_cuda_build" not in build:
        return {}
    fields = {
        "is_cuda_build": build["is_cuda_build"],
        "is_rocm_build": build.get("is_rocm_build"),
        "build_source": source,
    }
    cuda = build.get("cuda_version") or build.get("cuda_version_number")
    cudnn = build.get("cudnn_version") or build.get("cudnn_version_number")
    if cuda and cuda.startswith("64_"):  # the ending of a DLL's name: cudart64_112.dll
        cuda = cuda[3:-1] + "." + cuda[-1:]
    fields["built_for_cuda"] = cuda or None
    fields["built_for_cudnn"] = cudnn[3:] if cudnn and cudnn.startswith("64_") else cudnn or None
    targets = build.get("cuda_compute_capabilities")
    if targets:
        fields["sass_targets"] = [target.replace("compute_", "sm_") for target in targets]
        fields["ptx_targets"] = [t for t in targets if t.startswith("compute_")]
    return fields


def probe(say):
    """Import TensorFlow and ask it."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    examine = say.load(os.path.join(inside, "importing.py"))["examine"]
    examine(say, NAME, MODULE, [built_for_cuda, devices], ["keras"])


def built_for_cuda(ask, tensorflow):
    """Report release and build."""
    ask.fact("release", tensorflow.__version__)
    ask.fact("is_cuda_build", tensorflow.test.is_built_with_cuda())
    if hasattr(tensorflow.sysconfig, "get_build_info"):  # from 2.3
        fields = build_fields(dict(tensorflow.sysconfig.get_build_info()), "tf.sysconfig")
        for field in sorted(fields):
            if fields[field] is not None:
                ask.fact(field, fields[field])


def devices(ask, tensorflow):
    """Report the GPUs and, from what TensorFlow writes to stderr, why there are none."""
    # list_physical_devices() makes no context and reserves no memory; list_local_devices(),
    # all that releases before 1.14 have, takes most of a GPU's memory.
    config = getattr(tensorflow, "config", None)
    if not hasattr(config, "list_physical_devices"):  # 1.14 to 2.0
        config = getattr(config, "experimental", None)
    if not hasattr(config, "list_physical_devices"):
        ask.fact("unavailable", "devices", "this release lists devices only by using them")
        return
    ask.stage('tf.config.list_physical_devices("GPU")')
    seen = config.list_physical_devices("GPU")
    ask.fact("is_gpu_usable", bool(seen))
    said = ask.said()
    if not seen and said:
        ask.fact("gpu_error", said)
    ask.fact("devices", [])
    details_of = getattr(tensorflow.config.experimental, "get_device_details", None)  # from 2.4
    for ordinal, device in enumerate(seen):
        details = details_of(device) if details_of else {}
        fields = {"ordinal": ordinal, "name": details.get("device_name")}
        if details.get("compute_capability"):
            fields["compute_capability"] = "%d.%d" % tuple(details["compute_capability"])
        ask.fact("devices", ordinal, fields)
