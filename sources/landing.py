"""Landing: delivery folders are written elsewhere on the disk, synced, judged, and renamed into place.

A folder exists or it does not; there is no cursor that could disagree with the data.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from sources.contract import CONTRACT_VERSION, DELIVERY_SCHEMA, LANDED
from sources.door import Admitted
from sources.mapping import Source

MANIFEST = "manifest.json"
HASH_CHUNK = 1 << 20
SCHEMA_FOLDER = "_schema"
SPEAKING_TIMES = (
    "occurred_at", "received_at", "closed_at", "scanned_at", "started_at", "submitted_at", "finished_at",
    "counted_on", "month", "changed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """What a delivery folder says of itself."""

    delivery_id: str
    source: str
    system: str
    mode: str
    record_kind: str
    stand: str
    content_sha256: str
    mapping_sha256: str
    contract_version: str
    key_id: str
    rows_read: int
    rows_admitted: int
    rows_quarantined: int
    rows_duplicate: int
    ambiguous_times: int
    nonexistent_times: int
    coarsened_rows: int
    unmapped: dict[str, dict[str, int]]
    files: dict[str, str]
    admitted_at: str
    watermark: str = ""

    @property
    def unmapped_values(self) -> int:
        """How many values lay outside their vocabulary."""
        return sum(sum(counts.values()) for counts in self.unmapped.values())

    def fingerprint(self) -> str:
        """A hash of everything but the moment of admission, which ``deliveries.parquet`` carries too."""
        told = {name: value for name, value in asdict(self).items() if name != "admitted_at"}
        told["files"] = {kind: digest for kind, digest in self.files.items() if kind != "deliveries"}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Identity:
    """What makes a delivery this delivery, known before it is read."""

    delivery_id: str
    content_sha256: str
    mapping_sha256: str
    file_time: dt.datetime


def identify(path: Path, source: Source, rules: str) -> Identity:
    """The identity of a file as a delivery of a source.

    ``rules`` is a fingerprint of everything else that decides what the door makes of it: thresholds, offices, purposes.
    """
    state = path.stat()
    content = _content_hash(path, state.st_size, state.st_mtime_ns)
    file_time = dt.datetime.fromtimestamp(int(state.st_mtime), dt.UTC).replace(tzinfo=None)
    stand = "" if source.mode == "increment" else file_time.isoformat()
    delivery = hashlib.sha256(f"{source.name}\0{content}\0{stand}".encode()).hexdigest()[:32]
    mapping = hashlib.sha256((source.model_dump_json(exclude={"path"}) + rules).encode()).hexdigest()
    return Identity(delivery, content, mapping, file_time)


class Landing:
    """The landing of a town: ``landing/<source>/<delivery_id>/``."""

    def __init__(self, town_folder: Path) -> None:
        """Point at a town's folder; nothing is made yet."""
        self.root = town_folder / "landing"
        self.incoming = town_folder / "var" / "incoming"
        self.replaced = town_folder / "var" / "replaced"
        self.refused = town_folder / "var" / "refused"

    def prepare(self) -> None:
        """Make the folders and the empty records every glob can match; sweep what a killed run left half-written."""
        shutil.rmtree(self.incoming, ignore_errors=True)
        empty = self.root / SCHEMA_FOLDER / "empty"
        for folder in (self.incoming, empty):
            folder.mkdir(parents=True, exist_ok=True)
        for kind, schema in LANDED.items():
            path = empty / f"{kind}.parquet"
            if not _has_schema(path, schema):
                half = self.incoming / path.name
                write_frame(half, pl.DataFrame(schema=schema))
                half.replace(path)

    def is_landed(self, source: Source, identity: Identity, key_id: str) -> bool:
        """Whether this delivery lies here, admitted under today's mapping, contract and key."""
        manifest = self.manifest(self.root / source.name / identity.delivery_id)
        return manifest is not None and (manifest.mapping_sha256, manifest.contract_version, manifest.key_id) == (
            identity.mapping_sha256,
            CONTRACT_VERSION,
            key_id,
        )

    def write(
        self,
        source: Source,
        identity: Identity,
        admitted: Admitted,
        key_id: str,
        now: dt.datetime,
        *,
        mode: str = "",
        watermark: str = "",
    ) -> Path:
        """Write an admitted delivery to ``var/incoming``, synced to disk; returns its folder.

        Args:
            source: whose delivery it is.
            identity: of the file, or of what a system answered.
            admitted: what the door made of it.
            key_id: of the pseudonym key.
            now: the moment of admission, UTC without a zone.
            mode: ``inventory`` when the rows list everything that exists; else the source's own.
            watermark: how far a system was asked.
        """
        folder = self.incoming / source.name / identity.delivery_id
        folder.mkdir(parents=True)
        mode = mode or source.mode
        stand = _newest(admitted, now) if mode == "increment" else None
        stand = stand or identity.file_time
        files = {
            kind: _write_record(folder, kind, frame, source.name, identity.delivery_id)
            for kind, frame in (*admitted.records.items(), ("quarantine", admitted.quarantine))
        }
        manifest = Manifest(
            delivery_id=identity.delivery_id,
            source=source.name,
            system=source.system,
            mode=mode,
            record_kind=source.records[0].name,
            stand=stand.isoformat(),
            content_sha256=identity.content_sha256,
            mapping_sha256=identity.mapping_sha256,
            contract_version=CONTRACT_VERSION,
            key_id=key_id,
            rows_read=admitted.rows_read,
            rows_admitted=admitted.rows_admitted,
            rows_quarantined=admitted.rows_quarantined,
            rows_duplicate=admitted.rows_duplicate,
            ambiguous_times=admitted.ambiguous,
            nonexistent_times=admitted.nonexistent,
            coarsened_rows=admitted.coarsened,
            unmapped=admitted.unmapped,
            files=files,
            admitted_at=now.isoformat(),
            watermark=watermark,
        )
        files["deliveries"] = _write_delivery_row(folder, manifest, stand, now)
        _write_synced(
            folder / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False).encode()
        )
        _sync_folder(folder)
        return folder

    def land(self, folder: Path) -> Path:
        """Rename a judged delivery into landing; one admitted again replaces its folder, set aside first."""
        target = self.root / folder.parent.name / folder.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            aside = self.replaced / folder.parent.name / folder.name
            shutil.rmtree(aside, ignore_errors=True)
            aside.parent.mkdir(parents=True, exist_ok=True)
            target.rename(aside)
        folder.rename(target)
        _sync_folder(target.parent)
        return target

    def set_aside(self, folder: Path, *, with_records: bool = True) -> Path:
        """Keep a delivery that did not pass, apart from landing; without its records when somebody could be in them."""
        if not with_records:
            for path in folder.glob("*.parquet"):
                path.unlink()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        _write_synced(folder / MANIFEST, json.dumps(manifest | {"unmapped": {}}, indent=1, sort_keys=True).encode())
        target = self.refused / folder.parent.name / folder.name
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        return folder.rename(target)

    def manifests(self) -> Iterator[Manifest]:
        """All landed deliveries in a fixed order."""
        for path in sorted(self.root.glob(f"*/*/{MANIFEST}")):
            manifest = self.manifest(path.parent)
            if manifest is not None:
                yield manifest

    def manifest(self, folder: Path) -> Manifest | None:
        """A folder's manifest, None when it has none that can be read."""
        path = folder / MANIFEST
        if not path.is_file():
            return None
        try:
            return Manifest(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            return None

    def strays(self) -> Iterator[Path]:
        """Folders in landing whose manifest is missing or damaged: their rows would be read, but nothing vouches."""
        for folder in sorted(self.root.glob("*/*")):
            if folder.is_dir() and folder.parent.name != SCHEMA_FOLDER and self.manifest(folder) is None:
                yield folder


@lru_cache(maxsize=100_000)
def _content_hash(path: Path, size: int, mtime_ns: int) -> str:
    """A run asks several times for the same files; size and time tell whether one changed in between."""
    del size, mtime_ns
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while chunk := raw.read(HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _has_schema(path: Path, schema: dict[str, pl.DataType]) -> bool:
    try:
        return path.is_file() and dict(pl.read_parquet_schema(path)) == schema
    except PolarsError:
        return False


def _write_record(folder: Path, kind: str, frame: pl.DataFrame, source: str, delivery_id: str) -> str:
    schema = LANDED[kind]
    whole = frame.with_columns(source=pl.lit(source), delivery_id=pl.lit(delivery_id)).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )
    return write_frame(folder / f"{kind}.parquet", whole)


def _write_delivery_row(folder: Path, manifest: Manifest, stand: dt.datetime, now: dt.datetime) -> str:
    told = asdict(manifest) | {"stand": stand, "admitted_at": now, "unmapped_values": manifest.unmapped_values}
    row = {name: told[name] for name in DELIVERY_SCHEMA}
    return write_frame(folder / "deliveries.parquet", pl.DataFrame([row], schema=DELIVERY_SCHEMA))


def write_frame(path: Path, frame: pl.DataFrame) -> str:
    """Write a frame, synced to disk; returns the hash of the file.

    Polars writes into memory and Python to the disk: a disk that is full or read-only is then told as an OSError.
    """
    content = io.BytesIO()
    frame.write_parquet(content)
    _write_synced(path, content.getvalue())
    return hashlib.sha256(content.getvalue()).hexdigest()


def _newest(admitted: Admitted, now: dt.datetime) -> dt.datetime | None:
    """The newest instant the records speak of, so that a copied file keeps its stand; mistyped futures do not count."""
    newest: list[dt.datetime] = []
    for frame in admitted.records.values():
        for name in SPEAKING_TIMES:
            if name in frame.columns:
                instants = frame[name].cast(pl.Datetime("us"))
                value = instants.filter(instants <= now + dt.timedelta(days=1)).max()
                if isinstance(value, dt.datetime):
                    newest.append(value)
    return max(newest, default=None)


def _write_synced(path: Path, content: bytes) -> None:
    try:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
