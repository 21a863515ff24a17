"""Sections about savings. Money and time are two figures in two sections, never added, never in one chart."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.cash_bridge import cash_bridge
from dashboards.charts.course import Course, course
from dashboards.charts.intervals import intervals
from dashboards.charts.parts import with_row_names
from dashboards.drawing.theme import DIGITAL, GOOD, LATE
from dashboards.pages import savings_keys as keys
from dashboards.pages.context import MONTH, PageContext, period, unanswered, year_words
from dashboards.questions import savings
from dashboards.words import numbers, say
from dashboards.words.glossary import GRADES
from dashboards.writing.elements import Figure, PageTable, Section, TableColumn

COSTS = ("one_off", "running", "parallel")
CASH_COLUMNS = (
    MONTH, "cash_released_eur", "one_off_cost_eur", "running_cost_eur", "parallel_cost_eur", "net_cash_eur",
    "cumulative_cash_eur",
)  # fmt: skip
HOURS_COLUMNS = (
    MONTH,
    "capacity_released_hours",
    TableColumn("capacity_low_hours", "mindestens", "hours"),
    TableColumn("capacity_high_hours", "höchstens", "hours"),
    "claimed_cases",
)
MEASURE_COLUMNS = (
    TableColumn("row", "Maßnahme"),
    "capacity_last_12_months_hours",
    TableColumn("low", "mindestens", "hours"),
    TableColumn("high", "höchstens", "hours"),
    "channel_effect_hours",
    "efficiency_effect_hours",
    "claimed_last_12_months_cases",
    TableColumn("capacity_evidence_grade", "Nachweisgrad"),
)


def trust_grade(have: PageContext) -> str:
    """The weakest grade in the savings, in words."""
    grades = have.savings["evidence_grade"].drop_nulls()
    grade = "" if grades.is_empty() else str(grades[-1])
    return GRADES.get(grade, grade) or "noch ohne Nachweis"


def cash_section(have: PageContext, *, link: bool) -> Section:
    """Has the money come back?"""
    question = "Ist das Geld wieder hereingekommen?"
    months = keys.cash_months(have)
    if months.is_empty():
        return unanswered("geld", question, keys.why_no_cash(have))
    last = months.row(-1, named=True)
    total, measures = last["cumulative_cash_eur"], last["cash_measure_count"]
    cost, back = numbers.euro(last["cumulative_cost_eur"]), numbers.euro(last["cumulative_cash_released_eur"])
    finding = (
        f"{'Ja' if total >= 0 else 'Nein'}: Seit {numbers.month(months['month'][0])} "
        f"{'kostete' if measures == 1 else 'kosteten'} {say.plural(measures, 'Maßnahme', 'Maßnahmen')} {cost}, "
        f"zurück kamen bis {numbers.month(last['month'])} {back}; "
        f"{numbers.euro(abs(total))} {'sind gewonnen' if total >= 0 else 'fehlen'}."
    )
    colour = GOOD if total >= 0 else LATE
    line = Course("cumulative_cash_eur", colour, numbers.euro(total), room=(13, 28), ticks=6)
    figure = Figure(
        subtitle=(
            "Geld zurück minus Kosten in Euro, seit Beginn aufsummiert: gebuchte Entlastung minus "
            "einmalige, laufende und parallele Kosten"
        ),
        description=f"Liniendiagramm, {period(months)}. Zuletzt {numbers.euro(total)}.",
        caption=have.caption(None, period(months), "rpt_savings_totals_monthly")
        + f" Eingerechnet: {say.listed([f'„{name}“' for name in keys.named(have, last['cash_measures'])])}. "
        "Nur, was im Haushalt gebucht ist; Arbeitszeit ist nicht enthalten.",
        table=have.table(
            "zahlungswirkung", "Geld zurück minus Kosten aller Maßnahmen nach Monaten", CASH_COLUMNS, months
        ),
        draw=partial(course, months, line),
    )
    more = ("einsparungen.html", "Geld und Arbeitszeit je Maßnahme") if link else None
    missing = keys.named(have, last["cash_measures_not_included"])
    without = f"Nicht enthalten, weil Finanzdaten fehlen: {say.listed(missing)}." if missing else ""
    notes = tuple(note for note in (without, keys.missing_bookings(have)) if note)
    return Section("geld", question, finding, figure, notes=notes, link=more)


def bridge_section(have: PageContext) -> Section:
    """What is left of the released money?"""
    question = "Was bleibt von der Entlastung übrig?"
    months = keys.cash_months(have)
    if months.is_empty():
        return unanswered("bruecke", question, keys.why_no_cash(have))
    last = months.row(-1, named=True)
    released, net, costs = (last[f"cumulative_{name}_eur"] for name in ("cash_released", "cash", "cost"))
    steps = pl.DataFrame(
        {
            "row": ["Gebuchte Entlastung", "Einmalige Kosten", "Laufende Kosten", "Parallelbetrieb", "Ergebnis"],
            "amount_eur": [released, *(-last[f"cumulative_{kind}_cost_eur"] for kind in COSTS), net],
            "is_total": [False, False, False, False, True],
        },
        schema_overrides={"amount_eur": pl.Decimal(18, 2)},
    )
    finding = (
        f"Von {numbers.euro(released)} Entlastung bleiben nach {numbers.euro(costs)} Kosten {numbers.euro(net)}."
        if net >= 0
        else (
            f"Den {numbers.euro(released)} Entlastung stehen {numbers.euro(costs)} Kosten gegenüber; es "
            f"fehlen {numbers.euro(-net)}."
        )
    )
    columns = (TableColumn("row", "Posten"), TableColumn("amount_eur", "Betrag in\u00a0€", "euro"))
    figure = Figure(
        subtitle="Euro seit Beginn, von der gebuchten Entlastung über die Kosten zum Ergebnis",
        description="Wasserfalldiagramm mit fünf Stufen. Die Beträge stehen an den Balken.",
        caption=have.caption(None, period(months), "rpt_savings_totals_monthly"),
        table=PageTable("zahlungsbruecke", "Von der Entlastung zum Ergebnis", columns, steps),
        draw=partial(cash_bridge, steps),
    )
    return Section("bruecke", question, finding, figure)


def hours_section(have: PageContext) -> Section:
    """How much working time was freed?"""
    question = "Wie viel Arbeitszeit ist frei geworden?"
    months = keys.hours_months(have)
    if months.is_empty():
        return unanswered("zeit", question, keys.why_no_hours(have))
    last = months.row(-1, named=True)
    finding = (
        f"Im {numbers.month(last['month'])} {keys.freed(last['capacity_released_hours'])} "
        f"(gewonnen: {say.span(last['capacity_low_hours'], last['capacity_high_hours'])} Stunden; "
        f"{say.basis(last['claimed_cases'])})."
    )
    hours, band = numbers.hours(last["capacity_released_hours"]), ("capacity_low_hours", "capacity_high_hours")
    line = Course("capacity_released_hours", DIGITAL, hours, room=(12, 26), band=band)
    figure = Figure(
        subtitle=(
            "Gewonnene Arbeitsstunden je Monat gegenüber der Zeit vor dem Start, gleiche Fallzahl und "
            "Mischung; Band: untere und obere Minutenwerte"
        ),
        description=f"Liniendiagramm mit Band, {period(months)}.",
        caption=have.caption(last["claimed_cases"], period(months), "rpt_savings_totals_monthly")
        + " Gewonnene Zeit entlastet den Haushalt nicht, solange keine Stelle und kein Vertrag wegfällt.",
        table=have.table("arbeitszeit", "Gewonnene Arbeitszeit nach Monaten", HOURS_COLUMNS, months),
        draw=partial(course, months, line),
    )
    return Section("zeit", question, finding, figure)


def hours_by_measure_section(have: PageContext) -> Section:
    """Which measure frees time?"""
    question = "Welche Maßnahme schafft Zeit?"
    frame = (
        savings.by_measure(have.marts)
        .drop_nulls("capacity_last_12_months_hours")
        .sort("capacity_last_12_months_hours", "measure_id", descending=[True, False])
        .pipe(with_row_names, "measure_id", "measure_name")
        .rename(
            {
                "capacity_low_last_12_months_hours": "low",
                "capacity_high_last_12_months_hours": "high",
                "channel_effect_last_12_months_hours": "channel_effect_hours",
                "efficiency_effect_last_12_months_hours": "efficiency_effect_hours",
            }
        )
        .with_columns(pl.col("capacity_last_12_months_hours").alias("value"))
    )
    town = have.savings.drop_nulls("capacity_last_12_months_hours")
    if frame.is_empty() or town.is_empty():
        return unanswered("massnahmen-zeit", question, keys.why_no_hours(have))
    first, year = frame.row(0, named=True), town.row(-1, named=True)
    finding = (
        f"Am meisten Zeit schafft „{first['measure_name']}“: {numbers.plain(first['value'])} Stunden in "
        f"den letzten zwölf vollen Monaten ({say.basis(first['claimed_last_12_months_cases'])})."
        if first["value"] > 0
        else "Keine Maßnahme hat in den letzten zwölf vollen Monaten Arbeitszeit gewonnen."
    )
    figure = Figure(
        subtitle="Gewonnene Arbeitsstunden der letzten zwölf vollen Monate je Maßnahme: Punkt mit Spanne",
        description=f"Punktdiagramm mit Spannen, {say.plural(frame.height, 'Maßnahme', 'Maßnahmen')}.",
        caption=have.caption(
            year["claimed_last_12_months_cases"], year_words(have.marts), "rpt_savings_totals_monthly"
        ),
        table=have.table("arbeitszeit-massnahmen", "Gewonnene Arbeitszeit nach Maßnahmen", MEASURE_COLUMNS, frame),
        draw=partial(intervals, frame.head(24)),
    )
    notes = (
        "Gerundete Stunden können in der Summe um eine abweichen. Ein Vorgang zählt in n bei jeder Maßnahme, die seine "
        "Leistung betrifft; seine Zeit wird nach Anteilen auf die Maßnahmen verteilt.",
    )
    return Section("massnahmen-zeit", question, finding, figure, notes=notes)
