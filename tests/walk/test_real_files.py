"""Files that real towns sent: one town that takes them all, and the values that are right, worked out by hand.

The files lie beside the project with a sentence each on what is right; without them this is skipped.
"""

from __future__ import annotations

import pytest

from tests.walk.real_towns import REAL_FILES, real_town, source_of
from tests.walked import Walked

DELIVERED = ("one-key-many-bookings", "scan-batches-number-from-one", "lifecycle-start-complete")
AS_OF, DELIVERED_AT = "2026-06-30", 1_782_000_000
LOGS = """
[[source]]
name = "payments"
system = "case"
format = "csv"
path = "inbox/payments/*.csv"
service = "payments"
[source.columns]
case_ref = "nr"
activity = "step"
occurred_at = "when"

[[source]]
name = "traces"
system = "case"
format = "xes"
path = "inbox/traces/*.xes"
service = "traces"
[source.columns]
case_ref = "case:concept:name"
activity = "concept:name"
occurred_at = "time:timestamp"
[source.case_numbers]
add_prefix = "T"

[[source]]
name = "office-a"
system = "case"
format = "csv"
path = "inbox/a/*.csv"
service = "permits"
office = "AMT10"
timestamp_format = "%Y-%m-%d %H:%M"
[source.columns]
case_ref = "nr"
activity = "step"
occurred_at = "when"

[[source]]
name = "office-b"
system = "case"
format = "csv"
path = "inbox/b/*.csv"
service = "permits"
office = "AMT20"
timestamp_format = "%Y-%m-%d %H:%M"
[source.columns]
case_ref = "nr"
activity = "step"
occurred_at = "when"
"""
ACTIVITIES = """activity;medium;kind;waits_for;is_decision
Antrag eingegangen;digital;intake;office;false
Prüfen;digital;internal;office;false
Bescheid;digital;decision;nobody;true
received;digital;intake;office;false
payment;digital;internal;applicant;false
closed;digital;decision;nobody;true
"""
PARAMETERS = {
    "activities": ACTIVITIES,
    "services": "service_code;service_name;leika_key;office_code;target_working_days;maturity_level;online_since\n"
    + "".join(f"{code};{code};;AMT10;;;\n" for code in ("xes", "payments", "traces", "permits")),
    "offices": "office_code;office_name;parent_office_code;directorate;staff_band\n"
    "AMT10;Amt 10;;;50+\nAMT20;Amt 20;;;50+\n",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A town whose sources are these files, after its run."""
    files = {"payments/steps.csv": "same-step-same-instant", "traces/steps.xes": "same-step-same-instant"}
    files |= {f"{office}/{office}.csv": "same-number-two-offices" for office in "ab"}
    return real_town(
        tmp_path_factory.mktemp("real") / "town",
        [*map(source_of, DELIVERED), LOGS],
        AS_OF,
        parts=DELIVERED,
        parameters=PARAMETERS,
        files={place: REAL_FILES / part / place.split("/")[1] for place, part in files.items()},
        delivered_at=DELIVERED_AT,
    )


def test_bookings_of_every_month_are_all_there(town: Walked) -> None:
    assert town.exit_code == 3, town.said
    found = town.ask(
        "select kind, sum(actual_eur) from fct_cost_items where source = 'kosten' group by kind order by kind"
    )
    assert [(kind, float(total)) for kind, total in found] == [
        ("cash_released", 2700.0),
        ("one_off", 500.0),
        ("running", 3600.0),
    ]


def test_documents_of_each_batch_are_documents_of_their_own(town: Walked) -> None:
    assert town.ask("select count(*), sum(pages) from fct_scans where source = 'kodak'") == [(30, 120)]


def test_a_step_told_twice_is_no_rework_and_decides_at_its_completion(town: Walked) -> None:
    found = town.ask(
        "select count(*), count(*) filter (where is_rework), min(lead_seconds) / 3600, max(lead_seconds) / 3600 "
        "from fct_cases where service_code = 'xes'"
    )
    assert found == [(12, 0, 26.0, 26.0)]
    steps = town.ask(
        "select activity, min(date_diff('minute', started_at, occurred_at)) from fct_case_steps "
        "join fct_cases using (case_id) where service_code = 'xes' group by activity order by activity"
    )
    assert steps == [("Antrag eingegangen", None), ("Bescheid", 60), ("Prüfen", 60)]
    assert "starts are the beginning of the step that a later row completes" in town.said


@pytest.mark.parametrize("service", ["payments", "traces"])
def test_two_payments_in_one_minute_are_two(town: Walked, service: str) -> None:
    found = town.ask(
        "select count(*), count(distinct variant_id), sum(event_count)::int, count(*) filter (where is_rework) "
        "from fct_cases where service_code = ?",
        service,
    )
    assert found == [(2, 2, 7, 1)]
    assert town.ask(
        "select count(*) from fct_case_steps join fct_cases using (case_id) where service_code = ? and activity = 'payment'",
        service,
    ) == [(3,)]


def test_a_number_of_two_offices_is_told_with_the_way_out(town: Walked) -> None:
    found = town.ask(
        "select source, observed::int, passed from rpt_log_health where check_name = 'numbers_of_two_offices' "
        "and observed > 0 order by source"
    )
    assert found == [("office-a", 1, False), ("office-b", 1, False)]
    assert "say add_prefix in [source.case_numbers] of one source" in town.said
    assert town.ask(
        "select cases_of_two_offices from rpt_case_links where source = 'all' and record_kind = 'cases'"
    ) == [(1,)]


def test_nothing_is_superseded_within_a_delivery(town: Walked) -> None:
    assert town.ask("select sum(rows_superseded)::int, sum(rows_duplicate)::int from fct_deliveries") == [(0, 0)]
