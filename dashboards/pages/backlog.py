"""Rückstand: what lies there, how old it is, who it waits for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import polars as pl

from dashboards.charts.backlog_age import CLASSES, backlog_age
from dashboards.charts.bars import bars
from dashboards.charts.flows import flows
from dashboards.charts.parts import LIST_LIMIT, with_row_names
from dashboards.charts.parts_of_whole import Part, divided_bars
from dashboards.drawing.theme import DIGITAL, GOOD, LATE, OTHER, SCANNED
from dashboards.pages import keys
from dashboards.pages.context import MONTH, PageContext, Row, list_notes, period, unanswered, year_words
from dashboards.questions import backlog, throughput
from dashboards.questions.small_cells import MARK, WITHHELD
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, KeyFigure, Page, Section, TableColumn, filled

FEWEST_OFFICES, LATEST_AGES_DAYS = 3, 56
FEW_OF_AN_AGE = "In einer Altersklasse liegen zu wenige Vorgänge, um sie zu zeigen"
PARTS = (
    Part("overdue", "Frist abgelaufen", LATE, "late"),
    Part("at_risk", "Frist in fünf Arbeitstagen", OTHER, "other"),
    Part("later", "Frist später", GOOD, "good"),
    Part("without", "ohne Frist", SCANNED, "scanned"),
)


def page(have: PageContext) -> Page:
    """Stock by age, flows, deadlines by office, weeks of work by office."""
    columns = ("open_cases", "overdue", "waiting_applicant", "weeks_of_work")
    stock = {column: keys.backlog_key(have, column) for column in columns}
    offices = backlog.by_office(have.marts).pipe(with_row_names, "office_code", "office_name")
    return Page(
        name="Rückstand",
        finding=_finding(have, stock["open_cases"], stock["overdue"]),
        trust=have.trust_of_the_day(),
        key_figures=tuple(stock.values()),
        sections=(_ages(have), _flows(have), _deadlines(have, offices), _weeks(have, offices)),
    )


def _finding(have: PageContext, key: KeyFigure, late: KeyFigure) -> str:
    if key.missing:
        return key.missing
    row = have.backlog.row(-1, named=True)
    day, before = keys.stock_a_year_ago(have, "open_cases")
    moved = say.amount_moved(row["open_cases"], before, f"am {numbers.day(day)}")
    return f"Am {numbers.day(row['day'])} {_were(row['open_cases'])} offen{moved}{_overdue_words(row, late)}."


def _overdue_words(row: Row, late: KeyFigure) -> str:
    """The half sentence on deadlines that passed: how many, or why it names no number."""
    if "overdue" in row.get(WITHHELD, ()):
        return "; wie viele Fristen abgelaufen sind, ist nicht gezeigt, weil es zu wenige Vorgänge betrifft"
    if late.missing:
        return "; ob Fristen abgelaufen sind, ist nicht bekannt"
    base = row["open_deadline_cases"]
    of_these = "" if base is None else f" von {say.plural(base, 'offenen Vorgang', 'offenen Vorgängen')} mit Frist"
    return f"; bei {late.value if row['overdue'] else 'keinem'}{of_these} ist die Frist abgelaufen"


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
    is_hidden = pl.col(WITHHELD).list.contains(names[0]) if WITHHELD in have.backlog.columns else pl.lit(False)
    days = have.backlog.filter(pl.all_horizontal(pl.col(names).is_not_null()) | is_hidden)
    rows = have.settled(days, names[0])
    weekly = rows.filter((pl.col("day").max() - pl.col("day")).dt.total_days() % 7 == 0)
    shown = weekly.drop_nulls(names)
    if rows.is_empty():
        return unanswered("alter", question, "Es liegen keine Tageswerte zum Alter offener Vorgänge vor.")
    last_day = weekly["day"][-1]
    if shown.is_empty() or (last_day - shown["day"][-1]).days > LATEST_AGES_DAYS:
        return unanswered("alter", question, f"{FEW_OF_AN_AGE}.")
    last = shown.row(-1, named=True)
    base = last["open_cases"] if last["age_cases"] is None else last["age_cases"]
    of_all = "" if base == last["open_cases"] else f" mit bekanntem Alter, von {numbers.plain(last['open_cases'])}"
    start = f"Am {numbers.day(last['day'])}"
    if last["day"] != last_day:
        start = f"Zum {numbers.day(last_day)} ist keine Aussage möglich: {FEW_OF_AN_AGE}. Zuletzt davor, a{start[1:]},"
    finding = (
        f"{start} {_were(last['age_over_90_days'])} seit 90 Arbeitstagen oder länger offen "
        f"({say.basis(base)} offene{of_all})."
    )
    hidden = weekly.height - shown.height
    legend = [(f"age-{len(CLASSES) - 1 - rank}", word) for rank, (word, _) in enumerate(CLASSES.values())]
    legend += [("hollow", "Alter nicht gezeigt")] if hidden else []
    ages = [
        TableColumn(name, word if "Arbeitstage" in word else f"{word} Arbeitstage", "count")
        for name, (word, _) in reversed(CLASSES.items())
    ]
    columns = (TableColumn("day", "Tag", "day"), *ages, "open_cases")
    figure = Figure(
        subtitle="Offene Vorgänge nach Alter in Arbeitstagen, eine Säule je Woche, älteste unten",
        legend=tuple(legend),
        description="Gestapelte Säulen, älteste Vorgänge unten und am dunkelsten.",
        caption=have.caption(
            base,
            f"{numbers.day(weekly['day'][0])} bis {numbers.day(last_day)}, jede Woche ein Tag",
            "rpt_backlog_daily",
        ),
        table=have.table("rueckstand-alter", "Offene Vorgänge nach Alter, je Woche", columns, weekly),
        draw=partial(backlog_age, weekly),
    )
    of_weeks = (
        f"In {'einer' if hidden == 1 else numbers.plain(hidden)} von {say.plural(weekly.height, 'Woche', 'Wochen')}"
    )
    few = (f"{of_weeks} ist nur der Bestand gezeigt: {FEW_OF_AN_AGE}.",) if hidden else ()
    return Section("alter", question, finding, figure, notes=few + have.beginning(days, names[0]))


def _flows(have: PageContext) -> Section:
    question = "Kommt mehr herein, als entschieden wird?"
    all_months = have.full_months(have.throughput).drop_nulls(["received_cases", "closed_cases"]).tail(24)
    frame = have.settled(all_months, "closed_cases")
    town = throughput.year_of_the_town(have.marts).drop_nulls(["received_cases", "closed_cases"])
    if frame.is_empty() or town.is_empty():
        reason = have.why_missing(have.throughput, "Es fehlt das Eingangsdatum der Vorgänge.")
        if have.throughput[MARK].any():
            reason = "In einzelnen Monaten sind es zu wenige Vorgänge; die Summe des Jahres würde sie verraten."
        return unanswered("ein-aus", question, reason)
    year = town.row(0, named=True)
    came = year["received_cases"]
    finding = (
        f"In {say.plural(year['months'], 'Monat', 'Monaten')} ({year_words(have.marts)}) gingen {numbers.plain(came)} "
        f"Vorgänge ein und {numbers.plain(year['closed_cases'])} wurden entschieden; {_stock_moved(year)}."
    )
    columns = (
        MONTH,
        "received_cases",
        "closed_cases",
        "coverage_share",
    )
    figure = Figure(
        subtitle="Eingegangene (gestrichelt) und entschiedene Vorgänge je Monat",
        description=f"Liniendiagramm mit zwei Linien, {period(frame)}.",
        caption=have.caption(came, period(frame), "rpt_throughput_monthly"),
        table=have.table("ein-und-ausgang", "Eingang und Entscheidungen nach Monaten", columns, frame),
        draw=partial(flows, frame),
    )
    undated = (
        "Der Bestand bewegt sich anders als Eingang weniger Entscheidungen, weil Vorgänge ohne passendes Eingangsdatum "
        "entschieden wurden.",
    )
    moved = year["open_cases_at_end"] - year["open_cases_at_start"]
    notes = have.beginning(all_months, "closed_cases") + (undated if moved != came - year["closed_cases"] else ())
    return Section("ein-aus", question, finding, figure, notes=notes)


def _stock_moved(year: Row) -> str:
    """How the stock of open cases moved from the beginning to the end of the twelve months."""
    start, end = year["open_cases_at_start"], year["open_cases_at_end"]
    if start == end:
        return f"der Bestand blieb bei {numbers.plain(end)}"
    direction = "wuchs" if end > start else "sank"
    return f"der Bestand {direction} um {numbers.plain(abs(end - start))} auf {numbers.plain(end)}"


def _deadlines(have: PageContext, frame: pl.DataFrame) -> Section:
    question = "Wo laufen Fristen ab?"
    known = frame.filter(~pl.col(MARK)).drop_nulls(["overdue", "at_risk", "open_deadline_cases"])
    known = known.with_columns(
        (pl.col("open_deadline_cases") - pl.col("overdue") - pl.col("at_risk")).alias("later"),
        (pl.col("open_cases") - pl.col("open_deadline_cases")).alias("without"),
    )
    open_cases = _open_in_town(have)
    table_of = frame.filter(pl.any_horizontal(pl.col("overdue", "waiting_applicant").is_not_null()))
    if not open_cases or (table_of.is_empty() and not _overdue_in_town(have)):
        return unanswered("fristen", question, "Kein Amt hat genug offene Vorgänge mit Frist.")
    columns = (
        TableColumn("row", "Amt"),
        "overdue",
        "at_risk",
        "open_deadline_cases",
        "waiting_applicant",
        "waiting_office",
        "known_waiting_cases",
        "open_cases",
    )
    table = have.table("fristen-aemter", "Offene Vorgänge und Fristen nach Ämtern", columns, table_of)
    if known.height < FEWEST_OFFICES:
        few = f"{_overdue_in_town(have)}Je Amt sind es zu wenige Vorgänge, um ihre Fristen zu vergleichen."
        return Section("fristen", question, few, tables=filled(replace(table, is_folded=True)))
    finding = _most_overdue(known, _overdue_in_town(have))
    figure = Figure(
        subtitle="Offene Vorgänge je Amt, von links nach rechts",
        legend=tuple((part.role, part.word) for part in PARTS),
        description=f"Geteilte Balken, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=_caption_of_offices(have, known),
        table=table,
        draw=partial(divided_bars, known.head(LIST_LIMIT), PARTS, as_share=False),
    )
    hidden = frame.height - known.height
    are_missing = "fehlt" if hidden == 1 else "fehlen"
    few = "mit zu wenigen offenen Vorgängen oder ohne bekannte Fristen"
    notes = (f"{say.plural(hidden, 'Amt', 'Ämter')} {few} {are_missing} in der Zeichnung.",) if hidden else ()
    return Section("fristen", question, finding, figure, notes=notes)


def _overdue_in_town(have: PageContext) -> str:
    """How many deadlines passed in the whole town, as a sentence with a blank behind; empty where none is shown."""
    row = have.backlog.row(-1, named=True)
    if row["overdue"] is None:
        return ""
    amount = numbers.plain(row["overdue"]) if row["overdue"] else "keinem"
    base = row["open_deadline_cases"]
    if base is None:
        of_these = "offenen Vorgang" if row["overdue"] <= 1 else "offenen Vorgängen"
    else:
        of_these = f"von {say.plural(base, 'offenen Vorgang', 'offenen Vorgängen')} mit Frist"
    return f"In der ganzen Stadt ist bei {amount} {of_these} die Frist abgelaufen. "


def _caption_of_offices(have: PageContext, known: pl.DataFrame) -> str:
    """The words below a chart of offices: n is the town's, of which some offices may not be drawn."""
    day = f"am {numbers.day(known['day'][0])}"
    return have.caption(_open_in_town(have), day, "rpt_backlog_daily", "offene Vorgänge in der ganzen Stadt")


def _most_overdue(known: pl.DataFrame, in_town: str) -> str:
    """Which office has most overdue cases, of how many with a deadline; several where they have equally many."""
    worst = known.sort("overdue", "office_code", descending=[True, False]).row(0, named=True)
    overdue, offices = worst["overdue"], known.filter(pl.col("overdue") == worst["overdue"])
    if not overdue:
        return f"{in_town}In keinem der gezeichneten Ämter ist eine Frist abgelaufen."
    if offices.height > 1:
        names = say.listed([f"„{name}“" for name in offices["row"]])
        are = f"{'sind' if overdue > 1 else 'ist'} je {say.plural(overdue, 'Frist', 'Fristen')}"
        return f"Bei {names} {are} abgelaufen, mehr als in jedem anderen gezeigten Amt."
    of_these = say.plural(worst["open_deadline_cases"], "offenen Vorgang", "offenen Vorgängen")
    return (
        f"Von den gezeigten Ämtern sind bei „{worst['row']}“ die meisten Fristen abgelaufen: "
        f"bei {numbers.plain(overdue)} von {of_these} mit Frist."
    )


def _weeks(have: PageContext, frame: pl.DataFrame) -> Section:
    question = "Wie lange dauert das Abarbeiten?"
    known = (
        frame.filter(~pl.col(MARK))
        .drop_nulls("weeks_of_work")
        .sort("weeks_of_work", "office_code", descending=[True, False])
    )
    if known.is_empty():
        return unanswered(
            "wochen", question, "In den letzten acht Wochen wurde zu wenig entschieden, um es zu schätzen."
        )
    labels = [f"{numbers.plain(weeks, 1)} Wochen" for weeks in known["weeks_of_work"]]
    drawn = known.with_columns(pl.col("weeks_of_work").alias("value"), pl.Series("label", labels)).head(LIST_LIMIT)
    first = known.row(0, named=True)
    finding = (
        f"„{first['row']}“ braucht beim Tempo der letzten acht Wochen "
        f"{'am längsten' if known.height > 1 else 'so lange'}, um den Bestand abzuarbeiten: "
        f"{numbers.plain(first['weeks_of_work'], 1)} Wochen ({say.basis(first['open_cases'])} offene)."
    )
    columns = (
        TableColumn("row", "Amt"),
        "weeks_of_work",
        "open_cases",
        TableColumn("closed_last_56_days", "in acht Wochen entschieden", "count"),
        "p90_age_working_days",
    )
    figure = Figure(
        subtitle="Offene Vorgänge geteilt durch die Entscheidungen je Woche, je Amt",
        description=f"Balkendiagramm, {say.plural(known.height, 'Amt', 'Ämter')}.",
        caption=_caption_of_offices(have, known),
        table=have.table("wochen-arbeit", "Dauer des Abarbeitens nach Ämtern", columns, frame),
        draw=partial(bars, drawn, DIGITAL),
    )
    notes = list_notes("Ämter, die am längsten brauchen", ("Amt", "Ämtern"), frame.height, known.height)
    return Section("wochen", question, finding, figure, notes=notes)
