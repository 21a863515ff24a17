"""A paperless-ngx on this machine: answers of a real 3.0.5 byte for byte, or a larger one that can change and fail."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.sources.asking.fault_server import JSON, Asked, FaultServer, Reply, Script, replied
from tests.sources.asking.paged_list import Item, PagedList

ROOT = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data"))
SAMPLES = SHARED / "paperless_samples"
LENGTH = "content-length"
NEEDS_SAMPLES = pytest.mark.skipif(not SAMPLES.is_dir(), reason="real answers of paperless-ngx lie outside the project")

HEADERS = {"X-Api-Version": "10", "X-Version": "3.0.5"}
CUSTOM_FIELDS = [
    {"id": 1, "name": "Aktenzeichen", "data_type": "string", "extra_data": None},
    {"id": 2, "name": "Eingangsdatum", "data_type": "date", "extra_data": None},
    {"id": 3, "name": "Blattzahl", "data_type": "integer", "extra_data": None},
    {"id": 4, "name": "Gebuehr", "data_type": "monetary", "extra_data": {"default_currency": "EUR"}},
    {
        "id": 5,
        "name": "Kanal",
        "data_type": "select",
        "extra_data": {"select_options": [{"label": "Post", "id": "SyXF"}, {"label": "Schalter", "id": "8y1S"}]},
    },
    {"id": 6, "name": "Vermerk", "data_type": "longtext", "extra_data": None},
    {"id": 7, "name": "Geprüft", "data_type": "boolean", "extra_data": None},
]


def recorded(name: str) -> Reply:
    """A real answer: its own status and headers, its body as it came over the wire (it was stored indented)."""
    content = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    kept = SAMPLES / f"{name}.headers"
    if not kept.exists():
        return Reply(403 if "permission" in content.get("detail", "") else 200, body, {**JSON, **HEADERS})
    lines = kept.read_text(encoding="utf-8").splitlines()
    headers = dict(line.split(": ", 1) for line in lines[1:] if line)
    if name not in ("tasks", "tasks_page1"):
        assert headers[LENGTH] == str(len(body)), name
    return Reply(int(lines[0].split()[1]), body, {**headers, LENGTH: str(len(body))})


def document(number: int, **more: Any) -> Item:
    """A document with everything that must never be asked for."""
    return {
        "id": number,
        "title": f"Antrag Anna Muster {number}",
        "content": f"OCR text of {number}",
        "correspondent": 1,
        "notes": ["Anna"],
        "owner": 2,
        "original_file_name": f"muster_{number}.pdf",
        "created": "2026-11-03",
        "added": "2026-11-04T08:00:00.000000+01:00",
        "modified": f"2026-11-{4 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00.000000+01:00",
        "page_count": 2,
        "archive_serial_number": number,
        "document_type": 1,
        "tags": [2, 1],
        "mime_type": "application/pdf",
        "custom_fields": [{"field": 1, "value": f"WG-{number}"}],
        **more,
    }


class PaperlessServer:
    """A paperless-ngx with documents; change the attributes to change what it answers."""

    def __init__(self, server: FaultServer, count: int = 3, versions: tuple[int, ...] = (9, 10)) -> None:
        self.documents = [document(number) for number in range(1, count + 1)]
        self.statistics: dict[str, Any] | None = None
        self.versions = versions
        self.headers = {**HEADERS, "X-Api-Version": str(max(versions))}
        self.server = server
        self.listed = PagedList(self.documents, 100_000, headers=self.headers, matches=_matches, fields=True)
        self.trash = PagedList([], headers=self.headers)
        self.tasks: list[Item] = []
        labels = {
            "tags": [{"id": 1, "name": "Wohngeld"}, {"id": 2, "name": "Posteingang"}],
            "document_types": [{"id": 1, "name": "Antrag"}],
            "custom_fields": CUSTOM_FIELDS,
        }
        for kind, items in labels.items():
            self.script(f"/api/{kind}/", PagedList(items, headers=self.headers))
        self.script("/api/documents/", self.listed)
        self.script("/api/statistics/", lambda _: replied(self._statistics(), headers=self.headers))
        self.script("/api/tasks/", self._tasks)
        self.script("/api/trash/", self.trash)

    def script(self, path: str, script: Script) -> None:
        """Answer a path for everybody who brings the token and a known version."""
        self.server.script(path, self._agreed(script))

    def asked(self, **query: str) -> list[Asked]:
        """The questions for documents that had these parameters."""
        return [
            asked
            for asked in self.server.asked_for("/api/documents/")
            if all(asked.query.get(name) == value for name, value in query.items())
        ]

    def _agreed(self, script: Script) -> Script:
        def answer(asked: Asked) -> Reply:
            if asked.headers.get("authorization") != "Token s3cret":
                return replied({"detail": "Invalid token."}, 401)
            version = asked.headers["accept"].rpartition("version=")[2]
            if version not in map(str, self.versions):
                return replied({"detail": 'Invalid version in "Accept" header.'}, 406, self.headers)
            return script(asked)

        return answer

    def _statistics(self) -> dict[str, Any]:
        return self.statistics or {"documents_total": len(self.documents), "current_asn": 0}

    def _tasks(self, asked: Asked) -> Reply:
        if asked.headers["accept"].endswith("=9"):
            return replied(self.tasks, headers=self.headers)
        return PagedList(self.tasks, headers=self.headers)(asked)


def _matches(item: Item, query: dict[str, str]) -> bool:
    if "id__in" in query and str(item["id"]) not in query["id__in"].split(","):
        return False
    return "modified__gt" not in query or _instant(item["modified"]) > _instant(query["modified__gt"])


def _instant(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()
