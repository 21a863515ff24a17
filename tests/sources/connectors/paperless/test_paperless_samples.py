"""paperless-ngx: answers of a real 3.0.5, byte for byte, and a real one where the environment names it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.connectors.paperless.system import Paperless
from tests.sources.asking.fault_server import FaultServer, replied, serving
from tests.sources.asking.pulls import access_of, nothing_personal, pulled, refusal
from tests.sources.connectors.paperless.asked_paperless import ALL, CANARIES, EVENTS, TEXTS, system
from tests.sources.connectors.paperless.paperless_server import NEEDS_SAMPLES, recorded
from tests.towns import make_source


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


def replay(server: FaultServer, **named: str) -> None:
    """Serve recorded answers of a real paperless-ngx 3.0.5."""
    names = {
        "/api/documents/": "documents_fields",
        "/api/statistics/": "statistics",
        "/api/tags/": "tags",
        "/api/document_types/": "document_types",
        "/api/custom_fields/": "custom_fields",
        "/api/tasks/": "tasks",
        "/api/trash/": "trash",
        "/api/documents/1/history/": "document_1_history",
        **{f"/api/{path}/": name for path, name in named.items()},
    }
    for path, name in names.items():
        server.answers(path, recorded(name))


@NEEDS_SAMPLES
def test_real_answers_become_rows(server: FaultServer, tmp_path: Path) -> None:
    replay(server)
    pull = pulled(system(server, tmp_path))
    assert pull.rows("id", "custom_fields.Aktenzeichen", "added", "page_count") == [
        ("3", None, "2026-11-21T23:54:37.143494+01:00", None),
        ("2", None, "2026-11-21T23:54:36.495836+01:00", "1"),
        ("1", "WG-2026-000123", "2026-11-21T23:54:33.312802+01:00", "2"),
    ]
    assert pull.watermark == "2026-11-21T22:55:07.186651Z"
    assert pull.present["id"].to_list() == ["3", "2", "1"]
    nothing_personal(pull, CANARIES)


@NEEDS_SAMPLES
def test_real_numbers_become_names(server: FaultServer, tmp_path: Path) -> None:
    replay(server, documents="documents_big_page")
    pull = pulled(system(server, tmp_path, ALL))
    assert pull.rows(*list(ALL.values())[4:])[2] == (
        "2", "2026-11-03", "Antrag", "Posteingang,Wohngeld", "123", "application/pdf", "2", None,
    )  # fmt: skip
    assert any("sends whole texts although none was asked for; nothing of them was kept" in w for w in pull.warnings)
    nothing_personal(pull, CANARIES)


@NEEDS_SAMPLES
def test_real_failed_tasks_are_counted_without_their_files(server: FaultServer, tmp_path: Path) -> None:
    replay(server)
    assert pulled(system(server, tmp_path)).warnings == [
        "s: 3 documents could not be taken in, 0 of them because their archive number was given away already; "
        "see the tasks there."
    ]


@NEEDS_SAMPLES
def test_real_tasks_of_version_9_are_counted_alike(server: FaultServer, tmp_path: Path) -> None:
    replay(server, tasks="tasks_v9")
    server.answers("/api/documents/", recorded("documents_v99"), recorded("documents_fields"))
    assert "3 documents could not be taken in" in pulled(system(server, tmp_path)).warnings[0]
    assert {asked.headers["accept"] for asked in server.asked_for("/api/tasks/")} == {"application/json; version=9"}


@NEEDS_SAMPLES
def test_a_real_history_becomes_events_without_actors_or_texts(server: FaultServer, tmp_path: Path) -> None:
    replay(server)
    for number in (2, 3):
        server.answers(f"/api/documents/{number}/history/", replied([]))
    pull = pulled(system(server, tmp_path, EVENTS))
    assert set(pull.column("custom_fields.Aktenzeichen")) == {"WG-2026-000123"}
    assert pull.rows("history.id", "history.action", "history.timestamp")[0] == (
        "26", "create", "2026-11-21T22:55:07.221038Z",
    )  # fmt: skip
    assert any("sends whole texts with the history of documents; nothing of them was kept" in w for w in pull.warnings)
    nothing_personal(pull, CANARIES)


@NEEDS_SAMPLES
def test_a_real_trash_becomes_a_list_of_deletions(server: FaultServer, tmp_path: Path) -> None:
    replay(server)
    columns = {"document_ref": "id", "removed_at": "deleted_at"}
    pull = pulled(system(server, tmp_path, columns, mode="deletions", of="scans"))
    assert pull.rows("id", "deleted_at") == [("3", "2026-11-21T23:56:00.072625+01:00")]
    assert pull.watermark == "2026-11-21T22:56:00.072625Z"
    assert pull.warnings == [
        "s: paperless sends whole texts with its trash; nothing of them was kept. "
        "To have none sent, leave this source out; pulls find deletions without it."
    ]
    nothing_personal(pull, CANARIES)


@NEEDS_SAMPLES
def test_a_real_user_without_rights_on_documents_is_a_sudden_zero(server: FaultServer, tmp_path: Path) -> None:
    replay(server, documents="viewer_documents", statistics="viewer_statistics", custom_fields="viewer_custom_fields")
    assert refusal(system(server, tmp_path)) == (
        "sudden_zero",
        "s: paperless shows 0 documents to this token, but archive numbers up to 124 are given away; nothing was "
        "taken. Documents belong to single users there: give the token's user view permission on them, or leave them "
        "without an owner.",
    )


@NEEDS_SAMPLES
def test_a_real_user_without_any_rights_is_told_what_to_give(server: FaultServer, tmp_path: Path) -> None:
    replay(server, documents="reader_documents", statistics="reader_statistics")
    assert refusal(system(server, tmp_path)) == (
        "no_rights",
        "s: 127.0.0.1 asked for /api/documents/ forbids it (403); give the token of a user who may view documents, "
        "tags, document types and custom fields, and owns nothing.",
    )


@NEEDS_SAMPLES
def test_a_real_wrong_token_is_refused(server: FaultServer, tmp_path: Path) -> None:
    replay(server, documents="badtoken")
    code, said = refusal(system(server, tmp_path))
    assert (code, "does not accept the secret (401)" in said) == ("no_rights", True)


@NEEDS_SAMPLES
def test_a_real_system_is_described(server: FaultServer, tmp_path: Path) -> None:
    replay(server)
    seen = system(server, tmp_path).test()
    assert seen.sentences == (
        "s: paperless-ngx 3.0.5 answers in API version 10.",
        "s: 3 of 3 documents are visible to this token.",
        "s: custom fields are Aktenzeichen, Blattzahl, Eingangsdatum, Gebuehr, Kanal.",
        "s: document types are Antrag.",
        "s: 3 documents could not be taken in, 0 of them because their archive number was given away already; "
        "see the tasks there.",
    )
    assert {"id", "tags", "custom_fields.Kanal", "history.action"} <= set(seen.columns)
    assert TEXTS.isdisjoint(seen.columns)


@pytest.mark.skipif(
    "PAPIERWENDE_TEST_PAPERLESS_URL" not in os.environ or "PAPIERWENDE_TEST_PAPERLESS_TOKEN" not in os.environ,
    reason="PAPIERWENDE_TEST_PAPERLESS_URL and PAPIERWENDE_TEST_PAPERLESS_TOKEN name no paperless-ngx",
)
def test_a_real_paperless_is_pulled(tmp_path: Path) -> None:
    connection = {"url": os.environ["PAPIERWENDE_TEST_PAPERLESS_URL"], "plain_http": True}
    columns = {"document_ref": "id", "scanned_at": "added", "changed_at": "modified", "origin": "tags"}
    source = make_source(columns, system="scan", format="paperless", path="", connection=connection)
    asked = Paperless(source, access_of(tmp_path, secret=os.environ["PAPIERWENDE_TEST_PAPERLESS_TOKEN"]))
    assert "answers in API version" in asked.test().sentences[0]
    first = pulled(asked)
    assert first.records.height == first.present.height
    second = pulled(asked, first.watermark)
    assert second.records.height <= first.records.height
    assert not any("texts" in warning for warning in first.warnings)
