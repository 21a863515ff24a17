"""What a published figure is: its name, how it is made and what it rests on, as `dim_metrics` says it.

The facts stand once, at the figure's column in `models/`; tiles, headings, definitions and small cells read them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dashboards.words.glossary import TABLE_NAMES

SHOWN_IN: Final = {
    "share": "%", "seconds": "Tagen", "days": "Tagen", "eur": "€", "hours": "Stunden", "weeks": "Wochen",
    "working_days": "Arbeitstagen",
}  # fmt: skip
"""The unit a heading names, by the unit a figure is stored in; counts name none."""
METRICS: Final = """
    select metric as key, name_de as name, question_de as question, formula_de as formula, formula_version as version,
           unit, direction, digits, table_name as table, column_name as column, n_column as base,
           n_name_de as base_name, purpose
    from monitor.dim_metrics order by metric
"""


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
        base: the column that counts what it rests on; None for a count of all, which is its own.
        base_name: German name of what `base` counts.
        purpose: what it is published for.
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
    base: str | None
    base_name: str | None
    purpose: str

    @property
    def heading(self) -> str:
        """Its name over a column, with the unit of its cells unless it says it; no line breaks before that unit."""
        unit = SHOWN_IN.get(self.unit)
        return f"{self.name} in\u00a0{unit}" if unit and f"in {unit}" not in self.name else self.name

    @property
    def source(self) -> str:
        """German name of the table it stands in."""
        return TABLE_NAMES.get(self.table, self.table)


class Metrics(dict[str, Metric]):
    """All published figures, by their key."""

    @cached_property
    def bases(self) -> dict[str, set[str]]:
        """For each column of a share or percentile the columns it may rest on: in each table its own.

        A count is hidden by its row alone: that few of many cases are of a kind says nothing of one of them.
        """
        found: dict[str, set[str]] = {}
        for one in self.values():
            if one.base and one.unit != "cases":
                found.setdefault(one.column, set()).add(one.base)
        return found

    def base_name(self, column: str) -> str:
        """German name of what a column counts on which figures rest.

        Raises:
            KeyError: no figure rests on it.
        """
        names = {one.base: one.base_name for one in self.values() if one.base_name}
        return names[column] or column
