"""The walk a run is on: its day, its inputs' hash, and whether there is anything new. Knows no step."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.run.outcome import Exit, Stop, write_whole
from pipelines.run.settings import program_version
from sources.landing.landing import Landing, Manifest
from sources.town.folder import Town, TownError, read_town
from sources.town.parameters import TABLES

DATABASE = "papierwende.duckdb"
STATUS = "status.json"
HANDED_ON = ("mirrored", "admission")
EARLIEST_DAY = dt.date(1990, 1, 1)
FARTHEST_AHEAD = dt.timedelta(days=366)


@dataclass(frozen=True)
class Walk:
    """What is fixed at the start of a run."""

    as_of: str
    started_at: str

    @property
    def day(self) -> dt.date:
        """The local day the generation speaks for."""
        return dt.date.fromisoformat(self.as_of)

    @property
    def now(self) -> dt.datetime:
        """When the run started, UTC without a zone."""
        return dt.datetime.fromisoformat(self.started_at)


def begin(town: Town, as_of: dt.date | None, now: dt.datetime) -> Walk:
    """Fix the run's day, today in the town's zone unless one is given, and write it down for all steps."""
    walk = Walk((as_of or local_day(town, now)).isoformat(), now.isoformat())
    write_whole(town.folder / "var" / "walk.json", json.dumps(asdict(walk)))
    return walk


def local_day(town: Town, now: dt.datetime) -> dt.date:
    """The day in the town's zone at a UTC moment without a zone."""
    return now.replace(tzinfo=dt.UTC).astimezone(town.zone).date()


def current(town_folder: Path) -> Walk:
    """The walk this run is on."""
    return Walk(**json.loads((town_folder / "var" / "walk.json").read_text(encoding="utf-8")))


def hand_on(town_folder: Path, name: str, found: dict[str, Any]) -> None:
    """Keep what a step found for the steps after it, until the run ends."""
    write_whole(_handed_path(town_folder, name), json.dumps(found, default=str))


def handed_on(town_folder: Path, name: str) -> dict[str, Any]:
    """What an earlier step of this run found.

    Raises:
        Stop: with exit 2 when the run did not take that step.
    """
    try:
        return json.loads(_handed_path(town_folder, name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Stop(
            Exit.CONFIGURATION, "This run began in the middle of the walk; take the whole walk instead."
        ) from error


def forget_handed_on(town_folder: Path) -> None:
    """Remove what the steps handed on: it names delivered files, and a file's name may be somebody's."""
    for name in HANDED_ON:
        _handed_path(town_folder, name).unlink(missing_ok=True)


def _handed_path(town_folder: Path, name: str) -> Path:
    return town_folder / "var" / f"{name}.json"


def town_at(folder: Path) -> Town:
    """The town's folder, or a stop that says what is wrong with it.

    Raises:
        Stop: with exit 2 and one sentence per mistake.
    """
    try:
        return read_town(folder)
    except TownError as error:
        raise Stop(Exit.CONFIGURATION, error.problems) from error


def ledger_head(town: Town) -> str | None:
    """A hash of the ledger's files, None while there is none; what connectors know of their systems is no claim."""
    ledger = town.folder / "ledger"
    known = ledger / "known"
    files = sorted(path for path in ledger.glob("**/*") if path.is_file() and not path.is_relative_to(known))
    if not files:
        return None
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def input_hash(town: Town, manifests: list[Manifest], as_of: dt.date) -> str:
    """The hash of all inputs; equal inputs make the same generation."""
    inputs = {
        "deliveries": [(m.source, m.delivery_id, m.fingerprint()) for m in manifests],
        "parameters": parameters_hash(town),
        "ledger": ledger_head(town),
        "town": _file_hash(town.folder / "town.toml"),
        "as_of": as_of.isoformat(),
        "program": program_version(),
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def parameters_hash(town: Town) -> str:
    """A hash of everything council and treasury decided."""
    paths = [town.folder / "parameters" / f"{table.file}.csv" for table in TABLES]
    # A file that is missing adds nothing: a table that comes with a new version is no new decision.
    return hashlib.sha256("".join(_file_hash(path) for path in paths if path.is_file()).encode()).hexdigest()


def generation_id(as_of: dt.date, inputs: str) -> str:
    """A generation's name: its day and the head of its inputs' hash."""
    return f"{as_of.isoformat()}-{inputs[:12]}"


def damaged_files(landing: Landing) -> list[str]:
    """One sentence per landed file that is not what its manifest says."""
    told: list[str] = []
    for manifest in landing.manifests():
        folder = landing.root / manifest.source / manifest.delivery_id
        for kind, digest in manifest.files.items():
            path = folder / f"{kind}.parquet"
            if not path.is_file() or _file_hash(path) != digest:
                told.append(
                    f"{path}: differs from its manifest; restore landing from the backup, "
                    f"or delete {folder} and deliver the file again."
                )
    for folder in landing.strays():
        told.append(f"{folder}: has no readable manifest; restore it from the backup, or delete it and deliver again.")
    return told


def published_generation(town_folder: Path) -> str | None:
    """The id of the generation ``current`` points to, None before the first."""
    pointer = town_folder / "current"
    return pointer.resolve().name if pointer.is_dir() else None


def interrupted(town_folder: Path, where: str, stood: str | None) -> Stop:
    """The stop of a run that somebody interrupted.

    Args:
        town_folder: the town's folder.
        where: at which place of the walk, as its sentence says it.
        stood: the generation that was published before.
    """
    stands = published_generation(town_folder)
    kept = "nothing was published, the last generation stays"
    if stands != stood:
        kept = f"generation {stands} was published already"
    return Stop(Exit.INTERRUPTED, f"Interrupted {where}; {kept}.")


def is_whole(generation: Path) -> bool:
    """Whether a generation still has its file, as large as it was published, and its pages."""
    try:
        status = json.loads((generation / STATUS).read_text(encoding="utf-8"))
        size = (generation / DATABASE).stat().st_size
    except (OSError, json.JSONDecodeError):
        return False
    return size == status.get("database_bytes") and (generation / "site" / "index.html").is_file()


def refuse_day(town: Town, landing: Landing, as_of: dt.date, now: dt.datetime) -> None:
    """Refuse a day no honest generation can be made for.

    Raises:
        Stop: with exit 2, when the day is absurd, or records newer than it have landed.
    """
    if not EARLIEST_DAY <= as_of <= local_day(town, now) + FARTHEST_AHEAD:
        raise Stop(Exit.CONFIGURATION, f"--as-of {as_of}: must lie between {EARLIEST_DAY} and a year from today.")
    newest = max((manifest.stand for manifest in landing.manifests()), default="")
    if newest[:10] > as_of.isoformat():
        raise Stop(
            Exit.CONFIGURATION,
            f"--as-of {as_of}: records up to {newest[:10]} have landed, which that day could not know; "
            "give a later day, or point current to the generation published then.",
        )


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
