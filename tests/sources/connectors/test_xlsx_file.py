"""XLSX: typed cells by name; nothing of what a spreadsheet hides, mangles or packs too small gets through unseen."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sources.town.folder import read_town
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import admitted, case_id, make_source, make_town, reasons

SOURCE = make_source(format="xlsx")
AT = dt.datetime(2026, 3, 2, 9, 15, 30)
HEADER = ("case", "step", "at")


def file(folder: Path, *rows: Sequence[Any], name: str = "x.xlsx", sheets: Sequence[str] = ("Daten",)) -> Path:
    """A workbook whose first sheet holds the rows; a number stays a number, a text a text, a moment a moment."""
    path = folder / name
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm:ss", "in_memory": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows if sheet == sheets[0] else ()):
            for place, cell in enumerate(row):
                write = page.write_string if isinstance(cell, str) else page.write
                write(number, place, cell) if cell is not None else None
    book.close()
    return path


def repacked(path: Path, *more: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        for name, content in more:
            book.writestr(name, content)
    return path


def through_the_door(folder: Path, path: Path, source: Source) -> tuple[Any, list[tuple[int, str, str | None]]]:
    from sources.connectors.files import read_batches

    town = read_town(make_town(folder / "town"))
    result = admitted(town, list(read_batches(path, source)), source)
    return result.records[source.records[0].name], reasons(result)


def test_cells_come_as_they_are_typed(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, HEADER, (1001, "Eingang", AT), (1002, "Ende", AT)), SOURCE)
    assert (found.positions, found.column("step"), found.column("at")) == ([1, 2], ["Eingang", "Ende"], [AT, AT])
    events, _ = through_the_door(tmp_path, tmp_path / "x.xlsx", SOURCE)
    assert events["case_id"].to_list() == [case_id("1001"), case_id("1002")]
    assert events["occurred_at"].to_list() == [dt.datetime(2026, 3, 2, 8, 15, 30)] * 2


def test_columns_are_found_by_name_whatever_stands_around_them(tmp_path: Path) -> None:
    rows = (("", "at", None, "case", "Bemerkung", "step"), (None, AT, None, "A-1", "frei", "Eingang"))
    found = rows_of(file(tmp_path, *rows), SOURCE)
    assert (found.column("case"), found.frame.width, found.read) == (["A-1"], 4, 1)


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    rows = (("Fallliste März", None, None), (None,), HEADER, ("A-1", "Eingang", AT))
    assert rows_of(file(tmp_path, *rows), make_source(format="xlsx", header_row=3)).column("case") == ["A-1"]


def test_empty_rows_are_no_rows(tmp_path: Path) -> None:
    rows = (HEADER, ("A-1", "Eingang", AT), (None,), ("  ", "", None), ("A-2", "Ende", AT), (None,))
    found = rows_of(file(tmp_path, *rows), SOURCE)
    assert (found.positions, found.column("case")) == ([1, 2], ["A-1", "A-2"])


def test_a_row_that_says_something_only_in_a_column_nobody_wants_is_a_row(tmp_path: Path) -> None:
    rows = ((*HEADER, "note"), ("A-1", "Eingang", AT), (None, None, None, "Summe"))
    _, refused = through_the_door(tmp_path, file(tmp_path, *rows), SOURCE)
    assert refused == [(2, "missing_value", "case")]


def test_a_header_broken_over_lines_is_one_name(tmp_path: Path) -> None:
    source = make_source({"case_ref": "Vorgang Nr", "activity": "step", "occurred_at": "at"}, format="xlsx")
    assert rows_of(file(tmp_path, (" Vorgang\nNr ", "step", "at"), ("A-1", "a", AT)), source).read == 1


def test_leading_zeros_of_texts_stay(tmp_path: Path) -> None:
    """D16: a text cell keeps its zeros."""
    assert rows_of(file(tmp_path, HEADER, ("01067", "a", AT), ("00012", "b", AT)), SOURCE).column("case")[0] == "01067"


def test_a_number_too_long_for_a_spreadsheet_is_a_mangled_reference(tmp_path: Path) -> None:
    """D17: of more than 15 digits the rest is lost; two cases must not become one."""
    rows = (HEADER, (123456789012345678, "a", AT), (123456789012345, "b", AT))
    events, refused = through_the_door(tmp_path, file(tmp_path, *rows), SOURCE)
    assert refused == [(1, "mangled_reference", "case")]
    assert events["case_id"].to_list() == [case_id("123456789012345")]


def test_a_long_number_among_texts_is_mangled_and_the_same_digits_as_text_are_not(tmp_path: Path) -> None:
    """D17: who typed it with an apostrophe has all digits."""
    rows = (HEADER, (123456789012345678, "a", AT), ("123456789012345678", "b", AT), ("A-1", "c", AT))
    events, refused = through_the_door(tmp_path, file(tmp_path, *rows), SOURCE)
    assert refused == [(1, "mangled_reference", "case")]
    assert events["case_id"].to_list() == [case_id("123456789012345678"), case_id("A-1")]


def test_a_reference_a_spreadsheet_wrote_as_text_in_scientific_dress_is_refused(tmp_path: Path) -> None:
    """D17: 1,23E+11 as text."""
    _, refused = through_the_door(tmp_path, file(tmp_path, HEADER, ("1,23E+11", "a", AT)), SOURCE)
    assert refused == [(1, "mangled_reference", "case")]


def test_numbers_and_texts_in_one_column_are_texts(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, HEADER, (1001, "a", AT), ("A-1", "b", AT), (7.5, "c", AT)), SOURCE)
    assert found.column("case") == ["1001", "A-1", "7.5"]


def test_amounts_typed_and_written_in_one_column_are_each_read_in_their_dress(tmp_path: Path) -> None:
    """D14: 1.234 is a thousand as German text and one and a bit as a number."""
    columns = {"counted_on": "Tag", "value": "Zahl"}
    source = make_source(columns, format="xlsx", kind="files", system="scan", decimal=",")
    day = dt.datetime(2026, 3, 2)
    cells = ("1.234", 1.234, -1.234, 1234.5, "1.234,5", 17, "unbekannt")
    found = rows_of(file(tmp_path, ("Tag", "Zahl"), *((day, cell) for cell in cells)), source)
    assert found.column("Zahl") == ["1.234", "1,234", "-1,234", "1234,5", "1.234,5", "17", "unbekannt"]


def test_times_typed_and_written_in_one_column_are_each_read(tmp_path: Path) -> None:
    """D15: Excel's own times and German texts side by side; a bare serial number is not guessed at."""
    source = make_source(format="xlsx", timestamp_format="%d.%m.%Y %H:%M")
    rows = (HEADER, (1, "a", AT), (2, "b", "02.03.2026 09:15"), (3, "c", 46083.5), (4, "d", "2.3.26"))
    events, refused = through_the_door(tmp_path, file(tmp_path, *rows), source)
    assert events["occurred_at"].to_list() == [dt.datetime(2026, 3, 2, 8, 15)] * 2
    assert refused == [(3, "unreadable_time", "at"), (4, "unreadable_time", "at")]


def test_days_typed_and_written_in_one_column_are_each_read(tmp_path: Path) -> None:
    """D15: days of both kinds."""
    source = make_source(
        {"counted_on": "Tag", "value": "Zahl"}, format="xlsx", kind="files", system="scan", date_format="%d.%m.%Y"
    )
    rows = (("Tag", "Zahl"), (dt.datetime(2026, 3, 2), 1), ("03.03.2026", 2), (dt.date(2026, 3, 4), 3))
    counts, refused = through_the_door(tmp_path, file(tmp_path, *rows), source)
    assert (counts["counted_on"].to_list(), refused) == ([dt.date(2026, 3, day) for day in (2, 3, 4)], [])


def test_serial_numbers_without_a_date_format_are_not_guessed_at(tmp_path: Path) -> None:
    """D15: 46083 may be a day or a count."""
    _, refused = through_the_door(tmp_path, file(tmp_path, HEADER, (1, "a", 46083), (2, "b", 46084)), SOURCE)
    assert refused == [(1, "unreadable_time", "at"), (2, "unreadable_time", "at")]


def test_truths_and_times_of_day_stay_what_they_are(tmp_path: Path) -> None:
    columns = {"submission_ref": "n", "is_assisted": "hilfe", "started_at": "um"}
    rows = (("n", "hilfe", "um"), ("1", True, dt.time(9, 15)), ("2", False, dt.timedelta(hours=30)))
    submissions, refused = through_the_door(tmp_path, file(tmp_path, *rows), make_source(columns, format="xlsx"))
    assert (submissions.height, [(code, column) for _, code, column in refused]) == (0, [("impossible_year", "um")] * 2)


def test_the_declared_sheet_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER, ("A-1", "a", AT), sheets=("Liste", "Hinweise"))
    assert rows_of(path, make_source(format="xlsx", sheet="Liste")).read == 1
    assert rows_of(path, SOURCE).read == 1


def test_a_missing_sheet_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER, sheets=("Liste", "Hinweise"))
    assert refusal_of(path, make_source(format="xlsx", sheet="Daten")) == (
        "sheet_missing",
        "x.xlsx: no sheet 'Daten' among its 2; `papierwende sources test` lists them, correct sheet in town.toml.",
    )


def test_an_empty_sheet_and_a_header_row_below_its_end_are_refused(tmp_path: Path) -> None:
    """D1: nothing is there."""
    assert refusal_of(file(tmp_path), SOURCE) == (
        "empty_file",
        "x.xlsx: sheet 'Daten' has no row 1; correct header_row or the export.",
    )
    assert refusal_of(file(tmp_path, HEADER), make_source(format="xlsx", header_row=9))[0] == "empty_file"


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    """D2: valid and empty."""
    found = rows_of(file(tmp_path, HEADER), SOURCE)
    assert (found.read, found.frame.columns[1:]) == (0, list(HEADER))


def test_a_column_that_stands_twice_is_refused_if_it_is_wanted(tmp_path: Path) -> None:
    """D13: which of the two is meant, nobody knows."""
    assert refusal_of(file(tmp_path, (*HEADER, "case"), ("1", "a", AT, "2")), SOURCE) == (
        "column_twice",
        "x.xlsx: column 'case' stands twice in the header; keep one.",
    )
    assert rows_of(file(tmp_path, (*HEADER, "x", "x"), ("1", "a", AT, 1, 2)), SOURCE).read == 1


def test_a_missing_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, ("Case_", "step", "at"), ("1", "a", AT)), SOURCE)
    assert (code, "column 'case' is missing; the nearest is 'Case_'" in said) == ("column_missing", True)


def test_a_sheet_without_header_gets_its_names_from_the_town(tmp_path: Path) -> None:
    source = make_source(format="xlsx", header=HEADER)
    assert rows_of(file(tmp_path, ("A-1", "a", AT), ("A-2", "b", AT)), source).column("case") == ["A-1", "A-2"]
    code, said = refusal_of(file(tmp_path, ("A-1", "a")), source)
    assert (code, "column 'at' is missing" in said) == ("column_missing", True)


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    """D25: with a password a workbook is no zip."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(99)
    )
    assert refusal_of(path, SOURCE) == (
        "encrypted_file",
        "x.xlsx: the workbook is encrypted; have it saved without a password.",
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"case;step;at\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)],
    ids=["nothing", "a beginning", "csv", "old excel"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    code, said = refusal_of(path, SOURCE)
    assert (code, "save it anew as .xlsx" in said) == ("unreadable_xlsx", True)


def test_a_workbook_cut_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = file(tmp_path, HEADER, *((str(n), f"step {n}", AT) for n in range(300))).read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-30], whole.replace(b"xl/workbook.xml", b"xl/workbooc.xml")):
        path = tmp_path / "x.xlsx"
        path.write_bytes(broken)
        assert refusal_of(path, SOURCE)[0] == "unreadable_xlsx"


def test_macros_and_links_are_told_and_never_followed(tmp_path: Path) -> None:
    """D25: cells are read, code is not."""
    path = repacked(
        file(tmp_path, HEADER, ("A-1", "a", AT), name="x.xlsm"),
        ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    )
    assert rows_of(path, SOURCE).warnings == [
        "x.xlsm: holds macros, which are never run.",
        "x.xlsm: holds cells from other workbooks, which are read as last saved.",
    ]


def test_a_formula_is_read_as_last_calculated_and_an_error_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write_formula(1, 0, '=HYPERLINK("http://127.0.0.1:9/")', None, "A-1")
    page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    page.write(1, 2, "2026-03-02")
    book.close()
    found = rows_of(path, SOURCE)
    assert (found.column("case"), found.column("step")) == (["A-1"], [None])


def bombs() -> dict[str, Callable[[Path], bytes]]:
    def packed(path: Path, size: int, declared: int | None = None) -> bytes:
        content = io.BytesIO(path.read_bytes())
        with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/sharedStrings2.xml", bytes(size))
        data = content.getvalue()
        if declared is not None:
            data = data.replace(size.to_bytes(4, "little"), declared.to_bytes(4, "little"))
        return data

    return {
        "declared": lambda path: packed(path, 60 << 20),
        "lying": lambda path: packed(path, 22 << 20, 1000),
    }


@pytest.mark.parametrize(("bomb", "code"), [("declared", "bomb"), ("lying", "workbook_too_large")])
def test_a_workbook_that_unpacks_too_large_is_refused_whatever_it_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: str, code: str
) -> None:
    """D25: huge shared strings, packed small."""
    monkeypatch.setattr("sources.connectors.xlsx.MOST_BYTES", 20 << 20)
    path = file(tmp_path, HEADER, ("A-1", "a", AT))
    path.write_bytes(bombs()[bomb](path))
    assert refusal_of(path, SOURCE)[0] == code


def test_a_workbook_too_large_for_memory_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.connectors.xlsx.MOST_BYTES", 1 << 20)
    path = repacked(file(tmp_path, HEADER), ("xl/media/picture.bin", bytes(2 << 20)))
    assert refusal_of(path, SOURCE) == (
        "workbook_too_large",
        "x.xlsx: unpacks to more than 1 MB; deliver it as CSV, which has no limit.",
    )


def test_a_lone_cell_in_the_far_corner_is_refused_before_it_takes_all_memory(tmp_path: Path) -> None:
    """D25: a sheet of two kilobytes, a rectangle of seventeen thousand million cells."""
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write(1_048_575, 16_383, "x")
    book.close()
    assert refusal_of(path, SOURCE) == (
        "workbook_too_large",
        "x.xlsx: a sheet reaches to row 1,048,576 and column 16,384; delete what stands far outside of the table, "
        "or deliver it as CSV, which has no limit.",
    )


def test_far_cells_that_are_only_coloured_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, ("A-1", "a", "2026-03-02"))
    page.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "yellow"}))
    book.close()
    assert rows_of(path, SOURCE).read == 1


def test_a_workbook_of_a_thousand_parts_is_refused(tmp_path: Path) -> None:
    path = repacked(file(tmp_path, HEADER), *((f"xl/part{number}.xml", b"") for number in range(1001)))
    assert refusal_of(path, SOURCE)[0] == "bomb"


def test_rows_come_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.xlsx.BATCH_ROWS", 7)
    found = rows_of(file(tmp_path, HEADER, *((str(n), "a", AT) for n in range(1, 31))), SOURCE)
    assert (found.positions, found.column("case")) == (list(range(1, 31)), [str(n) for n in range(1, 31)])


def test_a_packed_workbook_is_unpacked_to_a_private_place_and_nothing_of_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(file(tmp_path, HEADER, ("A-1", "a", AT)), "liste.xlsx")
    assert rows_of(path, SOURCE).column("case") == ["A-1"]
    assert list(place.iterdir()) == []


def test_a_second_sheet_of_the_same_columns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    for name, case in (("2025", "1"), ("2026", "2"), ("Deckblatt", "")):
        page = book.add_worksheet(name)
        for number, row in enumerate((HEADER, (case, "check", "02.03.2026")) if case else (("Stand",),)):
            page.write_row(number, 0, row)
    book.close()
    found = rows_of(path, SOURCE)
    assert found.column("case") == ["1"]
    assert found.warnings == [
        "x.xlsx: 1 other sheet has the mapped columns too and is not read; name the one that counts by sheet in "
        "town.toml, or deliver a file for each."
    ]
    assert rows_of(path, make_source(format="xlsx", sheet="2026")).warnings == []
