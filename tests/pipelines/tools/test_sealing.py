"""Sealed generations: aggregates and pages only, never changed, never swept, and they remember the ledger's head."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.commands.main import app
from pipelines.ledger import chain
from pipelines.run.generation import DATABASE, HIDDEN, STATUS, damaged_parts
from pipelines.run.outcome import Exit, Stop
from pipelines.run.verification import ledger_faults, sealed_faults
from pipelines.tools.sealing import seal_generation
from pipelines.walk.publish import KEPT_GENERATIONS, is_aggregate, open_generation, swap, sweep, write_status
from tests.house.contracted import PUBLISHED
from tests.pipelines.walk.admissions import run_on
from tests.towns import key_file, make_town

MADE = """
create schema monitor;
create table monitor.fct_cases (case_id varchar primary key);
insert into monitor.fct_cases values ('0123456789abcdef0123456789abcdef');
create table monitor.rpt_things (scope varchar primary key, n bigint, seen_at timestamptz, is_small_cell boolean not null);
insert into monitor.rpt_things values ('many', 12, '2026-01-01 10:00:00+00', false), ('fewfewfewfew', 3, null, true);
comment on column monitor.rpt_things.n is 'How many.';
create table monitor.dim_town as select 'name' as key, 'Testhafen' as value;
"""
OF_ONE = {"case_id", "document_id", "batch_id", "submission_id", "post_id", "position"}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town with a ledger and a published generation `g`."""
    folder = make_town(tmp_path / "town")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    chain.append(folder, "baseline", {"baseline_id": "b"})
    publish(folder, "g")
    return folder


def publish(folder: Path, name: str) -> None:
    half = open_generation(folder, name)
    with duckdb.connect(str(half / DATABASE)) as connection:
        connection.execute(MADE)
    (half / "site").mkdir()
    (half / "site" / "index.html").write_text("<p>Zahlen</p>", encoding="utf-8")
    (half / HIDDEN).write_text("{}", encoding="utf-8")
    write_status(half, run_on(folder), name, [], [])
    swap(folder, half, name)


def test_aggregates_and_pages_are_kept_and_nothing_about_a_case(town: Path) -> None:
    place = seal_generation(town, "g", "Vorlage 2026/117")
    assert place == town / "sealed" / "g"
    with duckdb.connect(str(place / DATABASE), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables() order by 1").fetchall() == [
            ("dim_town",),
            ("rpt_things",),
        ]
        assert connection.execute("select scope, n from monitor.rpt_things").fetchall() == [("many", 12)]
        assert connection.execute("select comment from duckdb_columns() where column_name = 'n'").fetchall() == [
            ("How many.",)
        ]
    content = (place / DATABASE).read_bytes()
    # Not even in a block of the file that was given back.
    assert (b"0123456789abcdef" in content, b"fewfewfewfew" in content) == (False, False)
    assert (place / "site" / "index.html").read_text(encoding="utf-8") == "<p>Zahlen</p>"
    status = json.loads((place / STATUS).read_text(encoding="utf-8"))
    assert (status["generation_id"], status["sealed_for"], status["ledger_head"]) == (
        "g",
        "Vorlage 2026/117",
        chain.head(town),
    )
    assert damaged_parts(place) == []
    assert {path.stat().st_mode & 0o222 for path in place.rglob("*") if path.is_file() and path.name != STATUS} == {0}


@pytest.mark.parametrize("table", [table for table in PUBLISHED if is_aggregate(table)])
def test_no_sealed_table_is_about_one_of_something(table: str) -> None:
    assert not OF_ONE & set(PUBLISHED[table].split())


def test_it_is_never_swept(town: Path) -> None:
    place = seal_generation(town, "g", "Vorlage 2026/117")
    for number in range(KEPT_GENERATIONS + 1):
        publish(town, f"newer-{number:02}")
    assert sweep(town) == 2
    assert not (town / "generations" / "g").exists()
    assert damaged_parts(place) == []


@pytest.mark.parametrize(
    ("generation", "purpose", "code", "sentence"),
    [
        ("x", "Vorlage 7", Exit.CONFIGURATION, "there is no such generation any more"),
        ("../landing", "Vorlage 7", Exit.CONFIGURATION, "there is no such generation any more"),
        ("g", " ", Exit.CONFIGURATION, "say which paper quotes it"),
        ("g", "Petra Meyer", Exit.CONFIGURATION, "name nobody"),
        ("g", "x" * 121, Exit.CONFIGURATION, "say which paper quotes it"),
    ],
)
def test_what_cannot_be_sealed_is_a_sentence(
    town: Path, generation: str, purpose: str, code: Exit, sentence: str
) -> None:
    with pytest.raises(Stop, match=sentence) as stopped:
        seal_generation(town, generation, purpose)
    assert stopped.value.exit_code == code
    assert not (town / "sealed").exists()


def test_once_sealed_it_stays_as_it_is(town: Path) -> None:
    seal_generation(town, "g", "Vorlage 7")
    with pytest.raises(Stop, match="is sealed already"):
        seal_generation(town, "g", "Vorlage 8")


def test_a_damaged_generation_is_not_sealed(town: Path) -> None:
    page = town / "generations" / "g" / "site" / "index.html"
    page.chmod(0o644)
    page.write_text("<p>Andere Zahlen</p>", encoding="utf-8")
    with pytest.raises(Stop, match="is not what was published, so it is not sealed"):
        seal_generation(town, "g", "Vorlage 7")


def test_a_damage_to_it_is_told(town: Path) -> None:
    place = seal_generation(town, "g", "Vorlage 7")
    assert sealed_faults(town) == []
    (place / DATABASE).chmod(0o644)
    (place / DATABASE).write_bytes(b"x")
    assert sealed_faults(town) == [f"{place / DATABASE}: is not what was sealed; restore sealed/ from the backup."]
    assert isinstance(CliRunner().invoke(app, ["verify", str(town)]).exception, Stop)


def test_it_knows_a_ledger_that_was_cut_off_since(town: Path) -> None:
    seal_generation(town, "g", "Vorlage 7")
    # Even where the published generation is gone.
    (town / "current").unlink()
    chain.place(town).unlink()
    assert len(ledger_faults(town)) == 1
