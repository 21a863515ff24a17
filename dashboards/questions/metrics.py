"""What a published figure is: its name, how it is made and what it rests on, as `dim_metrics` says it.

The facts stand once, at the figure's column in `models/`; tiles, headings, definitions and small cells read them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dashboards.words.glossary import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHOWN_IN: Final = {
    "share": "%", "seconds": "Tagen", "days": "Tagen", "eur": "€", "hours": "Stunden", "weeks": "Wochen",
    "working_days": "Arbeitstagen",
}  # fmt: skip
"""The unit a heading names, by the unit a figure is stored in; counts name none."""


@dataclass(frozen=True)
class Metric:
    """One published figure.

    Attributes:
        key: its name in `dim_metrics`.
        name: its one German name.
        question: what it answers.
        formula: how it is made, in German.
        version: of the formula.
        unit: it is stored in, such as `share` or `seconds`.
        direction: which way is better: `lower`, `higher` or `neutral`.
        digits: decimals shown.
        table: the table it stands in.
        column: its column there.
        numerator: the column of a share's numerator, else None.
        base: the column that counts what it rests on; None for a count, which is its own.
        base_name: German name of what `base` counts.
    """

    key: str
    name: str
    question: str
    formula: str
    version: str
    unit: str
    direction: str
    digits: int
    table: str
    column: str
    numerator: str | None
    base: str | None
    base_name: str | None

    @property
    def is_better_lower(self) -> bool:
        """True when a smaller value is the aim."""
        return self.direction == "lower"

    @property
    def heading(self) -> str:
        """Its name over a column, with the unit of the cells."""
        unit = SHOWN_IN.get(self.unit)
        return f"{self.name} in {unit}" if unit else self.name

    @property
    def source(self) -> str:
        """German name of the table it stands in."""
        return TABLE_NAMES.get(self.table, self.table)


@dataclass(frozen=True)
class Metrics:
    """All published figures, by their key."""

    by_key: Mapping[str, Metric]

    def __getitem__(self, key: str) -> Metric:
        """The figure of that name.

        Raises:
            KeyError: no column's facts bear it.
        """
        return self.by_key[key]

    def get(self, key: str) -> Metric | None:
        """The figure of that name, if there is one."""
        return self.by_key.get(key)

    @cached_property
    def bases(self) -> dict[str, set[str]]:
        """For each column of a share or percentile the columns it may rest on: in each table its own."""
        found: dict[str, set[str]] = {}
        for one in self.by_key.values():
            if one.base:
                found.setdefault(one.column, set()).add(one.base)
        return found

    def base_name(self, column: str) -> str:
        """German name of what a column counts on which figures rest.

        Raises:
            KeyError: no figure rests on it.
        """
        names = {one.base: one.base_name for one in self.by_key.values() if one.base_name}
        return names[column] or column


def metrics_from(rows: Iterable[Mapping[str, Any]]) -> Metrics:
    """Read the rows of `dim_metrics`."""
    return Metrics(
        {
            row["metric"]: Metric(
                key=row["metric"],
                name=row["name_de"],
                question=row["question_de"],
                formula=row["formula_de"],
                version=row["formula_version"],
                unit=row["unit"],
                direction=row["direction"],
                digits=row["digits"],
                table=row["table_name"],
                column=row["column_name"],
                numerator=row["numerator_column"],
                base=row["n_column"],
                base_name=row["n_name_de"],
            )
            for row in rows
        }
    )
