"""The only reader of the published file; what is asked of it stands in the modules beside this one, by subject.

No wording, no formats, no charts. Instants come in the town's zone, months as dates, shares as 0..1, missing as null.
Rows that rest on too few cases leave here already without their values (`is_small_cell` stays true to say why),
unless the town switched its thresholds off. Yearly tables hold the twelve full months before the running one
(`last_12_months`) and the twelve before those (`12_months_before`).
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from dashboards.questions.hidden_rows import HiddenRows
from dashboards.questions.legible import legible, legible_frame
from dashboards.questions.metrics import METRICS, Metric, Metrics
from dashboards.questions.setting import Setting, setting_from, shifted
from dashboards.questions.small_cells import (
    Table,
    hide_small_groups,
    hide_small_parts,
    hide_small_rows,
    hide_small_shares,
    hide_telling_year,
)

if TYPE_CHECKING:
    from collections.abc import Generator

YEAR: Final = 12
WINDOW_MONTHS: Final = 36


class Marts:
    """The published tables of one generation, asked in SQL."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, setting: Setting, hidden_before: str = "") -> None:
        """Keep the open connection, what holds for all questions, and which rows the pages before hid."""
        self._connection = connection
        self._answers: dict[str, pl.DataFrame] = {}
        self.setting = setting
        self.hidden = HiddenRows.read(setting.as_of, hidden_before)

    @cached_property
    def metrics(self) -> Metrics:
        """What each published figure is and rests on."""
        frame = self.ask(METRICS)
        return Metrics({row["key"]: Metric(**row) for row in frame.iter_rows(named=True)})

    def ask(self, sql: str, **values: object) -> pl.DataFrame:
        """Run one query with named parameters; asked again it gives the same frame."""
        question = f"{sql} {values}"
        if question not in self._answers:
            answer = pl.DataFrame(self._connection.sql(sql, params=values).to_arrow_table())
            self._answers[question] = legible_frame(answer)
        return self._answers[question]

    def ask_hiding(self, keys: tuple[str, ...], sql: str, **values: object) -> pl.DataFrame:
        """Run one query and empty what rests on too few cases; `keys` stay."""
        frame = self.ask(sql, **values)
        if not self.rows_are_hidden():
            return frame
        least = self.setting.min_cases
        parts = hide_small_parts(hide_small_rows(frame, keys), least)
        return hide_small_shares(parts, least, self.metrics.bases)

    def rows_are_hidden(self) -> bool:
        """True while small cells must not be shown."""
        return not self.setting.thresholds_off

    @property
    def least(self) -> int:
        """The fewest cases a shown value may rest on."""
        return self.setting.min_cases if self.rows_are_hidden() else 1

    def without_small_groups(self, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Empty the groups that are too small, with enough beside them that nothing is computed back."""
        if not self.rows_are_hidden():
            return hide_small_groups(frame, table, 0, self.hidden)
        shown = hide_small_groups(frame, table, self.setting.min_cases, self.hidden)
        return hide_small_shares(shown, self.setting.min_cases, self.metrics.bases)

    def without_telling_year(self, year: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
        """Empty of a year what would tell one of its months that is hidden."""
        first, end = self.year()
        inside = months.filter((pl.col("month") >= first) & (pl.col("month") < end))
        return hide_telling_year(year, inside) if self.rows_are_hidden() else year

    def year(self) -> tuple[dt.date, dt.date]:
        """First days of the first month and of the month after the last of the twelve full months."""
        return shifted(self.setting.this_month, -YEAR), self.setting.this_month


@contextmanager
def open_marts(database: Path, hidden_before: str = "") -> Generator[Marts]:
    """Open the published file read-only, in the town's zone, with outside access locked.

    `hidden_before` is what `Marts.hidden` said at the end of the generation before; empty where there is none.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false", "threads": 2}
    connection = duckdb.connect(str(database), read_only=True, config=config)
    try:
        yield Marts(connection, _setting(connection), hidden_before)
    finally:
        connection.close()


def _setting(connection: duckdb.DuckDBPyConnection) -> Setting:
    rows = connection.execute("select key, value from monitor.dim_town").fetchall()
    town = {key: legible(value or "") for key, value in rows}
    zone = str(town.get("timezone") or "Europe/Berlin")
    connection.execute(f"set TimeZone = {quoted_text(zone)}")
    generation = pl.DataFrame(connection.sql("from monitor.dim_generation").to_arrow_table()).row(0, named=True)
    return setting_from(town, generation, generation["as_of"])


def quoted_text(value: str) -> str:
    """A text as SQL writes it, for the statements that take no parameters."""
    return "'" + value.replace("'", "''") + "'"
