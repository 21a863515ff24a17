"""Each file is dressed as its system writes it, down to what must never be mapped."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import pytest

from sources.contract.pseudonyms import normalised
from sources.demo.invent import TOKEN_PATTERN
from sources.town.folder import read_town

MARK = re.compile(TOKEN_PATTERN)


def capture_lines(town: Path) -> list[str]:
    return [
        line
        for path in sorted((town / "inbox/scanindex").glob("*/INDEX.DAT"))
        for line in path.read_bytes().decode("windows-1252").split("\r\n")
        if line
    ]


def test_the_new_scanner_quotes_every_value_and_leaves_empty_ones_out(town: Path):
    lines = capture_lines(town)
    assert len(lines) > 100
    for line in lines:
        assert re.fullmatch(r'("([^"]|"")*")?(;("([^"]|"")*")?)*', line)
    parted = list(csv.reader(lines, delimiter=";"))
    assert {(row[0], len(row)) for row in parted} == {("I04t", 14), ("I05u", 13)}
    assert all(re.fullmatch(r"\d{10}", row[2]) for row in parted)
    assert any(";;" in line for line in lines), "a document without a case leaves the field empty, without quotes"


def test_the_new_scanner_takes_over_where_the_old_index_ends(town: Path):
    old = sorted(path.stem[-7:] for path in (town / "inbox/scan").glob("*.csv"))
    new = sorted(path.parent.name for path in (town / "inbox/scanindex").glob("*/INDEX.DAT"))
    assert len(new) == 6 and old[-1] < new[0] and len({*old, *new}) == 37


def test_batches_are_well_formed_xml_and_each_scan_is_in_one(town: Path):
    batches: set[str] = set()
    for path in (town / "inbox/chargen").glob("*.xml"):
        for batch in ElementTree.parse(path).getroot().iter("Batch"):
            fields = {field.attrib["Name"]: field.attrib["Value"] for field in batch.iter("BatchField")}
            assert fields["Beginn"] < fields["Ende"]
            assert MARK.search(fields["Scanoperator"])
            batches.add(batch.attrib["Name"])
    scanned = {row[5 if row[0] == "I04t" else 4] for row in csv.reader(capture_lines(town), delimiter=";")}
    for path in (town / "inbox/scan").glob("*.csv"):
        scanned |= {row["Charge"] for row in csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=";")}
    for path in (town / "inbox/transfervermerke").glob("*.xml"):
        notes = list(ElementTree.parse(path).getroot())
        assert all(MARK.search(note.findtext("Ersteller", "")) for note in notes)
        scanned |= {note.findtext("Charge", "") for note in notes}
    assert scanned - {"B-CUT"} == batches
    sampled = {
        row["Charge"]
        for path in (town / "inbox/stichproben").glob("*.csv")
        for row in csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=";")
    }
    assert sampled < batches


@pytest.mark.parametrize("name", ["haushalt/haushalt_2025.xlsx", "altakten/aktenbestand.xlsx"])
def test_workbooks_tell_no_time_of_writing(town: Path, name: str):
    with zipfile.ZipFile(io.BytesIO((town / "inbox" / name).read_bytes())) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert (
            re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", packed.read("docProps/core.xml").decode())
            == ["2026-06-30T07:30:00Z"] * 2
        )


def test_the_budget_has_titles_above_its_header_typed_numbers_and_a_sum_that_holds(town: Path):
    sheet = fastexcel.read_excel(town / "inbox/haushalt/haushalt_2025.xlsx").load_sheet("Haushalt", header_row=3)
    rows = sheet.to_polars()
    assert rows.schema["Ansatz EUR"].is_float() and rows.schema["Ist EUR"].is_float()
    *lines, total = rows.iter_rows(named=True)
    assert total["Produktkonto"] == "Summe" and total["Produkt"] is None
    for column in ("Ansatz EUR", "Nachtrag EUR", "Ist EUR"):
        assert round(sum(line[column] or 0 for line in lines), 2) == total[column]
    cameral = [line for line in lines if re.fullmatch(r"\d{4}\.\d{3} \d\d-\d", line["Produktkonto"])]
    assert len(cameral) == 3 and all(line["Produkt"] is None for line in cameral)
    assert len(lines) - len(cameral) == sum(re.fullmatch(r"\d{4}\.\d{5}", b["Produktkonto"]) is not None for b in lines)


def test_numbers_are_written_the_german_way(town: Path):
    printed = (town / "inbox/druck/druck_2025.csv").read_bytes().decode("windows-1252")
    franked = (town / "inbox/postausgang/postausgang_2025.csv").read_bytes().decode("windows-1252")
    assert re.search(r";\d{2,3};\d+;Herr", printed)
    assert re.search(r"Großbrief;\d+;\d+,\d\d;", franked)


def test_the_form_server_dresses_case_numbers_its_own_way(town: Path):
    numbers = re.findall(r'"vorgang":"([^"]+)"', (town / "inbox/formulare/formulare_2025-Q1.jsonl").read_text("utf-8"))
    source = next(source for source in read_town(town).sources if source.name == "formulare")
    assert {number.startswith("MH-") for number in numbers} == {False}
    assert len({re.sub(r"[\d]", "0", number) for number in numbers}) >= 3
    plain = {source.case_numbers.canonical(normalised(number)) for number in numbers}
    assert all(re.fullmatch(r"MH-\d{4}-\d{6}", number) for number in plain)


def test_every_new_file_holds_persons_but_the_post_plan(town: Path):
    without: set[str] = set()
    for path in (town / "inbox").rglob("*.*"):
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                raw = b"".join(packed.read(name) for name in packed.namelist())
        if not MARK.search(raw.decode("latin-1")):
            without.add(path.parent.name)
    assert without == {"stellenplan"}


def test_the_mapping_names_no_column_that_holds_persons(town: Path):
    settings = read_town(town)
    assert len(settings.sources) == 16
    personal = {
        "sachbearbeitung", "Antragsteller", "E-Mail", "konto.mail", "konto.kennung", "Korrespondenz", "Bearbeitung",
        "Veranlasst", "Bedienung", "index_10", "Ersteller", "BatchField[@Name='Scanoperator']/@Value", "Geprüft von",
        "Ansprechperson", "Frankiert von", "Gezählt von", "Gebucht durch", "Bewirtschaftung",
    }  # fmt: skip
    assert not personal & {column for source in settings.sources for column in source.columns.values()}
