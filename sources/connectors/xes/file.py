"""XES event logs (IEEE 1849): streamed; ``case:x`` is the trace's attribute x, a bare key the event's.

A DOCTYPE is refused, prefixes of namespaces are dropped, ``<global>`` defaults are not data, missing attributes stay
null. Traces written in the plain way are read at once; the rest, and all that surrounds them, by the parser: both give
the same events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import polars as pl

from sources.batches.ahead import ahead
from sources.batches.archive import open_packed
from sources.batches.file_format import SAMPLE_ROWS, Header
from sources.batches.protocol import (
    BATCH_ROWS,
    POSITION,
    Batch,
    Fault,
    Refused,
    judged_names,
    text_rows,
    wanted_columns,
)
from sources.batches.xml_stream import UNPARSED, local_name, not_parsed, without_prefixes
from sources.connectors.xes.traces import ATTRIBUTES, OF_TRACE, Traces, read_traces
from sources.town.source import Source

CHUNK_BYTES = 1 << 23
LONGEST_TRACE = 1 << 26
TRACE, TRACE_END = b"<trace", b"</trace>"
DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


class _Log:
    """Rows collected while expat walks through the file."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self.trace_keys = {name.removeprefix(OF_TRACE): name for name in wanted if name.startswith(OF_TRACE)}
        self.event_keys = {name for name in wanted if not name.startswith(OF_TRACE)}
        self.rows: list[dict[str, str]] = []
        self.positions: list[int] = []
        self.faults: list[Fault] = []
        self.seen: set[str] = set()
        self.position = 0
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._events: list[dict[str, str]] = []

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._path)

    @property
    def has_any(self) -> bool:
        """Whether anything was collected since it was last taken."""
        return bool(self.rows or self.faults)

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
            self.seen.add(f"{OF_TRACE}{key}")
            if key in self.trace_keys:
                self._trace[self.trace_keys[key]] = value

    def _take_trace(self) -> None:
        if not self._events:
            self.position += 1
            self.faults.append(_without_events(self.position))
        for event in self._events:
            self.position += 1
            self.positions.append(self.position)
            self.rows.append(event | self._trace)

    def take_traces(self, traces: Traces) -> Batch:
        """Traces that were read at once, as a batch after what was taken before."""
        height = len(traces.numbers)
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
        frame = pl.DataFrame(
            [pl.Series(POSITION, traces.numbers + self.position + 1, dtype=pl.Int64)]
            + [traces.events.get(name, nothing).alias(name) for name in self.wanted]
        )
        faults = tuple(_without_events(self.position + 1 + int(number)) for number in traces.empty)
        self.position += height + len(faults)
        self.seen |= traces.seen
        return Batch(frame, faults)

    def take(self) -> Batch:
        """The rows so far as a batch, leaving none."""
        columns = {name: [row.get(name) for row in self.rows] for name in self.wanted}
        batch = Batch(text_rows(self.positions, columns), tuple(self.faults))
        self.rows, self.positions, self.faults = [], [], []
        return batch


class _Parser:
    """Expat over all that is not left out; knows whether it stands between two traces."""

    def __init__(self, path: Path, log: _Log) -> None:
        self._path = path
        self._log = log
        self._expat = expat.ParserCreate()
        self._expat.StartElementHandler = self._open
        self._expat.EndElementHandler = self._close
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._fed = b""
        self._before = 0
        self._last_tag = 0
        self._lines_left_out = 0

    @property
    def stands_between_traces(self) -> bool:
        """Whether only the log is open, and nothing has begun after the last tag."""
        if self._log.depth != 1 or self._last_tag < self._before:
            return False
        trailing = self._fed[self._last_tag - self._before :]
        return trailing.count(b"<") == 1 and trailing.rstrip().endswith(b">")

    def feed(self, text: bytes, *, is_end: bool = False) -> None:
        self._before += len(self._fed)
        self._fed = text
        try:
            self._expat.Parse(text, is_end)
        except UNPARSED as error:
            raise not_parsed(self._path, error, self._lines_left_out) from error

    def leave_out(self, text: bytes) -> None:
        """What was read otherwise; only its lines count, for what is said of an error."""
        self._lines_left_out += text.count(b"\n")

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self._last_tag = self._expat.CurrentByteIndex
        self._log.open(local_name(tag), without_prefixes(attributes))

    def _refuse_doctype(self, *_: object) -> None:
        sentence = f"{self._path.name}: declares a DOCTYPE, which an event log never needs; refused."
        raise Refused("doctype", sentence)

    def _close(self, tag: str) -> None:
        self._last_tag = self._expat.CurrentByteIndex
        self._log.close(local_name(tag))


def read_xes(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of events with their trace's attributes, all text; read ahead of their admission.

    Raises:
        Refused: DOCTYPE, broken XML, no events, or a required attribute that no event has.
    """
    return ahead(_batches(path, source))


def read_header(path: Path, _: Mapping[str, Any]) -> Header:
    """The attributes of the first events, and of their traces as ``case:…``.

    Raises:
        Refused: as ``read_xes``.
    """
    log = _Log([])
    for _batch in _walked(path, log):
        if log.position >= SAMPLE_ROWS:
            break
    return Header(sorted(log.seen))


def _batches(path: Path, source: Source) -> Iterator[Batch]:
    lifecycle = [source.transitions] if source.transitions else []
    log = _Log(list(dict.fromkeys((*wanted_columns(source), *lifecycle))))
    yield from _walked(path, log)
    if log.position == 0:
        raise Refused("empty_file", f"{path.name}: the log holds no trace; have the export run again.")
    renamed = judged_names(path, source, log.seen)
    yield replace(log.take(), warnings=renamed, columns=tuple(sorted(log.seen)))


def _walked(path: Path, log: _Log) -> Iterator[Batch]:
    """The batches that are complete on the way; the log holds what is left at the end."""
    parser = _Parser(path, log)
    for stretch in filter(None, _stretches(path)):
        traces = read_traces(stretch, frozenset(log.wanted)) if parser.stands_between_traces else None
        if traces is None:
            parser.feed(stretch)
        else:
            parser.leave_out(stretch)
        if log.has_any and (traces is not None or len(log.rows) >= BATCH_ROWS):
            yield log.take()
        if traces is not None:
            yield log.take_traces(traces)
    parser.feed(b"", is_end=True)


def _stretches(path: Path) -> Iterator[bytes]:
    """The file in pieces: what precedes the first trace, then whole traces, then what is left.

    A log in another encoding than UTF-8 is cut anywhere: only the parser can read it.
    """
    with open_packed(path) as raw:
        held = raw.read(CHUNK_BYTES)
        declared = DECLARED.match(held)
        if declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"):
            yield held
            yield from iter(lambda: raw.read(CHUNK_BYTES), b"")
            return
        head = max(held.find(TRACE), 0)
        yield held[:head]
        held = held[head:]
        while chunk := raw.read(CHUNK_BYTES):
            end = _last_end(held)
            if end or len(held) > LONGEST_TRACE:
                yield held[:end] if end else held
                held = held[end:] if end else b""
            held += chunk
        end = _last_end(held)
        yield held[:end]
        yield held[end:]


def _last_end(text: bytes) -> int:
    """After the last whole trace, 0 when there is none."""
    place = text.rfind(TRACE_END)
    return place + len(TRACE_END) if place >= 0 else 0


def _without_events(position: int) -> Fault:
    return Fault(position, "case_without_events", "the trace holds no event")
