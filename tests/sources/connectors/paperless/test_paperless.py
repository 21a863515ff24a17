"""paperless-ngx: what changed becomes rows, nothing is lost while people work, no text ever crosses the wire."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import Refused
from sources.connectors.paperless.system import Paperless
from tests.sources.asking.fault_server import JSON, FaultServer, Reply, replied, serving
from tests.sources.asking.pulls import Pulled, access_of, nothing_personal, pulled, refusal, unreachable
from tests.sources.connectors.paperless.asked_paperless import ALL, CANARIES, DOCUMENTS, EVENTS, TEXTS, system
from tests.sources.connectors.paperless.paperless_server import PaperlessServer, document
from tests.towns import make_source


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


@pytest.fixture
def paperless(server: FaultServer) -> PaperlessServer:
    return PaperlessServer(server)


def test_no_text_is_ever_asked_for(server: FaultServer, paperless: PaperlessServer, tmp_path: Path) -> None:
    for columns in (DOCUMENTS, ALL):
        pull = pulled(system(server, tmp_path, columns))
        nothing_personal(pull, CANARIES)
        assert [warning for warning in pull.warnings if "texts" in warning] == []
    asked = server.asked_for("/api/documents/")
    assert len(asked) > 4
    for question in asked:
        assert TEXTS.isdisjoint(question.query["fields"].split(","))
    assert {question.path for question in server.asked}.isdisjoint({"/api/trash/", "/api/documents/1/history/"})


def test_only_the_names_a_mapping_needs_are_asked_for(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    pulled(system(server, tmp_path, {"document_ref": "id", "scanned_at": "added"}))
    assert {asked.path for asked in server.asked} == {"/api/documents/", "/api/statistics/", "/api/tasks/"}


@pytest.mark.parametrize("column", sorted(TEXTS | {"history.actor"}))
def test_a_column_about_people_cannot_be_mapped(server: FaultServer, tmp_path: Path, column: str) -> None:
    with pytest.raises(Refused) as refused:
        system(server, tmp_path, {**DOCUMENTS, "document_type": column})
    assert (refused.value.reason_code, refused.value.sentence) == (
        "personal_column",
        f"s: column '{column}' tells of a person or holds free text and is never asked for; "
        "take it out of [source.columns].",
    )
    assert server.asked == []


def test_a_custom_field_that_was_renamed_is_refused_with_its_likely_name(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    code, said = refusal(system(server, tmp_path, {**DOCUMENTS, "case_ref": "custom_fields.Aktenzeichnen"}))
    assert (code, "the nearest is 'custom_fields.Aktenzeichen'" in said) == ("column_missing", True)


def test_a_custom_field_of_free_text_is_refused(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    code, said = refusal(system(server, tmp_path, {**DOCUMENTS, "document_type": "custom_fields.Vermerk"}))
    assert (code, "is of type longtext" in said) == ("column_type", True)


def test_a_field_paperless_no_longer_knows_is_refused(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    for item in paperless.documents:
        item["pages_total"] = item.pop("page_count")
    assert refusal(system(server, tmp_path))[0] == "column_missing"


@pytest.mark.parametrize(
    ("number", "value", "column", "read"),
    [
        (4, "EUR25.00", "custom_fields.Gebuehr", "25.00"),
        (4, "USD25.00", "custom_fields.Gebuehr", "USD25.00"),
        (4, None, "custom_fields.Gebuehr", None),
        (5, "8y1S", "custom_fields.Kanal", "Schalter"),
        (5, "gone", "custom_fields.Kanal", "gone"),
        (3, 2, "custom_fields.Blattzahl", "2"),
        (7, True, "custom_fields.Geprüft", "true"),
        (7, None, "custom_fields.Geprüft", None),
    ],
)
def test_a_custom_field_is_read_as_people_see_it(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path, number: int, value: object, column: str, read: Any
) -> None:
    paperless.documents[0]["custom_fields"] = [{"field": number, "value": value}]
    pull = pulled(system(server, tmp_path, {**DOCUMENTS, "document_type": column}))
    assert pull.column(column) == [read, None, None]


def test_a_tag_nobody_may_see_keeps_its_number(server: FaultServer, paperless: PaperlessServer, tmp_path: Path) -> None:
    paperless.documents[0]["tags"] = [9, 1]
    paperless.documents[1]["tags"] = []
    paperless.documents[2]["document_type"] = 77
    pull = pulled(system(server, tmp_path, ALL))
    assert pull.column("tags") == ["#9,Wohngeld", None, "Posteingang,Wohngeld"]
    assert pull.column("document_type") == ["Antrag", "Antrag", "#77"]


@pytest.mark.parametrize(("versions", "agreed"), [((9, 10), "10"), ((8, 9), "9"), ((10, 11), "10")])
def test_a_version_is_agreed_upon(server: FaultServer, tmp_path: Path, versions: tuple[int, ...], agreed: str) -> None:
    PaperlessServer(server, versions=versions)
    assert pulled(system(server, tmp_path)).records.height == 3
    assert server.asked[-1].headers["accept"] == f"application/json; version={agreed}"


def test_a_version_nobody_knows_is_refused(server: FaultServer, tmp_path: Path) -> None:
    PaperlessServer(server, versions=(3, 7))
    assert refusal(system(server, tmp_path)) == (
        "version_unknown",
        "s: paperless speaks API version 7, but only 10 and 9 are known here; update paperless-ngx, or Papierwende.",
    )


def test_an_update_in_the_middle_of_a_pull_is_refused(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    paperless.script(
        "/api/tasks/", lambda _: replied({"count": 0, "next": None, "results": []}, headers={"X-Api-Version": "11"})
    )
    assert refusal(system(server, tmp_path))[0] == "version_changed"


def test_a_log_in_page_instead_of_records_is_refused(server: FaultServer, tmp_path: Path) -> None:
    server.answers("/api/documents/", Reply(302, headers={"Location": "/accounts/login/?next=/api/"}))
    server.answers("/accounts/login/", Reply(body=b"<!doctype html><form>", headers={"Content-Type": "text/html"}))
    assert refusal(system(server, tmp_path))[0] == "not_json"


def test_an_answer_of_another_program_is_refused(server: FaultServer, tmp_path: Path) -> None:
    server.answers("/api/documents/", Reply(body=b'{"hello": "world"}', headers=JSON))
    assert refusal(system(server, tmp_path))[0] == "unexpected_shape"


def test_without_a_token_nothing_is_asked(server: FaultServer, tmp_path: Path) -> None:
    source = make_source(DOCUMENTS, system="scan", format="paperless", path="", connection={"url": server.url})
    with pytest.raises(Refused, match="the token is missing; give it by the environment") as refused:
        Paperless(source, access_of(tmp_path, secret=None))
    assert refused.value.reason_code == "no_secret"


def test_a_second_pull_asks_only_for_what_changed(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    first = pulled(system(server, tmp_path))
    paperless.documents[1].update(page_count=5, modified="2026-11-20T10:00:00+01:00")
    second = pulled(system(server, tmp_path, connection={"overlap_hours": 0}), first.watermark)
    assert second.rows("id", "page_count") == [("2", "5")]
    assert second.watermark == "2026-11-20T09:00:00.000000Z"
    assert second.present["id"].to_list() == ["1", "2", "3"]


def test_a_pull_without_news_keeps_the_watermark(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    first = pulled(system(server, tmp_path))
    second = pulled(system(server, tmp_path, connection={"overlap_hours": 0}), first.watermark)
    assert (second.records.height, second.watermark) == (0, first.watermark)


def test_a_document_that_came_late_is_found_within_the_overlap(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    watermark = "2026-11-10T00:00:00.000000Z"
    paperless.documents += [
        document(90, modified="2026-11-09T02:00:00+01:00"),
        document(91, modified="2026-11-09T00:30:00+01:00"),
    ]
    late = pulled(system(server, tmp_path, connection={"overlap_hours": 24}), watermark)
    assert late.column("id") == ["90"]
    assert set(pulled(system(server, tmp_path)).column("id")) >= {"90", "91"}


def test_a_modification_ahead_of_now_does_not_hide_what_comes_until_then(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    paperless.documents[0]["modified"] = "2099-01-01T00:00:00+01:00"
    pull = pulled(system(server, tmp_path))
    assert pull.records.height == 3
    assert pull.watermark == "2026-11-03T23:03:00.000000Z"


def final_state(paperless: PaperlessServer) -> dict[str, str]:
    return {str(item["id"]): item["modified"] for item in paperless.documents}


def landed(*pulls: Pulled) -> dict[str, str]:
    """What stands after these pulls: the later row wins, what is no longer present goes."""
    rows = {row[0]: row[1] for pull in pulls for row in pull.rows("id", "modified")}
    present = set(pulls[-1].present["id"].to_list())
    return {number: modified for number, modified in rows.items() if number in present}


def changed(server: PaperlessServer) -> None:
    server.documents[3]["modified"] = "2026-11-21T11:00:00+01:00"


def deleted(server: PaperlessServer) -> None:
    del server.documents[1]


def added(server: PaperlessServer) -> None:
    server.documents.append(document(500, modified="2026-11-21T12:00:00+01:00"))


@pytest.mark.parametrize("change", [changed, deleted, added])
@pytest.mark.parametrize("moment", range(1, 9))
def test_what_changes_while_it_is_pulled_is_whole_after_the_next(
    server: FaultServer, tmp_path: Path, change: Callable[[PaperlessServer], None], moment: int
) -> None:
    paperless = PaperlessServer(server, count=20)
    questions: list[int] = []

    def meanwhile(_: int) -> None:
        questions.append(1)
        if len(questions) == moment:
            change(paperless)

    paperless.listed.meanwhile = meanwhile
    asked = system(server, tmp_path, connection={"page_size": 6, "overlap_hours": 0})
    first = pulled(asked)
    second = pulled(asked, first.watermark)
    assert landed(first, second) == final_state(paperless)


def test_many_documents_come_in_few_questions(server: FaultServer, tmp_path: Path) -> None:
    paperless = PaperlessServer(server, count=1100)
    pull = pulled(system(server, tmp_path))
    assert pull.records["id"].n_unique() == 1100
    fetched = [asked for asked in paperless.asked() if "id__in" in asked.query]
    assert len(fetched) == 5
    assert max(len(asked.query["id__in"]) for asked in fetched) < 2000


def test_rows_come_in_batches(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.asking.asked_rows.BATCH_ROWS", 7)
    PaperlessServer(server, count=30)
    pull = pulled(system(server, tmp_path))
    assert [batch.frame.height for batch in pull.batches if batch.part == "records"] == [7, 7, 7, 7, 2]
    assert pull.records.height == 30


def test_what_is_present_is_named_by_the_column_of_the_record(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    present = pulled(system(server, tmp_path)).present
    assert present["id"].to_list() == ["1", "2", "3"]
    assert present["custom_fields.Aktenzeichen"].to_list() == [None, None, None]
    listing = paperless.asked(page_size="100000", ordering="id")[-1]
    assert listing.query["fields"] == "id"


def test_events_are_present_as_long_as_their_case_is(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    paperless.documents[0]["custom_fields"] = []
    for number in (1, 2, 3):
        paperless.script(f"/api/documents/{number}/history/", lambda _: replied([]))
    present = pulled(system(server, tmp_path, EVENTS)).present
    assert present["custom_fields.Aktenzeichen"].to_list() == ["WG-2", "WG-3"]
    assert present["history.id"].to_list() == [None, None]


def test_a_document_deleted_before_its_history_was_read_is_no_error(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    assert pulled(system(server, tmp_path, EVENTS)).records.height == 0


def test_a_system_that_stays_down_is_unreachable(server: FaultServer, tmp_path: Path) -> None:
    server.answers("/api/documents/", Reply(503))
    assert "127.0.0.1 answered 503" in unreachable(system(server, tmp_path))


@pytest.mark.parametrize("path", ["documents", "custom_fields", "statistics", "tasks"])
def test_a_fault_anywhere_is_asked_again_and_changes_nothing(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path, path: str
) -> None:
    whole = pulled(system(server, tmp_path))
    script = server._scripts[f"/api/{path}/"]
    faults = [Reply(500), Reply(429, headers={"Retry-After": "1"}), Reply(body=b'{"count": ', headers=JSON)]
    server.script(f"/api/{path}/", lambda asked: faults.pop() if faults else script(asked))
    again = pulled(system(server, tmp_path, connection={"patience_minutes": 5}))
    assert (again.records.equals(whole.records), again.present.equals(whole.present)) == (True, True)
    assert faults == []
