"""What a page is made of, as plain values: key figures, sections, figures, tables. No HTML, no arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from dashboards.drawing.rendering import Drawing, Picture
from dashboards.drawing.theme import Canvas

if TYPE_CHECKING:
    from dashboards.questions.metrics import Metric

Role = Literal["digital", "paper", "good", "other", "ink"]
"""What a colour stands for."""
CellFormat = Literal["text", "count", "share", "days", "hours", "euro", "number", "month", "day", "yes"]
CELL_FORMATS: Final[dict[str, CellFormat]] = {
    "share": "share", "seconds": "days", "eur": "euro", "hours": "hours", "days": "number", "weeks": "number",
    "working_days": "number", "breaks_per_case": "number", "eur_per_case": "number", "fte": "number",
}  # fmt: skip
"""How a figure's cells are printed, by its unit; what is not listed is a count."""


@dataclass(frozen=True)
class TableColumn:
    """One column of a shown table: its name in the frame, its German heading, how it is printed."""

    name: str
    label: str
    format: CellFormat = "text"
    digits: int = 1

    @classmethod
    def of(cls, metric: Metric) -> TableColumn:
        """The column of a published figure, headed by its name."""
        return cls(metric.column, metric.heading, CELL_FORMATS.get(metric.unit, "count"), metric.digits)

    @property
    def is_number(self) -> bool:
        """True when cells stand right-aligned."""
        return self.format not in ("text", "month", "day", "yes")

    @property
    def css(self) -> str:
        """The class of its cells: numbers to the right, dates unbroken."""
        return "number" if self.is_number else "whole" if self.format in ("month", "day") else ""


@dataclass(frozen=True)
class PageTable:
    """A table as shown, and as its CSV says the same; `slug` names the file."""

    slug: str
    caption: str
    columns: tuple[TableColumn, ...]
    frame: pl.DataFrame
    is_folded: bool = False
    """Shown to who asks: long, and not what the page is read for."""
    ranked_by: str = ""
    """The count of cases by which a page chooses the rows it shows of a long table; without one the first."""


def filled(*tables: PageTable) -> tuple[PageTable, ...]:
    """Those of some tables that have a row to show."""
    return tuple(table for table in tables if table.frame.height)


@dataclass(frozen=True)
class Figure:
    """A chart with its words and its table, after which its files are named. `draw` is asked once per canvas."""

    subtitle: str
    description: str
    caption: str
    table: PageTable
    draw: Callable[[Canvas], Drawing] | None = None
    legend: tuple[tuple[str, str], ...] = ()
    """Colour role and word of each part, for charts whose parts are too small to carry their words."""
    is_folded: bool = False
    picture: Picture | None = None
    """A ready picture instead of `draw`; shown at its own size in a scroll region."""


@dataclass(frozen=True)
class Spark:
    """The course of a key figure: months and values, missing months left out."""

    months: tuple[dt.date, ...]
    values: tuple[float, ...]
    role: Role


@dataclass(frozen=True)
class Label:
    """The name of a number that is counted for the page itself and is no published figure."""

    key: str
    name: str


@dataclass(frozen=True)
class KeyFigure:
    """One large number with all that makes it honest; `missing` replaces the number when there is none."""

    metric: Metric | Label
    value: str = ""
    unit: str = ""
    basis: str = ""
    change: str = ""
    target: str = ""
    spark: Spark | None = None
    missing: str = ""
    page: str = ""


@dataclass(frozen=True)
class Section:
    """One thought: a question, its finding, its figure or tables, or what is missing."""

    anchor: str
    question: str
    finding: str = ""
    figure: Figure | None = None
    tables: tuple[PageTable, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = ""
    link: tuple[str, str] | None = None
    """Page and text of a link to more."""


@dataclass(frozen=True)
class Trust:
    """The line of trust under the finding."""

    coverage: str
    state: str
    grade: str


@dataclass(frozen=True)
class Page:
    """A page before it becomes HTML."""

    name: str
    finding: str
    trust: Trust
    key_figures: tuple[KeyFigure, ...] = ()
    sections: tuple[Section, ...] = ()
