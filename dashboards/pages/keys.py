"""The key figures, each made once and shown on more than one page."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from dashboards.pages.context import PageContext, row_of, spark
from dashboards.questions.metrics import SHOWN_IN, Metric
from dashboards.questions.setting import shifted
from dashboards.questions.small_cells import MARK, WITHHELD
from dashboards.words import numbers, say
from dashboards.writing.elements import KeyFigure, Role

SHARES: Final[dict[str, tuple[Role, str, str]]] = {
    "paper_share_in": ("paper", "papier.html", "Es fehlt der Eingangskanal der Anträge."),
    "online_share": ("digital", "papier.html", "Es fehlt der Eingangskanal der Anträge."),
    "end_to_end_share": ("digital", "papier.html", "Es fehlt das Medium einzelner Schritte."),
    "on_time_share": ("good", "durchlaufzeiten.html", "Die Vorgänge tragen keine Frist."),
}
"""Per share the role of its colour, the page that says more, and why it may be missing."""
LATEST_MONTHS: Final = 3
"""How many months back a share may lie to be told as the newest."""
NOT_KNOWN: Final = {
    "open_deadline_cases": "Kein offener Vorgang trägt eine Frist.",
    "known_waiting_cases": "Von keinem offenen Vorgang ist bekannt, auf wen er wartet.",
    "closed_last_56_days": "In den letzten acht Wochen ist keine Entscheidung bekannt.",
}
"""Why a count of open cases is unknown, by what it rests on."""


def share_key(have: PageContext, key: str) -> KeyFigure:
    """A share of the last full month: change against the same month last year, path to target."""
    metric, (role, page, reason) = have.metrics[key], SHARES[key]
    frame = have.throughput if key == "on_time_share" else have.paper
    row = have.latest(frame, metric.column)
    now = have.share(row, metric)
    # Of a town whose newest months are hidden an old one would pass for today's.
    is_old = row is not None and row["month"] < shifted(have.setting.report_month, -LATEST_MONTHS)
    if row is None or now is None or is_old:
        return KeyFigure(metric, missing=say.no_statement(have.why_missing(frame, reason, metric.column)), page=page)
    year_ago = shifted(row["month"], -12)
    target = have.target(key)
    return KeyFigure(
        metric,
        value=numbers.in_percent(now.value),
        unit="%",
        basis=f"{numbers.month(row['month'])}, {say.basis(now.base)}",
        change=say.share_change(now, year_ago),
        target=say.share_target(now.value, target[0], target[1], lower_is_better=metric.direction == "lower")
        if target
        else "",
        spark=spark(have.full_months(frame), metric.column, role),
        page=page,
    )


def lead_time_key(have: PageContext, column: str = "median_lead_seconds") -> KeyFigure:
    """Calendar days from receipt to decision of the cases decided in the month: the median, or another percentile."""
    metric, row = have.metrics[column], have.latest(have.throughput, column)
    page = "durchlaufzeiten.html"
    if row is None:
        reason = have.why_missing(have.throughput, "Es fehlen Eingangs- oder Entscheidungsdaten.")
        return KeyFigure(metric, missing=say.no_statement(reason), page=page)
    now = row[column] / numbers.SECONDS_PER_DAY
    year_ago = shifted(row["month"], -12)
    before = (row_of(have.settled(have.throughput, column), year_ago) or {}).get(column)
    target = have.target(column)
    return KeyFigure(
        metric,
        value=numbers.plain(now, 1),
        unit="Tage",
        basis=f"{numbers.month(row['month'])}, {say.basis(row['lead_cases'])}",
        change=say.amount_change(
            now, None if before is None else before / numbers.SECONDS_PER_DAY, "Tage", 1, numbers.month_short(year_ago)
        ),
        target=say.days_target(now, target[0] / numbers.SECONDS_PER_DAY, target[1]) if target else "",
        spark=spark(have.settled(have.full_months(have.throughput), column), column, "digital"),
        page=page,
    )


def _why_no_stock(have: PageContext, metric: Metric) -> str:
    """Why a stock is not shown on the last day; empty where it is."""
    if have.backlog.is_empty():
        return "Es liegen keine Tageswerte zum Bestand vor."
    row = have.backlog.row(-1, named=True)
    if row[metric.column] is not None:
        return ""
    if row[MARK]:
        return f"Es sind weniger als {have.setting.min_cases} Vorgänge offen."
    if metric.column in row.get(WITHHELD, ()):
        return "Es betrifft zu wenige Vorgänge, um es zu zeigen."
    return NOT_KNOWN.get(metric.base or "closed_last_56_days", "Die Angabe fehlt in den Daten.")


def stock_a_year_ago(have: PageContext, column: str) -> tuple[dt.date, float | None]:
    """The same weekday a year before the last day, and what was there; None where that is not known."""
    year_ago: dt.date = have.backlog["day"][-1] - dt.timedelta(days=364)
    past = have.settled(have.backlog, column).filter(pl.col("day") == year_ago)
    return year_ago, None if past.is_empty() else past[column][0]


def backlog_key(have: PageContext, column: str) -> KeyFigure:
    """A stock of open cases on the last day, against the same weekday a year ago."""
    metric = have.metrics[column]
    rows = have.settled(have.backlog, column).drop_nulls(column)
    if missing := _why_no_stock(have, metric):
        return KeyFigure(metric, missing=say.no_statement(missing), page="rueckstand.html")
    row = rows.row(-1, named=True)
    year_ago, before = stock_a_year_ago(have, column)
    digits, unit = metric.digits, SHOWN_IN.get(metric.unit, "Vorgänge")
    weekly = rows.filter((pl.lit(row["day"]) - pl.col("day")).dt.total_days() % 7 == 0)
    base = row[metric.base or "open_cases"]
    named = metric.base_name or "offene"
    of_open = "" if column == "open_cases" or base is None else f", {say.basis(base)} {named}"
    return KeyFigure(
        metric,
        value=numbers.plain(row[column], digits),
        unit=unit,
        basis=f"am {numbers.day_short(row['day'])}{of_open}{', vorläufig' if row['is_provisional'] else ''}",
        change=say.amount_change(row[column], before, unit, digits, numbers.day_short(year_ago)),
        spark=spark(weekly, column, "ink", when="day"),
        page="rueckstand.html",
    )
