"""`nvidia_wheels`: the pins of NVIDIA's meta-package are the components of a CUDA release."""

from __future__ import annotations

from pathlib import Path

from derive.small_index import metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.nvidia_wheels import GENERATOR
from gpucheck.derive.index import Index


def test_takes_the_exact_pins_on_wheels_of_nvidia(tmp_path: Path) -> None:
    """A pin stands in several extras and counts once; ranges and other packages do not."""
    requires = [
        'nvidia-cuda-runtime-cu12==12.4.127.*; extra == "cudart"',
        'nvidia-cuda-runtime-cu12==12.4.127.*; extra == "all"',
        'nvidia-cublas-cu12==12.4.5.8; extra == "all"',
        'nvidia-cuda-nvcc-cu12>=12; extra == "nvcc"',
        'numpy==2.0; extra == "all"',
    ]
    about = metadata("cuda-toolkit", "12.4.1", requires=requires, extras=["all", "cudart"])
    files = [
        wheel(
            "cuda_toolkit-12.4.1-py2.py3-none-any.whl",
            {"cuda_toolkit-12.4.1.dist-info/METADATA": about},
        ),
        wheel("cuda_toolkit-13.4.0rc1-py2.py3-none-any.whl"),
        wheel("cuda_toolkit-12.4.0-py2.py3-none-any.whl", yanked=True),
    ]
    with small_index({"cuda-toolkit": files}) as address:
        found = list(GENERATOR.rows(Index(address, Cache(tmp_path))))
    assert found == [
        {
            "cuda": "12.4.1",
            "uploaded": "2025-08-06",
            "components": {
                "nvidia-cublas-cu12": "12.4.5.8",
                "nvidia-cuda-runtime-cu12": "12.4.127",
            },
        }
    ]
