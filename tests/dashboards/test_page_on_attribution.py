"""The section that holds claimed hours against two other ways of computing them."""

from __future__ import annotations

from dashboards.words.glossary import ATTRIBUTION_REASONS
from tests.dashboards.built import csv_rows, figures, plain_text

AGREED = (
    "(select (measure_id, service_code) from rpt_savings_attribution where attribution_method = 'group_time_did' "
    "and attribution_state = 'agrees' and not is_small_cell order by measure_id, service_code limit 1)"
)
DISAGREE = (
    "update rpt_savings_attribution set attribution_state = 'disagrees', is_grade_lowered = true, checked_hours = 1, "
    "checked_low_hours = 0, checked_high_hours = 2, claimed_hours = 40, claimed_p10_hours = 30, claimed_p50_hours = 41, "
    f"claimed_p90_hours = 52, month_count = 7 where attribution_method = 'group_time_did' and (measure_id, service_code) = {AGREED}"
)
NOTHING = (
    "update rpt_savings_attribution set attribution_state = 'not_checkable', attribution_reason = 'too_few_comparisons', "
    "checked_hours = null, checked_low_hours = null, checked_high_hours = null"
)
QUESTION = "Kommen zwei andere Rechnungen auf dieselbe Arbeitszeit?"


def rows(site):
    return csv_rows(site / "data" / "gegenprobe.csv")[1:]


def test_every_claim_stands_with_what_both_checks_say_or_why_not(site):
    assert QUESTION in plain_text(site / "einsparungen.html")
    told = figures(
        site,
        "select attribution_reason from rpt_savings_attribution where attribution_method = 'group_time_did'",
    )
    shown = rows(site)
    assert len(shown) == len(told)
    for reason in {reason for (reason,) in told if reason}:
        assert any(f"nicht prüfbar: {ATTRIBUTION_REASONS[reason]}" in row[3] for row in shown), reason


def test_a_claim_that_is_contradicted_stands_first_and_the_grade_is_told(changed, site):
    page = changed("contradicted", site, DISAGREE)
    first = rows(page)[0]
    assert first[2:4] == ["41 (30\u00a0bis\u00a052)", "1 (0\u00a0bis\u00a02), widerspricht"]
    assert first[5] == "7"
    text = plain_text(page / "einsparungen.html")
    assert "Der Vergleich mit anderen Leistungen widerspricht in 1 von" in text
    assert "dort gilt ein Nachweisgrad weniger." in text


def test_where_nothing_can_be_compared_the_page_says_so(changed, site):
    text = plain_text(changed("incomparable", site, NOTHING) / "einsparungen.html")
    assert "Für keine Leistung lässt sich die Arbeitszeit im Vergleich mit anderen Leistungen prüfen." in text


def test_hours_on_few_cases_are_hidden_and_the_verdict_stays_without_them(changed, site):
    few = changed(
        "few-checked",
        site,
        DISAGREE,
        f"update rpt_savings_attribution set is_small_cell = true where (measure_id, service_code) = {AGREED.replace('agrees', 'disagrees')}",
    )
    first = rows(few)[0]
    assert first[2] == "zu wenige Vorgänge"
    assert first[3] == "zu wenige Vorgänge, widerspricht"
    assert "41" not in " ".join(first)


def test_without_a_measure_nothing_is_asked(changed, site):
    text = plain_text(changed("unchecked", site, "delete from rpt_savings_attribution") / "einsparungen.html")
    assert "Noch keine Aussage möglich: Es ist noch keine Maßnahme in Betrieb." in text
