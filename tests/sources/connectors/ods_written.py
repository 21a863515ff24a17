"""ODS workbooks as LibreOffice writes them, as far as a reader looks: cells with their types, and repetitions."""

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(f'xmlns:{part}="{OFFICE}:{part}:1.0"' for part in ("office", "table", "text"))
# What stands below and beside every sheet.
REST = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def write_ods(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], more: str = REST, manifest: str = "") -> Path:
    """A workbook with these sheets; ``more`` stands at the end of each of them."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}{more}</table:table>'
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def _row(cells: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case dt.date():
            said = f'date" office:date-value="{value.isoformat()}'
        case int() | float():
            said = f'float" office:value="{value}'
        case _:
            said = "string"
    return f'<table:table-cell office:value-type="{said}"><text:p>{escape(str(value))}</text:p></table:table-cell>'
