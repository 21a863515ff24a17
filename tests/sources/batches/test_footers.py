"""Notes of a list among its rows: named, refused with the lines to add, and never a case; numbers are never notes."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from sources.proposal.propose import propose
from sources.town.rows import Where
from sources.town.source import Source
from tests.sources.connectors.ods_written import write_ods
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

HEADER = ("Aktenzeichen", "Eingang", "Ende", "Art")
COLUMNS = {"case_ref": "Aktenzeichen", "received_at": "Eingang", "closed_at": "Ende", "case_type": "Art"}
CASES = [(f"{n}/2025", "02.03.2025", "" if n % 3 == 0 else "09.03.2025", "Neubau") for n in range(1, 13)]
NOTES = [
    ("Anzahl: 12", "Anzahl*"),
    ("Anzahl Vorgänge = 1.234", "Anzahl*"),
    ("Datensätze: 12", "Datensätze*"),
    ("12 Datensätze gefunden", "*Datensätze*"),
    ("(12 Zeilen)", "*Zeilen*"),
    ("Stand: 31.12.2025", "Stand*"),
    ("Stand: 12/2025", "Stand*"),
    ("Stand vom 31.12.2025, 10:30 Uhr", "Stand*"),
    ("Datenstand Dezember 2025", "Datenstand*"),
    ("Stichtag 2025-12-31", "Stichtag*"),
    ("Druckdatum: 3.1.26", "Druckdatum*"),
    ("Auswertungszeitraum: 01.01.2025 - 31.12.2025", "Auswertungszeitraum*"),
    ("Erstellt von Anna Muster am 03.01.2026", "Erstellt*"),
    ("ausgedruckt am 03.01.2026", "ausgedruckt*"),
    ("Seite 1 von 3", "Seite*"),
    ("- Seite 2 -", "*Seite*"),
    ("Page 1/3", "Page*"),
    ("* vorläufig", "*vorläufig*"),
    ("*) vorläufige Zahlen", "*vorläufig*"),
    ("Quelle: Fachverfahren Bau", "Quelle*"),
    ("Hinweis: ohne Widersprüche", "Hinweis*"),
    ("-- Ende der Liste --", "*Ende*"),
    ("==========", "===*"),
]
# What numbers of cases look like; one of them alone in its row is a case that nobody has worked on.
NUMBERS = [
    "12", "13/2025", "BHV-2025-00013", "Az.: 13/2025", "AZ 13/25", "50.12-Stand-3", "Stand-13/2025", "Stand 12/2025", "Stand-1.2.2025", "Seite-13/2025",
    "Anzahl-7/2025", "Vorgang 13", "Fall 12", "Fälle-12/2025", "Antrag: 13", "E-13", "ENDE-1/2025", "* 13/2025",
    "Datum-1-2025", "Quelle 4", "Müller/2025", "3.1.2026", "Hinweisgeber 3", "31.12.2025/7", "Gz: BAU 13",
]  # fmt: skip


def source(form: str = "csv", **more: object) -> Source:
    return make_source(COLUMNS, system="case", format=form, timestamp_format="%d.%m.%Y", **more)


def as_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("\n".join(";".join(row) for row in (HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def as_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Liste")
        for number, row in enumerate((HEADER, *rows)):
            sheet.write_row(number, 0, [cell or None for cell in row])
    return path


def as_ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    return write_ods(path, {"Liste": [[cell or None for cell in row] for row in (HEADER, *rows)]})


def as_jsonl(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    said = ({name: cell for name, cell in zip(HEADER, row, strict=True) if cell} for row in rows)
    path.write_text("".join(json.dumps(one) + "\n" for one in said), encoding="utf-8")
    return path


FORMS: dict[str, Callable[[Path, Sequence[Sequence[str]]], Path]] = {
    "csv": as_csv, "xlsx": as_xlsx, "ods": as_ods, "jsonl": as_jsonl,
}  # fmt: skip


def alone(text: str) -> tuple[str, str, str, str]:
    return (text, "", "", "")


@pytest.mark.parametrize("form", FORMS)
def test_notes_refuse_the_list_with_the_lines_to_add(tmp_path: Path, form: str) -> None:
    rows = [*CASES, alone("Anzahl: 12"), alone("Stand: 31.12.2025"), alone("Seite 1 von 3")]
    path = FORMS[form](tmp_path / f"x.{form}", rows)
    assert refusal_of(path, source(form)) == (
        "footers_as_rows",
        f"{path.name}: rows 13, 14, 15 of 'Aktenzeichen' are no records but notes of the list (a count, a day, a page, a "
        "source) and would count as such; nothing was taken in, set them aside: [source.where] column = "
        '"Aktenzeichen", drop = ["Anzahl*", "Stand*", "Seite*"].',
    )
    where = Where(column="Aktenzeichen", drop=("Anzahl*", "Stand*", "Seite*"))
    found = rows_of(path, source(form, where=where))
    assert (found.column("Aktenzeichen"), found.warnings) == ([row[0] for row in CASES], [])


@pytest.mark.parametrize(("text", "drop"), NOTES, ids=[text for text, _ in NOTES])
def test_a_note_has_many_forms_and_the_line_to_add_takes_it_and_no_case(tmp_path: Path, text: str, drop: str) -> None:
    path = as_csv(tmp_path / "x.csv", [*CASES, alone(text)])
    code, said = refusal_of(path, source())
    assert (code, f'drop = ["{drop}"]' in said) == ("footers_as_rows", True), said
    assert "Muster" not in said
    found = rows_of(path, source(where=Where(column="Aktenzeichen", drop=(drop,))))
    assert (found.read, found.warnings) == (len(CASES), [])


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_case_of_which_only_the_number_is_known_is_a_case(tmp_path: Path, number: str, form: str) -> None:
    found = rows_of(FORMS[form](tmp_path / f"x.{form}", [*CASES, alone(number)]), source(form))
    assert (found.column("Aktenzeichen")[-1], found.warnings) == (number, [])


@pytest.mark.parametrize("text", [text for text, _ in NOTES if text[0].isalpha()])
def test_what_other_cases_are_called_is_no_note(tmp_path: Path, text: str) -> None:
    """A town may number its market stands or pages; then the same word alone is one of them."""
    word = text.replace(":", " ").split()[0]
    rows = [*CASES, (f"{word} A-7", "02.03.2025", "09.03.2025", "Neubau"), alone(text)]
    assert rows_of(as_csv(tmp_path / "x.csv", rows), source()).column("Aktenzeichen")[-1] == text


def test_a_list_of_numbers_alone_has_no_notes(tmp_path: Path) -> None:
    """Where no row fills more, none is odd; so it is of rows that say something beside."""
    rows = [alone(f"{n}/2025") for n in range(9)]
    assert rows_of(as_csv(tmp_path / "x.csv", [*rows, alone("Stand: 31.12.2025")]), source()).read == 10
    full = ("Stand: 31.12.2025", "02.03.2025", "09.03.2025", "Neubau")
    assert rows_of(as_csv(tmp_path / "x.csv", [*CASES, full]), source()).warnings == []


def test_a_label_and_its_value_in_two_cells_are_a_note(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "x.csv", [*CASES, ("Anzahl", "12", "", ""), ("Stand:", "31.12.2025", "", "")])
    assert 'drop = ["Anzahl*", "Stand*"]' in refusal_of(path, source())[1]


def test_notes_between_pages_are_found_too(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "x.csv", [*CASES[:6], alone("Seite 1 von 2"), *CASES[6:], alone("Seite 2 von 2")])
    assert "rows 7, 14 of 'Aktenzeichen'" in refusal_of(path, source())[1]


@pytest.mark.parametrize("text", ["Sachgebiet: Soziales", "* nach Prüfung"])
def test_a_note_in_words_nobody_knows_is_told(tmp_path: Path, text: str) -> None:
    found = rows_of(as_csv(tmp_path / "x.csv", [*CASES, alone(text)]), source())
    assert found.warnings == [
        "x.csv: row 13 of 'Aktenzeichen' look like notes of the list (a count, a day, a page, a source) and were taken "
        "as records; have the export leave them out, or set them aside by [source.where], if they are none."
    ]
    assert found.column("Aktenzeichen")[-1] == text


def test_what_another_column_sets_aside_leaves_notes_to_the_export(tmp_path: Path) -> None:
    """A second column cannot be declared: the rows are taken, and told."""
    path = as_csv(tmp_path / "x.csv", [*CASES, alone("Stand: 31.12.2025")])
    for where in (Where(column="Art", drop=("Abriss",)), Where(column="Aktenzeichen", keep=("*",))):
        found = rows_of(path, source(where=where))
        assert "row 13 of 'Aktenzeichen' look like notes" in found.warnings[0]
    with_others = Where(column="Aktenzeichen", drop=("Summe*",))
    assert 'drop = ["Summe*", "Stand*"]' in refusal_of(path, source(where=with_others))[1]


@pytest.mark.parametrize("form", FORMS)
def test_a_proposal_sets_notes_aside(tmp_path: Path, form: str) -> None:
    rows = [*CASES, alone("Anzahl: 12"), alone("Stand: 31.12.2025")]
    proposal = propose(FORMS[form](tmp_path / f"x.{form}", rows), today=dt.date(2026, 1, 5))
    assert proposal.where == Where(column="Aktenzeichen", drop=("Anzahl*", "Stand*"))
    assert "Notes of the list, such as a count or a day, are set aside by 'Aktenzeichen'." in proposal.notes
