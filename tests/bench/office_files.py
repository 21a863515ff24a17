"""The same events as workbooks, as XML records and as an object-centric log, written quickly."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tests.bench.intake_files import TIME, event_frames
from tests.sources.connectors.ods_written import MIMETYPE, NAMES, OFFICE

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
BOOK = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OF_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{HEAD}<workbook xmlns="{SHEET}" xmlns:r="{OF_OFFICE}">'
    '<sheets><sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OF_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_xlsx_events(path: Path, rows: int) -> Path:
    """A sheet of texts; it holds at most 1,048,575 events."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in BOOK.items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{SHEET}"><sheetData>'.encode())
            for text in _rows(rows, "<row>", '<c t="inlineStr"><is><t>', "</t></is></c>", "</row>"):
                sheet.write(text)
            sheet.write(b"</sheetData></worksheet>")
    return path


def write_ods_events(path: Path, rows: int) -> Path:
    """The same sheet as LibreOffice keeps it."""
    row, cell = "<table:table-row>", '<table:table-cell office:value-type="string"><text:p>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        with book.open("content.xml", "w", force_zip64=True) as content:
            head = f'{HEAD}<office:document-content {NAMES} office:version="1.3"><office:body><office:spreadsheet>'
            content.write(f'{head}<table:table table:name="Export">'.encode())
            for text in _rows(rows, row, cell, "</text:p></table:table-cell>", "</table:table-row>"):
                content.write(text)
            end = "</table:table></office:spreadsheet></office:body></office:document-content>"
            content.write(end.encode())
        book.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"/>')
    return path


def write_xml_events(path: Path, rows: int) -> Path:
    """One element a record, its values as attributes."""
    with path.open("wb") as file:
        file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<export>\n')
        for frame in event_frames(rows):
            values = [pl.format('{}="{}"', pl.lit(name), pl.col(name)) for name in frame.columns]
            lines = pl.format("<schritt {}/>\n", pl.concat_str(values, separator=" "))
            file.write(str(frame.select(lines.str.join("")).item()).encode())
        file.write(b"</export>\n")
    return path


def write_ocel_events(path: Path, rows: int) -> Path:
    """An object-centric log as JSON: each case an object with its attributes, each event related to one."""
    with path.open("wb") as file:
        file.write(b'{"objectTypes": [{"name": "Vorgang", "attributes": []}], "eventTypes": [], "objects": [\n')
        told = ("Aktenzeichen", "Eingangsweg", "Leistung", "Vorgangsart")
        cases = pl.concat(frame.select(told) for frame in event_frames(rows))
        known = cases.unique("Aktenzeichen", keep="first", maintain_order=True)
        said = [_said(name, ', "time": "1970-01-01T00:00:00Z"') for name in known.columns[1:]]
        objects = pl.concat_str(
            pl.lit('{"id": "'), "Aktenzeichen", pl.lit('", "type": "Vorgang", "attributes": ['),
            pl.concat_str(said, separator=", "), pl.lit('], "relationships": []}'),
        )  # fmt: skip
        file.write(str(known.select(objects.str.join(",\n")).item()).encode())
        file.write(b'\n], "events": [\n')
        first = 0
        for frame in event_frames(rows):
            file.write((b",\n" if first else b"") + str(frame.select(_event(first).str.join(",\n")).item()).encode())
            first += frame.height
        file.write(b"\n]}\n")
    return path


def _event(first: int) -> pl.Expr:
    when = pl.col("Zeitpunkt").str.to_datetime(TIME).dt.strftime("%Y-%m-%dT%H:%M:00+01:00")
    return pl.concat_str(
        pl.lit('{"id": "e'), (pl.int_range(pl.len()) + first).cast(pl.String), pl.lit('", "type": "'),
        "Arbeitsschritt", pl.lit('", "time": "'), when, pl.lit('", "attributes": ['),
        _said("Organisationseinheit", ""), pl.lit('], "relationships": [{"objectId": "'), "Aktenzeichen",
        pl.lit('", "qualifier": "zu"}]}'),
    )  # fmt: skip


def _said(name: str, more: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f'{{"name": "{name}"{more}, "value": "'), pl.col(name), pl.lit('"}'))


def _rows(rows: int, before: str, open_cell: str, close_cell: str, after: str) -> Iterator[bytes]:
    """A sheet's rows, the first with the names of the columns."""
    for number, frame in enumerate(event_frames(rows)):
        if number == 0:
            yield f"{before}{''.join(f'{open_cell}{name}{close_cell}' for name in frame.columns)}{after}".encode()
        cells = pl.concat_str(
            pl.lit(before), *(pl.concat_str(pl.lit(open_cell), name, pl.lit(close_cell)) for name in frame.columns),
            pl.lit(after),
        )  # fmt: skip
        yield str(frame.select(cells.str.join("")).item()).encode()
