"""What a record is made of: fields with a kind, and the types in which they land."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import polars as pl

UNLISTED: Final = "unlisted"
"""What stands for a code that no list of the town has and that could be somebody's name."""


class FieldKind(Enum):
    """How a mapped value is read."""

    REFERENCE = "reference"
    CODE = "code"
    LABEL = "label"
    VOCABULARY = "vocabulary"
    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    INTEGER = "integer"
    EURO = "euro"
    AMOUNT = "amount"
    BOOLEAN = "boolean"

    @property
    def is_time(self) -> bool:
        """Whether it is an instant, a day or a month."""
        return self in (FieldKind.INSTANT, FieldKind.DAY, FieldKind.MONTH)

    @property
    def is_coded(self) -> bool:
        """Whether it is a word of the source, published as it stands."""
        return self in (FieldKind.CODE, FieldKind.LABEL)

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the landed column; instants are UTC without a zone."""
        return _DTYPES.get(self, pl.String())


_DTYPES: Final[dict[FieldKind, pl.DataType]] = {
    FieldKind.INSTANT: pl.Datetime("us"),
    FieldKind.DAY: pl.Date(),
    FieldKind.MONTH: pl.Date(),
    FieldKind.INTEGER: pl.Int64(),
    FieldKind.EURO: pl.Decimal(18, 2),
    FieldKind.AMOUNT: pl.Decimal(18, 4),
    FieldKind.BOOLEAN: pl.Boolean(),
}


@dataclass(frozen=True)
class Field:
    """One thing a mapping can name, and the column it becomes.

    Attributes:
        name: the word used in ``[source.columns]``.
        column: the landed column.
        kind: how the value is read.
        vocabulary: the closed list for ``FieldKind.VOCABULARY``; a value outside becomes its last
            resort ``fallback`` and is counted.
        required: a record without it goes to quarantine.
        needs_purpose: about applicants; may only be mapped when the town registered a purpose.
        least: of a number, the smallest that is possible.
        most: of a number, the largest that is possible.
        has_happened: a time that lay behind the source when it wrote, unlike a deadline.
        is_ordinal: of a whole number, that it names or orders, such as a year: it has no thousands.
    """

    name: str
    column: str
    kind: FieldKind
    vocabulary: tuple[str, ...] = ()
    fallback: str | None = None
    required: bool = False
    needs_purpose: bool = False
    least: int | None = None
    most: int | None = None
    has_happened: bool = False
    is_ordinal: bool = False


@dataclass(frozen=True)
class Record:
    """One kind of record: its fields, the fields whose mapping announces it, and what the door adds.

    Attributes:
        key: the fields that say which record it is. Rows of one delivery that share them and have the same version
            are one record; events without a number of their own have no key, each row is an event.
    """

    name: str
    announced_by: tuple[str, ...]
    fields: tuple[Field, ...]
    derived: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether rows may be parts of one figure, such as the bookings of a month."""
        return any(field.name == "part_ref" for field in self.fields)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The full schema of the landed Parquet file, provenance first."""
        landed: dict[str, pl.DataType] = dict(PROVENANCE)
        landed.update({field.column: field.kind.dtype for field in self.fields})
        landed.update(dict.fromkeys(self.derived, pl.String()))
        return landed


PROVENANCE: Final[dict[str, pl.DataType]] = {
    "source": pl.String(),
    "delivery_id": pl.String(),
    "position": pl.Int64(),
}
