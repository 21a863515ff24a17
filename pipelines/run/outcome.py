"""How a run ends: exit codes, and the sentences that go with them."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final

from pipelines.run.generation import published_generation

FULL_DISK: Final = tuple(os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT))
"""What messages say of a full disk."""
BOUNDS: Final = {
    "max_temp_directory_size": "the build may lay no more aside than [run] spill in town.toml",
    "Out of Memory Error": "the build may take no more memory than [run] memory in town.toml",
}
"""What DuckDB says of the bounds a build has, and what that means."""
# SQLite's errors do not say which of the system's errors they stand for.
STORAGE_OF_SQLITE: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)


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
    INTERRUPTED = 130


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
    except (OSError, ValueError, TypeError):
        return None


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step; a power failure leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(path.suffix + ".half")
    # A file name that is not UTF-8 may stand in a sentence.
    with half.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def interrupted(town_folder: Path, where: str, stood: str | None) -> Stop:
    """The stop of a run that somebody interrupted at a place of the walk, after generation `stood` was published."""
    stands = published_generation(town_folder)
    kept = "nothing was published, the last generation stays"
    if stands != stood:
        kept = f"generation {stands} was published already"
    return Stop(Exit.INTERRUPTED, f"Interrupted {where}; {kept}.")


@contextmanager
def storage_faults_stop(town_folder: Path) -> Iterator[None]:
    """Turn a full or read-only disk into one sentence.

    Raises:
        Stop: with exit 7, naming the path.
    """
    try:
        yield
    except Stop:
        raise
    except Exception as error:
        fault = storage_fault(error)
        if fault is None:
            raise
        # Of a copy or a renaming the second is the place that is written.
        where = getattr(error, "filename2", None) or getattr(error, "filename", None)
        where = os.fsdecode(where) if isinstance(where, str | bytes | os.PathLike) else str(town_folder)
        raise Stop(Exit.STORAGE, storage_sentence(where, fault)) from error


def storage_sentence(where: Path | str, fault: str) -> str:
    """Where the disk failed or a bound was reached, how, how much room is there and what to do."""
    if fault in BOUNDS.values():
        return f"{where}: {fault} ({_room(Path(where))}); raise it as far as the machine has more, then run again."
    return f"{where}: cannot be read or written, {fault} ({_room(Path(where))}); " + (
        "free space or correct its rights, then run again."
    )


def _room(place: Path) -> str:
    """The room on the disk of a place, or of the folder that would hold it, and of the temporary folder elsewhere."""
    there = next(path for path in (place, *place.absolute().parents) if os.path.exists(path))  # noqa: PTH110
    rooms = [f"{_free(there)} free"]
    # Where no temporary folder takes a file, Python names none.
    with suppress(FileNotFoundError):
        temporary = Path(tempfile.gettempdir())
        if temporary.stat().st_dev != there.stat().st_dev:
            rooms.append(f"{_free(temporary)} in {temporary}")
    return ", ".join(rooms)


def _free(there: Path) -> str:
    disk = os.statvfs(there)
    return "no file" if disk.f_files and not disk.f_favail else f"{disk.f_bavail * disk.f_frsize / 1e6:,.0f} MB"


def storage_fault(error: BaseException) -> str | None:
    """What an error says about the disk, None when neither it nor anything that led to it does."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF in STORAGE_OF_SQLITE:
            return str(cause)
        if full := told_of_disk(str(cause)):
            return full
        cause = cause.__cause__ or cause.__context__
    return None


def told_of_disk(message: str) -> str | None:
    """What a message says about a full disk or the bounds of a build, None when it says nothing of either."""
    full = next((words for words in FULL_DISK if words in message), None)
    return full or next((told for words, told in BOUNDS.items() if words in message), None)
