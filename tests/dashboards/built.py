"""A built site read back: what a page says, what its tables and their CSV files hold."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from typing import Any

from tests.walked import ask

HIDDEN, UNKNOWN = ".", "k. A."


def figures(site: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows from the published file a site was made from."""
    return ask(site.parent / "papierwende.duckdb", query, *values)


def plain_text(path: Path) -> str:
    """What a page says, without its tags, one blank for many."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))).strip()


def page_table(site: Path, page: str, slug: str) -> list[list[str]]:
    """The cells of a table on a page, its header first."""
    text = (site / page).read_text(encoding="utf-8")
    table = next(part for part in re.findall(r"<table>.*?</table>", text, re.DOTALL) if f'id="t-{slug}"' in part)
    return [
        [unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]


def csv_rows(path: Path) -> list[list[str]]:
    """The cells of a CSV file, its header first."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";"))


def amount(cell: str) -> float:
    """A number as a CSV file holds it."""
    return float(cell.replace(",", "."))
