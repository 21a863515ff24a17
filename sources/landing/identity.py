"""What makes a delivery this delivery, and names recognised by a fingerprint instead of kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sources.town.source import Source

HASH_CHUNK = 1 << 20
EPOCH = dt.datetime(1970, 1, 1)
DECIDES_NO_ROW = ("path", "marker", "expected_every_days", "ended_on", "sizes_may_change", "corrects")


@dataclass(frozen=True)
class Identity:
    """What makes a delivery this delivery, known before it is read."""

    delivery_id: str
    content_sha256: str
    mapping_sha256: str
    file_time: dt.datetime


def identify(path: Path, source: Source, rules: str) -> Identity:
    """The identity of a file as a delivery of a source.

    ``rules`` is a fingerprint of everything else that decides what the door makes of it: thresholds, offices, purposes.
    """
    state = path.stat()
    content = _content_hash(path, state.st_size, state.st_mtime_ns)
    # To the microsecond: dumps that are copied together must still tell which one is newer.
    file_time = EPOCH + dt.timedelta(microseconds=state.st_mtime_ns // 1000)
    stand = "" if source.mode == "increment" else file_time.isoformat()
    delivery = hashlib.sha256(f"{source.name}\0{content}\0{stand}".encode()).hexdigest()[:32]
    return Identity(delivery, content, mapping_fingerprint(source, rules), file_time)


def file_fingerprint(name: str, size: int, mtime: int) -> str:
    """Recognises a file on another machine without keeping its name, which may be somebody's."""
    return hashlib.sha256(f"{name}\0{size}\0{mtime}".encode()).hexdigest()[:32]


def name_fingerprint(column: str) -> str:
    """Recognises a column without keeping its name: a header cell may hold somebody's."""
    return hashlib.sha256(column.encode()).hexdigest()[:16]


def mapping_fingerprint(source: Source, rules: str) -> str:
    """A hash of what decides how rows become records; where a file lies and how often it comes does not."""
    mapping = source.model_dump_json(exclude={*DECIDES_NO_ROW, "connection"})
    asked = source.connection.model_dump_json(include={"url", "query", "watermark"}) if source.connection else ""
    return hashlib.sha256((mapping + asked + rules).encode()).hexdigest()


@lru_cache(maxsize=100_000)
def _content_hash(path: Path, size: int, mtime_ns: int) -> str:
    """A run asks several times for the same files; size and time tell whether one changed in between."""
    del size, mtime_ns
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while chunk := raw.read(HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
