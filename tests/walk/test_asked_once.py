"""A system is asked once in a run, also in a night with news, whose answer is known before Dagster is loaded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipelines.run.outcome import last_outcome
from pipelines.walk import fetch
from pipelines.walk.admission import Admission
from sources.landing.landing import Landing
from tests.faults.command import papierwende
from tests.pipelines.walk.admissions import run_on
from tests.sources.asking.fault_server import FaultServer, serving
from tests.sources.connectors.paperless.paperless_server import PaperlessServer, document
from tests.towns import make_town

SOURCE = """
[[source]]
name = "archive"
system = "scan"
format = "paperless"
[source.connection]
url = "{url}"
patience_minutes = 0
[source.columns]
document_ref = "id"
case_ref = "custom_fields.Aktenzeichen"
scanned_at = "added"
changed_at = "modified"
pages = "page_count"
"""


def questions(server: FaultServer) -> Counter[str]:
    return Counter(asked.path for asked in server.asked)


def ask(folder: Path) -> Admission:
    run = run_on(folder)
    run.landing.prepare()
    return fetch.ask_all(run, lambda _name, _rows: None)


@pytest.mark.slow
def test_a_night_with_news_asks_as_often_as_one_question_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_SECRET_ARCHIVE", "s3cret")
    with serving() as server:
        paperless = PaperlessServer(server)
        folder = make_town(tmp_path / "town", SOURCE.format(url=server.url))
        for delivery in ask(folder).folders:
            Landing(folder).land(delivery)
        paperless.documents.append(document(4, added="2026-11-24T08:00:00+01:00", modified="2026-11-24T08:00:00+01:00"))
        server.asked.clear()
        assert ask(folder).rows_read > 0, "there is news"
        needed = questions(server)
        server.asked.clear()
        done = papierwende(folder, "run", str(folder))
        assert done.returncode in (0, 3), done.stderr
        assert questions(server) == needed
    outcome = last_outcome(folder)
    assert outcome is not None and outcome.said == "published"
    assert len([m for m in Landing(folder).manifests() if m.record_kind == "scans"]) == 2
