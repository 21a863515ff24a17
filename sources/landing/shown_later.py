"""Codes that were withheld and may stand by now are put where ``unlisted`` stands in what landed, without its file.

Else an event that an older delivery withholds and a later one shows would be two. A delivery becomes what the door
would make of its file today.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from sources.contract.fields import UNLISTED
from sources.contract.pseudonyms import Key
from sources.contract.records import RECORDS, Record
from sources.contract.withheld import FILES, WITHHELD, mark
from sources.door.known_codes import KnownCodes
from sources.door.units import Units
from sources.door.withheld import Withheld
from sources.landing.codes_that_stand import known_codes
from sources.landing.landing import Landing
from sources.landing.manifest import MANIFEST, Manifest, write_manifest
from sources.storage.parquet_file import GROUP_ROWS, write_frames
from sources.town.folder import Town
from sources.town.source import Source

_RECORDS: Final = {record.name: record for record in RECORDS}
# What the door writes behind what keeps an event apart, where a delivery has equal ones before it.
NUMBER: Final = r"(#\d+)$"


def show_what_may_stand(town: Town, landing: Landing, key: Key) -> int:
    """Let in what was withheld and may stand by what has landed and is listed; returns in how many deliveries."""
    return sum(_shown(town, source, landing, key) for source in town.sources)


def _shown(town: Town, source: Source, landing: Landing, key: Key) -> int:
    withholding = [
        manifest
        for manifest in landing.manifests_of(source.name)
        if WITHHELD in manifest.files and manifest.key_id == key.key_id
    ]
    known = known_codes(town, source, landing) if withholding else None
    if known is None:
        return 0
    outdated = [manifest for manifest in withholding if manifest.may_show_more(known.fingerprint())]
    standing = _standing(known, Units(town), key) if outdated else pl.DataFrame()
    return sum(_settled(landing, manifest, known, standing) for manifest in outdated)


def _standing(known: KnownCodes, units: Units, key: Key) -> pl.DataFrame:
    """Field and mark of each code that stands, and the code; none where the rules for small units change its row."""
    rows = [
        (name, mark(key, name, code), code if units.lets_stand(name, code) else None, True)
        for name, codes in known.standing().items()
        for code in codes
    ]
    schema = {"field": pl.String, "mark": pl.String, "code": pl.String, "must_be_read": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _settled(landing: Landing, manifest: Manifest, known: KnownCodes, standing: pl.DataFrame) -> bool:
    """Land a delivery anew with the codes that stand; returns whether there was one."""
    old = landing.root / manifest.source / manifest.delivery_id
    cells = pl.read_parquet(old / f"{WITHHELD}.parquet")
    found = cells.join(standing, on=["field", "mark"], how="left", maintain_order="left")
    shown = found.filter(pl.col("code").is_not_null())
    hidden = found.filter(pl.col("code").is_null()).select(cells.columns)
    # A cell that is not known again, or whose row the rules for small units change, is worth another look at the file.
    unsettled = pl.col("mark").is_null() | (pl.col("must_be_read") & pl.col("code").is_null())
    lists = manifest.lists_sha256 if found.select(unsettled.any()).item() else known.fingerprint()
    if not shown.height and lists == manifest.lists_sha256:
        return False
    folder, files = _linked(landing, old), dict(manifest.files)
    for kind in shown["record_kind"].unique().sort():
        of_kind = pl.col("record_kind") == kind
        frames = _with_codes(old / f"{kind}.parquet", _RECORDS[kind], shown.filter(of_kind), hidden.filter(of_kind))
        files[kind] = _written(folder, kind, frames)
    files[WITHHELD] = _written(folder, WITHHELD, [hidden])
    (folder / "deliveries.parquet").unlink()
    (folder / MANIFEST).unlink()
    fields = shown["field"].unique().sort()
    write_manifest(
        folder,
        replace(
            manifest,
            files=files,
            lists_sha256=lists,
            withheld=_still_withheld(manifest, hidden, fields),
            accepted=_accepted(manifest, known, shown),
        ),
    )
    landing.land(folder)
    return bool(shown.height)


def _linked(landing: Landing, old: Path) -> Path:
    """A folder in ``var/incoming`` with the files of one that landed; what stays as it is lies on the disk once."""
    folder = landing.incoming / old.parent.name / old.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in old.iterdir():
        os.link(path, folder / path.name)
    return folder


def _written(folder: Path, kind: str, frames: Iterable[pl.DataFrame]) -> str:
    """Write a file of a delivery in place of what it was linked to."""
    path = folder / f"{kind}.parquet"
    path.unlink()
    return write_frames(path, FILES[kind], frames)


def _with_codes(path: Path, record: Record, shown: pl.DataFrame, hidden: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The records of a file with codes in place of ``unlisted``."""
    columns = {f.name: f.column for f in record.fields}
    by_column = {columns[field]: shown.filter(pl.col("field") == field) for field in shown["field"].unique().sort()}
    # What kept a row apart as long as a code of it was withheld gives way to what it would be without.
    whole = shown.join(hidden, on="position", how="anti").unique("position")
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for rows in file.iter_batches(GROUP_ROWS):
            frame = pl.DataFrame(rows)
            for column, codes in by_column.items():
                given = frame.join(codes.select("position", "code"), on="position", how="left", maintain_order="left")
                is_given = given["code"].is_not_null() & (frame[column] == UNLISTED).fill_null(False)
                frame = frame.with_columns(frame[column].zip_with(~is_given, given["code"]))
            for column in record.derived:
                frame = _as_without(frame, column, whole)
            yield frame


def _as_without(frame: pl.DataFrame, column: str, whole: pl.DataFrame) -> pl.DataFrame:
    """A derived column as it is where nothing was withheld; the number of an event among equal ones stays."""
    freed = whole.select("position", "apart", is_whole=pl.lit(True))
    number = pl.col(column).str.extract(NUMBER).fill_null("")
    free = pl.concat_str(pl.col("apart").fill_null(""), number).replace("", None)
    return (
        frame.join(freed, on="position", how="left", maintain_order="left")
        .with_columns(pl.when("is_whole").then(free).otherwise(column).alias(column))
        .select(frame.columns)
    )


def _still_withheld(manifest: Manifest, hidden: pl.DataFrame, fields: pl.Series) -> dict[str, dict[str, int]]:
    """What is withheld now, of the fields of which something was shown."""
    counted = {name: found for name, found in manifest.withheld.items() if name not in fields}
    for name in fields:
        cells = hidden.filter(pl.col("field") == name).unique("position", keep="any")
        if cells.height:
            known, unknown = cells["mark"].drop_nulls(), cells["mark"].null_count()
            once = unknown + int(known.is_unique().sum())
            first = cells.select(pl.col("position").min()).item()
            counted[name] = asdict(Withheld(cells.height, first, known.n_unique() + unknown, once))
    return dict(sorted(counted.items()))


def _accepted(manifest: Manifest, known: KnownCodes, shown: pl.DataFrame) -> dict[str, list[str]]:
    """The codes no list has that stand in the delivery now."""
    accepted = {name: set(codes) for name, codes in manifest.accepted.items()}
    for name, code in shown.select("field", "code").unique().rows():
        if not known.is_listed(name, code):
            accepted.setdefault(name, set()).add(code)
    return {name: sorted(codes) for name, codes in sorted(accepted.items())}
