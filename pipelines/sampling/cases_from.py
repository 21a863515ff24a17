"""What measured time is divided by: cases of which book."""

from __future__ import annotations

from enum import StrEnum


class CasesFrom(StrEnum):
    """Decided cases of the published file, of the sheet, or of the first of the two that has them all."""

    AUTO = "auto"
    PUBLISHED = "published"
    SHEET = "sheet"
