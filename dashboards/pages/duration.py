"""Sections about duration that stand on more than one page."""

from __future__ import annotations

from functools import partial

from dashboards.charts.lead_time import lead_time
from dashboards.pages.context import MONTH, PROVISIONAL, PageContext, period, row_of
from dashboards.questions.setting import shifted
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, Section

MEDIAN = "median_lead_seconds"
COLUMNS = (
    MONTH, MEDIAN, "p90_lead_seconds", "lead_cases", "on_time_share", "deadline_cases",
    "coverage_share", PROVISIONAL,
)  # fmt: skip


def lead_finding(have: PageContext) -> str:
    """How long the half of the decided cases took."""
    row = have.latest(have.throughput, MEDIAN)
    if row is None:
        return say.no_statement(have.why_missing(have.throughput, "Es fehlen Eingangs- oder Entscheidungsdaten."))
    before = (row_of(have.settled(have.throughput, MEDIAN), shifted(row["month"], -12)) or {}).get(MEDIAN)
    now = row[MEDIAN] / numbers.SECONDS_PER_DAY
    moved = say.days_moved(now, None if before is None else before / numbers.SECONDS_PER_DAY)
    return (
        f"Die Hälfte der im {numbers.month(row['month'])} entschiedenen Vorgänge war "
        f"{numbers.after_days(row['median_lead_seconds'])} fertig ({say.basis(row['lead_cases'])}){moved}."
        f"{have.since_then(have.throughput, row['month'], 'median_lead_seconds')}"
    )


def lead_section(have: PageContext, *, link: bool) -> Section:
    """How long does a decision take?"""
    question, finding = "Wie lange dauert eine Entscheidung?", lead_finding(have)
    row = have.latest(have.throughput, MEDIAN)
    if row is None:
        return Section("dauer", question, missing=finding)
    months = have.full_months(have.throughput)
    frame = have.settled(months, MEDIAN)
    figure = Figure(
        subtitle="Kalendertage vom Eingang bis zur Entscheidung, nach Monat der Entscheidung: "
        "Median (kräftige Linie) und die Dauer, unter der 90\u00a0% blieben (dünne Linie)",
        description=f"Liniendiagramm mit Band, {period(frame)}. "
        f"Zuletzt Median {numbers.days(row['median_lead_seconds'])}, "
        f"90\u00a0% unter {numbers.days(row['p90_lead_seconds'] or 0)}.",
        caption=have.caption(row["lead_cases"], period(frame), "rpt_throughput_monthly")
        + " Nur entschiedene Vorgänge; offene zählen hier nicht.",
        table=have.table("durchlaufzeit", "Durchlaufzeit und Fristtreue nach Monaten", COLUMNS, have.throughput),
        draw=partial(lead_time, frame),
    )
    more = ("durchlaufzeiten.html", "Dauer je Leistung, Fristen und Prozessbild") if link else None
    return Section("dauer", question, finding, figure, notes=have.beginning(months, MEDIAN), link=more)
