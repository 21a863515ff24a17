"""The manifest Dagster reads survives whatever dbt leaves behind."""

import json
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop, storage_told
from pipelines.walk import build
from pipelines.walk.build import Workshop

DBT = """#!/bin/sh
echo parsed >> "$DBT_TARGET_PATH/calls"
echo '{"nodes": {}}' > "$DBT_TARGET_PATH/manifest.json"
"""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop whose dbt writes the smallest manifest."""
    dbt = tmp_path / "dbt"
    dbt.write_text(DBT, encoding="utf-8")
    dbt.chmod(0o755)
    monkeypatch.setattr(build, "dbt_executable", lambda: dbt)
    monkeypatch.setattr(
        Workshop, "prepare_environment", lambda self: monkeypatch.setenv("DBT_TARGET_PATH", str(self.target))
    )
    return Workshop(tmp_path / "town")


def calls(workshop: Workshop) -> int:
    return len((workshop.target / "calls").read_text(encoding="utf-8").splitlines())


def test_half_a_manifest_of_dbt_hurts_nobody(workshop: Workshop) -> None:
    workshop.manifest()
    (workshop.target / "manifest.json").write_text('{"nodes": {"mod', encoding="utf-8")
    assert json.loads(workshop.manifest().read_text(encoding="utf-8")) == {"nodes": {}}
    assert calls(workshop) == 1


def test_a_copy_that_is_not_whole_is_parsed_anew(workshop: Workshop) -> None:
    path = workshop.manifest()
    path.write_text('{"nodes": {"mod', encoding="utf-8")
    assert json.loads(workshop.manifest().read_text(encoding="utf-8")) == {"nodes": {}}
    assert calls(workshop) == 2


def test_another_program_version_is_parsed_anew_and_leaves_one_copy(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.manifest()
    monkeypatch.setattr(build, "program_version", lambda: "another")
    assert workshop.manifest().name == "another.json"
    assert [path.name for path in workshop.parsed.iterdir()] == ["another.json"]


def test_a_disk_that_fills_while_models_are_parsed_is_told_as_that(workshop: Workshop) -> None:
    build.dbt_executable().write_text("#!/bin/sh\necho 'OSError: [Errno 28] No space left on device'\nexit 2\n")
    with pytest.raises(Stop) as stopped, storage_told(workshop.town_folder):
        workshop.manifest()
    (sentence,) = stopped.value.sentences
    assert stopped.value.exit_code == Exit.STORAGE
    assert f"{workshop.target}: cannot be read or written, No space left on device" in sentence


def test_half_a_result_of_dbt_is_told_as_a_build_that_broke(workshop: Workshop) -> None:
    workshop.manifest()
    (workshop.target / "run_results.json").write_text('{"results": [{"uni', encoding="utf-8")
    code, (sentence,) = workshop.failures()
    assert code == Exit.INTERNAL
    assert sentence.startswith("dbt broke before its first model; ")
