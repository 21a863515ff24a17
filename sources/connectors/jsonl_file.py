"""JSON Lines: one object per line; nested values by dotted names."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from sources.connectors.protocol import (
    BATCH_ROWS,
    POSITION,
    Batch,
    Fault,
    Refused,
    likely_renamed,
    open_bytes,
    refuse_missing,
    required_columns,
    text_of,
    wanted_columns,
)
from sources.mapping import Source


def read_jsonl(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of a JSON Lines file's wanted keys, all text.

    Raises:
        Refused: empty file, no line that is an object, or a required key that no line has.
    """
    wanted = wanted_columns(source)
    seen: set[str] = set()
    position = 0
    with open_bytes(path) as lines:
        filled = (line for line in lines if line.strip())
        while chunk := list(islice(filled, BATCH_ROWS)):
            batch = _batch(chunk, position, wanted, seen)
            position += len(chunk)
            yield batch
    if position == 0:
        raise Refused("empty_file", f"{path.name}: the file is empty; have the export run again.")
    if not seen:
        raise Refused("unreadable_jsonl", f"{path.name}: no line is a JSON object; have the export write JSON Lines.")
    refuse_missing(path, sorted(seen), sorted(required_columns(source)))
    if renamed := likely_renamed(path, seen, wanted):
        yield Batch(_frame([], {name: [] for name in wanted}), warnings=renamed)


def _batch(lines: list[bytes], before: int, wanted: list[str], seen: set[str]) -> Batch:
    columns: dict[str, list[str | None]] = {name: [] for name in wanted}
    positions: list[int] = []
    faults: list[Fault] = []
    for position, line in enumerate(lines, start=before + 1):
        record = _object(line)
        if record is None:
            faults.append(Fault(position, "unreadable_line", "the line is no complete JSON object"))
            continue
        seen.update(record)
        positions.append(position)
        for name in wanted:
            value = _value(record, name)
            columns[name].append(text_of(value) if not isinstance(value, dict | list) else None)
            if "." in name and value is not None:
                seen.add(name)
    return Batch(_frame(positions, columns), tuple(faults))


def _frame(positions: list[int], columns: dict[str, list[str | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        [pl.Series(POSITION, positions, dtype=pl.Int64)]
        + [pl.Series(name, values, dtype=pl.String) for name, values in columns.items()]
    )


def _object(line: bytes) -> dict[str, Any] | None:
    """The line's object; None also where a key stands twice, a number is none, or half a sign is escaped."""
    try:
        record = json.loads(line, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once)
        if b"\\ud" in line.lower():
            json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice")
    return record


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError(number)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _value(record: dict[str, Any], name: str) -> object:
    if name in record or "." not in name:
        return record.get(name)
    node: Any = record
    for part in name.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node
