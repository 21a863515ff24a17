"""CSV: read by name and in its declared format; what is broken is refused or quarantined, and nothing is guessed."""

import codecs
import csv
import gzip
import io
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sources.batches.protocol import Refused
from sources.connectors.files import read_batches
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

SOURCE = make_source()
TEXT = "case;step;at\n1;Eingang;2026-03-02\n2;Prüfung;2026-03-03\n"
WESTERN = make_source(encoding="windows-1252")


def file(folder: Path, content: str | bytes, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_columns_are_read_by_name_whatever_their_order(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, "note;at;case;step\nx;2026-03-02;1;Eingang\n"), SOURCE)
    assert (found.column("case"), found.column("step"), found.column("at")) == (["1"], ["Eingang"], ["2026-03-02"])
    assert "note" not in found.frame.columns


def test_positions_count_rows_from_one(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, TEXT), SOURCE).positions == [1, 2]


@pytest.mark.parametrize("empty", ["", "\n", "\n\n", "\ufeff", ";;\n"])
def test_an_empty_file_is_refused(tmp_path: Path, empty: str) -> None:
    code, said = refusal_of(file(tmp_path, empty), SOURCE)
    assert code == "empty_file"
    assert "not even a header; have the export run again" in said


@pytest.mark.parametrize("header", ["case;step;at\n", "case;step;at", "case;step;at\n\n\n"])
def test_a_header_alone_is_a_file_without_rows(tmp_path: Path, header: str) -> None:
    assert rows_of(file(tmp_path, header), SOURCE).read == 0


def test_a_renamed_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT.replace("case", "case_no")), SOURCE)
    assert code == "column_missing"
    assert said == (
        "x.csv: column 'case' is missing; the nearest is 'case_no'. "
        "Nothing was taken in; correct [source.columns] or the export."
    )


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, "case;step\n1;Eingang\n"), SOURCE)
    assert (code, "column 'at' is missing. Nothing was taken in" in said) == ("column_missing", True)


def test_a_file_without_header_does_not_tell_its_data(tmp_path: Path) -> None:
    path = file(tmp_path, "Anna Muster;Hafenstraße 7;1970-01-01\n")
    _, said = refusal_of(path, SOURCE)
    assert "Anna" not in said
    assert "Hafen" not in said


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, "case;step;at;step\n1;a;2026-03-02;b\n"), SOURCE)
    assert (code, "column 'step' stands twice in the header; keep one" in said) == ("column_twice", True)


def test_a_column_nobody_wants_may_stand_twice(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, "case;x;step;x;at\n1;a;Eingang;b;2026-03-02\n"), SOURCE).read == 1


def test_a_cut_last_line_goes_to_quarantine(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, TEXT + "3;Besch"), SOURCE)
    assert (found.read, found.faults) == (3, [(3, "cut_line")])


def test_a_last_line_without_a_newline_is_read(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, TEXT.rstrip("\n")), SOURCE)
    assert (found.read, found.faults) == (2, [])


@pytest.mark.parametrize("row", ["3;Eingang", "3;Eingang;2026-03-04;", "3", "3;a;b;c;d;e"])
def test_a_row_of_another_width_goes_to_quarantine(tmp_path: Path, row: str) -> None:
    found = rows_of(file(tmp_path, TEXT.replace("1;Ein", f"{row}\n1;Ein")), SOURCE)
    assert (found.read, found.faults) == (3, [(1, "wrong_column_count")])
    assert found.positions == [2, 3]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, "\n" + TEXT.replace("1;Ein", "\n\n1;Ein") + "\n\n"), SOURCE)
    assert (found.positions, found.faults) == ([1, 2], [])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(tmp_path: Path, newline: str) -> None:
    found = rows_of(file(tmp_path, TEXT.replace("\n", newline)), SOURCE)
    assert found.column("step") == ["Eingang", "Prüfung"]


def test_line_ends_delimiters_and_quotes_may_stand_in_quotes(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, 'case;step;at\n1;"Prüfung;\n""zweite"" Runde";2026-03-02\n2;Ende;x\n'), SOURCE)
    assert found.column("step") == ['Prüfung;\n"zweite" Runde', "Ende"]
    assert found.positions == [1, 2]


@pytest.mark.parametrize("tail", ['3;"Bescheid;2026-03-04\n', '3;"Bescheid"x;2026-03-04\n'])
def test_a_broken_quote_refuses_the_file_with_its_line(tmp_path: Path, tail: str) -> None:
    code, said = refusal_of(file(tmp_path, TEXT + tail), SOURCE)
    assert code == "unreadable_csv"
    assert "x.csv line 4: " in said
    assert "check quotes and delimiter" in said


def test_a_huge_field_refuses_the_file_with_its_line(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT + "3;" + "x" * 200_000 + ";2026-03-04\n"), SOURCE)
    assert (code, "x.csv line 4: field larger than field limit" in said) == ("unreadable_csv", True)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("windows-1252", "windows-1252"),
        ("iso-8859-15", "latin9"),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_a_declared_encoding_is_read(tmp_path: Path, encoding: str, declared: str) -> None:
    found = rows_of(file(tmp_path, TEXT.encode(encoding)), make_source(encoding=declared))
    assert found.column("step") == ["Eingang", "Prüfung"]


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_signs_that_tell_windows_1252_from_latin_1_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", block)
    steps = ["Prüfung", "Gebühr 12 €", "„Rückfrage“ – Amt", "Prüfung"]
    content = "case;step;at\n" + "".join(f"1;{step};2026-01-01\n" for step in steps)
    assert rows_of(file(tmp_path, content.encode("windows-1252")), WESTERN).column("step") == steps


def test_a_byte_that_windows_1252_does_not_know_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT.encode("windows-1252").replace(b"Eingang", b"Ein\x81gang")), WESTERN)
    assert (code, "byte 0x81" in said) == ("wrong_encoding", True)


def test_another_encoding_than_declared_is_refused_with_byte_and_way_out(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT.encode("windows-1252")), SOURCE)
    assert code == "wrong_encoding"
    assert "x.csv: not utf-8 near line" in said
    assert "byte 0xfc" in said
    assert "[[source]] 's', such as windows-1252" in said


@pytest.mark.parametrize(
    ("declared", "written", "said"),
    [
        ("windows-1252", "cp850", "x.csv line 3: its umlauts are those of DOS (cp850), not of windows-1252"),
        ("iso-8859-1", "cp850", "x.csv line 3: its umlauts are those of DOS (cp850), not of iso-8859-1"),
        ("cp850", "windows-1252", "x.csv line 3: its umlauts are those of Windows (windows-1252), not of cp850"),
    ],
)
def test_umlauts_of_another_system_than_declared_are_refused(
    tmp_path: Path, declared: str, written: str, said: str
) -> None:
    """DOS writes ä as a quotation mark of Windows: every byte can be read, and every word is another one."""
    content = "case;step;at\n1;Eingang;2026-03-02\n2;Anträge hören;2026-03-03\n"
    code, sentence = refusal_of(file(tmp_path, content.encode(written)), make_source(encoding=declared))
    assert code == "wrong_encoding"
    assert sentence.startswith(said)
    assert f"declare encoding = \"{written}\" in [[source]] 's'" in sentence


def test_umlauts_of_dos_that_were_declared_utf_8_are_called_by_their_name(tmp_path: Path) -> None:
    _, said = refusal_of(file(tmp_path, TEXT.encode("cp850")), SOURCE)
    assert "such as cp850" in said


def test_utf_8_that_was_declared_western_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT), WESTERN)
    assert code == "mixed_encodings"
    assert "x.csv line 3: this line is UTF-8 although windows-1252 is declared" in said


def test_utf_16_that_was_declared_western_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")), WESTERN)
    assert (code, "this line is UTF-16" in said) == ("mixed_encodings", True)


@pytest.mark.parametrize("declared", ["utf-8", "windows-1252"])
def test_mixed_encodings_are_refused_whichever_is_declared(tmp_path: Path, declared: str) -> None:
    mixed = TEXT.encode("windows-1252") + "3;Prüfung;2026-03-04\n".encode()
    code, _ = refusal_of(file(tmp_path, mixed), make_source(encoding=declared))
    assert code in ("wrong_encoding", "mixed_encodings")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter_is_read(tmp_path: Path, delimiter: str) -> None:
    found = rows_of(file(tmp_path, TEXT.replace(";", delimiter)), make_source(delimiter=delimiter))
    assert found.column("case") == ["1", "2"]


def test_another_delimiter_than_declared_is_refused(tmp_path: Path) -> None:
    assert refusal_of(file(tmp_path, TEXT.replace(";", ",")), SOURCE) == (
        "column_missing",
        "x.csv: column 'case' is missing; the header names one column only, see whether delimiter = ';' and "
        "header_row = 1 are right. Nothing was taken in; correct [source.columns] or the export.",
    )


@pytest.mark.parametrize(
    ("titles", "number"),
    [
        ("Auswertung vom 01.11.2026\n", 2),
        ("Auswertung vom 01.11.2026;;\n;;\n", 3),
        ("Auswertung\n\n", 3),
        ("Auswertung\n\n", 2),
        ('"Auswertung" vom "heute;\n', 2),
        ("Auswertung;vom;heute;und;gestern\r\n", 2),
        ("Auswertung\rStand: heute\r", 3),
    ],
)
def test_lines_above_the_header_are_no_rows(tmp_path: Path, titles: str, number: int) -> None:
    found = rows_of(file(tmp_path, titles + TEXT), make_source(header_row=number))
    assert (found.positions, found.column("step"), found.faults) == ([1, 2], ["Eingang", "Prüfung"], [])


def test_the_lines_above_data_without_a_header_are_no_rows(tmp_path: Path) -> None:
    headless = make_source(header=("case", "step", "at"), header_row=2)
    found = rows_of(file(tmp_path, "Auswertung\n" + TEXT.split("\n", 1)[1]), headless)
    assert (found.positions, found.column("step"), found.faults) == ([1, 2], ["Eingang", "Prüfung"], [])


def test_what_is_broken_below_titles_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    _, said = refusal_of(file(tmp_path, 'Auswertung "\n' + TEXT + '3;"a"x;2026-03-04\n'), make_source(header_row=2))
    assert "x.csv line 5: " in said


@pytest.mark.parametrize("content", ["", TEXT, "\n\n\n\n", "a\nb\nc\n;;\n"])
def test_a_header_row_where_nothing_stands_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal_of(file(tmp_path, content), make_source(header_row=4)) == (
        "empty_file",
        "x.csv: line 4 is empty or not there; correct header_row or the export.",
    )


def test_a_wrong_delimiter_is_asked_about_though_the_names_begin_alike(tmp_path: Path) -> None:
    content = "Antragseingangsnummer,Zeit,Art\n1,2026-03-02,x\n"
    source = make_source({"case_ref": "Antragseingangsnummer", "activity": "Art", "occurred_at": "Zeit"})
    code, said = refusal_of(file(tmp_path, content), source)
    assert (code, "see whether delimiter = ';'" in said) == ("column_missing", True)


def test_a_header_row_too_far_down_is_asked_about(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT), make_source(header_row=2))
    assert (code, "see whether header_row = 2 is right" in said) == ("column_missing", True)


@pytest.mark.parametrize("title", ["Auswertung vom 01.11.2026", "Auswertung vom 01.11.2026;;"])
def test_a_title_above_the_header_that_nobody_declared_is_asked_for(tmp_path: Path, title: str) -> None:
    assert refusal_of(file(tmp_path, f"{title}\n{TEXT}"), SOURCE) == (
        "column_missing",
        "x.csv: column 'case' is missing; the header names one column only, see whether delimiter = ';' and "
        "header_row = 1 are right. Nothing was taken in; correct [source.columns] or the export.",
    )


def test_a_header_is_one_name_in_either_way_of_writing_its_umlaut(tmp_path: Path) -> None:
    source = make_source({"case_ref": "Akte", "activity": "Pr\u00fcfung", "occurred_at": "at"})
    found = rows_of(file(tmp_path, "Akte;Pru\u0308fung ;at\n1;a;2026-03-02\n"), source)
    assert found.column("Pr\u00fcfung") == ["a"]


def test_a_source_may_have_a_column_called_position(tmp_path: Path) -> None:
    source = make_source({"case_ref": "case", "activity": "step", "occurred_at": "at", "sequence": "position"})
    found = rows_of(file(tmp_path, "case;step;at;position\n1;a;2026-03-02;9\n"), source)
    assert (found.positions, found.column("position")) == ([1], ["9"])


def test_a_nul_byte_stays_for_the_door_to_judge(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, TEXT.replace("Eingang", "Ein\x00gang")), SOURCE)
    assert found.column("step")[0] == "Ein\x00gang"


@pytest.mark.parametrize("quoted", ["", '"'])
@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        (
            "case;step;at",
            "3;Ein;2026-03-04;",
            "4 columns where the header has 3: the row ends in a delimiter too many; ",
        ),
        (
            "case;step;at;",
            "3;Ein;2026-03-04",
            "3 columns where the header has 4: the header ends in a delimiter too many",
        ),
        (
            "case;step;at",
            "3;Ein;gang;2026-03-04",
            "4 columns where the header has 3: a delimiter too many stands in a text",
        ),
        (
            "case;step;at",
            "3;Ein",
            "2 columns where the header has 3: delimiters are missing, as where a text breaks the",
        ),
    ],
)
def test_a_row_of_another_width_says_what_is_wrong_with_it(
    tmp_path: Path, header: str, row: str, why: str, quoted: str
) -> None:
    """Whether its shape is proven or it is read by the strict reader, which takes an umlaut as delimiter."""
    content = f"{header}\n{row}\n{quoted}4{quoted};Ein;2026-03-04{';' * (header[-1] == ';')}\n"
    for text, delimiter in ((content, ";"), (content.replace(";", "ü"), "ü")):
        batches = list(read_batches(file(tmp_path, text), make_source(delimiter=delimiter)))
        (fault,) = [fault for batch in batches for fault in batch.faults]
        assert fault.reason.startswith(why)
        assert "export" in fault.reason or "propose" in fault.reason


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, gzip.compress(TEXT.encode()), "x.csv.gz"), SOURCE).read == 2


@pytest.mark.parametrize("broken", [lambda data: data[:-9], lambda data: data + b"rest", lambda _: TEXT.encode()])
def test_a_broken_gzip_is_refused(tmp_path: Path, broken: object) -> None:
    content = broken(gzip.compress(TEXT.encode() * 50))  # type: ignore[operator]
    code, said = refusal_of(file(tmp_path, content, "x.csv.gz"), SOURCE)
    assert (code, "gzip data break off; have the export run again" in said) == ("broken_gzip", True)


def test_a_file_that_vanishes_is_refused_and_nothing_of_it_taken(tmp_path: Path) -> None:
    code, said = refusal_of(tmp_path / "gone.csv", SOURCE)
    assert (code, said) == ("vanished", "gone.csv: vanished while it was read; nothing of it was taken.")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    code, said = refusal_of(tmp_path / "folder.csv", SOURCE)
    assert (code, "cannot be read" in said) == ("unreadable_file", True)


def test_many_rows_come_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", 100)
    body = "".join(f"{number};Eingang;2026-03-02\n" for number in range(1, 31))
    found = rows_of(file(tmp_path, f"case;step;at\n{body}31;Eing"), SOURCE)
    assert found.positions == list(range(1, 31))
    assert found.column("case") == [str(number) for number in range(1, 31)]
    assert found.faults == [(31, "cut_line")]


def test_one_column_may_serve_two_fields(tmp_path: Path) -> None:
    source: Source = make_source({"case_ref": "case", "activity": "step", "occurred_at": "at", "received_at": "at"})
    assert rows_of(file(tmp_path, TEXT), source).frame.columns[1:] == ["case", "step", "at"]


def strictly(text: str) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]] | None:
    """Rows and faults of a text with the columns of ``TEXT``, as Python's strict reader sees them; None is no CSV."""
    rows: list[tuple[int, list[str]]] = []
    faults: list[tuple[int, str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        found = [row for row in reader if row]
    except csv.Error:
        return None
    for position, row in enumerate(found, start=1):
        if len(row) == 3:
            rows.append((position, row))
        else:
            cut = position == len(found) and len(row) < 3 and not text.endswith(("\n", "\r"))
            faults.append((position, "cut_line" if cut else "wrong_column_count"))
    return rows, faults


PIECES = st.lists(
    st.sampled_from(
        [
            "a;b;c",
            '"a";"b";"c"',
            "x",
            "ä",
            ";",
            '"',
            '""',
            '";"',
            "\n",
            "\r\n",
            "\r",
            " ",
            "\x00",
            "a;b;c\n",
            '"a\n";;\n',
            '1;"ü;""x""";\r\n',
            '12" Rohr;;\n',
            "\ufeff",
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(
    body=PIECES,
    block=st.sampled_from([1, 2, 7, 40, 1 << 20]),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    titles=st.lists(st.sampled_from(["", "Stand: heute", '"Stand" heute;;', '"']), max_size=3),
)
@example('"a\r\nb";"";x\r\n\r\n1;2;3\r\n', 7, "utf-8", [])
@example('1;2;"a\r\n', 1 << 20, "utf-8", [])
def test_the_fast_way_and_the_strict_way_read_the_same(body: str, block: int, encoding: str, titles: list[str]) -> None:
    expected = strictly(body)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", block)
        path = file(Path(folder), ("\n".join([*titles, "case;step;at\n"]) + body).encode(encoding))
        try:
            found = rows_of(path, make_source(encoding=encoding, header_row=len(titles) + 1))
        except Refused as refusal:
            assert (refusal.reason_code, expected) == ("unreadable_csv", None)
            return
    if expected is None:
        assert found.faults[-1] == (found.read, "cut_line")
        return
    rows, faults = expected
    assert [(position, list(row)) for position, *row in found.frame.rows()] == rows
    assert found.faults == faults


def test_a_file_that_breaks_off_within_quotes_loses_its_last_row_alone(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, TEXT + '3;"Besch'), SOURCE)
    assert (found.positions, found.faults) == ([1, 2], [(3, "cut_line")])


def test_an_open_quote_that_swallows_lines_refuses_the_file(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT + '3;"Besch\n4;Ende;2026-03-04'), SOURCE)
    assert (code, "x.csv line 5: unexpected end of data" in said) == ("unreadable_csv", True)


HEADLESS = make_source(header=("case", "step", "at"))


def test_a_file_without_header_line_is_read_by_the_declared_names(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, TEXT.split("\n", 1)[1] + "x\n"), HEADLESS)
    assert (found.column("step"), found.positions, found.faults) == (
        ["Eingang", "Prüfung"],
        [1, 2],
        [(3, "wrong_column_count")],
    )


def test_a_declared_header_that_stands_in_the_file_too_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, TEXT), HEADLESS)
    assert (code, said) == ("header_twice", "x.csv: its first row holds the names; drop 'header' of [[source]] 's'.")


def test_an_empty_file_without_header_line_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, "\n"), HEADLESS)
    assert (code, said) == ("empty_file", "x.csv: the file is empty; have the export run again.")


def test_a_reader_that_nobody_asks_any_more_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", 64)
    batches = read_batches(file(tmp_path, "case;step;at\n" + "1;Eingang;2026-03-02\n" * 1000), SOURCE)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "reading ahead"]
