"""Tell whether this machine's GPU will really be used, and if not, why and what mends it."""

from gpucheck.release import RELEASE as __version__

__all__ = ["__version__"]
