"""The lock: one run at a time in a town's folder, told within a second, and gone with the process that held it."""

import time
from pathlib import Path

import pytest

from pipelines import runner
from pipelines.run import lock
from pipelines.run.outcome import Exit, Stop
from tests.pipelines.run.lock_holder import held_by_another_process
from tests.towns import key_file, make_town


def refusal(folder: Path) -> Stop:
    with pytest.raises(Stop) as stopped:
        lock.take(folder)
    return stopped.value


def test_a_second_process_is_refused_within_a_second(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path):
        started = time.monotonic()
        stop = refusal(tmp_path)
        assert time.monotonic() - started < 1
    assert stop.exit_code == Exit.BUSY
    assert stop.sentences == [f"{tmp_path}: another run is active; wait until it ends, then run again."]


def test_a_second_run_is_refused_within_a_second_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_town(tmp_path / "town")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    with held_by_another_process(folder):
        before = sorted(folder.rglob("*"))
        started = time.monotonic()
        with pytest.raises(Stop) as stopped:
            runner.run(folder, None)
        assert time.monotonic() - started < 1
        assert sorted(folder.rglob("*")) == before
    assert stopped.value.exit_code == Exit.BUSY


def test_a_process_that_was_killed_holds_no_lock(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as holder:
        holder.kill()
        holder.wait()
        with lock.locked(tmp_path):
            pass


def test_the_holder_may_ask_again(tmp_path: Path) -> None:
    with lock.locked(tmp_path):
        lock.take(tmp_path)


def test_the_lock_is_given_back_when_the_block_ends_even_badly(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.locked(tmp_path):
        _ = 1 / 0
    with held_by_another_process(tmp_path):
        assert refusal(tmp_path).exit_code == Exit.BUSY


def test_two_towns_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path / "a"), lock.locked(tmp_path / "b"):
        pass


def test_giving_back_what_is_not_held_does_no_harm(tmp_path: Path) -> None:
    lock.drop(tmp_path)


@pytest.mark.parametrize("blocked", ["var", "var/lock"])
def test_a_folder_that_cannot_be_written_is_a_matter_of_storage(tmp_path: Path, blocked: str) -> None:
    path = tmp_path / blocked
    if blocked == "var":
        path.write_text("a file where a folder must be", encoding="utf-8")
    else:
        path.mkdir(parents=True)
    stop = refusal(tmp_path)
    assert stop.exit_code == Exit.STORAGE
    (said,) = stop.sentences
    assert str(path) in said
    assert "MB free" in said
    assert "then run again." in said
