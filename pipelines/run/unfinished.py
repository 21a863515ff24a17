"""The day of a run that began and did not end: the same command, given again, takes up the same day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines.run.outcome import write_whole


def begun(town_folder: Path, day: dt.date) -> None:
    """Note the day before anything lands."""
    write_whole(_path(town_folder), day.isoformat() + "\n")


def ended(town_folder: Path) -> None:
    """A generation stands: nothing is unfinished."""
    _path(town_folder).unlink(missing_ok=True)


def unfinished_day(town_folder: Path) -> dt.date | None:
    """The day of the run that did not end, None where none is known."""
    try:
        return dt.date.fromisoformat(_path(town_folder).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def _path(town_folder: Path) -> Path:
    return town_folder / "var" / "unfinished_day"
