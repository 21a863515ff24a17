"""Landing: a delivery is a folder that exists whole or not at all, and says itself what it is."""

import datetime as dt
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sources.connectors.files import read_batches
from sources.contract.records import LANDED
from sources.landing.identity import identify
from sources.landing.landing import MANIFEST, Landing, Manifest
from sources.town.folder import Town, read_town
from tests.towns import KEY, NOW, ROWS, admitted, deliver, lines, make_town, taken

RULES = "rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_town(tmp_path / "town")


def written(folder: Path, path: Path, landing: Landing | None = None) -> Path:
    """A delivered file through the door, into ``var/incoming``."""
    source = read_town(folder).sources[0]
    if landing is None:
        landing = Landing(folder)
        landing.prepare()
    return landing.write(source, identify(path, source, RULES), taken(folder, path), KEY.key_id, NOW)


def landed(folder: Path, path: Path) -> Path:
    return Landing(folder).land(written(folder, path))


def manifest(folder: Path) -> Manifest:
    found = Landing(folder.parent.parent.parent).manifest(folder)
    assert found is not None
    return found


def dumping(town: Town) -> Town:
    return town.model_copy(update={"sources": (town.sources[0].model_copy(update={"mode": "dump"}),)})


def test_every_glob_matches_before_the_first_delivery(folder: Path) -> None:
    Landing(folder).prepare()
    for kind, schema in LANDED.items():
        found = pl.read_parquet(folder / "landing" / "*" / "*" / f"{kind}.parquet")
        assert (found.height, dict(found.schema)) == (0, schema)


@pytest.mark.parametrize("content", [b"", b"half a file"])
def test_an_empty_record_that_was_half_written_is_made_anew(folder: Path, content: bytes) -> None:
    Landing(folder).prepare()
    path = folder / "landing" / "_schema" / "empty" / "events.parquet"
    path.write_bytes(content)
    Landing(folder).prepare()
    assert dict(pl.read_parquet_schema(path)) == LANDED["events"]


def test_what_a_killed_run_left_half_written_is_swept(folder: Path) -> None:
    half = folder / "var" / "incoming" / "portal" / "abc"
    half.mkdir(parents=True)
    (half / "events.parquet").write_bytes(b"half")
    Landing(folder).prepare()
    assert list((folder / "var" / "incoming").iterdir()) == []


def test_a_delivery_is_written_outside_of_landing_and_landed_by_a_rename(folder: Path) -> None:
    aside = written(folder, deliver(folder, "x.csv", lines(*ROWS)))
    assert aside.is_relative_to(folder / "var" / "incoming")
    assert list(Landing(folder).manifests()) == []
    target = Landing(folder).land(aside)
    assert not aside.exists()
    assert target == folder / "landing" / "portal" / aside.name
    assert {path.name for path in target.iterdir()} == {
        "events.parquet",
        "cases.parquet",
        "quarantine.parquet",
        "deliveries.parquet",
        MANIFEST,
    }


def test_every_landed_file_has_the_contracts_schema_and_says_where_it_comes_from(folder: Path) -> None:
    target = landed(folder, deliver(folder, "x.csv", lines(*ROWS, "x")))
    for path in target.glob("*.parquet"):
        found = pl.read_parquet(path)
        assert dict(found.schema) == LANDED[path.stem]
        assert found["delivery_id"].unique().to_list() == [target.name]
        assert found["source"].unique().to_list() == ["portal"]


def test_the_manifest_counts_every_row_and_vouches_for_every_file(folder: Path) -> None:
    target = landed(folder, deliver(folder, "x.csv", lines(*ROWS, ROWS[0], "x")))
    written = manifest(target)
    assert (written.rows_read, written.rows_admitted, written.rows_quarantined, written.rows_duplicate) == (5, 4, 1, 0)
    assert set(written.files) == {path.stem for path in target.glob("*.parquet")}
    for kind, digest in written.files.items():
        assert hashlib.sha256((target / f"{kind}.parquet").read_bytes()).hexdigest() == digest
    (row,) = pl.read_parquet(target / "deliveries.parquet").rows(named=True)
    assert (row["rows_read"], row["rows_admitted"], row["record_kind"]) == (5, 4, "events")


def test_an_increment_stands_at_its_newest_record(folder: Path) -> None:
    future = "BHV-7;Eingang;01.01.2060 00:00;Post"
    target = landed(folder, deliver(folder, "x.csv", lines(*ROWS, future)))
    assert manifest(target).stand == "2026-03-05T10:00:00"


def test_the_same_content_under_two_names_is_one_delivery(folder: Path) -> None:
    source = read_town(folder).sources[0]
    paths = [deliver(folder, name, lines(*ROWS)) for name in ("monday.csv", "tuesday.csv")]
    os.utime(paths[0], (1_700_000_000, 1_700_000_000))
    first, second = (identify(path, source, RULES).delivery_id for path in paths)
    assert first == second


def test_another_content_or_another_source_is_another_delivery(folder: Path) -> None:
    source = read_town(folder).sources[0]
    path = deliver(folder, "x.csv", lines(*ROWS))
    other = source.model_copy(update={"name": "counter"})
    before = identify(path, source, RULES).delivery_id
    assert identify(path, other, RULES).delivery_id != before
    deliver(folder, "x.csv", lines(*ROWS[:2]))
    assert identify(path, source, RULES).delivery_id != before


def test_a_dump_that_returns_to_an_earlier_state_is_a_new_delivery(folder: Path) -> None:
    source = dumping(read_town(folder)).sources[0]
    path = deliver(folder, "x.csv", lines(*ROWS))
    ids: set[str] = set()
    for moment in (1_700_000_000, 1_700_086_400, 1_700_000_000):
        os.utime(path, (moment, moment))
        ids.add(identify(path, source, RULES).delivery_id)
    assert len(ids) == 2


def test_a_delivery_is_known_under_the_mapping_contract_and_key_it_was_admitted_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    landed(folder, path)
    landing, source = Landing(folder), read_town(folder).sources[0]
    identity = identify(path, source, RULES)
    assert landing.is_landed(source, identity, KEY.key_id, "")
    assert not landing.is_landed(source, identity, "000000000000", "")
    assert not landing.is_landed(source, identify(path, source, "other rules"), KEY.key_id, "")
    remapped = source.model_copy(update={"values": {"channel": {"Internet": "email"}}})
    assert not landing.is_landed(remapped, identify(path, remapped, RULES), KEY.key_id, "")
    monkeypatch.setattr("sources.landing.manifest.CONTRACT_VERSION", "next")
    assert not landing.is_landed(source, identity, KEY.key_id, "")


def test_where_a_file_lies_does_not_make_another_mapping(folder: Path) -> None:
    source = read_town(folder).sources[0]
    path = deliver(folder, "x.csv", lines(*ROWS))
    moved = source.model_copy(update={"path": "inbox/elsewhere/*.csv"})
    assert identify(path, moved, RULES).mapping_sha256 == identify(path, source, RULES).mapping_sha256


def test_a_delivery_admitted_again_replaces_its_folder_and_sets_the_old_one_aside(folder: Path) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    first = landed(folder, path)
    old = manifest(first)
    toml = (folder / "town.toml").read_text(encoding="utf-8")
    (folder / "town.toml").write_text(toml.replace('Post = "post"', 'Post = "counter"'), encoding="utf-8")
    second = landed(folder, path)
    assert second == first
    assert pl.read_parquet(second / "cases.parquet")["intake_channel"].to_list() == ["online", "counter"]
    aside = folder / "var" / "replaced" / "portal" / first.name
    assert json.loads((aside / MANIFEST).read_text(encoding="utf-8"))["mapping_sha256"] == old.mapping_sha256
    assert len(list(Landing(folder).manifests())) == 1
    landed(folder, path)
    assert len(list((folder / "var" / "replaced" / "portal").iterdir())) == 1


def test_a_delivery_that_did_not_pass_is_kept_apart(folder: Path) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    for _ in range(2):
        aside = Landing(folder).set_aside(written(folder, path))
        assert aside == folder / "var" / "refused" / "portal" / aside.name
    assert list(Landing(folder).manifests()) == []


def test_two_admissions_of_a_file_have_one_fingerprint_whenever_they_were(folder: Path) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    written = manifest(landed(folder, path))
    assert replace(written, admitted_at="2030-01-01T00:00:00").fingerprint() == written.fingerprint()
    assert replace(written, rows_read=9).fingerprint() != written.fingerprint()


@pytest.mark.parametrize("content", [None, "", "{", '{"delivery_id": "x"}', "[]"])
def test_a_folder_without_a_sound_manifest_is_no_delivery_and_is_named_as_a_stray(
    folder: Path, content: str | None
) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    target = landed(folder, path)
    assert list(Landing(folder).strays()) == []
    (target / MANIFEST).unlink()
    if content is not None:
        (target / MANIFEST).write_text(content, encoding="utf-8")
    landing, source = Landing(folder), read_town(folder).sources[0]
    assert list(landing.manifests()) == []
    assert list(landing.strays()) == [target]
    assert not landing.is_landed(source, identify(path, source, RULES), KEY.key_id, "")
    landed(folder, path)
    assert list(landing.strays()) == []


def test_the_stand_of_a_dump_is_its_files_time(folder: Path) -> None:
    path = deliver(folder, "x.csv", lines(*ROWS))
    os.utime(path, (1_772_000_000, 1_772_000_000))
    source = dumping(read_town(folder)).sources[0]
    landing = Landing(folder)
    landing.prepare()
    target = landing.write(source, identify(path, source, RULES), taken(folder, path), KEY.key_id, NOW)
    assert dt.datetime.fromisoformat(manifest(landing.land(target)).stand) == dt.datetime(2026, 2, 25, 6, 13, 20)


@pytest.mark.parametrize("repeated", [0, 9], ids=["each row once", "some rows again"])
def test_a_delivery_lands_as_the_same_bytes_however_it_is_cut_and_wherever_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repeated: int
) -> None:
    rows = [f"BHV-{n};Schritt {n % 5};0{1 + n % 9}.03.2026 09:{n % 60:02};Post" for n in range(2000)]
    monkeypatch.setattr("sources.storage.parquet_file.GROUP_ROWS", 300)
    landed_files: dict[str, dict[str, str]] = {}
    for name, block in (("memory", 1 << 20), ("cut", 5000), ("file", 3000), ("answers", 3000)):
        monkeypatch.setattr("sources.connectors.csv.text_blocks.BLOCK_BYTES", block)
        monkeypatch.setattr("sources.storage.spool.ROWS_IN_MEMORY", 70)
        folder = make_town(tmp_path / name)
        path = deliver(folder, "x.csv", lines(*rows, *rows[:repeated], "x"))
        town, landing = read_town(folder), Landing(folder)
        source = town.sources[0]
        landing.prepare()
        identity = identify(path, source, RULES)
        spools = {
            "file": landing.spool_for(source.name, identity.delivery_id),
            "answers": landing.spool_of_answers(source.name, "records"),
        }
        result = admitted(town, list(read_batches(path, source)), source, spools.get(name))
        written_to = landing.write(source, identity, result, KEY.key_id, NOW)
        assert (result.rows_admitted, result.rows_duplicate) == (2000 + repeated, 0)
        assert result.records["events"].height == 2000 + repeated, "what was handed over can still be asked for"
        landed_files[name] = manifest(landing.land(written_to)).files
    assert landed_files["memory"] == landed_files["cut"] == landed_files["file"] == landed_files["answers"]
    for kind, digest in landed_files["file"].items():
        (path,) = (tmp_path / "file" / "landing" / "portal").glob(f"*/{kind}.parquet")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_a_source_may_be_called_as_it_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.storage.spool.ROWS_IN_MEMORY", 2)
    folder = make_town(tmp_path / "town")
    path = deliver(folder, "x.csv", lines(*ROWS))
    town, landing = read_town(folder), Landing(folder)
    source = town.sources[0].model_copy(update={"name": "spool"})
    landing.prepare()
    identity = identify(path, source, RULES)
    spool = landing.spool_for(source.name, identity.delivery_id)
    result = admitted(town, list(read_batches(path, source)), source, spool)
    assert manifest(landing.write(source, identity, result, KEY.key_id, NOW)).rows_admitted == result.rows_admitted
