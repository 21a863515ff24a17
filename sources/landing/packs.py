"""Packs: many small deliveries of a source in one folder, since thousands of small files are slow to read.

``landing/_packed.<source>/<pack>/`` holds per kind of record one file with the rows of all its deliveries, each row as
it landed, and ``pack.json`` with the manifest of each delivery word for word and the hashes of the files. A pack counts
from the moment its folder is renamed into landing until it is renamed out; a delivery that lies there and in a folder
of its own lies in the pack. So a kill at any point leaves each delivery once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from sources.contract.records import CONTRACT_VERSION
from sources.contract.withheld import FILES, WITHHELD
from sources.landing.delivery_list import DeliveryList, Entry, Place
from sources.landing.manifest import MANIFEST, Manifest, manifest_from, write_manifest
from sources.storage.parquet_file import GROUP_ROWS, sync_folder, write_frames, write_synced

PACK_FILE: Final = "pack.json"
# No source can be called this.
PREFIX: Final = "_packed."
# The guard compares a delivery with the newest before it.
KEPT_APART: Final = 10
# Of larger deliveries few files make many rows: reading them is no slower.
SMALL_BYTES: Final = 4 << 20
PACK_BYTES: Final = 256 << 20


class DamagedDelivery(Exception):
    """A delivery is not what its manifest says; the path that differs is its first argument."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(path)
        self.path = path


@dataclass(frozen=True)
class Pack:
    """A pack as its ``pack.json`` tells it.

    Attributes:
        files: the hash of each kind's file.
        texts: by delivery its manifest, word for word.
        manifests: the same, read.
        sha256: of ``pack.json``.
    """

    folder: Path
    source: str
    files: dict[str, str]
    texts: dict[str, str]
    manifests: dict[str, Manifest]
    sha256: str

    @property
    def place(self) -> Place:
        """Where the list of deliveries has it."""
        return self.folder.parent.name, self.folder.name

    def manifest_hashes(self) -> dict[Place, str]:
        """By delivery the hash of its manifest, as the list of deliveries has it."""
        return {(self.source, delivery): _hash(text.encode()) for delivery, text in self.texts.items()}


def is_of_packs(folder: Path) -> bool:
    """Whether a folder in landing holds packs instead of deliveries."""
    return folder.name.startswith(PREFIX)


def packs_of(landing: Path, source: str) -> list[Pack]:
    """The readable packs of a source in a fixed order."""
    return [pack for folder in pack_folders(landing, source) if (pack := read_pack(folder)) is not None]


def pack_folders(landing: Path, source: str = "*") -> list[Path]:
    """The folders of a source's packs, or of all, readable or not, in a fixed order."""
    return sorted((path for path in landing.glob(f"{PREFIX}{source}/*") if path.is_dir()), key=attrgetter("name"))


def read_pack(folder: Path) -> Pack | None:
    """A pack, None where its ``pack.json`` cannot be read."""
    try:
        state = (folder / PACK_FILE).stat()
    except OSError:
        return None
    return _read(str(folder), state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=10_000)
def _read(folder: str, size: int, mtime_ns: int) -> Pack | None:
    """Every step of a run asks for all manifests; size and time tell whether a pack changed in between."""
    del size, mtime_ns
    try:
        content = (Path(folder) / PACK_FILE).read_bytes()
        told = json.loads(content)
        texts: dict[str, str] = {}
        manifests: dict[str, Manifest] = {}
        for text in told["manifests"]:
            if (manifest := manifest_from(text)) is None:
                return None
            texts[manifest.delivery_id], manifests[manifest.delivery_id] = text, manifest
        return Pack(Path(folder), str(told["source"]), dict(told["files"]), texts, manifests, _hash(content))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def worth_packing(landing: Path, source: str, manifests: Collection[Manifest], least: int) -> list[list[Path]]:
    """The folders to pack together: small deliveries that stay as they are, where they are at least so many.

    The newest stay apart. So does one that a later run may take out again: a list of what exists, of which only the
    newest counts; one of which codes were withheld; one admitted under an earlier contract.
    """
    apart = [one for one in manifests if (landing / source / one.delivery_id).is_dir()]
    older = sorted(apart, key=lambda one: (one.admitted_at, one.delivery_id))[:-KEPT_APART]
    stays = [
        one
        for one in older
        if one.mode != "inventory"
        and not (one.withheld or WITHHELD in one.files)
        and one.contract_version == CONTRACT_VERSION
    ]
    groups: list[list[Path]] = [[]]
    filled = 0
    for folder in (landing / source / one.delivery_id for one in stays):
        size = sum(path.stat().st_size for path in folder.iterdir())
        if size > SMALL_BYTES:
            continue
        if filled + size > PACK_BYTES:
            groups, filled = [*groups, []], 0
        groups[-1].append(folder)
        filled += size
    return [group for group in groups if len(group) >= max(least, 2)]


def pack(landing: Path, incoming: Path, folders: list[Path]) -> Path:
    """Put deliveries of a source into a pack; returns its folder.

    Raises:
        DamagedDelivery: a file is not what its manifest says; nothing has changed then.
    """
    source = folders[0].parent.name
    texts = [_text(folder) for folder in folders]
    name = _hash("".join(_hash(text.encode()) for text in sorted(texts)).encode())[:32]
    half = incoming / f"{PREFIX}{source}" / name
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    kinds = sorted({kind for folder in folders for kind in _whole(folder).files})
    files = {kind: write_frames(half / f"{kind}.parquet", FILES[kind], _rows(folders, kind)) for kind in kinds}
    told = {"source": source, "files": files, "manifests": texts}
    write_synced(half / PACK_FILE, json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True).encode())
    sync_folder(half)
    target = landing / half.parent.name / name
    target.parent.mkdir(exist_ok=True)
    sync_folder(landing)
    listed, digest = DeliveryList(landing), _hash((half / PACK_FILE).read_bytes())
    listed.append(Entry("landing", *_place(target), digest))
    half.rename(target)
    sync_folder(target.parent)
    drop_copies(landing, incoming)
    listed.append(Entry("landed", *_place(target), digest))
    return target


def unpack(landing: Path, incoming: Path, packed: Pack) -> None:
    """Give each delivery of a pack a folder of its own again, as one of them must leave or is replaced.

    Its files are written anew, so their hashes in its manifest are others.
    """
    # A delivery that is to take the place of one of these may lie in ``incoming`` under its own name.
    halves = incoming / "_unpacked" / packed.source
    shutil.rmtree(halves, ignore_errors=True)
    files: dict[str, dict[str, str]] = {delivery: {} for delivery in packed.manifests}
    for kind in (kind for kind in packed.files if kind != "deliveries"):
        for delivery, frames in _runs(packed, kind):
            (halves / delivery).mkdir(parents=True, exist_ok=True)
            files[delivery][kind] = write_frames(halves / delivery / f"{kind}.parquet", FILES[kind], frames)
    for delivery, manifest in packed.manifests.items():
        write_manifest(halves / delivery, replace(manifest, files=files[delivery]))
    new = {delivery: _hash((halves / delivery / MANIFEST).read_bytes()) for delivery in packed.manifests}
    listed = DeliveryList(landing)
    listed.append(
        Entry("leaving", *packed.place, packed.sha256),
        *(Entry("landing", packed.source, delivery, digest) for delivery, digest in new.items()),
    )
    (landing / packed.source).mkdir(exist_ok=True)
    for delivery in new:
        (halves / delivery).rename(landing / packed.source / delivery)
    sync_folder(landing / packed.source)
    _vanish(packed.folder, incoming)
    sync_folder(packed.folder.parent)
    listed.append(
        Entry("left", *packed.place, packed.sha256),
        *(Entry("landed", packed.source, delivery, digest) for delivery, digest in new.items()),
    )


def drop_copies(landing: Path, incoming: Path) -> int:
    """Remove the folders of deliveries that lie in a pack; returns how many."""
    copies = [
        folder
        for path in pack_folders(landing)
        if (packed := read_pack(path)) is not None
        for delivery in packed.manifests
        if (folder := landing / packed.source / delivery).is_dir()
    ]
    for folder in copies:
        _vanish(folder, incoming)
    for parent in {folder.parent for folder in copies}:
        sync_folder(parent)
    return len(copies)


def _vanish(folder: Path, incoming: Path) -> None:
    """Take a folder out of landing in one step, and then its files; the next run sweeps what a kill leaves of them."""
    gone = incoming / "_gone" / folder.parent.name / folder.name
    shutil.rmtree(gone, ignore_errors=True)
    gone.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _text(folder: Path) -> str:
    try:
        return (folder / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise DamagedDelivery(folder / MANIFEST) from error


def _whole(folder: Path) -> Manifest:
    if (manifest := manifest_from(_text(folder))) is None:
        raise DamagedDelivery(folder / MANIFEST)
    return manifest


def _rows(folders: list[Path], kind: str) -> Iterator[pl.DataFrame]:
    """The rows of a kind of all these deliveries, in their order; each file is held against its manifest."""
    for folder in folders:
        if (digest := _whole(folder).files.get(kind)) is None:
            continue
        path = folder / f"{kind}.parquet"
        content = path.read_bytes() if path.is_file() else b""
        if _hash(content) != digest:
            raise DamagedDelivery(path)
        yield pl.read_parquet(content)


def _runs(packed: Pack, kind: str) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    """Per delivery its rows of a kind, which follow each other; none for one that has the kind but no row of it."""
    seen: set[str] = set()
    for delivery, run in groupby(_pieces(packed.folder / f"{kind}.parquet"), key=itemgetter(0)):
        seen.add(delivery)
        yield delivery, (frame for _, frame in run)
    for delivery, manifest in packed.manifests.items():
        if kind in manifest.files and delivery not in seen:
            yield delivery, iter(())


def _pieces(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for rows in file.iter_batches(GROUP_ROWS):
            for frame in pl.DataFrame(rows).partition_by("delivery_id", maintain_order=True):
                yield frame["delivery_id"][0], frame


def _place(folder: Path) -> Place:
    return folder.parent.name, folder.name


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
