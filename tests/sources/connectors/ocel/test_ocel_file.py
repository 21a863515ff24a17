"""OCEL 2.0: three forms of one log, flattened to the object type that is the case, and nothing lost silently."""

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import POSITION
from sources.connectors.files import read_batches
from sources.proposal.proposal import Answers
from sources.proposal.propose import propose
from sources.town.folder import read_town
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import admitted, make_source, make_town

SHARED = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
COLUMNS = {
    "case_ref": "ocel:case",
    "activity": "ocel:activity",
    "occurred_at": "ocel:time",
    "record_ref": "ocel:event",
    "medium": "event:medium",
    "case_type": "case:art",
    "unit": "qualifier",
}
SOURCE = make_source(COLUMNS, format="ocel", case_object="application")

Json = dict[str, Any]


def event(number: str, *cases: str, time: str = "2026-03-02T09:00:00Z", **attributes: str) -> Json:
    return {
        "id": number,
        "type": f"step {number}",
        "time": time,
        "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
        "relationships": [{"objectId": case, "qualifier": f"of {case}"} for case in cases],
    }


def thing(number: str, kind: str = "application", *said: tuple[str, str, str]) -> Json:
    attributes = [{"name": name, "time": time, "value": value} for name, time, value in said]
    return {"id": number, "type": kind, "attributes": attributes, "relationships": []}


FIRST = "1970-01-01T00:00:00Z"
LOG: Json = {
    "objectTypes": [{"name": "application", "attributes": []}, {"name": "letter", "attributes": []}],
    "eventTypes": [],
    "objects": [
        thing(
            "A1", "application", ("art", "2026-03-05T00:00:00+01:00", "late"), ("art", FIRST, "new"),
            ("art", "2026-03-03T00:00:00Z", "middle"), ("name", FIRST, "Anna Muster"),
        ),
        thing("A2"),
        thing("L1", "letter", ("art", FIRST, "brief")),
    ],
    "events": [
        event("e1", "A1", medium="paper", clerk="Anna Muster"),
        event("e2", "A1", "L1", "A2"),
        event("e3", "L1"),
        event("e4", "A2", "A2", "gone"),
        event("e5", "gone"),
    ],
}  # fmt: skip


def as_json(path: Path, log: Json = LOG) -> Path:
    path.write_text(json.dumps(log), encoding="utf-8")
    return path


def as_xml(path: Path, log: Json = LOG) -> Path:
    def attributes(one: Json) -> str:
        tags = "".join(
            f'<attribute name="{a["name"]}"{f""" time="{a["time"]}" """ if "time" in a else ""}>{a["value"]}</attribute>'
            for a in one["attributes"]
        )
        return f"<attributes>{tags}</attributes>"

    def relations(one: Json) -> str:
        tags = "".join(
            f'<relationship object-id="{r["objectId"]}" qualifier="{r["qualifier"]}"/>' for r in one["relationships"]
        )
        return f"<objects>{tags}</objects>"

    types = "".join(f'<object-type name="{t["name"]}"><attributes/></object-type>' for t in log["objectTypes"])
    objects = "".join(
        f'<object id="{o["id"]}" type="{o["type"]}">{attributes(o)}{relations(o)}</object>' for o in log["objects"]
    )
    events = "".join(
        f'<event id="{e["id"]}" type="{e["type"]}" time="{e["time"]}">{attributes(e)}{relations(e)}</event>'
        for e in log["events"]
    )
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><log><object-types>{types}</object-types><event-types/>"
        f"<objects>{objects}</objects><events>{events}</events></log>",
        encoding="utf-8",
    )
    return path


def as_sqlite(path: Path, log: Json = LOG) -> Path:
    path.unlink(missing_ok=True)
    book = sqlite3.connect(path)
    book.executescript(
        "CREATE TABLE object_map_type(ocel_type, ocel_type_map); CREATE TABLE event_map_type(ocel_type, ocel_type_map);"
        "CREATE TABLE object(ocel_id, ocel_type); CREATE TABLE event(ocel_id, ocel_type);"
        "CREATE TABLE event_object(ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,"
        " PRIMARY KEY(ocel_qualifier, ocel_object_id, ocel_event_id));"
    )
    for kind in log["objectTypes"]:
        book.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind["name"], f'x"{kind["name"]}'))
        book.execute(f'CREATE TABLE "object_x""{kind["name"]}" (ocel_id, ocel_time, ocel_changed_field, art, name)')
    for one in log["objects"]:
        book.execute("INSERT INTO object VALUES (?, ?)", (one["id"], one["type"]))
        for said in one["attributes"]:
            changed = None if said["time"] == FIRST else said["name"]
            columns = {"art": None, "name": None, said["name"]: said["value"]}
            row = (one["id"], said["time"], changed, columns["art"], columns["name"])
            book.execute(f'INSERT INTO "object_x""{one["type"]}" VALUES (?, ?, ?, ?, ?)', row)
    for one in log["events"]:
        values = {a["name"]: a["value"] for a in one["attributes"]}
        book.execute("INSERT INTO event_map_type VALUES (?, ?)", (one["type"], one["id"]))
        book.execute(f'CREATE TABLE "event_{one["id"]}" (ocel_id, ocel_time, medium, clerk)')
        row = (one["id"], one["time"], values.get("medium"), values.get("clerk"))
        book.execute(f'INSERT INTO "event_{one["id"]}" VALUES (?, ?, ?, ?)', row)
        book.execute("INSERT INTO event VALUES (?, ?)", (one["id"], one["type"]))
        for related in one["relationships"]:
            row = (one["id"], related["objectId"], related["qualifier"])
            book.execute("INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)", row)
    book.commit()
    book.close()
    return path


FORMS: dict[str, Callable[..., Path]] = {"json": as_json, "xml": as_xml, "sqlite": as_sqlite}


@pytest.fixture(params=FORMS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The log in one of its forms."""
    return FORMS[request.param](tmp_path / f"x.{request.param}")


def test_an_event_stands_in_each_case_it_is_related_to(path: Path) -> None:
    found = rows_of(path, SOURCE)
    assert found.column("ocel:event") == ["e1", "e2", "e2", "e4"]
    assert found.column("ocel:case") == ["A1", "A1", "A2", "A2"]
    assert found.column("ocel:activity") == ["step e1", "step e2", "step e2", "step e4"]
    assert found.column("qualifier") == ["of A1", "of A1", "of A2", "of A2"]
    assert found.column("event:medium") == ["paper", None, None, None]


def test_an_event_without_any_known_object_goes_to_quarantine(path: Path) -> None:
    found = rows_of(path, SOURCE)
    assert (found.positions, found.faults) == ([1, 2, 3, 4], [(5, "event_without_case")])


def test_events_of_other_objects_are_left_out_and_counted(path: Path) -> None:
    assert f"{path.name}: 1 of 5 events are related to no 'application' but to other objects; they are left out." in {
        warning for batch in read_batches(path, SOURCE) for warning in batch.warnings
    }


def test_a_log_of_the_first_standard_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"ocel:global-log": {}, "ocel:events": {}, "ocel:objects": {}}', encoding="utf-8")
    assert refusal_of(path, SOURCE) == ("old_ocel", "x.json: is an OCEL 1.0 log; export it as OCEL 2.0.")


def test_an_attribute_of_a_case_is_its_last_value_by_time(path: Path) -> None:
    assert rows_of(path, SOURCE).column("case:art") == ["late", "late", None, None]


def test_what_no_column_names_never_enters(path: Path) -> None:
    assert "Anna" not in str(rows_of(path, SOURCE))


def test_an_unknown_object_type_is_refused_with_those_the_log_has(path: Path) -> None:
    assert refusal_of(path, make_source(COLUMNS, format="ocel", case_object="case")) == (
        "object_type_missing",
        f"{path.name}: no object type 'case', but 'application', 'letter'; correct case_object in town.toml.",
    )


def test_an_attribute_that_was_probably_renamed_is_told(path: Path) -> None:
    source = make_source({**COLUMNS, "medium": "event:Medium_"}, format="ocel", case_object="application")
    assert rows_of(path, source).warnings[:1] == [
        f"{path.name}: no record has 'event:Medium_', but 'event:medium' is there; correct [source.columns]."
    ]


def test_a_required_attribute_the_log_lacks_is_refused(path: Path) -> None:
    source = make_source({**COLUMNS, "activity": "event:step"}, format="ocel", case_object="application")
    code, said = refusal_of(path, source)
    assert (code, "column 'event:step' is missing" in said) == ("column_missing", True)


@pytest.mark.parametrize("form", FORMS)
def test_a_log_without_events_is_refused(tmp_path: Path, form: str) -> None:
    """D1: a log of nothing."""
    path = FORMS[form](tmp_path / "x.ocel", {**LOG, "events": []})
    assert refusal_of(path, SOURCE) == ("empty_file", "x.ocel: the log holds no event; have the export run again.")


def test_rows_come_in_batches_that_lose_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.ocel.file.BATCH_ROWS", 2)
    batches = [batch for batch in read_batches(path, SOURCE) if batch.frame.height or batch.faults]
    positions = [(batch.frame[POSITION].to_list(), [fault.position for fault in batch.faults]) for batch in batches]
    assert positions == [([1, 2], []), ([3, 4], []), ([], [5])]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"objects": 7, "events": []}',
        b'{"objects": [], "events": [{"id": "e1"}]}',
        b'{"objects": [], "events": ' + b"[" * 100_000 + b"}",
        b"<log><objects>",
        b"SQLite format 3\0" + bytes(200),
        b"case;step;at\n",
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ocel"
    path.write_bytes(content)
    code, said = refusal_of(path, SOURCE)
    assert (code in ("unreadable_ocel", "broken_xml"), "have the export run again" in said) == (True, True)


def test_a_damaged_database_is_refused_and_no_journal_is_left(tmp_path: Path) -> None:
    path = as_sqlite(tmp_path / "x.sqlite")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    assert refusal_of(path, SOURCE)[0] == "unreadable_ocel"
    assert [file.name for file in tmp_path.iterdir()] == ["x.sqlite"]


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    book = sqlite3.connect(path)
    book.execute("CREATE TABLE t(x)")
    book.close()
    assert refusal_of(path, SOURCE)[0] == "unreadable_ocel"


def test_a_doctype_is_refused(tmp_path: Path) -> None:
    """D26: in an OCEL log as in XES."""
    path = tmp_path / "x.xmlocel"
    path.write_text('<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log>&x;</log>', encoding="utf-8")
    assert refusal_of(path, SOURCE) == ("doctype", "x.xmlocel: declares a DOCTYPE, which no delivery needs; refused.")


def test_a_log_too_large_for_memory_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.connectors.ocel.parts.MOST_BYTES", 100)
    assert refusal_of(as_json(tmp_path / "x.json"), SOURCE)[0] == "log_too_large"
    assert rows_of(as_sqlite(tmp_path / "x.sqlite"), SOURCE).read == 5


@pytest.mark.skipif(not (SHARED / "ocel20_example.sqlite").is_file(), reason="the standard's own example is not here")
@pytest.mark.parametrize(("case_object", "events"), [("Purchase Order", 5), ("Invoice", 9), ("Payment", 3)])
def test_the_standards_own_example_is_the_same_in_its_three_forms(
    tmp_path: Path, case_object: str, events: int
) -> None:
    columns = {
        "case_ref": "ocel:case",
        "activity": "ocel:activity",
        "occurred_at": "ocel:time",
        "record_ref": "ocel:event",
        "case_type": "case:po_quantity",
        "outcome": "case:is_blocked",
        "unit": "qualifier",
    }
    source = make_source(columns, format="ocel", case_object=case_object)
    town = read_town(make_town(tmp_path / "town"))
    paths = [SHARED / f"ocel20_example.{kind}" for kind in ("jsonocel", "sqlite", "xmlocel")]
    # The example writes its times in UTC, with offset in one form, as local times in the others.
    raw = [rows_of(path, source).frame.drop("ocel:time") for path in paths]
    made = [admitted(town, list(read_batches(path, source)), source) for path in paths]
    assert raw[0].height == events
    for other in (1, 2):
        assert raw[other].equals(raw[0])
        assert made[other].records["events"].equals(made[0].records["events"])
        assert made[other].records["cases"].equals(made[0].records["cases"])
        assert made[other].quarantine.equals(made[0].quarantine)


def letters_and_applications(path: Path, *, steps: int) -> Path:
    """Each event is of its own letter, and not all of an application, of which each has so many steps."""
    objects = [thing(f"A{n}") for n in range(4)] + [
        thing(f"L{n}-{step}", "letter") for n in range(4) for step in "abcd"
    ]
    events = [
        event(f"e{n}-{step}", f"L{n}-{step}", *([f"A{n}"] if place < steps else []))
        for n in range(4)
        for place, step in enumerate("abcd")
    ]
    return as_json(path, {**LOG, "objects": objects, "events": events})


def test_what_happens_once_to_each_object_is_not_the_likely_case(tmp_path: Path) -> None:
    """All 16 events are of a letter, 12 of an application: but each letter has one alone."""
    proposal = propose(letters_and_applications(tmp_path / "x.json", steps=3), today=dt.date(2026, 4, 1))
    (question,) = [question for question in proposal.questions if question.about == "case_object"]
    assert (question.default, proposal.options["case_object"]) == ("application", "application")
    assert "Most objects of type 'letter' have a single step, so that it is hardly the case." in proposal.notes


def test_where_nothing_has_several_steps_no_type_is_proposed(tmp_path: Path) -> None:
    log = letters_and_applications(tmp_path / "x.json", steps=1)
    proposal = propose(log, today=dt.date(2026, 4, 1))
    (question,) = [question for question in proposal.questions if question.about == "case_object"]
    assert (question.default, question.choices) == (None, ("application", "letter"))
    assert sum("have a single step" in note for note in proposal.notes) == 2
    said = propose(log, Answers(case_object="letter"), today=dt.date(2026, 4, 1))
    assert said.options["case_object"] == "letter"
    assert not [question for question in said.questions if question.about == "case_object"]
