"""The list of what landed and what left: append-only, each line bound by its hash to the one before.

It lies beside the folders, so that one that vanishes, comes from elsewhere or is altered shows. An entry is written
before its folder moves and confirmed afterwards: whenever a run is killed, the list allows what lies there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from sources.storage.parquet_file import named

NAME: Final = "deliveries.jsonl"
TAIL_BYTES: Final = 1 << 12
Place = tuple[str, str]


class BrokenList(Exception):
    """The list is not what was written; the message says where, after its path."""


@dataclass(frozen=True)
class Entry:
    """What happened to a delivery.

    Attributes:
        what: ``landing`` and ``leaving`` come before the folder moves, ``landed`` and ``left`` after it. ``missed``:
            somebody took it that the delivery is lost. ``accepted``: that the list itself was; then ``manifest_sha256``
            is the head that is lost.
        manifest_sha256: of the delivery's manifest.
    """

    what: Literal["landing", "landed", "leaving", "left", "missed", "accepted"]
    source: str
    delivery_id: str
    manifest_sha256: str


@dataclass(frozen=True)
class Expected:
    """What the list says of a place in landing.

    Attributes:
        manifests: hashes a manifest there may have.
        may_lack: whether it may as well not be there, as it was on its way when a run ended.
    """

    manifests: frozenset[str]
    may_lack: bool = False


class DeliveryList:
    """The list of one landing."""

    def __init__(self, landing: Path) -> None:
        """Point at a landing; nothing is made yet."""
        self.path = landing / NAME

    @property
    def exists(self) -> bool:
        """Whether anything was ever listed."""
        return self.path.is_file()

    def head(self) -> str:
        """The hash of the last line, which stands for all of the list; empty while there is none."""
        if not self.exists:
            return ""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            # What stands behind the last line's end was cut while it was written, and does not count.
            whole, _, _ = file.read().rpartition(b"\n")
        return _hash(whole.rpartition(b"\n")[2]) if whole else ""

    def append(self, *entries: Entry) -> None:
        """Write down what happens, synced to disk."""
        head, lines = self.head(), b""
        moment = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        for entry in entries:
            line = json.dumps({"at": moment, **asdict(entry), "previous": head}).encode()
            head = _hash(line)
            lines += line + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with named(self.path), self.path.open("ab") as file:
            self._drop_what_was_cut()
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> Iterator[tuple[Entry, str]]:
        """All entries in their order, each with the hash of its line.

        Raises:
            BrokenList: a line was altered, taken out or put in.
        """
        previous = ""
        whole, _, _ = (self.path.read_bytes() if self.exists else b"").rpartition(b"\n")
        for number, line in enumerate(whole.split(b"\n") if whole else (), start=1):
            try:
                fields = json.loads(line)
                bound = fields.pop("previous")
                del fields["at"]
                entry = Entry(**fields)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BrokenList(f"line {number} is no entry") from error
            if bound != previous:
                raise BrokenList(f"line {number} does not follow the one before it")
            previous = _hash(line)
            yield entry, previous

    def expected(self) -> dict[Place, Expected]:
        """What must lie in landing, by source and delivery.

        Raises:
            BrokenList: as ``entries``.
        """
        places: dict[Place, Expected] = {}
        for entry, _ in self.entries():
            place = entry.source, entry.delivery_id
            before = places.get(place, Expected(frozenset(), may_lack=True))
            match entry.what:
                case "landing":
                    places[place] = Expected(before.manifests | {entry.manifest_sha256}, may_lack=True)
                case "landed":
                    places[place] = Expected(frozenset((entry.manifest_sha256,)))
                case "leaving":
                    places[place] = Expected(before.manifests, may_lack=True)
                case "left" | "missed":
                    places.pop(place, None)
                case "accepted":
                    pass
        return places

    def knows(self, head: str) -> bool:
        """Whether the list once had this head, or somebody took it that this head is lost.

        Raises:
            BrokenList: as ``entries``.
        """
        return not head or any(
            head == line or (entry.what == "accepted" and head == entry.manifest_sha256)
            for entry, line in self.entries()
        )

    def _drop_what_was_cut(self) -> None:
        content = self.path.read_bytes()
        if not content.endswith(b"\n") and content:
            os.truncate(self.path, content.rfind(b"\n") + 1)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
