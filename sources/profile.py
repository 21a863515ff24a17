"""A delivery in numbers: what the guard judges. One row per delivery, no record of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sources.contract import EARLIEST_YEAR, LANDED, RECORDS, Kind, Record
from sources.landing import MANIFEST
from sources.reading import personal_patterns

ENOUGH_TO_TELL = 30
# Columns whose values the parameter files list: when most are not listed, another column stands there.
LISTED_COLUMNS = {"activity": "events", "unit_code": "events", "service_code": "cases", "office_code": "cases"}
RECURRING_CODES = (("cases", "case_type"), ("cases", "district"), ("scans", "document_type"))
PSEUDONYM = "^[0-9a-f]{32}$"


def profile(folder: Path, listed: Mapping[str, frozenset[str]] | None = None) -> dict[str, str | int | float]:
    """Counts of everything that must not be, and shares of what may be in part.

    Args:
        folder: an admitted delivery.
        listed: per landed column the codes the town's parameter files list; a column they leave empty is not judged.

    Returns:
        ``delivery_id``, ``source``, then numbers: rows, shares from 0 to 1 (0 where there is no row).
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    frames = {
        record.name: pl.read_parquet(path)
        for record in RECORDS
        if (path := folder / f"{record.name}.parquet").is_file()
    }
    counted = frames[manifest["record_kind"]]
    quarantine = pl.read_parquet(folder / "quarantine.parquet")
    read = int(manifest["rows_read"])
    told = int(manifest["rows_admitted"]) + int(manifest["rows_quarantined"]) + int(manifest["rows_duplicate"])
    return {
        "delivery_id": manifest["delivery_id"],
        "source": manifest["source"],
        "rows_read": read,
        "rows_unaccounted": abs(read - told)
        + abs(counted.height - int(manifest["rows_admitted"]))
        + abs(quarantine.height - int(manifest["rows_quarantined"])),
        "quarantine_share": quarantine.height / read if read >= ENOUGH_TO_TELL else 0.0,
        "schema_differences": sum(dict(frame.schema) != LANDED[name] for name, frame in frames.items()),
        "missing_values": _count(frames, _missing),
        "bare_references": _count(frames, _bare),
        "impossible_times": _count(frames, _impossible),
        "foreign_values": _count(frames, _foreign),
        "personal_texts": _count(frames, _personal),
        "activity_variety": _variety(frames, "events", "activity"),
        "code_variety": max(_variety(frames, record, column) for record, column in RECURRING_CODES),
        **{f"unlisted_{column}": _unlisted_share(frames, column, listed or {}) for column in LISTED_COLUMNS},
        "unknown_channel_share": _unknown_channels(frames.get("cases")),
    }


def _count(frames: dict[str, pl.DataFrame], offends: object) -> int:
    total = 0
    for record in RECORDS:
        if record.name in frames:
            for expression in offends(record):  # type: ignore[operator]
                total += int(frames[record.name].select(expression.fill_null(False).sum()).item())
    return total


def _missing(record: Record) -> list[pl.Expr]:
    return [pl.col(field.column).is_null() for field in record.fields if field.required]


def _bare(record: Record) -> list[pl.Expr]:
    return [~pl.col(field.column).str.contains(PSEUDONYM) for field in record.fields if field.kind is Kind.REFERENCE]


def _impossible(record: Record) -> list[pl.Expr]:
    return [
        pl.col(field.column).dt.year() < EARLIEST_YEAR
        for field in record.fields
        if field.kind in (Kind.INSTANT, Kind.DAY)
    ]


def _foreign(record: Record) -> list[pl.Expr]:
    return [~pl.col(field.column).is_in(list(field.vocabulary)) for field in record.fields if field.vocabulary]


def _personal(record: Record) -> list[pl.Expr]:
    return [
        pl.col(field.column).str.contains(pattern)
        for field in record.fields
        for pattern in personal_patterns(field.kind).values()
    ]


def _unknown_channels(cases: pl.DataFrame | None) -> float:
    if cases is None:
        return 0.0
    told = cases.filter(pl.col("intake_channel").is_not_null())
    return float((told["intake_channel"] == "unknown").mean() or 0.0) if told.height else 0.0  # type: ignore[arg-type]


def _unlisted_share(frames: dict[str, pl.DataFrame], column: str, listed: Mapping[str, frozenset[str]]) -> float:
    frame, codes = frames.get(LISTED_COLUMNS[column]), listed.get(column)
    if frame is None or not codes:
        return 0.0
    told = frame[column].drop_nulls()
    return float(1 - int(told.is_in(sorted(codes)).sum()) / told.len()) if told.len() else 0.0


def _variety(frames: dict[str, pl.DataFrame], record: str, column: str) -> float:
    """Distinct values per value, near 1 where the column holds case numbers, names or free text; 0 for too few."""
    values = frames[record][column].drop_nulls() if record in frames else pl.Series(dtype=pl.String)
    return values.n_unique() / values.len() if values.len() >= ENOUGH_TO_TELL else 0.0
