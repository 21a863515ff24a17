"""Überblick: what the council reads first."""

from __future__ import annotations

from dashboards.pages import keys, savings_keys
from dashboards.pages.context import PageContext
from dashboards.pages.duration import lead_section
from dashboards.pages.paper_sections import intake_finding, intake_section
from dashboards.pages.savings_sections import cash_section, trust_grade
from dashboards.writing.elements import Page


def page(have: PageContext) -> Page:
    """Seven key figures, three thoughts."""
    return Page(
        name="Überblick",
        finding=intake_finding(have),
        trust=have.trust(f"Zählungen A, Einsparungen {trust_grade(have)}"),
        key_figures=(
            keys.share_key(have, "paper_share_in"),
            keys.share_key(have, "online_share"),
            keys.lead_time_key(have),
            keys.share_key(have, "on_time_share"),
            keys.backlog_key(have, "open_cases"),
            savings_keys.cash_key(have),
            savings_keys.capacity_key(have),
        ),
        sections=(intake_section(have, link=True), lead_section(have, link=True), cash_section(have, link=True)),
    )
