"""The real receipt log lands as the same records, whatever door it came through; the build is a function of these."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.connectors import read_batches
from sources.connectors.postgres import open_postgres
from sources.connectors.protocol import POSITION, Access
from sources.mapping import Source
from sources.town import Town, read_town
from tests.sources.connectors.postgres_server import READER, READER_PASSWORD, PostgresServer
from tests.towns import NOW, admitted, make_source, make_town

ROOT = Path(__file__).resolve().parents[3]
LOG = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "receipt.xes.gz"
pytestmark = pytest.mark.skipif(not LOG.is_file(), reason="the shared reference data are not beside this checkout")

XES = {
    "case_ref": "case:concept:name",
    "activity": "concept:name",
    "occurred_at": "time:timestamp",
    "channel": "case:channel",
    "office": "case:department",
    "unit": "org:group",
    "received_at": "case:startdate",
    "closed_at": "case:enddate",
    "due_at": "case:deadline",
}
TIMES = ("time:timestamp", "case:startdate", "case:enddate", "case:deadline")
WORDS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}
COLUMNS = {field: column.replace(":", "_") for field, column in XES.items()}


def source_of(form: str, columns: dict[str, str] = COLUMNS, **more: Any) -> Source:
    return make_source(
        columns, format=form, service="environmental-permit", values={"channel": WORDS}, **({"path": "inbox/*"} | more)
    )


def landed(town: Town, source: Source, path: Path) -> dict[str, pl.DataFrame]:
    """What the door made of a file, in an order of its own."""
    return in_order(admitted(town, list(read_batches(path, source)), source).records)


def in_order(records: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    assert set(records) == {"events", "cases"}
    return {
        name: (told := frame.drop("position")).sort(told.columns, nulls_last=True) for name, frame in records.items()
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = make_town(tmp_path_factory.mktemp("formats") / "town", privacy="thresholds_off = true")
    return read_town(folder)


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    """The log as one table of texts, in the order of the file."""
    frames = [batch.frame for batch in read_batches(LOG, source_of("xes", XES))]
    return pl.concat(frames).drop(POSITION).rename({old: old.replace(":", "_") for old in XES.values()})


@pytest.fixture(scope="module")
def by_xes(town: Town) -> dict[str, pl.DataFrame]:
    found = landed(town, source_of("xes", XES), LOG)
    assert found["events"].height == 8577
    assert found["cases"]["case_id"].n_unique() == 1434
    return found


def typed(table: pl.DataFrame) -> pl.DataFrame:
    """The same table with real instants."""
    return table.with_columns(
        pl.col(c.replace(":", "_")).str.to_datetime(time_zone="UTC", time_unit="us") for c in TIMES
    )


def as_csv(table: pl.DataFrame, path: Path) -> None:
    table.write_csv(path, separator=";")


def as_jsonl(table: pl.DataFrame, path: Path) -> None:
    table.write_ndjson(path)


def as_parquet(table: pl.DataFrame, path: Path) -> None:
    typed(table).write_parquet(path)


def as_xlsx(table: pl.DataFrame, path: Path) -> None:
    table.write_excel(path)


@pytest.mark.parametrize(
    ("form", "write"), [("csv", as_csv), ("jsonl", as_jsonl), ("parquet", as_parquet), ("xlsx", as_xlsx)]
)
def test_a_file_of_another_format_lands_the_same(
    town: Town,
    table: pl.DataFrame,
    by_xes: dict[str, pl.DataFrame],
    tmp_path: Path,
    form: str,
    write: Callable[[pl.DataFrame, Path], None],
) -> None:
    path = tmp_path / f"receipt.{form}"
    write(table, path)
    found = landed(town, source_of(form), path)
    assert all(found[name].equals(frame) for name, frame in by_xes.items())


def test_a_table_of_a_postgresql_server_lands_the_same(
    town: Town, table: pl.DataFrame, by_xes: dict[str, pl.DataFrame], postgres: PostgresServer
) -> None:
    names = list(table.columns)
    kinds = ["timestamptz" if name in [c.replace(":", "_") for c in TIMES] else "text" for name in names]
    described = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, kinds, strict=True))
    rows = [
        "(" + ", ".join("null" if value is None else "'" + value.replace("'", "''") + "'" for value in row) + ")"
        for row in table.iter_rows()
    ]
    postgres.do(
        "drop table if exists receipt", f"create table receipt ({described})", f"grant select on receipt to {READER}"
    )
    postgres.do(
        *(f"insert into receipt values {', '.join(rows[first : first + 1000])}" for first in range(0, len(rows), 1000))
    )
    source = source_of("postgres", path="", connection={"url": postgres.url, "query": "receipt"})
    batches = list(open_postgres(source, Access(READER_PASSWORD, Path(), Path(), NOW)).pull(None))
    found = in_order(admitted(town, batches, source).records)
    postgres.do("drop table receipt")
    assert all(found[name].equals(frame) for name, frame in by_xes.items())


OCEL = {
    field: {
        "case_ref": "ocel:case",
        "activity": "ocel:activity",
        "occurred_at": "ocel:time",
        "unit": "event:org_group",
    }.get(field, column.replace("case:", "case:case_"))
    for field, column in XES.items()
}


def test_an_object_centric_log_lands_the_same(
    town: Town, table: pl.DataFrame, by_xes: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(object_centric(table)), encoding="utf-8")
    found = landed(town, source_of("ocel", OCEL, case_object="application"), path)
    assert all(found[name].equals(frame) for name, frame in by_xes.items())


def object_centric(table: pl.DataFrame) -> dict[str, Any]:
    """The table as OCEL 2.0: each case an object with its attributes, each row an event of it."""
    attributes = [name for name in table.columns if name.startswith("case_") and name != "case_concept_name"]
    cases = table.group_by("case_concept_name", maintain_order=True).agg(pl.col(attributes).drop_nulls().first())
    named = [{"name": name, "type": "string"} for name in attributes]
    return {
        "objectTypes": [{"name": "application", "attributes": named}],
        "eventTypes": [
            {"name": step, "attributes": [{"name": "org_group", "type": "string"}]}
            for step in table["concept_name"].unique().sort()
        ],
        "objects": [
            {
                "id": row["case_concept_name"],
                "type": "application",
                "attributes": [
                    {"name": name, "time": "1970-01-01T00:00:00Z", "value": row[name]}
                    for name in attributes
                    if row[name]
                ],
            }
            for row in cases.iter_rows(named=True)
        ],
        "events": [
            {
                "id": str(number),
                "type": row["concept_name"],
                "time": row["time_timestamp"],
                "attributes": [{"name": "org_group", "value": row["org_group"]}] if row["org_group"] else [],
                "relationships": [{"objectId": row["case_concept_name"], "qualifier": "of"}],
            }
            for number, row in enumerate(table.iter_rows(named=True))
        ],
    }
