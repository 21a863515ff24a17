"""The picture README opens with, taken of the invented town: ``make pictures``."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.house.blueprint import ROOT

PICTURES = {"index.html": ROOT / "docs" / "pictures" / "ueberblick.png"}
WIDTH, HEIGHT = 1280, 1500


def take(site: Path) -> None:
    """Photograph the upper part of the pages of a published site."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name, picture in PICTURES.items():
            page.goto((site / name).resolve().as_uri())
            picture.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) / "current" / "site")
