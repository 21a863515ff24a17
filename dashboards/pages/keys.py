"""The key figures, each made once and shown on more than one page."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.pages.gathered import Gathered, row_of, share_of, spark
from dashboards.questions.setting import shifted
from dashboards.questions.small_cells import MARK
from dashboards.words import numbers, say
from dashboards.writing.elements import KeyFigure


def share_key(
    have: Gathered, frame: pl.DataFrame, metric: str, parts: tuple[str, str], label: str, *,
    role: str, lower_is_better: bool, reason: str, page: str,
) -> KeyFigure:  # fmt: skip
    """A share of the last full month: change against the same month last year, path to target."""
    row = have.latest(frame, metric)
    now = share_of(row, *parts)
    if row is None or now is None:
        return KeyFigure(metric, label, missing=say.no_statement(have.why_missing(frame, reason)), page=page)
    year_ago = shifted(row["month"], -12)
    before = share_of(row_of(frame, year_ago), *parts)
    target = have.target(metric)
    path = say.share_target(now.value, target[0], target[1], lower_is_better=lower_is_better) if target else ""
    return KeyFigure(
        slug=metric,
        label=label,
        value=numbers.plain(numbers.share_points(now.value)),
        unit="%",
        basis=f"{numbers.month(row['month'])}, {say.basis(now.base)}",
        change=say.share_change(now, before, year_ago),
        target=path,
        definition=have.definitions.get(metric),
        spark=spark(have.full_months(frame), metric, role),
        page=page,
    )


def paper_intake_key(have: Gathered) -> KeyFigure:
    """Paper share of the applications."""
    return share_key(
        have, have.paper, "paper_share_in", ("paper_in_cases", "known_channel_cases"), "Papierquote im Eingang",
        role="paper", lower_is_better=True, reason="Es fehlt der Eingangskanal der Anträge.", page="papier.html",
    )  # fmt: skip


def online_key(have: Gathered) -> KeyFigure:
    """Online share of the applications."""
    return share_key(
        have, have.paper, "online_share", ("online_cases", "known_channel_cases"), "Onlinequote",
        role="digital", lower_is_better=False, reason="Es fehlt der Eingangskanal der Anträge.", page="papier.html",
    )  # fmt: skip


def end_to_end_key(have: Gathered) -> KeyFigure:
    """Share of cases without any paper, scan or counter."""
    return share_key(
        have, have.paper, "end_to_end_share", ("end_to_end_cases", "end_to_end_known_cases"), "Ende-zu-Ende digital",
        role="digital", lower_is_better=False, reason="Es fehlt das Medium einzelner Schritte.", page="papier.html",
    )  # fmt: skip


def on_time_key(have: Gathered) -> KeyFigure:
    """Share of decided cases that kept their deadline."""
    return share_key(
        have, have.throughput, "on_time_share", ("on_time_cases", "deadline_cases"), "Fristtreue",
        role="good", lower_is_better=False, reason="Die Vorgänge tragen keine Frist.", page="durchlaufzeiten.html",
    )  # fmt: skip


def lead_time_key(
    have: Gathered, column: str = "median_lead_seconds", label: str = "Mittlere Durchlaufzeit", of: str = "Median"
) -> KeyFigure:
    """Calendar days from receipt to decision of the cases decided in the month: the half, or another part `of` them."""
    row = have.latest(have.throughput, column)
    page = "durchlaufzeiten.html"
    if row is None:
        reason = have.why_missing(have.throughput, "Es fehlen Eingangs- oder Entscheidungsdaten.")
        return KeyFigure(column, label, missing=say.no_statement(reason), page=page)
    now = row[column] / numbers.SECONDS_PER_DAY
    year_ago = shifted(row["month"], -12)
    before = (row_of(have.throughput, year_ago) or {}).get(column)
    target = have.target(column)
    return KeyFigure(
        slug=column,
        label=label,
        value=numbers.plain(now, 1),
        unit="Tage",
        basis=f"{of}, {numbers.month(row['month'])}, {say.basis(row['lead_cases'])}",
        change=say.amount_change(
            now, None if before is None else before / numbers.SECONDS_PER_DAY, "Tage", 1, numbers.month_short(year_ago)
        ),
        target=say.days_target(now, target[0] / numbers.SECONDS_PER_DAY, target[1]) if target else "",
        definition=have.definitions.get(column),
        spark=spark(have.full_months(have.throughput), column, "digital"),
        page=page,
    )


def backlog_key(have: Gathered, column: str, label: str, role: str = "ink") -> KeyFigure:
    """A stock of open cases on the last day, against the same weekday a year ago."""
    rows = have.backlog.filter(pl.col(column).is_not_null())
    if rows.is_empty():
        small = not have.backlog.is_empty() and bool(have.backlog[MARK].any())
        few = f"Es sind weniger als {have.setting.min_cases} Vorgänge offen."
        reason = few if small else "Es liegen keine Tageswerte zum Bestand vor."
        return KeyFigure(column, label, missing=say.no_statement(reason), page="rueckstand.html")
    row = rows.row(-1, named=True)
    year_ago: dt.date = row["day"] - dt.timedelta(days=364)
    past = have.backlog.filter(pl.col("day") == year_ago)
    before = None if past.is_empty() else past[column][0]
    digits = 1 if column == "weeks_of_work" else 0
    unit = "Wochen" if column == "weeks_of_work" else "Vorgänge"
    weekly = rows.filter((pl.lit(row["day"]) - pl.col("day")).dt.total_days() % 7 == 0)
    of_open = "" if column == "open_cases" else f", {say.basis(row['open_cases'])} offene"
    return KeyFigure(
        slug=column,
        label=label,
        value=numbers.plain(row[column], digits),
        unit=unit,
        basis=f"am {numbers.day_short(row['day'])}{of_open}{', vorläufig' if row['is_provisional'] else ''}",
        change=say.amount_change(row[column], before, unit, digits, numbers.day_short(year_ago)),
        definition=have.definitions.get(column),
        spark=spark(weekly, column, role, when="day"),
        page="rueckstand.html",
    )
