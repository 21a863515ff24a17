"""A browser, a server on this machine, and a site to look at."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from dashboards.site import SECURITY_HEADERS, build_site

CHROMIUM = os.environ.get("PAPIERWENDE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DASHBOARD_TESTS = Path(__file__).parents[1] / "dashboards"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


def _published_town():
    name = "tests_dashboards_published_town"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, DASHBOARD_TESTS / "published_town.py")
        assert spec and spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


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
def address(tmp_path_factory):
    """The address of a served site; loopback only."""
    folder = tmp_path_factory.mktemp("browser")
    module = _published_town()
    module.publish(folder / "papierwende.duckdb", module.Town(cases=4000))
    build_site(folder / "papierwende.duckdb", folder / "site")
    handler = functools.partial(_Handler, directory=str(folder / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
