"""What the town remembers of FIT-Connect, which lists no cases: their numbers, and how far each one's log was taken.

Three files that name nobody. ``cases.csv``: a case was first heard of, or is gone at the source; whatever landed.
``taken.csv``: how many entries of a case's log were taken, and with which watermark. It counts only once that watermark
has landed: at the next pull all that stands above the landed one is forgotten, and asked for again. ``resume``: the
case a pull that ran out of time was to ask next; only about fairness, so it holds whatever landed.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sources.connectors.fitconnect.tokens import PRINT, UUID
from sources.storage.parquet_file import write_whole

# So many entries before the taken ones are asked for again, to see that the log is still the same.
OVERLAP: Final = 5
# A submission's last event is its deletion; and of a case that is silent for long no event is awaited either.
LAST_EVENT, QUIET_AFTER, SILENT_AFTER = "delete-", dt.timedelta(days=30), dt.timedelta(days=90)
RARELY_DAYS: Final = 30
KNOWN, GONE = "known", "gone"
SPARE_LINES: Final = 1000


@dataclass(frozen=True)
class Taken:
    """How far the log of a case was taken.

    Attributes:
        entries: so many from its beginning, believed or not.
        newest_at: time of the newest event, UTC without a zone; None before the first.
        newest_event: such as ``accept-submission``.
        tail: fingerprints of the last entries, at most ``OVERLAP``.
    """

    entries: int = 0
    newest_at: dt.datetime | None = None
    newest_event: str = ""
    tail: tuple[str, ...] = ()

    def line(self, watermark: str, case: str) -> str:
        """As it stands in the ledger."""
        newest = self.newest_at.isoformat() if self.newest_at else ""
        return ",".join((watermark, case, str(self.entries), newest, self.newest_event, " ".join(self.tail)))


class Ledger:
    """The memory of one source; every line is on the disk before anything is done that rests on it."""

    def __init__(self, folder: Path) -> None:
        """Read the cases; how far they were taken is known after ``roll_back``."""
        self._cases, self._taken = _LineFile(folder / "cases.csv"), _LineFile(folder / "taken.csv")
        self._resume = folder / "resume"
        self.first_heard: dict[str, dt.datetime] = {}
        self.gone: set[str] = set()
        self.taken: dict[str, Taken] = {}
        for line in self._cases.read():
            if noted := _noted(line):
                case, at, what = noted
                self.first_heard.setdefault(case, at)
                self.gone.update([case] if what == GONE else [])

    def learn(self, cases: Iterable[str], now: dt.datetime) -> None:
        """Cases that were heard of; known ones stay as they are."""
        new = [case for case in dict.fromkeys(cases) if case not in self.first_heard]
        self._cases.append(f"{case},{now.isoformat()},{KNOWN}" for case in new)
        self.first_heard.update((case, now) for case in new)

    def bury(self, cases: Iterable[str], now: dt.datetime) -> None:
        """Cases the source no longer has; they are never asked for again."""
        lost = [case for case in cases if case not in self.gone]
        self._cases.append(f"{case},{now.isoformat()},{GONE}" for case in lost)
        self.gone.update(lost)

    def roll_back(self, landed: str | None) -> None:
        """Forget whatever was taken but did not land.

        For good: a later watermark that lands must not make it look as if it had.
        """
        lines = list(self._taken.read())
        held: dict[str, str] = {}
        above = 0
        for line in lines:
            parsed = _taken(line)
            if parsed is None or landed is None or parsed[0] > landed:
                above += 1
                continue
            _, case, self.taken[case] = parsed
            held[case] = line
        if above or len(lines) > 2 * len(held) + SPARE_LINES:
            self._taken.rewrite(held.values())

    def take(self, watermark: str, taken: Mapping[str, Taken]) -> None:
        """Note how far cases are taken, if this watermark lands."""
        self._taken.append(each.line(watermark, case) for case, each in taken.items())
        self.taken.update(taken)

    def due(self, now: dt.datetime) -> list[str]:
        """The cases to ask for: in the order they were heard of, from the one where the last pull had to stop."""
        resume, first, later = self.resume, list[str](), list[str]()
        listed = later
        for case in self.first_heard:
            listed = first if case == resume else listed
            if case not in self.gone and self._is_due(case, now):
                listed.append(case)
        return first + later

    def _is_due(self, case: str, now: dt.datetime) -> bool:
        known = self.taken.get(case)
        if known is None or known.newest_at is None:
            return True
        patience = QUIET_AFTER if known.newest_event.startswith(LAST_EVENT) else SILENT_AFTER
        # Each quiet case has its own day in thirty, given by its number, so that no day asks for all of them.
        its_day = int(case[:8], 16) % RARELY_DAYS == now.toordinal() % RARELY_DAYS
        return now - known.newest_at <= patience or its_day

    @property
    def resume(self) -> str:
        """The case to begin with; empty for the first."""
        try:
            return self._resume.read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return ""

    def resume_at(self, case: str) -> None:
        """Begin the next pull with this case; empty for the first."""
        if case != self.resume:
            write_whole(self._resume, f"{case}\n".encode())


class _LineFile:
    """A file of lines that only grows; one that was torn off while it was written is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Iterator[str]:
        """The whole lines."""
        yield from self._whole().decode("ascii", "replace").splitlines()

    def append(self, lines: Iterable[str]) -> None:
        """Add lines and see them to the disk."""
        content = "".join(f"{line}\n" for line in lines).encode("ascii")
        if not content:
            return
        if not self._path.exists():
            write_whole(self._path, content)
            return
        whole = len(self._whole())
        with self._path.open("r+b") as file:
            file.truncate(whole)
            file.seek(whole)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def rewrite(self, lines: Iterable[str]) -> None:
        """Put these lines in place of all."""
        write_whole(self._path, "".join(f"{line}\n" for line in lines).encode("ascii"))

    def _whole(self) -> bytes:
        content = self._path.read_bytes() if self._path.exists() else b""
        return content[: content.rfind(b"\n") + 1]


def _noted(line: str) -> tuple[str, dt.datetime, str] | None:
    """Case, moment and what was noted; None for a line a broken disk left."""
    case, _, rest = line.partition(",")
    at, _, what = rest.partition(",")
    moment = _moment(at)
    if not UUID.fullmatch(case) or moment is None or what not in (KNOWN, GONE):
        return None
    return case, moment, what


def _taken(line: str) -> tuple[str, str, Taken] | None:
    """Watermark, case and how far it was taken; None for a line a broken disk left."""
    parts = line.split(",")
    if len(parts) != 6 or not UUID.fullmatch(parts[1]) or not re.fullmatch(r"\d{1,9}", parts[2]):
        return None
    newest, tail = _moment(parts[3]), tuple(parts[5].split())
    if (parts[3] and newest is None) or not all(PRINT.fullmatch(mark) for mark in tail):
        return None
    return parts[0], parts[1], Taken(int(parts[2]), newest, parts[4], tail)


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
