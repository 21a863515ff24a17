"""OCEL 2.0 event logs as JSON, XML or SQLite, flattened to the one object type that is the case.

Each event becomes one row per case it is related to; an event of two cases stands in both. One that is related to
objects of other types alone is left out and counted, one without any known object goes to quarantine. Columns:
``ocel:case ocel:activity ocel:time ocel:event qualifier event:<attribute> case:<attribute>``. An attribute of the case
is its last value by time: what the log finally says of it; its history is not kept. Relations between objects are not
followed: an event that reaches its case only over another object belongs to none.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from sources.batches.file_format import Beginning, Header, Likeness
from sources.batches.protocol import BATCH_ROWS, Batch, Fault, Refused, judged_names, text_rows, wanted_columns
from sources.connectors.ocel.parts import SQLITE, OcelEvent, OcelLog, Said, read_log
from sources.contract.persons import word_for_persons
from sources.town.source import Source

JSON_MARKS: Final = (b'"objectTypes"', b'"eventTypes"', b'"ocel:')
WITHOUT_CASE: Final = "the event is related to no object of the log"


def read_ocel(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of events with their case's attributes, all text.

    Raises:
        Refused: no sound log, no such object type, no events, or a required attribute the log does not have.
    """
    wanted = wanted_columns(source)
    case_type = source.case_object or ""
    log = read_log(path, case_type, set(wanted))
    if case_type not in log.types:
        listed = ", ".join(f"'{name}'" for name in sorted(log.types))
        raise Refused(
            "object_type_missing",
            f"{path.name}: no object type '{case_type}', but {listed or 'none at all'}; "
            "correct case_object in town.toml.",
        )
    if not log.events:
        raise Refused("empty_file", f"{path.name}: the log holds no event; have the export run again.")
    renamed = judged_names(path, source, log.names)
    yield Batch(_frame([], wanted), warnings=renamed, columns=tuple(sorted(log.names)))
    if left_out := sum(_is_of_others(event, log) for event in log.events):
        yield Batch(_frame([], wanted), warnings=(_left_out(path, log, case_type, left_out),))
    rows = _rows(log, source.timezone)
    while chunk := list(islice(rows, BATCH_ROWS)):
        faults = tuple(row for row in chunk if isinstance(row, Fault))
        yield Batch(_frame([row for row in chunk if not isinstance(row, Fault)], wanted), faults)


def likeness(beginning: Beginning) -> Likeness:
    """SQLite; JSON that names types of objects or events; XML that names types of objects, or is called so."""
    head = beginning.head
    is_json = beginning.text.startswith(b"{") and any(mark in head for mark in JSON_MARKS)
    is_xml = beginning.text.startswith(b"<") and (b"<object-type" in head or ".xmlocel" in beginning.endings)
    return Likeness.OWN_MARK if head.startswith(SQLITE) or is_json or is_xml else Likeness.NONE


def read_header(path: Path, declared: Mapping[str, Any]) -> Header:
    """The columns of a log flattened to the declared type, or to the one most events are related to.

    Types that name persons are none of these: what a person did is no case. Types of whose objects most have a single
    step come last: what happens once to a thing is no course of a case.

    Raises:
        Refused: no sound log, or one without any type of object that can be a case.
    """
    found = tuple(sorted(read_log(path, "", set()).types))
    if not found:
        raise Refused("empty_file", f"{path.name}: the log holds no object type; have the export run again.")
    types = tuple(kind for kind in found if word_for_persons(kind) is None)
    _refuse_persons(path, types, declared.get("case_object"))
    related = {} if "case_object" in declared else {kind: _related(path, kind) for kind in types}
    case_type = declared.get("case_object") or max(types, key=lambda kind: related[kind].likelihood)
    passed_over = [kind for kind, one in related.items() if one.objects and not one.has_steps]
    return Header(
        sorted(read_log(path, case_type, set()).names),
        {"case_object": case_type},
        types,
        (
            *(f"Objects of type '{kind}' are persons and are no case." for kind in found if kind not in types),
            *(
                f"Most objects of type '{kind}' have a single step, so that it is hardly the case."
                for kind in passed_over
            ),
        ),
        is_case_sure=case_type not in passed_over,
    )


def _refuse_persons(path: Path, types: tuple[str, ...], declared: str | None) -> None:
    if declared is not None and word_for_persons(declared):
        named, others = f"the object type '{declared}' names persons", ", ".join(f"'{kind}'" for kind in types)
        raise Refused(
            "case_is_a_person",
            f"{path.name}: {named}, and what a person did is no case; "
            f"{f'name another: {others}' if others else 'export the log with the objects of the matter'}.",
        )
    if not types:
        raise Refused(
            "case_is_a_person",
            f"{path.name}: all its object types name persons, and what a person did is no case; "
            "export the log with the objects of the matter.",
        )


@dataclass(frozen=True)
class _Related:
    """How the events of a log are related to the objects of a type.

    Attributes:
        events: those that are related to one or more.
        objects: those that have an event.
        with_steps: those that have several.
        known: all objects of the type.
    """

    events: int
    objects: int
    with_steps: int
    known: int

    @property
    def has_steps(self) -> bool:
        """Whether most objects have more than one step."""
        return 2 * self.with_steps >= max(self.objects, 1)

    @property
    def likelihood(self) -> tuple[bool, int, int]:
        """What makes a type likely to be the case, in the order in which it weighs."""
        return self.has_steps, self.events, -self.known


def _related(path: Path, kind: str) -> _Related:
    log = read_log(path, kind, set())
    steps = Counter(number for event in log.events for number in event.objects if number in log.cases)
    events = sum(any(number in log.cases for number in event.objects) for event in log.events)
    return _Related(events, len(steps), sum(count > 1 for count in steps.values()), len(log.cases))


def _rows(log: OcelLog, zone: str) -> Iterator[tuple[int, dict[str, str | None]] | Fault]:
    cases = {number: _finally(said, zone) for number, said in log.cases.items()}
    position = 0
    for event in log.events:
        related = [number for number in event.objects if number in cases]
        if _is_of_others(event, log):
            continue
        if not related:
            position += 1
            yield Fault(position, "event_without_case", WITHOUT_CASE)
        for number in related:
            position += 1
            yield position, _row(event, number) | cases[number]


def _is_of_others(event: OcelEvent, log: OcelLog) -> bool:
    """Whether an event is related to objects, but to none that is a case."""
    return not log.cases.keys() & event.objects.keys() and not log.others.isdisjoint(event.objects)


def _left_out(path: Path, log: OcelLog, case_type: str, events: int) -> str:
    return (
        f"{path.name}: {events:,} of {len(log.events):,} events are related to no '{case_type}' but to other objects; "
        "they are left out."
    )


def _row(event: OcelEvent, case: str) -> dict[str, str | None]:
    return {
        "ocel:case": case,
        "ocel:activity": event.activity,
        "ocel:time": event.time,
        "ocel:event": event.number,
        "qualifier": event.objects[case],
        **{f"event:{name}": value for name, value in event.attributes.items()},
    }


def _finally(said: list[Said], zone: str) -> dict[str, str | None]:
    """Per attribute of a case its last value by time; of one time the one that stands later in the log."""
    ordered = sorted(said, key=lambda one: _moment(one.time, zone))
    return {f"case:{one.name}": one.value for one in ordered}


def _moment(time: str | None, zone: str) -> dt.datetime:
    """When something was said, for the order only; what has no readable time was said first."""
    try:
        moment = dt.datetime.fromisoformat(time or "")
    except ValueError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=zoneinfo.ZoneInfo(zone or "UTC"))


def _frame(rows: list[tuple[int, dict[str, str | None]]], wanted: list[str]) -> pl.DataFrame:
    return text_rows([position for position, _ in rows], {name: [row.get(name) for _, row in rows] for name in wanted})
