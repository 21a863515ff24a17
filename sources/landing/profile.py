"""A delivery in numbers: what the guard judges. One row per delivery, no record of it; read slice by slice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from sources.contract.fields import UNLISTED
from sources.contract.records import EARLIEST_YEAR, LANDED, RECORDS, FieldKind, Record
from sources.landing.landing import MANIFEST
from sources.landing.typical_size import ENOUGH_TO_TELL, typical_shift
from sources.values.columns import personal_patterns

MOST_CODES: Final = 30
# What the guard lets pass, and so what a proposal is rehearsed against: how little codes recur, and how many rows are
# refused or of an unknown channel.
MOST_VARIETY: Final = 0.3
MOST_QUARANTINED: Final = 0.2
MOST_UNKNOWN: Final = 0.5
# A small town's plan of posts holds many grades of few posts each.
ENOUGH_POSTS: Final = 100
SLICE_ROWS: Final = 1_000_000
# Columns whose values the parameter files list: when most are not listed, another column stands there.
LISTED_COLUMNS: Final = {"activity": "events", "unit_code": "events", "service_code": "cases", "office_code": "cases"}
RECURRING_CODES: Final = (
    ("cases", "case_type", ENOUGH_TO_TELL),
    ("cases", "district", ENOUGH_TO_TELL),
    ("scans", "document_type", ENOUGH_TO_TELL),
    ("documents", "document_type", ENOUGH_TO_TELL),
    ("documents", "reason", ENOUGH_TO_TELL),
    ("submissions", "aborted_step", ENOUGH_TO_TELL),
    ("counts", "product", ENOUGH_TO_TELL),
    ("posts", "grade", ENOUGH_POSTS),
)
PSEUDONYM: Final = "^[0-9a-f]{32}$"
Numbers = dict[str, str | int | float]
# Per field what a manifest tells of codes that could not stand; these fields are called as their columns.
Withheld = Mapping[str, Mapping[str, int]]


def profile(folder: Path, listed: Mapping[str, frozenset[str]] | None = None, landed: Path | None = None) -> Numbers:
    """Counts of everything that must not be, and shares of what may be in part.

    Args:
        folder: an admitted delivery.
        listed: per landed column the codes the town's parameter files list; a column they leave empty is not judged.
        landed: the folder of the deliveries of the same source that landed before, such as ``landing/portal``.

    Returns:
        ``delivery_id``, ``source``, then numbers: rows, shares from 0 to 1 (0 where there is no row), and
        ``typical_shift``: how many times larger or smaller a typical number is than before (0 where it is unknown).
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    files = {record.name: path for record in RECORDS if (path := folder / f"{record.name}.parquet").is_file()}
    counts: Counter[str] = Counter()
    for record in RECORDS:
        if record.name in files:
            for frame in _slices(files[record.name]):
                counts.update(_counted(record, frame, listed or {}))
    withheld: Withheld = manifest.get("withheld", {})
    refused = _height(folder / "quarantine.parquet")
    read = int(manifest["rows_read"])
    accounted = int(manifest["rows_admitted"]) + int(manifest["rows_quarantined"]) + int(manifest["rows_duplicate"])
    return {
        "delivery_id": manifest["delivery_id"],
        "source": manifest["source"],
        "rows_read": read,
        "rows_unaccounted": abs(read - accounted)
        + abs(_height(files[manifest["record_kind"]]) - int(manifest["rows_admitted"]))
        + abs(refused - int(manifest["rows_quarantined"])),
        "quarantine_share": refused / read if read >= ENOUGH_TO_TELL else 0.0,
        "schema_differences": sum(pl.read_parquet_schema(path) != LANDED[name] for name, path in files.items()),
        **{name: counts[name] for name in _OFFENCES},
        "activity_variety": _variety(files, withheld, "events", "activity", ENOUGH_TO_TELL),
        "code_variety": max(_variety(files, withheld, *column) for column in RECURRING_CODES),
        **{f"unlisted_{name}": _share(counts, f"unlisted_{name}", f"filled_{name}") for name in LISTED_COLUMNS},
        "unknown_channel_share": _share(counts, "unknown_channel", "filled_channel"),
        "typical_shift": typical_shift(folder, landed),
    }


def _slices(path: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(path)
    for first in range(0, _height(path), SLICE_ROWS):
        yield rows.slice(first, SLICE_ROWS).collect()


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return counts[part] / counts[whole] if counts[whole] else 0.0


def _counted(record: Record, frame: pl.DataFrame, listed: Mapping[str, frozenset[str]]) -> dict[str, int]:
    counts = {
        name: sum(int(frame.select(expression.fill_null(False).sum()).item()) for expression in offends(record))
        for name, offends in _OFFENCES.items()
    }
    for column, home in LISTED_COLUMNS.items():
        if home == record.name and (codes := listed.get(column)):
            filled = frame[column].drop_nulls()
            counts[f"filled_{column}"] = filled.len()
            counts[f"unlisted_{column}"] = filled.len() - int(filled.is_in(sorted(codes)).sum())
    if record.name == "cases":
        filled = frame["intake_channel"].drop_nulls()
        counts |= {"filled_channel": filled.len(), "unknown_channel": int((filled == "unknown").sum())}
    return counts


def _missing(record: Record) -> list[pl.Expr]:
    return [pl.col(field.column).is_null() for field in record.fields if field.required]


def _bare(record: Record) -> list[pl.Expr]:
    return [
        ~pl.col(field.column).str.contains(PSEUDONYM) for field in record.fields if field.kind is FieldKind.REFERENCE
    ]


def _impossible(record: Record) -> list[pl.Expr]:
    return [pl.col(field.column).dt.year() < EARLIEST_YEAR for field in record.fields if field.kind.is_time]


def _foreign(record: Record) -> list[pl.Expr]:
    return [~pl.col(field.column).is_in(list(field.vocabulary)) for field in record.fields if field.vocabulary]


def _personal(record: Record) -> list[pl.Expr]:
    return [
        pl.col(field.column).str.contains(pattern)
        for field in record.fields
        for pattern in personal_patterns(field.kind).values()
    ]


_OFFENCES: Final[dict[str, Callable[[Record], list[pl.Expr]]]] = {
    "missing_values": _missing,
    "bare_references": _bare,
    "impossible_times": _impossible,
    "foreign_values": _foreign,
    "personal_texts": _personal,
}


def variety(values: pl.LazyFrame, enough: int = ENOUGH_TO_TELL, withheld: Mapping[str, int] | None = None) -> float:
    """How little the values of one column recur: near 1 for case numbers, names or free text; 0 for too few values.

    It is the share of distinct values. Where these are no more than an office has codes, it is the share of values
    that occur once: in the few rows of a small town's month many a code recurs just a little. What was withheld counts
    as what it was before.
    """
    found = values.drop_nulls()
    rows = int(found.select(pl.len()).collect().item())
    if rows < enough:
        return 0.0
    hidden = withheld or {}
    found = found.filter(pl.all() != UNLISTED) if hidden else found
    # Beyond a slice an estimate does: what is judged is whether values hardly recur.
    kinds = _number(found, pl.all().n_unique() if rows <= SLICE_ROWS else pl.all().approx_n_unique())
    kinds += hidden.get("values", 0)
    return (_number(found, pl.all().is_unique().sum()) + hidden.get("once", 0) if kinds <= MOST_CODES else kinds) / rows


def least_recurring(folder: Path) -> str:
    """The landed column of codes whose values recur least in an admitted delivery."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    files = {record.name: path for record in RECORDS if (path := folder / f"{record.name}.parquet").is_file()}
    return max(RECURRING_CODES, key=lambda column: _variety(files, manifest.get("withheld", {}), *column))[1]


def _variety(files: Mapping[str, Path], withheld: Withheld, record: str, column: str, enough: int) -> float:
    if record not in files:
        return 0.0
    return variety(pl.scan_parquet(files[record]).select(column), enough, withheld.get(column))


def _number(values: pl.LazyFrame, of: pl.Expr) -> int:
    return int(values.select(of).collect(engine="streaming").item())
