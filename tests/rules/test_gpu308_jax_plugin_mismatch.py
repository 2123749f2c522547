"""GPU308: JAX's plugin of another release than jaxlib."""

from make import facts, faults, found, framework

BLIND = framework("jax", "0.7.2", "12.9", devices=(), is_gpu_usable=False)


def parts(plugin: str, jaxlib: str = "0.7.2") -> dict[str, str]:
    """Return jaxlib and its plugin in these releases."""
    return {"jaxlib": jaxlib, "jax-cuda12-plugin": plugin, "jax-cuda12-pjrt": plugin}


def test_fires_when_the_releases_differ() -> None:
    """The silent fallback becomes its consequence, and the remedy takes one release for all."""
    (finding,) = faults(facts(frameworks=[BLIND], distributions=parts("0.7.1")))
    assert finding.rule == "GPU308"
    assert [each.rule for each in finding.consequences] == ["GPU324"]
    assert finding.remedy
    assert "==0.7.2" in finding.remedy.commands[-1]


def test_silent_when_only_the_suffix_differs_or_it_works() -> None:
    """Jaxlib compares the numbers alone."""
    assert "GPU308" not in found(facts(frameworks=[BLIND], distributions=parts("0.7.2.post1")))
    works = framework("jax", "0.7.2", "12.9")
    assert faults(facts(frameworks=[works], distributions=parts("0.7.1"))) == []


def test_silent_when_nothing_is_known() -> None:
    """Without jaxlib's release there is nothing to compare."""
    lone = {"jax-cuda12-plugin": "0.7.1", "jax-cuda12-pjrt": "0.7.1"}
    assert "GPU308" not in found(facts(frameworks=[BLIND], distributions=lone))


def test_a_line_alone_proves_it() -> None:
    """Jaxlib warns of it."""
    line = (
        "RuntimeWarning: JAX plugin jax_cuda12_plugin version 0.6.0 is installed, but it is not"
        " compatible with the installed jaxlib version 0.6.2, so it will not be used."
    )
    assert "GPU308" in found(facts(messages=[line]))


def test_keeps_the_cuda_major_of_the_environment() -> None:
    """The driver runs CUDA 13 as well, but PyTorch here has brought CUDA 12's libraries."""
    there = parts("0.7.1") | {"nvidia-cublas-cu12": "12.8.4.1"}
    (finding,) = faults(facts(frameworks=[BLIND], distributions=there))
    assert finding.remedy
    assert "jax[cuda12]==0.7.2" in finding.remedy.commands[-1]
