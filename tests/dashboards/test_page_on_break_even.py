"""Einsparungen, when it pays for itself: the sentences follow the tables, hours are called arithmetic, refusals are named."""

from __future__ import annotations

import re

from tests.dashboards.built import amount, csv_rows, figures, page_table, plain_text

PAGE = "einsparungen.html"
PAID = (
    "update rpt_break_even set break_even_state = 'expected', payback_month_p10 = date '2027-03-01', "
    "payback_month_p50 = date '2027-05-01', payback_month_p90 = null where measure_id = 'all' and line = 'cash'",
    "update rpt_savings_pace set monthly_recurring_net_cash_eur = 3900, pace_months = 4, since_month = date '2026-07-01' "
    "where scope = 'all'",
)
REFUSED = (
    "update rpt_break_even set break_even_state = 'unknown', refusal_reason = 'no_discount_rate', npv_eur = null, "
    "discount_rate = null",
    "delete from rpt_break_even_monthly",
    "delete from rpt_break_even_drivers",
    "update rpt_savings_pace set pace_state = 'too_short', pace_months = 2",
    "update rpt_alternatives set npv_eur = null, refusal_reason = 'not_told', missing_assumptions = 'paper_case_cost'",
)


def test_the_page_tells_every_measure_as_the_table_has_it(site):
    said = {row[0]: row for row in csv_rows(site / "data" / "bezahlt.csv")[1:]}
    stored = figures(
        site,
        "select measure_name, npv_eur, refusal_reason from rpt_break_even join dim_measures using (measure_id) "
        "where line = 'cash'",
    )
    assert len(stored) == len(said) > 5
    for name, value, reason in stored:
        assert said[name][1].startswith("keine Aussage: ") == (reason is not None)
        assert said[name][2] == "k. A." if value is None else abs(amount(said[name][2]) - float(value)) <= 0.5


def test_money_and_hours_stand_in_two_tables_and_hours_are_called_arithmetic(site):
    text = plain_text(site / PAGE)
    assert "Rechnerisch, kein Geld" in text and "Den Haushalt entlastet das nicht" in text
    cash, hours = (page_table(site, PAGE, slug) for slug in ("bezahlt", "bezahlt-rechnerisch"))
    assert [row[0] for row in hours[1:]] and hours[0][1] == "rechnerisch bezahlt" and cash[0][1] == "Geld wieder da"


def test_the_horizon_nobody_decided_is_called_the_usual_one(site):
    assert "Laufzeit 5 Jahre nach dem Start (üblicher Wert, weil keine Laufzeit festgelegt ist)" in plain_text(
        site / PAGE
    )


def test_a_town_whose_money_comes_back_is_told_when(changed, site):
    text = plain_text(changed("paid_back", site, *PAID) / PAGE)
    assert "Seit Juli 2026 kommen im Monat 3.900\u202f€ mehr herein, als hinausgehen (Mittel aus 4 Monaten)" in text
    end = re.search(r"ist das Geld im Mai 2027 wieder da, vielleicht aber auch bis (\w+ \d{4}) nicht\.", text)
    assert end, text[:200]


def test_what_is_refused_is_named_where_it_would_stand(changed, site):
    text = plain_text(changed("unappraised", site, *REFUSED) / PAGE)
    assert "Wann das Geld wieder da ist, lässt sich nicht sagen: Es ist kein Kalkulationszins festgelegt." in text
    assert "Seit dieser Änderung sind weniger als drei Monate gebucht; das ist noch kein Tempo." in text
    assert "Es fehlen Angaben der Fachämter: Kosten eines Antrags auf Papier." in text
    assert "Kalkulationszins 0,9" not in text
