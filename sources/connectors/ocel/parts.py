"""What an OCEL 2.0 log consists of, in each of its three formats.

Objects that are no cases, and attributes no column names, are left behind while reading.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sources.batches.json_values import no_constant, once
from sources.batches.protocol import Refused, text_of
from sources.batches.xml_stream import walked

# Read whole, a log takes about twenty times its size of memory.
MOST_BYTES: Final = 200 << 20
SQLITE: Final = b"SQLite format 3\0"
SQLITE_OBJECT: Final = ("ocel_id", "ocel_time", "ocel_changed_field")
# The standard writes <relationship>, its first exporters wrote <object>.
RELATIONS: Final = ("relationship", "object")


@dataclass(slots=True)
class OcelEvent:
    """An event and the objects it is related to, each with its qualifier; the first one counts."""

    number: str | None
    activity: str | None
    time: str | None
    attributes: dict[str, str | None] = field(default_factory=dict)
    objects: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of an object at a time; text as in the log."""

    name: str
    time: str | None
    value: str | None


class OcelLog:
    """A log while it is read.

    Attributes:
        case_type: the object type that is the case.
        types: all object types of the log.
        cases: per object of the case's type what was said of it, in the log's order.
        others: the objects of other types.
        events: all events, in the log's order.
        names: the columns the log could fill.
    """

    def __init__(self, case_type: str, wanted: set[str]) -> None:
        """An empty log of which only these columns are kept."""
        self.types: set[str] = set()
        self.cases: dict[str, list[Said]] = {}
        self.others: set[str] = set()
        self.events: list[OcelEvent] = []
        self.names: set[str] = {"ocel:case", "ocel:activity", "ocel:time", "ocel:event", "qualifier"}
        self.case_type = case_type
        self._wanted = wanted

    def take_object(self, number: str | None, kind: str | None, said: list[Said]) -> None:
        """An object; what it is and what was said of it."""
        self.types |= {kind} if kind else set()
        if kind == self.case_type and number is not None:
            self.names.update(f"case:{one.name}" for one in said)
            self.cases.setdefault(number, []).extend(one for one in said if f"case:{one.name}" in self._wanted)
        elif number is not None:
            self.others.add(number)

    def take_event(self, event: OcelEvent) -> None:
        """An event with everything it says."""
        self.names.update(f"event:{name}" for name in event.attributes)
        event.attributes = {name: value for name, value in event.attributes.items() if f"event:{name}" in self._wanted}
        self.events.append(event)


def read_log(path: Path, case_type: str, wanted: set[str]) -> OcelLog:
    """Read a log, whichever of the three formats it has; its content tells, not its name.

    Raises:
        Refused: too large, or no sound log.
    """
    size = path.stat().st_size
    with path.open("rb") as raw:
        head = raw.read(len(SQLITE))
    log = OcelLog(case_type, wanted)
    if head == SQLITE:
        _from_sqlite(path, log)
        return log
    if size > MOST_BYTES:
        raise Refused(
            "log_too_large",
            f"{path.name}: {size >> 20} MB, more than {MOST_BYTES >> 20} MB; deliver it as SQLite, or in parts.",
        )
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        _from_json(path, log)
    else:
        _from_xml(path, log)
    return log


def _from_json(path: Path, log: OcelLog) -> None:
    try:
        document = json.loads(path.read_bytes(), parse_constant=no_constant, object_pairs_hook=once)
        if any(str(key).startswith("ocel:") for key in document):
            raise Refused("old_ocel", f"{path.name}: is an OCEL 1.0 log; export it as OCEL 2.0.")
        for one in document.get("objectTypes", ()):
            log.types.add(str(one["name"]))
        for one in document["objects"]:
            said = [Said(str(a["name"]), a.get("time"), text_of(a.get("value"))) for a in one.get("attributes") or ()]
            log.take_object(text_of(one["id"]), one["type"], said)
        for one in document["events"]:
            log.take_event(_json_event(one))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(
            "unreadable_ocel", f"{path.name}: no complete OCEL 2.0 log in JSON; have the export run again."
        ) from error


def _json_event(one: dict[str, Any]) -> OcelEvent:
    event = OcelEvent(text_of(one["id"]), text_of(one["type"]), text_of(one["time"]))
    event.attributes = {str(a["name"]): text_of(a.get("value")) for a in one.get("attributes") or ()}
    for related in one.get("relationships") or ():
        event.objects.setdefault(str(related["objectId"]), text_of(related.get("qualifier")))
    return event


class _XmlLog:
    """Hears an OCEL document: ``log/objects/object`` and ``log/events/event``, each with attributes and relations."""

    def __init__(self, log: OcelLog) -> None:
        self._log = log
        self._tags: list[str] = []
        self._event: OcelEvent | None = None
        self._object: dict[str, str] | None = None
        self._said: list[Said] = []
        self._attribute: dict[str, str] = {}
        self._text: list[str] = []

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        self._tags.append(tag)
        place = self._tags[1:]
        if place == ["events", "event"]:
            self._event = OcelEvent(attributes.get("id"), attributes.get("type"), attributes.get("time"))
        elif place == ["objects", "object"]:
            self._object, self._said = attributes, []
        elif tag == "object-type":
            self._log.types.add(attributes.get("name", ""))
        elif tag == "attribute":
            self._attribute, self._text = attributes, []
        elif tag in RELATIONS and self._event is not None:
            self._event.objects.setdefault(attributes.get("object-id", ""), attributes.get("qualifier"))

    def text(self, text: str) -> None:
        if self._tags[-1] == "attribute":
            self._text.append(text)

    def close(self, tag: str) -> None:
        place = self._tags[1:]
        self._tags.pop()
        if tag == "attribute":
            self._take_attribute()
        elif place == ["events", "event"] and self._event is not None:
            self._log.take_event(self._event)
            self._event = None
        elif place == ["objects", "object"] and self._object is not None:
            self._log.take_object(self._object.get("id"), self._object.get("type"), self._said)
            self._object = None

    def _take_attribute(self) -> None:
        name, value = self._attribute.get("name", ""), "".join(self._text)
        if self._event is not None:
            self._event.attributes[name] = value
        elif self._object is not None:
            self._said.append(Said(name, self._attribute.get("time"), value))


def _from_xml(path: Path, log: OcelLog) -> None:
    hears = _XmlLog(log)
    for _ in walked(path, hears):
        pass


def _from_sqlite(path: Path, log: OcelLog) -> None:
    """Opened as a file nobody writes: no lock, no journal beside it, and nothing in it is run."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        connection.execute("PRAGMA trusted_schema = OFF")
        _sqlite_objects(connection, log)
        _sqlite_events(connection, log)
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise Refused(
            "unreadable_ocel", f"{path.name}: no complete OCEL 2.0 log in SQLite; have the export run again."
        ) from error
    finally:
        if connection is not None:
            connection.close()


def _sqlite_objects(connection: sqlite3.Connection, log: OcelLog) -> None:
    tables = {str(kind): str(name) for kind, name in connection.execute("SELECT * FROM object_map_type")}
    log.types.update(tables)
    said: dict[str, list[Said]] = {}
    for row in _rows(connection, f"object_{tables.get(log.case_type, '')}") if log.case_type in tables else ():
        number, time, changed = (text_of(row.pop(name, None)) for name in SQLITE_OBJECT)
        # The first row says all there is, each later one what changed.
        changes = row if changed is None else {changed: row.get(changed)}
        said.setdefault(str(number), []).extend(
            Said(name, time, text_of(value)) for name, value in changes.items() if changed or value is not None
        )
    for number, kind in connection.execute("SELECT ocel_id, ocel_type FROM object ORDER BY rowid"):
        log.take_object(text_of(number), kind, said.get(str(number), []))


def _sqlite_events(connection: sqlite3.Connection, log: OcelLog) -> None:
    tables = {str(kind): str(name) for kind, name in connection.execute("SELECT * FROM event_map_type")}
    details: dict[tuple[str, str], dict[str, Any]] = {}
    for table in sorted(set(tables.values())):
        for row in _rows(connection, f"event_{table}"):
            details[table, str(row.pop("ocel_id"))] = row
    related: dict[str, dict[str, str | None]] = {}
    relations = "SELECT ocel_event_id, ocel_object_id, ocel_qualifier FROM event_object ORDER BY rowid"
    for event, number, qualifier in connection.execute(relations):
        related.setdefault(str(event), {}).setdefault(str(number), text_of(qualifier))
    for number, kind in connection.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid"):
        row = details.get((tables.get(str(kind), ""), str(number)), {})
        time = text_of(row.pop("ocel_time", None))
        attributes = {name: text_of(value) for name, value in row.items()}
        log.take_event(OcelEvent(text_of(number), text_of(kind), time, attributes, related.get(str(number), {})))


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    found = connection.execute(f"SELECT * FROM {quoted_name(table)} ORDER BY rowid")  # noqa: S608
    names = [str(column[0]) for column in found.description]
    for row in found:
        yield dict(zip(names, row, strict=True))


def quoted_name(table: str) -> str:
    """A table's name as an identifier, whatever stands in it."""
    return '"' + table.replace('"', '""') + '"'
