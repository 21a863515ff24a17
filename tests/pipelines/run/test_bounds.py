"""What a build may take of a machine: a share by itself, what the town says, never more than there is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipelines.run.bounds import bounds_of
from pipelines.run.outcome import Stop
from pipelines.run.settings import town_at
from tests.towns import make_town

PHYSICAL = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def town(folder: Path, *run: str):
    made = make_town(folder / "town")
    path = made / "town.toml"
    said = path.read_text(encoding="utf-8").replace("[run]\n", "\n".join(("[run]", *run, "")))
    path.write_text(said, encoding="utf-8")
    return town_at(made)


def test_without_a_wish_half_of_the_memory_and_most_of_the_free_disk(tmp_path: Path) -> None:
    bounds = bounds_of(town(tmp_path))
    assert 0 < bounds.memory <= PHYSICAL / 2 * 1.01
    assert bounds.spill == pytest.approx(shutil.disk_usage(tmp_path).free * 0.9, rel=0.01)
    assert bounds.notes == ()


def test_what_the_town_says_holds(tmp_path: Path) -> None:
    bounds = bounds_of(town(tmp_path, 'memory = "300MB"', 'spill = "1.5 GB"'))
    assert (bounds.memory, bounds.spill, bounds.notes) == (300_000_000, 1_500_000_000, ())
    assert bounds.settings(tmp_path) == {
        "memory_limit": "300MB", "temp_directory": str(tmp_path), "max_temp_directory_size": "1500MB",
    }  # fmt: skip


def test_more_than_there_is_is_cut_and_told(tmp_path: Path) -> None:
    bounds = bounds_of(town(tmp_path, 'memory = "90TB"', 'spill = "90000TB"'))
    assert bounds.memory < PHYSICAL and bounds.spill < shutil.disk_usage(tmp_path).free
    memory, spill = bounds.notes
    assert "town.toml: [run] memory is 90000000MB and this machine can spare " in memory
    assert "[run] spill is 90000000000MB" in spill


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('"4 potatoes"', "'4 potatoes' is no amount; write a number and MB, GB or TB, such as '4GB'"),
        ("4", "4 is no amount"),
        ('"-1GB"', "'-1GB' is no amount"),
        ('"80 %"', "'80 %' is no amount"),
        ('"1MB"', "'1MB' is too little for any build; write at least '256MB'"),
    ],
)
def test_what_is_no_amount_is_one_sentence(tmp_path: Path, said: str, why: str) -> None:
    with pytest.raises(Stop) as stopped:
        town(tmp_path, f"memory = {said}")
    (sentence,) = stopped.value.sentences
    assert why in sentence and "memory" in sentence
