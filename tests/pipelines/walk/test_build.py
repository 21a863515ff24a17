"""What a build that broke says of itself, and what dbt is told while it works."""

import json
import os
from pathlib import Path

import pytest

from pipelines.run.bounds import Bounds
from pipelines.run.outcome import Exit
from pipelines.walk import build
from pipelines.walk.build import Workshop


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop whose models are none."""
    monkeypatch.setattr(build, "models_of", lambda _: {"nodes": {}})
    made = Workshop(tmp_path / "town")
    made.target.mkdir(parents=True)
    return made


def test_the_environment_is_dbts_only_while_dbt_works(workshop: Workshop) -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), workshop.environment("Europe/Lisbon", Bounds(4_000_000_000, 9_000_000)):
        assert os.environ["PAPIERWENDE_TIMEZONE"] == "Europe/Lisbon"
        assert (os.environ["PAPIERWENDE_BUILD_MEMORY"], os.environ["PAPIERWENDE_BUILD_SPILL"]) == ("4000MB", "9MB")
        raise ZeroDivisionError
    assert dict(os.environ) == before


def test_a_full_disk_and_a_bound_that_is_reached_are_told_apart(workshop: Workshop) -> None:
    broke = {"unique_id": "model.x", "status": "error", "failures": None}
    for message, said in (
        ("IO Error: Could not write file 'x': No space left on device", "cannot be read or written, No space left"),
        (
            "Out of Memory Error: failed to offload data block. This limit was set by the 'max_temp_directory_size' setting.",
            "the build may lay no more aside than [run] spill in town.toml (",
        ),
        (
            "Out of Memory Error: could not allocate block of size 256.0 KiB (95.3 MiB/95.3 MiB used)",
            "the build may take no more memory than [run] memory in town.toml (",
        ),
    ):
        results = json.dumps({"results": [{**broke, "message": message}]})
        (workshop.target / "run_results.json").write_text(results, encoding="utf-8")
        code, (sentence,) = workshop.failures()
        assert code == Exit.STORAGE
        assert sentence.startswith(f"{workshop.build_file.parent}: {said}")


def test_a_disk_that_fills_before_the_first_result_is_told_as_that(workshop: Workshop) -> None:
    (workshop.target / "dbt.log").write_text("OSError: [Errno 28] No space left on device\n", encoding="utf-8")
    code, (sentence,) = workshop.failures()
    assert code == Exit.STORAGE and "No space left on device" in sentence


def test_half_a_result_of_dbt_is_told_as_a_build_that_broke(workshop: Workshop) -> None:
    (workshop.target / "run_results.json").write_text('{"results": [{"uni', encoding="utf-8")
    code, (sentence,) = workshop.failures()
    assert code == Exit.INTERNAL
    assert sentence.startswith("dbt broke before its first model; ")
