"""A paperless-ngx as a town asks it: mappings for its documents and its history, and words that must never come."""

from pathlib import Path
from typing import Any

from sources.connectors.paperless.system import Paperless
from tests.sources.asking.fault_server import FaultServer
from tests.sources.asking.pulls import access_of
from tests.towns import make_source

DOCUMENTS = {
    "document_ref": "id",
    "case_ref": "custom_fields.Aktenzeichen",
    "scanned_at": "added",
    "changed_at": "modified",
    "pages": "page_count",
}
ALL = {
    **DOCUMENTS,
    "received_on": "custom_fields.Eingangsdatum",
    "document_type": "document_type",
    "origin": "tags",
    "batch_ref": "archive_serial_number",
    "qr_status": "mime_type",
    "sheets": "custom_fields.Blattzahl",
    "qa_result": "custom_fields.Kanal",
}
EVENTS = {
    "case_ref": "custom_fields.Aktenzeichen",
    "activity": "history.action",
    "occurred_at": "history.timestamp",
    "record_ref": "history.id",
}
TEXTS = {"content", "title", "correspondent", "notes", "original_file_name", "archived_file_name", "owner"}
CANARIES = ("Anna", "Muster", "OCR", "scan_wohngeld", "probe")


def system(server: FaultServer, folder: Path, columns: dict[str, str] | None = None, **more: Any) -> Paperless:
    connection = {"url": server.url, "patience_minutes": 0, **more.pop("connection", {})}
    more = {"system": "scan", "format": "paperless", "path": "", **more}
    source = make_source(DOCUMENTS if columns is None else columns, connection=connection, **more)
    return Paperless(source, access_of(folder), sleep=lambda _: None)
