"""JSON Lines: one object per line; nested values by dotted names.

Flat objects are read many at once; lines whose keys are proven to stand once quickly; every other line by strict rules.
All three give the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from sources.batches.ahead import ahead
from sources.batches.file_format import SAMPLE_ROWS, Header
from sources.batches.protocol import (
    Batch,
    Fault,
    Refused,
    likely_renamed,
    numbered,
    open_bytes,
    refuse_missing,
    required_columns,
    text_of,
    text_rows,
    wanted_columns,
)
from sources.connectors.jsonl.objects import Objects, read_objects
from sources.connectors.jsonl.values import DECODER, STRICT_DECODER
from sources.town.source import Source

CHUNK_BYTES = 1 << 23
LONGEST_LINE: Final = 1 << 26
JSON_BLANKS: Final = " \t\r\n"
# Where one of these stands, a key need not end in ``":``, or an escape may be half a sign.
TELLTALE: Final = (b" :", b"\t:", b"\r:", b"\\ud", b"\\uD")
KNOWN_SHAPES: Final = 1000


def read_jsonl(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a JSON Lines file's wanted keys, all text; read ahead of their admission.

    Raises:
        Refused: empty file, no line that is an object, or a required key that no line has.
    """
    return ahead(_batches(path, source))


def read_header(path: Path, _: Mapping[str, Any]) -> Header:
    """The keys of the first objects; nested ones by dotted names.

    Raises:
        Refused: no line is an object.
    """
    keys: dict[str, None] = {}
    with open_bytes(path) as raw:
        for line in islice(raw, SAMPLE_ROWS):
            keys.update(dict.fromkeys(_keys(_strictly(line))))
    if not keys:
        raise _no_object(path)
    return Header(list(keys))


def _keys(record: dict[str, Any] | None, before: str = "") -> Iterator[str]:
    for key, value in (record or {}).items():
        if isinstance(value, dict):
            yield from _keys(cast("dict[str, Any]", value), f"{before}{key}.")
        elif not isinstance(value, list):
            yield before + key


def _no_object(path: Path) -> Refused:
    return Refused("unreadable_jsonl", f"{path.name}: no line is a JSON object; have the export write JSON Lines.")


def _batches(path: Path, source: Source) -> Iterator[Batch]:
    lines = _Lines(wanted_columns(source))
    for chunk in _chunks(path):
        yield lines.read(chunk)
    if lines.position == 0:
        raise Refused("empty_file", f"{path.name}: the file is empty; have the export run again.")
    if not lines.seen:
        raise _no_object(path)
    refuse_missing(path, sorted(lines.seen), sorted(required_columns(source)))
    renamed = likely_renamed(path, lines.seen, lines.wanted)
    nothing = text_rows((), dict.fromkeys(lines.wanted, ()))
    yield Batch(nothing, warnings=renamed, columns=tuple(sorted(lines.seen)))


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces that end where a line ends."""
    held = b""
    with open_bytes(path) as raw:
        while chunk := raw.read(CHUNK_BYTES):
            held += chunk
            end = held.rfind(b"\n") + 1
            if end:
                yield held[:end]
                held = held[end:]
            elif len(held) > LONGEST_LINE:
                raise Refused(
                    "unreadable_jsonl", f"{path.name}: a line has no end; have the export write one object per line."
                )
    yield held.removeprefix(b"\n")


class _Lines:
    """Lines in the order of the file, numbered; blank ones are none."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self.seen: set[str] = set()
        self.position = 0
        self._shapes: set[tuple[str, ...]] = set()

    def read(self, chunk: bytes) -> Batch:
        """Whole lines as a batch."""
        objects = read_objects(chunk, self.wanted)
        if objects is not None:
            return self._take(objects)
        read = _strictly if any(sign in chunk for sign in TELLTALE) else _quickly
        columns: dict[str, list[Any]] = {name: [] for name in self.wanted}
        # Records are not kept: many dictionaries at once are what Python's garbage collector is slow with.
        taking = [(name, _value if "." in name else dict[str, Any].get, column) for name, column in columns.items()]
        positions: list[int] = []
        faults: list[Fault] = []
        for line in filter(bytes.strip, chunk.split(b"\n")):
            self.position += 1
            record = read(line)
            if record is None:
                faults.append(Fault(self.position, "unreadable_line", "the line is no complete JSON object"))
                continue
            positions.append(self.position)
            self._look_at_keys(tuple(record))
            for name, value_of, column in taking:
                column.append(value_of(record, name))
        self.seen.update(name for name, values in columns.items() if "." in name and any(v is not None for v in values))
        return Batch(text_rows(positions, {name: _texts(values) for name, values in columns.items()}), tuple(faults))

    def _take(self, objects: Objects) -> Batch:
        self.seen |= objects.keys
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, objects.height)
        rows = pl.DataFrame([objects.columns.get(name, nothing).alias(name) for name in self.wanted])
        self.position += objects.height
        return Batch(numbered(rows, self.position - objects.height))

    def _look_at_keys(self, shape: tuple[str, ...]) -> None:
        if shape not in self._shapes:
            self.seen.update(shape)
            if len(self._shapes) < KNOWN_SHAPES:
                self._shapes.add(shape)


def _texts(values: list[Any]) -> list[str | None]:
    if {type(value) for value in values} <= {str, type(None)}:
        return values
    return [None if isinstance(value, dict | list) else text_of(value) for value in values]


def _quickly(line: bytes) -> dict[str, Any] | None:
    """The line's object; anything that is not plainly one is read strictly."""
    try:
        text = line.decode().strip(JSON_BLANKS)
        record, end = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return _strictly(line)
    # Each key of each object ends in ``":``: as many of them as the object has keys, and none stands twice.
    if end == len(text) and type(record) is dict and line.count(b'":') == len(record):
        return record
    return _strictly(line)


def _strictly(line: bytes) -> dict[str, Any] | None:
    """The line's object; None also where a key stands twice, a number is none, or half a sign is escaped."""
    try:
        record = STRICT_DECODER.decode(line.decode("utf-8-sig"))
        if b"\\ud" in line.lower():
            json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _value(record: dict[str, Any], name: str) -> object:
    if name in record:
        return record[name]
    node: Any = record
    for part in name.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node
