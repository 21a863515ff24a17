"""The site as a reader meets it: accessible, narrow, dark, printed, silent on the network."""

from __future__ import annotations

import pytest

from dashboards.site import PAGES
from dashboards.writing.html import WITHOUT_FIGURES

FILES = (*PAGES, *WITHOUT_FIGURES)
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SMALLEST_TEXT = """
() => Math.min(...[...document.querySelectorAll('main *, footer *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(one => parseFloat(getComputedStyle(one).fontSize)))
"""
SHRUNK_PICTURES = """
() => [...document.images].filter(one => one.complete && one.offsetParent && one.width < one.naturalWidth * 0.99)
    .map(one => one.currentSrc)
"""
CUT_WORDS = """
() => {
  const frame = document.documentElement.getBoundingClientRect();
  return [...document.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < frame.left - 1 || box.right > frame.right + 1))
    .map(([words]) => words);
}
"""
COVERED_WORDS = """
() => {
  const boxes = [...document.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()])
    .filter(([words, box]) => words.trim() && box.width);
  const met = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  return boxes.flatMap(([words, box], at) => boxes.slice(at + 1)
    .filter(([other, its]) => other !== words && met(box, its)).map(([other]) => `${words} / ${other}`));
}
"""
FAINT_TEXT = """
() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const parts = numbers(getComputedStyle(at).backgroundColor);
      if (parts.length === 3 || parts[3] === 1) return parts;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(one => {
      const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    })
    .map(one => one.outerHTML.slice(0, 80));
}
"""


@pytest.fixture
def visit(browser, address):
    """Open a page and collect what went over the network and what the console said."""
    contexts = []

    def go(page: str, width: int, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.requests, tab.complaints = [], []
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("requestfailed", lambda request: tab.complaints.append(f"failed {request.url}"))
        tab.goto(address + page, wait_until="networkidle")
        return tab

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("page", FILES)
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(visit, page, width):
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(page, width)
    tab.evaluate(OPEN_ALL)
    results = Axe().run(tab).response
    found = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in results["violations"]]
    assert not found
    # axe cannot judge the contrast of cells that are scrolled out of their region; the next line does.
    assert not [rule["id"] for rule in results["incomplete"] if rule["id"] != "color-contrast"]
    assert tab.evaluate(FAINT_TEXT) == []


@pytest.mark.parametrize("page", ["index.html", "daten.html"])
def test_axe_finds_nothing_in_the_dark(visit, page):
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(page, 1280, color_scheme="dark")
    assert not [rule["id"] for rule in Axe().run(tab).response["violations"]]
    assert tab.evaluate(FAINT_TEXT) == []
    assert any("-dunkel.svg" in url for url in tab.requests if url.endswith(".svg")) or page == "daten.html"


@pytest.mark.parametrize("page", FILES)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows_and_nothing_shrinks(visit, page, width):
    tab = visit(page, width)
    tab.evaluate(OPEN_ALL)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(SMALLEST_TEXT) >= 14 if page != "404.html" else True
    assert tab.evaluate(SHRUNK_PICTURES) == []


@pytest.mark.parametrize("page", FILES)
def test_only_the_own_address_is_asked_and_no_policy_is_broken(visit, address, page):
    tab = visit(page, 1280)
    assert tab.requests and all(url.startswith(address) for url in tab.requests)
    assert tab.complaints == []


def test_pages_work_without_javascript(visit):
    tab = visit("index.html", 1280, java_script_enabled=False)
    assert tab.locator("h1").inner_text() == "Überblick"
    tab.locator("summary").first.click()
    tab.get_by_role("link", name="Papier", exact=True).click()
    assert tab.locator("h1").inner_text() == "Papier"


def test_the_keyboard_reaches_everything(visit):
    tab = visit("index.html", 1280)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#inhalt"
    tab.evaluate(OPEN_ALL)
    regions = tab.locator("[role=region]")
    assert regions.count() and all(regions.nth(at).get_attribute("tabindex") == "0" for at in range(regions.count()))


def test_no_word_of_a_chart_is_cut_or_written_over_another(visit, address, demo):
    names = sorted(path.name for path in (demo.site / "charts").glob("*.svg") if "-dunkel" not in path.name)
    tab = visit("index.html", 1280)
    for name in names:
        tab.goto(f"{address}charts/{name}")
        assert tab.evaluate(CUT_WORDS) == [], name
        if not name.startswith("prozess-"):
            assert tab.evaluate(COVERED_WORDS) == [], name


def test_bigger_text_and_wider_spacing_fit(visit):
    tab = visit("index.html", 640)
    tab.evaluate(
        "() => { const s = document.documentElement.style; s.fontSize = '200%'; s.letterSpacing = '0.12em';"
        " s.wordSpacing = '0.16em'; s.lineHeight = '1.5' }"
    )
    assert tab.evaluate("document.documentElement.scrollWidth") <= 640


def test_print_unfolds_the_tables(visit):
    tab = visit("papier.html", 794)
    tab.emulate_media(media="print")
    assert tab.locator("details table").first.is_visible()
    assert not tab.locator("nav").is_visible()
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_forced_colours_keep_pictures_and_borders(visit):
    tab = visit("index.html", 1280, forced_colors="active")
    assert tab.evaluate("getComputedStyle(document.querySelector('picture > img')).forcedColorAdjust") == "none"


def test_the_own_contrast_check_sees_faint_text(visit):
    tab = visit("404.html", 1280)
    assert tab.evaluate(FAINT_TEXT) == []
    tab.evaluate("() => { document.querySelector('h1').style.color = '#999999' }")
    assert len(tab.evaluate(FAINT_TEXT)) == 1
