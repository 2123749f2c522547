"""GPU205: something is compiled, and there is no toolkit."""

from make import facts, findings, found


def test_a_build_that_found_no_nvcc() -> None:
    """The toolkit of PyTorch's own CUDA is the remedy."""
    line = "UserWarning: flash_attn was requested, but nvcc was not found."
    (finding,) = findings(facts(torch="2.6.0+cu124", messages=[line]), "GPU205")
    assert finding.severity == "error"
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo apt install cuda-toolkit-12-4"


def test_lines_that_only_suggest_it() -> None:
    """A header that a compiler did not find; what a shell answered is no build."""
    line = "fatal error: cuda_runtime.h: No such file or directory"
    assert findings(facts(messages=[line]), "GPU205")
    for shell in ("bash: nvcc: command not found", "'nvcc' is not recognized as an internal"):
        assert findings(facts(messages=[shell]), "GPU205") == []


def test_a_note_where_a_package_compiles_at_run_time() -> None:
    """DeepSpeed builds its operators when they are used."""
    (finding,) = findings(facts(distributions={"deepspeed": "0.16.0"}), "GPU205")
    assert finding.severity == "note"


def test_silent_for_those_who_only_run_wheels() -> None:
    """Nobody needs nvcc to train with PyTorch."""
    assert "GPU205" not in found(facts(torch="2.6.0+cu124"))
    assert "GPU205" not in found(facts(distributions={"flash-attn": "2.8.3"}))


def test_unknown_without_the_toolkit_probe() -> None:
    """Whether there is an nvcc is not known."""
    here = facts(distributions={"deepspeed": "0.16.0"}, outcomes={"toolkit": "timed_out"})
    assert "GPU205" not in found(here)


def test_without_facts_there_are_words() -> None:
    """Which CUDA is not known, so no command is named."""
    line = "op_builder.MissingCUDAException: CUDA_HOME does not exist, unable to compile CUDA op(s)"
    (finding,) = findings(facts(messages=[line]), "GPU205")
    assert finding.remedy
    assert finding.remedy.commands == ()
