"""How a run ends: exit codes, and the sentences that go with them."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """What the program's exit code says."""

    PUBLISHED = 0
    CONFIGURATION = 2
    WARNINGS = 3
    GUARD = 4
    UNREACHABLE = 5
    BUSY = 6
    STORAGE = 7
    INTEGRITY = 8
    PRIVACY = 9
    INTERNAL = 70


class Stop(Exception):
    """The run ends here; the last generation stays.

    Attributes:
        exit_code: what to tell the shell.
        sentences: what, where, and what to do.
    """

    def __init__(self, exit_code: Exit, sentences: str | Iterable[str]) -> None:
        """Keep code and sentences; the message is all of them."""
        self.exit_code = exit_code
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass
class Outcome:
    """The last run of a town, as ``status`` tells it."""

    exit_code: int
    said: str
    as_of: str | None = None
    generation_id: str | None = None
    sentences: list[str] = field(default_factory=list)
    ended_at: str = ""


def utc_now() -> dt.datetime:
    """This moment in UTC without a zone, whole seconds."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def outcome_path(town_folder: Path) -> Path:
    """Where the last run's outcome stands."""
    return town_folder / "var" / "last_run.json"


def record(town_folder: Path, outcome: Outcome) -> None:
    """Write the outcome whole or not at all."""
    outcome.ended_at = utc_now().isoformat()
    write_whole(outcome_path(town_folder), json.dumps(asdict(outcome), indent=1, ensure_ascii=False))


def last_outcome(town_folder: Path) -> Outcome | None:
    """The last run's outcome, None before the first."""
    try:
        return Outcome(**json.loads(outcome_path(town_folder).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(path.suffix + ".half")
    # A file name that is not UTF-8 may stand in a sentence.
    half.write_text(text, encoding="utf-8", errors="backslashreplace")
    half.replace(path)


@contextmanager
def storage_told(town_folder: Path) -> Iterator[None]:
    """Turn a full or read-only disk into one sentence.

    Raises:
        Stop: with exit 7, naming the path.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or town_folder
        free = f"{os.statvfs(town_folder).f_bavail * os.statvfs(town_folder).f_frsize / 1e6:,.0f} MB free"
        raise Stop(
            Exit.STORAGE,
            f"{where}: cannot be read or written, {error.strerror or error} ({free}); "
            "free space or correct its rights, then run again.",
        ) from error
