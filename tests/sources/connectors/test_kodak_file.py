"""INDEX.DAT of the Kodak Capture family: what stands where depends on the record type, and none is guessed."""

from pathlib import Path

import pytest

from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

COLUMNS = {"document_ref": "document_number", "scanned_at": "index_3", "case_ref": "index_1", "pages": "images"}
SOURCE = make_source(COLUMNS, system="scan", format="kodak", date_format="%m%d%Y")
MANUAL = '"I04t";"01";"0000000001";"0000000004";"C12345";;"12201997"'


def file(folder: Path, *lines: str, encoding: str = "windows-1252", end: str = "\r\n") -> Path:
    path = folder / "INDEX.DAT"
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def test_the_manuals_own_record_is_read(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, MANUAL), SOURCE)
    assert found.column("document_number") == [f"{tmp_path.name}/0000000001"]
    assert found.column("images") == ["0000000004"]
    assert (found.column("index_1"), found.column("index_3")) == (["C12345"], ["12201997"])


@pytest.mark.parametrize(
    ("line", "images", "index_1"),
    [
        ('"I04t";"01";"0000000001";"0000000004";"C1"', "0000000004", "C1"),
        ('"I05u";"01";"0000000001";"C1";"x"', None, "C1"),
        ('"I02r";"02";"0000000001";"0000000005";"0000000009";"C1"', "5", "C1"),
        ('"I02r";"02";"0000000001";"0000000009";"0000000005";"C1"', None, "C1"),
        ('"I01q";"07";"0000000001";"0000000006";"0000000012";"C1"', "0000000012", "C1"),
    ],
    ids=["images", "none told", "from and to", "to before from", "pages and images"],
)
def test_each_record_type_tells_its_images_in_its_way(
    tmp_path: Path, line: str, images: str | None, index_1: str
) -> None:
    columns = {"document_ref": "document_number", "scanned_at": "record_type", "case_ref": "index_1", "pages": "images"}
    found = rows_of(file(tmp_path, line), make_source(columns, system="scan", format="kodak"))
    assert (found.column("images"), found.column("index_1")) == ([images], [index_1])


def test_a_quote_is_written_twice_and_a_semicolon_may_stand_in_quotes(tmp_path: Path) -> None:
    line = '"I04t";"01";"0000000001";"0000000004";"Müller ""KG""; 7";;"12201997"'
    assert rows_of(file(tmp_path, line), SOURCE).column("index_1") == ['Müller "KG"; 7']


def test_an_unknown_record_type_goes_to_quarantine(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, MANUAL, '"I99x";"01";"0000000002"', MANUAL), SOURCE)
    assert (found.positions, found.faults) == ([1, 3], [(2, "unknown_record_type")])


def test_a_record_that_breaks_off_goes_to_quarantine(tmp_path: Path) -> None:
    """D4: the last line is cut."""
    found = rows_of(file(tmp_path, MANUAL, '"I04t";"01"', end="\n"), SOURCE)
    assert (found.read, found.faults) == (2, [(2, "cut_line")])


def test_a_quote_that_never_ends_refuses_the_file(tmp_path: Path) -> None:
    """D11: what follows would belong to it."""
    code, said = refusal_of(file(tmp_path, MANUAL, '"I04t";"01";"0000000002'), SOURCE)
    assert (code, "have the export run again" in said) == ("unreadable_csv", True)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """D1: 0 bytes."""
    assert refusal_of(file(tmp_path), SOURCE) == (
        "empty_file",
        "INDEX.DAT: the file is empty; have the export run again.",
    )


def test_another_encoding_is_declared_or_refused(tmp_path: Path) -> None:
    """D8: the byte that is no Windows-1252 is told."""
    line = MANUAL.replace("C12345", "Prüfung Á")
    declared = make_source(COLUMNS, system="scan", format="kodak", encoding="utf-8")
    assert rows_of(file(tmp_path, line, encoding="utf-8"), declared).column("index_1") == ["Prüfung Á"]
    assert refusal_of(file(tmp_path, line), declared) == (
        "wrong_encoding",
        "INDEX.DAT: not utf-8 near line 1 (byte 0xfc); declare the file's encoding in [[source]] 's'.",
    )
    (tmp_path / "INDEX.DAT").write_bytes(MANUAL.replace("C12345", "C\x81").encode("latin-1"))
    assert refusal_of(tmp_path / "INDEX.DAT", SOURCE)[0] == "wrong_encoding"


def test_utf_8_that_passes_for_western_is_refused_too(tmp_path: Path) -> None:
    """D8: every byte of it is a Windows-1252 sign, but none of them is meant."""
    line = MANUAL.replace("C12345", "Prüfung")
    assert refusal_of(file(tmp_path, MANUAL, line, encoding="utf-8"), SOURCE) == (
        "mixed_encodings",
        "INDEX.DAT line 2: this line is UTF-8 although windows-1252 is taken; declare encoding in [[source]] 's'.",
    )


def test_an_index_in_the_letters_of_dos_is_refused_too(tmp_path: Path) -> None:
    line = MANUAL.replace("C12345", "Anträge")
    code, said = refusal_of(file(tmp_path, MANUAL, line, encoding="cp850"), SOURCE)
    assert (code, said.split(";")[0]) == (
        "wrong_encoding",
        "INDEX.DAT line 2: its umlauts are those of DOS (cp850), not of windows-1252",
    )


def test_an_index_no_record_has_is_refused_when_it_is_needed_and_null_when_not(tmp_path: Path) -> None:
    needed = make_source({**COLUMNS, "scanned_at": "index_9"}, system="scan", format="kodak")
    code, said = refusal_of(file(tmp_path, MANUAL), needed)
    assert (code, "column 'index_9' is missing" in said) == ("column_missing", True)
    spare = make_source({**COLUMNS, "case_ref": "index_7"}, system="scan", format="kodak")
    assert rows_of(file(tmp_path, MANUAL), spare).column("index_7") == [None]


def test_records_come_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.kodak.BATCH_ROWS", 3)
    found = rows_of(file(tmp_path, *([MANUAL] * 4), "", '"I77";"x"', *([MANUAL] * 4)), SOURCE)
    assert sorted([*found.positions, *(place for place, _ in found.faults)]) == list(range(1, 10))
