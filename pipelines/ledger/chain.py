"""The ledger's file: one entry a line, append-only, each bound by its hash to the one before.

What an entry may say is judged in ``book``; here only that what was written still stands, to the last byte.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pipelines.ledger import heads

FOLDER: Final = "ledger"
NAME: Final = "claims.jsonl"
KINDS: Final = ("claim", "approval", "correction", "key", "baseline", "adoption")
FIELDS: Final = {"facts", "kind", "previous_hash", "recorded_at", "row_hash"}
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
WAY_OUT: Final = "restore ledger/ from the backup"
OLDER: Final = "where that is older, docs/operations.md says how to go on"


class BrokenLedger(Exception):
    """The ledger is not what was written; the message is a sentence: where, what, and what to do."""


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger.

    Attributes:
        number: its line, from 1.
        kind: one of ``KINDS``.
        facts: what it says, as JSON gives it back: days and amounts are texts.
        recorded_at: UTC without a zone, whole seconds.
        previous_hash: the ``row_hash`` of the entry before, empty for the first.
        row_hash: SHA-256 of the entry's canonical JSON without this one.
    """

    number: int
    kind: str
    facts: Mapping[str, Any]
    recorded_at: dt.datetime
    previous_hash: str
    row_hash: str


@dataclass
class Draft:
    """Entries about to be written, all or none; the ledger is locked meanwhile.

    Attributes:
        entries: what stands, and behind it what was added.
        at: the moment of what is added, UTC without a zone.
    """

    entries: list[Entry]
    at: dt.datetime
    lines: list[bytes] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The hash the next entry is bound to; empty before the first."""
        return self.entries[-1].row_hash if self.entries else ""

    def add(self, kind: str, facts: Mapping[str, object]) -> Entry:
        """Put an entry behind the others.

        Raises:
            ValueError: there is no such kind, or the facts hold what JSON cannot.
        """
        if kind not in KINDS:
            raise ValueError(f"'{kind}' is no kind of ledger entry; there are {', '.join(KINDS)}")
        # A clock that was set back must not make an entry older than the one before.
        last = self.entries[-1].recorded_at if self.entries else self.at
        row = {
            "facts": facts,
            "kind": kind,
            "previous_hash": self.head,
            "recorded_at": max(self.at, last).strftime(MOMENT),
        }
        # What is written is what comes back: a number that JSON tells otherwise would break the hash.
        row = json.loads(canonical(row))
        line = canonical({**row, "row_hash": _hash(row)})
        entry = _entry(line, len(self.entries) + 1, self.head)
        self.entries.append(entry)
        self.lines.append(line + b"\n")
        return entry


def append(town_folder: Path, kind: str, facts: Mapping[str, object], *, at: dt.datetime | None = None) -> Entry:
    """Write one entry behind the others, synced to disk.

    Args:
        town_folder: the town's folder.
        kind: one of ``KINDS``.
        facts: what the entry says: texts, whole numbers, truth values, lists, tables; days and decimals become texts.
        at: UTC without a zone; now when left out.

    Raises:
        BrokenLedger: what stands was altered; nothing is written.
        ValueError: there is no such kind, or the facts hold what JSON cannot.
        OSError: the disk did not take it; the ledger is as before.
    """
    with appending(town_folder, at=at) as draft:
        return draft.add(kind, facts)


@contextmanager
def appending(town_folder: Path, *, at: dt.datetime | None = None) -> Iterator[Draft]:
    """A draft that is written when the block ends well; nobody else appends meanwhile.

    Raises:
        BrokenLedger: what stands was altered, or lost its end.
        OSError: the disk did not take it; the ledger is as before.
    """
    path = place(town_folder)
    is_new = not path.is_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        # The kernel drops the lock when the process dies.
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read()
        draft = Draft(_read(content, path), at or dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0))
        if missing := missing_heads(draft.entries, heads.known(town_folder)):
            raise BrokenLedger(lost(path, missing[-1]))
        yield draft
        if draft.lines:
            _write(file.fileno(), content, b"".join(draft.lines), path)
            if is_new:
                _sync_folder(path.parent)
            # What is written stands, whether or not it could be noted.
            with suppress(OSError):
                heads.remember(town_folder, draft.head)


def missing_heads(entries: Iterable[Entry], known: Iterable[str]) -> list[str]:
    """Which of the heads a ledger once had, or their first digits, no entry has any more."""
    there = [entry.row_hash for entry in entries]
    whole = set(there)
    lost_ones = (head for head in dict.fromkeys(known) if head not in whole)
    return [head for head in lost_ones if not any(one.startswith(head) for one in there)]


def lost(path: Path, head: str) -> str:
    """The sentence on an entry that was there once."""
    why = "its end is missing or it was rewritten"
    return f"{path}: does not hold entry {head[:12]}, which it held once; {why}, {WAY_OUT}; {OLDER}."


def entries(town_folder: Path) -> list[Entry]:
    """All entries in their order; none while there is no ledger.

    Raises:
        BrokenLedger: a line was altered, taken out, put in or moved.
    """
    path = place(town_folder)
    return _read(path.read_bytes(), path) if path.is_file() else []


def head(town_folder: Path) -> str | None:
    """The hash of the newest entry, which stands for the whole ledger; None while there is none.

    Raises:
        BrokenLedger: as ``entries``.
    """
    found = entries(town_folder)
    return found[-1].row_hash if found else None


def cut_short(town_folder: Path) -> str | None:
    """One sentence where the last line was cut while it was written: it never counted, and the next entry drops it."""
    path = place(town_folder)
    content = path.read_bytes() if path.is_file() else b""
    whole, half = _split(content)
    if not half:
        return None
    number = len(whole.splitlines()) + 1
    return (
        f"{path}: line {number} was cut while it was written and never counted; nothing is lost, "
        "record again what was being recorded."
    )


def place(town_folder: Path) -> Path:
    """Where the ledger lies."""
    return town_folder / FOLDER / NAME


def canonical(value: object) -> bytes:
    """A value as the one JSON text it has: keys sorted, no blanks, UTF-8; days and decimals as texts.

    Raises:
        ValueError: it holds what JSON cannot say.
    """
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_as_text
        )
        return text.encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot stand in the ledger")


def _read(content: bytes, path: Path) -> list[Entry]:
    whole, _ = _split(content)
    found: list[Entry] = []
    for number, line in enumerate(whole.split(b"\n")[:-1], start=1):
        before = found[-1] if found else None
        try:
            entry = _entry(line, number, before.row_hash if before else "")
            if before and entry.recorded_at < before.recorded_at:
                raise BrokenLedger("is older than the one before it")
        except BrokenLedger as broken:
            raise BrokenLedger(f"{path}: line {number} {broken}; the ledger was altered, {WAY_OUT}.") from broken
        found.append(entry)
    return found


def _split(content: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and what of a last one was written when a run was killed.

    A last line that lacks nothing but its end is whole: it was written, and what is whole is not dropped.
    """
    whole, end, rest = content.rpartition(b"\n")
    if not rest:
        return content, b""
    try:
        json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except ValueError:
        return whole + end, rest
    return content + b"\n", b""


def _entry(line: bytes, number: int, previous_hash: str) -> Entry:
    """The entry on a line.

    Raises:
        BrokenLedger: it is none, was altered or does not follow the one before; the message goes on after the line.
    """
    try:
        row = json.loads(line)
        is_entry = isinstance(row, dict) and row.keys() == FIELDS and canonical(row) == line
        is_entry = is_entry and row["kind"] in KINDS and isinstance(row["facts"], dict)
        recorded_at = dt.datetime.strptime(row["recorded_at"], MOMENT) if is_entry else None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenLedger("is no entry") from error
    if recorded_at is None:
        raise BrokenLedger("is no entry")
    row_hash = row.pop("row_hash")
    if row_hash != _hash(row):
        raise BrokenLedger("does not have its own hash")
    if row["previous_hash"] != previous_hash:
        raise BrokenLedger("does not follow the one before it")
    return Entry(number, row["kind"], row["facts"], recorded_at, row["previous_hash"], row_hash)


def _write(handle: int, content: bytes, lines: bytes, path: Path) -> None:
    """Put lines behind what stands; what a disk took of them that cannot take all is taken back."""
    whole, _ = _split(content)
    try:
        if len(whole) < len(content):
            os.truncate(handle, len(whole))
        lines = whole[len(content) :] + lines
        while lines:
            lines = lines[os.write(handle, lines) :]
        os.fsync(handle)
    except OSError as error:
        os.truncate(handle, min(len(whole), len(content)))
        error.filename = error.filename or str(path)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hash(row: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(row)).hexdigest()
