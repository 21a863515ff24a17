"""The hash of all inputs of a run: deliveries, parameters, ledger, town.toml, day, program. It names the generation."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from pipelines.ledger import chain
from pipelines.ledger.baselines import head_before_own
from pipelines.run.settings import program_version
from sources.landing.landing import Manifest
from sources.town.folder import Town
from sources.town.parameters import PARAMETER_TABLES


def input_hash(
    town: Town, manifests: list[Manifest], as_of: dt.date, refused: Sequence[str] = (), but_for: str | None = None
) -> str:
    """The hash of all inputs; equal inputs make the same generation.

    What the generation `but_for` itself froze in the ledger is left out.
    """
    inputs = {
        "deliveries": [(m.source, m.delivery_id, m.fingerprint()) for m in manifests],
        "parameters": parameters_hash(town),
        "ledger": _ledger_hash(town, but_for),
        "town": file_hash(town.folder / "town.toml"),
        "as_of": as_of.isoformat(),
        "program": program_version(),
        # What could not be taken is told on the pages, so it makes another generation; nothing refused changes nothing.
        **({"refused": sorted(refused)} if refused else {}),
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def ledger_head(town: Town, but_for: str | None = None) -> str | None:
    """The hash of the newest entry of the town's ledger, None while there is none.

    Args:
        town: whose ledger.
        but_for: a generation; the baselines it froze last itself are left out.

    Raises:
        BrokenLedger: the ledger was altered.
    """
    return head_before_own(town.folder, but_for)


def _ledger_hash(town: Town, but_for: str | None) -> str | None:
    """A hash of the ledger and what else lies with it, None while there is nothing.

    What connectors know of their systems is no claim, and what a kill left of an entry never counted.
    """
    ledger = town.folder / chain.FOLDER
    apart = (ledger / "known", chain.place(town.folder))
    found = sorted(path for path in ledger.glob("**/*") if path.is_file())
    files = [path for path in found if not any(path.is_relative_to(other) for other in apart)]
    head = ledger_head(town, but_for)
    if not files:
        return head
    digest = hashlib.sha256((head or "").encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def parameters_hash(town: Town) -> str:
    """A hash of everything council and treasury decided."""
    paths = [town.folder / "parameters" / f"{table.file}.csv" for table in PARAMETER_TABLES]
    # A file that is missing adds nothing: a table that comes with a new version is no new decision.
    return hashlib.sha256("".join(file_hash(path) for path in paths if path.is_file()).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """A hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
