"""Camunda 7: its history becomes rows, lost in no page, and never tells who did it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.batches.protocol import Refused
from sources.connectors.camunda7 import Camunda7
from sources.contract.records import EVENTS
from sources.values.columns import Spelling, read_column
from tests.sources.asking.fault_server import JSON, FaultServer, Reply, replied, serving
from tests.sources.asking.pulls import NOW, access_of, nothing_personal, pulled, refusal, unreachable
from tests.sources.connectors.camunda_server import CamundaServer, activity, at, process
from tests.towns import make_source

STEPS = {
    "case_ref": "processInstanceId",
    "activity": "activityName",
    "occurred_at": "startTime",
    "record_ref": "id",
}
NUMBERED = {**STEPS, "case_ref": "businessKey"}
ENDED = {**STEPS, "occurred_at": "endTime", "started_at": "startTime"}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


@pytest.fixture
def engine(server: FaultServer) -> CamundaServer:
    return CamundaServer(server)


def system(server: FaultServer, folder: Path, columns: dict[str, str] | None = None, **more: Any) -> Camunda7:
    secret = more.pop("secret", None)
    connection = {"url": server.url, "patience_minutes": 0, "overlap_hours": 0, **more}
    source = make_source(STEPS if columns is None else columns, format="camunda7", path="", connection=connection)
    return Camunda7(source, access_of(folder, secret), sleep=lambda _: None)


def test_steps_become_rows(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.activities = [activity(1, at(3), at(4)), activity(2, at(5), None)]
    pull = pulled(system(server, tmp_path, {**STEPS, "started_at": "endTime"}))
    assert pull.rows("id", "processInstanceId", "activityName", "startTime", "endTime") == [
        ("step:0001", "p1", "Antrag prüfen", "2026-11-03T08:00:00.000+0100", "2026-11-04T08:00:00.000+0100"),
        ("step:0002", "p1", "Antrag prüfen", "2026-11-05T08:00:00.000+0100", None),
    ]
    assert pull.watermark == "2026-11-05T07:00:00.000000Z"
    assert pull.present.height == 0
    nothing_personal(pull, ["anna"])


def test_an_offset_without_a_colon_is_read_at_the_door(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.activities = [activity(1, at(3, 8, 189), None)]
    text = pulled(system(server, tmp_path)).records["startTime"]
    instant = next(field for field in EVENTS.fields if field.name == "occurred_at")
    read = read_column(text, instant, Spelling("Europe/Berlin"), NOW.date())
    assert str(read.values[0]) == "2026-11-03 07:00:00.189000"
    assert read.failed.is_null().all()
    assert text.dtype == pl.String


def test_a_moment_is_sent_as_camunda_reads_it(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.activities = [activity(1, at(1), None)]
    pulled(system(server, tmp_path, overlap_hours=24), "2026-11-05T07:00:00.189000Z")
    assert {asked.query.get("startedAfter") for asked in engine.pages()} == {None, "2026-11-04T07:00:00.189+0000"}


@pytest.mark.parametrize("column", ["assignee", "userId", "owner", "startUserId"])
def test_who_did_it_cannot_be_mapped(server: FaultServer, tmp_path: Path, column: str) -> None:
    with pytest.raises(Refused, match=f"column '{column}' tells of a person") as refused:
        system(server, tmp_path, {**STEPS, "unit": column})
    assert (refused.value.reason_code, server.asked) == ("personal_column", [])


def test_a_column_camunda_does_not_have_is_refused_with_the_nearest(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the nearest is 'activityType'"):
        system(server, tmp_path, {**STEPS, "unit": "activityTyp"})


def test_a_history_camunda_does_not_have_is_refused(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="use one of activity-instance, process-instance, task") as refused:
        system(server, tmp_path, query="decision")
    assert refused.value.reason_code == "unknown_query"


def test_processes_become_cases_with_their_number(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.processes.append(process("p2", "WG-2", at(2), at(9)))
    columns = {"case_ref": "businessKey", "received_at": "startTime", "closed_at": "endTime", "outcome": "state"}
    pull = pulled(system(server, tmp_path, columns, query="process-instance"))
    assert pull.rows("businessKey", "state") == [("WG-1", "ACTIVE"), ("WG-2", "COMPLETED")]
    nothing_personal(pull, ["anna"])


def test_a_step_knows_the_number_of_its_case(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.processes += [process(f"p{number}", f"WG-{number}", at(1)) for number in range(2, 121)]
    engine.activities = [activity(n, at(3), None, f"p{n}") for n in range(1, 121)] + [
        activity(999, at(4), None, "gone")
    ]
    pull = pulled(system(server, tmp_path, NUMBERED))
    assert dict(pull.rows("id", "businessKey")) == {f"step:{n:04d}": f"WG-{n}" for n in range(1, 121)} | {
        "step:0999": None
    }
    assert len(engine.pages("process-instance")) == 3


def test_a_second_pull_brings_new_steps_and_new_ends(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.activities = [activity(1, at(1), None), activity(2, at(2), at(3)), activity(3, at(4), None)]
    first = pulled(system(server, tmp_path))
    assert first.watermark == "2026-11-04T07:00:00.000000Z"
    engine.activities[0]["endTime"] = at(6)
    engine.activities += [activity(4, at(7), None), activity(5, at(7), at(8))]
    second = pulled(system(server, tmp_path), first.watermark)
    assert sorted(second.column("id")) == ["step:0001", "step:0003", "step:0004", "step:0005"]
    assert second.watermark == "2026-11-08T07:00:00.000000Z"


def test_a_step_that_came_late_is_found_within_the_overlap(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.activities = [activity(1, at(9, 9), at(9, 10)), activity(2, at(8, 7), at(8, 8))]
    late = pulled(system(server, tmp_path, overlap_hours=24), "2026-11-10T07:00:00.000000Z")
    assert late.column("id") == ["step:0001"]
    assert pulled(system(server, tmp_path)).records.height == 2


def test_where_the_end_is_the_event_only_what_ended_is_asked_for(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.activities = [activity(1, at(1), at(2)), activity(2, at(3), None)]
    assert pulled(system(server, tmp_path, ENDED)).column("id") == ["step:0001"]
    engine.activities[1]["endTime"] = at(9)
    assert pulled(system(server, tmp_path, ENDED), "2026-11-05T00:00:00.000000Z").column("id") == ["step:0002"]


@pytest.mark.parametrize("tied", [1, 7, 40])
@pytest.mark.parametrize("size", [1, 5, 40])
@pytest.mark.parametrize("is_strict", [False, True], ids=["from", "after"])
def test_records_of_one_moment_are_lost_in_no_page(
    server: FaultServer, tmp_path: Path, tied: int, size: int, is_strict: bool
) -> None:
    engine = CamundaServer(server, is_strict=is_strict)
    engine.activities = [activity(number, at(1 + number // tied % 28, 8, number % 2), None) for number in range(40)]
    pull = pulled(system(server, tmp_path, page_size=size))
    assert sorted(pull.column("id")) == [f"step:{number:04d}" for number in range(40)]


@pytest.mark.parametrize("moment", range(1, 8))
def test_the_nightly_cleanup_moves_nothing_out_of_sight(
    server: FaultServer, engine: CamundaServer, tmp_path: Path, moment: int
) -> None:
    engine.activities = [activity(number, at(1 + number // 2), at(20)) for number in range(20)]

    def cleanup() -> None:
        if len(engine.pages()) == moment:
            del engine.activities[:3]
            engine.activities.append(activity(900, at(21), at(21)))

    engine.meanwhile = cleanup
    asked = system(server, tmp_path, page_size=4)
    first = pulled(asked)
    second = pulled(asked, first.watermark)
    found = {*first.column("id"), *second.column("id")}
    assert found >= {item["id"] for item in engine.activities}


def test_what_ends_while_it_is_pulled_is_found_by_the_next(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.date = {"Date": "Tue, 10 Nov 2026 12:00:00 GMT"}
    engine.activities = [activity(1, at(1), None), activity(2, at(9), at(9))]

    def finish() -> None:
        if engine.pages()[-1].query["sortBy"] == "startTime":
            engine.activities[0]["endTime"] = at(10, 14)
            engine.activities[1]["endTime"] = at(10, 15)

    engine.meanwhile = finish
    first = pulled(system(server, tmp_path), "2026-11-08T00:00:00.000000Z")
    assert first.watermark == "2026-11-10T12:00:00.000000Z"
    assert "step:0001" in pulled(system(server, tmp_path), first.watermark).column("id")


def test_a_server_that_gives_less_than_asked_for_loses_nothing(server: FaultServer, tmp_path: Path) -> None:
    engine = CamundaServer(server, most_per_page=3)
    engine.activities = [activity(number, at(1 + number), None) for number in range(20)]
    assert sorted(pulled(system(server, tmp_path)).column("id")) == [f"step:{number:04d}" for number in range(20)]


def test_more_counted_than_shown_is_refused_after_a_second_look(
    server: FaultServer, engine: CamundaServer, tmp_path: Path
) -> None:
    engine.activities = [activity(1, at(1), None)]
    server.answers("/history/activity-instance/count", replied({"count": 5}))
    assert refusal(system(server, tmp_path)) == (
        "pages_moving",
        "s: Camunda counts 5 records of activity-instance but showed 1 of them, twice; nothing was taken, "
        "run again later, or ask whoever runs it.",
    )


def test_pages_that_repeat_themselves_for_ever_end(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    same = [activity(number, at(1), None) for number in range(5)]
    server.script("/history/activity-instance", lambda _: replied(same))
    server.answers("/history/activity-instance/count", replied({"count": 50}))
    assert refusal(system(server, tmp_path, page_size=5))[0] == "pages_moving"
    assert len(engine.pages()) < 40


def test_a_sudden_empty_history_is_no_fact(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    assert refusal(system(server, tmp_path), "2026-11-08T00:00:00.000000Z") == (
        "sudden_zero",
        "s: Camunda shows 0 records of activity-instance to this user, but some landed before; nothing was taken. "
        "Without rights it shows an empty history: give a user with READ_HISTORY on all process definitions.",
    )
    assert "at least 3 are expected" in refusal(system(server, tmp_path, expected_minimum=3))[1]
    assert pulled(system(server, tmp_path)).records.height == 0


@pytest.mark.parametrize(
    ("user", "secret", "sent"), [("reader", "s3cret", "Basic "), (None, "s3cret", "Bearer s3cret"), (None, None, "")]
)
def test_it_logs_in_as_the_engine_wants_it(
    server: FaultServer, engine: CamundaServer, tmp_path: Path, user: str | None, secret: str | None, sent: str
) -> None:
    pulled(system(server, tmp_path, user=user, secret=secret))
    assert all(asked.headers.get("authorization", "").startswith(sent) for asked in server.asked)


def test_an_engine_is_described(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.activities = [activity(1, at(1), None)]
    seen = system(server, tmp_path).test()
    assert seen.sentences == (
        "s: Camunda 7.21.0 answers.",
        "s: its history counts 1 of activity-instance, 1 of process-instance, 1 of task.",
    )
    assert "businessKey" in seen.columns
    assert {"assignee", "owner"}.isdisjoint(seen.columns)
    assert [asked.path for asked in server.asked if "maxResults" in asked.query] == []


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401), "no_rights"),
        (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "not_json"),
        (replied({"type": "RestException", "message": "no such engine"}), "not_json"),
        (replied({"type": "InvalidRequestException"}, 400), "unexpected_status"),
        (replied({"items": []}), "unexpected_shape"),
        (replied([activity(1, "yesterday", None)]), "unexpected_shape"),
        (replied([{"id": "1", "startTime": at(1), "endTime": None}]), "column_missing"),
    ],
    ids=["rights", "page", "error", "status", "camunda 8", "time", "column"],
)
def test_a_wrong_answer_is_refused(
    server: FaultServer, engine: CamundaServer, tmp_path: Path, reply: Reply, code: str
) -> None:
    engine.activities = [activity(1, at(1), None)]
    server.answers("/history/activity-instance", reply)
    assert refusal(system(server, tmp_path))[0] == code


def test_a_page_that_breaks_off_is_asked_for_again(server: FaultServer, engine: CamundaServer, tmp_path: Path) -> None:
    engine.activities = [activity(1, at(1), None)]
    script = server._scripts["/history/activity-instance"]
    faults = [Reply(503), Reply(body=b'[{"id": "1"}, ' * 20, headers=JSON, fault="cut")]
    server.script("/history/activity-instance", lambda asked: faults.pop() if faults else script(asked))
    assert pulled(system(server, tmp_path, patience_minutes=5)).records.height == 1
    assert faults == []


def test_an_engine_that_stays_down_is_unreachable(server: FaultServer, tmp_path: Path) -> None:
    server.answers("/version", Reply(502))
    source = make_source(STEPS, format="camunda7", path="", connection={"url": server.url, "patience_minutes": 0})
    assert "127.0.0.1 answered 502" in unreachable(Camunda7(source, access_of(tmp_path, None)))


def test_rows_come_in_batches(
    server: FaultServer, engine: CamundaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.asking.asked_rows.BATCH_ROWS", 10)
    engine.activities = [activity(number, at(1 + number % 20), None) for number in range(35)]
    pull = pulled(system(server, tmp_path, page_size=10))
    assert max(batch.frame.height for batch in pull.batches) <= 20
    assert pull.records.height == 35
