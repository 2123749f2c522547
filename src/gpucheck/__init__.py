"""Tell whether this machine's GPU will really be used, and if not, why and what mends it."""

from gpucheck import release

__version__ = release.RELEASE
