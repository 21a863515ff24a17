"""A run that was killed is healed by the same command, whatever day it speaks for; another early day stays refused."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop
from pipelines.run.run import begin
from pipelines.run.unfinished import begun, ended, unfinished_day
from tests.faults.command import landed_town
from tests.faults.published import published_town
from tests.towns import NOW, key_file

# The newest record of what landed is of 5 March.
EARLY, OTHER = dt.date(2026, 3, 1), dt.date(2026, 3, 2)


def refused(folder: Path, day: dt.date) -> bool:
    try:
        begin(folder, day, NOW)
    except Stop as stop:
        assert (stop.exit_code, "have landed, which that day could not know" in stop.sentences[0]) == (
            Exit.CONFIGURATION,
            True,
        )
        return True
    return False


def test_the_day_of_a_run_that_did_not_end_may_be_given_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = landed_town(tmp_path / "town")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    assert refused(folder, EARLY)
    begun(folder, EARLY)
    assert (refused(folder, EARLY), refused(folder, OTHER)) == (False, True)
    ended(folder)
    assert unfinished_day(folder) is None
    assert refused(folder, EARLY)
    (folder / "var" / "unfinished_day").write_bytes(b"\xff\xfe")
    assert refused(folder, EARLY)


def test_the_day_of_the_generation_that_stands_may_be_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = published_town(tmp_path / "town")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    assert (folder / "current").resolve().name.startswith("2026-06-15")
    assert not refused(folder, dt.date(2026, 6, 15))
    assert refused(folder, EARLY)
