"""The manifest Dagster reads survives whatever dbt leaves behind."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop, storage_faults_stop
from pipelines.walk import build
from pipelines.walk.build import Workshop

DBT = """#!/bin/sh
echo parsed >> "$DBT_TARGET_PATH/../calls"
sleep 0.2
echo '{"nodes": {}}' > "$DBT_TARGET_PATH/manifest.json"
touch "$DBT_TARGET_PATH/partial_parse.msgpack"
"""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop whose dbt writes the smallest manifest."""
    dbt = tmp_path / "dbt"
    dbt.write_text(DBT, encoding="utf-8")
    dbt.chmod(0o755)
    monkeypatch.setattr(build, "dbt_executable", lambda: dbt)
    return Workshop(tmp_path / "town")


def calls(workshop: Workshop) -> int:
    return len((workshop.target / "calls").read_text(encoding="utf-8").splitlines())


def test_half_a_manifest_of_dbt_hurts_nobody(workshop: Workshop) -> None:
    workshop.manifest()
    (workshop.target / "manifest.json").write_text('{"nodes": {"mod', encoding="utf-8")
    assert workshop.manifest() == {"nodes": {}}
    assert calls(workshop) == 1


def test_a_copy_that_is_not_whole_is_parsed_anew(workshop: Workshop) -> None:
    workshop.manifest()
    (path,) = workshop.parsed.glob("*.json")
    path.write_text('{"nodes": {"mod', encoding="utf-8")
    assert workshop.manifest() == {"nodes": {}}
    assert calls(workshop) == 2


def test_another_program_version_is_parsed_anew_and_leaves_one_copy(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.manifest()
    monkeypatch.setattr(build, "program_version", lambda: "another")
    workshop.manifest()
    assert [path.name for path in workshop.parsed.glob("*.json")] == ["another.json"]


def test_two_that_load_the_models_at_once_parse_them_once(workshop: Workshop) -> None:
    with ThreadPoolExecutor(2) as pool:
        manifests = list(pool.map(lambda _: workshop.manifest(), range(2)))
    assert manifests == [{"nodes": {}}, {"nodes": {}}]
    assert calls(workshop) == 1


def test_what_dbt_parsed_is_left_for_the_build_and_nothing_else(workshop: Workshop) -> None:
    workshop.manifest()
    left = {path.name for path in workshop.target.iterdir()}
    assert left == {"calls", "parsed", "partial_parse.msgpack"}


def test_the_environment_is_dbts_only_while_dbt_works(workshop: Workshop) -> None:
    before = dict(os.environ)
    workshop.manifest()
    with pytest.raises(ZeroDivisionError), workshop.environment(workshop.target, "Europe/Lisbon"):
        assert os.environ["PAPIERWENDE_TIMEZONE"] == "Europe/Lisbon"
        raise ZeroDivisionError
    assert dict(os.environ) == before


def test_a_disk_that_fills_while_models_are_parsed_is_told_as_that(workshop: Workshop) -> None:
    build.dbt_executable().write_text("#!/bin/sh\necho 'OSError: [Errno 28] No space left on device'\nexit 2\n")
    with pytest.raises(Stop) as stopped, storage_faults_stop(workshop.town_folder):
        workshop.manifest()
    (sentence,) = stopped.value.sentences
    assert stopped.value.exit_code == Exit.STORAGE
    assert f"{workshop.target}: cannot be read or written, No space left on device" in sentence


def test_a_disk_that_fills_while_models_are_built_is_told_as_that(workshop: Workshop) -> None:
    workshop.manifest()
    broke = {"unique_id": "model.x", "status": "error", "failures": None}
    for message in (
        "IO Error: Could not write file 'x': No space left on device",
        "Out of Memory Error: failed to offload data block. This limit was set by the 'max_temp_directory_size' setting.",
    ):
        results = json.dumps({"results": [{**broke, "message": message}]})
        (workshop.target / "run_results.json").write_text(results, encoding="utf-8")
        code, (sentence,) = workshop.failures()
        assert code == Exit.STORAGE
        assert sentence.startswith(
            f"{workshop.build_file.parent}: cannot be read or written, No space left on device ("
        )


def test_a_disk_that_fills_before_the_first_result_is_told_as_that(workshop: Workshop) -> None:
    workshop.manifest()
    (workshop.target / "dbt.log").write_text("OSError: [Errno 28] No space left on device\n", encoding="utf-8")
    code, (sentence,) = workshop.failures()
    assert code == Exit.STORAGE and "No space left on device" in sentence


def test_half_a_result_of_dbt_is_told_as_a_build_that_broke(workshop: Workshop) -> None:
    workshop.manifest()
    (workshop.target / "run_results.json").write_text('{"results": [{"uni', encoding="utf-8")
    code, (sentence,) = workshop.failures()
    assert code == Exit.INTERNAL
    assert sentence.startswith("dbt broke before its first model; ")
