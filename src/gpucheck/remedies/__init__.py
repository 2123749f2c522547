"""Commands that mend a machine, written for its distribution, environment and package manager.

Pure: facts and tables in, `Remedy` out. What needs root says so by `sudo`; a reboot is said.
"""

from gpucheck.remedies.driver import (
    distribution_family,
    install_driver,
    install_libcuda,
    rebuild_kernel_module,
)
from gpucheck.remedies.packages import fitting_torch, install, install_torch
from gpucheck.remedies.slurm import ask_slurm_for_a_gpu, is_slurm_job

__all__ = [
    "ask_slurm_for_a_gpu",
    "distribution_family",
    "fitting_torch",
    "install",
    "install_driver",
    "install_libcuda",
    "install_torch",
    "is_slurm_job",
    "rebuild_kernel_module",
]
