"""Ctrl-C as a terminal sends it: one sentence, exit code 130, and nothing is left half done."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import runner
from pipelines.commands import start, try_file
from pipelines.run.outcome import Exit, Stop, interrupted, last_outcome
from sources.landing.landing import Landing
from tests.faults.command import PROGRAM
from tests.towns import ROWS, deliver, environment, key_file, lines, make_town


class _InterruptedHere:
    """Ctrl-C while the command line is loaded."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pipelines.commands.main":
            raise KeyboardInterrupt


def test_while_the_program_loads(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, "pipelines.commands.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_InterruptedHere(), *sys.meta_path])
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as ended:
            start.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.value.code, capsys.readouterr().err) == (130, "✗ Interrupted before anything was begun.\n")


@pytest.mark.slow
def test_a_run_ends_in_its_step_with_one_sentence(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    deliver(folder, "mueller.csv", lines(*ROWS))
    running = subprocess.Popen(
        [str(PROGRAM), "run", str(folder), "--as-of", "2026-06-15"],
        env={**environment(folder), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout
    # The guard needs seconds to load: it is at work when the line before it has been told.
    assert any(line.startswith("✓ admit") for line in running.stdout)
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=120)
    sentence = "Interrupted in step guard; nothing was published, the last generation stays."
    assert (running.returncode, said) == (130, f"✗ {sentence}\n")
    assert living(running.pid) == []
    outcome = last_outcome(folder)
    assert outcome is not None
    assert (outcome.exit_code, outcome.sentences) == (130, [sentence])
    assert naming(folder, "mueller.csv") == []
    landing = Landing(folder)
    landing.prepare()
    assert (list(landing.manifests()), list(landing.strays())) == ([], [])
    assert [path for path in landing.incoming.rglob("*") if path.is_file()] == []


def naming(folder: Path, name: str) -> list[Path]:
    """The files below ``var`` that a name stands in, as text."""
    files = [path for path in (folder / "var").rglob("*") if path.is_file()]
    return [path for path in files if name.encode() in path.read_bytes()]


def living(group: int) -> list[str]:
    """The processes of a group that did not end; one nobody asked about yet has ended all the same."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [args for pgid, stat, args in rows if int(pgid) == group and not stat.startswith("Z")]


def test_a_run_that_asks_its_sources_is_told_and_leaves_no_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_town(tmp_path / "town")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    deliver(folder, "mueller.csv", lines(*ROWS))
    monkeypatch.setattr(runner, "nothing_new", interrupt)
    with pytest.raises(Stop) as stopped:
        runner.run(folder, None)
    assert stopped.value.sentences == [
        "Interrupted outside of the steps; nothing was published, the last generation stays."
    ]
    outcome = last_outcome(folder)
    assert outcome is not None
    assert outcome.exit_code == stopped.value.exit_code == Exit.INTERRUPTED
    assert naming(folder, "mueller.csv") == []


def test_what_was_published_before_the_interrupt_is_named(tmp_path: Path) -> None:
    (tmp_path / "generations" / "2026-06-15-abc").mkdir(parents=True)
    (tmp_path / "current").symlink_to("generations/2026-06-15-abc")
    (sentence,) = interrupted(tmp_path, "in step publish", "2026-06-14-abc").sentences
    assert sentence == "Interrupted in step publish; generation 2026-06-15-abc was published already."


def test_a_trial_that_is_interrupted_leaves_no_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "export.csv"
    file.write_text(lines(*ROWS), encoding="utf-8")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(tmp_path / "key"))
    town = tmp_path / "trial"

    def half_made(folder: Path, *_given: object, **_named: object) -> None:
        folder.mkdir()
        (folder / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(try_file, "make_trial", half_made)
    with pytest.raises(Stop) as stopped:
        try_file.try_file(file, case="Vorgang", activity="Schritt", time="Zeitpunkt", into=town, yes=True)
    assert stopped.value.exit_code == Exit.INTERRUPTED
    assert stopped.value.sentences == [f"{file}: interrupted before its town was made; nothing of the file stays."]
    assert not town.exists()


IGNORED = """
import signal, sys
from pipelines.commands import start
sys.modules["pipelines.commands.main"] = type(sys)("cli")
sys.modules["pipelines.commands.main"].main = lambda: print(signal.getsignal(signal.SIGINT).__repr__())
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
start.main()
"""


@pytest.mark.parametrize(("given", "then"), [("SIG_IGN", "SIG_IGN"), ("default_int_handler", "_interrupt")])
def test_who_starts_the_program_may_have_it_ignore_interrupts(given: str, then: str) -> None:
    done = subprocess.run([sys.executable, "-c", IGNORED, given], capture_output=True, text=True, check=True)
    assert then in done.stdout


TWICE = """
import os, signal, sys, threading
from pathlib import Path
import polars as pl
from pipelines.commands import start
from pipelines.tools import trial
from pipelines.commands.main import app
signal.signal(signal.SIGINT, start._interrupt)

def looked_at_for_long(*_given):
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    rows = pl.DataFrame({"a": range(1_000_000)}).with_columns(b=pl.col("a").cast(pl.String))
    while True:
        rows.lazy().group_by("b").len().collect()

trial._admitted = looked_at_for_long
try:
    app(["try", sys.argv[1], "--case", "Vorgang", "--yes", "--into", sys.argv[2]], standalone_mode=False)
except BaseException as end:
    print(type(end).__name__, *getattr(end, "sentences", ()))
"""


def test_an_interrupt_that_polars_hands_on_twice_breaks_off_no_cleaning_up(tmp_path: Path) -> None:
    file, town = tmp_path / "export.csv", tmp_path / "trial"
    file.write_text(lines(*ROWS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TWICE, str(file), str(town)],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("interrupted before its town was made; nothing of the file stays.\n"), done.stderr
    assert not town.exists()
    assert list((tmp_path / "config" / "papierwende").iterdir()) == []


def test_a_trial_behind_a_link_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, real, link = tmp_path / "export.csv", tmp_path / "real", tmp_path / "link"
    file.write_text(lines(*ROWS), encoding="utf-8")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(tmp_path / "key"))
    real.mkdir()
    link.symlink_to(real)
    with pytest.raises(Stop):
        try_file.try_file(
            file, case="Vorgang", activity="Schritt", time="Zeitpunkt", intake="nonsense", into=link, yes=True
        )
    assert not real.exists()


def test_a_trial_on_a_full_disk_leaves_neither_town_nor_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, town = tmp_path / "export.csv", tmp_path / "trial"
    file.write_text(lines(*ROWS), encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def full(folder: Path, *_given: object, **_named: object) -> None:
        folder.mkdir()
        raise OSError(errno.ENOSPC, "No space left on device", str(file), None, str(folder / "export.csv"))

    monkeypatch.setattr(try_file, "make_trial", full)
    with pytest.raises(Stop) as stopped:
        try_file.try_file(file, case="Vorgang", activity="Schritt", time="Zeitpunkt", into=town, yes=True)
    (sentence,) = stopped.value.sentences
    assert stopped.value.exit_code == Exit.STORAGE
    assert sentence.startswith(f"{town / 'export.csv'}: cannot be read or written, No space left on device")
    assert not town.exists()
    assert list((tmp_path / "config" / "papierwende").iterdir()) == []


def interrupt(*_given: object) -> None:
    raise KeyboardInterrupt
