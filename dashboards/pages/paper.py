"""Papier: where it is, whence it comes, how often a case changes its medium."""

from __future__ import annotations

from functools import partial

import polars as pl

from dashboards.charts.bars import bars
from dashboards.charts.course import Course, course
from dashboards.charts.paper_places import PLACES, paper_places
from dashboards.charts.parts import LIST_LIMIT, with_row_names
from dashboards.charts.scans import scanned_pages
from dashboards.charts.shares import Series, shares_over_time
from dashboards.drawing.theme import DIGITAL, GOOD, LATE, PAPER
from dashboards.pages import keys
from dashboards.pages.context import MONTH, NOT_SETTLED, PageContext, Row, list_notes, period, unanswered, year_words
from dashboards.pages.paper_sections import counting_changes, counting_words, intake_finding, intake_section
from dashboards.questions import paper
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, Page, Section, TableColumn

FEW = 3
PLACE_COLUMNS = (
    MONTH,
    "paper_share_in",
    "known_channel_cases",
    "paper_share_out",
    "outbound_letters",
    "paper_share_file",
    "known_file_cases",
    "paper_share_internal",
    "internal_steps",
)
BREAK_COLUMNS = (
    MONTH,
    "media_breaks_per_case",
    TableColumn("media_breaks_per_case_low", "mindestens", "number", 2),
    TableColumn("media_breaks_per_case_high", "höchstens", "number", 2),
    "media_break_known_cases",
)
DIGITAL_SERIES = (
    Series("online_share", "online", DIGITAL),
    Series("end_to_end_share", "Ende zu Ende", GOOD, is_dashed=True),
)


def page(have: PageContext) -> Page:
    """Intake, the four places of paper, the way to digital, media breaks, services, scan centre."""
    return Page(
        name="Papier",
        finding=intake_finding(have),
        trust=have.trust(),
        key_figures=(
            keys.share_key(have, "paper_share_in"),
            keys.share_key(have, "online_share"),
            keys.share_key(have, "end_to_end_share"),
        ),
        sections=(
            intake_section(have, link=False),
            _places(have),
            _services(have),
            _digital(have),
            _breaks(have),
            _scans(have),
        ),
    )


def _places(have: PageContext) -> Section:
    question = "Wo ist das Papier?"
    frame = have.full_months(have.paper)
    present = [column for column in PLACES if have.latest(have.paper, column)]
    if not present:
        return unanswered("orte", question, "Es fehlt das Medium der Schritte und Schreiben.")
    lasts = {column: have.latest(have.paper, column) or {} for column in present}
    most = max(present, key=lambda column: lasts[column][column])
    start = "Das meiste Papier steckt" if len(present) > 1 else "Wie viel Papier es gibt, ist nur an einem Ort bekannt:"
    share, of_these = lasts[most][most], lasts[most].get(PLACES[most].base)
    finding = (
        f"{start} {PLACES[most].place}: {numbers.percent(share)} im {numbers.month(lasts[most]['month'])}"
        f"{f' ({say.basis(of_these)})' if of_these else ''}."
    )
    figure = Figure(
        subtitle="Anteil auf Papier je Ort und Monat; alle Achsen von 0 bis 100\u00a0%",
        description=f"{say.plural(len(present), 'kleines Liniendiagramm', 'kleine Liniendiagramme')}: "
        f"{'; '.join(PLACES[column].title for column in present)}.",
        caption=have.caption(None, period(frame), "rpt_paper_share_monthly")
        + " Wie viele es je Ort und Monat sind (n), nennt die Tabelle."
        + counting_words(counting_changes(have, "paper"), frame),
        table=have.table("papierorte", "Papierquoten an vier Orten nach Monaten", PLACE_COLUMNS, have.paper),
        draw=partial(paper_places, frame, counting_changes(have, "paper")),
    )
    return Section(
        "orte", question, finding, figure, notes=(f"Für Ausgang, Akte und interne Schritte gilt: {NOT_SETTLED}",)
    )


def _services(have: PageContext) -> Section:
    question = "Welche Leistungen bringen das Papier?"
    basis = "received" if have.paper.is_empty() else str(have.paper["month_basis"].drop_nulls().head(1).to_list()[0])
    frame = paper.intake_by_service(have.marts, basis).pipe(with_row_names, "service_code", "service_name")
    known = frame.drop_nulls("paper_in_cases")
    town = paper.intake_of_the_town(have.marts, basis).drop_nulls("paper_share_in")
    if known.is_empty() or town.is_empty():
        return unanswered("leistungen", question, "Keine Leistung hat genug Anträge mit bekanntem Kanal.")
    labels = [_paper_of(row) for row in known.rows(named=True)]
    drawn = known.with_columns(pl.col("paper_in_cases").alias("value"), pl.Series("label", labels)).head(LIST_LIMIT)
    year = town.row(0, named=True)
    finding = _most_paper(known, year)
    columns = (
        TableColumn("row", "Leistung"),
        TableColumn("paper_in_cases", "Anträge auf Papier", "count"),
        TableColumn("counter_paper_cases", "davon am Schalter abgegeben", "count"),
        "paper_share_in",
        "known_channel_cases",
    )
    figure = Figure(
        subtitle="Anträge auf Papier je Leistung in zwölf vollen Monaten; in Klammern die Papierquote der Leistung",
        description=f"Balkendiagramm, {say.plural(known.height, 'Leistung', 'Leistungen')}.",
        caption=have.caption(year["known_channel_cases"], year_words(have.marts), "rpt_paper_share_yearly"),
        table=have.table("papier-leistungen", "Papier nach Leistungen", columns, frame),
        draw=partial(bars, drawn, PAPER),
    )
    notes = list_notes(
        "Leistungen mit den meisten Papieranträgen", ("Leistung", "Leistungen"), frame.height, known.height
    )
    return Section("leistungen", question, finding, figure, notes=notes)


def _paper_of(row: Row) -> str:
    """Paper cases of a service and its paper share; where all of them came by the counter it says so."""
    only = ", nur Schalter" if row["counter_paper_cases"] == (row["paper_in_cases"] or None) else ""
    return f"{numbers.plain(row['paper_in_cases'])} ({numbers.percent(row['paper_share_in'] or 0)}{only})"


def _most_paper(known: pl.DataFrame, year: Row) -> str:
    """Which services bring the most paper, and how much of the town's they bring together."""
    if not year["paper_in_cases"]:
        return f"In keiner Leistung kam ein Antrag auf Papier ({say.basis(year['known_channel_cases'])})."
    top = known.head(FEW)
    if known.height == 1:
        only = known.row(0, named=True)
        return (
            f"„{only['service_name']}“: {numbers.percent(only['paper_share_in'])} der Anträge kamen auf Papier "
            f"({say.basis(only['known_channel_cases'])})."
        )
    so_far, names = top["town_paper_so_far_share"][-1], say.listed([f"„{name}“" for name in top["service_name"]])
    if so_far is None:
        cases = say.listed([numbers.plain(cases) for cases in top["paper_in_cases"]])
        of_all = say.plural(year["paper_in_cases"], "Papierantrag", "Papieranträgen")
        return f"Von den gezeigten Leistungen bringen {names} am meisten Papier: {cases} von {of_all}."
    return f"{names} bringen {numbers.percent(so_far)} aller Papieranträge ({say.basis(year['paper_in_cases'])})."


def _digital(have: PageContext) -> Section:
    question = "Wie weit ist der digitale Weg?"
    frame, changes = have.full_months(have.paper), counting_changes(have, "online")
    present = [one for one in DIGITAL_SERIES if have.latest(have.paper, one.column)]
    row = have.latest(have.paper, "online_share")
    now = have.share(row, have.metrics["online_share"])
    if row is None or now is None or not present:
        return unanswered("digital", question, "Es fehlt der Eingangskanal der Anträge.")
    finding = (
        f"Im {numbers.month(row['month'])} kamen {numbers.percent(now.value)} der Anträge online "
        f"({say.basis(now.base)}){say.share_moved(now)}.{have.since_then(have.paper, row['month'], 'online_share')}"
    )
    columns = (
        MONTH,
        "online_share",
        "known_channel_cases",
        "end_to_end_share",
        "end_to_end_known_cases",
    )
    figure = Figure(
        subtitle=(
            "Anteil der Anträge, die online kamen, und Anteil der entschiedenen Vorgänge, die in jedem "
            "Schritt digital waren, je Monat"
        ),
        description=f"Liniendiagramm mit zwei Linien, {period(frame)}.",
        caption=have.caption(now.base, period(frame), "rpt_paper_share_monthly") + counting_words(changes, frame),
        table=have.table("digitaler-weg", "Onlinequote und Ende-zu-Ende-Quote nach Monaten", columns, have.paper),
        draw=partial(shares_over_time, frame, tuple(present), changes),
    )
    note = "„Ende zu Ende“ zählt nur Vorgänge, deren Schritte alle ein bekanntes Medium haben."
    return Section("digital", question, finding, figure, notes=(note, f"Für „Ende zu Ende“ gilt: {NOT_SETTLED}"))


def _breaks(have: PageContext) -> Section:
    question = "Wie oft wechselt ein Vorgang das Medium?"
    row = have.latest(have.paper, "media_breaks_per_case")
    if row is None:
        return unanswered("brueche", question, "Es fehlt das Medium einzelner Schritte.")
    frame = have.full_months(have.paper)
    low, high = row["media_breaks_per_case_low"], row["media_breaks_per_case_high"]
    bounds = (
        f", mit unbekannten Schritten zwischen {numbers.plain(low, 1)} und {numbers.plain(high, 1)}"
        if low is not None and high is not None and numbers.plain(low, 1) != numbers.plain(high, 1)
        else ""
    )
    finding = (
        f"Im {numbers.month(row['month'])} hatte ein Vorgang im Mittel "
        f"{numbers.plain(row['media_breaks_per_case'], 1)} Medienbrüche "
        f"({say.basis(row['media_break_known_cases'])}){bounds}."
    )
    line = Course(
        "media_breaks_per_case",
        LATE,
        numbers.plain(row["media_breaks_per_case"], 1),
        room=(7, 15),
        height=(240, 200),
        band=("media_breaks_per_case_low", "media_breaks_per_case_high"),
        axis_format=".1f",
    )
    figure = Figure(
        subtitle="Ausdrucken, Einscannen, Abtippen: Medienbrüche je Vorgang; Band: was unbekannte Schritte offenlassen",
        description=f"Liniendiagramm mit Band, {period(frame)}.",
        caption=have.caption(row["media_break_known_cases"], period(frame), "rpt_paper_share_monthly"),
        table=have.table("medienbrueche", "Medienbrüche je Vorgang nach Monaten", BREAK_COLUMNS, have.paper),
        draw=partial(course, frame, line),
    )
    return Section("brueche", question, finding, figure, notes=(NOT_SETTLED,))


def _scans(have: PageContext) -> Section:
    question = "Was läuft durch die Scanstelle?"
    frame, year = paper.scans_by_month(have.marts), paper.scans_of_the_year(have.marts).drop_nulls("pages")
    if frame.is_empty() or year.is_empty():
        return unanswered("scan", question, "Aus der Scanstelle liegen keine Seitenzahlen vor.")
    all_pages, known, own = year.select("pages", "known_pages", "own_share").row(0)
    finding = f"In zwölf Monaten wurden {numbers.plain(all_pages)} Seiten gescannt" + (
        f"; von den {numbers.plain(known)} mit bekannter Herkunft waren {numbers.percent(own)} vorher schon digital."
        if own is not None
        else "; woher sie kamen, ist nicht erfasst."
    )
    columns = (MONTH, "pages", TableColumn("own_pages", "davon vorher digital", "count"), "known_pages")
    figure = Figure(
        subtitle="Gescannte Seiten je Monat",
        legend=(("late", "vorher schon digital: eigener Druck oder digitaler Absender"), ("scanned", "übrige Seiten")),
        description=f"Säulendiagramm, {period(frame)}.",
        caption=have.caption(known, period(frame), "rpt_scans_monthly", "Seiten mit bekannter Herkunft"),
        table=have.table("scanstelle", "Gescannte Seiten nach Monaten", columns, frame),
        draw=partial(scanned_pages, frame),
    )
    return Section("scan", question, finding, figure)
