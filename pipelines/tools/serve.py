"""Serving the published site on loopback, by generation: a page and its charts never come from two of them."""

from __future__ import annotations

import http.server
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from dashboards.site import SECURITY_HEADERS
from pipelines.run.generation import published_generation
from pipelines.run.outcome import Exit, Stop

LOOPBACK = "127.0.0.1"


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """``/`` leads to the current generation; ``/<generation>/…`` stays within it."""

    def __init__(self, *request: object, town_folder: Path) -> None:
        """Serve one town's generations."""
        self._town_folder = town_folder
        super().__init__(*request, directory=str(town_folder / "generations"))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer a page, or lead to the current generation."""
        if not self._leads_on():
            super().do_GET()

    def do_HEAD(self) -> None:
        """The same without the page."""
        if not self._leads_on():
            super().do_HEAD()

    def _leads_on(self) -> bool:
        """Lead from the root to the current generation; whether that was the answer."""
        if self.path.split("?", 1)[0] not in ("/", "/index.html"):
            return False
        current = published_generation(self._town_folder)
        if current is None:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return True
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"/{current}/index.html")
        self.end_headers()
        return True

    def translate_path(self, path: str) -> str:
        """Only what lies in a generation's site may be read; anything else is not found."""
        asked = unquote(path.split("?", 1)[0]).replace("\x00", "").lstrip("/")
        generation, _, page = asked.partition("/")
        site = self._town_folder / "generations" / generation / "site"
        wanted = (site / (page or "index.html")).resolve()
        inside = (
            not generation.startswith(".")
            and site.is_dir()
            and wanted.is_relative_to(site.resolve())
            and wanted.is_file()
        )
        return str(wanted if inside else site / "no-such-page")

    def end_headers(self) -> None:
        """Every answer carries the security headers."""
        for name, value in SECURITY_HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Visits are not logged."""


def site_server(town_folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server on loopback that is ready to ``serve_forever``.

    Raises:
        Stop: nothing is published yet, or the port is taken.
    """
    if published_generation(town_folder) is None:
        raise Stop(
            Exit.CONFIGURATION, f"{town_folder}: nothing is published yet; run `papierwende run {town_folder}` first."
        )
    try:
        return http.server.ThreadingHTTPServer((LOOPBACK, port), partial(SiteHandler, town_folder=town_folder))
    except OSError as error:
        raise Stop(Exit.CONFIGURATION, f"Port {port} is taken; choose another with --port.") from error
