"""From the published file to a folder of pages: the only place that writes files of the site.

The same file gives the same bytes: no clock, no random number, no order left to chance. Nothing in a page needs a
script, nothing is fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboards.pages import backlog, overview, paper, savings, state_of_data, throughput
from dashboards.pages.context import PageContext, page_context
from dashboards.questions.marts import open_marts
from dashboards.writing.elements import Page
from dashboards.writing.html import Writer

POLICY: Final = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"
SECURITY_HEADERS: Final[dict[str, str]] = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What a server of the site sends along; `frame-ancestors` only works as a header."""

PAGES: Final[dict[str, Callable[[PageContext], Page]]] = {
    "index.html": overview.page,
    "durchlaufzeiten.html": throughput.page,
    "rueckstand.html": backlog.page,
    "papier.html": paper.page,
    "einsparungen.html": savings.page,
    "daten.html": state_of_data.page,
}
"""The pages of figures by their file, in the order of the navigation; the tests take theirs from here."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class SiteSummary:
    """What was written.

    `hidden` is what the next generation's pages need to know of which rows these hide.
    """

    generation_id: str
    pages: int
    charts: int
    csv_files: int
    hidden: str


def build_site(database: Path, folder: Path, progress: Progress | None = None, hidden_before: str = "") -> SiteSummary:
    """Write the site of one generation.

    Args:
        database: the published DuckDB file; opened read-only.
        folder: where the site goes; made when absent, must be empty.
        progress: called with the page in work, how many are done, how many there are.
        hidden_before: `hidden` of the generation that readers had before; empty where there is none.

    Raises:
        FileExistsError: the folder holds something.
        EmptyChartError: a chart would not show all its rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; a site is only written into an empty folder")
    tell: Progress = progress or (lambda _name, _done, _total: None)
    total = len(PAGES) + 1
    with open_marts(database, hidden_before) as marts:
        have = page_context(marts)
        pages: dict[str, Page] = {}
        for done, (file, make) in enumerate(PAGES.items()):
            pages[file] = page = make(have)
            tell(page.name, done, total)
        writer, hidden = Writer(folder, marts.setting, POLICY), marts.hidden.text()
    for file, page in pages.items():
        writer.add(file, page)
    tell("Dateien", len(PAGES), total)
    writer.finish()
    tell("fertig", total, total)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return SiteSummary(
        generation_id=writer.setting.generation_id,
        pages=sum(path.suffix == ".html" for path in files),
        charts=writer.charts,
        csv_files=sum(path.suffix == ".csv" for path in files),
        hidden=hidden,
    )
