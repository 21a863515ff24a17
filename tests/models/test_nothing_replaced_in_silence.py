"""A later delivery never pushes out what happened without a word, nor joins the strangers of two offices."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

AS_OF = dt.date(2026, 3, 10)
STANDS = dt.datetime(2026, 1, 31), dt.datetime(2026, 2, 28)
MODELS = ("rpt_log_health", "rpt_case_links", "rpt_sources")
RENT = {"cost_item_id": "rent", "measure_id": "m", "kind": "cash_released", "month": dt.date(2026, 1, 1)}
PRINTED = {"counted_on": dt.date(2026, 1, 2), "unit_code": "u", "kind": "printed_pages"}
STOCK = {"counted_on": dt.date(2026, 1, 2), "unit_code": "u", "kind": "files"}
# Per kind of record what an earlier and what a later delivery say under the same key.
HAPPENED = {
    "costs": (RENT | {"booking_ref": "b2", "actual_eur": 900.0}, RENT | {"booking_ref": "b2", "actual_eur": -900.0}),
    "scans": (
        {"document_id": "1", "scanned_at": dt.datetime(2026, 1, 5, 9), "pages": 4},
        {"document_id": "1", "scanned_at": dt.datetime(2026, 1, 6, 9), "pages": 4},
    ),
    "documents": (
        {"document_id": "1", "direction": "out", "occurred_at": dt.datetime(2026, 1, 5, 9)},
        {"document_id": "1", "direction": "out", "occurred_at": dt.datetime(2026, 1, 6, 9)},
    ),
    "submissions": (
        {"submission_id": "1", "started_at": dt.datetime(2026, 1, 5, 9)},
        {"submission_id": "1", "started_at": dt.datetime(2026, 1, 6, 9)},
    ),
    "scan_batches": ({"batch_id": "1", "pages": 4}, {"batch_id": "1", "pages": 9}),
    "scan_qc": ({"batch_id": "1", "sampled": 4}, {"batch_id": "1", "sampled": 9}),
    "counts": (PRINTED | {"value": 500.0}, PRINTED | {"value": 300.0}),
}
MAY_CHANGE = {
    "cases": ({"case_id": "c", "outcome": "unknown"}, {"case_id": "c", "outcome": "granted"}),
    "submissions": (
        {"submission_id": "1", "started_at": dt.datetime(2026, 1, 5, 9)},
        {"submission_id": "1", "started_at": dt.datetime(2026, 1, 5, 9), "submitted_at": dt.datetime(2026, 1, 5, 10)},
    ),
    "counts": (STOCK | {"value": 500.0}, STOCK | {"value": 300.0}),
    "budget_lines": (
        {"budget_line_id": "l", "year": 2026, "actual_eur": 1.0},
        {"budget_line_id": "l", "year": 2026, "actual_eur": 2.0},
    ),
    "posts": ({"post_id": "p", "fte": 1.0}, {"post_id": "p", "fte": 0.5}),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """The deliveries of one source, one a month.

    Attributes:
        kind: what they hold.
        deliveries: the rows of each.
        mode: as in town.toml.
        corrects: as in town.toml.
    """

    kind: str
    deliveries: Sequence[Sequence[Row]]
    mode: str = "increment"
    corrects: bool = False


def built(
    folder: Path, models: CompiledModels, sources: Mapping[str, Told], **inputs: Sequence[Row]
) -> duckdb.DuckDBPyConnection:
    """The tables of a town with these sources; numbers of one never meet those of another."""
    town = SmallTown(folder)
    rows = [
        {"source": name, "source_rank": rank, "mode": told.mode, "corrects": told.corrects}
        for rank, (name, told) in enumerate(sources.items(), start=1)
    ]
    town.decide(AS_OF, sources=rows, **inputs)
    for name, told in sources.items():
        for number, (records, stand) in enumerate(zip(told.deliveries, STANDS, strict=False), start=1):
            town.deliver(name, f"{name}_{number}", stand, mode=told.mode, **_landed(name, told.kind, records))
    return models.build(folder, *MODELS)


def _landed(source: str, kind: str, rows: Sequence[Row]) -> dict[str, Sequence[Row]]:
    own = [row | ({"case_id": f"{source}_{row['case_id']}"} if "case_id" in row else {}) for row in rows]
    if kind != "events":
        return {kind: own}
    carried = [{"case_id": row["case_id"], "office_code": row["office_code"]} for row in own]
    return {
        kind: [{name: value for name, value in row.items() if name != "office_code"} for row in own],
        "cases": carried,
    }


def observed(tables: duckdb.DuckDBPyConnection, check: str) -> dict[str, int]:
    """Per source what a check counted."""
    query = "select source, observed::int from monitor.rpt_log_health where check_name = ?"
    return dict(tables.execute(query, [check]).fetchall())


def test_what_happened_is_not_replaced_by_a_later_delivery_without_a_word(
    models: CompiledModels, tmp_path: Path
) -> None:
    sources = {}
    for kind, (first, later) in HAPPENED.items():
        sources |= {
            f"{kind}_told": Told(kind, ([first], [later])),
            f"{kind}_same_version": Told(kind, ([first | {"version": 1}], [later | {"version": 1}])),
            f"{kind}_again": Told(kind, ([first], [first])),
            f"{kind}_declared": Told(kind, ([first], [later]), corrects=True),
            f"{kind}_versioned": Told(kind, ([first | {"version": 1}], [later | {"version": 2}])),
            f"{kind}_dumps": Told(kind, ([first], [later]), mode="dump"),
        }
    tables = built(tmp_path, models, sources)
    assert observed(tables, "contradicted_rows") == {
        name: int(name.endswith(("_told", "_same_version"))) for name in sources
    }
    [(lost,)] = tables.execute("select rows_contradicted from monitor.rpt_sources where source = 'all'").fetchall()
    assert lost == 2 * len(HAPPENED)
    [(finding,)] = tables.execute(
        "select finding from monitor.rpt_log_health where source = 'scans_told' and check_name = 'contradicted_rows'"
    ).fetchall()
    assert "corrects = true" in finding
    assert "row 0 of delivery scans_told_1, in whose place row 0 of delivery scans_told_2 stands" in finding


def test_what_may_change_is_renewed_by_a_later_delivery(models: CompiledModels, tmp_path: Path) -> None:
    sources = {kind: Told(kind, ([first], [later])) for kind, (first, later) in MAY_CHANGE.items()}
    assert observed(built(tmp_path, models, sources), "contradicted_rows") == dict.fromkeys(sources, 0)


def at(office: str, received: dt.datetime | None) -> Row:
    return {"case_id": "7001", "office_code": office, "received_at": received}


def test_one_number_of_two_offices_in_one_source_is_told(models: CompiledModels, tmp_path: Path) -> None:
    january, february = dt.datetime(2026, 1, 5, 9), dt.datetime(2026, 2, 1, 9)
    strangers = [at("AMT10", january)], [at("AMT20", february)]
    begun = {"case_id": "7", "office_code": "AMT10", "activity": "intake", "occurred_at": january}
    other = begun | {"office_code": "AMT20", "occurred_at": february}
    handed = other | {"activity": "transfer"}
    sources = {
        "strangers": Told("cases", strangers),
        "log": Told("events", ([begun, other],)),
        "logs": Told("events", ([begun], [other])),
        "moved": Told("cases", ([at("AMT10", january)], [at("AMT20", january)])),
        "undated": Told("cases", ([at("AMT10", january)], [at("AMT20", None)])),
        "declared": Told("cases", strangers, corrects=True),
        "dumps": Told("cases", strangers, mode="dump"),
        "handed": Told("events", ([begun, handed],)),
        "handed_later": Told("events", ([begun], [handed])),
    }
    activities = [{"activity": "intake", "kind": "intake"}, {"activity": "transfer", "kind": "internal"}]
    tables = built(tmp_path / "told", models, sources, activities=activities)
    suspected = {name: int(name in ("strangers", "log", "logs")) for name in sources}
    assert observed(tables, "numbers_of_two_offices") == suspected
    linked = "select source, cases_of_two_offices from monitor.rpt_case_links where record_kind = 'cases'"
    assert dict(tables.execute(linked).fetchall()) == suspected | {"all": 3}
    ranked = [{"column_name": "office_code", "source": "strangers", "rank": 1}]
    believed = built(tmp_path / "believed", models, sources, activities=activities, precedence=ranked)
    assert observed(believed, "numbers_of_two_offices") == dict.fromkeys(sources, 0)
