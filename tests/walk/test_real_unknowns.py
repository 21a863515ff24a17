"""A log without deadlines and without words on whom a case waits for: unknown is told, and is no zero."""

from __future__ import annotations

import pytest

from tests.dashboards.built import plain_text
from tests.walk.real_towns import REAL_FILES, real_town
from tests.walked import Walked

STEPS = REAL_FILES / "no-deadline-told-as-zero" / "steps.csv"
SOURCE = """
[[source]]
name = "steps"
system = "case"
format = "csv"
path = "inbox/steps/*.csv"
timestamp_format = "%Y-%m-%d %H:%M"
service = "parkausweis"
[source.columns]
case_ref = "nr"
activity = "step"
occurred_at = "when"
"""
ACTIVITIES = """activity;medium;kind;waits_for;is_decision
received;unknown;intake;unknown;false
closed;unknown;decision;nobody;true
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Fifteen cases of which three are closed: twelve are open, and nobody knows for whom they wait."""
    if not STEPS.is_file():
        pytest.skip("the shared reference data are not beside this checkout")
    return real_town(
        tmp_path_factory.mktemp("unknowns") / "town",
        [SOURCE],
        "2025-02-28",
        parameters={"activities": ACTIVITIES},
        files={"steps/steps.csv": STEPS},
    )


def test_the_open_cases_are_counted_and_what_nobody_knows_is_null(town: Walked) -> None:
    assert town.exit_code == 0, town.said
    assert town.ask(
        "select open_cases, open_deadline_cases, overdue, at_risk, known_waiting_cases, waiting_applicant, "
        "waiting_office from rpt_backlog_daily where day = date '2025-02-28' and service_code = 'all' "
        "and office_code = 'all'"
    ) == [(12, 0, None, None, 0, None, None)]


def test_the_page_says_that_it_does_not_know(town: Walked) -> None:
    text = plain_text(town.site / "rueckstand.html")
    assert "Am 28. Februar 2025 waren 12 Vorgänge offen" in text
    assert "ob Fristen abgelaufen sind, ist nicht bekannt" in text
    assert "Noch keine Aussage möglich: Kein offener Vorgang trägt eine Frist." in text
    assert "Noch keine Aussage möglich: Von keinem offenen Vorgang ist bekannt, auf wen er wartet." in text
    assert "bei 0" not in text
