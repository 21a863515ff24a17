"""Each format's file goes through the door whole, with the mapping it is measured with, and bare readers agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.connectors.files import read_batches
from sources.town.folder import read_town
from sources.town.source import ASKED_FORMATS, FILE_FORMATS
from tests.bench.chapters.intake import BARE, OTHERS, PEERS, measured_file, source_toml, title
from tests.bench.chapters.undecided import ACTIVITIES, SOURCE, laid_aside, log
from tests.bench.children.bare_read import BY
from tests.bench.children.write_events import WRITERS
from tests.bench.measuring import Measuring
from tests.bench.prepared import ENDING
from tests.towns import admitted, make_town

ROWS = 300


def test_every_format_is_measured_or_says_why_not() -> None:
    told = {*BARE, "postgres", *(name for names in OTHERS for name in names.split(", "))}
    assert told == {*FILE_FORMATS, *ASKED_FORMATS}


@pytest.mark.parametrize("kind", BARE)
def test_every_event_of_a_file_is_admitted_and_read_bare(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"x.{ENDING.get(kind, kind)}", ROWS)
    town = read_town(make_town(tmp_path / "town", source_toml(kind)))
    result = admitted(town, list(read_batches(path, town.sources[0])))
    assert (result.rows_read, result.rows_admitted, result.rows_quarantined) == (ROWS, ROWS, 0)
    events = result.records["events"]
    assert events["unit_code"].null_count() == 0
    assert set(result.records["cases"]["intake_channel"].unique()) <= {"online", "post", "counter", "phone", "email"}
    for reader in BARE[kind]:
        if reader not in PEERS:
            assert BY[reader](kind)(str(path)) == ROWS


def test_a_format_becomes_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_BENCH_CACHE", str(tmp_path))
    measuring = Measuring.of("0.002", 1, is_fresh=True)
    measured_file(measuring, "csv", 2_000, BARE["csv"])
    measured_file(measuring, "xlsx", 2_000_000, BARE["xlsx"])
    assert [(row.what, row.by, row.n) for row in measuring.section.rows] == [
        (title("csv"), "Papierwende", 1),
        (title("csv"), "DuckDB, bare read", 1),
        (title("xlsx"), "Papierwende", 0),
    ]
    assert "1,048,575" in measuring.section.rows[-1].note
    assert measuring.section.facts["csv_mb"] > 0


def test_the_log_without_decisions_differs_in_the_last_event_of_a_case_alone(tmp_path: Path) -> None:
    decided, undecided = (list(log(40, is_decided=is_decided)) for is_decided in (True, False))
    assert len(decided) == len(undecided) == 1 + 3 * 40
    assert {line.split(";")[1] for line in {*decided} - {*undecided}} == {"Payment"}
    assert [line.split(";")[2:] for line in decided] == [line.split(";")[2:] for line in undecided]
    town = read_town(make_town(tmp_path / "town", SOURCE, {"activities": ACTIVITIES}))
    path = tmp_path / "town" / "inbox" / "fines" / "log.csv"
    path.write_text("\n".join(undecided) + "\n", encoding="utf-8")
    assert admitted(town, list(read_batches(path, town.sources[0]))).rows_admitted == 3 * 40
    (town.folder / "var" / "build" / "build.duckdb.tmp").mkdir(parents=True)
    (town.folder / "var" / "build" / "build.duckdb").write_bytes(b"x" * 10)
    (town.folder / "var" / "build" / "build.duckdb.tmp" / "aside").write_bytes(b"x" * 7)
    assert laid_aside(town.folder)() == 7
