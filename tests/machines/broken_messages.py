"""Broken machines of which only pasted lines are known: every section is "not given"."""

from __future__ import annotations

import msgspec

from gpucheck.facts import Machine, Packages, Section
from gpucheck.versions import ToolkitCuda
from machines.broken_parts import blind, machine, pasted
from make import framework

TENSORFLOW = framework("tensorflow", "2.1.0", "10.1")

MACHINES = (
    machine(
        "pasted: no kernel headers for DKMS",
        pasted(
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
            "Error! Your kernel headers for kernel 6.8.0-79-generic cannot be found at"
            " /lib/modules/6.8.0-79-generic/build",
        ),
        "GPU103",
    ),
    machine(
        "pasted: NVML finds another release",
        pasted("Failed to initialize NVML: Driver/library version mismatch"),
        "GPU104",
    ),
    machine(
        "pasted: the installer meets nouveau",
        pasted("ERROR: The Nouveau kernel driver is currently in use by your system."),
        "GPU105",
    ),
    machine(
        "pasted: modprobe's key was rejected",
        pasted(
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
            "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service",
        ),
        "GPU106",
    ),
    machine(
        "pasted: a kernel log with Xid 79",
        pasted(
            "[81234.5] NVRM: GPU 0000:0b:00.0: GPU has fallen off the bus.",
            "[81234.5] NVRM: Xid (PCI:0000:0b:00): 79, pid=20417, name=python3, GPU has fallen off"
            " the bus.",
        ),
        "GPU109 > GPU110",
    ),
    machine(
        "pasted: uncorrectable ECC error",
        pasted("RuntimeError: CUDA error: uncorrectable ECC error encountered"),
        "GPU111",
    ),
    machine(
        "pasted: a build of flash-attn finds no nvcc",
        pasted(
            "UserWarning: flash_attn was requested, but nvcc was not found.  Are you sure your"
            " environment has nvcc available?",
            "OSError: CUDA_HOME environment variable is not set. Please set it to your CUDA install"
            " root.",
        ),
        "GPU205",
    ),
    machine(
        "pasted: gcc is newer than nvcc takes",
        pasted(
            "/usr/local/cuda/include/crt/host_config.h:132:2: error: #error -- unsupported GNU"
            " version! gcc versions later than 11 are not supported!"
        ),
        "GPU206",
    ),
    machine(
        "pasted: a stub library",
        pasted("failed call to cuInit: CUDA_ERROR_STUB_LIBRARY: CUDA driver is a stub library"),
        "GPU209",
    ),
    machine(
        "pasted: forward compatibility was attempted",
        pasted("Error 804: forward compatibility was attempted on non supported HW"),
        "GPU213",
    ),
    machine(
        "pasted: the driver is too old",
        pasted("RuntimeError: The NVIDIA driver on your system is too old (found version 11040)."),
        "GPU301",
    ),
    machine(
        "pasted: Torch not compiled with CUDA enabled",
        pasted("AssertionError: Torch not compiled with CUDA enabled"),
        "GPU302",
    ),
    machine(
        "pasted: sm_120 is not compatible",
        pasted(
            "UserWarning: NVIDIA GeForce RTX 5070 with CUDA capability sm_120 is not compatible"
            " with the current PyTorch installation.",
            "RuntimeError: CUDA error: no kernel image is available for execution on the device",
        ),
        "GPU303",
    ),
    machine(
        "pasted: operator torchvision::nms does not exist",
        pasted("RuntimeError: operator torchvision::nms does not exist"),
        "GPU313",
    ),
    machine(
        "pasted: no memory left for cuDNN's handle",
        pasted(
            "Could not create cudnn handle: CUDNN_STATUS_INTERNAL_ERROR",
            "UnknownError: Failed to get convolution algorithm. This is probably because cuDNN"
            " failed to initialize",
        ),
        "GPU325",
        "GPU904",
    ),
    machine(
        "pasted: TensorFlow lists no GPU, and another CUDA is named",
        msgspec.structs.replace(
            pasted(packages=Packages()),
            frameworks={"tensorflow": Section(outcome="ok", value=blind(TENSORFLOW))},
            named_cuda=(ToolkitCuda.parse("10.2"),),
        ),
        "GPU329",
    ),
    machine(
        "pasted: no wheel for this Python",
        pasted(
            "ERROR: torch-2.5.1-cp39-cp39-linux_x86_64.whl is not a supported wheel on this"
            " platform."
        ),
        "GPU328",
    ),
    machine(
        "pasted: compiled for NumPy 1",
        pasted(
            "A module that was compiled using NumPy 1.x cannot be run in",
            "UserWarning: Failed to initialize NumPy: _ARRAY_API not found",
        ),
        "GPU401",
    ),
    machine(
        "pasted: docker knows no GPU vendor",
        pasted(
            "docker: Error response from daemon: failed to discover GPU vendor from CDI: no"
            " known GPU vendor found"
        ),
        "GPU501",
    ),
    machine(
        "pasted: the image wants a newer driver",
        pasted(
            "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.6, please"
            " update your driver to a newer version, or use an earlier cuda container: unknown."
        ),
        "GPU505",
    ),
    machine(
        "pasted: Docker from the snap store",
        pasted(
            'docker: Error response from daemon: could not select device driver "nvidia" with'
            " capabilities: [[gpu]].",
            "$ which docker",
            "/snap/bin/docker",
        ),
        "GPU507 > GPU501",
    ),
    machine(
        "pasted: a data loader's worker dies of a bus error, in a container",
        pasted(
            "RuntimeError: unable to write to file </torch_2718_281828182_4>: No space left on"
            " device (28)"
        ),
        "GPU506",
    ),
    machine(
        "pasted: WSL passes no GPU on",
        pasted(
            "nvidia-container-cli: initialization error: WSL environment detected but no"
            " adapters were found: unknown."
        ),
        "GPU509",
    ),
    machine(
        "pasted: an index outside the embedding",
        pasted(
            "Indexing.cu:1284: indexSelectLargeIndex: block: [12,0,0], thread: [3,0,0] Assertion"
            " `srcIndex < srcSelectDimSize` failed.",
            "RuntimeError: CUDA error: device-side assert triggered",
        ),
        "GPU710",
        "GPU904",
    ),
    machine(
        "pasted: a Windows user's harmless lines",
        pasted(
            "NOTE: Redirects are currently not supported in Windows or MacOs.",
            machine=Machine(os_name="Windows"),
        ),
        "GPU711",
        "GPU904",
    ),
)
