"""The parsed models: dbt's manifest, made once per program version and shared by all towns of a user."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pipelines.run.outcome import Exit, Stop, told_of_disk, write_whole
from pipelines.run.settings import program_version, project_root
from pipelines.walk.dbt_program import CHILD, environment

PARTIAL_PARSE: Final = "partial_parse.msgpack"
# Of so many program versions: more than one may be installed.
_KEPT: Final = 4
# Towns of other zones parse what mentions theirs again, which is little.
_TIMEZONE: Final = "Europe/Berlin"


def models_of(town_folder: Path) -> dict[str, Any]:
    """Dbt's manifest of the models; what dbt parsed lies in the town's folder for its builds.

    Raises:
        Stop: with exit 70 when the models do not parse.
        OSError: the disk is full.
    """
    target = town_folder / "var" / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    with _cache(target) as cache:
        manifest, parsed = _held(cache)
        own = target / PARTIAL_PARSE
        if parsed.exists() and (not own.exists() or own.stat().st_mtime < parsed.stat().st_mtime):
            shutil.copy2(parsed, own)
    return manifest


def parsed_models(town_folder: Path | None) -> dict[str, Any]:
    """Dbt's manifest of the models, with a town or without."""
    with TemporaryDirectory() as nowhere:
        return models_of(town_folder or Path(nowhere))


def primary_keys(town_folder: Path) -> dict[str, list[str]]:
    """The columns of each table's primary key, as its ``.yml`` says them."""
    return {
        node["name"]: constraint["columns"]
        for node in models_of(town_folder)["nodes"].values()
        if node["resource_type"] == "model"
        for constraint in node["constraints"]
        if constraint["type"] == "primary_key"
    }


@contextmanager
def _cache(target: Path) -> Iterator[Path]:
    """The folder of what was parsed, for one process at a time: the user's, where there is none the town's."""
    for folder in (*_of_the_user(), target / "parsed"):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (folder / "lock").open("w")
            break
    else:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    with lock:
        # The web server, the daemon and runs of several towns may load the models at once: one of them parses.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _of_the_user() -> Iterator[Path]:
    if named := os.environ.get("XDG_CACHE_HOME"):
        yield Path(named) / "papierwende" / "parsed"
    # An account without a home has no cache.
    with suppress(RuntimeError):
        yield Path.home() / ".cache" / "papierwende" / "parsed"


def _held(cache: Path) -> tuple[dict[str, Any], Path]:
    """The manifest of this program version, and where the rest of what dbt parsed lies."""
    path = cache / f"{program_version()}.json"
    parsed = path.with_suffix(".msgpack")
    if (manifest := whole_json(path)) is None:
        text = _parse(cache, parsed)
        write_whole(path, text)
        manifest = json.loads(text)
        _drop_old(cache)
    return manifest, parsed


def _parse(cache: Path, parsed: Path) -> str:
    """Parse the models in a folder of its own, as a build may be at work."""
    with TemporaryDirectory(dir=cache) as made:
        target = Path(made) / "target"
        target.mkdir()
        command = [sys.executable, *CHILD, "parse", "--project-dir", str(project_root()), "--quiet"]
        with environment(Path(made), Path(made), target, _TIMEZONE):
            done = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, check=False)
        if told_of_disk(done.stdout + done.stderr):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(cache))
        if done.returncode != 0:
            raise Stop(Exit.INTERNAL, f"The models do not parse: {(done.stdout + done.stderr).strip()[-2000:]}")
        with suppress(FileNotFoundError):
            (target / PARTIAL_PARSE).replace(parsed)
        return (target / "manifest.json").read_text(encoding="utf-8")


def _drop_old(cache: Path) -> None:
    """Leave the newest versions."""
    by_age = sorted(cache.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[_KEPT:]:
        path.unlink()
        path.with_suffix(".msgpack").unlink(missing_ok=True)


def whole_json(path: Path) -> dict[str, Any] | None:
    """What a file holds, None when it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
