"""Packs of small deliveries: the same rows and manifests, whatever kills the run, and whatever is damaged, is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl
import pytest

from pipelines.run import lock
from pipelines.run.integrity import accept, settle
from pipelines.run.outcome import Exit, Stop
from pipelines.run.verification import landing_faults
from pipelines.walk.packing import pack_small
from sources.contract.records import LANDED
from sources.landing import packs
from sources.landing.delivery_list import DeliveryList
from sources.landing.landing import MANIFEST, Landing
from tests.faults.command import papierwende, sentences
from tests.faults.published import publish
from tests.pipelines.walk.admissions import admit_and_land, run_on
from tests.towns import PORTAL, deliver, lines, make_town

DELIVERIES = 16
PACKED = DELIVERIES - packs.KEPT_APART
PACKING = "[run]\nstill_seconds = 0\npack_after = 3\n"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published town with more small deliveries than it wants to have; their files are swept."""
    folder = make_town(tmp_path_factory.mktemp("packs") / "town", PACKING + PORTAL)
    for number in range(DELIVERIES):
        row = f"BHV-{number};Eingang;{number + 1:02}.03.2026 09:15;Internet"
        broken = [f"BHV-{number};Bescheid;kein Tag;Post"] if number % 2 else []
        deliver(folder, f"{number:02}.csv", lines(row, *broken))
    admit_and_land(folder)
    for path in (folder / "inbox" / "portal").iterdir():
        path.unlink()
    publish(folder)
    return folder


@pytest.fixture
def folder(unpacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    key = shutil.copyfile(unpacked.with_suffix(".key"), tmp_path / "town.key")
    key.chmod(0o600)
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key))
    return shutil.copytree(unpacked, tmp_path / "town", symlinks=True)


def pack_all(folder: Path) -> int:
    run = run_on(folder)
    run.landing.prepare()
    settle(run.landing)
    return pack_small(run, lambda _source, _number: None)


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows as the models read them: whatever lies two folders below landing."""
    found = {kind: pl.read_parquet(folder / "landing" / "*" / "*" / f"{kind}.parquet") for kind in LANDED}
    return {kind: frame.sort(pl.all()).rows() for kind, frame in found.items()}


def manifests(folder: Path) -> list[str]:
    """What each delivery says of itself, but for the hashes of its files, which are others once they are written anew."""
    return [repr({**vars(manifest), "files": sorted(manifest.files)}) for manifest in Landing(folder).manifests()]


def the_pack(folder: Path) -> Path:
    (found,) = packs.pack_folders(folder / "landing")
    return found


def test_packed_deliveries_keep_rows_manifests_and_the_generation(folder: Path) -> None:
    before, told, generation = rows(folder), manifests(folder), run_on(folder).generation()
    assert pack_all(folder) == PACKED
    assert (rows(folder), manifests(folder), run_on(folder).generation()) == (before, told, generation)
    assert len([path for path in (folder / "landing" / "portal").iterdir() if path.is_dir()]) == packs.KEPT_APART
    assert landing_faults(folder) == []
    assert pack_all(folder) == 0, "the newest stay apart"


def test_a_run_says_that_it_packed_and_none_is_packed_where_the_town_says_never(folder: Path) -> None:
    toml = folder / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("pack_after = 3", "pack_after = 0"), encoding="utf-8")
    assert pack_all(folder) == 0
    assert packs.pack_folders(folder / "landing") == []


def test_the_same_file_is_known_again_when_its_delivery_is_packed(folder: Path) -> None:
    pack_all(folder)
    deliver(folder, "again.csv", lines("BHV-0;Eingang;01.03.2026 09:15;Internet"))
    assert admit_and_land(folder).folders == []


def test_what_must_leave_a_pack_leaves_and_the_others_stay(folder: Path) -> None:
    pack_all(folder)
    before = rows(folder)
    landing = Landing(folder)
    leaving = next(iter(packs.packs_of(landing.root, "portal")[0].manifests.values()))
    landing.retire(leaving)
    assert packs.pack_folders(landing.root) == []
    others = {kind: [row for row in table if leaving.delivery_id not in row] for kind, table in before.items()}
    assert rows(folder) == others
    assert landing_faults(folder) == []
    settle(landing)
    assert landing_faults(folder) == []


def test_a_packed_delivery_is_admitted_again_under_a_new_mapping(folder: Path) -> None:
    pack_all(folder)
    deliver(folder, "00.csv", lines("BHV-0;Eingang;01.03.2026 09:15;Internet"))
    toml = folder / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('Post = "post"', 'Post = "counter"'), encoding="utf-8")
    count = len(list(Landing(folder).manifests()))
    (again,) = admit_and_land(folder).folders
    assert len(list(Landing(folder).manifests())) == count
    assert len({one.mapping_sha256 for one in Landing(folder).manifests()}) == 2
    (found,) = (one for one in Landing(folder).manifests() if one.delivery_id == again.name)
    assert Landing(folder).manifest(folder / "landing" / "portal" / again.name) == found
    assert landing_faults(folder) == []


def test_large_deliveries_and_lists_of_what_exists_stay_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing, found = Landing(folder), list(Landing(folder).manifests())
    assert packs.worth_packing(landing.root, "portal", found, 3)
    monkeypatch.setattr(packs, "SMALL_BYTES", 10)
    assert packs.worth_packing(landing.root, "portal", found, 3) == []


def test_what_is_packed_at_once_has_a_bound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [sum(p.stat().st_size for p in one.iterdir()) for one in (folder / "landing" / "portal").iterdir()]
    monkeypatch.setattr(packs, "PACK_BYTES", 3 * max(sizes))
    before = rows(folder)
    assert pack_all(folder) == PACKED
    assert len(packs.pack_folders(folder / "landing")) == 2
    assert (rows(folder), landing_faults(folder)) == (before, [])


class Killed(BaseException):
    """A kill at one of the steps that change the disk."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Iterator[list[str]]:
    """Die at the nth change of the disk, before it or after it; what was changed is listed."""
    seen: list[str] = []

    def dying(name: str, change: Callable[..., object]) -> Callable[..., object]:
        def changes(*given: object, **named: object) -> object:
            seen.append(name)
            if len(seen) == step and not after:
                raise Killed
            found = change(*given, **named)
            if len(seen) == step:
                raise Killed
            return found

        return changes

    with monkeypatch.context() as patch:
        patch.setattr(DeliveryList, "append", dying("list", DeliveryList.append))
        patch.setattr(Path, "rename", dying("rename", Path.rename))
        for name in ("write_frames", "write_synced", "write_manifest", "sync_folder"):
            patch.setattr(packs, name, dying(name, getattr(packs, name)))
        patch.setattr(shutil, "rmtree", dying("rmtree", shutil.rmtree))
        yield seen


def retire_one(folder: Path) -> None:
    landing = Landing(folder)
    landing.retire(next(iter(packs.packs_of(landing.root, "portal")[0].manifests.values())))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ["pack", "retire"])
def test_a_kill_at_any_step_leaves_a_town_that_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, *, after: bool
) -> None:
    if act == "retire":
        pack_all(folder)
    before, told = rows(folder), manifests(folder)
    steps = 0
    for step in range(1, 200):
        town = shutil.copytree(folder, tmp_path / f"{step}" / "town", symlinks=True)
        with killed_at(step, monkeypatch, after=after) as seen, suppress(Killed):
            pack_all(town) if act == "pack" else retire_one(town)
        if len(seen) < step:
            break
        steps = step
        assert landing_faults(town) == [], seen
        assert len(manifests(town)) in (len(told), len(told) - 1), seen
        landing = Landing(town)
        landing.prepare()
        settle(landing)
        assert landing_faults(town) == [], seen
        left = {one.delivery_id for one in landing.manifests()}
        gone = {row[0] for row in before["deliveries"]} - left
        assert len(gone) <= (act == "retire"), seen
        kept = {kind: [row for row in table if not gone & {*map(str, row)}] for kind, table in before.items()}
        assert rows(town) == kept, seen
        pack_all(town)
        assert (rows(town), landing_faults(town)) == (kept, []), seen
        shutil.rmtree(tmp_path / f"{step}")
    assert steps > 20


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("name", ["events.parquet", MANIFEST])
def test_a_delivery_damaged_before_it_is_packed_stops_with_its_sentence(folder: Path, name: str) -> None:
    landing = Landing(folder)
    (folders,) = packs.worth_packing(landing.root, "portal", list(landing.manifests()), 3)
    path = folders[2] / name
    if name == MANIFEST:
        path.write_text("{", encoding="utf-8")
    else:
        damaged(path)
    lying = sorted(landing.root.rglob("*"))
    with pytest.raises(packs.DamagedDelivery) as found:
        packs.pack(landing.root, landing.incoming, folders)
    assert found.value.path == path
    assert sorted(landing.root.rglob("*")) == lying, "nothing has moved"
    assert len(landing_faults(folder)) == 1


def test_the_run_tells_it_in_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "landing" / "portal" / "x" / "events.parquet"

    def breaks(*_: object) -> None:
        raise packs.DamagedDelivery(path)

    monkeypatch.setattr("pipelines.walk.packing.pack", breaks)
    with pytest.raises(Stop) as stopped:
        pack_all(folder)
    assert stopped.value.exit_code is Exit.INTEGRITY
    assert stopped.value.sentences == [
        f"{path}: changed while it was packed; restore landing from the backup, or delete {path.parent} and deliver "
        "the file again."
    ]


def rewritten(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = the_pack(folder) / packs.PACK_FILE
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a byte of a file": lambda folder: damaged(the_pack(folder) / "events.parquet"),
    "a file gone": lambda folder: (the_pack(folder) / "quarantine.parquet").unlink(),
    "a foreign file": lambda folder: (the_pack(folder) / "notes.txt").write_text("x"),
    "no list": lambda folder: (the_pack(folder) / packs.PACK_FILE).unlink(),
    "half a list": lambda folder: (the_pack(folder) / packs.PACK_FILE).write_text('{"source": "por'),
    "a list of nothing": lambda folder: rewritten(folder, lambda told: told.update(manifests=[])),
    "a manifest altered": lambda folder: rewritten(
        folder,
        lambda told: told.update(manifests=[m.replace('"rows_read": 1', '"rows_read": 9') for m in told["manifests"]]),  # type: ignore[attr-defined]
    ),
    "another source's": lambda folder: rewritten(folder, lambda told: told.update(source="other")),
    "a copy": lambda folder: shutil.copytree(the_pack(folder), the_pack(folder).with_name("copy")),
    "gone": lambda folder: shutil.rmtree(the_pack(folder)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_pack_is_told_and_stays(folder: Path, damage: str) -> None:
    pack_all(folder)
    assert landing_faults(folder) == []
    DAMAGES[damage](folder)
    told = landing_faults(folder)
    assert any("restore landing" in said or "remove it" in said or "delete the copy" in said for said in told), told
    # Who deletes it and delivers again, or accepts that it is lost, goes on.
    for path in packs.pack_folders(folder / "landing"):
        shutil.rmtree(path)
    landing = Landing(folder)
    landing.prepare()
    accept(landing, "")
    settle(landing)
    assert landing_faults(folder) == []
    assert len(list(landing.manifests())) == packs.KEPT_APART


def test_a_run_on_a_damaged_pack_ends_with_its_sentence(folder: Path) -> None:
    pack_all(folder)
    damaged(the_pack(folder) / "events.parquet")
    done = papierwende(folder, "run", str(folder))
    assert done.returncode == Exit.INTEGRITY, done.stdout + done.stderr
    (told,) = sentences(done)
    assert "events.parquet: differs from its pack.json" in told


def test_packing_waits_for_the_run_that_is_active(folder: Path) -> None:
    with lock.locked(folder):
        done = papierwende(folder, "run", str(folder))
    assert done.returncode == Exit.BUSY
    assert packs.pack_folders(folder / "landing") == []


def test_a_full_disk_while_packing_is_told_and_nothing_is_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(folder / "var" / "incoming"))

    with monkeypatch.context() as patch:
        patch.setattr(packs, "write_frames", full)
        with pytest.raises(OSError, match="No space left"):
            pack_all(folder)
    assert (rows(folder), landing_faults(folder)) == (before, [])
    assert pack_all(folder) == PACKED
