"""The diagnosis: it never raises, names root causes first, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import msgspec
import msgspec.inspect as shape
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpucheck import diagnose as module
from gpucheck import versions
from gpucheck.diagnose import FAILED_RULE, diagnose, pages, under_causes
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Section, from_json, to_json
from gpucheck.findings import SEVERITIES, Finding, Page, Report, Rule, Severity, Skipped
from gpucheck.tables import Tables
from make import facts, framework, gpu, report

TABLES = Tables()
BY_ID = {page.rule.id: page.rule for page in pages()}

RELEASES = "0 0.0 1 5.0 8.6 9.0 10.2 11.8 12 12.0 12.4 12.4.1 12.9 13.0 19.0 99999.1 450.36.06"
RELEASES += " 470.223.02 525.60.13 535.129.03 551.61 580.95.05 9999.1"
WORDS = "torch jax tensorflow onnxruntime cupy nvidia nvidia_uvm nouveau 10de 8086 Linux Windows"
WORDS += " Darwin ubuntu fedora docker kubernetes x86_64 AMD64 aarch64 sm_50 sm_90a sm_120 sm_"
WORDS += " compute_90 compute_100f 3.9.1 3.12.7 2.6.0+cu124 2.6.0+cpu /dev/nvidia0 /dev/dxg"
WORDS += " libcudnn.so.9 libcuda.so.1 .so. ImportError SIGILL SIGSEGV import GPU- MIG- 0,1 -1 7"
TEXTS = st.sampled_from(["", "\n", *WORDS.split()]) | st.text(max_size=6)
POOLS = {
    # fields on which much depends, and what is mostly there
    "outcome": "ok ok ok ok ok crashed timed_out absent not_asked not_given failed",
    "vendor_id": "10de 8086",
    "os_name": "Linux Linux Windows Darwin",
    "architecture": "x86_64 x86_64 AMD64 aarch64 riscv64",
    "distribution": "ubuntu fedora nixos torch",
    "container_kind": "docker podman kubernetes moby",
    "path": "/dev/nvidia0 /dev/nvidiactl /dev/dxg /usr/bin/nvcc",
    "python_release": "3.9.1 3.12.7 2.7.18 3.99.0 nonsense",
    "release": "2.6.0+cu124 2.6.0+cpu 1.9.1 nonsense",
    "signal": "SIGILL SIGSEGV",
    "missing_library": "libcudnn.so.9 libcuda.so.1 libcublas.so libfoo.so.1",
}
VARIABLES = st.sampled_from(["CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "CUDA_HOME"])
NUMBERS = st.sampled_from([0, 1, 2, 3, 9, 12, 18, 32, 64, 100, 803, 804, 999]) | st.integers(
    -(1 << 63), 1 << 63
)


def values_of(kind: shape.Type) -> st.SearchStrategy[Any]:
    """Return a strategy for the JSON form of anything that a record's field may hold."""
    if isinstance(kind, shape.StructType):
        required = {f.encode_name: values_for(f) for f in kind.fields if f.required}
        others = {f.encode_name: values_for(f) for f in kind.fields if not f.required}
        return st.fixed_dictionaries(required, optional=others)
    if isinstance(kind, shape.UnionType):
        # A field that is left out is None already.
        return st.one_of(*(values_of(t) for t in kind.types if not isinstance(t, shape.NoneType)))
    if isinstance(kind, shape.VarTupleType):
        return st.lists(values_of(kind.item_type), max_size=2)
    if isinstance(kind, shape.DictType):
        return st.dictionaries(VARIABLES | TEXTS, values_of(kind.value_type), max_size=2)
    return simple_values_of(kind)


def simple_values_of(kind: shape.Type) -> st.SearchStrategy[Any]:
    """Return a strategy for a value that holds no others."""
    if isinstance(kind, shape.LiteralType):
        return st.sampled_from(kind.values)
    if isinstance(kind, shape.CustomType):
        return st.sampled_from([r for r in RELEASES.split() if is_release(r, kind.cls)])
    simple: dict[type, st.SearchStrategy[Any]] = {
        shape.StrType: TEXTS,
        shape.IntType: NUMBERS,
        shape.FloatType: st.floats(allow_nan=False, allow_infinity=False),
        shape.BoolType: st.booleans(),
    }
    return simple[type(kind)]


def values_for(field: shape.Field) -> st.SearchStrategy[Any]:
    """Return a strategy for a record's field: mostly of its pool, where it has one."""
    pool = POOLS.get(field.encode_name)
    if pool is None:
        return values_of(field.type)
    likely = st.sampled_from(pool.split())
    return likely if field.encode_name == "outcome" else likely | values_of(field.type)


def is_release(text: str, kind: Any) -> bool:
    """Tell whether the text is a version of that kind."""
    try:
        kind.parse(text)
    except ValueError:
        return False
    return True


def any_facts() -> st.SearchStrategy[Facts]:
    """Return a strategy for facts of every shape, most of them of no real machine."""
    fields = {f.encode_name: f.type for f in shape.type_info(Facts).fields}  # type: ignore[attr-defined]
    section = fields["frameworks"].value_type
    names = st.sampled_from(list(FRAMEWORK_TITLES)) | TEXTS
    tree = st.fixed_dictionaries(
        {
            "gpucheck_release": st.just("0"),
            "origin": st.sampled_from(["live", "report"]),
            "target": values_of(fields["target"]),
            "frameworks": st.dictionaries(names, values_of(section), max_size=3),
            **{
                name: values_of(fields[name])
                for name in ("machine", "driver", "cuda_driver", "toolkit", "packages")
            },
        }
    )
    return tree.map(lambda made: msgspec.convert(made, Facts, dec_hook=versions.decode))


def everything(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield findings and what follows from them."""
    for finding in findings:
        yield finding
        yield from everything(finding.consequences)


def with_rules(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> None:
    """Let these rules be judged besides the shipped ones."""
    made = [Page(rule=rule, slug=rule.id.lower(), title="A rule.", text="") for rule in rules]
    shipped = pages()
    monkeypatch.setattr(module, "pages", lambda: (*shipped, *made))


def rule_of(id: str, check: Any, **fields: Any) -> Rule:  # noqa: A002 - the field's name
    """Return a rule for a test."""
    return Rule(id=id, cause="test", severity="error", check=check, **fields)


@given(snapshot=any_facts())
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_no_facts_make_it_raise(snapshot: Facts) -> None:
    """Any facts give a report in which no rule failed, every finding by its rule's terms."""
    seen = diagnose(snapshot, TABLES)
    assert isinstance(seen, Report)
    for finding in everything(seen.findings):
        assert finding.rule != FAILED_RULE, finding.evidence
        assert_is_complete(finding)
    for skipped in seen.skipped:
        assert skipped.rule in BY_ID
        assert skipped.reason


@given(snapshot=any_facts())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=50)
def test_saved_facts_give_the_same_report(snapshot: Facts) -> None:
    """A snapshot says all that the diagnosis rests on."""
    assert diagnose(from_json(to_json(snapshot)), TABLES) == diagnose(snapshot, TABLES)


def assert_is_complete(finding: Finding) -> None:
    """Check that a finding is what its rule may yield, with words to read."""
    rule = BY_ID[finding.rule]
    assert SEVERITIES.index(finding.severity) >= SEVERITIES.index(rule.severity)
    assert finding.cause == rule.cause
    assert finding.url.endswith(f"/{page_of(rule.id).slug}.md")
    assert finding.message
    assert finding.subject
    assert all(finding.evidence)
    assert finding.remedy is None or (finding.remedy.text and all(finding.remedy.commands))


def page_of(rule_id: str) -> Page:
    """Return a rule's page."""
    return next(page for page in pages() if page.rule.id == rule_id)


@pytest.mark.parametrize("name", ["machine", "driver", "cuda_driver", "toolkit", "packages"])
@pytest.mark.parametrize("outcome", ["refused", "failed", "crashed", "timed_out", "not_given"])
def test_a_missing_section_is_never_a_false_alarm(name: str, outcome: Any) -> None:
    """Rules that need a missing section are skipped with the reason; nobody is accused instead."""
    seen = report(facts(torch="2.6.0+cu124", outcomes={name: outcome}))
    needing = {page.rule.id for page in pages() if name in page.rule.needs}
    assert needing <= {skipped.rule for skipped in seen.skipped}
    assert {f.rule for f in everything(seen.findings)} <= {"GPU120", "GPU121", "GPU201", "GPU904"}


def test_skipped_rule_says_why() -> None:
    """The reason names the section and the probe's own words."""
    here = facts()
    driver = Section(outcome="timed_out", value=here.driver.value, reason="no answer within 20 s")
    seen = report(msgspec.structs.replace(here, driver=driver))
    reasons = {skipped.rule: skipped.reason for skipped in seen.skipped}
    assert reasons["GPU301"] == "driver: no answer within 20 s"


def test_a_rule_that_raises_is_a_finding_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broken rule becomes GPU901 with the error; the finding of a good rule is still there."""

    def broken(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
        raise ZeroDivisionError("seven")

    here = facts(torch="2.6.0+cpu")
    assert [f.rule for f in report(here).findings] == ["GPU302"]
    with_rules(monkeypatch, rule_of("GPU999", broken))
    findings = {finding.rule: finding for finding in report(here).findings}
    assert set(findings) == {"GPU302", FAILED_RULE}
    assert findings[FAILED_RULE].severity == "warning"
    assert findings[FAILED_RULE].evidence == ("ZeroDivisionError: seven",)
    assert "GPU999" in findings[FAILED_RULE].message
    assert findings[FAILED_RULE].url.endswith("/gpu901_rule_failed.md")


def test_a_rule_that_raises_midway_gives_nothing_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule yielded before it failed is not trusted."""

    def half(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
        yield Finding(subject="machine", message="half a truth")
        raise KeyError("gone")

    with_rules(monkeypatch, rule_of("GPU999", half))
    assert [finding.rule for finding in report(facts()).findings] == [FAILED_RULE]


def test_several_broken_rules_are_several_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each failed rule is named."""

    def broken(_facts: Facts, _tables: Tables) -> Iterator[Finding]:
        raise RecursionError

    with_rules(monkeypatch, rule_of("GPU998", broken), rule_of("GPU999", broken))
    messages = " ".join(finding.message for finding in report(facts()).findings)
    assert "GPU998" in messages
    assert "GPU999" in messages


def test_skipped_judgement_carries_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule yields only the reason; diagnose says whose judgement is missing."""

    def unsure(_facts: Facts, _tables: Tables) -> Iterator[Skipped]:
        yield Skipped(reason="not in the table", subject="gpu/0")

    with_rules(monkeypatch, rule_of("GPU999", unsure))
    expected = Skipped(rule="GPU999", reason="not in the table", subject="gpu/0")
    assert expected in report(facts()).skipped


Sample = tuple[str, str, Severity]
"""Rule, subject and severity of a finding."""


def nested(*given_: Sample, **explained_by: tuple[str, ...]) -> list[Any]:
    """Return the rules of the root causes, each with the rules under it."""
    rules = {
        name: rule_of(name, None, explained_by=explained_by.get(name, ())) for name, _, _ in given_
    }
    made = [Finding(rule=r, subject=s, message="x", severity=g) for r, s, g in given_]
    roots = under_causes(made, rules)
    return [(root.rule, [below.rule for below in root.consequences]) for root in roots]


def test_chain_hangs_under_its_first_cause() -> None:
    """C follows from B, B from A: both are under A, once, and nothing is nested deeper."""
    found = nested(
        ("C", "framework/torch", "error"),
        ("B", "driver", "error"),
        ("A", "machine", "error"),
        B=("A",),
        C=("B",),
    )
    assert found == [("A", ["B", "C"])]


def test_two_causes_explain_once() -> None:
    """A consequence of two findings is shown under one of them only."""
    found = nested(
        ("A", "driver", "error"),
        ("B", "environment", "error"),
        ("C", "framework/jax", "error"),
        C=("B", "A"),
    )
    assert found == [("A", ["C"]), ("B", [])]


def test_a_note_hides_no_error() -> None:
    """What is less grave explains nothing graver; the other way round it does."""
    note: Sample = ("A", "machine", "note")
    error: Sample = ("B", "machine", "error")
    assert nested(note, error, B=("A",)) == [("B", []), ("A", [])]
    assert nested(note, error, A=("B",)) == [("B", ["A"])]


def test_a_warning_does_not_hide_an_error() -> None:
    """The same between the graver two."""
    found = nested(("A", "machine", "warning"), ("B", "machine", "error"), B=("A",))
    assert found == [("B", []), ("A", [])]


def test_one_of_several_explains_only_itself() -> None:
    """A finding about PyTorch does not explain one about JAX; one about the driver does."""
    found = nested(
        ("A", "framework/torch", "error"),
        ("B", "framework/torch", "error"),
        ("B", "framework/jax", "error"),
        B=("A",),
    )
    assert found == [("A", ["B"]), ("B", [])]


def test_a_consequence_names_its_cause_s_gravity() -> None:
    """Root causes come gravest first, then by rule, then by subject."""
    found = nested(
        ("A", "machine", "note"),
        ("D", "gpu/1", "error"),
        ("D", "gpu/0", "error"),
        ("B", "machine", "warning"),
    )
    assert [root for root, _ in found] == ["D", "D", "B", "A"]


def test_nothing_is_lost_under_causes() -> None:
    """On a machine with a whole chain every finding is there exactly once."""
    blind = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
    seen = report(facts(driver="470.223.02", frameworks=[blind], torch="2.6.0+cu124"))
    every = [(f.rule, f.subject) for f in everything(seen.findings)]
    assert len(every) == len(set(every))
    assert ("GPU324", "framework/tensorflow") in every
    assert all(not below.consequences for f in seen.findings for below in f.consequences)


def test_only_root_causes_count() -> None:
    """A consequence is no error of its own."""
    blind = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
    seen = report(facts(driver="470.223.02", gpus=[gpu("RTX 3090")], frameworks=[blind]))
    assert [f.rule for f in seen.findings[0].consequences] != []
    assert seen.count("error") == 1


def test_every_explanation_names_a_rule() -> None:
    """`explained_by` and `needs` name what exists, no rule explains itself, there is no circle."""
    for rule in BY_ID.values():
        assert set(rule.explained_by) <= set(BY_ID)
        assert all(isinstance(getattr(facts(), name), Section) for name in rule.needs)
    order = TopologicalSorter({rule.id: rule.explained_by for rule in BY_ID.values()})
    assert len(list(order.static_order())) == len(BY_ID)


def test_rule_ids_are_unique_and_in_order() -> None:
    """An id is never given twice; its file starts with it."""
    ids = [page.rule.id for page in pages()]
    assert ids == sorted(set(ids))
    assert all(page.slug.startswith(f"{page.rule.id.lower()}_") for page in pages())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.rule.id)
def test_every_rule_says_why_how_and_fix(page: Page) -> None:
    """The docstring is the page that `gpucheck explain` prints."""
    assert page.title.endswith(".")
    parts = [page.text.find(f"{word}:") for word in ("Why", "How we know", "Fix")]
    assert -1 not in parts
    assert parts == sorted(parts)


def test_same_facts_same_report() -> None:
    """The diagnosis depends on nothing but facts and tables."""
    here = facts(driver="470.223.02", torch="2.6.0+cu124", gpus=["V100", "A100"])
    assert diagnose(here, TABLES) == diagnose(here, Tables())
