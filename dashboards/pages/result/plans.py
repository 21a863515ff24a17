"""Sections that hold measures against what was laid down: days, euros, cases, and whether a gain lasts."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.pages.context import PageContext, unanswered
from dashboards.questions import result
from dashboards.words import numbers, say
from dashboards.words.results import GO_LIVE_STATES, PERSISTENCE_REASONS, POINT_REASONS, VOLUME_REASONS
from dashboards.writing.elements import Section, TableColumn

FEW: Final = "zu wenige Vorgänge, um es zu zeigen"
PLANS: Final = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("responsible_function", "zuständig"),
    TableColumn("planned_go_live_on", "geplanter Start", "day"),
    TableColumn("went_live_on", "Start", "day"),
    TableColumn("state_de", "Termin"),
    "days_late",
)
COSTS: Final = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("cost_plan_eur", "Kosten geplant in\u00a0€", "euro"),
    TableColumn("cost_eur", "Kosten gebucht in\u00a0€", "euro"),
    "cost_over_plan_eur",
    "volume_share",
    TableColumn("volume_de", "Menge"),
)
LASTING: Final = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("months_after", "Monate nach dem ersten vollen Jahr", "count"),
    "persistence_share",
    TableColumn("persistence_low_share", "mindestens", "share"),
    TableColumn("persistence_high_share", "höchstens", "share"),
    "first_year_cases",
    TableColumn("reason_de", "Grund"),
)
POINTS: Final = (
    TableColumn("measure_name", "Maßnahme"),
    "paper_share_before",
    "paper_share_now",
    TableColumn("cost_eur", "Kosten bis heute in\u00a0€", "euro"),
    "cost_per_point_eur",
    TableColumn("reason_de", "Grund"),
)


def plans_section(have: PageContext) -> Section:
    """Did measures keep what was laid down?"""
    question = "Haben die Maßnahmen gehalten, was geplant war?"
    frame = result.plans(have.marts)
    planned = frame.filter(pl.col("go_live_state") != "not_told")
    if planned.is_empty():
        return unanswered("plan", question, "Es ist kein geplanter Start eingetragen; Pläne trägt das Controlling ein.")
    late = planned.filter(pl.col("go_live_state").is_in(["late", "overdue"])).height
    dear = frame.filter(pl.col("cost_over_plan_eur") > 0)
    below = frame.filter(pl.col("is_below_half"))
    finding = (
        f"Von {say.plural(planned.height, 'Maßnahme', 'Maßnahmen')} mit geplantem Start "
        f"{'ging eine' if late == 1 else f'gingen {_some(late)}'} zu spät oder noch "
        f"nicht in Betrieb; {_some(dear.height)} "
        f"{'kostete' if dear.height == 1 else 'kosteten'} bisher mehr als geplant."
    )
    notes = [
        "Kosten sind einmalige, laufende und parallele; geplant und gebucht gelten für dieselben Monate. Menge ist, "
        "was in den letzten zwölf vollen Monaten im Betrieb auf dem geplanten Weg einging, geteilt durch die "
        "geplante Menge.",
    ]
    if below.height:
        names = [f"„{name}“" for name in below["measure_name"]]
        notes.insert(0, f"Weniger als die Hälfte der geplanten Menge {_reached(names)}: {say.listed(names)}.")
    shown = frame.with_columns(
        pl.col("go_live_state").replace_strict(GO_LIVE_STATES).alias("state_de"),
        pl.when(pl.col("is_below_half"))
        .then(pl.lit("unter der Hälfte"))
        .when(pl.col("is_below_half").is_not_null())
        .then(pl.lit("mindestens die Hälfte"))
        .otherwise(pl.col("volume_reason").replace_strict(VOLUME_REASONS, default=FEW))
        .alias("volume_de"),
    )
    tables = (
        have.table("plan", "Termine je Maßnahme", PLANS, shown),
        have.table("plan-kosten", "Kosten und Mengen je Maßnahme", COSTS, shown),
    )
    return Section("plan", question, finding, tables=tables, notes=tuple(notes))


def _some(count: int) -> str:
    return numbers.plain(count) if count else "keine"


def _reached(names: list[str]) -> str:
    return "erreicht" if len(names) == 1 else "erreichen"


def persistence_section(have: PageContext) -> Section:
    """Does a gain last?"""
    question = "Hält der Gewinn an Arbeitszeit an?"
    frame = result.persistence(have.marts)
    if frame.is_empty():
        return unanswered("dauer", question, "Es ist noch keine Maßnahme lange genug in Betrieb.")
    known = frame.drop_nulls("persistence_share")
    if known.is_empty():
        reasons = frame["unknown_reason"].unique().sort().to_list()
        said = "; ".join(PERSISTENCE_REASONS[reason] for reason in reasons)
        return unanswered("dauer", question, f"{said}. Verglichen wird mit dem ersten vollen Jahr nach dem Start.")
    held = known.filter(pl.col("persistence_share") >= 1).height
    finding = (
        f"Von {say.plural(known.height, 'Vergleich', 'Vergleichen')} mit dem ersten vollen Jahr zeigen "
        f"{numbers.plain(held) if held else 'keine'} denselben oder einen größeren Gewinn je Vorgang."
    )
    shown = frame.with_columns(
        pl.col("unknown_reason").replace_strict(PERSISTENCE_REASONS, default=None).alias("reason_de")
    )
    table = have.table("dauer", "Was vom Gewinn des ersten vollen Jahres bleibt", LASTING, shown)
    return Section("dauer", question, finding, tables=(table,))


def paper_points_section(have: PageContext) -> Section:
    """What did it cost to have less paper?"""
    question = "Was kostete es, weniger Papier zu bekommen?"
    frame = result.paper_points(have.marts)
    known = frame.drop_nulls("cost_per_point_eur")
    if known.is_empty():
        return unanswered(
            "punkte", question, "Für keine Maßnahme sind die Kosten und eine gesunkene Papierquote bekannt und zeigbar."
        )
    first, last = known.row(0, named=True), known.row(-1, named=True)
    least, most = numbers.euro(first["cost_per_point_eur"]), numbers.euro(last["cost_per_point_eur"])
    dearest = f", bei „{last['measure_name']}“ {most}"
    finding = (
        f"Ein Punkt weniger Papier im Eingang kostete bei „{first['measure_name']}“ bisher {least}"
        f"{dearest if known.height > 1 else ''}."
    )
    shown = frame.with_columns(pl.col("unknown_reason").replace_strict(POINT_REASONS, default=None).alias("reason_de"))
    notes = (
        "Verglichen werden die zwölf Monate vor dem Start und die letzten zwölf vollen Monate, beide nach heutiger "
        "Regel. Was auch ohne die Maßnahme online gekommen wäre, ist nicht abgezogen.",
    )
    table = have.table("punkte", "Kosten je Punkt weniger Papier", POINTS, shown)
    return Section("punkte", question, finding, tables=(table,), notes=notes)
