"""Dated rows that overlap: which rows of a parameter file still hold when newer ones for the same thing begin."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias

from sources.town.parameter_row import Row
from sources.town.parameters import PARAMETER_TABLES, Assumption, OpeningHours, Parameters

Thing: TypeAlias = tuple[str, str]
NEWER_HOLDS: Final = "from then on only the newer hold; repeat the older with that date where both are meant, else end"
BOTH_LISTED: Final = "both are listed for the same days; end"


def overlaps(parameters: Parameters) -> Iterator[str]:
    """One sentence per first day on which rows of one thing meet older ones without an end, or hours of a day meet."""
    yield from _meeting_hours(parameters.opening_hours)
    for table in PARAMETER_TABLES:
        if "valid_to" not in table.model_fields:
            continue
        consequence = BOTH_LISTED if table is Assumption else NEWER_HOLDS
        met: dict[tuple[str, dt.date, dt.date], list[str]] = defaultdict(list)
        for (what, part), older, newer in _unended(parameters.rows(table)):
            met[what, older, newer].append(part)
        for (what, older, newer), parts in met.items():
            which = f"'{what}' ({', '.join(parts)})" if any(parts) else f"'{what}'"
            yield (
                f"parameters/{table.file}.csv: rows of {which} from {older} still hold when those from {newer} begin; "
                f"{consequence} the older with valid_to {newer - dt.timedelta(days=1)}."
            )


def _meeting_hours(rows: tuple[OpeningHours, ...]) -> Iterator[str]:
    """Hours of one office and weekday that hold from the same day and overlap."""
    by_day = sorted(rows, key=lambda row: (row.office_code, row.weekday, row.valid_from, row.opens_at))
    for one, next_one in itertools.pairwise(by_day):
        is_same_day = (one.office_code, one.weekday, one.valid_from) == (
            next_one.office_code, next_one.weekday, next_one.valid_from,
        )  # fmt: skip
        if is_same_day and next_one.opens_at < one.closes_at:
            yield (
                f"parameters/opening_hours.csv: hours of '{one.office_code}' ({one.weekday}) from {one.valid_from} "
                f"overlap, one ends at {one.closes_at} and the next begins at {next_one.opens_at}; what is open twice "
                "counts once, correct one of them."
            )


def _unended(rows: tuple[Row, ...]) -> Iterator[tuple[Thing, dt.date, dt.date]]:
    """Per thing the first days of two neighbours of which the older has not ended when the newer begins."""
    periods: dict[Thing, dict[dt.date, dt.date]] = defaultdict(dict)
    for row in rows:
        given = row.model_dump()
        what, part = (*(str(given[column]) for column in row.dated), "")[:2]
        begins, ends = given["valid_from"], given["valid_to"] or dt.date.max
        known = periods[what, part]
        known[begins] = max(ends, known.get(begins, ends))
    for thing, known in periods.items():
        begun = sorted(known)
        for older, newer in itertools.pairwise(begun):
            if known[older] >= newer:
                yield thing, older, newer
