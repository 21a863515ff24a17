"""Sections about savings. Money and time are two figures in two sections, never added, never in one chart."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.cash_bridge import cash_bridge
from dashboards.charts.course import Course, course
from dashboards.charts.intervals import intervals
from dashboards.drawing.theme import DIGITAL, GOOD, LATE
from dashboards.pages import savings_keys as keys
from dashboards.pages.context import MONTH, PageContext, period, unanswered, year_words
from dashboards.questions import savings
from dashboards.words import numbers, say
from dashboards.words.glossary import CLAIM_STATES, GRADES, REFUSAL_REASONS
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
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("grade", "Nachweisgrad"),
    TableColumn("value", "Stunden in zwölf Monaten", "hours"),
    TableColumn("low", "mindestens", "hours"),
    TableColumn("high", "höchstens", "hours"),
    TableColumn("cases", "Vorgänge", "count"),
)
REFUSED_COLUMNS = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("service_name", "Leistung"),
    TableColumn("state_de", "Stand"),
    TableColumn("reason_de", "Grund"),
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
        "Nur, was gebucht und an der Haushaltsstelle geprüft ist (Nachweisgrad A); Arbeitszeit ist nicht enthalten.",
        table=have.table(
            "zahlungswirkung", "Geld zurück minus Kosten aller Maßnahmen nach Monaten", CASH_COLUMNS, months
        ),
        draw=partial(course, months, line),
    )
    more = ("einsparungen.html", "Geld und Arbeitszeit je Maßnahme") if link else None
    notes = tuple(
        note for note in (keys.unchecked(last), *keys.left_out_of_cash(have), keys.missing_bookings(have)) if note
    )
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


def hours_section(have: PageContext, left_out: pl.DataFrame) -> Section:
    """How much working time was freed?"""
    question = "Wie viel Arbeitszeit ist frei geworden?"
    months, year = keys.hours_months(have), keys.hours_year(have)
    if months.is_empty() or year is None:
        return unanswered("zeit", question, keys.why_no_hours(have))
    last, told = months.row(-1, named=True), year["capacity_months_in_last_12"]
    finding = (
        f"In den zwölf Monaten bis {numbers.month(year['month'])} {keys.freed(year['capacity_last_12_months_hours'])} "
        f"(Nachweisgrad A, Spanne {keys.year_span(year)} Stunden; {say.basis(year['claimed_last_12_months_cases'])}"
        f"{'' if told == keys.YEAR else f'; {told} von {keys.YEAR} Monaten haben belegte Stunden'})."
    )
    hours, band = numbers.hours(last["capacity_released_hours"]), ("capacity_low_hours", "capacity_high_hours")
    line = Course("capacity_released_hours", DIGITAL, hours, room=(12, 26), band=band)
    figure = Figure(
        subtitle=(
            "Gewonnene Arbeitsstunden mit Nachweisgrad A nach Monat des Eingangs; abgezogen ist, was auch ohne die "
            "Maßnahmen online gekommen wäre; Band: in 8 von 10 Fällen liegt der wahre Wert darin"
        ),
        description=f"Liniendiagramm mit Band, {period(months)}.",
        caption=have.caption(last["claimed_cases"], period(months), "rpt_savings_totals_monthly")
        + " Gewonnene Zeit entlastet den Haushalt nicht, solange keine Stelle und kein Vertrag wegfällt.",
        table=have.table("arbeitszeit", "Gewonnene Arbeitszeit nach Monaten", HOURS_COLUMNS, months),
        draw=partial(course, months, line),
    )
    return Section(
        "zeit", question, finding, figure, notes=tuple(filter(None, (keys.waiting(left_out), keys.beneath(have))))
    )


def hours_by_measure_section(have: PageContext) -> Section:
    """Which measure frees time?"""
    question = "Welche Maßnahme schafft Zeit?"
    frame = savings.by_grade(have.marts)
    if frame.is_empty():
        return unanswered("massnahmen-zeit", question, keys.why_no_hours(have))
    frame = frame.with_columns(
        pl.format("{} · {}", "grade", "measure_name").alias("row"),
    )
    first = frame.row(0, named=True)
    finding = (
        f"Am meisten belegte Zeit schafft „{first['measure_name']}“: {numbers.plain(first['value'])} Stunden in "
        f"den letzten zwölf vollen Monaten ({say.basis(first['cases'])})."
        if first["low"] > 0 and first["grade"] == "A"
        else "Für keine Maßnahme ist in den letzten zwölf vollen Monaten ein Gewinn an Arbeitszeit belegt: "
        "keine Spanne mit Nachweisgrad A liegt über null."
    )
    figure = Figure(
        subtitle=(
            "Gewonnene Arbeitsstunden der letzten zwölf vollen Monate je Maßnahme und Nachweisgrad: Punkt mit Spanne. "
            "Reicht die Spanne bis null, ist kein Gewinn belegt"
        ),
        description=f"Punktdiagramm mit Spannen, {say.plural(frame.height, 'Zeile', 'Zeilen')}.",
        caption=have.caption(None, year_words(have.marts), "rpt_savings_totals_monthly"),
        table=have.table("arbeitszeit-massnahmen", "Gewonnene Arbeitszeit nach Maßnahmen", MEASURE_COLUMNS, frame),
        draw=partial(intervals, frame.head(24)),
    )
    notes = (
        "Nur Grad A zählt in die Summe; B ist teilweise gemessen, C angenommen. Ein Vorgang zählt in n bei jeder "
        "Maßnahme, die seine Leistung betrifft; seine Zeit wird nach Anteilen verteilt.",
    )
    return Section("massnahmen-zeit", question, finding, figure, notes=notes)


def effects_section(have: PageContext) -> Section:
    """What would a plain comparison of before and after have said?"""
    question = "Was sagt der einfache Vergleich, und was bleibt davon?"
    year = have.savings.drop_nulls("all_grades_last_12_months_hours")
    if year.is_empty():
        return unanswered("vergleich", question, keys.why_no_hours(have))
    last = year.row(-1, named=True)
    raw, like, left = (last[f"{name}_last_12_months_hours"] for name in ("raw", "like_for_like", "all_grades"))
    tide = last["tide_last_12_months_hours"]
    finding = (
        f"Vorher gegen nachher {keys.difference(raw)}; bei gleicher Fallzahl und Mischung {keys.difference(like)}. "
        f"Ohne die Maßnahmen wären es {keys.difference(tide)} gewesen, nach dem, was Leistungen ohne Maßnahme zeigen. "
        f"Den Maßnahmen bleiben {keys.difference(left)}."
    )
    steps = pl.DataFrame(
        {
            "row": [
                "Einfacher Vergleich vorher – nachher", "Mehr oder weniger Fälle", "Andere Fallarten",
                "Gleiche Fallzahl und Mischung", "Wäre auch ohne Maßnahme gekommen", "Durch die Maßnahmen",
            ],
            "hours": [
                raw, last["volume_last_12_months_hours"], last["mix_last_12_months_hours"], like,
                -last["tide_last_12_months_hours"], left,
            ],
        }
    )  # fmt: skip
    columns = (TableColumn("row", "Schritt"), TableColumn("hours", "Stunden in zwölf Monaten", "hours"))
    table = PageTable("vergleich", "Vom einfachen Vergleich zur Wirkung der Maßnahmen", columns, steps)
    notes = (
        "Alle Nachweisgrade zusammen; in der Summe oben steht nur Grad A. Wo Fallarten fehlen, ist ein Abschlag dafür, "
        "dass einfache Fälle zuerst online kommen, im vorletzten Schritt enthalten. Gerundete Stunden können in der "
        "Summe um eine abweichen.",
    )
    return Section("vergleich", question, finding, tables=(table,), notes=notes)


def refused_section(have: PageContext, left_out: pl.DataFrame) -> Section:
    """What does not count, and why?"""
    question = "Was zählt nicht in die Summe, und warum?"
    if left_out.is_empty():
        return Section("nicht-gezaehlt", question, "Alle Stunden der laufenden Maßnahmen zählen.")
    frame = left_out.with_columns(
        pl.col("claim_state").replace_strict(CLAIM_STATES).alias("state_de"),
        pl.col("refusal_reason").replace_strict(REFUSAL_REASONS, default=None).alias("reason_de"),
    )
    finding = (
        f"{say.plural(frame.height, 'Leistung zählt', 'Leistungen zählen')} bei mindestens einer Maßnahme im letzten "
        "vollen Monat nicht in die Summe."
    )
    table = have.table("nicht-gezaehlt", "Was nicht in die Summe zählt", REFUSED_COLUMNS, frame)
    return Section("nicht-gezaehlt", question, finding, tables=(table,))
