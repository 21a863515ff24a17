"""The models are parsed once for all towns of a user, whatever dbt leaves behind."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop, storage_faults_stop
from pipelines.run.settings import project_root
from pipelines.walk import parsed
from pipelines.walk.dbt_program import CHILD, environment
from pipelines.walk.parsed import PARTIAL_PARSE, models_of, parsed_models

DBT = """
import os, pathlib, time
target = pathlib.Path(os.environ["DBT_TARGET_PATH"])
with open({calls!r}, "a") as calls:
    calls.write("parsed\\n")
time.sleep(0.2)
(target / "manifest.json").write_text('{{"nodes": {{}}}}')
(target / "partial_parse.msgpack").write_text("parsed")
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town's folder beside a dbt that writes the smallest manifest, and a cache of its own."""
    use(tmp_path, monkeypatch, DBT.format(calls=str(tmp_path / "calls")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "town"


def use(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a program be dbt."""
    (folder / "dbt.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(parsed, "CHILD", (str(folder / "dbt.py"),))


def calls(town: Path) -> int:
    return len((town.parent / "calls").read_text(encoding="utf-8").splitlines())


def kept(town: Path, kind: str = "json") -> list[Path]:
    return sorted((town.parent / "cache" / "papierwende" / "parsed").glob(f"*.{kind}"))


def test_what_is_parsed_for_one_town_is_there_for_the_next(town: Path) -> None:
    assert models_of(town) == models_of(town.parent / "other town") == parsed_models(None) == {"nodes": {}}
    assert calls(town) == 1
    assert (town.parent / "other town" / "var" / "dbt" / PARTIAL_PARSE).read_text(encoding="utf-8") == "parsed"


def test_what_dbt_parsed_is_left_for_the_build_and_nothing_else(town: Path) -> None:
    models_of(town)
    assert [path.name for path in (town / "var" / "dbt").iterdir()] == [PARTIAL_PARSE]
    assert [path.suffix for path in kept(town, "*")] == [".json", ".msgpack"]


def test_what_a_build_wrote_since_is_left_alone(town: Path) -> None:
    models_of(town)
    own = town / "var" / "dbt" / PARTIAL_PARSE
    own.write_text("by a build", encoding="utf-8")
    models_of(town)
    assert own.read_text(encoding="utf-8") == "by a build"


def test_half_a_manifest_of_dbt_hurts_nobody(town: Path) -> None:
    models_of(town)
    (town / "var" / "dbt" / "manifest.json").write_text('{"nodes": {"mod', encoding="utf-8")
    assert models_of(town) == {"nodes": {}}
    assert calls(town) == 1


def test_a_copy_that_is_not_whole_is_parsed_anew(town: Path) -> None:
    models_of(town)
    (path,) = kept(town)
    path.write_text('{"nodes": {"mod', encoding="utf-8")
    assert models_of(town) == {"nodes": {}}
    assert calls(town) == 2


def test_other_program_versions_are_parsed_anew_and_the_last_ones_kept(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        monkeypatch.setattr(parsed, "program_version", lambda number=number: f"0.1.0+{number}")
        models_of(town)
        for path in kept(town, "*"):
            os.utime(path, (path.stat().st_mtime - 10,) * 2)
    assert calls(town) == 6
    assert [path.stem for path in kept(town)] == [f"0.1.0+{number}" for number in range(2, 6)]
    assert [path.stem for path in kept(town, "msgpack")] == [path.stem for path in kept(town)]


def test_two_that_load_the_models_at_once_parse_them_once(town: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        manifests = list(pool.map(models_of, (town, town.parent / "other town")))
    assert manifests == [{"nodes": {}}, {"nodes": {}}]
    assert calls(town) == 1


def test_where_the_user_has_no_cache_the_town_has_one(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a service whose account has no home: nothing can be made below a file."""
    (town.parent / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(town.parent / "file"))
    monkeypatch.setenv("HOME", str(town.parent / "file"))
    assert models_of(town) == models_of(town) == {"nodes": {}}
    assert calls(town) == 1
    assert list((town / "var" / "dbt" / "parsed").glob("*.json"))


def test_models_that_do_not_parse_say_what_dbt_says(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(town.parent, monkeypatch, "raise SystemExit('Compilation Error: no such macro')")
    with pytest.raises(Stop) as stopped:
        models_of(town)
    assert stopped.value.exit_code == Exit.INTERNAL
    assert stopped.value.sentences == ["The models do not parse: Compilation Error: no such macro"]


def test_a_disk_that_fills_while_models_are_parsed_is_told_as_that(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(town.parent, monkeypatch, "raise SystemExit('OSError: [Errno 28] No space left on device')")
    with pytest.raises(Stop) as stopped, storage_faults_stop(town):
        models_of(town)
    (sentence,) = stopped.value.sentences
    assert stopped.value.exit_code == Exit.STORAGE
    assert "cannot be read or written, No space left on device" in sentence


def test_the_real_dbt_takes_for_one_town_what_it_parsed_for_another(tmp_path: Path) -> None:
    models_of(tmp_path / "one")
    other = tmp_path / "other"
    models_of(other)
    with environment(other, other / "var" / "build", other / "var" / "dbt", "Europe/Berlin"):
        os.environ["DBT_LOG_LEVEL_FILE"] = "debug"
        command = [sys.executable, *CHILD, "parse", "--project-dir", str(project_root()), "--quiet"]
        subprocess.run(command, cwd=project_root(), check=True)
    log = (other / "var" / "dbt" / "dbt.log").read_text(encoding="utf-8")
    assert "Partial parsing enabled: 0 files deleted, 0 files added, 0 files changed." in log
