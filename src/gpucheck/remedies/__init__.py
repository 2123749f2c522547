"""Commands that mend a machine, written for its distribution, environment and package manager.

Pure: facts and tables in, `Remedy` out. What needs root says so by `sudo`; a reboot is said.
"""

from gpucheck.remedies.application import find_the_line
from gpucheck.remedies.c_libraries import provide_newer_libstdcxx, replace_old_glibc
from gpucheck.remedies.containers import (
    enlarge_shared_memory,
    install_container_toolkit,
    replace_nouveau,
    replace_snap_docker,
    restart_lost_container,
    start_with_capabilities,
    start_with_gpu,
)
from gpucheck.remedies.cuda_compat import remove_cuda_compat
from gpucheck.remedies.cuda_home import set_cuda_home
from gpucheck.remedies.cuda_libraries import install_library, library_in
from gpucheck.remedies.cudnn import fitting_cudnn, last_cudnn
from gpucheck.remedies.driver import (
    distribution_family,
    install_driver,
    install_driver_for,
    install_libcuda,
    rebuild_kernel_module,
    reinstall_driver,
)
from gpucheck.remedies.driver_links import renew_driver_links
from gpucheck.remedies.fabric import align_fabric_manager, declare_ready, start_fabric_manager
from gpucheck.remedies.frameworks import (
    fitting_offer,
    install_cuda_build,
    install_what_goes_with,
    instead_of_windows,
)
from gpucheck.remedies.gpu import (
    for_this_machine,
    gpu_number,
    is_ours,
    may_use_device_files,
    reload_uvm,
    reset_gpu,
)
from gpucheck.remedies.host_compiler import accepted_compiler
from gpucheck.remedies.kernel_module import (
    enrol_signing_key,
    install_branch,
    install_flavour,
    keep_out_other_drivers,
    take_back_from_vfio,
)
from gpucheck.remedies.loader_path import start_without_loader_path, take_off_loader_path
from gpucheck.remedies.newer_tables import refresh_tables, upgrade_gpucheck
from gpucheck.remedies.numba import install_numba_cuda
from gpucheck.remedies.nvidia_wheels import keep_one_cuda_major
from gpucheck.remedies.older_build import newer_driver_or_older_build
from gpucheck.remedies.packages import fitting_torch, install, install_torch
from gpucheck.remedies.slurm import ask_scheduler_for_a_gpu
from gpucheck.remedies.toolkit import install_toolkit
from gpucheck.remedies.torch_companions import addon_for, install_companions
from gpucheck.remedies.wsl import give_wsl_the_gpu, put_wsl_libraries_first, use_windows_libcuda

__all__ = [
    "accepted_compiler",
    "addon_for",
    "align_fabric_manager",
    "ask_scheduler_for_a_gpu",
    "declare_ready",
    "distribution_family",
    "enlarge_shared_memory",
    "enrol_signing_key",
    "find_the_line",
    "fitting_cudnn",
    "fitting_offer",
    "fitting_torch",
    "for_this_machine",
    "give_wsl_the_gpu",
    "gpu_number",
    "install",
    "install_branch",
    "install_companions",
    "install_container_toolkit",
    "install_cuda_build",
    "install_driver",
    "install_driver_for",
    "install_flavour",
    "install_libcuda",
    "install_library",
    "install_numba_cuda",
    "install_toolkit",
    "install_torch",
    "install_what_goes_with",
    "instead_of_windows",
    "is_ours",
    "keep_one_cuda_major",
    "keep_out_other_drivers",
    "last_cudnn",
    "library_in",
    "may_use_device_files",
    "newer_driver_or_older_build",
    "provide_newer_libstdcxx",
    "put_wsl_libraries_first",
    "rebuild_kernel_module",
    "refresh_tables",
    "reinstall_driver",
    "reload_uvm",
    "remove_cuda_compat",
    "renew_driver_links",
    "replace_nouveau",
    "replace_old_glibc",
    "replace_snap_docker",
    "reset_gpu",
    "restart_lost_container",
    "set_cuda_home",
    "start_fabric_manager",
    "start_with_capabilities",
    "start_with_gpu",
    "start_without_loader_path",
    "take_back_from_vfio",
    "take_off_loader_path",
    "upgrade_gpucheck",
    "use_windows_libcuda",
]
