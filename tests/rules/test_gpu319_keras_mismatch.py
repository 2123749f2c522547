"""GPU319: Keras outside TensorFlow's range."""

import pytest

from gpucheck.facts import Companion, Facts, ImportFailure
from make import facts, findings, found, framework

IN_TRANSFORMERS = (
    "ValueError: Your currently installed version of Keras is Keras 3, but this is not yet"
    " supported in Transformers."
)


def machine(tensorflow: str, keras: str, **changes: object) -> Facts:
    """Return a machine with these two."""
    build = framework("tensorflow", tensorflow, "12.2", **changes)
    return facts(frameworks=[build], distributions={"keras": keras})


@pytest.mark.parametrize(("tensorflow", "keras"), [("2.15.1", "3.5.0"), ("2.16.1", "2.15.0")])
def test_fires_outside_the_range(tensorflow: str, keras: str) -> None:
    """The range is TensorFlow's own, from its metadata or the table of its wheels."""
    (finding,) = findings(machine(tensorflow, keras), "GPU319")
    assert (finding.rule, finding.severity) == ("GPU319", "warning")
    assert finding.remedy
    assert "keras" in finding.remedy.commands[0]


def test_is_an_error_when_keras_cannot_be_imported() -> None:
    """Then tf.keras does not work at all."""
    failure = ImportFailure(kind="AttributeError", message="module 'keras' has no attribute 'x'")
    companions = (Companion(name="keras", import_failure=failure),)
    finding = findings(machine("2.15.1", "3.5.0", companions=companions), "GPU319")[0]
    assert (finding.rule, finding.severity) == ("GPU319", "error")


@pytest.mark.parametrize(("tensorflow", "keras"), [("2.15.1", "2.15.0"), ("2.17.0", "3.5.0")])
def test_silent_inside_the_range(tensorflow: str, keras: str) -> None:
    """Keras of the same number; Keras 3 from 2.16 on."""
    assert "GPU319" not in found(machine(tensorflow, keras))


def test_silent_on_a_release_that_nobody_knows() -> None:
    """A TensorFlow that is not in the table, and whose metadata is not known."""
    assert "GPU319" not in found(machine("9.9.0", "2.15.0"))


def test_a_proving_line_is_enough() -> None:
    """Transformers says what is wrong."""
    assert "GPU319" in found(facts(messages=[IN_TRANSFORMERS]))
