"""The command line's log of events tells what Dagster's own does: the same events, parents and checked versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.run.event_log import EventLog
from pipelines.runner import SETTINGS

POINTER = "dagster/input_event_pointer/"
KINDS = (dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_CHECK_EVALUATION)


@dg.multi_asset(
    name="build",
    specs=[dg.AssetSpec("first", deps=["outside"]), dg.AssetSpec("second", deps=["first"])],
    check_specs=[dg.AssetCheckSpec("holds", asset="second")],
)
def build() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    yield dg.MaterializeResult("first")
    yield dg.MaterializeResult("second")
    yield dg.AssetCheckResult(asset_key="second", check_name="holds", passed=True)


DEFINITIONS = dg.Definitions(assets=[build], jobs=[dg.define_asset_job("walk", dg.AssetSelection.assets(build))])


@pytest.fixture(params=["Dagster's", "ours"])
def instance(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dg.DagsterInstance]:
    """An instance with Dagster's log and one with ours: what a test claims holds for both."""
    settings = "telemetry:\n  enabled: false\n"
    if request.param == "ours":
        settings += SETTINGS.format(history=tmp_path / "runs")
    (tmp_path / "dagster.yaml").write_text(settings, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as opened:
        assert isinstance(opened.event_log_storage, EventLog) is (request.param == "ours")
        yield opened


def told(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str, object]]:
    """What a run wrote of assets: kind, asset, and which of the materializations it stands on."""
    first = instance.fetch_materializations(dg.AssetKey("first"), limit=1).records[0].storage_id
    second = instance.fetch_materializations(dg.AssetKey("second"), limit=1).records[0]
    said: list[tuple[str, str, object]] = []
    for entry in instance.all_logs(run_id, of_type=set(KINDS)):
        event = entry.get_dagster_event()
        if event.event_type is KINDS[0]:
            tags = event.step_materialization_data.materialization.tags or {}
            pointers = {name.removeprefix(POINTER): value for name, value in tags.items() if name.startswith(POINTER)}
            said.append(("materialized", event.asset_key.to_user_string(), pointers))
            assert set(pointers.values()) <= {str(first), "NULL"}
        else:
            target = event.asset_check_evaluation_data.target_materialization_data
            said.append(("checked", event.asset_check_evaluation_data.asset_key.to_user_string(), target is not None))
            assert target.storage_id == second.storage_id
            assert target.run_id == run_id
    return [(kind, asset, what if kind == "checked" else sorted(what)) for kind, asset, what in said]


def test_each_model_points_to_what_its_parents_became_in_the_same_run(instance: dg.DagsterInstance) -> None:
    for _ in range(2):
        ran = DEFINITIONS.resolve_job_def("walk").execute_in_process(instance=instance)
        assert told(instance, ran.run_id) == [
            ("materialized", "first", ["outside"]),
            ("materialized", "second", ["first"]),
            ("checked", "second", True),
        ]


def test_an_asset_nobody_made_in_this_process_is_read_from_the_disk(instance: dg.DagsterInstance) -> None:
    keys = [dg.AssetKey("first"), dg.AssetKey("elsewhere")]
    assert instance.get_asset_records(keys) == []
    DEFINITIONS.resolve_job_def("walk").execute_in_process(instance=instance)
    assert [record.asset_entry.asset_key for record in instance.get_asset_records(keys)] == [dg.AssetKey("first")]
    (record,) = instance.get_asset_records(keys[:1])
    assert record.asset_entry.last_materialization is not None
    assert {each.asset_entry.asset_key.to_user_string() for each in instance.get_asset_records()} == {"first", "second"}
