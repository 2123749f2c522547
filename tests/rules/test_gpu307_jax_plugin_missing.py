"""GPU307: JAX without its CUDA plugin."""

from make import facts, faults, found, framework, report

CPU = framework("jax", "0.7.2", build_source="no CUDA plugin beside jaxlib")


def test_fires_instead_of_the_cpu_build() -> None:
    """One root cause, not two."""
    assert found(facts(frameworks=[CPU])) == ["GPU307"]


def test_fires_on_half_a_plugin() -> None:
    """The plugin without its pjrt."""
    build = framework("jax", "0.7.2", "12.9", devices=(), is_gpu_usable=False)
    half = {"jaxlib": "0.7.2", "jax-cuda12-plugin": "0.7.2"}
    (finding,) = faults(facts(frameworks=[build], distributions=half))
    assert finding.rule == "GPU307"
    assert "jax-cuda12-pjrt" in finding.message
    assert [each.rule for each in finding.consequences] == ["GPU324"]


def test_silent_without_a_gpu_and_with_the_plugin() -> None:
    """A JAX for the CPU is right where there is no GPU."""
    assert found(facts(gpus=[], frameworks=[CPU])) == ["GPU101"]
    whole = {"jaxlib": "0.7.2", "jax-cuda12-plugin": "0.7.2", "jax-cuda12-pjrt": "0.7.2"}
    build = framework("jax", "0.7.2", "12.9")
    assert faults(facts(frameworks=[build], distributions=whole)) == []


def test_remedy_chooses_the_extra_for_driver_and_gpu() -> None:
    """CUDA 13 needs driver 580 and a GPU from 7.5 on; 0.7.0 has no plugin for it."""
    for release, driver, gpu, expected in (
        ("0.7.2", "580.95.05", "RTX 4090", "jax[cuda13]==0.7.2"),
        ("0.7.2", "550.54.15", "RTX 4090", "jax[cuda12]==0.7.2"),
        ("0.7.2", "580.95.05", "V100", "jax[cuda12]==0.7.2"),
        ("0.7.0", "580.95.05", "RTX 4090", "jax[cuda12]==0.7.0"),
    ):
        build = framework("jax", release)
        here = facts(driver=driver, gpus=[gpu], frameworks=[build])
        finding = next(each for each in report(here).findings if each.rule == "GPU307")
        assert finding.remedy
        assert expected in finding.remedy.commands[-1]


def test_conda_and_windows_have_their_own_ways() -> None:
    """conda-forge's CUDA build; on Windows there is none."""
    here = facts(frameworks=[CPU], conda=["jaxlib=0.7.2=cpu_py312h"])
    remedy = report(here).findings[0].remedy
    assert remedy
    assert "conda install" in remedy.commands[0]
    windows = {"os_name": "Windows", "architecture": "AMD64"}
    remedy = report(facts(frameworks=[CPU], machine=windows)).findings[0].remedy
    assert remedy
    assert "WSL2" in remedy.text


def test_a_line_alone_proves_it() -> None:
    """JAX warns of it."""
    line = (
        "An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed"
    )
    assert "GPU307" in found(facts(messages=[line]))
