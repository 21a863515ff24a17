"""Faults as whoever types the command meets them: an exit code that tells the truth, and one sentence per mistake."""

from pathlib import Path

import pytest

from tests.faults.command import landed_town, papierwende, sentences
from tests.pipelines.run.lock_holder import held_by_another_process
from tests.towns import KEY, ROWS, deliver, key_file, lines, make_town


def test_a_missing_folder_is_a_matter_of_configuration(tmp_path: Path) -> None:
    done = papierwende(tmp_path, "run", str(tmp_path / "nowhere"))
    (said,) = sentences(done)
    assert (done.returncode, "nowhere: no such folder; make one with `papierwende init" in said) == (2, True)


def test_every_mistake_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", parameters={"targets": "metrik\n"}, privacy="staff_treshold = 5")
    done = papierwende(folder, "check", str(folder))
    said = sentences(done)
    assert done.returncode == 2
    assert "town.toml [privacy]: key 'staff_treshold' is unknown; the nearest is 'staff_threshold'." in said
    assert any(sentence.startswith("parameters/targets.csv line 1: column 'metrik' is unknown") for sentence in said)
    assert len(said) == len(set(said)) == 6


@pytest.mark.parametrize("fault", ["missing", "open"])
def test_a_key_that_cannot_be_used_is_a_matter_of_configuration(tmp_path: Path, fault: str) -> None:
    folder = make_town(tmp_path / "town")
    key = key_file(folder)
    if fault == "missing":
        key.unlink()
    else:
        key.chmod(0o644)
    done = papierwende(folder, "run", str(folder))
    (said,) = sentences(done)
    assert done.returncode == 2
    assert said.startswith(f"{key}: ")
    assert KEY.secret.hex() not in done.stderr


def test_a_missing_inbox_is_an_unreachable_source(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "inbox" / "portal").rmdir()
    done = papierwende(folder, "run", str(folder))
    (said,) = sentences(done)
    assert (done.returncode, said.startswith("Source 'portal': folder ")) == (5, True)


def test_a_second_run_is_busy(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    with held_by_another_process(folder):
        done = papierwende(folder, "run", str(folder))
    assert (done.returncode, sentences(done)) == (
        6,
        [f"{folder}: another run is active; wait until it ends, then run again."],
    )


def test_a_folder_that_cannot_be_written_is_a_matter_of_storage(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "var").rmdir()
    (folder / "var").write_text("a file where a folder must be", encoding="utf-8")
    done = papierwende(folder, "run", str(folder))
    (said,) = sentences(done)
    assert (done.returncode, str(folder / "var") in said, "MB free" in said) == (7, True, True)


def test_a_damaged_landed_file_is_a_matter_of_integrity(tmp_path: Path) -> None:
    folder = landed_town(tmp_path / "town")
    (path,) = (folder / "landing" / "portal").glob("*/events.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    done = papierwende(folder, "run", str(folder))
    (said,) = sentences(done)
    assert done.returncode == 8
    assert said.startswith(f"{path}: differs from its manifest; restore landing from the backup, or delete")


@pytest.mark.slow
def test_where_nothing_but_a_refused_file_came_nothing_is_published(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    deliver(folder, "a.csv", lines(*ROWS).replace("Vorgang", "Vorgangs_nr"))
    done = papierwende(folder, "run", str(folder), "--as-of", "2026-06-15")
    (said,) = sentences(done)
    assert (done.returncode, said.startswith("Source 'portal': a.csv: column")) == (4, True)
    assert not (folder / "current").exists()


@pytest.mark.parametrize(("scale", "bound"), [("0.0009", "0.001"), ("101", "100")])
def test_a_town_too_small_or_too_large_to_invent_is_told_the_bound(tmp_path: Path, scale: str, bound: str) -> None:
    done = papierwende(tmp_path, "demo", str(tmp_path / "demo"), "--scale", scale)
    assert done.returncode == 2
    assert f"equal to {bound} " in done.stderr
    assert not (tmp_path / "demo").exists()
