"""The catalogue of file faults, asked of every format alike: what is broken is refused or set aside, never guessed.

Each test names the fault's code in the catalogue. What is particular to one format stands in that format's own tests.
"""

import datetime as dt
import gzip
import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sources.batches.protocol import Refused
from sources.connectors.files import read_batches
from sources.town.folder import read_town
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import admitted, case_id, make_source, make_town, reasons

Rows = list[tuple[str, str, str]]
ROWS: Rows = [(f"A-{number}", f"Schritt {number * 7919}", "2026-03-02T09:15:00Z") for number in range(1, 41)]


def as_csv(rows: Rows) -> bytes:
    return "".join(";".join(row) + "\n" for row in [("case", "step", "at"), *rows]).encode()


def as_jsonl(rows: Rows) -> bytes:
    return "".join(json.dumps(dict(zip(("case", "step", "at"), row, strict=True))) + "\n" for row in rows).encode()


def as_parquet(rows: Rows) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(("case", "step", "at"), pl.String), orient="row").write_parquet(content)
    return content.getvalue()


def as_xlsx(rows: Rows) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        for number, row in enumerate([("case", "step", "at"), *rows]):
            page.write_row(number, 0, row)
    return content.getvalue()


def as_xes(rows: Rows) -> bytes:
    keys = (("string", "concept:name"), ("date", "time:timestamp"))
    traces = "".join(
        f'<trace><string key="concept:name" value="{case}"/><event>'
        + "".join(f'<{tag} key="{key}" value="{value}"/>' for (tag, key), value in zip(keys, (step, at), strict=True))
        + "</event></trace>"
        for case, step, at in rows
    )
    return f"<log>{traces}</log>".encode()


def as_xml(rows: Rows) -> bytes:
    tags = "".join(f'<row id="{case}"><step>{step}</step><at>{at}</at></row>' for case, step, at in rows)
    return f"<log>{tags}</log>".encode()


def ocel(rows: Rows) -> dict[str, Any]:
    return {
        "objectTypes": [{"name": "case"}],
        "objects": [{"id": case, "type": "case"} for case, _, _ in rows],
        "events": [
            {"id": f"e{number}", "type": step, "time": at, "relationships": [{"objectId": case}]}
            for number, (case, step, at) in enumerate(rows)
        ],
    }


def as_ocel(rows: Rows) -> bytes:
    return json.dumps(ocel(rows)).encode()


def as_ocel_database(rows: Rows) -> bytes:
    book = sqlite3.connect(":memory:")
    book.executescript(
        "CREATE TABLE object_map_type(ocel_type, ocel_type_map); CREATE TABLE event_map_type(ocel_type, ocel_type_map);"
        "CREATE TABLE object(ocel_id, ocel_type); CREATE TABLE event(ocel_id, ocel_type); CREATE TABLE object_case(ocel_id);"
        "CREATE TABLE event_object(ocel_event_id, ocel_object_id, ocel_qualifier); CREATE TABLE event_e(ocel_id, ocel_time);"
        "INSERT INTO object_map_type VALUES ('case', 'case');"
    )
    for number, (case, step, at) in enumerate(rows):
        book.execute("INSERT INTO event_map_type VALUES (?, 'e')", (step,))
        book.execute("INSERT INTO object VALUES (?, 'case')", (case,))
        book.execute("INSERT INTO event VALUES (?, ?)", (f"e{number}", step))
        book.execute("INSERT INTO event_e VALUES (?, ?)", (f"e{number}", at))
        book.execute("INSERT INTO event_object VALUES (?, ?, NULL)", (f"e{number}", case))
    book.commit()
    return bytes(book.serialize())


def as_kodak(rows: Rows) -> bytes:
    return "".join(f'"I05u";"01";"{case}";"{step}";"{at}"\r\n' for case, step, at in rows).encode("cp1252")


def source(kind: str) -> Source:
    xes = {"case_ref": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}
    xml = {"case_ref": "@id", "activity": "step", "occurred_at": "at"}
    log = {"case_ref": "ocel:case", "activity": "ocel:activity", "occurred_at": "ocel:time"}
    dat = {"case_ref": "document_number", "activity": "index_1", "occurred_at": "index_2"}
    made = {
        "xes": lambda: make_source(xes, format="xes"),
        "xml": lambda: make_source(xml, format="xml", row="log/row"),
        "jsonocel": lambda: make_source(log, format="ocel", case_object="case"),
        "sqlite": lambda: make_source(log, format="ocel", case_object="case"),
        "DAT": lambda: make_source(dat, format="kodak"),
    }
    return made[kind]() if kind in made else make_source(format=kind)


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
    "xlsx": as_xlsx,
    "xes": as_xes,
    "xml": as_xml,
    "jsonocel": as_ocel,
    "sqlite": as_ocel_database,
    "DAT": as_kodak,
}
WHOLE_OR_NOTHING = ("parquet", "xlsx", "xes", "xml", "jsonocel", "sqlite")
BY_LINES = ("csv", "jsonl", "DAT")


def file(folder: Path, kind: str, content: bytes) -> Path:
    path = folder / f"x.{kind}"
    path.write_bytes(content)
    return path


def taken(folder: Path, path: Path, kind: str) -> tuple[pl.DataFrame, list[tuple[int, str, str | None]]]:
    """A file's events and quarantine after the door of a fresh town."""
    made = source(kind)
    town = read_town(make_town(folder / f"town-{path.name}"))
    result = admitted(town, list(read_batches(path, made)), made)
    return result.records["events"], reasons(result)


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_tells_the_same_events(tmp_path: Path, kind: str) -> None:
    events, refused = taken(tmp_path, file(tmp_path, kind, WRITERS[kind](ROWS)), kind)
    assert events["case_id"].to_list() == [case_id(case) for case, _, _ in ROWS]
    assert events["activity"].to_list() == [step for _, step, _ in ROWS]
    assert events["occurred_at"].unique().to_list() == [dt.datetime(2026, 3, 2, 9, 15)]
    assert refused == []


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_of_no_bytes_is_refused(tmp_path: Path, kind: str) -> None:
    """D1: an export that wrote nothing is not an empty day."""
    code, said = refusal_of(file(tmp_path, kind, b""), source(kind))
    assert code in ("empty_file", "unreadable_parquet", "unreadable_xlsx", "broken_xml")
    assert "have the export run again" in said or "save it anew" in said


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "xml"])
def test_a_header_without_rows_is_an_empty_delivery(tmp_path: Path, kind: str) -> None:
    """D2: nothing happened, and the columns are there."""
    found = rows_of(file(tmp_path, kind, WRITERS[kind]([])), source(kind))
    assert (found.read, found.warnings) == (0, [])


@pytest.mark.parametrize("kind", WHOLE_OR_NOTHING)
def test_a_format_with_an_end_is_refused_wherever_it_is_cut(tmp_path: Path, kind: str) -> None:
    """D4: half a document is none."""
    content = WRITERS[kind](ROWS)
    for place in random.Random(4).sample(range(1, len(content) - 1), 12):
        with pytest.raises(Refused):
            rows_of(file(tmp_path, kind, content[:place]), source(kind))


def test_damage_that_upsets_the_reader_itself_refuses_the_file(tmp_path: Path) -> None:
    """D4: a bit flipped in the name of a column nobody wants."""
    content = io.BytesIO()
    pl.DataFrame(ROWS, schema=["case", "step", "at"], orient="row").with_columns(other=1).write_parquet(content)
    path = file(tmp_path, "parquet", content.getvalue().replace(b"step", b"st\xffp"))
    with pytest.raises(Refused) as refused:
        list(read_batches(path, make_source({**source("parquet").columns}, format="parquet")))
    assert refused.value.reason_code in ("damaged_file", "column_missing", "unreadable_parquet")


@pytest.mark.parametrize("kind", BY_LINES)
def test_a_format_of_lines_loses_at_most_its_last_line_wherever_it_is_cut(tmp_path: Path, kind: str) -> None:
    """D4: every line before the cut is read as it was, the cut one is set aside or refuses the file."""
    content = WRITERS[kind](ROWS)
    whole = rows_of(file(tmp_path, kind, content), source(kind)).frame
    for place in random.Random(4).sample(range(len(content) // 2, len(content) - 1), 25):
        try:
            found = rows_of(file(tmp_path, kind, content[:place]), source(kind))
        except Refused as refusal:
            assert (kind, refusal.reason_code) == ("DAT", "unreadable_csv")
            continue
        assert found.frame.height >= content[:place].count(b"\n") - 1
        kept = found.frame.height - 1
        assert found.frame.head(kept).equals(whole.head(kept))
        assert len(found.faults) <= 1


@pytest.mark.parametrize("kind", ["csv", "jsonl", "DAT"])
def test_a_last_line_without_its_end_is_a_line(tmp_path: Path, kind: str) -> None:
    """D5: many exports end so."""
    content = WRITERS[kind](ROWS).rstrip(b"\r\n")
    assert rows_of(file(tmp_path, kind, content), source(kind)).frame.height == len(ROWS)


LONG = 100 << 20


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xml", "DAT"])
def test_a_line_of_a_hundred_megabytes_is_set_aside_or_refuses_the_file(tmp_path: Path, kind: str) -> None:
    """D7: no code, label or case number is that long."""
    content = WRITERS[kind]([*ROWS[:3], ("A-9", "MARK", "2026-03-02T09:15:00Z")])
    path = file(tmp_path, kind, content.replace(b"MARK", b"x" * LONG))
    try:
        events, refused = taken(tmp_path, path, kind)
    except Refused as refusal:
        expected = {"csv": "unreadable_csv", "DAT": "unreadable_csv", "jsonl": "unreadable_jsonl"}
        assert refusal.reason_code == expected[kind]
        return
    assert (events.height, [code for _, code, _ in refused]) == (3, ["too_long"])


@pytest.mark.parametrize(
    ("kind", "written"),
    [("csv", b"\0"), ("jsonl", b"\\u0000"), ("parquet", b"\0"), ("DAT", b"\0"), ("jsonocel", b"\\u0000")],
)
def test_a_nul_in_a_text_goes_to_quarantine(tmp_path: Path, kind: str, written: bytes) -> None:
    """D9: it is no writing, whichever way it came in."""
    rows = [*ROWS[:2], ("A-9", "ein\0gang" if kind == "parquet" else "einNULgang", "2026-03-02T09:15:00Z")]
    path = file(tmp_path, kind, WRITERS[kind](rows).replace(b"NUL", written))
    events, refused = taken(tmp_path, path, kind)
    assert (events.height, [code for _, code, _ in refused]) == (2, ["unreadable_text"])


@pytest.mark.parametrize("kind", ["xes", "xml"])
def test_a_nul_in_xml_refuses_the_document(tmp_path: Path, kind: str) -> None:
    """D9: XML knows no NUL, not even as a number."""
    for written in (b"\0", b"&#0;"):
        content = WRITERS[kind](ROWS[:2]).replace(b"Schritt", b"Schritt" + written)
        assert refusal_of(file(tmp_path, kind, content), source(kind))[0] == "broken_xml"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "DAT"])
def test_lines_may_end_in_one_way_or_the_other(tmp_path: Path, kind: str) -> None:
    """D10: CRLF and LF in one file, as when two systems append to it."""
    lines = WRITERS[kind](ROWS).replace(b"\r\n", b"\n").splitlines()
    mixed = b"".join(line + (b"\r\n" if number % 2 else b"\n") for number, line in enumerate(lines))
    whole = rows_of(file(tmp_path, kind, WRITERS[kind](ROWS)), source(kind)).frame
    assert rows_of(file(tmp_path, kind, mixed), source(kind)).frame.equals(whole)


def test_a_column_that_stands_twice_in_a_parquet_file_is_refused(tmp_path: Path) -> None:
    """D13: in CSV and XLSX it is; here too."""
    values = pa.array(["1"])
    path = tmp_path / "x.parquet"
    pq.write_table(pa.Table.from_arrays([values] * 4, names=["case", "step", "at", "case"]), path)
    assert refusal_of(path, source("parquet")) == (
        "column_twice",
        "x.parquet: column 'case' stands twice in the header; keep one.",
    )


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%d.%m.%Y", "02.03.2026"),
        ("%d.%m.%y", "2.3.26"),
        ("%d.%m.%Y %H:%M", "2.3.2026 00:00"),
        (None, "2026-03-02"),
        (None, "2026-03-01T23:00:00Z"),
        (None, "2026-03-02 00:00:00+01:00"),
    ],
)
def test_a_day_is_the_same_in_every_dress(tmp_path: Path, form: str | None, written: str) -> None:
    """D15: declared, or ISO; a serial number of Excel is the XLSX reader's matter."""
    path = file(tmp_path, "csv", as_csv([("A-1", "Eingang", written)]))
    town = read_town(make_town(tmp_path / "town"))
    made = make_source(timestamp_format=form)
    events = admitted(town, list(read_batches(path, made)), made).records["events"]
    assert events["occurred_at"].to_list() == [dt.datetime(2026, 3, 1, 23)]


@pytest.mark.parametrize("kind", WRITERS)
def test_leading_zeros_make_another_case(tmp_path: Path, kind: str) -> None:
    """D16: 01067 is not 1067, and a key of the state stays as long as it is."""
    numbers = ("01067", "1067", "04011000", "99012345000000")
    rows = [(number, "Eingang", "2026-03-02T09:15:00Z") for number in numbers]
    events, _ = taken(tmp_path, file(tmp_path, kind, WRITERS[kind](rows)), kind)
    assert events["case_id"].to_list() == [case_id(number) for number in numbers]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_reference_a_spreadsheet_shortened_goes_to_quarantine(tmp_path: Path, kind: str) -> None:
    """D17: 1,23E+11 stands for thousands of cases."""
    rows = [*ROWS[:2], ("1,23E+11", "Eingang", "2026-03-02T09:15:00Z")]
    _, refused = taken(tmp_path, file(tmp_path, kind, WRITERS[kind](rows)), kind)
    assert [(place, code) for place, code, _ in refused] == [(3, "mangled_reference")]


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "DAT"])
def test_two_ways_of_writing_an_umlaut_are_one_case_and_one_step(tmp_path: Path, kind: str) -> None:
    """D18: as one sign or as two; equal rows of a file are as many steps."""
    rows = [
        ("M\u00fc-1", "Pr\u00fcfung", "2026-03-02T09:15:00Z"),
        ("Mu\u0308-1", "Pru\u0308fung", "2026-03-02T09:15:00Z"),
    ]
    events, _ = taken(tmp_path, file(tmp_path, kind, WRITERS[kind](rows)), kind)
    assert events["case_id"].n_unique() == 1
    assert (events["activity"].to_list(), events["event_ref"].to_list()) == (["Pr\u00fcfung"] * 2, [None, "#2"])


@pytest.mark.parametrize("packing", ["", ".gz", ".zip"])
@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_that_vanishes_is_refused_and_nothing_of_it_taken(tmp_path: Path, kind: str, packing: str) -> None:
    """D21: between the look into the inbox and the reading."""
    path = tmp_path / f"gone.{kind}{packing}"
    assert refusal_of(path, source(kind)) == (
        "vanished",
        f"{path.name}: vanished while it was read; nothing of it was taken.",
    )


@pytest.mark.parametrize("kind", WRITERS)
def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    """D22: what is no file is never read; links, pipes and devices are left alone before."""
    path = tmp_path / f"x.{kind}"
    path.mkdir()
    code, _ = refusal_of(path, source(kind))
    assert code == ("unreadable_parquet" if kind == "parquet" else "unreadable_file")


def test_no_member_of_an_archive_is_ever_written_where_its_name_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D24: a sound name in a folder is read, and nothing appears on the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deep/er/x.csv", as_csv(ROWS))
    assert rows_of(path, source("csv")).read == len(ROWS)
    assert [found.name for found in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize("kind", ["xes", "xml", "jsonocel"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE log>",
        '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE log [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>',
    ],
    ids=["bare", "laughs", "file", "net", "parameter"],
)
def test_no_format_of_xml_reads_a_doctype(tmp_path: Path, kind: str, doctype: str) -> None:
    """D26: entities, files and the net begin there."""
    content = f'<?xml version="1.0"?>{doctype}<log/>'.encode()
    assert refusal_of(file(tmp_path, kind, content), source(kind))[0] == "doctype"


@pytest.mark.parametrize(
    "attribute",
    ['{"name": "x", "name": "y", "value": 1}', '{"name": "x", "value": NaN}', '{"name": "x", "value": -Infinity}'],
    ids=["a key twice", "no number", "no end"],
)
def test_an_event_log_of_unsound_json_is_refused(tmp_path: Path, attribute: str) -> None:
    """D27: which of two is meant, nobody knows; in JSON Lines only the line goes to quarantine."""
    content = as_ocel(ROWS).replace(b'"relationships"', f'"attributes": [{attribute}], "relationships"'.encode(), 1)
    assert refusal_of(file(tmp_path, "jsonocel", content), source("jsonocel"))[0] == "unreadable_ocel"


def test_numbers_without_measure_in_an_event_log_stay_text(tmp_path: Path) -> None:
    """D27: a big whole number keeps its digits, 1e400 is no number anywhere."""
    log = ocel(ROWS[:1])
    log["objects"][0]["id"] = log["events"][0]["relationships"][0]["objectId"] = 12345678901234567890123
    events, _ = taken(tmp_path, file(tmp_path, "jsonocel", json.dumps(log).encode()), "jsonocel")
    assert events["case_id"].to_list() == [case_id("12345678901234567890123")]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_gzip_with_something_behind_it_or_missing_is_refused(tmp_path: Path, kind: str) -> None:
    """D28: of every format."""
    whole = gzip.compress(WRITERS[kind](ROWS))
    for content in (whole + b"rest", whole[:-6], whole[:-20]):
        path = tmp_path / f"x.{kind}.gz"
        path.write_bytes(content)
        assert refusal_of(path, source(kind)) == (
            "broken_gzip",
            f"x.{kind}.gz: the gzip data break off; have the export run again.",
        )
