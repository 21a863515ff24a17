"""Whether what landed is still what was landed, to the last file, and nothing else lies beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from pipelines.run.input_hash import file_hash
from sources.contract.records import LANDED
from sources.contract.withheld import FILES
from sources.landing.delivery_list import NAME, BrokenList, DeliveryList, Entry, Expected, Place
from sources.landing.landing import MANIFEST, SCHEMA_FOLDER, Landing
from sources.landing.manifest import Manifest
from sources.landing.packs import PACK_FILE, PREFIX, drop_copies, is_of_packs, pack_folders, read_pack

# What file managers leave behind unasked.
BY_THE_WAY: Final = ("Thumbs.db", "desktop.ini", "ehthumbs.db")
WAY_OUT: Final = "`papierwende verify --accept` takes landing as it lies"


def damaged_files(landing: Landing, known_head: str = "", awaited: Collection[Place] = ()) -> list[str]:
    """One sentence per delivery, file or line of the list that is not what it was, one too many, or gone.

    Args:
        landing: the town's landing; read whole.
        known_head: the head of the list of deliveries that the published generation was made from.
        awaited: deliveries whose files wait in the inbox: where one is missing, the run lands it again.
    """
    listed = DeliveryList(landing.root)
    try:
        if not listed.knows(known_head):
            return [_list_lost(listed)]
        expected = listed.expected()
    except BrokenList as broken:
        return [
            f"{listed.path}: {broken}, the list of deliveries was altered; restore it from the backup, or {WAY_OUT}."
        ]
    folders, packs = list(_folders(landing)), pack_folders(landing.root)
    found = [*_foreign_beside(landing), *(said for folder in folders for said in _judged(landing, folder))]
    found += [said for folder in packs for said in _judged_pack(folder, expected if listed.exists else None)]
    if listed.exists:
        found += [said for folder in folders for said in _unlisted(landing, folder, expected)]
    present = {(folder.parent.name, folder.name) for folder in folders} | _there(landing).keys()
    found += [
        f"{landing.root / source / delivery}: is missing, and its records with it; restore landing from the backup, "
        f"deliver its file again, or {WAY_OUT} and the next run publishes without it."
        for (source, delivery), what in expected.items()
        # Of a pack that is gone its deliveries tell.
        if not (what.may_lack or source.startswith(PREFIX) or (source, delivery) in present)
        and (source, delivery) not in awaited
    ]
    return found


def settle(landing: Landing) -> None:
    """Write down how the moves ended that a killed run began; a landing without a list gets one of what lies there.

    What was set aside for a delivery that did not come any more is put back: its file may be gone.
    """
    listed = DeliveryList(landing.root)
    drop_copies(landing.root, landing.incoming)
    _put_back(landing, listed)
    there = _there(landing)
    if not listed.exists:
        if there:
            listed.append(*(Entry("landed", *place, digest) for place, digest in sorted(there.items())))
        return
    expected = listed.expected()
    moving = sorted(place for place, what in expected.items() if what.may_lack)
    moving += sorted(place for place in expected.keys() - there.keys() - {*moving} if place[0].startswith(PREFIX))
    if moving:
        listed.append(
            *(
                Entry("landed", *place, there[place]) if place in there else Entry("left", *place, "")
                for place in moving
            )
        )


def _put_back(landing: Landing, listed: DeliveryList) -> None:
    for (source, delivery), what in listed.expected().items():
        place, aside = landing.root / source / delivery, landing.replaced / source / delivery
        was_there = (aside / MANIFEST).is_file() and file_hash(aside / MANIFEST) in what.manifests
        if what.may_lack and was_there and landing.manifest(place) is None and not place.exists():
            aside.rename(place)


def accept(landing: Landing, known_head: str) -> list[str]:
    """Take landing as it lies for what landed: what is missing is given up, what nobody listed is listed.

    Returns one sentence for each of these.
    """
    listed = DeliveryList(landing.root)
    said: list[str] = []
    try:
        expected = listed.expected()
        is_known = listed.knows(known_head)
    except BrokenList:
        listed.path.replace(listed.path.with_name(f"{NAME}.broken"))
        expected, is_known = {}, False
    if not is_known:
        listed.append(Entry("accepted", "", "", known_head))
        said.append("The list of deliveries begins anew.")
    there = _there(landing)
    for place in sorted(expected.keys() - there.keys()):
        listed.append(Entry("missed", *place, ""))
        said.append(f"Delivery {place[1][:8]} of source '{place[0]}' is given up.")
    for place, digest in sorted(there.items()):
        if place not in expected or digest not in expected[place].manifests:
            listed.append(Entry("landed", *place, digest))
            said.append(f"Delivery {place[1][:8]} of source '{place[0]}' is taken as it lies.")
    return said


def _there(landing: Landing) -> dict[Place, str]:
    """By place, of a delivery or of a pack, the hash that the list of deliveries has of what lies there."""
    found = {(m.source, m.delivery_id): _manifest(landing, m) for m in landing.manifests()}
    there = {place: file_hash(path) for place, path in found.items() if path.is_file()}
    for packed in filter(None, map(read_pack, pack_folders(landing.root))):
        there |= {packed.place: packed.sha256} | packed.manifest_hashes()
    return there


def _judged_pack(folder: Path, expected: Mapping[Place, Expected] | None) -> Iterator[str]:
    """What is wrong with a pack of deliveries, by what it says of itself and by the list of deliveries."""
    packed = read_pack(folder)
    if packed is None:
        yield _differs(folder / PACK_FILE, folder, "any pack's: it cannot be read", "its files")
        return
    if folder.parent.name != f"{PREFIX}{packed.source}":
        yield f"{folder}: holds deliveries of source '{packed.source}', copied or renamed; delete the copy."
        return
    for kind, digest in packed.files.items():
        path = folder / f"{kind}.parquet"
        if not path.is_file() or file_hash(path) != digest:
            yield _differs(path, folder, f"its {PACK_FILE}", "its files")
    own = {PACK_FILE, *(f"{kind}.parquet" for kind in packed.files)}
    for path in sorted(folder.iterdir()):
        if path.name not in own and not _is_by_the_way(path):
            yield f"{path}: does not belong to this pack of deliveries; remove it."
    hashes = {packed.place: packed.sha256} | packed.manifest_hashes()
    if expected is not None and any(
        place not in expected or digest not in expected[place].manifests for place, digest in hashes.items()
    ):
        yield _differs(folder / PACK_FILE, folder, "the list of deliveries", "its files")


def _judged(landing: Landing, folder: Path) -> Iterator[str]:
    """What is wrong with one folder by what it says of itself."""
    manifest = landing.manifest(folder)
    if manifest is None:
        yield f"{folder}: has no readable manifest; restore it from the backup, or delete it and deliver again."
    elif (manifest.source, manifest.delivery_id) != (folder.parent.name, folder.name):
        yield (
            f"{folder}: holds delivery {manifest.delivery_id[:8]} of source '{manifest.source}', copied or renamed; "
            "delete the copy."
        )
    else:
        yield from _damaged(folder, manifest)


def _unlisted(landing: Landing, folder: Path, expected: Mapping[Place, Expected]) -> Iterator[str]:
    """What is wrong with one sound folder by the list of deliveries."""
    manifest, place = landing.manifest(folder), (folder.parent.name, folder.name)
    if manifest is None or (manifest.source, manifest.delivery_id) != place:
        return
    if place not in expected:
        yield f"{folder}: was never landed by this program; delete it and deliver its file, or {WAY_OUT}."
    elif file_hash(folder / MANIFEST) not in expected[place].manifests:
        yield _differs(folder / MANIFEST, folder, "the list of deliveries")


def _damaged(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What of one delivery is not what its manifest says."""
    if not {manifest.record_kind, "quarantine", "deliveries"} <= manifest.files.keys() <= FILES.keys():
        yield _differs(folder / MANIFEST, folder, "every delivery's: it does not name its files")
    for kind, digest in manifest.files.items():
        path = folder / f"{kind}.parquet"
        if not path.is_file() or file_hash(path) != digest:
            yield _differs(path, folder, "its manifest")
    own = {MANIFEST, *(f"{kind}.parquet" for kind in manifest.files)}
    for path in sorted(folder.iterdir()):
        if path.name not in own and not _is_by_the_way(path):
            yield f"{path}: does not belong to this delivery; remove it."


def _differs(path: Path, folder: Path, what: str, files: str = "the file") -> str:
    return (
        f"{path}: differs from {what}; restore landing from the backup, or delete {folder} and deliver {files} again."
    )


def _list_lost(listed: DeliveryList) -> str:
    how = "does not hold what the published generation was made from" if listed.exists else "is missing"
    return f"{listed.path}: {how}; restore landing from the backup, or {WAY_OUT}."


def _folders(landing: Landing) -> Iterator[Path]:
    for folder in sorted(landing.root.glob("*/*")):
        if folder.is_dir() and folder.parent.name != SCHEMA_FOLDER and not is_of_packs(folder.parent):
            yield folder


def _foreign_beside(landing: Landing) -> Iterator[str]:
    """What lies in landing and is neither a delivery nor the list; the models would read a folder of any name."""
    empty = landing.root / SCHEMA_FOLDER / "empty"
    known = {empty / f"{kind}.parquet" for kind in LANDED}
    beside = [path for path in landing.root.glob("*") if not path.is_dir() and path.name != NAME]
    between = [path for path in landing.root.glob("*/*") if not path.is_dir()]
    schema = [path for path in (landing.root / SCHEMA_FOLDER).rglob("*") if path != empty and path not in known]
    for path in sorted({*beside, *between, *schema}):
        if not _is_by_the_way(path) and not path.name.startswith(NAME):
            yield f"{path}: does not belong into landing; remove it."


def _is_by_the_way(path: Path) -> bool:
    return path.name.startswith(".") or path.name in BY_THE_WAY


def _manifest(landing: Landing, manifest: Manifest) -> Path:
    return landing.root / manifest.source / manifest.delivery_id / MANIFEST
