"""Dated rows that overlap: which rows of a parameter file still hold when newer ones for the same thing begin."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias

from sources.town.parameters import PARAMETER_TABLES, Assumption, Parameters, Row

Thing: TypeAlias = tuple[str, str]
NEWER_HOLDS: Final = "from then on only the newer hold; repeat the older with that date where both are meant, else end"
BOTH_LISTED: Final = "both are listed for the same days; end"


def overlaps(parameters: Parameters) -> Iterator[str]:
    """One sentence per first day on which rows of one thing meet older ones without an end."""
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
