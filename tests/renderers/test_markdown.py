"""The report in Markdown: no text from outside changes its structure."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gpucheck.figures import figures_of
from gpucheck.findings import Finding, Remedy, Report
from gpucheck.renderers import View, renderer
from gpucheck.renderers.markdown import escaped
from gpucheck.tables import Tables
from make import facts, gpu, report, smoked, with_smoke

TABLES = Tables()
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
HOSTILE = [
    "# a heading",
    "a | b | c",
    "[a link](http://example.org)",
    "<script>alert(1)</script>",
    "```\n## out of the fence\n```",
    "`code` *strong* _em_ ~~gone~~ $x$",
    "::error::a command",
    "@everyone",
    "see #1, owner/name#2 and GH-3",
    "www.example.org and http://example.org",
    "&lt;b&gt; &amp; <b>",
    "\x1b[31mred\x1b[0m\r\nnext line",
    "\\",
    "![image](x)",
    "- item\n1. item\n> quote",
]


def rendered(of: Report) -> str:
    """Return a report as Markdown, with its figures."""
    figures = figures_of(of.facts, TABLES)
    view = View(exit_codes=(1,), exit_code=1, figures=(figures,))
    return renderer("markdown").render([of], view)


def tokens(text: str) -> list[Token]:
    """Parse Markdown; inline tokens stand after the block that they are in."""
    blocks = PARSER.parse(text)
    return [each for block in blocks for each in (block, *(block.children or ()))]


def shape(text: str) -> list[str]:
    """Return what a text is made of, without its words."""
    return [token.type for token in tokens(text) if token.type != "text"]


def named(name: str) -> Report:
    """Return a report in which everything from outside is called `name`."""
    whole = facts(torch="2.6.0+cpu", gpus=[gpu("RTX 4090")])
    card = msgspec.structs.replace(whole.gpus[0], name=name)
    driver = msgspec.structs.replace(whole.driver.value, gpus=(card,))
    section = msgspec.structs.replace(whole.driver, value=driver)
    target = msgspec.structs.replace(whole.target, executable=name)
    part = smoked(name=name)
    told = msgspec.structs.replace(whole, driver=section, target=target)
    seen = report(with_smoke(told, torch=part))
    finding = Finding(
        rule="GPU702",
        subject="driver",
        message=name,
        evidence=(name, name),
        remedy=Remedy(name, (name,)),
        url="https://example.org",
    )
    return msgspec.structs.replace(seen, findings=(finding,))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_keep_the_structure(words: str) -> None:
    """Headings, tables, fences, links and tags are those of a harmless name."""
    text = rendered(named(words))
    assert shape(text) == shape(rendered(named("harmless")))
    assert [t.content for t in tokens(text) if t.type in {"html_block", "html_inline"}] == []
    assert not re.search(r"(?m)^\s*::", text)
    assert "\x1b" not in text


def test_no_mention_and_no_reference_to_an_issue_is_left() -> None:
    """GitHub looks for them after all escapes are resolved, so the text itself is broken up."""
    parsed = tokens(f"x {escaped('@name, #1, owner/name#23, GH-4; C# and an e-mail@here')}")
    read = "".join(token.content for token in parsed if token.type in {"text", "text_special"})
    assert not re.search(r"@\w|#\d|GH-\d", read)
    assert read.replace(ZERO_WIDTH_SPACE, "").endswith("GH-4; C# and an e-mail@here")


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_words_keep_the_structure(words: str) -> None:
    """Whatever a device is called."""
    if words.strip():
        assert shape(rendered(named(f"a{words}"))) == shape(rendered(named("harmless")))


@given(st.text(max_size=60))
def test_words_are_shown_as_they_are(words: str) -> None:
    """What is escaped reads as what it was, in one line, with steering characters spelled out."""
    parsed = tokens(f"x {escaped(words)} x")
    read = "".join(token.content for token in parsed if token.type in {"text", "text_special"})
    plain = "".join(c for c in words if c.isprintable() and c != " ")
    kept = read.replace(ZERO_WIDTH_SPACE, "").replace(" ", "")
    assert all(character in kept for character in plain)


def test_notes_are_folded_and_several_reports_stand_apart() -> None:
    """The only HTML is ours."""
    one = report(facts(gpus=[], torch="2.6.0+cu124"))
    view = View(exit_codes=(0, 0), exit_code=0)
    text = renderer("markdown").render([one, one], view)
    assert text.count("<details>") == text.count("</details>") == 2
    assert "\n---\n" in text
