"""GPU324: a CUDA build that sees no GPU."""

from make import facts, findings, found, framework

BLIND = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)


def test_fires_when_nothing_else_explains_it() -> None:
    """Driver and libcuda are fine, TensorFlow lists nothing."""
    assert "GPU324" in found(facts(driver="550.54.15", frameworks=[BLIND]))


def test_silent_without_a_gpu() -> None:
    """Without a GPU there is nothing to see."""
    assert found(facts(gpus=[], frameworks=[BLIND])) == ["GPU101"]


def test_too_old_driver_explains_it() -> None:
    """With GPU301 on the same framework it is a consequence."""
    seen = found(facts(driver="470.223.02", frameworks=[BLIND]))
    assert "GPU301" in seen
    assert "GPU324" not in seen


def test_another_framework_s_fault_does_not_explain_it() -> None:
    """GPU301 on PyTorch says nothing about TensorFlow."""
    old = framework("tensorflow", "2.11", "11.2", devices=(), is_gpu_usable=False)
    seen = found(facts(driver="470.223.02", torch="2.6.0+cu124", frameworks=[old]))
    assert {"GPU301", "GPU324"} <= set(seen)


def test_unknown_without_the_import() -> None:
    """Without the import nothing is said."""
    seen = found(facts(frameworks=[BLIND], outcomes={"tensorflow": "not_asked"}))
    assert "GPU324" not in seen


def test_a_variable_that_says_so_is_no_error() -> None:
    """JAX_PLATFORMS=cpu may be meant, all the more where PyTorch uses the GPU."""
    jax = framework("jax", "0.5.0", "12.3", devices=(), is_gpu_usable=False)
    told = {"JAX_PLATFORMS": "cpu"}
    (finding,) = findings(facts(frameworks=[jax], environment=told), "GPU324")
    assert finding.severity == "warning"
    here = facts(frameworks=[jax], environment=told, torch="2.6.0+cu124")
    (finding,) = findings(here, "GPU324")
    assert finding.severity == "note"
