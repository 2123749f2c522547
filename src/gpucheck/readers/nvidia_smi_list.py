"""What `nvidia-smi -L` prints.

GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-8932f937-d72c-4106-c12f-20bd9faed9f6)
  MIG 1g.5gb      Device  0: (UUID: MIG-GPU-8932f937-d72c-4106-c12f-20bd9faed9f6/7/0)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Reader, Statement

_GPU = re.compile(r"\s{0,8}GPU (\d{1,3}): (\S.{1,80}?) \(UUID: (GPU-[0-9a-fA-F-]{8,40})\)?")
_MIG = re.compile(r"\s{1,8}MIG (\S{3,16})\s+Device\s+(\d{1,2}): \(UUID: (MIG-\S{8,80}?)\)")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the GPUs and their MIG instances."""
    index = ""
    for line in lines:
        gpu, mig = _GPU.match(line.text), _MIG.match(line.text)
        if gpu:
            index = gpu[1]
            yield Statement(("driver", "gpus", index, "name"), gpu[2], line.number)
            yield Statement(("driver", "gpus", index, "uuid"), gpu[3], line.number)
        elif mig and index:
            field = ("driver", "gpus", index, "mig_instances", mig[2])
            yield Statement(("driver", "gpus", index, "is_mig_enabled"), True, line.number)
            yield Statement((*field, "name"), mig[1], line.number)
            yield Statement((*field, "uuid"), mig[3], line.number)


READER = Reader("nvidia-smi -L", read, marks=("gpu ", "mig "))
