"""A browser, and a server on this machine for the invented town's site."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.site import SECURITY_HEADERS
from tests.walked import Walked

CHROMIUM = os.environ.get("PAPIERWENDE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    reason = None
    if not Path(CHROMIUM).exists():
        reason = f"no Chromium at {CHROMIUM}"
    elif importlib.util.find_spec("playwright") is None or importlib.util.find_spec("axe_playwright_python") is None:
        reason = "playwright or axe-playwright-python is not installed"
    if reason and os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason}; in CI the pages must be looked at")
    if reason:
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files with the headers a real server sends."""

    def end_headers(self):
        for name, value in SECURITY_HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format, *args):
        """Keep the test output quiet."""


@pytest.fixture(scope="session")
def address(demo: Walked) -> Iterator[str]:
    """The address of the invented town's site, served; loopback only."""
    assert demo.exit_code == 3, demo.said
    handler = functools.partial(_Handler, directory=str(demo.site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
