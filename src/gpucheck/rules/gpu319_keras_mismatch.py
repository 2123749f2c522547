"""The installed Keras does not belong to the installed TensorFlow.

Why: TensorFlow 2.6 to 2.15 need the Keras of their own number (`keras<2.16` for 2.15), later ones
Keras 3. With another one `tf.keras` fails on its first use, with names that cannot be imported.

How we know: the release of the distribution keras lies outside what TensorFlow's own metadata asks
for. It is an error when importing Keras failed, else a warning.

Fix: install the Keras that TensorFlow asks for. Code that needs Keras 2 under a newer TensorFlow
takes tf-keras, with TF_USE_LEGACY_KERAS=1.
"""

from collections.abc import Iterator

from gpucheck.compatibility.pins import keras_pin
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install
from gpucheck.tables import Tables

TENSORFLOW = "framework/tensorflow"


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare Keras with what TensorFlow requires."""
    pin = keras_pin(facts, tables)
    part = facts.frameworks.get("tensorflow")
    if pin is None or part is None:
        return
    failure = _failure(part.value)
    yield Finding(
        subject=TENSORFLOW,
        message=(
            f"Keras {pin.installed} does not belong to TensorFlow {part.value.release}:"
            " tf.keras fails or misbehaves."
        ),
        evidence=(pin.says, *filter(None, [failure])),
        remedy=mend(facts, tables, TENSORFLOW),
        severity="error" if failure else "warning",
    )


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Install the Keras that TensorFlow asks for; without facts, say which that is."""
    pin = keras_pin(facts, tables)
    if pin is not None:
        return install(facts, "Install the Keras of this TensorFlow.", f"keras{pin.specifier}")
    text = (
        "Install the Keras that your TensorFlow requires (pip check names it). What needs Keras 2"
        " beside Keras 3, as Transformers does, takes the package tf-keras."
    )
    return Remedy(text)


def _failure(build: Framework) -> str | None:
    failures = [each.import_failure for each in build.companions if each.name == "keras"]
    said = [f"{f.kind}: {f.message}" for f in [build.import_failure, *failures] if f]
    return next((text for text in said if "keras" in text.lower()), None)


RULE = Rule(
    "GPU319",
    "keras-mismatch",
    "error",
    check,
    needs=("packages", "machine"),
    explained_by=("GPU318",),
    mend=mend,
)
