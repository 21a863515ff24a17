"""What a delivery folder says of itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import get_origin, get_type_hints

import polars as pl

from sources.contract.records import CONTRACT_VERSION, DELIVERY_SCHEMA
from sources.contract.withheld import WITHHELD
from sources.storage.parquet_file import sync_folder, write_frame, write_synced

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a delivery folder says of itself.

    Attributes:
        withheld: per field how many rows, different values and values that came once hold ``unlisted``, and the first
            row; never what stood there.
        accepted: per field the codes that no list of the town has and that stand because they recur.
        lists_sha256: of the codes that could stand then, where some were withheld.
        asked_whole: whether a system was asked for everything, so that older answers count no more once it changed.
        warnings: what there is to know of how it was read, as it may be told; it holds as long as the delivery stands.
    """

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
    same_key_adds_up: bool = False
    watermark: str = ""
    origin: str = ""
    columns: tuple[str, ...] = ()
    rows_set_aside: int = 0
    withheld: dict[str, dict[str, int]] = field(default_factory=dict)
    accepted: dict[str, list[str]] = field(default_factory=dict)
    lists_sha256: str = ""
    asked_whole: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def unmapped_values(self) -> int:
        """How many values lay outside their vocabulary."""
        return sum(sum(counts.values()) for counts in self.unmapped.values())

    @property
    def withheld_values(self) -> int:
        """In how many rows a code could not stand, counted for each field."""
        return sum(counts["rows"] for counts in self.withheld.values())

    def may_show_more(self, lists_sha256: str) -> bool:
        """Whether something was withheld and other codes may stand now, or its codes are not known again."""
        is_known_again = WITHHELD in self.files
        return bool(self.withheld) and not (is_known_again and self.lists_sha256 == lists_sha256)

    def is_admitted_under(self, mapping_sha256: str, key_id: str) -> bool:
        """Whether it was admitted under this mapping and key, and under today's contract."""
        admitted = (self.mapping_sha256, self.contract_version, self.key_id)
        return admitted == (mapping_sha256, CONTRACT_VERSION, key_id)

    def fingerprint(self) -> str:
        """A hash of everything that figures rest on: not of warnings, nor of when it was admitted.

        ``deliveries.parquet`` carries that moment too.
        """
        content = {name: value for name, value in asdict(self).items() if name not in ("admitted_at", "warnings")}
        content["files"] = {kind: digest for kind, digest in self.files.items() if kind != "deliveries"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_TYPES = get_type_hints(Manifest)


def manifest_from(text: str) -> Manifest | None:
    """A manifest as it was written, None where it is none."""
    try:
        manifest = Manifest(**json.loads(text))
        for moment in (manifest.stand, manifest.admitted_at):
            dt.datetime.fromisoformat(moment)
    except (ValueError, TypeError):
        return None
    return manifest if all(_is_of(value, _TYPES[name]) for name, value in vars(manifest).items()) else None


def _is_of(value: object, wanted: type) -> bool:
    """Whether a value of a manifest is of its type; a tuple is written as a list."""
    plain = get_origin(wanted) or wanted
    return isinstance(value, list | tuple) if plain is tuple else isinstance(value, plain)


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write what a delivery says of itself into its folder, the last of its files; returns the folder."""
    manifest.files["deliveries"] = _write_delivery_row(folder, manifest)
    write_synced(folder / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False).encode())
    sync_folder(folder)
    return folder


def _write_delivery_row(folder: Path, manifest: Manifest) -> str:
    counted = {"unmapped_values": manifest.unmapped_values, "withheld_values": manifest.withheld_values}
    times = {name: dt.datetime.fromisoformat(getattr(manifest, name)) for name in ("stand", "admitted_at")}
    values = asdict(manifest) | times | counted
    row = {name: values[name] for name in DELIVERY_SCHEMA}
    return write_frame(folder / "deliveries.parquet", pl.DataFrame([row], schema=DELIVERY_SCHEMA))
