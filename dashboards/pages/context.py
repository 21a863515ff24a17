"""The context that several pages need: monthly frames, targets, definitions, the month the sentences speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.charts.parts import LIST_LIMIT
from dashboards.questions import backlog, data, paper, savings, throughput
from dashboards.questions.marts import WINDOW_MONTHS, Marts
from dashboards.questions.metrics import Metric, Metrics
from dashboards.questions.setting import Setting, shifted
from dashboards.questions.small_cells import MARK, WITHHELD
from dashboards.words import numbers, say
from dashboards.words.glossary import TABLE_NAMES
from dashboards.words.say import Share
from dashboards.writing.elements import PageTable, Role, Section, Spark, TableColumn, Trust
from dashboards.writing.tables import MOST_ROWS

Row = dict[str, Any]
COUNTED = "A (gezählt)"
MONTH = TableColumn("month", "Monat", "month")
PROVISIONAL = TableColumn("is_provisional", "vorläufig", "yes")
LIFELONG = (
    "paper_share_out",
    "paper_share_file",
    "paper_share_internal",
    "end_to_end_share",
    "media_breaks_per_case",
    "media_breaks_per_case_low",
    "media_breaks_per_case_high",
)
"""Figures a case earns over its whole life: of months with many open cases they would look too good."""
SETTLED, SETTLED_MONTHS = 0.95, 12
FEWEST_DRAWN = 2
LOG_START = "is_log_start"
COUNTED_BY_RULE = {"paper_share_in": "paper", "online_share": "online"}
"""Shares that follow the dated rules of channels, and what the rules say of a channel."""
BEGINNING = (
    "Am Anfang der Aufzeichnung fehlen Vorgänge, die schon vorher offen waren: Der Bestand erscheint zu klein, "
    "die Dauer zu kurz. {}"
)
NOT_SETTLED = (
    "Monate, in denen noch mehr als 5\u00a0% der Vorgänge offen sind, fehlen hier: Offene Vorgänge haben "
    "noch nicht alle Schritte, der Monat sähe zu gut aus."
)


@dataclass(frozen=True)
class PageContext:
    """The frames of one generation that more than one page reads."""

    marts: Marts
    throughput: pl.DataFrame
    paper: pl.DataFrame
    backlog: pl.DataFrame
    savings: pl.DataFrame
    changes: pl.DataFrame
    targets: pl.DataFrame
    go_lives: pl.DataFrame

    @property
    def setting(self) -> Setting:
        """The frame of the generation."""
        return self.marts.setting

    @property
    def metrics(self) -> Metrics:
        """What each published figure is."""
        return self.marts.metrics

    def table(
        self,
        slug: str,
        caption: str,
        columns: Iterable[TableColumn | str],
        frame: pl.DataFrame,
        *,
        is_folded: bool = False,
        ranked_by: str = "",
    ) -> PageTable:
        """A table; a column that is a name alone is a published figure, or its base, and brings its own heading."""
        shown = tuple(one if isinstance(one, TableColumn) else self._column(one) for one in columns)
        return PageTable(slug, caption, shown, frame, is_folded=is_folded, ranked_by=ranked_by)

    def _column(self, name: str) -> TableColumn:
        if metric := self.metrics.get(name):
            return TableColumn.of(metric)
        return TableColumn(name, f"{self.metrics.base_name(name)} (n)", "count")

    def caption(self, base: int | None, when: str, source: str, counted: str = "") -> str:
        """n, period, source and day of a figure; `counted` says what n counts where that is no cases."""
        n = f"{say.basis(base)}{f' {counted}' if counted else ''}; " if base is not None else ""
        of_table, day = TABLE_NAMES.get(source, source), numbers.day(self.setting.as_of)
        return f"{n}{when}. Quelle: eigene Auswertung „{of_table}“. Datenstand {day}."

    def full_months(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows up to the last full month; the running one stands in tables only."""
        return frame.filter(pl.col("month") <= self.setting.report_month)

    def settled(self, frame: pl.DataFrame, drawn: str) -> pl.DataFrame:
        """Rows after the beginning of the log, in which older cases are missing; all where few of them have a value.

        A log may have months after its beginning in which nothing that is `drawn` happened.
        """
        rows = frame.filter(~pl.col(LOG_START))
        return frame if rows[drawn].drop_nulls().len() < FEWEST_DRAWN else rows

    def beginning(self, frame: pl.DataFrame, drawn: str) -> tuple[str, ...]:
        """What a chart of these rows says of the beginning of the log; nothing where it lies before them."""
        if not frame[LOG_START].any():
            return ()
        is_left_out = self.settled(frame, drawn).height < frame.height
        sentence = "Diese Zeit ist nicht gezeichnet." if is_left_out else "Das gilt für alles, was hier gezeichnet ist."
        return (BEGINNING.format(sentence),)

    def latest(self, frame: pl.DataFrame, column: str) -> Row | None:
        """The last full month that has a value in `column`."""
        rows = self.full_months(frame).drop_nulls(column)
        return None if rows.is_empty() else rows.row(-1, named=True)

    def share(self, row: Row | None, metric: Metric) -> Share | None:
        """A month's share, with its change against the year before where that is known; None without a value."""
        if row is None or row.get(metric.column) is None or metric.base is None:
            return None
        changes = self.changes.filter(
            (pl.col("metric") == metric.key)
            & (pl.col("month") == row["month"])
            & (pl.col("month_basis") == row.get("month_basis", "closed"))
        ).drop_nulls("change")
        value, base = row[metric.column], row[metric.base]
        if changes.is_empty() or self._is_counted_otherwise(metric.key, row["month"]):
            return Share(value, base)
        return Share(value, base, changes["share_before"][0], changes["is_unchanged"][0])

    def _is_counted_otherwise(self, key: str, month: dt.date) -> bool:
        """Whether a channel counted otherwise a year before: then the two months are no course."""
        if key not in COUNTED_BY_RULE:
            return False
        moved = paper.rule_changes(self.marts, COUNTED_BY_RULE[key])
        return not moved.filter((pl.col("valid_from") > shifted(month, -12)) & (pl.col("month") <= month)).is_empty()

    def why_missing(self, frame: pl.DataFrame, reason: str, column: str = "") -> str:
        """Why the last full month has no value in `column`: nothing there, too few cases, or `reason`."""
        rows = self.full_months(frame)
        if rows.is_empty():
            return "Es liegen noch keine Vorgänge aus einem vollen Monat vor."
        if rows[MARK].all():
            return f"Es gibt in jedem Monat weniger als {self.setting.min_cases} Vorgänge."
        if WITHHELD in rows.columns and column in rows.row(-1, named=True)[WITHHELD]:
            return "Es betrifft in den letzten Monaten zu wenige Vorgänge, um es zu zeigen."
        return reason

    def since_then(self, frame: pl.DataFrame, month: dt.date, column: str) -> str:
        """The sentence, with a blank before, where later full months are hidden: the month told is not the last."""
        later = self.full_months(frame).filter(pl.col("month") > month)
        is_lost = pl.col(MARK).fill_null(True)
        if WITHHELD in later.columns:
            is_lost = is_lost | pl.col(WITHHELD).list.contains(column)
        return "" if later.filter(is_lost).is_empty() else " Spätere Monate sind nicht gezeigt: zu wenige Vorgänge."

    def target(self, metric: str) -> tuple[float, dt.date, str] | None:
        """The next target of the whole town: value, day, who set it."""
        rows = self.targets.filter(
            (pl.col("metric") == metric) & (pl.col("scope") == "all") & (pl.col("target_on") >= self.setting.as_of)
        )
        return None if rows.is_empty() else rows.select("target_value", "target_on", "set_by").row(0)

    def trust(self, grade: str = COUNTED) -> Trust:
        """The line of trust of a page that speaks of the report month."""
        row = self.latest(self.throughput, "coverage_share")
        return self._trust(row, numbers.month(row["month"]) if row else "", "noch kein voller Monat", grade)

    def trust_of_the_day(self) -> Trust:
        """The line of trust of a page that speaks of the last day."""
        row = None if self.backlog.is_empty() else self.backlog.row(-1, named=True)
        return self._trust(row, numbers.day(row["day"]) if row else "", "noch kein Tageswert", COUNTED)

    def _trust(self, row: Row | None, when: str, nothing: str, grade: str) -> Trust:
        state = "vorläufig" if (row or {}).get("is_provisional", True) else "endgültig"
        return Trust(_coverage(row, data.all_sources(self.marts)), f"{when}: {state}" if row else nothing, grade)


def page_context(marts: Marts) -> PageContext:
    """Query the marts once for what several pages need."""
    since = shifted(marts.setting.this_month, -WINDOW_MONTHS)
    return PageContext(
        marts=marts,
        throughput=throughput.months(marts),
        paper=_settled(paper.months(marts), shifted(marts.setting.this_month, -SETTLED_MONTHS)),
        backlog=backlog.days(marts),
        savings=savings.months(marts),
        changes=data.share_changes(marts),
        targets=data.targets(marts),
        go_lives=savings.go_lives(marts, since),
    )


def _coverage(row: Row | None, town: Row) -> str:
    """How many sources have delivered that far, of how many, and which are not judged."""
    if row is None or row["dated_source_count"] is None or not town:
        return "unbekannt"
    dated, reached = row["dated_source_count"], row["reached_source_count"]
    undated, silent = town["source_count"] - dated, town["silent_source_count"]
    aside = [f"{numbers.plain(undated)} ohne Tagesdaten nicht mitgezählt"] if undated > 0 else []
    aside += [f"{numbers.plain(silent)} noch nie geliefert"] if silent else []
    of_these = f"{numbers.plain(reached)} von {say.plural(dated, 'Quelle', 'Quellen')}"
    return of_these + (f" ({'; '.join(aside)})" if aside else "")


def _settled(paper: pl.DataFrame, old: dt.date) -> pl.DataFrame:
    """The months without the figures that open cases would still change; months before `old` stay as they are."""
    moving = (pl.col("decided_share") < SETTLED) & (pl.col("month") >= old)
    return paper.with_columns(pl.when(~moving.fill_null(False)).then(pl.col(name)).alias(name) for name in LIFELONG)


def row_of(frame: pl.DataFrame, month: dt.date) -> Row | None:
    """The row of one month."""
    rows = frame.filter(pl.col("month") == month)
    return None if rows.is_empty() else rows.row(0, named=True)


def spark(frame: pl.DataFrame, column: str, role: Role, when: str = "month") -> Spark | None:
    """The course of a column; a single point is no course."""
    rows = frame.drop_nulls(column)
    if rows.height < 2:
        return None
    return Spark(tuple(rows[when].to_list()), tuple(float(value) for value in rows[column].to_list()), role)


def period(frame: pl.DataFrame) -> str:
    """`Oktober 2023 bis September 2026` for a frame of months."""
    first, last = frame["month"][0], frame["month"][-1]
    return numbers.month(first) if first == last else f"{numbers.month(first)} bis {numbers.month(last)}"


def year_words(marts: Marts) -> str:
    """The twelve full months the year figures speak of."""
    start, end = marts.year()
    return f"{numbers.month(start)} bis {numbers.month(shifted(end, -1))}"


def unanswered(anchor: str, question: str, reason: str) -> Section:
    """A section that says why there is no answer yet."""
    return Section(anchor, question, missing=say.no_statement(reason))


def list_notes(drawn: str, hidden: tuple[str, str], rows: int, known: int) -> tuple[str, ...]:
    """What a list chart leaves out: which rows are `drawn` of many, and at how many (one, many) nothing is shown."""
    all_in = "Tabelle" if rows <= MOST_ROWS else "CSV-Datei"
    notes = [f"Gezeichnet sind die {LIST_LIMIT} {drawn}; die {all_in} nennt alle."] if known > LIST_LIMIT else []
    if rows > known:
        notes.append(
            f"Bei {say.plural(rows - known, *hidden)} fehlen Zahlen: Es sind zu wenige Vorgänge, oder solche "
            "ließen sich daraus errechnen."
        )
    return tuple(notes)
