"""Sections about posts and about another month of two routes: what goes on costing while nothing is closed."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import result
from dashboards.words import numbers, say
from dashboards.words.results import PARALLEL_REASONS
from dashboards.writing.elements import Section, TableColumn

ALL: Final = "all"
TOWN: Final = "Stadt insgesamt"
DEFAULT: Final = " (200 Tage zu 8 Stunden; nichts anderes ist festgelegt)"
POSTS: Final = (
    TableColumn("office_name", "Amt"),
    "freed_p50_fte",
    TableColumn("freed_p10_fte", "mindestens", "number", 2),
    TableColumn("freed_p90_fte", "höchstens", "number", 2),
    TableColumn("lapsing_fte", "Stellen, die wegfallen (kw)", "number", 2),
    TableColumn("requested_fte", "beantragte Stellen", "number", 2),
    TableColumn("requested_less_freed_fte", "beantragt minus gewonnen", "number", 2),
)
PARALLEL: Final = (
    TableColumn("measure_name", "Maßnahme"),
    "month_cost_eur",
    TableColumn("parallel_cost_eur", "davon gebucht in\u00a0€", "euro"),
    TableColumn("paper_route_eur", "davon fester Papierweg in\u00a0€", "euro"),
    TableColumn("open_month_count", "Monate bisher", "count"),
    TableColumn("paper_route_closed_on", "Papierweg endet", "day"),
    TableColumn("reason_de", "Grund"),
)


def posts_section(have: PageContext) -> Section:
    """How many posts is the freed time, and how many go?"""
    question = "Wie vielen Stellen entspricht die gewonnene Zeit, und wie viele fallen weg?"
    frame = result.posts(have.marts)
    if frame.is_empty():
        return unanswered("stellen", question, "Für dieses Jahr sind weder Stunden noch Stellen bekannt.")
    town = frame.row(0, named=True)
    is_town = pl.col("office_code") == ALL
    shown = frame.with_columns(pl.when(is_town).then(pl.lit(TOWN)).otherwise("office_name").alias("office_name"))
    hours = numbers.plain(town["annual_hours"])
    rule = (
        f"Eine Stelle sind {hours} Stunden im Jahr"
        f"{DEFAULT if town['is_annual_hours_default'] else ''}. "
        "Gezählt sind Stunden mit Nachweisgrad A aus "
        f"{say.plural(town['hours_month_count'] or 0, 'Monat', 'Monaten')} des Jahres. "
        "Gewonnene Zeit ist noch keine weggefallene Stelle. Ämter mit weniger als fünf Personen sind nicht gezeigt."
    )
    table = have.table("stellen", f"Gewonnene Zeit in Stellen und Stellenplan {town['year']}", POSTS, shown)
    return Section("stellen", question, _posts_finding(town), tables=(table,), notes=(rule, *_money(town)))


def _posts_finding(town: dict[str, Any]) -> str:
    freed = (
        f"{town['year']} entspricht die belegte gewonnene Zeit bisher {numbers.plain(town['freed_p50_fte'], 2)} "
        f"Stellen (Spanne {numbers.plain(town['freed_p10_fte'], 2)} bis {numbers.plain(town['freed_p90_fte'], 2)}; "
        f"{say.basis(town['claimed_cases'])})"
        if town["freed_p50_fte"] is not None
        else f"{town['year']} ist noch keine gewonnene Zeit belegt"
    )
    lapse = (
        "ob Stellen wegfallen, ist unbekannt"
        if town["lapsing_fte"] is None
        else "im Stellenplan fallen in diesem Jahr "
        f"{numbers.plain(town['lapsing_fte'], 2) if town['lapsing_fte'] else 'keine'} Stellen weg"
    )
    asked = (
        ""
        if town["requested_fte"] is None
        else f"; zusätzlich beantragt sind {numbers.plain(town['requested_fte'], 2)}"
    )
    retiring = town["retiring_fte"]
    # Of one office that would often be one person.
    retire = "" if retiring is None else f", {numbers.plain(retiring, 2)} werden durch Ruhestand frei"
    return f"{freed}; {lapse}{retire}{asked}."


def _money(town: dict[str, Any]) -> tuple[str, ...]:
    if town["requested_less_released_eur"] is None:
        return ()
    left = town["requested_less_released_eur"]
    return (
        f"Beantragt sind {numbers.euro(town['requested_eur'])} mehr als im Vorjahr, durch Maßnahmen weggefallen und "
        f"geprüft sind {numbers.euro(town['cash_released_eur'])}: "
        f"{'es bleiben' if left >= 0 else 'das sind mehr um'} "
        f"{numbers.euro(abs(left))}.",
    )


def parallel_section(have: PageContext) -> Section:
    """What does another month of both routes cost?"""
    question = "Was kostet ein weiterer Monat mit zwei Wegen?"
    frame = result.parallel_months(have.marts)
    if frame.is_empty():
        return unanswered("parallelbetrieb", question, "Keine Maßnahme nimmt neben dem neuen Weg noch Papier an.")
    row = frame.row(0, named=True)
    known, missing = row["known_measure_count"], row["unknown_measure_count"]
    unknown = f"; für {say.plural(missing, 'Maßnahme', 'Maßnahmen')} ist es unbekannt" if missing else ""
    finding = (
        f"Im {numbers.month(row['month'])} kostete der offene Papierweg neben dem neuen Weg bei "
        f"{say.plural(known, 'Maßnahme', 'Maßnahmen')} {numbers.euro(row['known_month_cost_eur'])}{unknown}."
        if known
        else f"Im {numbers.month(row['month'])} war bei {say.plural(missing, 'Maßnahme', 'Maßnahmen')} der Papierweg "
        "neben dem neuen Weg offen; was das kostet, ist für keine bekannt."
    )
    shown = frame.filter(pl.col("measure_id") != ALL).with_columns(
        pl.col("unknown_reason").replace_strict(PARALLEL_REASONS, default=None).alias("reason_de")
    )
    notes = (
        "Feste Kosten des Papierwegs fallen an, wie wenige Anträge auch kommen; sie enden erst mit ihm. Die "
        "laufenden Kosten "
        "des neuen Wegs sind nicht enthalten: Sie bleiben.",
    )
    table = have.table("parallelbetrieb", f"Parallelbetrieb im {numbers.month(row['month'])}", PARALLEL, shown)
    return Section("parallelbetrieb", question, finding, tables=(table,), notes=notes)
