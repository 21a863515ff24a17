"""Two generations of a small town, a day apart: which published month moved, and why.

The real models, from landing to rpt_revisions; what the first generation published is given to the second one.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

FIRST_DAY, NEXT_DAY = dt.date(2026, 1, 15), dt.date(2026, 1, 16)
STAND, LATER = dt.datetime(2026, 1, 14), dt.datetime(2026, 1, 15, 12)
OCTOBER, NOVEMBER, DECEMBER = dt.date(2025, 10, 1), dt.date(2025, 11, 1), dt.date(2025, 12, 1)
CHANNELS = [
    {"channel": "online", "counts_as_paper": False, "counts_as_online": True, "valid_from": dt.date(2020, 1, 1)},
    {"channel": "post", "counts_as_paper": True, "counts_as_online": False, "valid_from": dt.date(2020, 1, 1)},
]
ONLINE_IS_PAPER = [row | {"counts_as_paper": True, "counts_as_online": False} for row in CHANNELS]


def case(name: str, received: dt.date, channel: str = "online", service: str = "s", **more: Any) -> dict[str, Any]:
    at = dt.datetime.combine(received, dt.time(12))
    return {"case_id": name, "service_code": service, "received_at": at, "intake_channel": channel, **more}


CASES = [
    case("a", OCTOBER.replace(day=5)),
    case("b", NOVEMBER.replace(day=5), "post"),
    case("c", NOVEMBER, service="t"),
]
LATE = [case("d", OCTOBER.replace(day=20))]
CORRECTED = [case("a", OCTOBER.replace(day=5) - dt.timedelta(days=20))]
COST = {"cost_item_id": "i", "measure_id": "m", "month": DECEMBER, "kind": "running", "actual_eur": 5}
DELETED = [{"of_source": "register", "case_id": "b"}]


class Generations:
    """A town that publishes one generation after the other."""

    def __init__(self, folder: Path, models: CompiledModels) -> None:
        self.town = SmallTown(folder)
        self.models = models
        self.published: dict[str, list[dict[str, Any]]] = {}

    def publish(
        self, name: str, as_of: dt.date, channels: list[dict[str, Any]] = CHANNELS, **run: str
    ) -> duckdb.DuckDBPyConnection:
        """Build from what has landed and remember what was published."""
        generation = {"generation_id": name, "as_of": as_of, "program_version": "1", "parameters_hash": "p", **run}
        self.town.decide(as_of, channels=channels, run=[generation], **self.published)
        tables = self.models.build(
            self.town.folder, "rpt_revisions", "rpt_monthly_figures", "dim_generation", "fct_deliveries"
        )
        self.published = {
            "published_figures": _rows(
                tables,
                "select g.generation_id, g.as_of, g.program_version, g.parameters_hash, metric, scope, month, value, cases "
                "from monitor.rpt_monthly_figures cross join monitor.dim_generation as g",
            ),
            "published_deliveries": _rows(tables, "select delivery_id from monitor.fct_deliveries"),
            "revisions_so_far": _rows(
                tables,
                "select * exclude (cases, coverage_share, is_provisional, is_small_cell) from monitor.rpt_revisions",
            ),
        }
        return tables


def _rows(tables: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = tables.execute(query)
    return [dict(zip([column[0] for column in found.description], row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def generations(tmp_path: Path, models: CompiledModels) -> Generations:
    """The first generation is published: three cases, one cost item."""
    ours = Generations(tmp_path, models)
    ours.town.open_landing()
    ours.town.deliver("register", "r1", STAND, cases=CASES)
    ours.town.deliver("finance", "f1", STAND, costs=[COST])
    ours.publish("first", FIRST_DAY)
    return ours


def moved(tables: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str, dt.date], tuple[Any, Any, str]]:
    rows = tables.execute(
        "select metric, scope, month, old_value, new_value, cause from monitor.rpt_revisions"
    ).fetchall()
    return {(metric, scope, month): tuple(rest) for metric, scope, month, *rest in rows}


def test_the_next_day_moves_nothing(generations: Generations) -> None:
    assert len(generations.published["published_figures"]) > 20
    assert moved(generations.publish("second", NEXT_DAY)) == {}


def test_a_case_that_came_late_is_late_data(generations: Generations) -> None:
    generations.town.deliver("register", "r2", LATER, cases=LATE)
    found = moved(generations.publish("second", NEXT_DAY))
    assert found == {
        ("received_cases", "all", OCTOBER): (1, 2, "late_data"),
        ("received_cases", "service:s", OCTOBER): (1, 2, "late_data"),
    }


def test_a_case_told_otherwise_is_a_correction(generations: Generations) -> None:
    generations.town.deliver("register", "r2", LATER, cases=CORRECTED)
    found = moved(generations.publish("second", NEXT_DAY))
    assert found["received_cases", "all", OCTOBER] == (1, 0, "correction")
    assert found["online_share", "all", OCTOBER] == (1, None, "correction")
    assert {cause for _, _, cause in found.values()} == {"correction"}


def test_a_deleted_case_is_a_deletion_of_its_service_and_its_month(generations: Generations) -> None:
    generations.town.deliver("deleted", "d2", LATER, mode="deletions", removals=DELETED)
    generations.town.deliver("register", "r2", LATER, cases=[case("e", NOVEMBER, service="t")])
    found = moved(generations.publish("second", NEXT_DAY))
    assert found["received_cases", "service:s", NOVEMBER] == (1, 0, "deletion")
    assert found["received_cases", "service:t", NOVEMBER] == (1, 2, "late_data")
    assert found["online_share", "all", NOVEMBER] == (0.5, 1, "deletion")


def test_a_deletion_explains_only_the_generation_that_first_knew_it(generations: Generations) -> None:
    generations.town.deliver("deleted", "d2", LATER, mode="deletions", removals=DELETED)
    generations.publish("second", NEXT_DAY)
    generations.town.deliver("register", "r3", LATER, cases=[case("e", NOVEMBER.replace(day=9), "post")])
    found = generations.publish("third", NEXT_DAY + dt.timedelta(days=1)).execute(
        "select from_generation_id, to_generation_id, old_value, new_value, cause from monitor.rpt_revisions "
        "where metric = 'received_cases' and scope = 'service:s' order by revised_on"
    )
    assert found.fetchall() == [("first", "second", 1, 0, "deletion"), ("second", "third", 0, 1, "late_data")]


def test_another_rule_for_a_channel_is_an_assumption(generations: Generations) -> None:
    generations.town.deliver("register", "r2", LATER, cases=LATE)
    found = moved(generations.publish("second", NEXT_DAY, ONLINE_IS_PAPER, parameters_hash="q"))
    assert found["online_share", "all", NOVEMBER] == (0.5, 0, "assumption")
    assert found["online_share", "all", OCTOBER] == (1, 0, "late_data")


def test_another_program_is_another_formula(generations: Generations) -> None:
    generations.town.deliver("register", "r2", LATER, cases=LATE)
    found = moved(generations.publish("second", NEXT_DAY, program_version="2"))
    assert {cause for _, _, cause in found.values()} == {"formula"}


def test_a_booking_that_changed_moves_the_money_of_its_measure(generations: Generations) -> None:
    generations.town.deliver("finance", "f2", LATER, costs=[COST | {"actual_eur": 7}])
    found = moved(generations.publish("second", NEXT_DAY, parameters_hash="q"))
    assert found == {("net_cash_eur", "measure:m", DECEMBER): (-5, -7, "correction")}
