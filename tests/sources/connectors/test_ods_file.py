"""ODS: typed cells by name, as of XLSX; nothing that is packed too small, encrypted or no workbook gets through."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from sources.connectors import apart
from sources.proposal.propose import propose
from tests.sources.connectors.ods_written import write_ods
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

SOURCE = make_source(format="ods")
AT = dt.datetime(2026, 3, 2, 9, 15, 30)
HEADER = ("case", "step", "at")
ROWS = ((1001, "Eingang", AT), (1002, "Ende", AT))


def test_cells_come_as_they_are_typed(tmp_path: Path) -> None:
    found = rows_of(write_ods(tmp_path / "x.ods", {"Daten": (HEADER, *ROWS)}), SOURCE)
    assert (found.positions, found.column("step"), found.column("at")) == ([1, 2], ["Eingang", "Ende"], [AT, AT])
    assert found.column("case") == [1001, 1002]


def test_titles_sheets_and_empty_rows_are_as_in_every_workbook(tmp_path: Path) -> None:
    rows = (("Auswertung",), (None,), HEADER, ROWS[0], (None, None, None), ROWS[1])
    path = write_ods(tmp_path / "x.ods", {"Hinweise": (("nur intern",),), "Daten": rows})
    source = make_source(format="ods", sheet="Daten", header_row=3)
    assert rows_of(path, source).column("case") == [1001, 1002]
    assert refusal_of(path, make_source(format="ods", sheet="Bestand"))[0] == "sheet_missing"


def test_days_among_texts_are_read_in_the_declared_form(tmp_path: Path) -> None:
    rows = (("A-1", "Eingang", AT), ("A-2", "Ende", "03.03.2026 10:00:00"))
    source = make_source(format="ods", timestamp_format="%d.%m.%Y %H:%M:%S")
    found = rows_of(write_ods(tmp_path / "x.ods", {"Daten": (HEADER, *rows)}), source)
    assert found.column("at") == ["02.03.2026 09:15:30", "03.03.2026 10:00:00"]


def test_it_is_read_in_a_process_of_its_own() -> None:
    assert "ods" in apart.APART


@pytest.mark.parametrize(
    "more",
    [
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16000"><text:p>a</text:p></table:table-cell></table:table-row>',
        '<table:table-row table:number-rows-repeated="1048000"/><table:table-row><table:table-cell '
        'table:number-columns-repeated="16000"/><table:table-cell office:value-type="string"/></table:table-row>',
    ],
    ids=["one element for a million rows", "one cell in a far corner"],
)
def test_a_few_bytes_that_stand_for_billions_of_cells_are_refused(tmp_path: Path, more: str) -> None:
    path = write_ods(tmp_path / "x.ods", {"Daten": (HEADER, *ROWS)}, more)
    assert refusal_of(path, SOURCE)[0] == "workbook_too_large"


def test_an_encrypted_workbook_is_told(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "x.ods", {"Daten": (HEADER,)}, manifest="<manifest:encryption-data/>")
    assert refusal_of(path, SOURCE)[0] == "encrypted_file"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<!DOCTYPE x><office/>", b"<office>"])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ods"
    if content.startswith(b"<"):
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("content.xml", content)
    else:
        path.write_bytes(content)
    assert refusal_of(path, SOURCE) == (
        "unreadable_ods",
        "x.ods: no complete ODS workbook; save it anew as .ods or .xlsx, without a password.",
    )


def test_a_mapping_is_proposed_for_it(tmp_path: Path) -> None:
    rows = (("Haushalt 2026",), ("Produktkonto", "Haushaltsjahr", "Ansatz"), ("1115.528100", 2026, 1500.5))
    path = write_ods(tmp_path / "haushalt.ods", {"Haushalt": rows})
    proposal = propose(path, today=dt.date(2026, 11, 22))
    assert (proposal.options["format"], proposal.options["header_row"]) == ("ods", 2)
    assert proposal.records == ("budget_lines",)
