"""Fetch and admit: which deliveries wait in the inbox, and taking them through the door."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from pipelines.outcome import Exit, Stop
from sources.connectors import Refused, read_batches
from sources.door import Door
from sources.landing import Identity, Landing, identify
from sources.pseudonyms import Key
from sources.town import Source, Town
from sources.units import Units


@dataclass(frozen=True)
class Waiting:
    """A file that is not landed yet."""

    source: Source
    path: Path
    identity: Identity


@dataclass
class Admission:
    """What the door made of all waiting files.

    Attributes:
        folders: admitted deliveries in ``var/incoming``.
        refusals: one sentence per file that was refused whole.
        warnings: one sentence per thing to know.
    """

    folders: list[Path] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows_quarantined: int = 0


def door_rules(town: Town) -> str:
    """A fingerprint of what, beside a source's mapping, decides what the door makes of a row."""
    told = {
        "privacy": town.privacy.model_dump(exclude={"min_cases"}),
        "zone": town.setting.timezone,
        "offices": [
            row.model_dump(mode="json", include={"office_code", "parent_office_code", "staff_band"})
            for row in town.parameters["offices"]
        ],
        "in_charge": [
            row.model_dump(mode="json", include={"service_code", "office_code"}) for row in town.parameters["services"]
        ],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def waiting(town: Town, landing: Landing, key: Key) -> list[Waiting]:
    """Files in the inbox that are not landed under today's mapping, in a fixed order.

    Raises:
        Stop: with exit 5 when a source's folder does not exist.
    """
    rules = door_rules(town)
    found: list[Waiting] = []
    for source in town.sources:
        for path in _files(town, source):
            try:
                identity = identify(path, source, rules)
            except FileNotFoundError:
                continue
            except PermissionError as error:
                raise Stop(Exit.UNREACHABLE, f"{path}: may not be read; give this user the right to.") from error
            if not landing.is_landed(source, identity, key.key_id):
                found.append(Waiting(source, path, identity))
    return _once(found)


def admit_all(
    town: Town, landing: Landing, key: Key, files: list[Waiting], now: dt.datetime, told: Callable[[str, int], None]
) -> Admission:
    """Take each waiting file through the door into ``var/incoming``; one refused file does not hide the others."""
    admission = Admission(warnings=untaken(town))
    units = Units(town)
    for number, file in enumerate(files, start=1):
        told(file.path.name, number)
        door = Door(file.source, town.setting.timezone, units, key, now.date())
        try:
            for batch in read_batches(file.path, file.source):
                door.take(batch)
                admission.warnings.extend(batch.warnings)
            if identify(file.path, file.source, "").content_sha256 != file.identity.content_sha256:
                admission.warnings.append(f"{file.path.name}: changed while it was read; the next run takes it.")
                continue
            admitted = door.close()
            landing_folder = landing.write(file.source, file.identity, admitted, key.key_id, now)
        except Refused as refusal:
            admission.refusals.append(f"Source '{file.source.name}': {refusal.sentence}")
            continue
        admission.folders.append(landing_folder)
        admission.rows_read += admitted.rows_read
        admission.rows_quarantined += admitted.rows_quarantined
        if admitted.rows_read == 0:
            admission.warnings.append(
                f"{file.path.name}: holds a header but no row; check the export of source '{file.source.name}'."
            )
        if admitted.rows_quarantined:
            admission.warnings.append(
                f"{file.path.name}: {admitted.rows_quarantined} of {admitted.rows_read} rows went to quarantine; "
                "`papierwende status` lists why."
            )
        for name, counts in admitted.unmapped.items():
            listed = ", ".join(f"'{value}' ({count})" for value, count in counts.items())
            admission.warnings.append(
                f"{file.path.name}: {name} has values outside its vocabulary, counted as unknown: {listed}; "
                f"map them in [source.values.{name}]."
            )
    return admission


def sweep_inbox(town: Town, landing: Landing, key: Key, now: dt.datetime) -> int:
    """Delete inbox files that were admitted more than the town's days ago; returns how many."""
    limit = now - dt.timedelta(days=town.run.inbox_keep_days)
    admitted_at = {
        manifest.delivery_id: dt.datetime.fromisoformat(manifest.admitted_at) for manifest in landing.manifests()
    }
    rules = door_rules(town)
    swept = 0
    for source in town.sources:
        for path in _files(town, source):
            # What was published stays published: a file that moves under our hands is the next run's matter.
            with suppress(OSError):
                identity = identify(path, source, rules)
                since = admitted_at.get(identity.delivery_id)
                if since is not None and since < limit and landing.is_landed(source, identity, key.key_id):
                    path.unlink()
                    swept += 1
    return swept


def _files(town: Town, source: Source) -> Iterator[Path]:
    folder = town.folder / _fixed_part(source.path)
    if not folder.is_dir():
        raise Stop(
            Exit.UNREACHABLE,
            f"Source '{source.name}': folder {folder} does not exist; "
            f"make it, or correct path in town.toml [[source]] '{source.name}'.",
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise Stop(
            Exit.UNREACHABLE, f"Source '{source.name}': folder {folder} may not be read; give this user the right to."
        )
    for path in sorted(folder.rglob("*")):
        if _matches(path.relative_to(town.folder), source.path) and path.is_file() and not path.is_symlink():
            yield path


def untaken(town: Town) -> list[str]:
    """One sentence per inbox file that no source takes."""
    taken = {path for source in town.sources for path in _files(town, source)}
    return [
        f"{path.relative_to(town.folder)}: no source takes this file; correct path in town.toml, or remove the file."
        for path in sorted((town.folder / "inbox").rglob("*"))
        if (path.is_symlink() or path.is_file()) and path not in taken and not path.name.startswith(".")
    ]


def _matches(path: Path, pattern: str) -> bool:
    """Whether a path fits a pattern part by part; .CSV is .csv, as Windows writes it."""
    parts, wanted = path.parts, Path(pattern).parts
    return len(parts) == len(wanted) and all(
        fnmatchcase(part.lower(), want.lower()) for part, want in zip(parts, wanted, strict=True)
    )


def _fixed_part(pattern: str) -> Path:
    fixed: list[str] = []
    for part in Path(pattern).parts[:-1]:
        if any(sign in part for sign in "*?["):
            break
        fixed.append(part)
    return Path(*fixed) if fixed else Path()


def _once(found: list[Waiting]) -> list[Waiting]:
    """The same content under two names is one delivery."""
    by_delivery: dict[str, Waiting] = {}
    for file in found:
        by_delivery.setdefault(file.identity.delivery_id, file)
    return list(by_delivery.values())
