"""XES event logs (IEEE 1849): streamed; ``case:x`` is the trace's attribute x, a bare key the event's.

A DOCTYPE is refused, ``<global>`` defaults are not data, missing attributes stay null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

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
    wanted_columns,
)
from sources.mapping import Source

CHUNK_BYTES = 1 << 20
ATTRIBUTES = frozenset(("string", "date", "int", "float", "boolean", "id"))


class _Doctype(Exception):
    """The file declares a document type."""


class _Log:
    """Rows collected while expat walks through the file."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self.trace_keys = {name.removeprefix("case:"): name for name in wanted if name.startswith("case:")}
        self.event_keys = {name for name in wanted if not name.startswith("case:")}
        self.rows: list[dict[str, str]] = []
        self.positions: list[int] = []
        self.faults: list[Fault] = []
        self.seen: set[str] = set()
        self.position = 0
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._events: list[dict[str, str]] = []

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        path = self._path
        if tag in ATTRIBUTES and path:
            self._take_attribute(path[-1], attributes.get("key", ""), attributes.get("value", ""))
        elif tag == "trace":
            self._trace, self._events = {}, []
        elif tag == "event":
            self._event = {}
        path.append(tag)

    def close(self, tag: str) -> None:
        self._path.pop()
        if tag == "event" and self._path[-1:] != ["trace"]:
            self.position += 1
            self.faults.append(Fault(self.position, "event_without_case", "the event stands outside of any trace"))
        elif tag == "event":
            self._events.append(self._event)
        elif tag == "trace":
            self._take_trace()

    def _take_attribute(self, parent: str, key: str, value: str) -> None:
        if parent == "event":
            self.seen.add(key)
            if key in self.event_keys:
                self._event[key] = value
        elif parent == "trace":
            self.seen.add(f"case:{key}")
            if key in self.trace_keys:
                self._trace[self.trace_keys[key]] = value

    def _take_trace(self) -> None:
        if not self._events:
            self.position += 1
            self.faults.append(Fault(self.position, "case_without_events", "the trace holds no event"))
        for event in self._events:
            self.position += 1
            self.positions.append(self.position)
            self.rows.append(event | self._trace)

    def take(self) -> Batch:
        """The rows so far as a batch, leaving none behind."""
        frame = pl.DataFrame(
            [pl.Series(POSITION, self.positions, dtype=pl.Int64)]
            + [pl.Series(name, [row.get(name) for row in self.rows], dtype=pl.String) for name in self.wanted]
        )
        batch = Batch(frame, tuple(self.faults))
        self.rows, self.positions, self.faults = [], [], []
        return batch


def read_xes(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of events with their trace's attributes, all text.

    Raises:
        Refused: DOCTYPE, broken XML, no events, or a required attribute that no event has.
    """
    log = _Log(wanted_columns(source))
    parser = expat.ParserCreate()
    parser.StartElementHandler = log.open
    parser.EndElementHandler = log.close
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with open_bytes(path) as raw:
            while chunk := raw.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
                if len(log.rows) >= BATCH_ROWS:
                    yield log.take()
            parser.Parse(b"", True)
    except _Doctype as error:
        raise Refused(
            "doctype", f"{path.name}: declares a DOCTYPE, which an event log never needs; refused."
        ) from error
    except expat.ExpatError as error:
        raise Refused("broken_xml", f"{path.name}: broken XML, {error}; have the export run again.") from error
    if log.position == 0:
        raise Refused("empty_file", f"{path.name}: the log holds no trace; have the export run again.")
    refuse_missing(path, sorted(log.seen), sorted(required_columns(source)))
    yield replace(log.take(), warnings=likely_renamed(path, log.seen, log.wanted))


def _refuse_doctype(*_: object) -> None:
    raise _Doctype
