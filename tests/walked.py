"""Towns after their walk: the program run on them, and the invented town, made once for all workers of a test run."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

PROGRAM = Path(sys.executable).parent / "papierwende"
DEMO_DAY = "2026-10-31"


@dataclass(frozen=True)
class Walked:
    """A town after a run."""

    folder: Path
    environment: dict[str, str]
    exit_code: int
    said: str

    @property
    def database(self) -> Path:
        """The published file; the pages lie beside it."""
        return (self.folder / "current" / "papierwende.duckdb").resolve()

    @property
    def site(self) -> Path:
        """The published pages."""
        return self.database.parent / "site"

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query on the published file, in the town's zone."""
        return ask(self.database, query, *values)

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """The program on this town, in this town's environment."""
        return program(self.environment, *arguments, cwd=cwd)


def ask(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a query on a published file, in the town's zone."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'Europe/Berlin'; use monitor")
        return connection.execute(query, list(values)).fetchall()


def program(environment: dict[str, str], *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The installed program as a child process."""
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def environment_for(folder: Path) -> dict[str, str]:
    """An environment whose keys lie beside the towns, not in the user's home."""
    return {**os.environ, "XDG_CONFIG_HOME": str(folder / "keys"), "COLUMNS": "200", "NO_COLOR": "1"}


def made_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path, dict[str, str]], tuple[int, str]]
) -> Walked:
    """A town made by the first worker that asks; the others wait and share its folder.

    Args:
        name: tells it from other towns of the test run.
        make: makes the town in the folder it is given and walks it; returns the exit code and what was said.
    """
    own = tmp_path_factory.getbasetemp()
    base = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    base.mkdir(exist_ok=True)
    environment, outcome = environment_for(base), base / "outcome.json"
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not outcome.is_file():
            outcome.write_text(json.dumps(make(base / "town", environment)), encoding="utf-8")
    return Walked(base / "town", environment, *json.loads(outcome.read_text(encoding="utf-8")))


def invented(tmp_path_factory: pytest.TempPathFactory, scale: str) -> Walked:
    """The invented town of a scale after its first run."""

    def make(folder: Path, environment: dict[str, str]) -> tuple[int, str]:
        ran = program(environment, "demo", str(folder), "--scale", scale, "--as-of", DEMO_DAY)
        return ran.returncode, ran.stdout + ran.stderr

    return made_once(tmp_path_factory, f"demo-{scale}", make)
