"""Which rows of a delivery are records: the row of totals, rows that others sum up, cells that hold on downwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import Field, model_validator

from sources.town.mistakes import TownSection


class ControlRow(TownSection):
    """The row of a delivery that holds its totals, such as Konto = "Summe"; it is checked and is no record."""

    column: str = Field(min_length=1)
    value: str = Field(min_length=1)


class Where(TownSection):
    """Which rows of a delivery count; the others are set aside, counted and told, and are no rows that were read.

    Attributes:
        column: the source's column that tells.
        keep: values of rows that count; ``*`` stands for any end, capitals do not matter.
        drop: values of rows that do not count, written the same way.
    """

    column: str = Field(min_length=1)
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _keeps_or_drops(self) -> Where:
        if bool(self.keep) == bool(self.drop):
            raise ValueError('[source.where] needs either keep or drop, such as drop = ["Summe*", "Gesamt"]')
        return self

    @property
    def pattern(self) -> str:
        """A regular expression that fits the values of ``keep`` or ``drop``, and nothing else."""
        values = (".*".join(map(re.escape, value.strip().split("*"))) for value in self.keep or self.drop)
        return f"(?is)^(?:{'|'.join(values)})$"


def row_problems(carried: Sequence[str], where: Where | None, columns: Sequence[str], *, asked: bool) -> Iterator[str]:
    """What is wrong with rows that are told apart: nothing may be declared that would not be done."""
    if asked and (carried or where):
        yield "where and carry_down are for files; ask a system for a view that holds only records"
    for column in carried:
        if column not in columns:
            yield f"carry_down names '{column}', which [source.columns] does not map"
