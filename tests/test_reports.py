"""Reports of our own making, one for each way in which people tell a cause: it comes first."""

from __future__ import annotations

import pytest

from gpucheck.diagnose import diagnose
from gpucheck.policy import ExitCode, exit_code
from gpucheck.reading import facts_of_report
from gpucheck.tables import Tables

TABLES = Tables()
SMI_550 = "| NVIDIA-SMI 550.54.15     Driver Version: 550.54.15     CUDA Version: 12.4     |"
MIG_ON = """
|   0  NVIDIA A100-SXM4-40GB          On  |   00000000:07:00.0 Off |                   On |
| N/A   32C    P0             44W /  400W |       0MiB /  40960MiB |     N/A      Default |
|                                         |                        |              Enabled |
"""
TWO_MODELS = """
$ nvidia-smi --query-gpu=index,name --format=csv,noheader
0, NVIDIA GeForce GTX 1650
1, NVIDIA GeForce RTX 4090
"""

SICK = {
    # the report: the rule that must come first
    "secure boot is on and the driver does not answer": (
        "Secure Boot: Enabled\nNVIDIA-SMI has failed because it couldn't communicate with the"
        " NVIDIA driver.",
        "GPU106",
    ),
    "in WSL the same line means that no GPU is passed on": (
        "I run this inside WSL2.\nNVIDIA-SMI has failed because it couldn't communicate with the"
        " NVIDIA driver.",
        "GPU509",
    ),
    "WSL 1 has no GPU": (
        "uname: 4.4.0-19041-Microsoft\nRuntimeError: Found no NVIDIA driver on your system.",
        "GPU509",
    ),
    "CUDA finds nothing in WSL": (
        "Windows 11, WSL2, Ubuntu 22.04\ncuInit: CUDA_ERROR_NO_DEVICE",
        "GPU508",
    ),
    "an old driver and an old toolkit that somebody names": (
        "driver version: 375.26, cuda 9.0\ncudaGetDeviceCount: CUDA driver version is insufficient"
        " for CUDA runtime version",
        "GPU301",
    ),
    "a plain release of pip on Linux is the index's build": (
        "pip install torch==1.3.0\nPython 3.7.3 (default, Mar 27 2019, 22:11:17)\n"
        "[GCC 7.3.0] :: Anaconda, Inc. on linux\nNVIDIA driver 396.26",
        "GPU301",
    ),
    "a CPU build where the toolkit was asked for": (
        "conda install pytorch cudatoolkit=11.3\npytorch  1.12.1  py3.9_cpu_0  pytorch",
        "GPU302",
    ),
    "both packages of ONNX Runtime": (
        "I installed onnxruntime-gpu, and onnxruntime came along. GPU: RTX 3060",
        "GPU311",
    ),
    "ONNX Runtime for CUDA 11 beside CUDA 12": (
        "ONNX Runtime version: 1.16.3\nFailed to create CUDAExecutionProvider.\nUbuntu, CUDA 12.2,"
        " onnxruntime-gpu==1.16.3",
        "GPU312",
    ),
    "TensorFlow on Windows": (
        "OS: Windows 11\n### TensorFlow version\n\n2.12.0\n\nGPU: RTX 3060\n",
        "GPU305",
    ),
    "TensorFlow for another CUDA": (
        "OS Platform and Distribution: Windows 10\nTensorFlow version: 2.1.0\nCUDA version: 10.2\n"
        "[PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]",
        "GPU329",
    ),
    "no code for a new GPU": (
        "torch==2.5.1+cu124\nSystem: Linux-6.8.0-49-generic-x86_64-with-glibc2.39\nGPU: RTX 5090",
        "GPU303",
    ),
    "a mask that names no GPU": (
        "$ CUDA_VISIBLE_DEVICES=$1 python train.py\nRuntimeError: No CUDA GPUs are available",
        "GPU510",
    ),
    "a mask in prose": (
        "The worker sets CUDA_VISIBLE_DEVICES=3 and torch.cuda.is_available() == False",
        "GPU510",
    ),
    "MIG without an instance": (
        f"{SMI_550}{MIG_ON}\nterminate called: no CUDA-capable device is detected",
        "GPU124",
    ),
    "a MIG instance and a program that counts GPUs": (
        "CUDA_VISIBLE_DEVICES=MIG-GPU-11111111-2222-3333-4444-555555555555/7/0\n"
        "RuntimeError: device >= 0 && device < num_gpus INTERNAL ASSERT FAILED",
        "GPU125",
    ),
    "CUDA counts in another order": (
        f"{TWO_MODELS}\nggml_cuda_init: found 2 CUDA devices:\n"
        "  Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9\n"
        "  Device 1: NVIDIA GeForce GTX 1650, compute capability 7.5\n",
        "GPU512",
    ),
    "device files that nobody may open": (
        "c-w--wx-wT 1 root video 195, 0 Nov 25 11:05 /dev/nvidia0",
        "GPU123",
    ),
    "Docker from snap": (
        "sudo snap install docker\ndocker: Error response from daemon: could not select device"
        ' driver "" with capabilities: [[gpu]].',
        "GPU507",
    ),
    "a notebook without a GPU": (
        "https://colab.research.google.com/drive/x\nAssertionError: CUDA is not available",
        "GPU514",
    ),
    "others hold the memory": (
        "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 11.76 GiB total capacity; 3.12 GiB"
        " already allocated; 18.50 MiB free; 3.30 GiB reserved in total by PyTorch)",
        "GPU114",
    ),
    "a licence that is missing": (
        "        License Status                    : Unlicensed (Restricted)",
        "GPU128",
    ),
    "a message that was wrapped": (
        "RuntimeWarning: JAX plugin jax_cuda12_plugin version 0.9.2 is installed, \n"
        "but it is not compatible with the installed jaxlib version 0.9.0.1",
        "GPU308",
    ),
    "a message in lower case": (
        "assertionerror: torch not compiled with cuda enabled",
        "GPU302",
    ),
}

HEALTHY = {
    "minor-version compatibility": f"{SMI_550}\ntorch==2.9.1+cu128",
    "a toolkit older than the driver": (
        f"{SMI_550}\nCuda compilation tools, release 11.8, V11.8.89\nWhy do they differ?"
    ),
    "it ran, whatever the table of drivers says": (
        "PyTorch version: 1.5.0\nCUDA used to build PyTorch: 10.2\nIs CUDA available: Yes\n"
        "GPU models and configuration: GPU 0: GeForce GTX 1080\nNvidia driver version: 430.26"
    ),
    "a program's own error": "RuntimeError: CUDA error: device-side assert triggered",
    "a model that is too large": (
        "CUDA out of memory. Tried to allocate 20.00 GiB (GPU 0; 23.65 GiB total capacity; 21.10"
        " GiB already allocated; 512.00 MiB free; 22.20 GiB reserved in total by PyTorch)"
    ),
    "a CPU build on a machine of which nobody says that it has a GPU": (
        "PyTorch version: 2.13.0+cpu\nCUDA used to build PyTorch: None\nIs CUDA available: False\n"
        "CUDA runtime version: No CUDA\nNvidia driver version: No CUDA"
    ),
    "an environment tool that says No": "- Running in Google Colab ?: No\n- Platform: Linux",
    "advice to debug": "For debugging consider passing CUDA_LAUNCH_BLOCKING=1.",
    "GPUs of two models that somebody mentions": "works on an RTX 3090 and on a GTX 1080",
}


@pytest.mark.parametrize("name", SICK)
def test_the_cause_comes_first(name: str) -> None:
    """The first finding names it, with a line of the report, and what to do."""
    text, rule = SICK[name]
    report = diagnose(facts_of_report(text.encode(), TABLES), TABLES)
    first = report.findings[0]
    assert first.rule == rule
    assert first.severity != "note"
    assert first.evidence
    assert first.remedy is not None
    assert exit_code(report, "warning") == ExitCode.FINDINGS


@pytest.mark.parametrize("name", HEALTHY)
def test_no_alarm(name: str) -> None:
    """What is fine, or somebody's own program, is no error and no warning."""
    report = diagnose(facts_of_report(HEALTHY[name].encode(), TABLES), TABLES)
    assert [f.rule for f in report.findings if f.severity != "note"] == []
