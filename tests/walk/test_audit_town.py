"""A town with fifteen kinds of claims for money: only the true ones count, each other has a finding with its name.

All numbers are worked by hand: beside each claim stands what its line paid in 2024 and in 2025.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboards.words.audit import AUDIT_FINDINGS
from tests.dashboards.built import plain_text
from tests.towns import environment, lines, make_town
from tests.walked import Walked, program

COSTS = """
[[source]]
name = "kasse"
system = "finance"
format = "csv"
path = "inbox/kasse/*.csv"
decimal = ","
[source.columns]
cost_item = "Position"
measure = "Massnahme"
month = "Monat"
kind = "Art"
plan_eur = "Plan"
actual_eur = "Ist"
budget_line = "Stelle"
booking_ref = "Beleg"
"""
BUDGET = """
[[source]]
name = "haushalt"
system = "finance"
format = "csv"
path = "inbox/haushalt/*.csv"
decimal = ","
[source.columns]
budget_line = "Stelle"
product = "Produkt"
year = "Jahr"
actual_eur = "Ist"
appropriation_eur = "Ansatz"
"""
CASES = """
[[source]]
name = "faelle"
system = "case"
format = "csv"
path = "inbox/faelle/*.csv"
[source.columns]
case_ref = "Vorgang"
service = "Leistung"
channel = "Kanal"
received_at = "Eingang"
closed_at = "Ende"
"""
# Measure, month, kind, planned, booked, line, document.
CLAIMS = (
    "t1;m-true;2025-03-01;cash_released;;1200,00;L-TRUE;B1",
    "t2;m-true;2025-09-01;cash_released;;1200,00;L-TRUE;B2",
    "t3;m-true;2025-03-01;running;;100,00;L-TRUE;B1",
    "v1;m-volume;2025-03-01;cash_released;;3000,00;L-VOLUME;B3",
    "p1;m-price;2025-03-01;cash_released;;1000,00;L-PRICE;B4",
    "d1;m-twice;2025-10-01;cash_released;;1200,00;L-TWICE;B1",
    "n1;m-nothing;2025-03-01;cash_released;;700,00;L-NOTHING;B5",
    "f1;m-flat;2025-03-01;cash_released;;500,00;L-FLAT;B6",
    "r1;m-route;2025-03-01;cash_released;;1000,00;L-ROUTE;B7",
    "r2;m-route;2025-03-01;running;;40,00;L-OTHER;B8",
    "s1;m-silent;2026-03-01;cash_released;700,00;;L-TRUE;",
    "s2;m-silent;2025-11-01;one_off;;60,00;L-OTHER;B9",
    "k1;m-reversed;2025-04-01;cash_released;;500,00;L-REVERSED;B10",
    "k2;m-reversed;2025-05-01;cash_released;;-200,00;L-REVERSED;B10",
    "e1;m-early;2025-05-01;cash_released;;1000,00;L-EARLY;B11",
    "h1;m-hours;2025-03-01;cash_released;;4000,00;;",
    "g1;m-fees;2025-03-01;cash_released;;600,00;L-FEES;B12",
    "o1;m-once;2025-06-01;cash_released;;250,00;L-ONCE;B13",
    "w1;m-sign;2025-12-01;cash_released;;-900,00;L-SIGN;B14",
    "z1;m-undone;2025-04-01;cash_released;;500,00;L-UNDONE;B16",
    "z2;m-undone;2025-05-01;cash_released;;-700,00;L-UNDONE;B16",
    "z3;m-undone;2025-03-01;running;;30,00;L-UNDONE;B17",
    "z4;m-undone;2025-04-01;running;;-45,00;L-UNDONE;B17",
    "x1;m-moved;2025-03-01;cash_released;;800,00;L-MOVED;B15",
)
PAID = {
    "TRUE": (10000, 7700), "VOLUME": (6000, 3000), "PRICE": (5000, 4000), "TWICE": (10000, 8000), "FLAT": (3000, 3000),
    "ROUTE": (4000, 3000), "OTHER": (9000, 9100), "REVERSED": (2000, 1700), "EARLY": (2000, 1000), "FEES": (3000, 2400),
    "ONCE": (1000, 750), "SIGN": (1000, 1000), "MOVED": (2000, 1200), "SISTER": (500, 1300), "UNDONE": (2000, 1500),
}  # fmt: skip
"""Euros a line paid in 2024 and in 2025; m-true's own running cost of 100 stands on its line, too."""

MEASURES = "".join(
    f"m-{name};{name};{'2025-07-01' if name == 'early' else '2025-02-10'};live\n"
    for name in (
        "true", "volume", "price", "twice", "nothing", "flat", "route", "silent", "reversed", "early", "hours", "fees",
        "once", "sign", "moved", "undone",
    )
)  # fmt: skip
RULES = (
    "budget_line_id;valid_from;cost_type;is_fee_funded;price_index;volume_driver;contract_ends_on\n"
    "L-VOLUME;2024-01-01;material;nein;1;parkausweis;\n"
    "L-PRICE;2024-01-01;material;nein;1;;\n"
    "L-PRICE;2025-01-01;material;nein;0,8;;\n"
    "L-FEES;2024-01-01;other;ja;1;;\n"
)


def budget() -> str:
    """The lines' rows; two of them share a product."""
    return lines(
        *(
            f"L-{name};{'P9' if name in ('MOVED', 'SISTER') else ''};{year};{euros},00;1000,00"
            for name, pair in PAID.items()
            for year, euros in zip((2024, 2025), pair, strict=True)
        ),
        header="Stelle;Produkt;Jahr;Ist;Ansatz",
    )


def cases() -> str:
    """Of one service ten a month, then five; of the other, that m-route touches, two a month on paper."""
    rows: list[str] = []
    for month in range(24):
        first = f"{2024 + month // 12}-{month % 12 + 1:02d}"
        for service, channel, count in (("parkausweis", "online", 10 if month < 12 else 5), ("trauung", "post", 2)):
            rows += [
                f"{service[0]}-{month}-{number};{service};{channel};{first}-05;{first}-06" for number in range(count)
            ]
    return lines(*rows, header="Vorgang;Leistung;Kanal;Eingang;Ende")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = make_town(
        tmp_path_factory.mktemp("audit") / "town",
        COSTS + BUDGET + CASES,
        {
            "measures": f"measure_id;measure_name;went_live_on;status\n{MEASURES}",
            "measure_services": "measure_id;service_code;share\nm-route;trauung;1\n",
            "channels": "channel;counts_as_paper;counts_as_online;valid_from\npost;ja;nein;2015-01-01\n"
            "online;nein;ja;2015-01-01\n",
            "budget_line_rules": RULES,
        },
        privacy="thresholds_off = true",
    )
    for place, text in (
        ("kasse/kosten.csv", lines(*CLAIMS, header="Position;Massnahme;Monat;Art;Plan;Ist;Stelle;Beleg")),
        ("haushalt/haushalt.csv", budget()),
        ("faelle/faelle.csv", cases()),
    ):
        (folder / "inbox" / place).write_text(text, encoding="utf-8")
    ran = program(environment(folder), "run", str(folder), "--as-of", "2026-02-15")
    assert (folder / "current").exists(), ran.stdout + ran.stderr
    return Walked(folder, environment(folder), ran.returncode, ran.stdout + ran.stderr)


def test_each_claim_counts_or_has_a_finding_with_its_name(town: Walked) -> None:
    found = {
        item: (finding, grade, float(counted))
        for item, finding, grade, counted in town.ask(
            "select cost_item_id, audit_finding, cash_grade, accepted_eur from fct_cost_items "
            "where kind = 'cash_released' and actual_eur is not null"
        )
    }
    assert found == {
        "t1": (None, "A", 1200.0),  # 10,000 - (7,700 - 100) = 2,400
        "t2": (None, "A", 1200.0),
        "v1": ("volume_fell", "C", 0.0),  # 6,000 x 60 / 120 = 3,000, and so much is still paid
        "p1": ("price_fell", "C", 0.0),  # 5,000 x 0.8 = 4,000
        "d1": ("booked_twice", "C", 0.0),
        "n1": ("line_unknown", "C", 0.0),
        "f1": ("line_did_not_fall", "C", 0.0),
        "r1": ("no_parallel_cost", "C", 0.0),
        "k1": ("one_off", "A", 500.0),  # 2,000 - 1,700 = 300 = 500 - 200
        "k2": ("reversal", "A", -200.0),
        "e1": ("before_go_live", "C", 0.0),
        "h1": ("hours_as_cash", "C", 0.0),
        "g1": ("fee_funded", "A", 600.0),
        "z1": ("one_off", "A", 500.0),  # the line did fall by 500, and yet nothing of it is left
        "z2": ("reversal_too_large", "A", -500.0),
        "o1": ("one_off", "A", 250.0),
        "w1": ("wrong_sign", "C", 0.0),
        "x1": ("reallocated", "C", 0.0),  # the sister rose by 800
    }


def test_only_true_money_stands_in_the_headline(town: Walked) -> None:
    (row,) = town.ask(
        "select cumulative_cash_released_eur, cumulative_cost_eur, cumulative_cash_eur, cash_evidence_grade, "
        "parallel_cost_unknown_measures from rpt_savings_totals_monthly where scope = 'all' and month = '2025-12-01'"
    )
    # 2,400 + 500 - 200 + 250; cost 100 + 40 + 60.
    assert row == (Decimal(2950), Decimal(200), Decimal(2750), "A", "m-route")


def test_a_reversal_takes_off_its_document_and_no_more(town: Walked) -> None:
    rows = town.ask(
        "select cost_item_id, audit_finding, accepted_eur from fct_cost_items where measure_id = 'm-undone' order by 1"
    )
    assert [(item, finding, float(counted)) for item, finding, counted in rows if item in ("z3", "z4")] == [
        ("z3", None, 30.0), ("z4", "reversal_too_large", -30.0)
    ]  # fmt: skip
    assert town.ask(
        "select cumulative_cash_released_eur, cumulative_running_cost_eur, cumulative_cash_eur "
        "from rpt_savings_totals_monthly where scope = 'measure:m-undone' and month = '2025-12-01'"
    ) == [(Decimal(0), Decimal(0), Decimal(0))]


def test_the_net_is_unknown_while_both_routes_are_open(town: Walked) -> None:
    rows = town.ask(
        "select cash_state, running_cost_eur, parallel_cost_eur, net_cash_eur, cumulative_cash_eur "
        "from rpt_savings_monthly where measure_id = 'm-route' and month = '2025-03-01' and service_code = 'all'"
    )
    assert rows == [("parallel_cost_unknown", Decimal(40), None, None, None)]


def test_after_finance_last_spoke_nothing_is_known(town: Walked) -> None:
    assert town.ask(
        "select distinct cash_state, cash_released_eur, net_cash_eur, cumulative_cash_eur, is_provisional "
        "from rpt_savings_monthly where month = '2026-01-01' and service_code = 'all'"
    ) == [("finance_silent", None, None, None, True)]
    assert town.ask(
        "select net_cash_eur, cumulative_cash_eur, is_provisional from rpt_savings_totals_monthly "
        "where scope = 'all' and month = '2026-01-01'"
    ) == [(None, None, True)]


def test_what_lasts_expires_a_year_after_its_last_booking(town: Walked) -> None:
    assert town.ask(
        "select cost_item_id, is_recurring, valid_until::varchar from fct_cost_items "
        "where cost_item_id in ('t1', 't2', 'o1') order by all"
    ) == [("o1", False, None), ("t1", True, "2026-03-31"), ("t2", True, "2026-09-30")]


def test_the_page_says_what_was_left_out_and_why(town: Walked) -> None:
    said = plain_text(town.site / "einsparungen.html")
    assert "Von 15.650\u202f€ gemeldeter Entlastung zählen 2.950\u202f€" in said
    for (finding,) in town.ask("select distinct audit_finding from fct_cost_items where audit_finding is not null"):
        assert AUDIT_FINDINGS[finding] in said, finding
    assert "zurück kamen bis Dezember 2025 2.950\u202f€" in said
    assert "Nach Dezember 2025 hat das Finanzverfahren nichts mehr geliefert" in said
    assert "Nur mit Kosten enthalten, weil der Papierweg offen ist und niemand nennt, was er kostet: route." in said


BRIDGES = {
    # Line: price, volume, proven, other, unexplained. A dash: nobody told the line's prices and driver.
    "TRUE": ("-", "-", -2400, 100, 0),
    "VOLUME": (0, -3000, 0, 0, 0),  # half the cases
    "PRICE": (-1000, 0, 0, 0, 0),  # 5,000 x 0.8
    "TWICE": ("-", "-", 0, 0, -2000),  # its document was used up
    "FLAT": ("-", "-", 0, 0, 0),
    "ROUTE": ("-", "-", 0, 0, -1000),  # the paper route is open and nobody says what it costs
    "OTHER": ("-", "-", 0, 100, 0),  # 40 and 60 of cost
    "REVERSED": ("-", "-", -300, 0, 0),  # 500 less 200
    "EARLY": ("-", "-", 0, 0, -1000),
    "FEES": (0, 0, 0, -600, 0),
    "ONCE": ("-", "-", -250, 0, 0),
    "SIGN": ("-", "-", 0, 0, 0),
    "MOVED": ("-", "-", 0, -800, 0),  # to the sister
    "SISTER": ("-", "-", 0, 0, 800),
    "UNDONE": ("-", "-", 0, -15, -485),  # the line paid what was booked, 30 less 45
}


def test_each_line_goes_step_by_step_to_what_it_paid(town: Walked) -> None:
    rows = town.ask(
        "select budget_line_id, step, coalesce(amount_eur::int::varchar, '-'), unknown_reason, unknown_parts "
        "from rpt_budget_bridge where year = 2025"
    )
    found = {(line.removeprefix("L-"), step): amount for line, step, amount, _, _ in rows}
    steps = ("price", "volume", "proven_digital_saving", "other_measures", "unexplained")
    wanted = {
        (line, step): str(amount) for line, told in BRIDGES.items() for step, amount in zip(steps, told, strict=True)
    }
    wanted |= {
        (line, step): str(paid)
        for line, pair in PAID.items()
        for step, paid in zip(("old", "actual"), pair, strict=True)
    }
    assert found == wanted
    unruled = {line for line, told in BRIDGES.items() if told[0] == "-"}
    said = {(line.removeprefix("L-"), parts) for line, step, _, _, parts in rows if step == "unexplained"}
    assert said == {(line, "price, volume" if line in unruled else None) for line in BRIDGES}
    assert {reason for *_, reason, _ in rows} == {None, "no_rule"}


def test_a_town_that_told_no_plans_has_reasons_in_their_place(town: Walked) -> None:
    assert town.ask("select distinct go_live_state, volume_reason, responsible_function from rpt_measure_plans") == [
        ("not_told", "not_told", None)
    ]
    assert town.ask(
        "select month::varchar, month_cost_eur, unknown_reason from rpt_parallel_cost where measure_id <> 'all' and month in ('2025-03-01', '2026-01-01')"
    ) == [("2025-03-01", None, "parallel_cost_unknown")]
    assert town.ask("select distinct is_complete, incomplete_reason, cost_eur from rpt_cost_per_case") == [
        (False, "minutes_missing", None)
    ]
    assert town.ask("select count(*) from rpt_posts_balance where freed_hours is not null") == [(0,)]
    assert {reason for (reason,) in town.ask("select distinct unknown_reason from rpt_paper_point_cost")} == {
        "too_early"
    }


def test_the_page_shows_what_nobody_explains(town: Walked) -> None:
    said = plain_text(town.site / "einsparungen.html")
    assert "Auf der Haushaltsstelle L-TRUE ist das Ist 2025 gegenüber dem Vorjahr um 2.300\u202f€ gesunken" in said
    assert "Preise, Fallzahl" in said
    assert "Es ist kein geplanter Start eingetragen" in said
