"""Durchlaufzeiten: how long it takes, for which service, with which deadline kept, along which path."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.parts import LIST_LIMIT, with_row_names
from dashboards.charts.parts_of_whole import Part, divided_bars
from dashboards.charts.survival import survival
from dashboards.charts.then_and_now import Axis, then_and_now
from dashboards.drawing.theme import DIGITAL, GOOD, LATE
from dashboards.estimates.kaplan_meier import median_days, undecided_after, undecided_curve
from dashboards.pages import keys
from dashboards.pages.duration import lead_finding, lead_section
from dashboards.pages.gathered import Gathered, caption, year_words
from dashboards.pages.process import process_sections
from dashboards.questions import records
from dashboards.questions.small_cells import MARK
from dashboards.words import numbers, say
from dashboards.writing.elements import Column, Figure, Page, Section, Table

SERVICE_COLUMNS = (
    Column("row", "Leistung"),
    Column("median_lead_seconds", "Median in Tagen", "days"),
    Column("then_seconds", "ein Jahr zuvor", "days"),
    Column("p90_lead_seconds", "90\u00a0% waren schneller als (Tage)", "days"),
    Column("working_days", "Median in Arbeitstagen", "number"),
    Column("target_working_days", "Ziel in Arbeitstagen", "count"),
    Column("closed_cases", "entschiedene Vorgänge (n)", "count"),
)
DEADLINE_PARTS = (Part("on_time_cases", "in der Frist", GOOD, "good"), Part("late_cases", "zu spät", LATE, "late"))


def page(have: Gathered) -> Page:
    """Duration over time, with open cases, by service, deadlines by office, the drawn process."""
    return Page(
        name="Durchlaufzeiten",
        heading="Durchlaufzeiten",
        finding=lead_finding(have),
        trust=have.trust(),
        key_figures=(
            keys.lead_time_key(have),
            keys.lead_time_key(have, "p90_lead_seconds", "90\u00a0% entschieden nach", "neun von zehn Vorgängen"),
            keys.on_time_key(have),
        ),
        sections=(
            lead_section(have, link=False),
            _with_open_cases(have),
            _services(have),
            _deadlines(have),
            *process_sections(have),
        ),
    )


def _with_open_cases(have: Gathered) -> Section:
    question = "Wie lange dauert es, wenn man die offenen Vorgänge mitzählt?"
    durations = records.durations_since_receipt(have.marts)
    curve = undecided_curve(durations)
    if curve.height < 2:
        return Section(
            "mit-offenen",
            question,
            missing=say.no_statement("Im letzten Jahr gingen zu wenige Vorgänge mit Datum ein."),
        )
    middle, after_30 = median_days(curve), undecided_after(curve, 30)
    half = (
        f"Nach {say.plural(middle, 'Tag', 'Tagen')} ist die Hälfte entschieden"
        if middle is not None
        else "Weniger als die Hälfte ist bisher entschieden"
    )
    rest = f"; nach 30 Tagen sind noch {numbers.percent(after_30)} offen" if after_30 is not None else ""
    columns = (
        Column("days", "Tage seit Eingang", "count"),
        Column("undecided", "noch nicht entschieden in %", "share"),
        Column("low", "mindestens", "share"),
        Column("high", "höchstens", "share"),
    )
    finding = f"{half}{rest} ({say.basis(durations.height)})."
    figure = Figure(
        slug="noch-offen",
        subtitle=(
            "Anteil der Vorgänge, die nach so vielen Tagen noch nicht entschieden sind "
            "(Kaplan-Meier-Schätzung); Band: 95-%-Bereich"
        ),
        finding=finding,
        description="Fallende Linie mit Band, beginnend bei 100\u00a0%.",
        caption=caption(durations.height, f"Eingang {year_words(have.marts)}", "fct_cases", have.setting)
        + f" {say.plural(int((~durations['is_closed']).sum()), 'Vorgang ist', 'Vorgänge sind')} noch offen "
        "und zählen mit ihrer bisherigen Dauer.",
        table=Table("noch-offen", "Noch nicht entschiedene Vorgänge nach Tagen", columns, curve),
        draw=partial(survival, curve, middle),
    )
    return Section("mit-offenen", question, finding, figure)


def _services(have: Gathered) -> Section:
    question = "Welche Leistung dauert wie lange?"
    day = have.marts.working_day_seconds()
    then = have.marts.lead_times_by_service(1).select(
        "service_code", pl.col("median_lead_seconds").alias("then_seconds")
    )
    frame = (
        have.marts.lead_times_by_service()
        .join(then, on="service_code", how="left", maintain_order="left")
        .pipe(with_row_names, "service_code", "service_name")
        .with_columns(
            (pl.col("median_working_seconds") / pl.lit(day, pl.Float64)).alias("working_days"),
            (pl.col("median_lead_seconds") / numbers.SECONDS_PER_DAY).alias("now"),
            (pl.col("then_seconds") / numbers.SECONDS_PER_DAY).alias("then"),
        )
        .sort("median_lead_seconds", "service_code", descending=[True, False], nulls_last=True)
    )
    known = frame.filter(~pl.col(MARK)).drop_nulls("now")
    if known.is_empty():
        return Section(
            "leistungen", question, missing=say.no_statement("Keine Leistung hat genug entschiedene Vorgänge.")
        )
    first, last = known.row(0, named=True), known.row(-1, named=True)
    finding = f"Am längsten dauert „{first['row']}“: im Median {numbers.days(first['median_lead_seconds'])}" + (
        f"; am kürzesten „{last['row']}“: {say.short_time(last['median_lead_seconds'])}." if known.height > 1 else "."
    )
    figure = Figure(
        slug="durchlaufzeit-leistungen",
        subtitle=(
            "Median der Kalendertage vom Eingang bis zur Entscheidung: letzte zwölf volle Monate "
            "(gefüllt) und ein Jahr zuvor (hohl)"
        ),
        finding=finding,
        description=f"Punktdiagramm, {say.plural(known.height, 'Leistung', 'Leistungen')}, längste oben.",
        caption=caption(int(known["closed_cases"].sum()), year_words(have.marts), "fct_cases", have.setting),
        table=Table("durchlaufzeit-leistungen", "Durchlaufzeit nach Leistungen", SERVICE_COLUMNS, frame),
        draw=partial(then_and_now, known.head(LIST_LIMIT), Axis(".0f", DIGITAL)),
    )
    return Section("leistungen", question, finding, figure, notes=_rest(frame.height, known.height))


def _rest(all_rows: int, known: int) -> tuple[str, ...]:
    notes = [f"Gezeichnet sind die {LIST_LIMIT} längsten; alle stehen in der Tabelle."] if known > LIST_LIMIT else []
    if all_rows > known:
        notes.append(
            f"{say.plural(all_rows - known, 'Leistung', 'Leistungen')} mit zu wenigen Vorgängen: nicht gezeigt."
        )
    return tuple(notes)


def _deadlines(have: Gathered) -> Section:
    question = "Welches Amt hält seine Fristen?"
    frame = have.marts.deadlines_by_office().pipe(with_row_names, "office_code", "office_name")
    frame = frame.with_columns(
        (pl.col("deadline_cases") - pl.col("on_time_cases")).alias("late_cases"),
        (pl.col("on_time_cases") / pl.col("deadline_cases")).alias("share"),
    )
    known = frame.filter(~pl.col(MARK)).sort("share", "office_code", descending=[True, False])
    if known.is_empty():
        return Section(
            "fristen", question, missing=say.no_statement("Die Vorgänge tragen keine Frist oder sind zu wenige.")
        )
    on_time, base = int(known["on_time_cases"].sum()), int(known["deadline_cases"].sum())
    finding = (
        f"In zwölf Monaten wurden {numbers.percent(on_time / base)} der Vorgänge mit Frist rechtzeitig "
        f"entschieden ({say.basis(base)})."
    )
    columns = (
        Column("row", "Amt"),
        Column("share", "in der Frist in %", "share"),
        Column("on_time_cases", "in der Frist", "count"),
        Column("late_cases", "zu spät", "count"),
        Column("deadline_cases", "Vorgänge mit Frist (n)", "count"),
    )
    figure = Figure(
        slug="fristtreue-aemter",
        subtitle="Entschiedene Vorgänge mit Frist je Amt, von links nach rechts",
        legend=tuple((part.role, part.word) for part in DEADLINE_PARTS),
        finding=finding,
        description=f"Geteilte Balken auf 100\u00a0%, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=caption(base, year_words(have.marts), "rpt_throughput_monthly", have.setting),
        table=Table("fristtreue-aemter", "Fristtreue nach Ämtern", columns, frame),
        draw=partial(divided_bars, known.head(LIST_LIMIT), DEADLINE_PARTS, as_share=True),
    )
    return Section("fristen", question, finding, figure)
