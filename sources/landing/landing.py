"""Landing: delivery folders are written elsewhere on the disk, synced, judged, and renamed into place.

A folder exists or it does not; there is no cursor that could disagree with the data.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Final, Literal

import polars as pl
from polars.exceptions import PolarsError

from sources.contract.records import CONTRACT_VERSION, LANDED
from sources.contract.withheld import FILES
from sources.door.admitted import Admitted
from sources.landing.delivery_list import DeliveryList, Entry
from sources.landing.identity import Identity, name_fingerprint
from sources.landing.manifest import MANIFEST, Manifest, manifest_from, write_manifest
from sources.landing.packs import PREFIX, is_of_packs, packs_of, unpack
from sources.storage.parquet_file import sync_folder, write_frame, write_frames, write_synced
from sources.storage.spool import Pile, Spool
from sources.town.source import Source

SCHEMA_FOLDER = "_schema"
# What a delivery that did not pass keeps no words of.
NAMELESS: Final = {"unmapped": {}, "accepted": {}, "warnings": []}
# No source can be called this.
SPOOL_FOLDER = "_spool"
SPEAKING_TIMES = (
    "occurred_at", "received_at", "closed_at", "scanned_at", "started_at", "submitted_at", "finished_at",
    "counted_on", "month", "changed_at",
)  # fmt: skip


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

    def spool_for(self, source: str, delivery_id: str, look: int = 1) -> Spool:
        """Where the door may put what is too much for memory, minimised already; the next run sweeps it.

        Each look at a delivery has a place of its own, as that of an earlier one may vanish any time.
        """
        return Spool(self.incoming / SPOOL_FOLDER / source / f"{delivery_id}-{look}", _stamp(source, delivery_id))

    def spool_of_answers(self, source: str, part: str) -> Spool:
        """The same for a system's answers: which delivery they make is known once all have come."""
        return Spool(self.incoming / SPOOL_FOLDER / source / part)

    def is_landed(self, source: Source, identity: Identity, key_id: str, lists_sha256: str) -> bool:
        """Whether this delivery lies here, admitted under today's mapping, contract and key.

        One of which codes were withheld counts only as long as no other codes may stand.
        """
        manifest = self.manifest(self.root / source.name / identity.delivery_id)
        return (
            manifest is not None
            and manifest.is_admitted_under(identity.mapping_sha256, key_id)
            and not manifest.may_show_more(lists_sha256)
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
        origin: str = "",
        columns: tuple[str, ...] = (),
        asked_whole: bool = False,
        warnings: Iterable[str] = (),
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
            asked_whole: whether a system was asked for everything.
            warnings: what there is to know of how it was read, as it may be told.
        """
        folder = self.incoming / source.name / identity.delivery_id
        # A file is read twice in a run where more of its codes may stand than at the first look.
        shutil.rmtree(folder, ignore_errors=True)
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
            rows_set_aside=admitted.rows_set_aside,
            unmapped=admitted.unmapped,
            withheld={name: asdict(found) for name, found in admitted.withheld.items()},
            accepted=admitted.accepted,
            lists_sha256=admitted.lists_sha256,
            files=files,
            admitted_at=now.isoformat(),
            same_key_adds_up=source.same_key_adds_up,
            watermark=watermark,
            origin=origin,
            columns=tuple(name_fingerprint(name) for name in columns),
            asked_whole=asked_whole,
            warnings=tuple(warnings),
        )
        return write_manifest(folder, manifest)

    def land(self, folder: Path) -> Path:
        """Rename a judged delivery into landing; one admitted again replaces its folder, set aside first."""
        target = self.root / folder.parent.name / folder.name
        target.parent.mkdir(parents=True, exist_ok=True)
        self._out_of_its_pack(target)
        self._list("landing", folder, folder)
        if target.exists():
            _moved(target, self.replaced)
        folder.rename(target)
        sync_folder(target.parent)
        self._list("landed", target, target)
        return target

    def set_aside(self, folder: Path, *, with_records: bool = True) -> Path:
        """Keep a delivery that did not pass, apart from landing; without its records when somebody could be in them."""
        if not with_records:
            for path in folder.glob("*.parquet"):
                path.unlink()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        write_synced(folder / MANIFEST, json.dumps(manifest | NAMELESS, indent=1, sort_keys=True).encode())
        return _moved(folder, self.refused)

    def manifests(self) -> Iterator[Manifest]:
        """All landed deliveries in a fixed order."""
        for source in sorted({folder.name.removeprefix(PREFIX) for folder in _sorted(self.root)}):
            yield from self.manifests_of(source)

    def manifests_of(self, source: str) -> Iterator[Manifest]:
        """A source's landed deliveries in a fixed order."""
        found = {folder.name: self.manifest(folder) for folder in _sorted(self.root / source)}
        for packed in packs_of(self.root, source):
            found |= packed.manifests
        for _, manifest in sorted(found.items()):
            if manifest is not None:
                yield manifest

    def manifest(self, folder: Path) -> Manifest | None:
        """The manifest of a delivery by its folder, also where it lies in a pack; None when none can be read."""
        path = folder / MANIFEST
        try:
            state = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            packs = packs_of(self.root, folder.parent.name) if folder.parent.parent == self.root else []
            return next((one.manifests[folder.name] for one in packs if folder.name in one.manifests), None)
        return _manifest(str(path), state.st_size, state.st_mtime_ns)

    def retire(self, manifest: Manifest) -> None:
        """Take a delivery out of landing that others have replaced; it is kept apart until its days are over."""
        folder = self.root / manifest.source / manifest.delivery_id
        self._out_of_its_pack(folder)
        self._list("leaving", folder, folder)
        self._list("left", folder, _moved(folder, self.replaced))

    def _out_of_its_pack(self, place: Path) -> None:
        """Where a delivery lies in a pack, take the pack apart: a pack never changes."""
        for packed in packs_of(self.root, place.parent.name):
            if place.name in packed.manifests:
                unpack(self.root, self.incoming, packed)

    def _list(self, what: Literal["landing", "landed", "leaving", "left"], place: Path, lies: Path) -> None:
        """Write down what happens to a delivery of that place, which lies there or elsewhere at that moment."""
        digest = hashlib.sha256((lies / MANIFEST).read_bytes()).hexdigest()
        DeliveryList(self.root).append(Entry(what, place.parent.name, place.name, digest))

    def strays(self) -> Iterator[Path]:
        """Folders in landing whose manifest is missing or damaged: their rows would be read, but nothing vouches."""
        for folder in sorted(self.root.glob("*/*")):
            is_of_deliveries = folder.parent.name != SCHEMA_FOLDER and not is_of_packs(folder.parent)
            if folder.is_dir() and is_of_deliveries and self.manifest(folder) is None:
                yield folder


def _moved(folder: Path, root: Path) -> Path:
    """A delivery's folder below another root, in place of what lay there."""
    target = root / folder.parent.name / folder.name
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    return folder.rename(target)


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=attrgetter("name")) if folder.is_dir() else []


@lru_cache(maxsize=100_000)
def _manifest(path: str, size: int, mtime_ns: int) -> Manifest | None:
    """Every step of a run asks for all manifests; size and time tell whether one changed in between."""
    del size, mtime_ns
    try:
        return manifest_from(Path(path).read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None


def _has_schema(path: Path, schema: dict[str, pl.DataType]) -> bool:
    try:
        # A row in it would count as somebody's.
        return path.is_file() and dict((rows := pl.read_parquet(path)).schema) == schema and rows.is_empty()
    except (PolarsError, OSError):
        return False


def _stamp(source: str, delivery_id: str) -> dict[str, str]:
    return {"source": source, "delivery_id": delivery_id}


def _write_record(folder: Path, kind: str, pile: Pile, stamp: dict[str, str]) -> str:
    path = folder / f"{kind}.parquet"
    digest = pile.handed_over(path, stamp)
    if digest is not None:
        return digest
    stamps = [pl.lit(value).alias(name) for name, value in stamp.items()]
    return write_frames(path, FILES[kind], (rows.select(*stamps, pl.all()) for rows in pile.frames()))


def _newest(folder: Path, kinds: Iterable[str], now: dt.datetime) -> dt.datetime | None:
    """The newest instant the records speak of, so that a copied file keeps its stand; mistyped futures do not count."""
    newest: list[dt.datetime] = []
    for kind in kinds:
        names = [name for name in SPEAKING_TIMES if name in FILES[kind]]
        instants = [pl.col(name).cast(pl.Datetime("us")) for name in names]
        spoken = [instant.filter(instant <= now + dt.timedelta(days=1)).max() for instant in instants]
        if spoken:
            row = pl.scan_parquet(folder / f"{kind}.parquet").select(spoken).collect(engine="streaming").row(0)
            newest += [value for value in row if value is not None]
    return max(newest, default=None)
