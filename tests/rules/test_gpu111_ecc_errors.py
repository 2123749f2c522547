"""GPU111: memory errors that could not be corrected."""

from make import facts, found, gpu, report


def test_fires_on_uncorrectable_errors() -> None:
    """Counted since the last reset; the remedy resets this GPU."""
    (finding,) = report(facts(gpus=[gpu("A100", ecc_uncorrected_count=2)])).findings
    assert (finding.rule, finding.severity) == ("GPU111", "error")
    assert finding.remedy
    assert finding.remedy.commands == ("sudo nvidia-smi --gpu-reset -i 0",)


def test_pending_replacement_is_a_warning() -> None:
    """It works until then."""
    (finding,) = report(facts(gpus=[gpu("A100", is_remap_pending=True)])).findings
    assert (finding.rule, finding.severity) == ("GPU111", "warning")


def test_failed_replacement_needs_an_exchange() -> None:
    """No reset mends it."""
    (finding,) = report(facts(gpus=[gpu("A100", has_remap_failed=True)])).findings
    assert finding.remedy
    assert "exchanged" in finding.remedy.text
    assert finding.remedy.commands == ()


def test_silent_on_corrected_errors_and_old_counts() -> None:
    """ECC is there to correct; what happened years ago was dealt with."""
    well = gpu("A100", ecc_corrected_count=9, ecc_uncorrected_total_count=4, is_remap_pending=False)
    assert found(facts(gpus=[well, gpu("A100", 1)])) == []


def test_error_214_is_enough() -> None:
    """What CUDA returns proves it."""
    words = "RuntimeError: CUDA error: uncorrectable ECC error encountered"
    assert found(facts(messages=[words])) == ["GPU111"]
