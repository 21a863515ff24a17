"""Two questions of the page on data: do the systems meet in one case, and which published figure has moved since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.data import case_links, revisions
from dashboards.words import numbers, say
from dashboards.words.glossary import CAUSES, RECORD_KINDS, TABLE_NAMES
from dashboards.writing.elements import PageTable, Section, TableColumn, filled

LINKS = (
    TableColumn("source", "Quelle"),
    TableColumn("record_kind", "Was"),
    "records",
    TableColumn("with_case_number", "mit Aktenzeichen", "count"),
    TableColumn("found_case", "Vorgang gefunden", "count"),
    "found_share",
)
ALONE = (
    TableColumn("source", "Quelle"),
    "cases_total",
    TableColumn("cases_known_to_one_source", "nur hier bekannt", "count"),
    "one_source_share",
    TableColumn("cases_of_two_offices", "auch bei anderem Amt", "count"),
)
REVISIONS = (
    TableColumn("month", "Monat", "month"),
    TableColumn("name", "Zahl"),
    TableColumn("scope_name", "für"),
    TableColumn("before", "vorher"),
    TableColumn("now", "jetzt"),
    TableColumn("cause", "Grund"),
    TableColumn("revised_on", "geändert am", "day"),
)
TOWN = "Stadt gesamt"
NEWEST = 12
MOST = 200


def meeting(have: PageContext) -> Section:
    """How many scans, letters and forms found their case; how many cases one system alone knows."""
    question = "Passen die Systeme zusammen?"
    frame = case_links(have.marts).with_columns(
        pl.col("record_kind").replace(RECORD_KINDS), pl.col("source").replace("all", TOWN)
    )
    links = frame.drop_nulls("records")
    alone = frame.drop_nulls("cases_total")
    tables = filled(
        have.table("verknuepfung", "Scans, Schreiben und Formulare, die ihren Vorgang finden", LINKS, links),
        have.table("alleinstehend", "Vorgänge, die nur eine Quelle kennt", ALONE, alone),
    )
    if not tables:
        return unanswered("verknuepfung", question, "Es gibt noch keine Vorgänge.")
    return Section("verknuepfung", question, _met(links, alone), tables=tables)


def _met(links: pl.DataFrame, alone: pl.DataFrame) -> str:
    found = [
        f"{numbers.percent(row['found_share'], 1)} der {row['record_kind']} ({say.basis(row['records'])})"
        for row in links.filter(pl.col("source") == TOWN).drop_nulls("found_share").iter_rows(named=True)
    ]
    said = [f"Ihren Vorgang finden {say.listed(found)}"] if found else []
    for row in alone.filter(pl.col("source") == TOWN).drop_nulls("one_source_share").iter_rows(named=True):
        share, base = numbers.percent(row["one_source_share"], 1), say.basis(row["cases_total"])
        said.append(f"{share} der Vorgänge ({base}) kennt nur eine Quelle")
    return "; ".join(said) + "." if said else "Die Anteile stehen in der Tabelle."


def revised(have: PageContext) -> Section:
    """Published figures of past months that are not what they were."""
    question = "Welche veröffentlichten Zahlen haben sich geändert?"
    frame = revisions(have.marts)
    least = have.marts.least
    aside = (
        f"Genannt sind Geld und Zahlen der ganzen Stadt, außer der Onlinequote, wenn es um mindestens {least} Vorgänge "
        f"geht; alle stehen in der Auswertung „{TABLE_NAMES['rpt_revisions']}“.",
    )
    notes = aside if have.marts.rows_are_hidden() else ()
    if frame.is_empty():
        which = "der Zahlen, die hier genannt werden," if notes else "veröffentlichte Zahl eines früheren Monats"
        return Section("revisionen", question, f"Keine {which} hat sich geändert.", notes=notes)
    units = frame["unit"].to_list()
    moved = frame.with_columns(
        pl.Series("before", [_said(*pair) for pair in zip(frame["old_value"], units, strict=True)], dtype=pl.String),
        pl.Series("now", [_said(*pair) for pair in zip(frame["new_value"], units, strict=True)], dtype=pl.String),
        pl.col("cause").replace(CAUSES),
        pl.col("scope_name").fill_null(TOWN),
    )
    seen = moved.filter(pl.col("before") != pl.col("now"))
    commonest, _ = min(Counter(moved["cause"]).items(), key=lambda cause: (-cause[1], cause[0]))
    finding = f"{say.plural(moved.height, 'Zahl hat', 'Zahlen haben')} sich geändert, am häufigsten durch: {commonest}."
    tables = filled(
        PageTable("revisionen", "Geänderte Zahlen früherer Monate", REVISIONS, seen.head(NEWEST)),
        PageTable("revisionen-weitere", "Weitere geänderte Zahlen", REVISIONS, seen[NEWEST:MOST], is_folded=True),
    )
    notes += tuple(_left_out(moved.height - seen.height, seen.height - MOST))
    return Section("revisionen", question, finding, tables=tables, notes=notes)


def _left_out(unseen: int, older: int) -> Iterator[str]:
    if unseen > 0:
        yield (
            f"Davon {say.plural(unseen, 'Zahl', 'Zahlen')} so wenig, dass es gerundet nicht zu sehen ist; "
            f"mehr in der Auswertung „{TABLE_NAMES['rpt_revisions']}“."
        )
    if older > 0:
        yield f"Gezeigt sind die neuesten {MOST}; alle stehen in der Auswertung „{TABLE_NAMES['rpt_revisions']}“."


def _said(value: float | None, unit: str | None) -> str:
    """A figure in the unit readers know; unknown stays unknown."""
    if value is None:
        return "unbekannt"
    match unit:
        case "share":
            return numbers.percent(value, 1)
        case "seconds":
            return numbers.days(value)
        case "eur":
            return numbers.euro(value)
        case "hours":
            return numbers.hours(value)
        case _:
            return numbers.plain(value)
