"""Inspecting a town's sources without taking anything in: what waits, what a file or system shows, what the door does.

Nothing is landed. What is shown names columns, positions and counts; values only where they recur as codes do.
"""

from __future__ import annotations

import datetime as dt
import difflib
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipelines.run.outcome import Exit, utc_now
from pipelines.run.run import local_day
from pipelines.run.settings import access, unpack_within
from pipelines.walk import inbox
from sources.batches.protocol import Batch, Refused, Unreachable, wanted_columns
from sources.connectors.apart import header_of, read_batches
from sources.connectors.systems import OPENERS
from sources.contract.pseudonyms import KEY_BYTES, Key
from sources.contract.records import FIELDS, FieldKind
from sources.door.admitted import LISTED_FROM, Admitted, commonest_reasons
from sources.door.door import Door
from sources.door.units import Units
from sources.door.withheld import DeliveryCodes
from sources.landing.codes_that_stand import known_codes
from sources.landing.landing import Landing
from sources.proposal.sample import refuse_no_file
from sources.town.folder import Town
from sources.town.source import Source

# Keys of [[source]] that say how a file is written.
_WRITTEN: Final = ("delimiter", "encoding", "header", "sheet", "header_row", "case_object")
_SHORT: Final = 8
_SIMILAR: Final = 0.6
_HIDDEN: Final = "…"
# The fingerprints the door adds are references too.
_ADDED: Final = {"event_ref": FieldKind.REFERENCE, "count_ref": FieldKind.REFERENCE}
FINE, WARNS, FAILS = "✓", "!", "✗"


@dataclass(frozen=True)
class Standing:
    """How a source stands.

    Attributes:
        waiting: files that are not landed, None for a system that is asked.
        newest_day: the newest day its landed records speak of, in the town's zone.
        age_days: calendar days from then to today.
        is_late: older than the source's days, and more is expected.
    """

    source: Source
    waiting: int | None
    landed: int
    newest_day: dt.date | None
    age_days: int | None
    is_late: bool


class Line(NamedTuple):
    """One sentence of an inspection, and whether what it says is fine, warns or fails."""

    sign: str
    sentence: str


@dataclass
class Inspection:
    """What a source showed, and how a command that inspected it ends."""

    lines: list[Line] = field(default_factory=list)
    exit_code: Exit = Exit.PUBLISHED


@dataclass(frozen=True)
class Preview:
    """What the door makes of a delivery's beginning.

    Attributes:
        frames: per kind of record the first rows, ready to be shown.
        dropped: columns that do not enter.
    """

    file: str
    admitted: Admitted
    frames: dict[str, pl.DataFrame]
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]


def standings(town: Town, key: Key) -> list[Standing]:
    """How each source stands, in the town's order."""
    landing = Landing(town.folder)
    counts: dict[str, int] = {}
    for file in inbox.waiting(town, landing, key):
        counts[file.source.name] = counts.get(file.source.name, 0) + 1
    return [_standing(town, landing, source, counts) for source in town.sources]


def _standing(town: Town, landing: Landing, source: Source, waiting: dict[str, int]) -> Standing:
    manifests = [m for m in landing.manifests_of(source.name) if m.mode != "inventory"]
    newest = max((dt.datetime.fromisoformat(manifest.stand) for manifest in manifests), default=None)
    day = local_day(town, newest) if newest else None
    age = max(0, (local_day(town, utc_now()) - day).days) if day else None
    patience = source.expected_every_days if source.ended_on is None else None
    is_late = patience is not None and age is not None and age > patience
    return Standing(source, None if source.is_asked else waiting.get(source.name, 0), len(manifests), day, age, is_late)


def inspect(town: Town, source: Source) -> Inspection:
    """Reach a source and say what it shows; what was seen before something failed is said too."""
    unpack_within(town)
    inspection = Inspection()
    try:
        for line in _asked(town, source) if source.is_asked else _files_seen(town, source):
            inspection.lines.append(line)
            if line.sign == FAILS:
                inspection.exit_code = Exit.GUARD
    except (Unreachable, Refused) as failure:
        inspection.lines.append(Line(FAILS, failure.sentence))
        inspection.exit_code = Exit.UNREACHABLE if isinstance(failure, Unreachable) else Exit.GUARD
    return inspection


def _asked(town: Town, source: Source) -> Iterator[Line]:
    seen = OPENERS[source.format](source, access(town, source)).test()
    yield from (Line(FINE, sentence) for sentence in seen.sentences)
    if seen.columns:
        yield _counted(source, seen.columns)
        yield from (Line(WARNS, sentence) for sentence in _missing(source, seen.columns).values())


def _files_seen(town: Town, source: Source) -> Iterator[Line]:
    if source.connection is not None:
        # A town without such a folder never loads the SSH library.
        from sources.connectors.sftp.mirror import test_sftp  # noqa: PLC0415

        yield from (Line(FINE, sentence) for sentence in test_sftp(source, access(town, source)).sentences)
    else:
        _reach_folder(town, source)
    files = sorted(inbox.files_of(town, source), key=lambda path: path.stat().st_mtime)
    if not files:
        yield Line(FINE, f"{source.path}: the folder is there, but no file fits; deliver one, or correct path.")
        return
    yield Line(FINE, f"{source.path}: {len(files)} file{'s' * (len(files) > 1)}; the newest is {files[-1].name}.")
    yield from _newest_seen(town, files[-1], source)


def _reach_folder(town: Town, source: Source) -> None:
    for sentence in inbox.unreachable(town.model_copy(update={"sources": (source,)})):
        raise Unreachable(sentence)


def _newest_seen(town: Town, path: Path, source: Source) -> Iterator[Line]:
    columns = _header(path, source)
    missing = _missing(source, columns) if columns else {}
    if columns:
        yield _counted(source, columns)
    try:
        first, _ = _first_batch(path, source)
    except Refused as refusal:
        # The refusal itself tells of the first column it missed.
        sign = FAILS if refusal.reason_code == "column_missing" else WARNS
        yield from (Line(sign, said) for name, said in missing.items() if f"'{name}'" not in refusal.sentence)
        raise
    yield from (Line(WARNS, sentence) for sentence in missing.values())
    # Nothing is kept of what is admitted here, so any key will do.
    admitted = _admitted(town, source, Key(secrets.token_bytes(KEY_BYTES)), first, path.name)
    refused, read = admitted.rows_quarantined, admitted.rows_read
    read_as = f" as {source.encoding}" if source.format == "csv" else ""
    why = f": {commonest_reasons(admitted.quarantine)}" if refused else ""
    sign = FINE if not refused else WARNS if refused < read else FAILS
    if not read:
        yield Line(WARNS, f"It holds no row yet, only its header{read_as}.")
    else:
        yield Line(sign, f"The first {read:,} rows were read{read_as}; {refused:,} of them cannot be taken{why}.")
    yield from (Line(WARNS, warning) for warning in first.warnings)


def _header(path: Path, source: Source) -> tuple[str, ...]:
    """All columns of a delivery; none where only its rows say which there are."""
    declared = {name: value for name in _WRITTEN if (value := getattr(source, name))}
    return tuple(header_of(path, source.format, declared).names)


def _counted(source: Source, columns: Sequence[str]) -> Line:
    """How many mapped columns are there, and how many others."""
    wanted = wanted_columns(source)
    there = sum(name in columns for name in wanted)
    others = len(set(columns) - set(wanted))
    rest = "1 other never enters" if others == 1 else f"{others} others never enter"
    return Line(FINE, f"{there} of {len(wanted)} mapped columns are there; {rest}.")


def _missing(source: Source, columns: Sequence[str]) -> dict[str, str]:
    """Per mapped column that is not there a sentence with its likely new name."""
    wanted = wanted_columns(source)
    others = [name for name in columns if name not in wanted]
    return {name: f"Column '{name}' is missing{_near(name, others)}." for name in wanted if name not in columns}


def _near(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], n=1, cutoff=_SIMILAR)
    return f"; the nearest is '{next(n for n in names if n.casefold() == close[0])}'" if close else ""


def _first_batch(path: Path, source: Source) -> tuple[Batch, tuple[str, ...]]:
    """The first rows of a delivery and all its columns."""
    columns = _header(path, source)
    merged = Batch(pl.DataFrame())
    for batch in read_batches(path, source):
        columns = columns or batch.columns
        faults, warnings = merged.faults + batch.faults, merged.warnings + batch.warnings
        if not merged.frame.height:
            merged = replace(batch, faults=faults, warnings=warnings)
            continue
        # What is judged at the end of a file, such as totals, is judged here too where it ends with its first rows.
        merged = replace(merged, faults=faults, warnings=warnings)
        if batch.frame.height:
            break
    return merged, columns


def preview(town: Town, source: Source, key: Key, path: Path | None, rows: int) -> Preview:
    """What the door makes of the first rows of a file, of the newest without one, or of an answer; nothing is landed.

    Reasons and unmapped values are counted over the first batch.

    Raises:
        Refused: the delivery cannot be taken, or there is none.
        Unreachable: the system does not answer.
    """
    unpack_within(town)
    file, first, columns = _delivered(town, source, path)
    admitted = _admitted(town, source, key, first, file)
    zone = town.setting.timezone
    frames = {name: _shown(frame, source, name, rows, zone) for name, frame in admitted.records.items() if frame.height}
    dropped = tuple(name for name in columns if name not in wanted_columns(source))
    return Preview(file, admitted, frames, dropped, first.warnings)


def _admitted(town: Town, source: Source, key: Key, first: Batch, name: str) -> Admitted:
    known = known_codes(town, source, Landing(town.folder), key)
    codes = None if known is None else DeliveryCodes(known)
    door = Door(source, town.setting.timezone, Units(town), key, utc_now().date(), codes=codes)
    door.take(first)
    return door.close(name)


def _delivered(town: Town, source: Source, path: Path | None) -> tuple[str, Batch, tuple[str, ...]]:
    if source.is_asked:
        with tempfile.TemporaryDirectory() as nowhere:
            # An inspection must not move what the connector remembers of the real pulls.
            system = OPENERS[source.format](source, replace(access(town, source), memory=Path(nowhere)))
            batches = (batch for batch in system.pull(None) if batch.part == "records")
            return source.name, next(batches, Batch(pl.DataFrame())), system.test().columns
    if path is None and source.connection is None:
        _reach_folder(town, source)
    files = [path] if path else sorted(inbox.files_of(town, source), key=lambda found: found.stat().st_mtime)
    if not files:
        raise Refused("no_delivery", f"{source.path}: no file fits; deliver one, or name one with --file.")
    refuse_no_file(files[-1])
    return files[-1].name, *_first_batch(files[-1], source)


def _shown(frame: pl.DataFrame, source: Source, record: str, rows: int, zone: str) -> pl.DataFrame:
    """The first rows with short pseudonyms and the town's clock; codes and labels only where they recur.

    A rare one could be a name.
    """
    kinds = {field.column: field.kind for owners in FIELDS.values() for r, field in owners if r.name == record}
    columns: list[pl.Series] = []
    for name in frame.columns:
        values = frame[name]
        if values.null_count() == values.len():
            continue
        match kinds.get(name, _ADDED.get(name)):
            case FieldKind.REFERENCE:
                shown = values.head(rows).str.head(_SHORT) + _HIDDEN
            case FieldKind.CODE | FieldKind.LABEL:
                common = values.value_counts(name="count").filter(pl.col("count") >= LISTED_FROM)[name]
                shown = values.set(~values.is_in(common.implode()).fill_null(True), _HIDDEN).head(rows)
            case _ if isinstance(values.dtype, pl.Datetime):
                # Landed instants are UTC; who compares them with the file thinks in the town's clock.
                there = values.head(rows).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
                shown = there.dt.replace_time_zone(None)
            case _:
                shown = values.head(rows)
        columns.append(shown.alias(name))
    return pl.DataFrame(columns)
