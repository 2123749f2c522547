"""What real tools printed, and what must be read from it.

Recorded without a GPU and without a driver on Debian 12, 2026-11, with the releases that the
names tell; users, hosts and the kernel have other names. Each: the rule that speaks first (None:
nothing is wrong), and values that must be stated, by field.
"""

from __future__ import annotations

RECORDED: dict[str, tuple[str | None, dict[str, str]]] = {
    # what was recorded: the rule that speaks first, and what must be stated
    "accelerate-env-1.10.1-torch-2.5.1-cuda-nodriver": (
        None,
        {"frameworks.torch.release": "2.5.1+cu124", "packages.python_release": "3.12.1"},
    ),
    "bitsandbytes-newest-nogpu": (
        None,
        {"packages.python_release": "3.11.7", "frameworks.torch.release": "2.13.0+cpu"},
    ),
    "cmake-no-cuda-compiler": ("GPU205", {}),
    "collect_env-layout-2.0.1-no-torch-py3.9": (
        None,
        {"toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88", "packages.python_release": "3.9.18"},
    ),
    "collect_env-torch-1.0.0-py3.6": (
        None,
        {
            "frameworks.torch.release": "1.0.0",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "9.0.176",
            "frameworks.torch.is_gpu_usable": "False",
            "packages.python_release": "3.6",
        },
    ),
    "collect_env-torch-1.13.1-py3.10": (
        "GPU401",
        {
            "frameworks.torch.release": "1.13.1+cu117",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "11.7",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.torch.release": "1.13.1",
            "packages.python_release": "3.10.13",
        },
    ),
    "collect_env-torch-1.4.0-py3.7": (
        None,
        {
            "frameworks.torch.release": "1.4.0",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "10.1",
            "frameworks.torch.is_gpu_usable": "False",
            "packages.distributions.torch.release": "1.4.0",
            "packages.python_release": "3.7",
        },
    ),
    "collect_env-torch-1.8.1-py3.8": (
        None,
        {
            "frameworks.torch.release": "1.8.1+cu102",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "10.2",
            "frameworks.torch.is_gpu_usable": "False",
            "packages.distributions.torch.release": "1.8.1",
            "packages.python_release": "3.8",
        },
    ),
    "collect_env-torch-2.0.1-py3.11": (
        "GPU401",
        {
            "frameworks.torch.release": "2.0.1+cu117",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "11.7",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.torch.release": "2.0.1",
            "packages.python_release": "3.11.7",
        },
    ),
    "collect_env-torch-2.13.0-cpu-no-toolkit": (
        None,
        {
            "frameworks.torch.release": "2.13.0+cpu",
            "frameworks.torch.is_cuda_build": "False",
            "frameworks.torch.is_gpu_usable": "False",
            "packages.distributions.torch.release": "2.13.0+cpu",
            "packages.python_release": "3.11.7",
        },
    ),
    "collect_env-torch-2.15.0-py3.13": (
        None,
        {
            "frameworks.torch.release": "2.15.0+cu132",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "13.2",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.nvidia-cudnn-cu13.release": "9.26.0.51",
            "packages.distributions.torch.release": "2.15.0",
            "packages.python_release": "3.13.0",
        },
    ),
    "collect_env-torch-2.5.1-py3.12": (
        None,
        {
            "frameworks.torch.release": "2.5.1+cu124",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "12.4",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.torch.release": "2.5.1",
            "packages.python_release": "3.12.1",
        },
    ),
    "collect_env-torch-2.9.1-py3.13": (
        None,
        {
            "frameworks.torch.release": "2.9.1+cu128",
            "frameworks.torch.is_cuda_build": "True",
            "frameworks.torch.built_for_cuda": "12.8",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.nvidia-cudnn-cu12.release": "9.10.2.21",
            "packages.distributions.torch.release": "2.9.1",
            "packages.python_release": "3.13.0",
        },
    ),
    "cupy-show_config-cupy-cuda12x-14.2.0": (
        "GPU301",
        {
            "frameworks.cupy.release": "14.2.0",
            "frameworks.cupy.built_for_cuda": "12.9",
            "frameworks.cupy.is_cuda_build": "True",
            "frameworks.cupy.runtime_cuda": "12.9",
            "packages.python_release": "3.13",
        },
    ),
    "cupy-show_config-cupy-cuda13x-14.2.0-no-toolkit": (
        "GPU301",
        {
            "frameworks.cupy.release": "14.2.0",
            "frameworks.cupy.built_for_cuda": "13.2",
            "frameworks.cupy.is_cuda_build": "True",
            "packages.python_release": "3.13",
        },
    ),
    "cupy-two-packages-warning": ("GPU310", {"packages.python_release": "3.13"}),
    "gcc-missing-cuda-runtime-h": ("GPU205", {}),
    "gpp-missing-lcudart": ("GPU205", {}),
    "gpp-undefined-cuda-symbol": ("GPU205", {}),
    "hf-env-newest": (None, {"packages.python_release": "3.11.7"}),
    "jax-env-0.12.0.1-cpu": (
        None,
        {
            "packages.distributions.jaxlib.release": "0.12.0.1",
            "frameworks.jax.is_gpu_usable": "False",
            "packages.python_release": "3.13.0",
        },
    ),
    "jax-env-0.4.13-cpu": (
        "GPU307",
        {
            "packages.distributions.jaxlib.release": "0.4.13",
            "frameworks.jax.is_gpu_usable": "False",
            "packages.python_release": "3.8.18",
        },
    ),
    "jax-env-cuda12-0.4.30-nodriver": (None, {"packages.python_release": "3.11"}),
    "jax-env-cuda12-0.6.2-nodriver": (
        "GPU126",
        {
            "packages.distributions.jaxlib.release": "0.6.2",
            "frameworks.jax.is_gpu_usable": "False",
            "packages.python_release": "3.12.1",
        },
    ),
    "loader-libcudart-missing": ("GPU220", {}),
    "numba-s-0.43.1": ("GPU126", {"packages.python_release": "3.6.15"}),
    "numba-s-0.56.4": (
        "GPU126",
        {
            "frameworks.numba.release": "0.56.4",
            "frameworks.numba.is_gpu_usable": "False",
            "packages.python_release": "3.9.18",
        },
    ),
    "numba-s-0.61.2-numba-cuda-0.18.1": ("GPU315", {"packages.python_release": "3.12"}),
    "numba-s-0.68.1-numba-cuda-0.30.4": (
        "GPU126",
        {
            "frameworks.numba.release": "0.68.1",
            "frameworks.numba.is_gpu_usable": "False",
            "packages.has_whole_list": "True",
            "packages.python_release": "3.13.0",
        },
    ),
    "nvcc-missing-cudnn-h": ("GPU210", {}),
    "nvcc-unsupported-arch": ("GPU214", {}),
    "nvcc-unsupported-clang-version-cuda13.0": ("GPU206", {}),
    "nvcc-unsupported-gnu-version-cuda11.8-headers": ("GPU206", {}),
    "nvcc-version-13.0": (None, {"toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88"}),
    "ort-cuda-session-gpu-1.16.3-nodriver": ("GPU312", {}),
    "ort-cuda-session-gpu-1.31.1-nodriver": ("GPU312", {"packages.python_release": "3.13"}),
    "ort-device-both-1.31.1": (None, {}),
    "ort-print_debug_info-gpu-1.31.1": (
        None,
        {
            "frameworks.onnxruntime.release": "1.31.1",
            "frameworks.onnxruntime.is_cuda_build": "True",
            "frameworks.onnxruntime.built_for_cuda": "13.0",
            "packages.python_release": "3.13",
        },
    ),
    "pip-check-wrong-nccl": ("GPU403", {"frameworks.torch.release": "2.5.1"}),
    "pip-error-no-matching-cu-suffix": ("GPU328", {"frameworks.torch.release": "2.5.1+cu121"}),
    "pip-error-not-supported-wheel": ("GPU328", {}),
    "pip-error-requires-python": (
        None,
        {"packages.python_release": "3.13", "frameworks.numba.release": "0.58.1"},
    ),
    "pip-error-resolver-conflict-numba-numpy": ("GPU403", {"frameworks.numba.release": "0.61.2"}),
    "pip-freeze-torch-2.15.0": (
        None,
        {
            "packages.distributions.nvidia-cudnn-cu13.release": "9.26.0.51",
            "packages.distributions.torch.release": "2.15.0",
        },
    ),
    "pip-install-tensorflow-gpu-2.12.0-py3.11": ("GPU317", {"packages.python_release": "3.11"}),
    "pip-list-cupy-two-packages": (
        "GPU310",
        {
            "packages.distributions.cupy-cuda12x.release": "14.2.0",
            "packages.distributions.cupy-cuda13x.release": "14.2.0",
        },
    ),
    "pip-list-jax-cuda12-0.6.2": (
        None,
        {
            "packages.distributions.jaxlib.release": "0.6.2",
            "packages.has_whole_list": "True",
            "packages.distributions.nvidia-cudnn-cu12.release": "9.28.0.42",
        },
    ),
    "pip-list-ort-both-1.31.1": (
        "GPU311",
        {
            "packages.distributions.jaxlib.release": "0.12.0.1",
            "packages.distributions.onnxruntime.release": "1.31.1",
            "packages.distributions.onnxruntime-gpu.release": "1.31.1",
            "packages.has_whole_list": "True",
        },
    ),
    "pip-list-tensorflow-and-cuda-2.18.1": (
        None,
        {
            "packages.has_whole_list": "True",
            "packages.distributions.nvidia-cudnn-cu12.release": "9.3.0.75",
        },
    ),
    "pip-list-torch-2.5.1": (
        None,
        {
            "packages.has_whole_list": "True",
            "packages.distributions.nvidia-cudnn-cu12.release": "9.1.0.70",
            "packages.distributions.torch.release": "2.5.1",
        },
    ),
    "pip-show-torch-2.5.1": (None, {"packages.distributions.torch.release": "2.5.1"}),
    "ptxas-unknown-sm": ("GPU303", {}),
    "ptxas-unsupported-ptx-version": ("GPU202", {}),
    "tf-build_info-plain-tensorflow-cpu-2.21.0": (
        None,
        {"frameworks.tensorflow.is_cuda_build": "False"},
    ),
    "tf-build_info-tensorflow-2.15.1": (
        None,
        {
            "frameworks.tensorflow.is_cuda_build": "True",
            "frameworks.tensorflow.built_for_cuda": "12.2",
        },
    ),
    "tf-gpus-and-cuda-2.18.1-nodriver": (None, {}),
    "tf-gpus-tensorflow-2.15.1": (None, {}),
    "tf-gpus-tensorflow-2.3.4": (None, {}),
    "tf-gpus-tensorflow-cpu-2.21.0": (None, {}),
    "tf_env_collect-tensorflow-1.15.5-py3.7": (
        "GPU302",
        {"packages.python_release": "3.7.16", "frameworks.tensorflow.release": "1.15.5"},
    ),
    "tf_env_collect-tensorflow-2.15.1-py3.11": (
        None,
        {"packages.python_release": "3.11.7", "frameworks.tensorflow.release": "2.15.1"},
    ),
    "traceback-cpp_extension-cuda-mismatch-2.5.1": (
        "GPU207",
        {
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0",
            "frameworks.torch.built_for_cuda": "12.4",
            "frameworks.torch.is_cuda_build": "True",
            "packages.python_release": "3.12",
        },
    ),
    "traceback-cpp_extension-no-cuda_home-2.13.0": ("GPU205", {"packages.python_release": "3.11"}),
    "traceback-cuda-call-torch-2.13.0-cpu": ("GPU302", {"packages.python_release": "3.11"}),
    "traceback-cuda-call-torch-2.5.1": ("GPU102", {"packages.python_release": "3.12"}),
    "traceback-jaxlib-too-old": ("GPU308", {"packages.python_release": "3.11"}),
    "traceback-module-not-found-py3.11": ("GPU404", {}),
    "traceback-numpy2-onnxruntime-1.16.3": ("GPU401", {"packages.python_release": "3.11"}),
    "traceback-numpy2-tensorflow-2.15.1": ("GPU401", {"packages.python_release": "3.11"}),
    "traceback-torch-1.13.1-nodeps-missing-cuda-libs": (
        "GPU220",
        {"packages.python_release": "3.10"},
    ),
    "traceback-torch-2.5.1-nodeps-missing-cuda-libs": (
        "GPU220",
        {"packages.python_release": "3.12"},
    ),
    "traceback-torch-2.5.1-wrong-nccl": ("GPU608", {"packages.python_release": "3.12"}),
    "traceback-torch-2.5.1-wrong-nvjitlink": ("GPU208", {"packages.python_release": "3.12"}),
    "traceback-torch-py-shadows-torch-py3.11": ("GPU405", {}),
    "traceback-torchaudio-mismatch": ("GPU313", {"packages.python_release": "3.11"}),
    "traceback-torchvision-mismatch": ("GPU313", {"packages.python_release": "3.11"}),
    "transformers-cli-env-4.25.1": (
        None,
        {
            "packages.python_release": "3.11.7",
            "frameworks.torch.release": "2.13.0+cpu",
            "frameworks.torch.is_gpu_usable": "False",
        },
    ),
    "transformers-env-4.57.1-torch-2.5.1-cuda-nodriver": (
        None,
        {"packages.python_release": "3.12.1", "frameworks.torch.release": "2.5.1+cu124"},
    ),
    "uv-error-no-solution-numba-numpy": ("GPU403", {"frameworks.numba.release": "0.61.2"}),
    "uv-error-no-wheel-for-python": ("GPU328", {"frameworks.torch.release": "2.0.1"}),
    "uv-pip-check-numba-numpy": ("GPU403", {}),
    "uv-pip-install-tensorflow-gpu-2.12.0": (
        "GPU317",
        {"packages.python_release": "3.11", "frameworks.tensorflow.release": "2.12.0"},
    ),
    "uv-pip-list-torch-2.5.1": (
        None,
        {
            "packages.has_whole_list": "True",
            "packages.distributions.nvidia-cudnn-cu12.release": "9.1.0.70",
            "packages.distributions.torch.release": "2.5.1",
        },
    ),
    "vllm-collect_env-0.10.2-torch-2.13.0-cpu": (
        "GPU302",
        {
            "frameworks.torch.release": "2.13.0+cpu",
            "frameworks.torch.is_cuda_build": "False",
            "frameworks.torch.is_gpu_usable": "False",
            "toolkit.nvccs.nvcc.toolkit_cuda": "13.0.88",
            "packages.distributions.torch.release": "2.13.0+cpu",
        },
    ),
    "xformers-info-newest": ("GPU314", {"frameworks.torch.release": "2.10.0+cu128"}),
}
