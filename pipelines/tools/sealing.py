"""Sealed generations: what a council paper quotes, kept for years, without anything about a single case."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from pipelines.run.generation import DATABASE, HIDDEN, SEAL, STATUS, damaged_parts, hashes, read_status, seal
from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.verification import SEALED
from pipelines.walk.publish import publish_database, synced
from sources.values.names import is_like_a_name

LONGEST_PURPOSE: Final = 120
TAKEN_OVER: Final = ("generation_id", "as_of", "built_at", "stands", "landing_head", "ledger_head")


def seal_generation(town_folder: Path, generation_id: str, purpose: str) -> Path:
    """Copy a kept generation to ``sealed/``: its pages as they are, of its tables the aggregates; never swept.

    Args:
        town_folder: the town's folder.
        generation_id: of a generation that is still kept.
        purpose: which paper quotes it, such as ``Vorlage 2026/117``.

    Raises:
        Stop: there is no such generation, it is damaged, sealed already, or the purpose says nothing or a name.
    """
    source, place = town_folder / "generations" / generation_id, town_folder / SEALED / generation_id
    _refuse(source, place, purpose)
    place.parent.mkdir(exist_ok=True)
    half = place.with_name(f".{generation_id}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    tables = publish_database(source / DATABASE, half / DATABASE, lambda *_: None, aggregates_only=True)
    shutil.copytree(source / "site", half / "site")
    shutil.copyfile(source / HIDDEN, half / HIDDEN)
    told = read_status(source) or {}
    status = {
        **{name: told.get(name) for name in TAKEN_OVER},
        "sealed_for": purpose,
        "sealed_at": utc_now().isoformat(),
        "sealed_from": told.get(SEAL),
        "tables": {table.name: {"rows": table.rows, "sha256": table.content_hash} for table in tables},
        "files": hashes(half),
    }
    text = json.dumps(seal(status), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (half / STATUS).write_text(text, encoding="utf-8")
    synced(half)
    half.rename(place)
    return place


def _refuse(source: Path, place: Path, purpose: str) -> None:
    if not purpose.strip() or len(purpose) > LONGEST_PURPOSE or is_like_a_name(purpose):
        raise Stop(Exit.CONFIGURATION, "--for: say which paper quotes it, such as 'Vorlage 2026/117', and name nobody.")
    if source.parent.name != "generations" or not (source / DATABASE).is_file():
        raise Stop(Exit.CONFIGURATION, f"{source}: there is no such generation any more; `papierwende run` makes one.")
    if place.exists():
        raise Stop(Exit.CONFIGURATION, f"{place}: is sealed already.")
    if damaged := damaged_parts(source):
        raise Stop(Exit.INTEGRITY, f"{source / damaged[0]}: is not what was published, so it is not sealed.")
