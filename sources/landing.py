"""Landing: delivery folders are written elsewhere on the disk, synced, judged, and renamed into place.

A folder exists or it does not; there is no cursor that could disagree with the data.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from sources.admitted import Admitted
from sources.contract import CONTRACT_VERSION, DELIVERY_SCHEMA, LANDED
from sources.manifest import Manifest
from sources.mapping import Source
from sources.record_file import sync_folder, write_frame, write_frames, write_synced
from sources.spool import Pile, Spool

MANIFEST = "manifest.json"
HASH_CHUNK = 1 << 20
SCHEMA_FOLDER = "_schema"
# No source can be called this.
SPOOL_FOLDER = "_spool"
EPOCH = dt.datetime(1970, 1, 1)
DECIDES_NO_ROW = ("path", "marker", "expected_every_days", "ended_on", "sizes_may_change")
SPEAKING_TIMES = (
    "occurred_at", "received_at", "closed_at", "scanned_at", "started_at", "submitted_at", "finished_at",
    "counted_on", "month", "changed_at",
)  # fmt: skip


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
    # To the microsecond: dumps that are copied together must still tell which one is newer.
    file_time = EPOCH + dt.timedelta(microseconds=state.st_mtime_ns // 1000)
    stand = "" if source.mode == "increment" else file_time.isoformat()
    delivery = hashlib.sha256(f"{source.name}\0{content}\0{stand}".encode()).hexdigest()[:32]
    return Identity(delivery, content, mapping_fingerprint(source, rules), file_time)


def file_fingerprint(name: str, size: int, mtime: int) -> str:
    """Tells a file on another machine again without keeping its name, which may be somebody's."""
    return hashlib.sha256(f"{name}\0{size}\0{mtime}".encode()).hexdigest()[:32]


def name_fingerprint(column: str) -> str:
    """Tells a column again without keeping its name: a header cell may hold somebody's."""
    return hashlib.sha256(column.encode()).hexdigest()[:16]


def mapping_fingerprint(source: Source, rules: str) -> str:
    """A hash of what decides how rows become records; where a file lies and how often it comes does not."""
    told = source.model_dump_json(exclude={*DECIDES_NO_ROW, "connection"})
    asked = source.connection.model_dump_json(include={"url", "query", "watermark"}) if source.connection else ""
    return hashlib.sha256((told + asked + rules).encode()).hexdigest()


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

    def spool_for(self, source: str, delivery_id: str) -> Spool:
        """Where the door may put what is too much for memory, minimised already; the next run sweeps it."""
        return Spool(self.incoming / SPOOL_FOLDER / source / delivery_id, _stamp(source, delivery_id))

    def spool_of_answers(self, source: str, part: str) -> Spool:
        """The same for a system's answers: which delivery they make is known once all have come."""
        return Spool(self.incoming / SPOOL_FOLDER / source / part)

    def is_landed(self, source: Source, identity: Identity, key_id: str) -> bool:
        """Whether this delivery lies here, admitted under today's mapping, contract and key."""
        manifest = self.manifest(self.root / source.name / identity.delivery_id)
        return manifest is not None and manifest.is_admitted_under(identity.mapping_sha256, key_id)

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
        origin: str = "",
        columns: tuple[str, ...] = (),
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
            origin: a fingerprint of the file on the machine it was fetched from.
            columns: names of the columns the delivery had, mapped or not; only their fingerprints are kept.
        """
        folder = self.incoming / source.name / identity.delivery_id
        folder.mkdir(parents=True)
        mode = mode or source.mode
        stamp = _stamp(source.name, identity.delivery_id)
        files = {kind: _write_record(folder, kind, pile, stamp) for kind, pile in admitted.all_piles().items()}
        # What a system was asked speaks of the moment of asking: a later answer corrects an earlier one.
        stand = _newest(folder, files, now) if mode == "increment" and not source.is_asked else None
        stand = stand or identity.file_time
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
            origin=origin,
            columns=tuple(name_fingerprint(name) for name in columns),
        )
        files["deliveries"] = _write_delivery_row(folder, manifest, stand, now)
        write_synced(
            folder / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False).encode()
        )
        sync_folder(folder)
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
        sync_folder(target.parent)
        return target

    def set_aside(self, folder: Path, *, with_records: bool = True) -> Path:
        """Keep a delivery that did not pass, apart from landing; without its records when somebody could be in them."""
        if not with_records:
            for path in folder.glob("*.parquet"):
                path.unlink()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        write_synced(folder / MANIFEST, json.dumps(manifest | {"unmapped": {}}, indent=1, sort_keys=True).encode())
        target = self.refused / folder.parent.name / folder.name
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        return folder.rename(target)

    def manifests(self) -> Iterator[Manifest]:
        """All landed deliveries in a fixed order."""
        for folder in _sorted(self.root):
            yield from self.manifests_of(folder.name)

    def manifests_of(self, source: str) -> Iterator[Manifest]:
        """A source's landed deliveries in a fixed order."""
        for folder in _sorted(self.root / source):
            manifest = self.manifest(folder)
            if manifest is not None:
                yield manifest

    def manifest(self, folder: Path) -> Manifest | None:
        """A folder's manifest, None when it has none that can be read."""
        path = folder / MANIFEST
        try:
            state = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return _manifest(str(path), state.st_size, state.st_mtime_ns)

    def retire(self, manifest: Manifest) -> None:
        """Take a delivery out of landing that others have replaced; it is kept apart until its days are over."""
        aside = self.replaced / manifest.source / manifest.delivery_id
        shutil.rmtree(aside, ignore_errors=True)
        aside.parent.mkdir(parents=True, exist_ok=True)
        (self.root / manifest.source / manifest.delivery_id).rename(aside)

    def strays(self) -> Iterator[Path]:
        """Folders in landing whose manifest is missing or damaged: their rows would be read, but nothing vouches."""
        for folder in sorted(self.root.glob("*/*")):
            if folder.is_dir() and folder.parent.name != SCHEMA_FOLDER and self.manifest(folder) is None:
                yield folder


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=attrgetter("name")) if folder.is_dir() else []


@lru_cache(maxsize=100_000)
def _manifest(path: str, size: int, mtime_ns: int) -> Manifest | None:
    """Every step of a run asks for all manifests; size and time tell whether one changed in between."""
    del size, mtime_ns
    try:
        return Manifest(**json.loads(Path(path).read_text(encoding="utf-8")))
    except (ValueError, TypeError, IsADirectoryError):
        return None


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


def _stamp(source: str, delivery_id: str) -> dict[str, str]:
    return {"source": source, "delivery_id": delivery_id}


def _write_record(folder: Path, kind: str, pile: Pile, stamp: dict[str, str]) -> str:
    path = folder / f"{kind}.parquet"
    told = pile.handed_over(path, stamp)
    if told is not None:
        return told
    stamps = [pl.lit(value).alias(name) for name, value in stamp.items()]
    return write_frames(path, LANDED[kind], (rows.select(*stamps, pl.all()) for rows in pile.frames()))


def _write_delivery_row(folder: Path, manifest: Manifest, stand: dt.datetime, now: dt.datetime) -> str:
    told = asdict(manifest) | {"stand": stand, "admitted_at": now, "unmapped_values": manifest.unmapped_values}
    row = {name: told[name] for name in DELIVERY_SCHEMA}
    return write_frame(folder / "deliveries.parquet", pl.DataFrame([row], schema=DELIVERY_SCHEMA))


def _newest(folder: Path, kinds: Iterable[str], now: dt.datetime) -> dt.datetime | None:
    """The newest instant the records speak of, so that a copied file keeps its stand; mistyped futures do not count."""
    newest: list[dt.datetime] = []
    for kind in kinds:
        names = [name for name in SPEAKING_TIMES if name in LANDED[kind]]
        instants = [pl.col(name).cast(pl.Datetime("us")) for name in names]
        spoken = [instant.filter(instant <= now + dt.timedelta(days=1)).max() for instant in instants]
        if spoken:
            row = pl.scan_parquet(folder / f"{kind}.parquet").select(spoken).collect(engine="streaming").row(0)
            newest += [value for value in row if value is not None]
    return max(newest, default=None)
