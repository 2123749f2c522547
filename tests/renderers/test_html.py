"""The report as one HTML file: what it holds, and that no text from outside becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import from_json
from gpucheck.figures import figures_of
from gpucheck.findings import Finding, Remedy, Report
from gpucheck.renderers import View, renderer
from gpucheck.tables import Tables
from make import facts, report

RECORDED = Path(__file__).resolve().parents[1] / "snapshots" / "recorded_machines"
TABLES = Tables()
CPU = report(facts(torch="2.6.0+cpu"))
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>x</script>",
    '" onmouseover="x',
    "<img src=x onerror=x>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;",
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31m\x00\u202e",
]


class Structure(HTMLParser):
    """The tags of a page with their attributes' names, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Keep words."""
        self.words.append(data)


def rendered(*reports: Report) -> str:
    """Return reports as HTML, with their figures."""
    figures = tuple(figures_of(each.facts, TABLES) for each in reports)
    codes = (1,) * len(reports)
    view = View(exit_codes=codes, exit_code=1, rules=pages(), figures=figures)
    return renderer("html").render(reports, view)


def named(words: str) -> Report:
    """Return a report in which everything from outside is the same words."""
    finding = Finding(
        rule="GPU303",
        subject="machine",
        message=words,
        evidence=(words,),
        remedy=Remedy(words, (words,)),
        url="https://example.org",
    )
    card = msgspec.structs.replace(CPU.facts.gpus[0], name=words)
    driver = msgspec.structs.replace(CPU.facts.driver.value, gpus=(card,))
    whole = msgspec.structs.replace(
        CPU.facts,
        target=msgspec.structs.replace(CPU.facts.target, executable=words),
        driver=msgspec.structs.replace(CPU.facts.driver, value=driver),
    )
    return msgspec.structs.replace(CPU, facts=whole, findings=(finding,))


def test_a_real_machine() -> None:
    """Overview, findings, figures and facts are there; the file is small and loads nothing."""
    facts_there = from_json((RECORDED / "h200_numba_cuda_and_numpy_2_5.json").read_bytes())
    text = rendered(diagnose(facts_there, TABLES))
    page = Structure(text)
    words = " ".join(page.words)
    for expected in ("GPU702", "NVIDIA H200", "TFLOP/s", "value.driver_release"):
        assert expected in words
    assert len(text.encode()) < 300 * 1024
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert "default-src 'none'" in text


def test_every_fact_is_a_row() -> None:
    """Those of each GPU too, by name and place; a package is one row."""
    here = report(facts(gpus=["A100"] * 8, torch="2.6.0+cu124"))
    words = [word.strip() for word in Structure(rendered(here)).words]
    for place in range(8):
        assert f"value.gpus[{place}].uuid" in words
    assert "name: torch, release: 2.6.0+cu124" in " ".join(words)
    assert not [word for word in words if word.startswith(("({", "[{", "{'"))]


def test_a_large_environment_stays_a_small_file() -> None:
    """Six hundred packages; more rows than can be shown are counted."""
    many = {f"package-{number}": "1.0" for number in range(600)}
    assert len(rendered(report(facts(distributions=many))).encode()) < 300 * 1024
    huge = {f"package-{number}": "1.0" for number in range(6000)}
    assert "more are in the JSON report." in rendered(report(facts(distributions=huge)))


def test_the_page_can_be_read_by_everybody() -> None:
    """It has a language, a title, one h1, and tables whose columns are named."""
    page = Structure(rendered(CPU, CPU))
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
    assert ("html", ("lang",)) in page.tags
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    """No tag and no attribute is made by them."""
    text = rendered(named(words))
    assert Structure(text).tags == Structure(rendered(named("harmless"))).tags
    assert not {"\x1b", "\x00", "\u202e"} & set(text)


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_words_stay_words(words: str) -> None:
    """Whatever a device or an error is called."""
    assert Structure(rendered(named(f"a{words}"))).tags == Structure(rendered(named("b"))).tags
