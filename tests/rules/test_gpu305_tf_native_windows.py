"""GPU305: TensorFlow after 2.10 on native Windows."""

from make import facts, found, framework, report

WINDOWS = {"os_name": "Windows", "os_title": "Windows 11", "architecture": "AMD64"}


def test_fires_after_the_last_release_with_cuda() -> None:
    """2.10 has a CUDA build for Windows, 2.11 has none."""
    for release, rule in (("2.12.0", "GPU305"), ("2.10.1", "GPU302")):
        build = framework("tensorflow", release)
        assert found(facts(frameworks=[build], machine=WINDOWS)) == [rule]


def test_silent_on_linux_and_in_wsl() -> None:
    """There a CPU build is GPU302's."""
    build = framework("tensorflow", "2.12.0")
    assert found(facts(frameworks=[build])) == ["GPU302"]


def test_silent_with_directml() -> None:
    """The plugin gives TensorFlow another way to the GPU."""
    build = framework("tensorflow", "2.10.1", distribution="tensorflow-cpu")
    plugin = {"tensorflow-directml-plugin": "0.4.0.dev230202"}
    assert found(facts(frameworks=[build], machine=WINDOWS, distributions=plugin)) == []


def test_remedy_names_both_ways() -> None:
    """WSL2, or the last release with what it was tested with."""
    build = framework("tensorflow", "2.16.1")
    (finding,) = report(facts(frameworks=[build], machine=WINDOWS)).findings
    assert finding.remedy
    assert "WSL2" in finding.remedy.text
    assert "2.10" in finding.remedy.text
    assert "3.7-3.10" in finding.remedy.text


def test_a_line_alone_proves_it() -> None:
    """TensorFlow warns of it."""
    line = "WARNING:tensorflow:TensorFlow GPU support is not available on native Windows"
    assert "GPU305" in found(facts(messages=[line]))
