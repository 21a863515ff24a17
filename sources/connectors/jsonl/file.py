"""JSON Lines: one object per line; nested values by dotted names.

Plain lines are read many at once; lines whose keys are proven to stand once, and whose numbers are proven to be short,
by orjson; every other line by strict rules. All three give the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, cast

import orjson
import polars as pl

from sources.batches.ahead import ahead
from sources.batches.archive import open_packed
from sources.batches.file_format import SAMPLE_ROWS, Header
from sources.batches.json_values import STRICT_DECODER
from sources.batches.protocol import (
    POSITION,
    Batch,
    Fault,
    Refused,
    judged_names,
    text_of,
    text_rows,
    wanted_columns,
)
from sources.connectors.jsonl.plain import PlainLines, read_plain
from sources.town.source import Source

CHUNK_BYTES = 1 << 23
LONGEST_LINE: Final = 1 << 26
PLAIN_BYTES: Final = 1 << 20
# As many lines as fit the processor's cache as objects.
BLOCK_BYTES: Final = 1 << 17
# Every digit as 0, every blank as one, D as d.
ALIKE_SIGNS: Final = bytes.maketrans(b"123456789\t\rD", b"000000000  d")
# A key that need not end in ``":``, an escape that may be half a sign, a whole number that orjson may round.
TELLTALE: Final = (b" :", b"\\ud", b"0" * 17)


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
    with open_packed(path) as raw:
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
    renamed = judged_names(path, source, lines.seen)
    nothing = text_rows((), dict.fromkeys(lines.wanted, ()))
    yield Batch(nothing, warnings=renamed, columns=tuple(sorted(lines.seen)))


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces that end where a line ends."""
    held = b""
    with open_packed(path) as raw:
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
        self.typed: set[str] = set()
        self.position = 0

    def read(self, chunk: bytes) -> Batch:
        """Whole lines as a batch."""
        read = list(self._parts(chunk))
        nothing = text_rows((), dict.fromkeys(self.wanted, ()))
        rows = pl.concat([nothing, *(frame for frame, _ in read)])
        return Batch(
            rows if rows[POSITION].is_sorted() else rows.sort(POSITION),
            tuple(fault for _, lost in read for fault in lost),
            decimals=dict.fromkeys(self.typed, "."),
        )

    def _parts(self, chunk: bytes) -> Iterator[tuple[pl.DataFrame, list[Fault]]]:
        """Of each block the plain lines, then the others."""
        may_be_plain = True
        for block in _blocks(chunk, PLAIN_BYTES):
            # Where most lines of a block are not, those of the next hardly are, and to look costs time.
            plain = read_plain(block, self.wanted) if may_be_plain else None
            may_be_plain = plain is not None
            left, positions = block, count(self.position + 1)
            if plain is not None:
                left, positions = plain.lines_left, iter((plain.left + self.position + 1).to_list())
                yield self._taken(plain), []
            for piece in _blocks(left, BLOCK_BYTES):
                yield self._read(piece, positions)

    def _taken(self, plain: PlainLines) -> pl.DataFrame:
        self.seen.update(plain.keys)
        self.typed.update(plain.numbers.intersection(self.wanted))
        positions = (plain.places + self.position + 1).alias(POSITION)
        self.position += plain.rows.height
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, plain.rows.height)
        columns = [plain.rows[name] if name in plain.rows.columns else nothing.alias(name) for name in self.wanted]
        return pl.DataFrame([positions, *columns])

    def _read(self, block: bytes, positions_left: Iterator[int]) -> tuple[pl.DataFrame, list[Fault]]:
        lines = list(filter(bytes.strip, block.split(b"\n")))
        records: Sequence[dict[str, Any] | None] = _quickly(block, lines) or list(map(_object, lines))
        positions = list(islice(positions_left, len(lines)))
        self.position += len(lines)
        faults = [
            Fault(position, "unreadable_line", "the line is no complete JSON object")
            for position, record in zip(positions, records, strict=True)
            if record is None
        ]
        lost = {fault.position for fault in faults}
        kept = [position for position in positions if position not in lost] if lost else positions
        return self._rows(kept, [record for record in records if record is not None]), faults

    def _rows(self, positions: Sequence[int], records: list[dict[str, Any]]) -> pl.DataFrame:
        self.seen.update(*set(map(tuple, records)))
        held = zip(self.wanted, _held(records, self.wanted), strict=True)
        return text_rows(positions, {name: self._texts(records, name, values) for name, values in held})

    def _texts(self, records: list[dict[str, Any]], name: str, values: Sequence[Any]) -> Sequence[str | None]:
        if "." in name:
            values = [_value(record, name) for record in records]
            self.seen.update([name] if any(value is not None for value in values) else ())
        types = set(map(type, values))
        if types <= {str, type(None)}:
            return values
        # A number is written with a point; a text that looks like one may have either sign.
        self.typed.update([name] if types & {int, float} else ())
        return [None if isinstance(value, dict | list) else text_of(value) for value in values]


def _held(records: list[dict[str, Any]], names: list[str]) -> Sequence[Sequence[Any]]:
    """Per name what the records hold under it, None where they do not."""
    if records and len(names) > 1:
        # Most logs have every key in every line, and to take them all at once is far quicker.
        with suppress(KeyError):
            return list(zip(*map(itemgetter(*names), records), strict=True))
    return [[record.get(name) for record in records] for name in names]


def _blocks(chunk: bytes, size: int) -> Iterator[bytes]:
    """Whole lines of a chunk, about so many bytes at once."""
    start = 0
    while start < len(chunk):
        end = chunk.find(b"\n", start + size) + 1 or len(chunk)
        yield chunk[start:end]
        start = end


def _quickly(block: bytes, lines: list[bytes]) -> list[dict[str, Any]] | None:
    """The objects of lines of which none leaves a doubt; None where one does."""
    alike = block.translate(ALIKE_SIGNS)
    if any(sign in alike for sign in TELLTALE):
        return None
    try:
        records = list(map(orjson.loads, lines))
    except orjson.JSONDecodeError:
        return None
    # Each key of each object ends in ``":``: as many of them as keys, and in no object one stands twice.
    has_each_once = set(map(type, records)) <= {dict} and block.count(b'":') == sum(map(len, records))
    return records if has_each_once else None


def _object(line: bytes) -> dict[str, Any] | None:
    """The line's object, None when it is none; anything that is not plainly one is read strictly."""
    records = _quickly(line, [line])
    return records[0] if records else _strictly(line)


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
