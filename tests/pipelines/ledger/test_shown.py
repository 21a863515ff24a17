"""What a generation shows that may be claimed: its own figures, only where they stand, each with what proves it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.ledger import plans, shown
from pipelines.ledger.book import Refused
from pipelines.ledger.claim import Claim
from sources.town.folder import read_town
from tests.pipelines.ledger.shown_file import write_shown
from tests.towns import make_town

JANUARY, FEBRUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
MEASURES = "measure_id;measure_name;went_live_on;status\nm;Portal;2025-03-01;live\nz;Später;;planned\n"
TOUCHED = "measure_id;service_code;share\nm;parkausweis;0,6\nz;parkausweis;0,4\n"
HEADER = ";".join(plans.COLUMNS)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return write_shown(tmp_path / "published.duckdb")


def claims(database: Path, *measures: str, **months: dt.date) -> dict[str, Claim]:
    found = shown.shown(database, "g:hash", shown.Asked(measures, **months))
    return {claim.claim_key: claim for claim in found.claims}


def test_hours_that_stand_are_claimed_as_they_are_shown(database: Path) -> None:
    found = claims(database, "m")
    hours = found["s|o|2026-01|minutes/2|capacity_released"]
    assert (hours.gross, hours.cost, hours.net, hours.low, hours.high) == (Decimal("10.0000"), 0, 10, 8, 12)
    assert (hours.is_recurring, hours.valid_until) == (True, dt.date(2027, 1, 31))
    assert (hours.evidence_grade, hours.evidence_ref, hours.status) == ("A", "g:hash", "measured")
    assert hours.formula_version == "2"
    assert hours.faults() == []


def test_a_claim_holds_its_cells_and_what_priced_them(database: Path) -> None:
    """Another way 7.5 hours and fewer minutes 2.5; two cells of few cases, and with those of type a the smallest of many."""
    told = {
        (part.case_type, part.intake_channel, part.effect): part
        for part in claims(database, "m")["s|o|2026-01|minutes/2|capacity_released"].components
    }
    assert {where: part.value for where, part in told.items()} == {
        ("a", "online", "channel"): Decimal(-8),
        ("other", "other", "channel"): Decimal("15.5"),
        ("other", "other", "efficiency"): Decimal("2.5"),
    }
    online, others = told["a", "online", "channel"], told["other", "other", "channel"]
    assert (online.baseline_cases, online.actual_cases) == (100, 60)
    assert (online.baseline_share, online.actual_share) == (None, None), (
        "they would tell the type's cases, and the rest"
    )
    assert (online.baseline_minutes, online.actual_minutes, online.assumption_id) == (12, 12, "s/a/online@1")
    assert (others.baseline_cases, others.actual_cases, others.assumption_id) == (None, 40, None)


def test_with_enough_cases_everywhere_each_cell_stands_alone(tmp_path: Path) -> None:
    made = write_shown(tmp_path / "p.duckdb", "update fct_savings_cells set is_small_cell = false")
    parts = claims(made, "m")["s|o|2026-01|minutes/2|capacity_released"].components
    named = {(part.intake_channel, part.effect): part.assumption_id for part in parts}
    counter = next(part for part in parts if part.intake_channel == "counter")
    assert (counter.actual_cases, counter.baseline_cases) == (2, None), "the baseline holds its own few cases back"
    online = next(part for part in parts if part.intake_channel == "online")
    # Of 99 letters, faxes and forms of type a 20 would have come online, and 60 of 98 did.
    assert (online.baseline_share, online.actual_share) == (Decimal("0.2020"), Decimal("0.6122"))
    assert named["post", "channel"] == "s/all/post@1"
    assert named["post", "efficiency"] == "s/all/post@2"
    assert len(parts) == 5
    assert sum(part.value for part in parts) == 10


def test_a_file_of_an_older_program_is_refused(tmp_path: Path) -> None:
    made = write_shown(tmp_path / "p.duckdb", "drop table fct_savings_cells")
    with pytest.raises(Refused, match="older version of the program"):
        claims(made, "m")


def test_the_place_of_a_measure_is_by_its_go_live(database: Path) -> None:
    (hours,) = (claim for claim in claims(database, "n").values() if claim.unit == "hours")
    assert (hours.resource, hours.net) == ("minutes/1", -3)


def test_money_is_claimed_as_audited_and_together_with_its_cost(database: Path) -> None:
    money = [claim for claim in claims(database, "m").values() if claim.unit == "eur"]
    told = {claim.claim_key: (claim.gross, claim.cost, claim.net) for claim in money}
    assert told == {
        "all|all|2026-01|euro/L/B1|cash_released": (Decimal("380.5"), 0, Decimal("380.5")),
        "all|all|2026-01|euro/none/d|disbenefit": (0, 120, -120),
    }
    relief = next(claim for claim in money if claim.gross)
    assert (relief.evidence_ref, relief.evidence_grade, relief.formula_version) == ("B1@g:hash", "A", "3")
    (part,) = relief.components
    assert part.assumption_id == "L@2026-07-01", "the row that holds at the end of the booking's year"
    assert (relief.is_recurring, relief.valid_until) == (True, dt.date(2027, 1, 31))


def test_what_does_not_stand_is_left_out_and_said(database: Path) -> None:
    found = shown.shown(database, "g:hash", shown.Asked(["m"]))
    assert found.left_out == [
        "m, money: bookings of months whose money is not known (parallel_cost_unknown), 1.",
        "m, s: months refused (no_cases), 1.",
        "m, s: months still provisional, 1.",
        "m, t: months rest on too few cases, 1.",
    ]


def test_limits_are_of_all_measures_whichever_are_asked_for(database: Path) -> None:
    found = shown.shown(database, "g:hash", shown.Asked(["n"]))
    assert found.limits == shown.limits_of(database)
    # Ten hours of m less three of n; 380.50 € of m and 60 € of n.
    assert found.limits["s", JANUARY, "capacity_released"] == 7
    assert found.limits["all", JANUARY, "cash_released"] == Decimal("440.5")


def test_only_the_months_that_are_asked_for(database: Path) -> None:
    assert {claim.month for claim in claims(database, "m", first=FEBRUARY).values()} == {FEBRUARY}
    assert {claim.month for claim in claims(database, "m", last=JANUARY).values()} == {JANUARY}


def test_the_assumptions_of_a_month_have_one_name(database: Path, tmp_path: Path) -> None:
    found = claims(database, "m")
    january, february = (found[f"s|o|2026-0{month}|minutes/2|capacity_released"] for month in (1, 2))
    assert january.assumption_set_id != february.assumption_set_id, "minutes of February were new"
    other = write_shown(tmp_path / "o.duckdb", "update fct_processing_minutes set minutes = 13 where minutes = 12")
    assert claims(other, "m")[january.claim_key].assumption_set_id != january.assumption_set_id
    unused = write_shown(tmp_path / "u.duckdb", "update fct_processing_minutes set minutes = 2 where not is_used")
    assert claims(unused, "m")[january.claim_key].assumption_set_id == january.assumption_set_id


def test_the_frozen_baseline_is_named(database: Path) -> None:
    hours = [claim for claim in claims(database, "m").values() if claim.unit == "hours"]
    assert {claim.baseline_id for claim in hours if claim.service_code == "s"} == {"s@2025-01-01.v1"}


def test_who_answers_for_a_measure_is_read_where_it_is_told(database: Path, tmp_path: Path) -> None:
    assert shown.responsible(database) == {}
    plan = "create table rpt_measure_plans as select 'm' as measure_id, 'organisation' as responsible_function"
    assert shown.responsible(write_shown(tmp_path / "r.duckdb", plan)) == {"m": "organisation"}


class TestPlans:
    @pytest.fixture
    def town(self, tmp_path: Path) -> Path:
        return make_town(tmp_path / "town", parameters={"measures": MEASURES, "measure_services": TOUCHED})

    def read(self, town: Path, *lines: str, header: str = HEADER) -> list[Claim]:
        path = town / "plans.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return plans.plans_in(path, read_town(town))

    def test_hours_and_euros_are_planned(self, town: Path) -> None:
        hours, cash = self.read(
            town,
            "z;parkausweis;2027-02;capacity_released;;12,5;;10;15;ja;Beschluss 2026/7",
            "m;;2026-05-01;cash_released;L;1000;100;;;nein;Beschluss 2026/7",
        )
        # Measure z is not live: it stands behind m.
        assert hours.claim_key == "parkausweis|buergeramt|2027-02|minutes/2|capacity_released"
        assert (hours.net, hours.low, hours.high, hours.status, hours.evidence_grade) == (
            Decimal("12.5"),
            10,
            15,
            "planned",
            "C",
        )
        assert hours.valid_until == dt.date(2028, 2, 29)
        assert cash.claim_key == "all|all|2026-05|euro/L/planned|cash_released"
        assert (cash.gross, cash.cost, cash.net, cash.low, cash.valid_until) == (1000, 100, 900, 900, None)

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("x;;2026-05;cash_released;L;1;;;;nein;B", "line 2, column measure_id: 'x' is not in measures.csv"),
            (
                "m;trauung;2026-05;capacity_released;;1;;;;ja;B",
                "column service_code: measure 'm' does not touch 'trauung'",
            ),
            ("m;;2026-05;cash_released;;1;;;;nein;B", "column budget_line_id: it is empty, a plan of cash_released"),
            ("m;;2026-05;quality;L;1;;;;nein;B", "column effect_class: 'quality' is none of which"),
            ("m;;2026-05;cash_released;L;1;;9;2;nein;B", "column low: '9' lies above high, '2'"),
            (
                "m;;2026-05;cash_released;L;1;;;;nein;Petra Meyer",
                "column evidence_ref: it is written like a person's name",
            ),
            ("m;;Mai;cash_released;L;1;;;;nein;B", "line 2, column month: 'Mai' is no month such as 2026-05"),
            ("m;;2026-13;cash_released;L;1;;;;nein;B", "column month: '2026-13' is no month such as 2026-05"),
            ("m;;;cash_released;L;1;;;;nein;B", "column month: it is empty, expected is: month such"),
            ("m;;2026-05;cash_released;L;viel;;;;nein;B", "column gross: 'viel' is no amount such as 1250,50"),
            ("m;;2026-05;cash_released;L;1;1.250;;;nein;B", "column cost: '1.250' is no amount such as 1250,50"),
            ("m;;2026-05;cash_released;L;1;;nan;;nein;B", "column low: 'nan' is no amount such as 1250,50"),
            ("m;;2026-05;cash_released;L;1;;;;vielleicht;B", "column is_recurring: 'vielleicht' is no ja or nein"),
            ("m;;2026-05;cash_released;L;Petra Meyer;;;;nein;B", "column gross: a name is no amount such as 1250,50"),
            ("m;;2026-05;;L;1;;;;nein;B", "column effect_class: '' is none of which hours or euros"),
            ("m;;2026-05;cash_released;L;1", "it has more or fewer cells than the header"),
            ("m;;2026-05;cash_released;L;1;;;;nein;B;C", "it has more or fewer cells than the header"),
            ("m;;2026-05;cash_released;L;0,00001;;;;nein;B", "column gross: '0,00001' is no amount such as 1250,50"),
            ("m;;2026-05;cash_released;L;1e99;;;;nein;B", "column gross: '1e99' is no amount such as 1250,50"),
            ("m;;2026-05;cash_released;L;1;;;;nein;", "column evidence_ref: it is empty, expected is:"),
            (
                f"m;;2026-05;cash_released;{'L' * 500};1;;;;nein;B",
                "line 2, column budget_line_id: it is longer than 200",
            ),
        ],
    )
    def test_a_plan_that_cannot_be_taken_is_one_sentence(self, town: Path, line: str, sentence: str) -> None:
        with pytest.raises(Refused) as refused:
            self.read(town, line)
        assert sentence in str(refused.value)
        assert str(refused.value).endswith("; correct it and record the file again.")

    def test_other_columns_or_no_file_are_one_sentence(self, town: Path) -> None:
        with pytest.raises(Refused, match="its columns must be measure_id;service_code;month"):
            self.read(town, header="measure;month")
        with pytest.raises(Refused, match="cannot be read"):
            plans.plans_in(town / "nowhere.csv", read_town(town))
