"""GPU103: libraries without a kernel module."""

from make import facts, found

NOT_LOADED = {"kernel_module_release": None, "kernel_modules": ()}


def test_fires_on_nvml_9_without_module() -> None:
    """NVML says that the driver is not loaded, and no module is."""
    assert found(facts(nvml_error=9, machine=NOT_LOADED)) == ["GPU103"]


def test_silent_when_the_module_is_there() -> None:
    """NVML 9 with a loaded module is something else (device nodes)."""
    assert found(facts(nvml_error=9)) == []


def test_unknown_without_the_driver_probe() -> None:
    """A driver probe that did not end well gives no judgement."""
    assert "GPU103" not in found(facts(nvml_error=9, outcomes={"driver": "garbled"}))


def test_silent_in_wsl() -> None:
    """A stray libnvidia-ml of a Linux driver: WSL needs no kernel module."""
    wsl = NOT_LOADED | {"is_wsl": True, "wsl_generation": 2}
    assert "GPU103" not in found(facts(nvml_error=9, machine=wsl))
