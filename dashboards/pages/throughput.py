"""Durchlaufzeiten: how long it takes, for which service, with which deadline kept, along which path."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.parts import LIST_LIMIT, with_row_names
from dashboards.charts.parts_of_whole import Part, divided_bars
from dashboards.charts.survival import survival
from dashboards.charts.then_and_now import then_and_now
from dashboards.drawing.theme import GOOD, LATE
from dashboards.pages import keys
from dashboards.pages.context import PageContext, Row, list_notes, unanswered, year_words
from dashboards.pages.duration import lead_finding, lead_section
from dashboards.pages.process import process_sections
from dashboards.questions import throughput
from dashboards.questions.small_cells import MARK
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, Page, Section, TableColumn

SERVICE_COLUMNS = (
    TableColumn("row", "Leistung"),
    "median_days",
    TableColumn("then_days", "ein Jahr zuvor", "number"),
    "p90_days",
    "median_working_days",
    TableColumn("target_working_days", "Ziel in Arbeitstagen", "count"),
    "decided",
)
MONTH_DAYS = 30
DAY = numbers.SECONDS_PER_DAY
DEADLINE_PARTS = (Part("on_time_cases", "in der Frist", GOOD, "good"), Part("late_cases", "zu spät", LATE, "late"))


def page(have: PageContext) -> Page:
    """Duration over time, with open cases, by service, deadlines by office, the drawn process."""
    return Page(
        name="Durchlaufzeiten",
        finding=lead_finding(have),
        trust=have.trust(),
        key_figures=(
            keys.lead_time_key(have),
            keys.lead_time_key(have, "p90_lead_seconds"),
            keys.share_key(have, "on_time_share"),
        ),
        sections=(
            lead_section(have, link=False),
            _with_open_cases(have),
            _services(have),
            _deadlines(have),
            *process_sections(have),
        ),
    )


def _with_open_cases(have: PageContext) -> Section:
    question = "Wie lange dauert es, wenn man die offenen Vorgänge mitzählt?"
    curve = throughput.lead_time_curve(have.marts)
    town = throughput.lead_time_of_the_town(have.marts).drop_nulls("waiting_cases")
    if curve.height < 2 or town.is_empty():
        return unanswered("mit-offenen", question, "Im letzten Jahr gingen zu wenige Vorgänge mit Datum ein.")
    year = town.row(0, named=True)
    columns = (
        TableColumn("days", "Tage seit Eingang", "count"),
        "undecided_share",
        TableColumn("low", "mindestens", "share"),
        TableColumn("high", "höchstens", "share"),
    )
    finding = f"{_reached(year['median_days_km'])}{_after_30(curve)} ({say.basis(year['waiting_cases'])})."
    figure = Figure(
        subtitle=(
            "Anteil der Vorgänge, die nach so vielen Tagen noch nicht entschieden sind; "
            "Band: in 95 von 100 Fällen liegt der wahre Wert darin"
        ),
        description="Fallende Linie mit Band, beginnend bei 100\u00a0%.",
        caption=have.caption(year["waiting_cases"], f"Eingang {year_words(have.marts)}", "rpt_lead_time_curve")
        + f" {_still_open(year['still_open_cases'])} (Schätzung nach Kaplan und Meier).",
        table=have.table("noch-offen", "Noch nicht entschiedene Vorgänge nach Tagen", columns, curve),
        draw=partial(survival, curve, year["median_days_km"]),
    )
    return Section("mit-offenen", question, finding, figure)


def _still_open(cases: int | None) -> str:
    if cases is None:
        return "Was noch offen ist, zählt mit seiner bisherigen Dauer"
    return f"{say.plural(cases, 'Vorgang ist', 'Vorgänge sind')} noch offen und zählen mit ihrer bisherigen Dauer"


def _reached(days: int | None) -> str:
    if days is None:
        return "Weniger als die Hälfte ist bisher entschieden"
    return f"Nach {say.plural(days, 'Tag', 'Tagen')} ist die Hälfte entschieden"


def _after_30(curve: pl.DataFrame) -> str:
    if curve["days"][-1] < MONTH_DAYS:
        return ""
    undecided = curve.filter(pl.col("days") <= MONTH_DAYS)["undecided_share"][-1]
    return f"; nach {MONTH_DAYS} Tagen sind noch {numbers.percent(undecided)} offen"


def _services(have: PageContext) -> Section:
    question = "Welche Leistung dauert wie lange?"
    frame = (
        throughput.lead_times_by_service(have.marts)
        .pipe(with_row_names, "service_code", "service_name")
        .with_columns(pl.col("median_days").alias("now"), pl.col("then_days").alias("then"))
    )
    known = frame.filter(~pl.col(MARK)).drop_nulls("now")
    if known.is_empty():
        return unanswered("leistungen", question, "Keine Leistung hat genug entschiedene Vorgänge.")
    town = throughput.lead_time_of_the_town(have.marts)
    decided = None if town.is_empty() else town["decided"][0]
    first, last = known.row(0, named=True), known.row(-1, named=True)
    finding = f"Am längsten dauert „{first['row']}“: im Median {numbers.days(first['median_days'] * DAY)}" + (
        f"; am kürzesten „{last['row']}“: {say.short_time(last['median_days'] * DAY)}." if known.height > 1 else "."
    )
    figure = Figure(
        subtitle=(
            "Median der Kalendertage vom Eingang bis zur Entscheidung: letzte zwölf volle Monate "
            "(gefüllt) und ein Jahr zuvor (hohl)"
        ),
        description=f"Punktdiagramm, {say.plural(known.height, 'Leistung', 'Leistungen')}, längste oben.",
        caption=have.caption(decided, year_words(have.marts), "rpt_lead_time_by_service"),
        table=have.table(
            "durchlaufzeit-leistungen", "Durchlaufzeit nach Leistungen", SERVICE_COLUMNS, frame, ranked_by="decided"
        ),
        draw=partial(then_and_now, known.head(LIST_LIMIT)),
    )
    notes = list_notes("Leistungen mit der längsten Dauer", ("Leistung", "Leistungen"), frame.height, known.height)
    return Section("leistungen", question, finding, figure, notes=notes)


def _deadlines(have: PageContext) -> Section:
    question = "Welches Amt hält seine Fristen?"
    frame = throughput.deadlines_by_office(have.marts).pipe(with_row_names, "office_code", "office_name")
    known = frame.drop_nulls("on_time_share").sort("on_time_share", "office_code", descending=[True, False])
    if known.is_empty():
        return unanswered("fristen", question, "Die Vorgänge tragen keine Frist oder sind zu wenige.")
    year = throughput.year_of_the_town(have.marts).row(0, named=True)
    columns = (
        TableColumn("row", "Amt"),
        "on_time_share",
        TableColumn("on_time_cases", "in der Frist", "count"),
        TableColumn("late_cases", "zu spät", "count"),
        "deadline_cases",
    )
    figure = Figure(
        subtitle="Entschiedene Vorgänge mit Frist je Amt, von links nach rechts",
        legend=tuple((part.role, part.word) for part in DEADLINE_PARTS),
        description=f"Geteilte Balken auf 100\u00a0%, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=have.caption(year["deadline_cases"], year_words(have.marts), "rpt_throughput_yearly"),
        table=have.table("fristtreue-aemter", "Fristtreue nach Ämtern", columns, frame),
        draw=partial(divided_bars, known.head(LIST_LIMIT), DEADLINE_PARTS, as_share=True),
    )
    return Section("fristen", question, _kept(year, known.row(0, named=True)), figure)


def _kept(year: Row, best: Row) -> str:
    """How many deadlines the town kept; where a month of few would be told by it, which office kept most of its own."""
    if year["on_time_share"] is None:
        return (
            f"Von den gezeigten Ämtern hält „{best['row']}“ die meisten Fristen: "
            f"{numbers.percent(best['on_time_share'])} rechtzeitig entschieden ({say.basis(best['deadline_cases'])})."
        )
    return (
        f"In zwölf Monaten wurden {numbers.percent(year['on_time_share'])} der Vorgänge mit Frist rechtzeitig "
        f"entschieden ({say.basis(year['deadline_cases'])})."
    )
