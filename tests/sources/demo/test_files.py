"""The folder as a folder: bytes, rows, encodings, marks of persons, parameters."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from pipelines.walk.inbox import files_of
from sources.connectors.files import read_batches
from sources.contract.pseudonyms import Key
from sources.demo.invent import TOKEN_PATTERN, is_token, write_town
from sources.door.door import Door
from sources.door.units import Units
from sources.town.folder import read_town
from sources.town.parameters import PARAMETER_TABLES

AS_OF, KEY_ID = dt.date(2026, 6, 30), "0123456789ab"
ANSI = ("portal", "finanzen", "druck", "postausgang", "stellenplan")


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(town: Path, tmp_path: Path):
    write_town(tmp_path, scale=0.02, as_of=AS_OF, key_id=KEY_ID)
    assert fingerprint(tmp_path) == fingerprint(town)


def test_another_seed_gives_another_town(town: Path, tmp_path: Path):
    write_town(tmp_path, scale=0.02, seed=7, as_of=AS_OF, key_id=KEY_ID)
    ours, theirs = fingerprint(town), fingerprint(tmp_path)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if name.startswith("inbox/") and ours[name] == theirs[name]] == []
    assert ours["parameters/services.csv"] == theirs["parameters/services.csv"]


def test_a_town_without_cases_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="scale"):
        write_town(tmp_path, scale=0, as_of=AS_OF, key_id=KEY_ID)


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2026, 1, 1), dt.date(2025, 10, 26)])
def test_any_day_can_be_the_last_one(tmp_path: Path, as_of: dt.date):
    summary = write_town(tmp_path, scale=0.05, as_of=as_of, key_id=KEY_ID)
    assert summary.cases > 5000
    assert (tmp_path / f"inbox/portal/antraege_{as_of:%Y-%m}.csv").is_file()


def test_progress_is_told_in_order(tmp_path: Path):
    progress: list[tuple[str, int]] = []
    write_town(
        tmp_path, scale=0.01, as_of=AS_OF, key_id=KEY_ID, progress=lambda part, rows: progress.append((part, rows))
    )
    assert len(progress) >= 4
    assert all(rows > 0 for _, rows in progress)


def records(path: Path) -> list[str]:
    """A file's records as text, each as it stands: without headers, titles and sums."""
    if path.suffix == ".xlsx":
        rows = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
        start = next(number for number, row in enumerate(rows) if all(row)) + 1
        return [str(row) for row in rows[start:] if row[0] != "Summe"]
    raw = path.read_bytes()
    text = raw.decode("windows-1252" if path.parts[-2] in ANSI or path.suffix == ".DAT" else "utf-8")
    lines = text.replace("\r\n", "\n").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    if path.suffix == ".xml":
        return [line for line in lines if line.startswith(("<Batch ", "<Transfervermerk "))]
    return lines if path.suffix in (".jsonl", ".DAT") else lines[1:]


def test_rows_and_repetitions_are_those_of_the_truth(town: Path, truth: dict[str, Any]):
    seen: dict[str, set[str]] = {}
    for account in truth["files"]:
        lines = records(town / account["path"])
        earlier = seen.setdefault(account["source"], set())
        assert len(lines) == account["rows"], account["path"]
        assert len(lines) - len(set(lines)) == account["duplicates"], account["path"]
        assert len(set(lines) & earlier) == account["repeated_from_earlier_file"], account["path"]
        earlier.update(lines)
    inbox = {path.relative_to(town).as_posix() for path in (town / "inbox").rglob("*.*")}
    assert inbox == {account["path"] for account in truth["files"]}


def test_honest_rows_add_up_to_the_events(truth: dict[str, Any]):
    honest = Counter[str]()
    for file in truth["files"]:
        apart = sum(file[kind] for kind in ("duplicates", "quarantined", "repeated_from_earlier_file", "outdated"))
        honest[file["source"]] += file["rows"] - apart
    totals = truth["totals"]
    assert honest["portal"] == totals["events_portal"]
    assert honest["faelle"] == totals["events_faelle"]
    assert honest["scanstelle"] + honest["scanindex"] + honest["transfervermerke"] == totals["scans"]
    assert honest["dokumente"] == truth["documents"]["total"]
    assert honest["formulare"] == sum(row[1] for row in truth["submissions"]["rows"])
    assert honest["haushalt"] == len(truth["budget"]["lines"]["rows"])


def test_every_fault_is_there(town: Path, truth: dict[str, Any]):
    faults = truth["faults"]
    files = {account["path"]: account for account in truth["files"]}
    assert files[faults["exact_duplicates"]["file"]]["duplicates"] >= 5
    assert files[faults["overlapping_month"]["file"]]["repeated_from_earlier_file"] >= 1
    assert files[faults["unreadable_timestamps"]["file"]]["quarantined"] == 7
    assert files[faults["impossible_years"]["file"]]["quarantined"] == 2
    assert files[faults["person_in_activity"]["file"]]["quarantined"] == 1
    assert sum(account["ambiguous_times"] for account in files.values()) >= 4
    for name in ("unknown_channel", "unlisted_service", "closed_before_received", "events_after_closing"):
        assert faults[name]["cases"] >= 3, name
    cut = (town / faults["cut_last_line"]["file"]).read_bytes()
    assert not cut.endswith(b"\n")
    assert truth["scans"]["with_case"] < truth["scans"]["total"]


def test_the_portal_speaks_windows_1252(town: Path):
    raw = (town / "inbox/portal/antraege_2025-03.csv").read_bytes()
    assert "Eingangsbestätigung" in raw.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_marks_of_persons_are_found_by_the_pattern_and_nowhere_else(town: Path):
    in_inbox: set[str] = set()
    for path in (town / "inbox").rglob("*.*"):
        in_inbox.update(re.findall(TOKEN_PATTERN, path.read_bytes().decode("windows-1252", "replace")))
    assert len(in_inbox) > 10_000
    assert all(is_token(mark) for mark in in_inbox)
    for path in (town / "truth.json", town / "town.toml", *(town / "parameters").glob("*.csv")):
        assert not re.search(TOKEN_PATTERN, path.read_text(encoding="utf-8")), path


def test_each_applicants_mark_belongs_to_one_case_and_field(portal_rows):
    owner: dict[str, tuple[str, str]] = {}
    for column in ("Antragsteller", "E-Mail", "Telefon", "Anschrift", "IBAN", "Nachricht"):
        for case, value in portal_rows.select("case", column).unique().iter_rows():
            marks = re.findall(TOKEN_PATTERN, value)
            assert len(marks) == 1, (column, value)
            assert owner.setdefault(marks[0].lower(), (case, column)) == (case, column)


def test_every_clerk_remark_operator_and_booker_carries_a_mark(town: Path, case_rows):
    for column in ("sachbearbeitung_kennung", "sachbearbeitung"):
        assert case_rows[column].str.contains(TOKEN_PATTERN).all()
    remarks = case_rows["bemerkung"].drop_nulls()
    marks = remarks.str.extract(f"({TOKEN_PATTERN})")
    assert marks.null_count() == 0 and marks.n_unique() == len(remarks) > 1000
    for name, column in (("scan/scanindex_2025-03.csv", "Bedienung"), ("finanzen/kosten.csv", "Gebucht durch")):
        text = (town / "inbox" / name).read_bytes().decode("utf-8" if "scan" in name else "windows-1252")
        for row in csv.DictReader(text.splitlines(), delimiter=";"):
            assert re.search(TOKEN_PATTERN, row[column])


def parameter(town: Path, name: str) -> list[dict[str, str]]:
    with (town / "parameters" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def test_parameter_files_are_those_of_tables(town: Path):
    files = {path.name for path in (town / "parameters").iterdir()}
    assert files <= {f"{table.file}.csv" for table in PARAMETER_TABLES}
    assert len(files) >= 11


@pytest.mark.parametrize("table", PARAMETER_TABLES, ids=lambda table: table.file)
def test_parameter_rows_are_valid_and_their_keys_unique(town: Path, table):
    if not (town / "parameters" / f"{table.file}.csv").exists():
        pytest.skip("Musterhafen has decided nothing of the kind")
    rows = parameter(town, table.file)
    assert rows
    assert list(rows[0]) == list(table.model_fields)
    for row in rows:
        number = {
            name: value.replace(",", ".") if re.fullmatch(r"\d+,\d+", value) else value for name, value in row.items()
        }
        table.model_validate({name: value for name, value in number.items() if value != ""})
    keys = Counter(tuple(row[name] for name in table.key) for row in rows)
    assert max(keys.values()) == 1


def test_services_and_offices_are_many_and_invented(town: Path):
    services, offices = parameter(town, "services"), parameter(town, "offices")
    keys = [row["leika_key"] for row in services]
    assert len(services) >= 24 and len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"99999\d{9}", key) for key in keys)
    assert len({row["office_code"] for row in services}) >= 9
    bands = Counter(row["staff_band"] for row in offices)
    assert bands["unknown"] == 1 and bands["1-4"] >= 2
    assert {row["office_code"] for row in services} <= {row["office_code"] for row in offices}


def test_no_service_is_claimed_by_more_than_the_whole(town: Path):
    claimed: Counter[str] = Counter()
    for row in parameter(town, "measure_services"):
        claimed[row["service_code"]] += round(float(row["share"].replace(",", ".")) * 100)
    assert max(claimed.values()) <= 100


def test_adoption_is_a_probability_and_starts_with_the_service(town: Path, truth: dict[str, Any]):
    months = truth["adoption"]["months"]
    since = {row["service_code"]: row["online_since"] for row in parameter(town, "services")}
    for code, values in truth["adoption"]["online"].items():
        assert all(0 <= value <= 1 for value in values)
        for month, value in zip(months, values, strict=True):
            assert (value > 0) == (since[code] != "" and month >= since[code]), (code, month)


def test_the_town_and_all_its_deliveries_pass_the_door_as_the_truth_says(town: Path, truth: dict[str, Any]):
    passes_the_door(town, truth, AS_OF)


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2026, 1, 1)])
def test_a_system_without_records_writes_no_file_that_cannot_be_read(tmp_path: Path, as_of: dt.date):
    write_town(tmp_path, scale=0.001, as_of=as_of, key_id=KEY_ID)
    passes_the_door(tmp_path, json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")), as_of)


def passes_the_door(town: Path, truth: dict[str, Any], as_of: dt.date) -> None:
    """Every file is read and its rows are admitted or refused as the generator's account of it says."""
    settings = read_town(town)
    accounts = {account["path"]: account for account in truth["files"]}
    for source in settings.sources:
        for path in files_of(settings, source):
            door = Door(source, settings.setting.timezone, Units(settings), Key(b"0" * 32), as_of)
            for batch in read_batches(path, source):
                door.take(batch)
            got, want = door.close(), accounts[path.relative_to(town).as_posix()]
            assert (got.rows_read, got.rows_duplicate, got.rows_quarantined) == (
                want["rows"] * want["records_per_row"],
                want["duplicates"],
                want["quarantined"],
            ), path
            assert (got.ambiguous, got.nonexistent, got.coarsened) == (want["ambiguous_times"], 0, want["coarsened"]), (
                path
            )
            assert sum(got.unmapped.get("channel", {}).values()) == want["unmapped_values"], path
            assert set(got.unmapped) <= {"channel"}
