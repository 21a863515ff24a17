"""Damages to landing, its manifests and list, the published generation and the pointer: each told, none ends with 70."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import runner
from pipelines.commands.main import app
from pipelines.run.generation import hashes
from pipelines.run.outcome import Exit, Stop
from pipelines.run.verification import generation_faults, landing_faults, last_verification
from pipelines.walk.published_before import forgotten, hidden_before, published_before
from pipelines.walk.walk import Walk
from sources.landing.delivery_list import DeliveryList
from sources.landing.landing import MANIFEST, Landing
from tests.faults.published import publish, published_town
from tests.pipelines.walk.admissions import admit_and_land, run_on
from tests.towns import PORTAL, ROWS, deliver, key_file, lines, make_town

Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_town(tmp_path_factory.mktemp("sound") / "town")


@pytest.fixture
def folder(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    town = shutil.copytree(sound, tmp_path / "town", symlinks=True)
    shutil.copyfile(key_file(sound), key_file(town)).chmod(0o600)
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(town)))
    return town


def first(folder: Path) -> Path:
    """A landed delivery."""
    return sorted((folder / "landing" / "portal").iterdir())[0]


def generation(folder: Path) -> Path:
    return (folder / "current").resolve()


def written(path: Path, content: bytes | str) -> None:
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    written(path, bytes(content))


def cut(path: Path) -> None:
    written(path, path.read_bytes()[: path.stat().st_size // 2])


def rewritten(folder: Path, **more: object) -> None:
    """Another word in a manifest."""
    path = first(folder) / MANIFEST
    written(path, json.dumps(json.loads(path.read_text(encoding="utf-8")) | more))


def forged(folder: Path) -> None:
    """A delivery altered together with its manifest."""
    events = first(folder) / "events.parquet"
    other = sorted((folder / "landing" / "portal").iterdir())[1] / "events.parquet"
    shutil.copyfile(other, events)
    files = json.loads((first(folder) / MANIFEST).read_text(encoding="utf-8"))["files"]
    rewritten(folder, files=files | {"events": hashlib.sha256(events.read_bytes()).hexdigest()})


def listed(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = folder / "landing" / "deliveries.jsonl"
    written(path, b"".join(change(path.read_bytes().splitlines(keepends=True))))


def from_elsewhere(folder: Path) -> None:
    other = make_town(folder.parent / "other")
    deliver(other, "z.csv", lines(*ROWS[1:]))
    admit_and_land(other)
    shutil.copytree(first(other), folder / "landing" / "portal" / first(other).name)


def stranger_in_the_schema(folder: Path) -> None:
    place = folder / "landing" / "_schema" / "more"
    place.mkdir()
    shutil.copyfile(first(folder) / "events.parquet", place / "events.parquet")


LANDING: dict[str, Damage] = {
    "a byte of a file": lambda folder: flipped(first(folder) / "events.parquet"),
    "a file cut": lambda folder: cut(first(folder) / "events.parquet"),
    "a file emptied": lambda folder: written(first(folder) / "events.parquet", b""),
    "a file gone": lambda folder: (first(folder) / "quarantine.parquet").unlink(),
    "a file another's": lambda f: shutil.copyfile(first(f) / "quarantine.parquet", first(f) / "events.parquet"),
    "a kind too many": lambda f: shutil.copyfile(first(f) / "events.parquet", first(f) / "counts.parquet"),
    "a foreign file": lambda folder: written(first(folder) / "notes.txt", "x"),
    "a folder within": lambda folder: (first(folder) / "more").mkdir(),
    "no manifest": lambda folder: (first(folder) / MANIFEST).unlink(),
    "half a manifest": lambda folder: cut(first(folder) / MANIFEST),
    "a manifest that is no text": lambda folder: written(first(folder) / MANIFEST, b"\xff\xfe{"),
    "a manifest that is a list": lambda folder: written(first(folder) / MANIFEST, "[]"),
    "a manifest that is a number": lambda folder: written(first(folder) / MANIFEST, "7"),
    "a manifest without files": lambda folder: rewritten(folder, files={}),
    "a manifest whose files are a list": lambda folder: rewritten(folder, files=["events"]),
    "a manifest that counts otherwise": lambda folder: rewritten(folder, rows_read=99),
    "a manifest that counts in words": lambda folder: rewritten(folder, rows_read="three"),
    "a manifest of no time": lambda folder: rewritten(folder, stand="yesterday"),
    "a manifest whose time is a number": lambda folder: rewritten(folder, stand=20260302),
    "a manifest of another mapping": lambda folder: rewritten(folder, mapping_sha256="0" * 64),
    "a manifest with a word too many": lambda folder: rewritten(folder, surprise=1),
    "a file and its manifest": forged,
    "a delivery gone": lambda folder: shutil.rmtree(first(folder)),
    "a source gone": lambda folder: shutil.rmtree(folder / "landing" / "portal"),
    "landing gone": lambda folder: shutil.rmtree(folder / "landing"),
    "a delivery beside itself": lambda f: shutil.copytree(first(f), first(f).with_name(f"{first(f).name} (2)")),
    "a delivery renamed": lambda folder: first(folder).rename(first(folder).with_name("0" * 32)),
    "a delivery of another source": lambda f: shutil.copytree(first(f), f / "landing" / "counter" / first(f).name),
    "a delivery moved": lambda f: shutil.move(first(f), (f / "landing" / "counter") / first(f).name),
    "a delivery of another town": from_elsewhere,
    "a file beside the sources": lambda folder: written(folder / "landing" / "x.csv", "x"),
    "a file beside the deliveries": lambda folder: written(folder / "landing" / "portal" / "x.csv", "x"),
    "rows in the schema": stranger_in_the_schema,
    "the list gone": lambda folder: (folder / "landing" / "deliveries.jsonl").unlink(),
    "the list emptied": lambda folder: listed(folder, lambda _: []),
    "the list cut": lambda folder: listed(folder, lambda all_lines: all_lines[:2]),
    "a line gone": lambda folder: listed(folder, lambda all_lines: all_lines[:1] + all_lines[2:]),
    "a line altered": lambda folder: listed(
        folder, lambda lines_: [lines_[0].replace(b"landing", b"leaving"), *lines_[1:]]
    ),
    "a list that is no text": lambda folder: listed(folder, lambda all_lines: [b"\xff\xfe\n", *all_lines]),
    "a list of numbers": lambda folder: listed(folder, lambda all_lines: [b"7\n", *all_lines]),
}
GENERATION: dict[str, Damage] = {
    "a byte of the database": lambda folder: flipped(generation(folder) / "papierwende.duckdb"),
    "the database cut": lambda folder: cut(generation(folder) / "papierwende.duckdb"),
    "the database gone": lambda folder: (generation(folder) / "papierwende.duckdb").unlink(),
    "the database emptied": lambda folder: written(generation(folder) / "papierwende.duckdb", b""),
    "a page cut": lambda folder: cut(generation(folder) / "site" / "daten.html"),
    "a page gone": lambda folder: (generation(folder) / "site" / "daten.html").unlink(),
    "a page too many": lambda folder: written(generation(folder) / "site" / "more.html", "x"),
    "the status half": lambda folder: cut(generation(folder) / "status.json"),
    "the status no text": lambda folder: written(generation(folder) / "status.json", b"\xff\xfe"),
    "the status a list": lambda folder: written(generation(folder) / "status.json", "[]"),
    "the status gone": lambda folder: (generation(folder) / "status.json").unlink(),
    "the status altered": lambda folder: written(
        generation(folder) / "status.json",
        (generation(folder) / "status.json").read_text(encoding="utf-8").replace('"warnings": []', '"warnings": [1]'),
    ),
    "the generation gone": lambda folder: shutil.rmtree(generation(folder)),
    "the pointer a file": lambda folder: pointed(folder, None),
    "the pointer elsewhere": lambda folder: pointed(folder, folder / "landing"),
    "the pointer to nothing": lambda folder: pointed(folder, folder / "generations" / "never"),
    "the pointer a copy": lambda folder: copied(folder),
}


def pointed(folder: Path, place: Path | None) -> None:
    (folder / "current").unlink()
    if place is None:
        written(folder / "current", "x")
    else:
        (folder / "current").symlink_to(place)


def copied(folder: Path) -> None:
    content = generation(folder)
    (folder / "current").unlink()
    shutil.copytree(content, folder / "current")


def looked_at(folder: Path) -> None:
    """Every command that looks at what is published tells what is wrong, or shows it; none breaks."""
    for command in (["status"], ["verify"], ["sql", "from dim_town", "--town"], ["sources", "list"]):
        ended = CliRunner().invoke(app, [*command, str(folder)])
        # A stop is turned into its code by who calls the app.
        assert ended.exception is None or isinstance(ended.exception, Stop | SystemExit), (command, ended.exception)


def test_a_sound_town_has_nothing_to_say(folder: Path) -> None:
    assert landing_faults(folder) + generation_faults(folder) == []
    outcome = runner.nothing_new(Walk(folder, run_on(folder)))
    assert outcome is not None
    assert (outcome.exit_code, outcome.said) == (0, "nothing new")
    seen = last_verification(folder)
    assert seen is not None
    assert (seen.deliveries, seen.faults) == (2, 0)


@pytest.mark.parametrize("damage", LANDING)
def test_a_damage_to_landing_stops_the_run_with_its_sentence(folder: Path, damage: str) -> None:
    if damage == "a delivery moved":
        (folder / "landing" / "counter").mkdir()
    LANDING[damage](folder)
    stood = generation(folder)
    with pytest.raises(Stop) as stopped:
        runner.nothing_new(Walk(folder, run_on(folder)))
    assert stopped.value.exit_code == Exit.INTEGRITY
    for said in stopped.value.sentences:
        assert said.startswith(str(folder / "landing"))
        assert said.endswith(".")
        assert any(way in said for way in ("restore", "delete", "remove"))
    assert generation(folder) == stood
    verified = CliRunner().invoke(app, ["verify", str(folder)])
    assert isinstance(verified.exception, Stop)
    assert verified.exception.sentences == stopped.value.sentences
    looked_at(folder)


@pytest.mark.parametrize("damage", GENERATION)
def test_a_damage_to_what_is_published_is_told_and_made_again(folder: Path, damage: str) -> None:
    name = generation(folder).name
    GENERATION[damage](folder)
    assert generation_faults(folder), "verify tells it"
    assert runner.nothing_new(Walk(folder, run_on(folder))) is None, "the run makes it again"
    looked_at(folder)
    assert publish(folder) == name
    assert generation_faults(folder) == []
    assert not [path for path in folder.iterdir() if path.name.startswith("current.")]


def test_what_nobody_asked_for_does_no_harm(folder: Path) -> None:
    written(first(folder) / ".DS_Store", "x")
    written(folder / "landing" / "portal" / "Thumbs.db", "x")
    with (folder / "landing" / "deliveries.jsonl").open("ab") as cut_off:
        cut_off.write(b'{"at": "20')
    assert landing_faults(folder) == []
    deliver(folder, "z.csv", lines(*ROWS[1:]))
    admit_and_land(folder)
    assert landing_faults(folder) == []


def test_an_empty_schema_with_a_row_is_emptied(folder: Path) -> None:
    empty = folder / "landing" / "_schema" / "empty" / "deliveries.parquet"
    shutil.copyfile(first(folder) / "deliveries.parquet", empty)
    Landing(folder).prepare()
    assert landing_faults(folder) == []
    assert empty.stat().st_size < (first(folder) / "deliveries.parquet").stat().st_size


def test_a_delivery_that_is_gone_lands_again_while_its_file_waits(folder: Path) -> None:
    shutil.rmtree(first(folder))
    (gone,) = landing_faults(folder)
    assert "is missing, and its records with it" in gone
    deliver(folder, "x.csv", lines(*ROWS))
    deliver(folder, "y.csv", lines(*ROWS[:1]))
    assert runner.nothing_new(Walk(folder, run_on(folder))) is None
    admit_and_land(folder)
    assert landing_faults(folder) == []


@pytest.mark.parametrize("damage", ["a delivery gone", "a delivery of another town", "the list gone", "a line gone"])
def test_whoever_accepts_a_damage_goes_on_from_there(folder: Path, damage: str) -> None:
    LANDING[damage](folder)
    count = len(list(Landing(folder).manifests()))
    said = CliRunner().invoke(app, ["verify", str(folder), "--accept"])
    assert said.exception is None, said.exception
    assert landing_faults(folder) == []
    assert len(list(Landing(folder).manifests())) == count
    publish(folder)
    assert landing_faults(folder) + generation_faults(folder) == []


def test_what_was_published_is_hashed_once_in_a_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("pipelines.run.generation.hashes", lambda place: asked.append(place) or hashes(place))
    run = run_on(folder)
    assert landing_faults(folder, known=run.remembered) == []
    assert published_before(run.remembered.whole)
    assert hidden_before(run.remembered.whole)
    assert forgotten(folder, run.remembered) == []
    assert asked == [folder / "current"]


def test_a_delivery_that_stays_altered_is_not_accepted(folder: Path) -> None:
    flipped(first(folder) / "events.parquet")
    assert isinstance(CliRunner().invoke(app, ["verify", str(folder), "--accept"]).exception, Stop)


@pytest.mark.parametrize("killed", ["before it moved", "after it moved"])
def test_a_run_killed_while_it_landed_is_no_damage(folder: Path, monkeypatch: pytest.MonkeyPatch, killed: str) -> None:
    class Killed(BaseException):
        pass

    append, seen = DeliveryList.append, []

    def dies(listing: DeliveryList, *entries: object) -> None:
        seen.append(entries)
        if killed == "after it moved" and len(seen) == 2:
            raise Killed
        append(listing, *entries)  # type: ignore[arg-type]
        if killed == "before it moved":
            raise Killed

    deliver(folder, "z.csv", lines(*ROWS[1:]))
    with monkeypatch.context() as patch:
        patch.setattr(DeliveryList, "append", dies)
        with pytest.raises(Killed):
            admit_and_land(folder)
    assert landing_faults(folder) == []
    admit_and_land(folder)
    publish(folder)
    assert landing_faults(folder) == []
    shutil.rmtree(first(folder))
    assert len(landing_faults(folder)) == 1


def test_a_landing_of_an_earlier_version_gets_its_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_town(tmp_path / "town", PORTAL)
    deliver(folder, "x.csv", lines(*ROWS))
    with monkeypatch.context() as patch:
        patch.setattr(DeliveryList, "append", lambda *_: None)
        admit_and_land(folder)
    assert landing_faults(folder) == []
    publish(folder)
    shutil.rmtree(first(folder))
    assert "is missing" in landing_faults(folder)[0]
