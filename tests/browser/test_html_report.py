"""The HTML report in a real browser: whole, offline, for everybody, and never somebody else's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import from_json
from gpucheck.figures import figures_of
from gpucheck.findings import Finding, Remedy, Report
from gpucheck.renderers import View, renderer
from gpucheck.tables import Tables
from make import facts, report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is on PATH"),
]

RECORDED = Path(__file__).resolve().parents[1] / "snapshots" / "recorded_machines"
PHONE, A4 = 360, 794  # CSS pixels
HOSTILE = (
    "<script>window.owned = 1</script>",
    "<img src=x onerror='window.owned = 1'>",
    '" autofocus onfocus="window.owned = 1',
    "</title></style><svg onload=window.owned=1>",
    "javascript:window.owned=1",
)


def page_of(*reports: Report) -> str:
    """Return reports as HTML."""
    figures = tuple(figures_of(each.facts, Tables()) for each in reports)
    view = View(exit_codes=(1,) * len(reports), exit_code=1, rules=pages(), figures=figures)
    return renderer("html").render(reports, view)


def real_report() -> Report:
    """Return that of a real machine on which something is wrong."""
    recorded = RECORDED / "h200_numba_cuda_and_numpy_2_5.json"
    return diagnose(from_json(recorded.read_bytes()), Tables())


def hostile_report() -> Report:
    """Return one in which everything from outside is an attack."""
    words = " ".join(HOSTILE)
    whole = report(facts(torch="2.6.0+cpu"))
    finding = Finding(
        rule="GPU303",
        subject="machine",
        message=words,
        evidence=HOSTILE,
        remedy=Remedy(words, HOSTILE),
        url="https://example.org",
    )
    target = msgspec.structs.replace(whole.facts.target, executable=words)
    told = msgspec.structs.replace(whole.facts, target=target)
    return msgspec.structs.replace(whole, facts=told, findings=(finding,))


class Shown:
    """A report in a browser that is offline, and what the browser had to say."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.said: list[str] = []
        context.set_offline(True)
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self._asked(request.url, file))
        self.page.goto(file.as_uri())

    def _asked(self, url: str, file: Path) -> None:
        if url != file.as_uri():
            self.said.append(f"asked for {url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium."""
    with sync_api.sync_playwright() as playwright:
        # As root, in containers, Chromium has no sandbox of its own.
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=["light", "dark"])
def shown(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Shown:
    """Show a real machine's report by day and by night."""
    file = tmp_path / "report.html"
    file.write_text(page_of(real_report(), report(facts(torch="2.6.0+cpu"))), "utf-8")
    return Shown(browser.new_context(color_scheme=request.param), file)


def open_everything(page: Page) -> None:
    """Open all that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def test_nothing_is_loaded_and_nothing_goes_wrong(shown: Shown) -> None:
    """It works offline: no request but for the file, no word on the console."""
    open_everything(shown.page)
    assert shown.said == []


def test_it_is_for_everybody(shown: Shown) -> None:
    """Axe finds no barrier, folded and open: names, roles, order, contrast."""
    for _ in range(2):
        results = axe.Axe().run(shown.page)
        assert results.violations_count == 0, results.generate_report()
        open_everything(shown.page)


def test_the_keyboard_opens_what_is_folded(shown: Shown) -> None:
    """By Tab and Enter, with an outline where one is."""
    summary = shown.page.get_by_text("All facts").first
    for _ in range(60):
        shown.page.keyboard.press("Tab")
        if summary.evaluate("each => each === document.activeElement"):
            break
    assert summary.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    shown.page.keyboard.press("Enter")
    assert summary.evaluate("each => each.parentElement.open")


@pytest.mark.parametrize(("width", "media"), [(PHONE, "screen"), (A4, "print")])
def test_no_line_is_cut_off(shown: Shown, width: int, media: str) -> None:
    """Neither on a telephone nor on paper; code scrolls by itself."""
    shown.page.set_viewport_size({"width": width, "height": 800})
    shown.page.emulate_media(media=media)
    open_everything(shown.page)
    wide = shown.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


def test_day_and_night_differ(browser: Browser, tmp_path: Path) -> None:
    """It follows the system."""
    file = tmp_path / "report.html"
    file.write_text(page_of(real_report()), "utf-8")
    colours = {
        Shown(browser.new_context(color_scheme=scheme), file).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert colours == {"rgb(255, 255, 255)", "rgb(13, 17, 23)"}


def test_hostile_words_stay_words(browser: Browser, tmp_path: Path) -> None:
    """Nothing of them runs, and all of them can be read."""
    file = tmp_path / "report.html"
    file.write_text(page_of(hostile_report()), "utf-8")
    seen = Shown(browser.new_context(), file)
    open_everything(seen.page)
    assert seen.page.evaluate("window.owned") is None
    assert seen.page.locator("script, img, svg, iframe, link, [onfocus]").count() == 0
    assert seen.said == []
    text = seen.page.locator("main").inner_text()
    assert all(words in text for words in HOSTILE)
