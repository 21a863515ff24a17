"""dbt's own unit tests, as one test here: they stand beside the models they are about."""

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.models.small_town import SmallTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SmallTown:
    """A town without a single record, built: unit tests read the columns of its tables."""
    empty = SmallTown(tmp_path_factory.mktemp("town"))
    empty.decide(dt.date(2026, 1, 31))
    done = empty.dbt("build", "--exclude-resource-type", "unit_test")
    assert done.returncode == 0, done.stdout
    return empty


def test_a_town_without_records_is_built_and_empty(town: SmallTown) -> None:
    assert town.ask("select count(*) from monitor.fct_cases") == [(0,)]
    assert town.ask("select count(*) from monitor.dim_generation") == [(1,)]


def test_all_unit_tests_of_the_models_pass(town: SmallTown) -> None:
    done = town.dbt("test", "--select", "test_type:unit")
    results = json.loads(Path(town.folder / "var" / "dbt" / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert done.returncode == 0, done.stdout
    statuses = [result["status"] for result in results if result["unique_id"].startswith("unit_test.")]
    assert len(statuses) >= 30
    assert set(statuses) == {"pass"}
