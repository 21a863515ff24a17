"""The sections that say what savings are compared with, and where no comparison is possible yet."""

from __future__ import annotations

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions.proof import baselines
from dashboards.words import numbers, say
from dashboards.words.glossary import AWAITS, BASELINE_KINDS
from dashboards.writing.elements import Section, TableColumn

CLAIMED = (
    TableColumn("service_name", "Leistung"),
    TableColumn("live_on", "Start", "day"),
    TableColumn("kind_de", "Basislinie"),
    TableColumn("frozen_on", "festgeschrieben am", "day"),
    TableColumn("baseline_cases", "Vorgänge im Jahr davor (n)", "count"),
    TableColumn("version", "gezählte Fassung", "count"),
    TableColumn("stands_last_12_months_hours", "Stunden danach in zwölf Monaten", "hours"),
)
NEWEST = (
    TableColumn("newest_version", "neueste Fassung", "count"),
    TableColumn("newest_last_12_months_hours", "Stunden nach der neuesten", "hours"),
)
FIRST = (TableColumn("first_last_12_months_hours", "Stunden nach der ersten", "hours"),)
AWAITED = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("service_name", "Leistung"),
    TableColumn("awaits_de", "Es fehlt"),
    TableColumn("claim_possible_from", "Vergleich möglich bei Start ab", "day"),
    TableColumn("received_cases", "Anträge in zwölf Monaten", "count"),
    "potential_hours",
)
FROZEN = (
    "Die Basislinie sind die zwölf vollen Monate vor dem Start mit ihren Fallzahlen und Minutenwerten. Sie wird "
    "festgeschrieben, sobald sie vollständig ist, und liegt im Verzeichnis der Einsparungen. Kommen später Daten nach "
    "oder ändert jemand Minuten, entsteht eine neue Fassung; gezählt wird weiter nach der ersten, bis zwei "
    "Stellen mit derselben Begründung für eine andere unterschreiben."
)
KINDS = (
    "Gemessen heißt: bis zum Ende des Monats nach dem Start festgeschrieben; im Rückblick: später, aus den Protokollen."
)
RECONSTRUCTED = (
    "Nachgebildet heißt: Die Protokolle beginnen später, Monate davor stammen aus Fallzahlen der Verwaltung. Stunden "
    "darauf zählen nicht in die Summe."
)
POTENTIAL = (
    "Mögliche Arbeitszeit ist ein Potenzial, keine Einsparung: was die Anträge der letzten zwölf Monate weniger "
    "gebraucht hätten, wären alle online gekommen."
)


def baselines_section(have: PageContext) -> Section:
    """What is it compared with?"""
    question = "Womit wird verglichen?"
    frame = baselines.claimed(have.marts)
    if frame.is_empty():
        return unanswered("basislinien", question, "Vor dem Start keiner Maßnahme liegt eine vollständige Basislinie.")
    finding = f"{say.plural(frame.height, 'Basislinie ist', 'Basislinien sind')} festgeschrieben; {_since(frame)}"
    shown = frame.with_columns(pl.col("kind").replace_strict(BASELINE_KINDS).alias("kind_de"))
    columns = (*CLAIMED, *(NEWEST if _moved(frame).height else ()), *(FIRST if _adopted(frame).height else ()))
    table = have.table("basislinien", "Basislinien, und was andere Fassungen sagen würden", columns, shown)
    kinds = (KINDS, RECONSTRUCTED) if "reconstructed" in frame["kind"] else (KINDS,)
    return Section("basislinien", question, finding, tables=(table,), notes=(FROZEN, *kinds))


def _moved(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("newest_version") != pl.col("version"))


def _adopted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("version") > 1)


def _since(frame: pl.DataFrame) -> str:
    late, adopted = _moved(frame).height, _adopted(frame).height
    said = [
        f"für {numbers.plain(late)} gibt es inzwischen andere Daten oder Minuten, gezählt wird nach der "
        "festgeschriebenen Fassung"
        if late
        else "",
        f"bei {numbers.plain(adopted)} zählt eine spätere Fassung, weil zwei Stellen sie unterschrieben haben"
        if adopted
        else "",
    ]
    return f"{'; '.join(filter(None, said)) or 'seitdem hat sich keine geändert'}."


def awaited_section(have: PageContext) -> Section:
    """Where is no statement possible yet, and from when on?"""
    question = "Wo ist noch keine Aussage möglich, und ab wann?"
    frame = baselines.awaited(have.marts)
    if frame.is_empty():
        return Section("ohne-basislinie", question, "Vor jeder Maßnahme liegt eine vollständige Basislinie.")
    shown = frame.with_columns(pl.col("awaits").replace_strict(AWAITS).alias("awaits_de"))
    finding = (
        f"Bei {say.plural(frame.height, 'Leistung', 'Leistungen')} mit einer Maßnahme fehlt der Vergleich mit der Zeit "
        "vor dem Start; dort wird keine Stunde gezählt."
    )
    table = have.table("ohne-basislinie", "Was einer Aussage im Weg steht", AWAITED, shown)
    return Section("ohne-basislinie", question, finding, tables=(table,), notes=(POTENTIAL, *_parallel(frame)))


def _parallel(frame: pl.DataFrame) -> tuple[str, ...]:
    """What both routes of these measures cost, where it is told: money has no place in a table of hours."""
    told = frame.filter(pl.col("parallel_cost_eur") > 0).unique("measure_name", maintain_order=True)
    costs = [f"„{name}“ {numbers.euro(cost)}" for name, cost in told.select("measure_name", "parallel_cost_eur").rows()]
    return (f"Beide Wege zugleich kosteten in den letzten zwölf Monaten: {say.listed(costs)}.",) if costs else ()
