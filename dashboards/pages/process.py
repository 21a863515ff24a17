"""The drawn process of the services with the most cases, the same as a table, and their commonest paths."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.drawing.process_layout import commonest_path
from dashboards.drawing.process_map import Map, MapStep, Transition, drawn
from dashboards.pages.context import PageContext, Row, unanswered
from dashboards.questions import process
from dashboards.words import numbers, say
from dashboards.writing.elements import Figure, Section, TableColumn

MOST_STEPS, MOST_EDGES, MOST_MAPS, MOST_VARIANTS = 25, 40, 3, 10
HALF = 0.5
WAIT = ("median_working_seconds", "median_wait_working_days")
EDGE_COLUMNS = (
    TableColumn("from_activity", "von"),
    TableColumn("to_activity", "nach"),
    TableColumn("case_count", "Vorgänge (n)", "count"),
    "transition_count",
    TableColumn("wait", "Wartezeit in Öffnungszeit (Median)"),
    "median_seconds",
    "p90_seconds",
    "break_count",
)
STEP_COLUMNS = (
    TableColumn("activity", "Schritt"),
    TableColumn("case_count", "Vorgänge (n)", "count"),
    "event_count",
    "paper_step_share",
    "rework_case_count",
    TableColumn("start_case_count", "beginnen hier", "count"),
    TableColumn("end_case_count", "enden hier", "count"),
)
VARIANT_COLUMNS = (
    TableColumn("path", "Weg"),
    TableColumn("case_count", "Vorgänge (n)", "count"),
    "case_share",
    "median_event_span_seconds",
)


def process_sections(have: PageContext) -> list[Section]:
    """One section per drawn service, at most three, or one that says what is missing."""
    scopes = process.scopes(have.marts)
    named = scopes.filter(pl.col("scope") != "all")
    chosen = (named if not named.is_empty() else scopes).head(MOST_MAPS)
    if chosen.is_empty():
        missing = say.no_statement("Es liegen keine Vorgänge mit mehreren Schritten vor.")
        return [Section("prozess", "Welchen Weg nehmen die Vorgänge?", missing=missing)]
    return [_section(have, index, row) for index, row in enumerate(chosen.rows(named=True), 1)]


def _section(have: PageContext, index: int, process_of: Row) -> Section:
    scope, name, total = (process_of[key] for key in ("scope", "name", "cases"))
    title = "alle Leistungen" if scope == "all" else name
    anchor, of_these = f"prozess-{index}", "aller Leistungen" if scope == "all" else f"von „{name}“"
    question = f"Welchen Weg nehmen die Vorgänge {of_these}?"
    edges, steps = process.edges(have.marts, scope), process.activities(have.marts, scope)
    variants = process.variants(have.marts, scope, MOST_VARIANTS)
    shown_steps = steps.head(MOST_STEPS)
    names = set(shown_steps["activity"])
    shown = edges.filter(pl.col("from_activity").is_in(names) & pl.col("to_activity").is_in(names)).head(MOST_EDGES)
    if shown.is_empty():
        return unanswered(anchor, question, "Zu wenige Vorgänge gehen denselben Weg.")
    path = _path(variants, shown, names)
    finding = _finding(variants, total)
    transitions = [_transition(row) for row in shown.rows(named=True)]
    picture = drawn(_steps(shown_steps, shown), transitions, path, f"Prozessbild: {title}", finding)
    described = edges.with_columns(
        pl.Series("wait", [say.wait(*row) or None for row in edges.select(WAIT).rows()], pl.String)
    )
    figure = Figure(
        subtitle="Von oben nach unten: Schritte mit Zahl der Vorgänge; je breiter die Linie, desto mehr Vorgänge; "
        "an den Linien der Median der Wartezeit, gezählt in Öffnungszeit (AT = Arbeitstage). Braun gerahmt: "
        "überwiegend auf Papier. Zwei Querstriche: Medienbruch bei mindestens jedem zweiten Übergang",
        description=f"Prozessbild mit {say.plural(len(names), 'Schritt', 'Schritten')} und "
        f"{say.plural(shown.height, 'Übergang', 'Übergängen')}.",
        caption=have.caption(total, "Vorgänge im Bestand", "rpt_process_map") + _counted(have),
        table=have.table(f"prozess-{index}", f"Übergänge der Vorgänge {of_these}", EDGE_COLUMNS, described),
        picture=picture.picture,
        is_folded=index > 1,
    )
    paths = variants.with_columns(pl.col("activities").list.join(" → ").alias("path"))
    tables = (
        have.table(f"prozess-{index}-schritte", f"Schritte der Vorgänge {of_these}", STEP_COLUMNS, steps),
        have.table(f"prozess-{index}-wege", f"Die häufigsten Wege der Vorgänge {of_these}", VARIANT_COLUMNS, paths),
    )
    return Section(anchor, question, finding, figure, tables, _left_out(edges, steps, shown, shown_steps, picture))


def _steps(steps: pl.DataFrame, edges: pl.DataFrame) -> list[MapStep]:
    """The steps that an edge touches, most cases first."""
    touched = set(edges["from_activity"]) | set(edges["to_activity"])
    return [
        MapStep(row["activity"], row["case_count"], (row["paper_step_share"] or 0) >= HALF)
        for row in steps.rows(named=True)
        if row["activity"] in touched
    ]


def _transition(row: dict[str, Any]) -> Transition:
    wait = say.wait(*(row[name] for name in WAIT))
    is_break = (row["break_share"] or 0) >= HALF
    return Transition(row["from_activity"], row["to_activity"], row["case_count"], wait, is_break)


def _path(variants: pl.DataFrame, edges: pl.DataFrame, names: set[str]) -> list[str]:
    """The commonest shown variant; without one the walk along the commonest edges."""
    touched = (set(edges["from_activity"]) | set(edges["to_activity"])) & names
    known = variants.drop_nulls("activities")
    if not known.is_empty():
        return commonest_path(known["activities"][0].to_list(), touched)
    first = edges.row(0, named=True)
    return commonest_path([first["from_activity"], first["to_activity"]], touched)


def _finding(variants: pl.DataFrame, total: int) -> str:
    known = variants.drop_nulls("case_share")
    if known.is_empty():
        return f"Kein Weg ist häufig genug, um ihn zu zeigen ({say.basis(total)})."
    first = known.row(0, named=True)
    return (
        f"Den häufigsten Weg gehen {numbers.percent(first['case_share'])} der Vorgänge ({say.basis(total)}), "
        f"in {say.plural(len(first['activities']), 'Schritt', 'Schritten')}."
    )


def _counted(have: PageContext) -> str:
    """Whose ways are counted. How many are not is not said: from day to day it would tell who came to be counted."""
    if not have.marts.rows_are_hidden():
        return ""
    few = have.setting.min_cases
    return (
        " Gezählt sind nur Vorgänge auf häufigen Wegen: Jeden Schritt und jeden Übergang darin teilen mindestens "
        f"{few} Vorgänge; eine kleinere Gruppe lässt sich daraus nicht errechnen."
    )


def _left_out(
    edges: pl.DataFrame, steps: pl.DataFrame, shown: pl.DataFrame, shown_steps: pl.DataFrame, picture: Map
) -> tuple[str, ...]:
    missing_edges, missing_steps = edges.height - shown.height, steps.height - shown_steps.height
    notes: list[str] = []
    if missing_edges or missing_steps:
        parts = [say.plural(missing_edges, "seltener Übergang", "seltene Übergänge")] if missing_edges else []
        parts += [say.plural(missing_steps, "seltener Schritt", "seltene Schritte")] if missing_steps else []
        notes.append(f"Nicht gezeichnet: {say.listed(parts)}.")
    if picture.unlabelled:
        notes.append(
            f"{say.plural(picture.unlabelled, 'Wartezeit steht', 'Wartezeiten stehen')} nur in der Tabelle, "
            "weil im Bild kein Platz ist."
        )
    return tuple(notes)
