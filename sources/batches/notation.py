"""Which decimal sign a delivery's numbers have, where none is declared: their columns prove it, or it is refused.

1.250 is a thousand with a decimal comma and little more than one with a point. It is never guessed: other values of its
column tell, or that it counts whole things.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.protocol import POSITION, Batch, Refused
from sources.contract.records import COUNTS, FIELDS
from sources.contract.vocabularies import WHOLE_COUNTS
from sources.town.source import Source
from sources.values.numbers import NUMERIC, Evidence, bare, evidence, is_whole
from sources.values.spelling import trimmed

SIGNED: Final = r"\d[.,]\d"


@dataclass
class Proofs:
    """The rows of one column that prove a decimal sign, and the first that could be two numbers."""

    comma: int | None = None
    point: int | None = None
    either: int | None = None

    def add(self, found: Evidence, rows: Sequence[int] | pl.Series) -> Proofs:
        """What further values say, ``rows`` being where each stands; returns itself."""
        for name in ("comma", "point", "either"):
            place = getattr(found, name)
            if getattr(self, name) is None and place is not None:
                setattr(self, name, rows[place])
        return self

    def decimal(self, path: Path, column: str) -> str | None:
        """The sign that is proved; None while every number reads alike with both.

        Raises:
            Refused: both are proved, or a number differs and neither is.
        """
        if self.comma is not None and self.point is not None:
            raise Refused(
                "two_notations",
                f"{path.name}: '{column}' has a decimal comma in row {self.comma} and a decimal point in row "
                f'{self.point}; nothing was taken in, declare decimal = "," or decimal = "." for this source.',
            )
        if self.either is not None and self.comma is None and self.point is None:
            raise Refused(
                "ambiguous_number",
                f"{path.name}: the number of '{column}' in row {self.either} is one with a decimal comma and another "
                "with a decimal point, and no other row tells which is meant; nothing was taken in, declare "
                'decimal = "," or decimal = "." for this source.',
            )
        return "," if self.comma is not None else "." if self.point is not None else None


@dataclass(frozen=True)
class NumberColumns:
    """Which columns hold numbers, and which of these count whole things.

    Attributes:
        whole: per column whether all of its numbers count whole things.
        by_kind: the column whose kind stands in a column of its own, by kind; None where there is none.
    """

    whole: dict[str, bool] = field(default_factory=dict)
    by_kind: tuple[str, str] | None = None


def number_columns(source: Source) -> NumberColumns:
    """The columns of numbers that a source maps."""
    whole: dict[str, bool] = {}
    for name, column in source.columns.items():
        numeric = [one for _, one in FIELDS.get(name, ()) if one.kind in NUMERIC and not one.is_ordinal]
        if numeric:
            is_count = COUNTS in source.records and name == "value" and source.kind in WHOLE_COUNTS
            whole[column] = whole.get(column, True) and (is_count or all(map(is_whole, numeric)))
    for kind, column in source.counts.items():
        whole[column] = whole.get(column, True) and kind in WHOLE_COUNTS
    kinds, value = source.columns.get("kind"), source.columns.get("value")
    return NumberColumns(whole, (value, kinds) if kinds and value else None)


def with_decimals(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, each with the decimal signs that its numbers prove; as they are where the source has its sign.

    Raises:
        Refused: a number is another one with a comma than with a point, and nothing tells which is meant.
    """
    if source.decimal_sign is not None:
        yield from batches
        return
    columns = number_columns(source)
    proofs = {column: Proofs() for column in columns.whole}
    for batch in batches:
        decimals = dict(batch.decimals)
        for column, proof in proofs.items():
            if column not in decimals and column in batch.frame.columns and batch.frame[column].dtype == pl.String:
                _look(batch.frame, column, columns, source, proof)
                if sign := proof.decimal(path, column):
                    decimals[column] = sign
        yield replace(batch, decimals=decimals)


def _look(frame: pl.DataFrame, column: str, columns: NumberColumns, source: Source, proof: Proofs) -> None:
    # Most columns of numbers have no sign at all, which one look tells.
    if not frame[column].str.contains(SIGNED).any():
        return
    numbers, rows = bare(trimmed(frame[column])), frame[POSITION]
    if columns.by_kind is None or columns.by_kind[0] != column:
        proof.add(evidence(numbers, whole=columns.whole[column]), rows)
        return
    kinds = trimmed(frame[columns.by_kind[1]])
    meanings = source.values.get("kind", {})
    kinds = kinds.replace(list(meanings), list(meanings.values())) if meanings else kinds
    counted = kinds.str.to_lowercase().is_in(WHOLE_COUNTS).fill_null(False)
    for is_counted in (True, False):
        some = counted if is_counted else ~counted
        proof.add(evidence(numbers.filter(some), whole=is_counted), rows.filter(some))
