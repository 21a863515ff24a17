"""A published generation on the disk: its files, which one stands, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

DATABASE = "papierwende.duckdb"
STATUS = "status.json"
HIDDEN = "hidden.json"
# Within a status: the hash of all the rest of it.
SEAL: Final = "status_sha256"


def published_generation(town_folder: Path) -> str | None:
    """The id of the generation ``current`` points to, None before the first, or where it points elsewhere."""
    pointer = town_folder / "current"
    if not pointer.is_symlink() or not pointer.is_dir():
        return None
    led_to = pointer.resolve()
    return led_to.name if led_to.parent == (town_folder / "generations").resolve() else None


def seal(status: dict[str, Any]) -> dict[str, Any]:
    """A status with the hash of all the rest of it."""
    return {**status, SEAL: _sealed(status)}


def read_status(generation: Path) -> dict[str, Any] | None:
    """What a generation says of itself, None where that cannot be read or is not what was written."""
    try:
        status = json.loads((generation / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(status, dict):
        return None
    sealed = status.get(SEAL)
    # One of an earlier version has no seal.
    return status if sealed is None or sealed == _sealed(status) else None


def hashes(generation: Path) -> dict[str, str]:
    """The hash of each of its files but the status, by its place in the generation."""
    files = sorted(path for path in generation.rglob("*") if path.is_file() and path != generation / STATUS)
    return {path.relative_to(generation).as_posix(): _hash(path) for path in files}


def damaged_parts(generation: Path) -> list[str]:
    """The files of a generation that are not what was published, are gone, or came later; each once, by name."""
    status = read_status(generation)
    if status is None:
        return [STATUS]
    if not isinstance(published := status.get("files"), dict):
        return _damaged_of_an_earlier_version(generation, status)
    try:
        found = hashes(generation)
    except OSError:
        return [DATABASE]
    return sorted(name for name in published.keys() | found.keys() if published.get(name) != found.get(name))


def is_whole(generation: Path) -> bool:
    """Whether a generation has all its files, as they were published."""
    return not damaged_parts(generation)


@dataclass(frozen=True)
class Remembered:
    """What is known of what was published.

    Attributes:
        whole: the generation that stands, or where that is damaged the newest that is whole; None where there is none.
        damaged: what of that which ``current`` leads to is not as it was published.
    """

    whole: Path | None
    damaged: tuple[str, ...] = ()


def remembered(town_folder: Path) -> Remembered:
    """What was published, each generation that is looked at hashed once."""
    current, folder = town_folder / "current", town_folder / "generations"
    damaged = tuple(damaged_parts(current)) if current.is_symlink() else ()
    stands = published_generation(town_folder)
    if stands is not None and not damaged:
        return Remembered(folder / stands)
    kept = [path for path in folder.glob("[!.]*") if path.is_dir()] if folder.is_dir() else []
    others = sorted((path for path in kept if path.name != stands), key=lambda path: path.stat().st_mtime, reverse=True)
    return Remembered(next(filter(is_whole, others), None), damaged)


def _damaged_of_an_earlier_version(generation: Path, status: dict[str, Any]) -> list[str]:
    try:
        size = (generation / DATABASE).stat().st_size
    except OSError:
        return [DATABASE]
    pages = [] if (generation / "site" / "index.html").is_file() else ["site/index.html"]
    return pages if size == status.get("database_bytes") else [DATABASE, *pages]


def _sealed(status: dict[str, Any]) -> str:
    rest = {name: value for name, value in status.items() if name != SEAL}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
