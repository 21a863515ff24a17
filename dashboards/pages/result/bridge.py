"""The section that leads a budget line from what it paid a year before to what it paid, the unexplained shown."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, Final

import polars as pl

from dashboards.charts.cash_bridge import cash_bridge
from dashboards.drawing.theme import GOOD, INK, LATE, SCANNED
from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import result
from dashboards.words import numbers
from dashboards.words.results import PARTS, STEPS
from dashboards.writing.elements import Figure, PageTable, Section, TableColumn

QUESTION: Final = "Warum zahlen Haushaltsstellen mehr oder weniger als im Jahr davor?"
COLUMNS: Final = (
    TableColumn("budget_line_id", "Haushaltsstelle"),
    *(TableColumn(step, f"{word} in\u00a0€", "euro") for step, word in STEPS.items()),
    TableColumn("unknown_de", "unbekannt, daher unter „Nicht erklärt“"),
)
TOTALS: Final = ("old", "actual")
RULE: Final = (
    "Preise und Fallzahl stehen in den Angaben der Kämmerei zur Haushaltsstelle. Belegt ist Entlastung, die geprüft "
    "ist, minus der des Vorjahres. Zu den übrigen Wirkungen gehören die Kosten der Maßnahmen auf der Haushaltsstelle, "
    "Entlastung für Gebührenzahler und Verlagerungen auf andere Haushaltsstellen. Was niemand erklärt, bleibt stehen "
    "und wird nicht verteilt. Gerundete Beträge können in der Summe um einen Euro abweichen."
)


def budget_bridge_section(have: PageContext) -> Section:
    """Why did the lines pay more or less than the year before?"""
    frame = result.bridges(have.marts)
    if frame.is_empty():
        return unanswered(
            "haushaltsbruecke", QUESTION, "Es fehlen zwei abgeschlossene Haushaltsjahre; sie liegen in der Kämmerei."
        )
    first = frame.row(0, named=True)
    unknown = [
        ", ".join(PARTS[part] for part in (row or "").split(", ") if part) for row in frame["unknown_parts"].to_list()
    ]
    table = have.table(
        "haushaltsbruecke",
        f"Vom Ist {first['year'] - 1} zum Ist {first['year']} je Haushaltsstelle",
        COLUMNS,
        frame.with_columns(pl.Series("unknown_de", unknown)),
    )
    steps, bookings = _steps(first), first["booking_count"]
    columns = (TableColumn("row", "Stufe"), TableColumn("amount_eur", "Betrag in\u00a0€", "euro"))
    figure = Figure(
        subtitle=f"Haushaltsstelle {first['budget_line_id']}, Euro; Ist {first['year'] - 1} bis Ist {first['year']}",
        description=f"Wasserfalldiagramm mit {numbers.plain(steps.height)} Stufen. Die Beträge stehen an den Balken.",
        caption=have.caption(bookings, f"Haushaltsjahr {first['year']}", "rpt_budget_bridge", "Buchungen"),
        table=PageTable("haushaltsbruecke-stelle", f"Haushaltsstelle {first['budget_line_id']}", columns, steps),
        draw=partial(cash_bridge, steps),
    )
    return Section("haushaltsbruecke", QUESTION, _finding(first), figure, tables=(table,), notes=(RULE,))


def _finding(line: dict[str, Any]) -> str:
    moved = line["actual"] - line["old"]
    way = "unverändert" if not moved else f"um {numbers.euro(abs(moved))} {'gestiegen' if moved > 0 else 'gesunken'}"
    proven, rest = line["proven_digital_saving"], line["unexplained"]
    told = (
        "was Maßnahmen bewirkten, ist unbekannt"
        if proven is None
        else f"belegte Entlastung {numbers.euro(proven)}"
        if proven
        else "belegte Entlastung gibt es dort nicht"
    )
    return (
        f"Auf der Haushaltsstelle {line['budget_line_id']} ist das Ist {line['year']} gegenüber dem Vorjahr {way}; "
        f"{told}, nicht erklärt {'ist nichts' if not rest else f'sind {numbers.euro(rest)}'}."
    )


def _steps(line: dict[str, Any]) -> pl.DataFrame:
    """The steps that are known, as the waterfall wants them; on a line less is good."""
    known = [step for step in result.LINE_STEPS if line[step] is not None]
    return pl.DataFrame(
        {
            "row": [STEPS[step] for step in known],
            "amount_eur": [line[step] for step in known],
            "is_total": [step in TOTALS for step in known],
            "colour": [_colour(step, line[step]) for step in known],
        },
        schema_overrides={"amount_eur": pl.Decimal(18, 2)},
    )


def _colour(step: str, amount: Decimal) -> str:
    if step in TOTALS:
        return INK
    if step == "unexplained":
        return SCANNED
    return LATE if amount > 0 else GOOD
