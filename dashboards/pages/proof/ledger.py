"""The section that says what stands in the ledger, how far it came, and how a reader sees that nothing was changed."""

from __future__ import annotations

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.proof import ledger
from dashboards.words import say
from dashboards.words.glossary import CLAIM_STANDINGS, EFFECT_CLASSES, LEDGER_STATUS
from dashboards.writing.elements import PageTable, Section, TableColumn, filled

SHOWN_DIGITS = 12
MEASURE = TableColumn("measure_name", "Maßnahme")
STATE = (
    TableColumn("state_de", "Stand (Grad)"),
    TableColumn("first_month", "ab", "month"),
    TableColumn("last_month", "bis", "month"),
    TableColumn("claim_count", "Einträge", "count"),
)
EUROS = (
    MEASURE,
    TableColumn("effect_de", "Wirkung"),
    TableColumn("net_eur", "Betrag in\u00a0€", "euro"),
    TableColumn("shown_eur", "heute gezeigt, in\u00a0€", "euro"),
    *STATE,
)
HOURS = (
    MEASURE,
    TableColumn("net_hours", "Stunden", "hours"),
    TableColumn("shown_hours", "heute gezeigt, Stunden", "hours"),
    *STATE,
)
STANDING = "standing"
WAY = (
    "Ein Eintrag beginnt als Plan oder als gemessene Zahl aus einer veröffentlichten Fassung. Nachgewiesen, vollzogen "
    "und geprüft wird er erst, wenn eine andere Stelle ihn mit ihrem eigenen Schlüssel bestätigt."
)
TODAY = (
    "„Heute gezeigt“ ist, was die Auswertung jetzt an derselben Stelle zeigt. Geld soll gleich bleiben. Stunden werden "
    "mit jedem vollen Monat neu geschätzt; gezählt wird eine Abweichung von mehr als einem Zehntel. Pläne stehen nur "
    "im Verzeichnis."
)
ONCE = (
    "Jede Minute und jeder Euro steht höchstens einmal darin. Geändert wird nichts: Eine Berichtigung ersetzt den "
    "alten Eintrag, und der alte bleibt sichtbar. Was jeden Monat wiederkehrt, läuft nach zwölf Monaten ab, wenn es "
    "nicht neu belegt wird."
)


def ledger_section(have: PageContext) -> Section:
    """What is recorded?"""
    question = "Was ist verbucht?"
    frame = ledger.totals(have.marts)
    if frame.is_empty():
        return unanswered("verzeichnis", question, "Im Verzeichnis der Einsparungen steht noch nichts.")
    shown = frame.with_columns(
        pl.col("effect_class").replace_strict(EFFECT_CLASSES).alias("effect_de"),
        pl.format(
            "{}{} ({})",
            pl.col("status").replace_strict(LEDGER_STATUS),
            pl.when(pl.col("claim_standing") == STANDING)
            .then(pl.lit(""))
            .otherwise(pl.format(", {}", pl.col("claim_standing").replace_strict(CLAIM_STANDINGS, default=None))),
            pl.col("evidence_grade"),
        ).alias("state_de"),
    )
    money, time = shown.drop_nulls("net_eur"), shown.drop_nulls("net_hours")
    tables: tuple[PageTable, ...] = filled(
        have.table("verzeichnis-geld", "Geld im Verzeichnis der Einsparungen", EUROS, money),
        have.table("verzeichnis-zeit", "Arbeitszeit im Verzeichnis der Einsparungen", HOURS, time),
    )
    head = ledger.head(have.marts)[:SHOWN_DIGITS]
    chained = (
        f"Prüfziffer des Verzeichnisses: {head}. Sie hängt von jedem Eintrag ab; wer sie aufschreibt, sieht später, ob "
        "etwas geändert oder entfernt wurde."
    )
    return Section(
        "verzeichnis",
        question,
        _finding(ledger.standings(have.marts)),
        tables=tables,
        notes=(WAY, TODAY, ONCE, chained),
    )


def _finding(standings: pl.DataFrame) -> str:
    """How many entries stand, how many of them another function confirmed, and what has expired or was replaced."""
    entries = {standing: (count, signed, differing) for standing, count, signed, differing in standings.rows()}
    nothing = (0, 0, 0)
    stand, signed, differing = entries.get(STANDING, nothing)
    standing = f"{say.plural(stand, 'Eintrag gilt', 'Einträge gelten')}, {_signed(signed)} nachgewiesen"
    said = [standing if stand else "Kein Eintrag gilt"]
    (expired, *_), (superseded, *_) = entries.get("expired", nothing), entries.get("superseded", nothing)
    rest = [
        say.plural(count, one, many)
        for count, one, many in (
            (expired, "ist abgelaufen", "sind abgelaufen"),
            (superseded, "wurde ersetzt", "wurden ersetzt"),
        )
        if count
    ]
    told = f"{'; '.join([*said, ', '.join(rest)] if rest else said)}."
    return f"{told} {_moved(differing)}" if differing else told


def _moved(entries: int) -> str:
    return (
        f"Für {say.plural(entries, 'gültigen Eintrag', 'gültige Einträge')} zeigt die Auswertung heute etwas anderes, "
        "als verbucht ist: Daten oder Annahmen haben sich seitdem geändert."
    )


def _signed(entries: int) -> str:
    return f"davon {'ist' if entries == 1 else 'sind'} {entries}" if entries else "davon ist noch keiner"
