"""GPU706: products are right, a convolution fails."""

from gpucheck.facts import Calculation, SmokeError
from make import facts, found, product, report, smoked, with_smoke

HERE = facts(torch="2.9.1+cu130")
WORDS = "RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"
FAILED = Calculation(dtype="fp32", error=SmokeError(stage="convolution", message=WORDS))


def test_fires() -> None:
    """CuBLAS works, so it is cuDNN."""
    findings = report(with_smoke(HERE, torch=smoked(convolution=FAILED))).findings
    (finding,) = [each for each in findings if each.severity == "error"]
    everything = (finding, *finding.consequences)
    assert "GPU706" in {each.rule for each in everything}
    assert WORDS in str(everything)


def test_silent_where_products_fail_too_and_where_it_works() -> None:
    """Then it is not cuDNN alone."""
    both = smoked(convolution=FAILED, products=(product(relative_error=None, is_written=False),))
    assert "GPU706" not in found(with_smoke(HERE, torch=both))
    right = Calculation(dtype="fp32", relative_error=1e-7, error_bound=1e-4)
    assert found(with_smoke(HERE, torch=smoked(convolution=right))) == []


def test_silent_on_the_cpu_and_where_memory_ran_out() -> None:
    """Neither is cuDNN's."""
    on_cpu = smoked(ordinal=None, uuid=None, use=None, convolution=FAILED)
    assert "GPU706" not in found(with_smoke(facts(gpus=[]), torch=on_cpu))
    words = "CUDA out of memory. Tried to allocate 2.00 MiB"
    error = SmokeError(stage="convolution", message=words)
    part = smoked(convolution=Calculation(dtype="fp32", error=error))
    everything = report(with_smoke(HERE, torch=part)).findings
    assert "GPU706" not in str(everything)
    assert "GPU707" in str(everything)
