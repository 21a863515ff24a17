"""Small units at the door: each kind of record in the form in which it may land (design, law 8).

Rows keep their order and number. What is kept to the day is marked row by row, so that it can be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from sources.contract.pseudonyms import Key, pseudonymised
from sources.contract.records import CASES, COUNTS, EVENTS, POSTS, SCAN_BATCHES, SUBMISSIONS, Record
from sources.door.units import Units

# A later version of an event is the same event, and so is one that was numbered since.
OF_THE_ROW: Final = ("record_ref", "version", "changed_at")
EVENT_TIMES: Final = ("occurred_at", "started_at", "changed_at")
CASE_TIMES: Final = ("received_at", "closed_at", "due_at", "changed_at")
BATCH_TIMES: Final = ("started_at", "finished_at", "changed_at")
SUBMISSION_TIMES: Final = ("started_at", "submitted_at", "changed_at")
Coarse = tuple[pl.DataFrame, pl.Series]


def coarsened(record: Record, rows: pl.DataFrame, units: Units, key: Key) -> Coarse:
    """Rows, by their names in a mapping, as they may land, and a mask of those kept to the day."""
    if record is EVENTS:
        return _events(rows, units, key)
    if record is COUNTS:
        return _counts(rows, units, key)
    rule = _RULES.get(record.name)
    return rule(rows, units) if rule is not None else (rows, _nobody(rows))


def _events(rows: pl.DataFrame, units: Units, key: Key) -> Coarse:
    given = _column(rows, "unit")
    stands, to_the_day = units.settled(given)
    if given.null_count():
        offices = units.offices_in_charge(_column(rows, "office"), _column(rows, "service"))
        _, to_the_day = units.settled(given.zip_with(given.is_not_null(), offices))
    fingerprint = pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
    if to_the_day.any():
        fingerprint = fingerprint.scatter(to_the_day.arg_true(), event_prints(rows.filter(to_the_day), key))
    coarse = _to_the_day(rows, EVENT_TIMES, to_the_day, units)
    return coarse.with_columns(event_ref=fingerprint, unit=stands), to_the_day


def event_prints(rows: pl.DataFrame, key: Key) -> pl.Series:
    """A keyed fingerprint of all that each event says, whatever of it may land."""
    counted = [field.name for field in EVENTS.fields if field.name in rows.columns and field.name not in OF_THE_ROW]
    whole = rows.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null("\x00") for name in counted], separator="\x01")
    )
    hashed = key.hashing("event")
    return pl.Series([hashed(text) for text in whole.to_series()], dtype=pl.String)


def _cases(rows: pl.DataFrame, units: Units) -> Coarse:
    given = _column(rows, "office")
    in_charge = units.offices_in_charge(given, _column(rows, "service"))
    stands, to_the_day = units.settled(in_charge)
    # A row without an office stays without, unless its service's office is too small to be named.
    is_named = given.is_not_null() | (stands != in_charge).fill_null(True) & in_charge.is_not_null()
    coarse = _to_the_day(rows, CASE_TIMES, to_the_day, units).with_columns(office=stands.set(~is_named, None))
    if "served_office" in rows.columns:
        coarse = coarse.with_columns(served_office=units.settled(rows["served_office"])[0])
    return coarse, to_the_day


def _scan_batches(rows: pl.DataFrame, units: Units) -> Coarse:
    stands, to_the_day = units.settled(_column(rows, "unit"))
    return _to_the_day(rows, BATCH_TIMES, to_the_day, units).with_columns(unit=stands), to_the_day


def _submissions(rows: pl.DataFrame, units: Units) -> Coarse:
    in_charge = units.offices_in_charge(_column(rows, "office"), _column(rows, "service"))
    _, to_the_day = units.settled(in_charge)
    return _to_the_day(rows, SUBMISSION_TIMES, to_the_day, units), to_the_day


def _counts(rows: pl.DataFrame, units: Units, key: Key) -> Coarse:
    given = _column(rows, "unit")
    stands, _ = units.settled(given)
    is_merged = given.is_not_null() & stands.ne_missing(given)
    reference = pseudonymised(given.set(~is_merged, None), "count", key)
    return rows.with_columns(unit=stands, count_ref=reference), _nobody(rows)


def _posts(rows: pl.DataFrame, units: Units) -> Coarse:
    return rows.with_columns(office=units.settled(_column(rows, "office"))[0]), _nobody(rows)


_RULES: Final[dict[str, Callable[[pl.DataFrame, Units], Coarse]]] = {
    CASES.name: _cases,
    SCAN_BATCHES.name: _scan_batches,
    SUBMISSIONS.name: _submissions,
    POSTS.name: _posts,
}


def _to_the_day(rows: pl.DataFrame, times: Iterable[str], mask: pl.Series, units: Units) -> pl.DataFrame:
    if not mask.any():
        return rows
    places = mask.arg_true()
    return rows.with_columns(
        rows[name].scatter(places, units.local_midnight(rows[name].gather(places)))
        for name in times
        if name in rows.columns
    )


def _column(rows: pl.DataFrame, name: str) -> pl.Series:
    nothing = pl.Series(name, [None], dtype=pl.String).new_from_index(0, rows.height)
    return rows.get_column(name, default=nothing)


def _nobody(rows: pl.DataFrame) -> pl.Series:
    return pl.Series([False]).new_from_index(0, rows.height)
