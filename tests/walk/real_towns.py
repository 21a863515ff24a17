"""Towns made of files that real towns sent, after their run; the files lie beside the project, not in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.towns import environment, make_town
from tests.walk.conftest import SHARED
from tests.walked import Walked, program

REAL_FILES = SHARED / "real_files"


def real_town(
    folder: Path,
    sources: Iterable[str],
    as_of: str,
    *,
    parts: Iterable[str] = (),
    parameters: Mapping[str, str] | None = None,
    files: Mapping[str, str | Path] | None = None,
    delivered_at: int | None = None,
) -> Walked:
    """A town with thresholds off that took some of the files; the test is skipped where they are not.

    Args:
        folder: where to make it.
        sources: its ``[[source]]`` tables.
        as_of: the day it runs for.
        parts: folders of real files whose inboxes it gets whole.
        parameters: as ``make_town`` takes them.
        files: further deliveries by their place in the inbox: a text, or a file to be copied.
        delivered_at: the time all deliveries bear.
    """
    make_town(folder, "\n".join(sources), parameters, privacy="thresholds_off = true")
    inbox = folder / "inbox"
    for part in parts:
        shutil.copytree(REAL_FILES / part / "inbox", inbox, dirs_exist_ok=True)
    for place, content in (files or {}).items():
        if isinstance(content, Path):
            shutil.copy(content, inbox / place)
        else:
            (inbox / place).write_text(content, encoding="utf-8")
    for file in inbox.rglob("*") if delivered_at else ():
        os.utime(file, (delivered_at, delivered_at))
    ran = program(environment(folder), "run", str(folder), "--as-of", as_of)
    return Walked(folder, environment(folder), ran.returncode, ran.stdout + ran.stderr)


def source_of(part: str) -> str:
    """The ``[[source]]`` of a folder of real files; the test is skipped where there is none."""
    if not REAL_FILES.is_dir():
        pytest.skip("the shared reference data are not beside this checkout")
    return (REAL_FILES / part / "source.toml").read_text(encoding="utf-8")
