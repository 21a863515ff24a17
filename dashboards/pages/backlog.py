"""Rückstand: what lies there, how old it is, who it waits for."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.backlog_age import CLASSES, backlog_age
from dashboards.charts.bars import bars
from dashboards.charts.flows import flows
from dashboards.charts.parts import LIST_LIMIT, with_row_names
from dashboards.charts.parts_of_whole import Part, divided_bars
from dashboards.drawing.theme import DIGITAL, GOOD, LATE, OTHER
from dashboards.pages import keys
from dashboards.pages.context import MONTH, PageContext, caption, period
from dashboards.questions import backlog, throughput
from dashboards.questions.small_cells import MARK
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, Page, Section, TableColumn

PARTS = (
    Part("overdue", "Frist abgelaufen", LATE, "late"),
    Part("at_risk", "Frist in fünf Arbeitstagen", OTHER, "other"),
    Part("calm", "übrige offene", GOOD, "good"),
)


def page(have: PageContext) -> Page:
    """Stock by age, flows, deadlines by office, weeks of work by office."""
    return Page(
        name="Rückstand",
        heading="Rückstand",
        finding=_finding(have),
        trust=have.trust_of_the_day(),
        key_figures=(
            keys.backlog_key(have, "open_cases"),
            keys.backlog_key(have, "overdue"),
            keys.backlog_key(have, "waiting_applicant"),
            keys.backlog_key(have, "weeks_of_work"),
        ),
        sections=(_ages(have), _flows(have), _deadlines(have), _weeks(have)),
    )


def _finding(have: PageContext) -> str:
    key = keys.backlog_key(have, "open_cases")
    if key.missing:
        return key.missing
    late = keys.backlog_key(have, "overdue")
    overdue = f"; bei {late.value} ist die Frist abgelaufen" if not late.missing else ""
    day = numbers.day(have.backlog.drop_nulls("open_cases")["day"][-1])
    return f"Am {day} waren {key.value} Vorgänge offen ({key.change}){overdue}."


def _open_in_town(have: PageContext) -> int | None:
    rows = have.backlog.drop_nulls("open_cases")
    return None if rows.is_empty() else rows["open_cases"][-1]


def _were(amount: int) -> str:
    return (
        "war kein Vorgang"
        if not amount
        else f"war{'en' if amount > 1 else ''} {say.plural(amount, 'Vorgang', 'Vorgänge')}"
    )


def _ages(have: PageContext) -> Section:
    question = "Wie alt ist, was liegt?"
    names = list(CLASSES)
    rows = have.backlog.drop_nulls(names)
    if rows.is_empty():
        return Section(
            "alter",
            question,
            missing=say.no_statement("Es liegen keine Tageswerte zum Alter offener Vorgänge vor."),
        )
    last_day = rows["day"][-1]
    weekly = rows.filter((pl.lit(last_day) - pl.col("day")).dt.total_days() % 7 == 0)
    last = weekly.row(-1, named=True)
    base = last["age_cases"]
    finding = (
        f"Am {numbers.day(last_day)} {_were(last['age_over_90_days'])} älter als 90 Arbeitstage "
        f"({say.basis(base)} offene)."
    )
    ages = [
        TableColumn(name, word if "Arbeitstage" in word else f"{word} Arbeitstage", "count")
        for name, (word, _) in reversed(CLASSES.items())
    ]
    columns = (TableColumn("day", "Tag", "day"), *ages, "open_cases")
    figure = Figure(
        slug="rueckstand-alter",
        subtitle="Offene Vorgänge nach Alter in Arbeitstagen, eine Säule je Woche, älteste unten",
        legend=tuple((f"age-{len(CLASSES) - 1 - rank}", word) for rank, (word, _) in enumerate(CLASSES.values())),
        finding=finding,
        description="Gestapelte Säulen, älteste Vorgänge unten und am dunkelsten.",
        caption=caption(
            base,
            f"{numbers.day(weekly['day'][0])} bis {numbers.day(last_day)}, jede Woche ein Tag",
            "rpt_backlog_daily",
            have.setting,
        ),
        table=have.table("rueckstand-alter", "Offene Vorgänge nach Alter, je Woche", columns, weekly),
        draw=partial(backlog_age, weekly),
    )
    return Section("alter", question, finding, figure)


def _flows(have: PageContext) -> Section:
    question = "Kommt mehr herein, als entschieden wird?"
    frame = have.full_months(have.throughput).drop_nulls(["received_cases", "closed_cases"]).tail(24)
    town = throughput.year_of_the_town(have.marts).drop_nulls(["received_cases", "closed_cases"])
    if frame.is_empty() or town.is_empty():
        reason = have.why_missing(have.throughput, "Es fehlt das Eingangsdatum der Vorgänge.")
        return Section("ein-aus", question, missing=say.no_statement(reason))
    months, came, went = town.select("months", "received_cases", "closed_cases").row(0)
    compare = "mehr" if came > went else "weniger"
    finding = (
        f"In {say.plural(months, 'Monat', 'Monaten')} gingen {numbers.count(came)} Vorgänge ein und "
        f"{numbers.count(went)} wurden entschieden"
        + (
            f": {numbers.count(abs(came - went))} {compare} Eingänge als Entscheidungen."
            if came != went
            else ": genauso viele."
        )
    )
    columns = (
        MONTH,
        "received_cases",
        "closed_cases",
        "coverage_share",
    )
    figure = Figure(
        slug="ein-und-ausgang",
        subtitle="Eingegangene (gestrichelt) und entschiedene Vorgänge je Monat",
        finding=finding,
        description=f"Liniendiagramm mit zwei Linien, {period(frame)}.",
        caption=caption(came, period(frame), "rpt_throughput_monthly", have.setting),
        table=have.table("ein-und-ausgang", "Eingang und Entscheidungen nach Monaten", columns, frame),
        draw=partial(flows, frame),
    )
    return Section("ein-aus", question, finding, figure)


def _deadlines(have: PageContext) -> Section:
    question = "Wo läuft die Frist davon?"
    frame = backlog.by_office(have.marts).pipe(with_row_names, "office_code", "office_name")
    known = frame.filter(~pl.col(MARK) & pl.col("overdue").is_not_null() & pl.col("at_risk").is_not_null())
    known = known.with_columns((pl.col("open_cases") - pl.col("overdue") - pl.col("at_risk")).alias("calm"))
    open_cases = _open_in_town(have)
    if known.is_empty() or not open_cases:
        return Section("fristen", question, missing=say.no_statement("Kein Amt hat genug offene Vorgänge mit Frist."))
    worst = known.sort("overdue", "office_code", descending=[True, False]).row(0, named=True)
    finding = (
        f"Die meisten abgelaufenen Fristen liegen hier: {worst['row']}, {numbers.count(worst['overdue'])} von "
        f"{numbers.count(worst['open_cases'])} offenen Vorgängen."
        if worst["overdue"]
        else (f"In keinem gezeigten Amt ist eine Frist abgelaufen ({say.basis(open_cases)} offene).")
    )
    columns = (
        TableColumn("row", "Amt"),
        "overdue",
        "at_risk",
        "waiting_applicant",
        "waiting_office",
        "open_cases",
    )
    figure = Figure(
        slug="fristen-aemter",
        subtitle="Offene Vorgänge je Amt, von links nach rechts",
        legend=tuple((part.role, part.word) for part in PARTS),
        finding=finding,
        description=f"Geteilte Balken, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=caption(_open_in_town(have), f"am {numbers.day(known['day'][0])}", "rpt_backlog_daily", have.setting),
        table=have.table("fristen-aemter", "Offene Vorgänge und Fristen nach Ämtern", columns, frame),
        draw=partial(divided_bars, known.head(LIST_LIMIT), PARTS, as_share=False),
    )
    hidden = frame.height - known.height
    notes = (
        (f"{say.plural(hidden, 'Amt', 'Ämter')} mit zu wenigen offenen Vorgängen fehlen in der Zeichnung.",)
        if hidden
        else ()
    )
    return Section("fristen", question, finding, figure, notes=notes)


def _weeks(have: PageContext) -> Section:
    question = "Wie viele Wochen Arbeit liegen da?"
    frame = backlog.by_office(have.marts).pipe(with_row_names, "office_code", "office_name")
    known = (
        frame.filter(~pl.col(MARK))
        .drop_nulls("weeks_of_work")
        .sort("weeks_of_work", "office_code", descending=[True, False])
    )
    if known.is_empty():
        return Section(
            "wochen",
            question,
            missing=say.no_statement("In den letzten acht Wochen wurde zu wenig entschieden, um es zu schätzen."),
        )
    labels = [f"{numbers.plain(weeks, 1)} Wochen" for weeks in known["weeks_of_work"]]
    drawn = known.with_columns(pl.col("weeks_of_work").alias("value"), pl.Series("label", labels)).head(LIST_LIMIT)
    first = known.row(0, named=True)
    finding = (
        f"Am längsten dauert das Abarbeiten hier: {first['row']}, "
        f"{numbers.plain(first['weeks_of_work'], 1)} Wochen beim Tempo der letzten acht Wochen."
    )
    columns = (
        TableColumn("row", "Amt"),
        "weeks_of_work",
        "open_cases",
        TableColumn("closed_last_56_days", "in acht Wochen entschieden", "count"),
        "p90_age_working_days",
    )
    figure = Figure(
        slug="wochen-arbeit",
        subtitle="Offene Vorgänge geteilt durch die Entscheidungen je Woche, je Amt",
        finding=finding,
        description=f"Balkendiagramm, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=caption(_open_in_town(have), f"am {numbers.day(known['day'][0])}", "rpt_backlog_daily", have.setting),
        table=have.table("wochen-arbeit", "Dauer des Abarbeitens nach Ämtern", columns, frame),
        draw=partial(bars, drawn, DIGITAL),
    )
    return Section("wochen", question, finding, figure)
