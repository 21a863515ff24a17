"""paperless-ngx: a sudden nothing is no fact, and what could not be seen or taken in is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.asking.fault_server import FaultServer, replied, serving
from tests.sources.asking.pulls import nothing_personal, pulled, refusal
from tests.sources.connectors.paperless.asked_paperless import system
from tests.sources.connectors.paperless.paperless_server import PaperlessServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


@pytest.fixture
def paperless(server: FaultServer) -> PaperlessServer:
    return PaperlessServer(server)


@pytest.mark.parametrize(
    ("statistics", "minimum", "watermark", "reason"),
    [
        ({"documents_total": 0, "current_asn": 0}, 0, "2026-11-10T00:00:00.000000Z", "some landed before"),
        ({"documents_total": 7, "current_asn": 0}, 0, None, "its statistics count 7"),
        ({"documents_total": 0, "current_asn": 12}, 0, None, "archive numbers up to 12 are given away"),
        ({"documents_total": 0, "current_asn": 0}, 5, None, "at least 5 are expected"),
    ],
)
def test_a_sudden_zero_is_an_error_and_no_fact(
    server: FaultServer, tmp_path: Path, statistics: dict[str, int], minimum: int, watermark: str | None, reason: str
) -> None:
    PaperlessServer(server, count=0).statistics = statistics
    asked = system(server, tmp_path, connection={"expected_minimum": minimum})
    code, said = refusal(asked, watermark)
    assert (code, f"but {reason}; nothing was taken." in said) == ("sudden_zero", True)
    assert asked.test().sentences[1] == said or watermark is not None


def test_a_new_paperless_without_documents_is_no_error(server: FaultServer, tmp_path: Path) -> None:
    PaperlessServer(server, count=0)
    pull = pulled(system(server, tmp_path))
    assert (pull.records.height, pull.present.height, pull.watermark, pull.warnings) == (0, 0, None, [])


def test_fewer_documents_than_expected_are_refused(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    asked = system(server, tmp_path, connection={"expected_minimum": 4})
    assert "shows 3 documents to this token, but at least 4 are expected" in refusal(asked)[1]


def test_half_of_all_documents_gone_at_once_is_a_lost_right(server: FaultServer, tmp_path: Path) -> None:
    paperless = PaperlessServer(server, count=10)
    asked = system(server, tmp_path)
    watermark = pulled(asked).watermark
    del paperless.documents[4:]
    assert refusal(asked, watermark) == (
        "sudden_loss",
        "s: paperless shows 4 documents to this token where it showed 10; nothing was taken. Give the token's user "
        "its view permissions back, or, if they were really deleted, declare by connection.expected_minimum how many "
        "must be there.",
    )
    declared = system(server, tmp_path, connection={"expected_minimum": 4})
    assert pulled(declared, watermark).present.height == 4
    assert pulled(asked, watermark).present.height == 4


def test_the_memory_holds_a_count_and_nothing_else(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    pulled(system(server, tmp_path))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [(path.name, path.read_text()) for path in kept] == [("visible_documents.json", '{"visible": 3}')]


def test_documents_that_stay_hidden_are_told(server: FaultServer, paperless: PaperlessServer, tmp_path: Path) -> None:
    paperless.statistics = {"documents_total": 5, "current_asn": 9}
    assert pulled(system(server, tmp_path)).warnings == [
        "s: 3 of 5 documents are visible to this token; give its user view permission on the others."
    ]


def test_statistics_that_are_forbidden_stop_nothing(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    server.answers("/api/statistics/", replied({"detail": "no"}, 403))
    assert pulled(system(server, tmp_path)).records.height == 3


def test_tasks_that_are_forbidden_are_told_and_stop_nothing(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    server.answers("/api/tasks/", replied({"detail": "no"}, 403))
    pull = pulled(system(server, tmp_path))
    assert pull.records.height == 3
    assert pull.warnings == ["s: its tasks are forbidden to this token, so failed intakes are not counted."]


@pytest.mark.parametrize("version", [9, 10])
def test_failed_intakes_since_the_watermark_are_counted(server: FaultServer, tmp_path: Path, version: int) -> None:
    paperless = PaperlessServer(server, versions=(version,))
    clash = "muster.pdf: Not consuming muster.pdf: Given ASN 123 already exists!"
    for number, (day, status, message) in enumerate(
        [(9, "failure", clash), (11, "failure", clash), (12, "failure", "no text layer"), (12, "success", "fine")]
    ):
        paperless.tasks.append(
            {
                "id": number,
                "task_type" if version == 10 else "task_name": "consume_file",
                "status": status if version == 10 else status.upper(),
                "date_done": f"2026-11-{day:02d}T08:00:00+01:00",
                **({"result_data": {"error_message": message}} if version == 10 else {"result": message}),
            }
        )
    pull = pulled(system(server, tmp_path), "2026-11-10T00:00:00.000000Z")
    assert pull.warnings == [
        "s: 2 documents could not be taken in since the last pull, 1 of them because their archive number was given "
        "away already; see the tasks there."
    ]
    nothing_personal(pull, ("muster",))


def test_a_list_that_is_half_as_long_as_it_is_counted_is_refused(
    server: FaultServer, paperless: PaperlessServer, tmp_path: Path
) -> None:
    paperless.listed.meanwhile = lambda _: paperless.documents.clear() if len(server.asked) > 4 else None
    code, said = refusal(system(server, tmp_path))
    assert (code, "paperless counts 3 documents but lists only 0" in said) == ("present_short", True)
