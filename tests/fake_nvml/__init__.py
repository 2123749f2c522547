"""Fake ``libnvidia-ml.so.1`` and ``libcuda.so.1`` that play a scenario. README.md has the tour."""

from .build import NoCompiler as NoCompiler
from .build import build as build
from .build import env as env
from .build import install as install
from .faults import Faults as Faults
from .gpus import MIB as MIB
from .gpus import MODELS as MODELS
from .gpus import Gpu as Gpu
from .gpus import Mig as Mig
from .gpus import Process as Process
from .gpus import Value as Value
from .gpus import gpu as gpu
from .gpus import mig as mig
from .scenario import gpu_uuid as gpu_uuid
from .scenario import mig_uuid as mig_uuid
from .scenario import pci_bus_id as pci_bus_id
from .scenario import scenario as scenario
