"""A published generation on the disk: its files, which one stands, and whether it is whole."""

from __future__ import annotations

import json
from pathlib import Path

DATABASE = "papierwende.duckdb"
STATUS = "status.json"


def published_generation(town_folder: Path) -> str | None:
    """The id of the generation ``current`` points to, None before the first."""
    pointer = town_folder / "current"
    return pointer.resolve().name if pointer.is_dir() else None


def is_whole(generation: Path) -> bool:
    """Whether a generation still has its file, as large as it was published, and its pages."""
    try:
        status = json.loads((generation / STATUS).read_text(encoding="utf-8"))
        size = (generation / DATABASE).stat().st_size
    except (OSError, json.JSONDecodeError):
        return False
    return size == status.get("database_bytes") and (generation / "site" / "index.html").is_file()
