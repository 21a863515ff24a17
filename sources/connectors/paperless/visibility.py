"""Whether what paperless-ngx shows can be all there is: where rights are missing it answers 200 and shows nothing."""

from __future__ import annotations

import json
from typing import Final

from sources.asking.asked_rows import too_few
from sources.batches.protocol import Access, Refused
from sources.connectors.paperless.service import PaperlessService
from sources.storage.parquet_file import write_whole
from sources.town.source import Source

FILE: Final = "visible_documents.json"


class Visibility:
    """What one token may see, held against what paperless counts and against what it showed last time."""

    def __init__(self, source: Source, access: Access) -> None:
        """Nothing is asked yet."""
        self._name = source.name
        self._minimum = source.connection.expected_minimum if source.connection else 0
        self._file = access.memory / FILE

    def hidden(self, service: PaperlessService, watermark: str | None) -> str | None:
        """The sentence why what is visible cannot be all; None when it can."""
        if service.visible >= max(self._minimum, 1):
            return None
        reason = self._reason(service, watermark)
        return reason and (
            f"{self._name}: paperless shows {service.visible} documents to this token, but {reason}; nothing was "
            "taken. Documents belong to single users there: give the token's user view permission on them, or leave "
            "them without an owner."
        )

    def refuse_loss(self, visible: int) -> None:
        """Half of all documents do not go in a day; rights do. Once a minimum is declared, that judges.

        Raises:
            Refused: ``sudden_loss``.
        """
        if self._minimum or not self._file.exists():
            return
        before = int(json.loads(self._file.read_text(encoding="utf-8"))["visible"])
        if visible * 2 < before:
            raise Refused(
                "sudden_loss",
                f"{self._name}: paperless shows {visible} documents to this token where it showed {before}; nothing "
                "was taken. Give the token's user its view permissions back, or, if they were really deleted, declare "
                "by connection.expected_minimum how many must be there.",
            )

    def remember(self, visible: int) -> None:
        """Keep the count for the next pull."""
        write_whole(self._file, json.dumps({"visible": visible}).encode())

    def shown(self, service: PaperlessService) -> str:
        """How many documents are visible, of how many where paperless tells."""
        total, _ = _statistics(service)
        return f"{service.visible}{'' if total is None else f' of {total}'} documents are visible to this token"

    def warnings(self, service: PaperlessService) -> tuple[str, ...]:
        """A sentence when some documents stay hidden."""
        total, _ = _statistics(service)
        if total is None or service.visible >= total:
            return ()
        return (f"{self._name}: {self.shown(service)}; give its user view permission on the others.",)

    def _reason(self, service: PaperlessService, watermark: str | None) -> str | None:
        if reason := too_few(service.visible, self._minimum, watermark):
            return reason
        total, highest = _statistics(service)
        if total:
            return f"its statistics count {total}"
        # The statistics, too, count only what is visible; the highest archive number is everybody's.
        return f"archive numbers up to {highest} are given away" if highest else None


def _statistics(service: PaperlessService) -> tuple[int | None, int]:
    """How many documents the statistics count, None when they are forbidden; and the highest archive number."""
    try:
        statistics = service.statistics()
    except Refused as refusal:
        if refusal.reason_code != "no_rights":
            raise
        return None, 0
    return int(statistics.get("documents_total") or 0), int(statistics.get("current_asn") or 0)
