"""What one delivery became at the door: records that may land, rows that may not, and their numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from sources.contract.withheld import WITHHELD
from sources.door.withheld import Withheld
from sources.storage.spool import Pile

# A value listed as unmapped must be common: a rare one could be somebody's name in the wrong column.
LISTED_FROM: Final = 3
LISTED_LENGTH: Final = 40
LISTED_SHARE: Final = 0.5
FAULT_COLUMNS: Final[dict[str, pl.DataType]] = {
    "position": pl.Int64(),
    "reason_code": pl.String(),
    "reason": pl.String(),
    "column_name": pl.String(),
}

QUARANTINE_REASONS: Final = {
    "unreadable_time": "the time cannot be read",
    "impossible_year": "the year lies before 1970 or more than 50 years ahead",
    "after_the_delivery": "the time lies more than a year after the delivery, as if its year were mistyped",
    "unreadable_number": "the number cannot be read",
    "out_of_bounds": "the number lies outside what is possible",
    "part_of_a_cent": "the amount holds a part of a cent",
    "part_of_a_whole": "a count of whole things has a fraction",
    "unreadable_truth": "neither yes nor no can be read",
    "unknown_value": "the value is not in the closed vocabulary",
    "unreadable_text": "the text holds signs that are no writing, such as NUL",
    "mangled_reference": "the reference was shortened by a spreadsheet, such as 1,23E+11",
    "too_long": "the text is longer than a code or label may be",
    "personal_data": "the text looks like personal data",
    "missing_value": "a required value is missing",
}


@dataclass
class Admitted:
    """What one delivery became.

    Attributes:
        piles: per kind of record its rows, the counted kind first.
        refused: position, reason_code, reason, column_name of rows that cannot be taken, by position.
        unmapped: per field the values outside the vocabulary with their counts; rare ones are summed under "…".
        nothings: per field the words that say that there is no value, with their counts.
        rows_set_aside: rows that ``[source.where]`` left out; they are no rows that were read.
        withheld: per field what no list has and could be a name.
        cells: where these are, and by what they are known again; None where nothing was withheld.
        accepted: per field the codes that no list has and that stand because they recur.
        lists_sha256: of all codes that could stand, where some were withheld.
    """

    piles: dict[str, Pile]
    refused: Pile
    rows_read: int
    rows_duplicate: int
    ambiguous: int = 0
    nonexistent: int = 0
    coarsened: int = 0
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    nothings: dict[str, dict[str, int]] = field(default_factory=dict)
    rows_set_aside: int = 0
    withheld: dict[str, Withheld] = field(default_factory=dict)
    cells: Pile | None = None
    accepted: dict[str, list[str]] = field(default_factory=dict)
    lists_sha256: str = ""

    @property
    def rows_admitted(self) -> int:
        """Rows of the counted kind."""
        return next(iter(self.piles.values())).height

    @property
    def rows_quarantined(self) -> int:
        """Rows that cannot be taken."""
        return self.refused.height

    @property
    def records(self) -> dict[str, pl.DataFrame]:
        """Per kind its rows with all columns of the contract but ``source`` and ``delivery_id``, in memory."""
        return {kind: pile.whole() for kind, pile in self.piles.items()}

    @property
    def quarantine(self) -> pl.DataFrame:
        """Rows that cannot be taken, in memory."""
        return self.refused.whole()

    def all_piles(self) -> dict[str, Pile]:
        """Each kind of record, the quarantine and the cells withheld: for writing them in bounded memory."""
        cells = {WITHHELD: self.cells} if self.cells is not None else {}
        return {**self.piles, "quarantine": self.refused, **cells}


def reasons(quarantine: pl.DataFrame) -> pl.DataFrame:
    """Why rows are in quarantine: column_name, reason, len (how many); the commonest first."""
    return (
        quarantine.group_by("column_name", "reason")
        .len()
        .sort("len", "reason", "column_name", descending=[True, False, False])
    )


def commonest_reasons(quarantine: pl.DataFrame) -> str:
    """The three commonest reasons of a quarantine with their columns and counts; empty when there is none."""
    return ", ".join(
        f"{reason} in '{column}' ({count:,})" if column else f"{reason} ({count:,})"
        for column, reason, count in reasons(quarantine).head(3).rows()
    )


def listed(counts: Counter[str], filled: int) -> dict[str, int]:
    """Unmapped values worth naming; when most of a column is unmapped, it is probably another column."""
    is_foreign = sum(counts.values()) > filled * LISTED_SHARE
    common = (
        {}
        if is_foreign
        else {
            v: n
            for v, n in sorted(counts.items())
            if n >= LISTED_FROM and len(v) <= LISTED_LENGTH and "@" not in v and v.isprintable()
        }
    )
    rest = sum(counts.values()) - sum(common.values())
    return common | ({"…": rest} if rest else {})
