"""Asking a system: what is new at it goes through the door at once, so that no raw answer touches the disk.

How far a system was asked stands in the manifests of what landed, nowhere else: what did not land is asked again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.run.run import Run
from pipelines.walk.admission import of_nothings
from sources.batches.protocol import POSITION, Batch, Refused, System
from sources.door.door import Admitted, Door
from sources.door.known_codes import KnownCodes
from sources.door.units import Units
from sources.door.withheld import DeliveryCodes
from sources.landing.codes_that_stand import known_codes, lists_fingerprint
from sources.landing.identity import Identity, mapping_fingerprint
from sources.landing.landing import Manifest
from sources.town.source import SHAREABLE_CONSTANTS, Source

# What a list of references is called as a delivery.
MODES = {"present": "inventory", "removed": "deletions"}
# FIT-Connect forgets cases after 730 days: what landed under an older mapping cannot be asked for again.
FORGETFUL = ("fitconnect",)


@dataclass
class Answered:
    """What one system's answers became.

    Attributes:
        folders: admitted deliveries in ``var/incoming``; none when nothing was new.
        admitted: per folder what the door made of it.
    """

    folders: list[Path] = field(default_factory=list)
    admitted: list[Admitted] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()


class _Part:
    """One delivery in the making: records, or a list of references that exist or went."""

    def __init__(self, source: Source, door: Door) -> None:
        self.source = source
        self.door = door
        self.rows = 0
        self.digest = hashlib.sha256()
        self.columns: tuple[str, ...] = ()
        self.warnings: list[str] = []

    def take(self, batch: Batch) -> None:
        self.rows += batch.frame.height + len(batch.faults)
        self.digest.update(batch.frame.drop(POSITION).write_csv(include_header=False).encode())
        self.digest.update(repr(batch.faults).encode())
        self.columns = self.columns or batch.columns
        self.warnings += batch.warnings
        self.door.take(batch)


def ask(run: Run, source: Source, system: System, progress: Callable[[int], None]) -> Answered:
    """Everything new at a system, through the door into ``var/incoming``.

    Raises:
        Unreachable: the system does not answer.
        Refused: it answers what cannot be taken.
    """
    landing, key, now = run.landing, run.key, run.started_at
    mapping = mapping_fingerprint(source, run.town.door_rules())
    known = _todays(run, source)
    newest = max((m for m in known if m.watermark), key=lambda m: m.admitted_at, default=None)
    watermark = newest.watermark if newest else None
    units, codes = Units(run.town), known_codes(run.town, source, landing, key)
    answered = Answered()
    parts: dict[str, _Part] = {}
    reached = watermark or ""
    for batch in system.pull(None if source.mode == "dump" else watermark):
        if batch.part not in parts:
            parts[batch.part] = _part(run, source, units, codes, batch)
        parts[batch.part].take(batch)
        answered.warnings += batch.warnings
        reached = batch.watermark or reached
        progress(parts["records"].rows if "records" in parts else 0)
    _refuse_sudden_zero(source, parts, known)
    for name, part in parts.items():
        identity = _identity(part, name, mapping, now)
        mode = MODES.get(name, source.mode)
        if (part.rows == 0 and mode == "increment") or _is_known(identity, mode, known):
            continue
        admitted = part.door.close(source.name)
        mark = reached if name == "records" else ""
        nothings = of_nothings(source.name, source, admitted)
        answered.warnings += nothings
        written = landing.write(
            part.source,
            identity,
            admitted,
            key.key_id,
            now,
            mode=mode,
            watermark=mark,
            columns=part.columns,
            asked_whole=watermark is None,
            warnings=[*part.warnings, *nothings],
        )
        answered.folders.append(written)
        answered.columns = answered.columns or part.columns
        answered.admitted.append(admitted)
    return answered


def _part(run: Run, source: Source, units: Units, known: KnownCodes | None, batch: Batch) -> _Part:
    """The delivery that a batch begins."""
    is_of_records = batch.part == "records"
    described = source if is_of_records else _references(source, batch.frame.columns)
    spool = run.landing.spool_of_answers(source.name, batch.part)
    codes = DeliveryCodes(known, spool) if known is not None and is_of_records else None
    zone, today = run.town.setting.timezone, run.started_at.date()
    return _Part(described, Door(described, zone, units, run.key, today, spool, codes))


def have_all_landed(run: Run) -> bool:
    """Whether each asked system has landed under today's mapping, so that asking it costs only what is new."""
    return all(_todays(run, source) for source in run.town.sources if source.is_asked)


def _todays(run: Run, source: Source) -> list[Manifest]:
    """What landed of a source under today's mapping and key.

    Once codes may stand that were withheld, the system is asked for everything again; what landed up to then counts no
    more.
    """
    mapping = mapping_fingerprint(source, run.town.door_rules())
    known = [m for m in run.landing.manifests_of(source.name) if m.is_admitted_under(mapping, run.key.key_id)]
    lists = lists_fingerprint(run.town, source, run.landing)
    outdated = max((m.admitted_at for m in known if m.may_show_more(lists)), default="")
    return [manifest for manifest in known if manifest.admitted_at > outdated]


def outgrown(run: Run) -> list[Manifest]:
    """Landed deliveries of asked systems that newer ones have replaced whole.

    Of lists of what exists only the newest counts. When a mapping changes, a system is asked for everything again;
    what was admitted under the old mapping then goes, unless the system forgets.
    """
    found: list[Manifest] = []
    for source in run.town.sources:
        if not source.is_asked:
            continue
        landed, todays = list(run.landing.manifests_of(source.name)), _todays(run, source)
        newest = max((m.stand for m in todays if m.mode == "inventory"), default="")
        found += [m for m in landed if m.mode == "inventory" and m.stand < newest]
        # An increment replaces nothing, also where its codes let others stand than the deliveries before it.
        is_whole = any(m.asked_whole and m.record_kind != "removals" for m in todays)
        if source.format not in FORGETFUL and is_whole:
            found += [m for m in landed if m not in todays and m.mode != "inventory"]
    return found


def _refuse_sudden_zero(source: Source, parts: dict[str, _Part], known: list[Manifest]) -> None:
    """A system that held records and now shows none hides them or is broken."""
    held = any(manifest.rows_admitted for manifest in known)
    is_whole = ["records"] if source.mode == "dump" else []
    for name in (*is_whole, *(name for name in parts if name == "present")):
        if held and (name not in parts or parts[name].rows == 0):
            raise Refused(
                "sudden_zero",
                f"{source.name}: the system shows no record at all although it held some before; "
                "see whether this user may still see them, nothing was taken.",
            )


def _references(source: Source, shown: list[str]) -> Source:
    """The same source, read as a list of those of its references that are shown."""
    references = {n: column for n, column in source.columns.items() if n.endswith("_ref") and column in shown}
    bare = dict.fromkeys(SHAREABLE_CONSTANTS)
    return source.model_copy(
        update={"mode": "deletions", "of": source.name, "columns": references, "values": {}, **bare}
    )


def _identity(part: _Part, name: str, mapping: str, now: dt.datetime) -> Identity:
    content = part.digest.hexdigest()
    named_by = f"{part.source.name}\0{name}\0{content}\0{now.isoformat()}"
    delivery = hashlib.sha256(named_by.encode()).hexdigest()[:32]
    return Identity(delivery, content, mapping, now)


def _is_known(identity: Identity, mode: str, known: list[Manifest]) -> bool:
    """Whether the answer is the one that landed last; one that returns to an earlier state is new."""
    same_kind = [manifest for manifest in known if manifest.mode == mode]
    newest = max(same_kind, key=lambda manifest: manifest.stand, default=None)
    return newest is not None and newest.content_sha256 == identity.content_sha256
