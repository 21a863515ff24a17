"""The section about the cost of a case: a service beside its own past, never beside another service."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import result
from dashboards.words import numbers, say
from dashboards.words.glossary import CHANNELS
from dashboards.words.results import INCOMPLETE_REASONS, PARTS
from dashboards.writing.elements import Section, TableColumn

QUESTION: Final = "Was kostet ein Vorgang, und was kostete er vor einem Jahr?"
BEFORE: Final = TableColumn("cost_per_case_year_before_eur", "zwölf Monate davor", "number", 2)
SERVICES: Final = (
    TableColumn("service_name", "Leistung"),
    "cost_per_case_eur",
    BEFORE,
    "cases",
    TableColumn("known_de", "darin enthalten"),
    TableColumn("lacking_de", "nicht enthalten"),
    TableColumn("reason_de", "erster Grund"),
)
OF_CHANNELS: Final = (
    TableColumn("service_name", "Leistung"),
    TableColumn("channel_de", "Eingang"),
    "cost_per_case_eur",
    BEFORE,
    TableColumn("known_de", "darin enthalten"),
)
RULE: Final = (
    "Kosten sind die Arbeitszeit zum Stundensatz der Wertigkeit, die den Vorgang bearbeitet, dazu Anteile von "
    "Haushaltsstellen, soweit angegeben, und laufende und parallele Kosten der Maßnahmen nach Nutzung. Was einmalig "
    "anfiel, zählt nicht mit. Leistungen sind nach Namen geordnet: Verglichen wird jede nur mit sich selbst, weil sie "
    "verschieden viel Arbeit machen."
)
PARTLY: Final = (
    "Wo etwas fehlt, ist der Betrag eine Untergrenze. Verglichen wird mit denselben Teilen des Jahres davor."
)


def cost_per_case_section(have: PageContext) -> Section:
    """What does a case cost, and what did it cost?"""
    frame = result.cost_per_case(have.marts)
    if frame.is_empty():
        return unanswered(
            "kosten-je-vorgang",
            QUESTION,
            "Es gibt noch keine zwölf vollen Monate mit Entscheidungen, deren Kosten gemeldet sind.",
        )
    known = frame.drop_nulls("cost_per_case_eur")
    both = known.drop_nulls("cost_per_case_year_before_eur")
    cheaper = both.filter(pl.col("cost_per_case_eur") < pl.col("cost_per_case_year_before_eur")).height
    dearer = both.filter(pl.col("cost_per_case_eur") > pl.col("cost_per_case_year_before_eur")).height
    finding = (
        f"In den zwölf Monaten bis {numbers.month(frame['period_end'][0])} kostete ein Vorgang bei "
        f"{numbers.plain(cheaper)} "
        f"von {say.plural(both.height, 'Leistung', 'Leistungen')} weniger als in den zwölf Monaten davor, bei "
        f"{numbers.plain(dearer)} mehr{_of_parts(both)}. Für {numbers.plain(frame.height - both.height)} ist kein "
        "Vergleich möglich."
    )
    table = have.table(
        "kosten-je-vorgang", "Kosten je Vorgang nach Leistung, in Euro", SERVICES, _worded(frame), ranked_by="cases"
    )
    channels = _worded(result.cost_by_channel(have.marts))
    tables = (table,)
    if channels.height:
        tables += (
            have.table(
                "kosten-je-eingang",
                "Kosten je Vorgang nach Eingang, in Euro",
                OF_CHANNELS,
                channels,
                is_folded=True,
                ranked_by="cases",
            ),
        )
    return Section("kosten-je-vorgang", QUESTION, finding, tables=tables, notes=(RULE, PARTLY))


def _of_parts(both: pl.DataFrame) -> str:
    """What the comparison leaves out, as somebody has not told it for every service."""
    lacking = {part for row in both["unknown_parts"] for part in (row or "").split(", ") if part}
    named = [PARTS[part] for part in PARTS if part in lacking]
    return f"; nicht überall enthalten: {say.listed(named)}" if named else ""


def _worded(frame: pl.DataFrame) -> pl.DataFrame:
    parts, lacking = (
        [", ".join(PARTS[part] for part in (row or "").split(", ") if part) for row in frame[name]]
        for name in ("known_parts", "unknown_parts")
    )
    return frame.with_columns(
        pl.Series("known_de", parts, dtype=pl.String),
        pl.Series("lacking_de", lacking, dtype=pl.String),
        pl.col("incomplete_reason").replace_strict(INCOMPLETE_REASONS, default=None).alias("reason_de"),
        pl.col("intake_channel").replace_strict(CHANNELS, default="unbekannt").alias("channel_de"),
    )
