"""The real receipt log gives the same records and the same published tables, whatever door it came through."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.batches.protocol import POSITION, Access, Batch
from sources.connectors.databases.postgres import open_postgres
from sources.connectors.files import read_batches
from sources.landing.identity import Identity
from sources.landing.landing import Landing
from sources.town.folder import Town, read_town
from sources.town.source import Source
from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SHARED_DATA, SmallTown
from tests.sources.connectors.databases.postgres_server import READER, READER_PASSWORD, running_postgres
from tests.towns import KEY, NOW, admitted, make_source, make_town

LOG = SHARED_DATA / "receipt.xes.gz"
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
AS_OF = dt.date(2012, 1, 31)
NEWEST = dt.datetime(2012, 1, 23, 14, 42, 54, 644000)
# A file of increments speaks of its newest record, what was asked of the moment of asking: both are made the same here.
DELIVERY = Identity("one", "content", "mapping", NEWEST)
TIMES = ("time:timestamp", "case:startdate", "case:enddate", "case:deadline")
WORDS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}
COLUMNS = {field: column.replace(":", "_") for field, column in XES.items()}


def source_of(form: str, columns: dict[str, str] = COLUMNS, **more: Any) -> Source:
    return make_source(
        columns, format=form, service="environmental-permit", values={"channel": WORDS}, **({"path": "inbox/*"} | more)
    )


@dataclass(frozen=True)
class Outcome:
    """What one door made of the log.

    Attributes:
        landed: per kind the records in an order of their own, without the place they had.
        published: per table its rows, in any order.
    """

    landed: dict[str, pl.DataFrame]
    published: dict[str, Counter[str]]

    def assert_same_as(self, other: Outcome) -> None:
        """Assert that another door made the same of it."""
        assert all(other.landed[name].equals(frame) for name, frame in self.landed.items())
        assert {name for name, rows in self.published.items() if other.published[name] != rows} == set()


def through(town: Town, source: Source, batches: Iterable[Batch], models: CompiledModels, folder: Path) -> Outcome:
    """One door's batches, landed as the one delivery of a town of its own, and all tables made from it."""
    found = admitted(town, list(batches), source)
    assert set(found.records) == {"events", "cases"}
    landed = {
        name: (rows := frame.drop("position")).sort(rows.columns, nulls_last=True)
        for name, frame in found.records.items()
    }
    small = SmallTown(folder)
    small.decide(AS_OF, sources=[{"source": source.name, "source_rank": 1, "system": "portal", "mode": "increment"}])
    landing = Landing(folder)
    landing.land(landing.write(source, DELIVERY, found, KEY.key_id, NOW))
    names = sorted(name for name, node in models.nodes.items() if node["schema"] == "monitor")
    tables = models.build(folder, *names)
    return Outcome(
        landed, {name: Counter(map(str, tables.execute(f"from monitor.{name}").fetchall())) for name in names}
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = make_town(tmp_path_factory.mktemp("formats") / "town", privacy="thresholds_off = true")
    return read_town(folder)


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    """The log as one table of texts, in the order of the file."""
    frames = [batch.frame.select(POSITION, *XES.values()) for batch in read_batches(LOG, source_of("xes", XES))]
    return pl.concat(frames).drop(POSITION).rename({old: old.replace(":", "_") for old in XES.values()})


@pytest.fixture(scope="module")
def by_xes(town: Town, models: CompiledModels, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    source = source_of("xes", XES)
    found = through(town, source, read_batches(LOG, source), models, tmp_path_factory.mktemp("xes"))
    assert found.landed["events"].height == 8577
    assert found.landed["cases"]["case_id"].n_unique() == 1434
    return found


def test_the_tables_to_compare_are_filled(by_xes: Outcome) -> None:
    assert len(by_xes.published) > 35
    assert by_xes.published["fct_cases"].total() == 1434
    assert by_xes.published["fct_case_steps"].total() == 8577
    filled = {name for name, rows in by_xes.published.items() if rows}
    assert filled >= {"rpt_process_map", "rpt_variants", "rpt_throughput_monthly", "rpt_paper_share_monthly"}, filled


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
def test_a_file_of_another_format_gives_the_same(
    town: Town,
    table: pl.DataFrame,
    by_xes: Outcome,
    models: CompiledModels,
    tmp_path: Path,
    form: str,
    write: Callable[[pl.DataFrame, Path], None],
) -> None:
    path = tmp_path / f"receipt.{form}"
    write(table, path)
    source = source_of(form)
    by_xes.assert_same_as(through(town, source, read_batches(path, source), models, tmp_path / "town"))


def test_a_table_of_a_postgresql_server_gives_the_same(
    town: Town, table: pl.DataFrame, by_xes: Outcome, models: CompiledModels, tmp_path: Path
) -> None:
    names = list(table.columns)
    kinds = ["timestamptz" if name in [c.replace(":", "_") for c in TIMES] else "text" for name in names]
    described = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, kinds, strict=True))
    rows = [
        "(" + ", ".join("null" if value is None else "'" + value.replace("'", "''") + "'" for value in row) + ")"
        for row in table.iter_rows()
    ]
    parts = (", ".join(rows[first : first + 1000]) for first in range(0, len(rows), 1000))
    with running_postgres() as server:
        server.do(f"create table receipt ({described})", f"grant select on receipt to {READER}")
        server.do(*(f"insert into receipt values {part}" for part in parts))
        source = source_of("postgres", path="", connection={"url": server.url, "query": "receipt"})
        pulled = list(open_postgres(source, Access(READER_PASSWORD, Path(), Path(), NOW)).pull(None))
    by_xes.assert_same_as(through(town, source, pulled, models, tmp_path / "town"))


OCEL = {
    field: {
        "case_ref": "ocel:case",
        "activity": "ocel:activity",
        "occurred_at": "ocel:time",
        "unit": "event:org_group",
    }.get(field, column.replace("case:", "case:case_"))
    for field, column in XES.items()
}


def test_an_object_centric_log_gives_the_same(
    town: Town, table: pl.DataFrame, by_xes: Outcome, models: CompiledModels, tmp_path: Path
) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(object_centric(table)), encoding="utf-8")
    source = source_of("ocel", OCEL, case_object="application")
    by_xes.assert_same_as(through(town, source, read_batches(path, source), models, tmp_path / "town"))


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
