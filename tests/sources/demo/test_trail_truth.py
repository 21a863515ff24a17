"""What truth.json says of scans, forms, documents, counts, budget and posts, recomputed from the written files."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fastexcel
import polars as pl
import pytest

from tests.sources.demo.test_truth import MEDIA, month, parameter, table


def lines_of(town: Path, folder: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    return [
        row
        for path in sorted((town / "inbox" / folder).glob("*.csv"))
        for row in csv.DictReader(path.read_bytes().decode(encoding).splitlines(), delimiter=";")
    ]


def sheet(path: Path, titles: int) -> pl.DataFrame:
    return fastexcel.read_excel(path).load_sheet(0, header_row=titles).to_polars()


def month_of(german_day: str) -> str:
    return f"{german_day[6:10]}-{german_day[3:5]}-01"


def number(german: str) -> float:
    return float(german.replace(".", "").replace(",", "."))


def summed(rows: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Rows of (key, numbers) added up by key."""
    sums: dict[tuple[Any, ...], list[float]] = {}
    for key, numbers in rows:
        sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(numbers)), numbers, strict=True)]
    return {key: tuple(round(value, 2) for value in values) for key, values in sums.items()}


def figures_by_key(part: dict[str, Any], keys: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {tuple(row[:keys]): tuple(row[keys:]) for row in part["rows"]}


@pytest.fixture(scope="session")
def stands(town: Path) -> dict[str, str]:
    """Per office the one under which it stands: small ones under the nearest that has five people."""
    offices = {row["office_code"]: row for row in parameter(town, "offices")}
    small = {code for code, row in offices.items() if row["staff_band"] == "1-4"}
    found: dict[str, str] = {}
    for code in offices:
        found[code] = code
        while found[code] in small:
            found[code] = offices[found[code]]["parent_office_code"]
    assert small and small.isdisjoint(found.values())
    return found


@pytest.fixture(scope="session")
def forms(town: Path) -> pl.DataFrame:
    frames = [pl.read_ndjson(path, infer_schema_length=None) for path in (town / "inbox/formulare").glob("*.jsonl")]
    started = pl.col("begonnen").str.to_datetime("%Y-%m-%dT%H:%M:%S%#z", time_zone="UTC")
    return (
        pl.concat(frames, how="vertical_relaxed")
        .unnest("uebernahme")
        .with_columns(
            started.dt.convert_time_zone("Europe/Berlin").alias("at"),
            pl.col("vorgang").str.to_uppercase().str.replace_all(" ", "").str.strip_prefix("WEB-").alias("case"),
        )
    )


@pytest.fixture(scope="session")
def documents(town: Path) -> pl.DataFrame:
    """Documents as they stand: the highest version of each, without those of the deletion list."""
    gone = [row["Dokument"] for row in lines_of(town, "loeschungen")]
    rows = pl.DataFrame(lines_of(town, "dokumente")).with_columns(pl.col("Fassung", "Seiten").cast(pl.Int64))
    at = pl.col("Zeitpunkt").str.to_datetime("%Y-%m-%dT%H:%M:%S%#z", time_zone="UTC")
    newest = rows.sort("Fassung").unique("Dokument", keep="last", maintain_order=True)
    return newest.filter(~pl.col("Dokument").is_in(gone)).with_columns(
        at.dt.convert_time_zone("Europe/Berlin").alias("at")
    )


def scan_rows(town: Path) -> pl.DataFrame:
    """All indexes: document, case, pages, sheets."""
    frames = [
        pl.read_csv(path, separator=";", infer_schema=False, truncate_ragged_lines=True)
        .filter(pl.col("Scanzeit").is_not_null())
        .select("Dokument", pl.col("Vorgang").replace("", None), "Seiten", "Blatt")
        for path in sorted((town / "inbox/scan").glob("*.csv"))
    ]
    captured: list[tuple[str | None, ...]] = []
    for path in sorted((town / "inbox/scanindex").glob("*/INDEX.DAT")):
        for row in csv.reader(path.read_bytes().decode("windows-1252").splitlines(), delimiter=";"):
            images, *fields = row[3:] if row[0] == "I04t" else (None, *row[3:])
            captured.append((row[2], f"MH-{fields[0]}" if fields[0] else None, images, fields[5]))
    for path in sorted((town / "inbox/transfervermerke").glob("*.xml")):
        for note in ElementTree.parse(path).getroot():
            number = note.findtext("Aktenzeichen") or None
            captured.append((note.attrib["ScanID"], number, note.findtext("Seiten"), note.findtext("Blatt")))
    return pl.concat([*frames, pl.DataFrame(captured, schema=frames[0].schema, orient="row")])


def test_scans_are_as_many_as_told(truth, town):
    scans = scan_rows(town).with_columns(pl.col("Seiten", "Blatt").cast(pl.Int64))
    expected = truth["scans"]
    assert (scans.height, scans["Vorgang"].is_not_null().sum()) == (expected["total"], expected["with_case"])
    assert scans["Dokument"].n_unique() == scans.height
    assert (scans["Seiten"].sum(), scans["Blatt"].sum()) == (expected["pages"], expected["sheets"])
    assert scans["Seiten"].null_count() == expected["without_page_count"] > 0
    assert (scans["Blatt"] <= scans["Seiten"]).all()
    links = truth["links"]["records"]
    found = sum(links[source]["found"] for source in ("scanstelle", "scanindex", "transfervermerke"))
    assert found == expected["with_case"]


def test_forms_by_month_of_their_beginning(truth, forms):
    steps = ["anmeldung", "angaben", "nachweise", "gebuehr", "zusammenfassung"]
    found = forms.group_by(month("at")).agg(
        pl.len().alias("started"),
        pl.col("abgesandt").is_not_null().sum().alias("submitted"),
        pl.col("mit_hilfe").sum().alias("assisted"),
        pl.col("case").is_not_null().sum().alias("with_case"),
        *((pl.col("abgebrochen_bei") == step).sum().alias(f"aborted_{step}") for step in steps),
    )
    assert found.sort("month").rows() == table(truth["submissions"]).select(found.columns).rows()
    assert forms["formular"].is_unique().all()
    is_open = pl.col("abgesandt").is_null() & pl.col("abgebrochen_bei").is_null()
    assert 0 < forms.filter(is_open).height < 20
    sent = pl.col("abgesandt").str.to_datetime("%Y-%m-%dT%H:%M:%S%#z", time_zone="UTC")
    assert forms.filter(sent < pl.col("at").dt.convert_time_zone("UTC")).is_empty()
    assert forms.filter(pl.col("abgesandt").is_null() & pl.col("case").is_not_null()).is_empty()


def test_documents_by_month_direction_and_medium(truth, documents):
    directions = {"Eingang": "in", "Ausgang": "out", "Nachweis": "evidence"}
    found = documents.group_by(
        month("at"),
        pl.col("Richtung").replace_strict(directions),
        pl.col("Medium").replace_strict({**MEDIA, "": "unknown"}),
    ).agg(pl.len(), pl.col("Seiten").sum())
    rows = truth["documents"]["by_month"]["rows"]
    assert sorted(found.rows()) == sorted(tuple(row) for row in rows)
    assert documents.height == truth["documents"]["total"]
    for column, name in (("Dokumentart", "document_type"), ("Anlass", "reason")):
        assert dict(documents.filter(pl.col(column) != "").group_by(column).len().rows()) == truth["documents"][name]


def test_a_correction_changes_and_a_deletion_takes_away(truth, town, documents):
    detours = truth["detours"]
    again = [row for row in lines_of(town, "dokumente") if row["Fassung"] == "2"]
    gone = {row["Dokument"] for row in lines_of(town, "loeschungen")}
    assert len(again) == detours["corrected_documents"] == 30
    assert len(gone) == detours["removed_documents"] + 1
    assert len({row["Dokument"] for row in again} & gone) == 1
    first = {row["Dokument"]: row for row in lines_of(town, "dokumente") if row["Fassung"] == "1"}
    assert all(first[row["Dokument"]]["Seiten"] != row["Seiten"] for row in again)
    assert len(first) == documents.height + detours["removed_documents"]


def test_detours_are_in_the_case_systems_files(truth, case_rows):
    second = case_rows.drop_nulls("zusammengelegt_mit")
    assert second["vorgang"].n_unique() == second["case"].n_unique() == truth["detours"]["merged_cases"] == 6
    assert second.height == truth["detours"]["steps_under_second_numbers"]
    assert not set(second["vorgang"].str.to_uppercase()) & set(second["case"])
    closings = case_rows.drop_nulls("erledigt_am").group_by("case").agg(pl.col("erledigt_am").n_unique())
    reopened = closings.filter(pl.col("erledigt_am") > 1)
    assert reopened.height == truth["detours"]["reopened_cases"] == 7
    assert (
        case_rows.join(reopened, on="case", how="semi")
        .group_by("case")
        .agg(pl.col("erledigt_am").last())["erledigt_am"]
        .is_not_null()
        .all()
    )


def test_batches_and_samples(truth, town, stands):
    batches: list[tuple[str, str, str, int]] = []
    for path in sorted((town / "inbox/chargen").glob("*.xml")):
        for batch in ElementTree.parse(path).getroot().iter("Batch"):
            fields = {field.attrib["Name"]: field.attrib["Value"] for field in batch.iter("BatchField")}
            pages = int(batch.attrib["ExpectedBatchTotal"])
            batches.append((batch.attrib["Name"], f"{fields['Beginn'][:7]}-01", stands[fields["Stelle"]], pages))
    found = summed(((first, unit), (1, pages)) for _, first, unit, pages in batches)
    assert found == figures_by_key(truth["scan_batches"], 2)
    of_batch = {name: first for name, first, _, _ in batches}
    samples = lines_of(town, "stichproben")
    found = summed(((of_batch[s["Charge"]],), (1, int(s["Gezogen"]), int(s["Fehler"]))) for s in samples)
    assert found == figures_by_key(truth["scan_samples"], 1)
    assert all(int(sample["Fehler"]) <= int(sample["Gezogen"]) for sample in samples)


def test_printed_pages_stand_under_the_parent_of_a_small_unit(truth, town, stands):
    rows = lines_of(town, "druck", "windows-1252")
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        days[month_of(row["Tag"]), stands[row["Organisationseinheit"]]].add(row["Tag"])
    pages = summed(
        ((month_of(row["Tag"]), stands[row["Organisationseinheit"]]), (number(row["Seiten"]), number(row["Blatt"])))
        for row in rows
    )
    assert {key: (len(days[key]), *values) for key, values in pages.items()} == figures_by_key(truth["printing"], 2)
    assert {"denkmalpflege", "bauamt"} <= {row["Organisationseinheit"] for row in rows}


def test_franked_items_and_their_cost(truth, town):
    rows = lines_of(town, "postausgang", "windows-1252")
    found = summed(
        ((month_of(row["Tag"]), row["Produkt"]), (1, number(row["Stück"]), number(row["Entgelt EUR"]))) for row in rows
    )
    assert found == figures_by_key(truth["franking"], 2)


def test_file_stock_of_every_quarter(truth, town, stands):
    rows = sheet(town / "inbox/altakten/aktenbestand.xlsx", 2).iter_rows(named=True)
    found = summed(
        ((str(row["Stichtag"])[:10], stands[row["Stelle"]]), (row["Laufmeter"], row["Akten"])) for row in rows
    )
    assert found == figures_by_key(truth["file_stock"], 2)


def test_budget_lines_as_last_delivered(truth, town):
    lines: list[tuple[Any, ...]] = []
    for year in (2024, 2025, 2026):
        rows = sheet(town / f"inbox/haushalt/haushalt_{year}.xlsx", 3)
        lines += [row[:7] for row in rows.rows() if row[0] != "Summe"]
    assert lines == [tuple(row) for row in truth["budget"]["lines"]["rows"]]
    found = summed(((line[3],), (1, *(value or 0 for value in line[4:]))) for line in lines)
    assert found == figures_by_key(truth["budget"]["by_year"], 1)
    cost_lines = {row["Haushaltsstelle"] for row in lines_of(town, "finanzen", "windows-1252")}
    assert cost_lines <= {line[0] for line in lines}


def test_posts_by_office_and_grade(truth, town, stands):
    rows = lines_of(town, "stellenplan", "windows-1252")
    found = summed(
        ((stands[row["Amt"]], row["Bewertung"]), (1, number(row["VZÄ"]), int(row["kw zum"] != ""))) for row in rows
    )
    assert found == figures_by_key(truth["posts"], 2)
    assert set(Counter(row["Stelle"] for row in rows).values()) == {1}


def test_links_of_records_and_cases(truth, town, forms, documents, case_rows, portal_rows, cases):
    scans = scan_rows(town)
    written_by = scans["Dokument"].str.extract("^(SC|TV)-").fill_null("")
    mentioned = {
        "faelle": case_rows["case"],
        "portal": portal_rows["case"],
        "formulare": forms["case"],
        "dokumente": documents["Vorgang"].replace("", None),
        "scanstelle": scans.filter(written_by == "SC")["Vorgang"],
        "scanindex": scans.filter(written_by == "")["Vorgang"],
        "transfervermerke": scans.filter(written_by == "TV")["Vorgang"],
    }
    known = set(cases["case"])
    links = truth["links"]
    for source, record in links["records"].items():
        numbers = mentioned[source]
        found = sum(number in known for number in numbers.drop_nulls())
        assert (len(numbers), len(numbers.drop_nulls()), found) == tuple(record.values()), source
    of_source = {source: set(numbers.drop_nulls()) & known for source, numbers in mentioned.items()}
    times = Counter(case for found in of_source.values() for case in found)
    assert links["cases"] == {source: len(found) for source, found in of_source.items()}
    assert links["cases_known_to_one_source"] == {
        source: sum(times[case] == 1 for case in found) for source, found in of_source.items()
    }
    assert links["records"]["formulare"]["found"] < links["records"]["formulare"]["with_number"]
    assert links["records"]["dokumente"]["with_number"] - links["records"]["dokumente"]["found"] == 9
