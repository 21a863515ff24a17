"""Verifying all that is kept: landing against its list and manifests, the ledger, the published generation."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pipelines.ledger import looking
from pipelines.run.generation import Remembered, damaged_parts, published_generation, read_status, remembered
from pipelines.run.integrity import damaged_files
from pipelines.run.outcome import utc_now, write_whole
from sources.landing.delivery_list import Place
from sources.landing.landing import Landing

SEALED: Final = "sealed"


@dataclass(frozen=True)
class Verification:
    """The last time everything was verified.

    Attributes:
        at: UTC without a zone.
        deliveries: how many landing held.
        generation: which was published then.
        faults: how many sentences there were to say.
    """

    at: str
    deliveries: int
    generation: str | None
    faults: int


def known_head(known: Remembered) -> str:
    """The head of the list of deliveries that the published generation was made from; empty where none tells."""
    head = (read_status(known.whole) or {}).get("landing_head", "") if known.whole else ""
    return head if isinstance(head, str) else ""


def landing_faults(town_folder: Path, awaited: Collection[Place] = (), known: Remembered | None = None) -> list[str]:
    """One sentence per fault of landing; what was seen is noted for ``papierwende status``."""
    landing = Landing(town_folder)
    faults = damaged_files(landing, known_head(known or remembered(town_folder)), awaited)
    count = sum(1 for _ in landing.manifests())
    seen = Verification(utc_now().isoformat(), count, published_generation(town_folder), len(faults))
    write_whole(_path(town_folder), json.dumps(asdict(seen), indent=1))
    return faults


def ledger_faults(town_folder: Path, known: Remembered | None = None, heads: Collection[str] = ()) -> list[str]:
    """One sentence per fault of the ledger; it must still hold what the published generation and others knew of it.

    Args:
        town_folder: the town's folder.
        known: what was published, where that is known already.
        heads: further heads that somebody wrote down.
    """
    known = known or remembered(town_folder)
    who_knew = [*([known.whole] if known.whole else []), *sealed(town_folder)]
    told = ((read_status(generation) or {}).get("ledger_head") for generation in who_knew)
    return looking.faults(town_folder, {*heads, *(head for head in told if isinstance(head, str))})


def sealed(town_folder: Path) -> list[Path]:
    """Generations that are kept for years."""
    return sorted(path for path in (town_folder / SEALED).glob("[!.]*") if path.is_dir())


def sealed_faults(town_folder: Path) -> list[str]:
    """One sentence per file of a sealed generation that is not what was sealed."""
    return [
        f"{generation / name}: is not what was sealed; restore {SEALED}/ from the backup."
        for generation in sealed(town_folder)
        for name in damaged_parts(generation)
    ]


def generation_faults(town_folder: Path) -> list[str]:
    """One sentence where the published generation is not what was published."""
    current = town_folder / "current"
    if not current.is_symlink() and not current.exists() and remembered(town_folder).whole is None:
        return []
    if published_generation(town_folder) is None:
        return [f"{current}: leads to no generation; `papierwende run` publishes one and sets it right."]
    damaged = damaged_parts(current)
    return [
        f"{current / name}: is not what was published; `papierwende run` makes the generation again."
        for name in damaged
    ]


def last_verification(town_folder: Path) -> Verification | None:
    """When landing was verified last, None before the first time."""
    try:
        return Verification(**json.loads(_path(town_folder).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(town_folder: Path) -> Path:
    return town_folder / "var" / "verified.json"
