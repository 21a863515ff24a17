"""The beginning of a CSV nobody described: its encoding told by its letters, rows of another width than their header."""

from pathlib import Path

import pytest

from sources.connectors.csv.header import read_header
from sources.connectors.csv.single_byte import other_single_byte, single_byte_encoding

GERMAN = ["Stelle;Amt;VZÄ;Größe", "Prüfung;Maßnahme", "MASSNAHME ÜBERGANG", "Straße", "Müller", "ÄNDERUNG", "Übertrag"]
# What DOS reads as umlauts stands where none can: quotes, dashes and signs of Windows.
OF_WINDOWS = ["„Antrag“ geprüft”", "„Antrag“;„Ärger“ “Öl”", "„Antrag” vom Amt™", "1,00 € – 2,00 €", "Amt…"]


@pytest.mark.parametrize("text", GERMAN)
@pytest.mark.parametrize("encoding", ["windows-1252", "cp850"])
def test_umlauts_tell_windows_from_dos(text: str, encoding: str) -> None:
    assert single_byte_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("text", OF_WINDOWS)
def test_signs_of_windows_are_no_umlauts_of_dos(text: str) -> None:
    assert single_byte_encoding(text.encode("windows-1252")) == "windows-1252"


def test_a_file_in_the_letters_of_dos_shows_its_names(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("Stelle;VZÄ;Gebühr\n1;0,5;Müll\n".encode("cp850"))
    header = read_header(path, {})
    assert (header.names, header.options["encoding"]) == (["Stelle", "VZÄ", "Gebühr"], "cp850")


@pytest.mark.parametrize(
    ("text", "names", "row", "said"),
    [
        ("a;b;c\n1;x;2;\n2;y;3;\n", ["a", "b", "c", "column_4"], 2, "Each row ends in a delimiter too many"),
        ("a;b;c;\n1;x;2\n2;y;3\n", ["a", "b", "c"], 2, "The header ends in a delimiter too many"),
        ("Titel\n\na;b;c\n1;x;2;\n2;y;3;\n", ["a", "b", "c", "column_4"], 4, "Above the header stand 2 rows"),
    ],
)
def test_a_delimiter_too_many_is_said(tmp_path: Path, text: str, names: list[str], row: int, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    header = read_header(path, {})
    assert (header.names, header.options["header"], header.options["header_row"]) == (names, names, row)
    assert header.notes[0].startswith(said)


@pytest.mark.parametrize("text", ["a;b;c\n1;x;2;9\n2;y;3;8\n", "a;b;c;\n1;x;2;\n", "a;b;c\n1;x;2\n2;y;3;\n3;z;4\n"])
def test_a_column_that_holds_something_is_no_delimiter_too_many(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert "header" not in read_header(path, {}).options


def test_years_are_names_of_columns_where_no_years_stand_below(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Nr.;Art;2024;2025\n1;Steuern;10200000;10400000\n", encoding="utf-8")
    assert read_header(path, {}).names == ["Nr.", "Art", "2024", "2025"]
    path.write_text("1;Steuern;2024;2025\n2;Gebühren;2024;2026\n", encoding="utf-8")
    assert read_header(path, {}).names == ["column_1", "column_2", "column_3", "column_4"]


@pytest.mark.parametrize("text", ["Gebühr", "Prüfung;Maßnahme", "Größe", "Straße", "Anträge"])
def test_umlauts_within_words_tell_what_is_not_declared(text: str) -> None:
    dos, windows = text.encode("cp850"), text.encode("windows-1252")
    assert (other_single_byte(dos, "cp1252"), other_single_byte(windows, "cp850")) == ("cp850", "windows-1252")
    assert (other_single_byte(windows, "cp1252"), other_single_byte(dos, "cp850")) == (None, None)


@pytest.mark.parametrize("text", [*OF_WINDOWS, "Málaga", "Guaíra;diálogo", "„müssen“ „wort“ „wort“ Straße"])
def test_signs_of_windows_refuse_no_file_of_windows(text: str) -> None:
    assert other_single_byte(text.encode("windows-1252"), "cp1252") is None
