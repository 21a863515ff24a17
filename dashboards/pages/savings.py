"""Einsparungen: money that left the budget and time that became free, side by side and apart."""

from __future__ import annotations

import polars as pl

from dashboards.pages import break_even
from dashboards.pages import savings_keys as keys
from dashboards.pages import savings_sections as sections
from dashboards.pages.context import PageContext, unanswered
from dashboards.pages.proof.attribution import attribution_section
from dashboards.pages.proof.audit_questions import audit_questions_section
from dashboards.pages.proof.baselines import awaited_section, baselines_section
from dashboards.pages.proof.cash_audit import cash_audit_section
from dashboards.pages.proof.ledger import ledger_section
from dashboards.pages.result.bridge import budget_bridge_section
from dashboards.pages.result.cost import cost_per_case_section
from dashboards.pages.result.plans import paper_points_section, persistence_section, plans_section
from dashboards.pages.result.posts import parallel_section, posts_section
from dashboards.questions import savings
from dashboards.words import numbers, say
from dashboards.writing.elements import Page, Section, TableColumn

MEASURES = (
    TableColumn("measure_name", "Maßnahme"),
    TableColumn("went_live_on", "Start", "day"),
    TableColumn("status_de", "Stand"),
    TableColumn("services", "Leistungen", "count"),
    "cumulative_cash_eur",
    TableColumn("cumulative_capacity_hours", "Belegte Arbeitszeit seit Beginn in\u00a0Stunden (Grad\u00a0A)", "hours"),
    TableColumn("baseline_cases", "Vorgänge in der Basislinie", "count"),
    TableColumn("evidence_grade", "Nachweisgrad"),
)
STATUS = {"planned": "geplant", "running": "in\u00a0Arbeit", "live": "in\u00a0Betrieb", "stopped": "beendet"}


def page(have: PageContext) -> Page:
    """Money first, then time, then every measure."""
    left_out = savings.not_in_the_headline(have.marts)
    return Page(
        name="Einsparungen",
        finding=_finding(have),
        trust=have.trust(sections.trust_grade(have)),
        key_figures=(keys.cash_key(have), keys.capacity_key(have)),
        sections=(
            sections.cash_section(have, link=False),
            sections.bridge_section(have),
            *break_even.sections(have),
            cash_audit_section(have),
            budget_bridge_section(have),
            plans_section(have),
            parallel_section(have),
            sections.hours_section(have, left_out),
            sections.hours_by_measure_section(have),
            sections.effects_section(have),
            attribution_section(have),
            sections.refused_section(have, left_out),
            baselines_section(have),
            awaited_section(have),
            persistence_section(have),
            posts_section(have),
            cost_per_case_section(have),
            paper_points_section(have),
            _measures(have),
            ledger_section(have),
            audit_questions_section(have),
        ),
    )


def _finding(have: PageContext) -> str:
    cash, hours = keys.cash_months(have), keys.hours_year(have)
    if cash.is_empty() and hours is None:
        return say.no_statement(keys.why_no_hours(have))
    money = "Zum Geld ist noch keine Aussage möglich"
    if not cash.is_empty():
        net = cash["cumulative_cash_eur"][-1]
        money = (
            f"Seit {numbers.month(cash['month'][0])} ist der Haushalt netto um {numbers.euro(abs(net))} "
            f"{'entlastet' if net >= 0 else 'belastet'}"
        )
    time = (
        f"in den zwölf Monaten bis {numbers.month(hours['month'])} {keys.freed(hours['capacity_last_12_months_hours'])}"
        if hours is not None
        else "zur Arbeitszeit ist noch keine Aussage möglich"
    )
    return f"{money}; {time}. Beides wird nicht zusammengezählt."


def _measures(have: PageContext) -> Section:
    question = "Was steht zu jeder Maßnahme fest?"
    frame = savings.by_measure(have.marts)
    if frame.is_empty():
        return unanswered("massnahmen", question, "Es ist noch keine Maßnahme eingetragen.")
    frame = frame.with_columns(pl.col("status").replace(STATUS).alias("status_de"))
    booked = frame.drop_nulls("cumulative_cash_released_eur")
    relieved = booked.filter(pl.col("cumulative_cash_released_eur") > 0).height
    only_costs, nothing = booked.height - relieved, frame.height - booked.height
    rest = [
        f"für {numbers.plain(some)} {what}" for some, what in ((only_costs, "nur Kosten"), (nothing, "nichts")) if some
    ]
    finding = (
        ", ".join(
            [
                f"Für {numbers.plain(relieved) if relieved else 'keine'} von "
                f"{say.plural(frame.height, 'Maßnahme', 'Maßnahmen')} ist eine Entlastung belegt (Grad\u00a0A)",
                *rest,
            ]
        )
        + "."
    )
    table = have.table("massnahmen", "Maßnahmen mit Wirkung seit Beginn", MEASURES, frame)
    notes = (
        "Nachweisgrad A: gemessen oder an der Haushaltsstelle geprüft, B: teilweise, C: angenommen. Es gilt der "
        "schwächste Grad, der in die Rechnung eingeht.",
    )
    return Section("massnahmen", question, finding, tables=(table,), notes=notes)
