"""Looking at a town's sources without taking anything in: what waits, what a file or system shows, what the door does.

Nothing is landed. What is told names columns, positions and counts; values only where they recur as codes do.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from pipelines import inbox
from pipelines.outcome import Exit, utc_now
from pipelines.settings import access
from sources.admitted import LISTED_FROM, Admitted
from sources.connectors import read_batches
from sources.connectors.protocol import Batch, Refused, Unreachable, wanted_columns
from sources.connectors.systems import OPENERS
from sources.contract import Kind
from sources.door import Door
from sources.landing import Landing
from sources.mapping import FIELDS, Source
from sources.proposal_sample import header_of
from sources.pseudonyms import Key
from sources.town import Town
from sources.units import Units

_SHORT: Final = 8
_SIMILAR: Final = 0.6
_HIDDEN: Final = "…"


@dataclass(frozen=True)
class Standing:
    """How a source stands.

    Attributes:
        waiting: files that are not landed, None for a system that is asked.
        newest: the newest instant its landed records speak of, UTC without a zone.
        age_days: whole days since then.
        is_late: older than the source's days.
    """

    source: Source
    waiting: int | None
    landed: int
    newest: dt.datetime | None
    age_days: int | None
    is_late: bool


@dataclass
class Looked:
    """What a look at a source showed: sentences, and how a command that looked ends."""

    sentences: list[str] = field(default_factory=list)
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
    return [_standing(landing, source, counts) for source in town.sources]


def _standing(landing: Landing, source: Source, waiting: dict[str, int]) -> Standing:
    manifests = [m for m in landing.manifests_of(source.name) if m.mode != "inventory"]
    newest = max((dt.datetime.fromisoformat(manifest.stand) for manifest in manifests), default=None)
    age = max(0, (utc_now() - newest).days) if newest else None
    patience = source.expected_every_days
    is_late = patience is not None and age is not None and age > patience
    return Standing(
        source, None if source.is_asked else waiting.get(source.name, 0), len(manifests), newest, age, is_late
    )


def look_at(town: Town, source: Source) -> Looked:
    """Reach a source and say what it shows; what was seen before something failed is told too."""
    looked = Looked()
    try:
        for sentence in _asked(town, source) if source.is_asked else _files_seen(town, source):
            looked.sentences.append(sentence)
    except Unreachable as silence:
        looked.sentences.append(silence.sentence)
        looked.exit_code = Exit.UNREACHABLE
    except Refused as refusal:
        looked.sentences.append(refusal.sentence)
        looked.exit_code = Exit.GUARD
    return looked


def _asked(town: Town, source: Source) -> Iterator[str]:
    seen = OPENERS[source.format](source, access(town, source)).test()
    yield from seen.sentences
    if seen.columns:
        yield from _mapped(source, seen.columns)


def _files_seen(town: Town, source: Source) -> Iterator[str]:
    if source.connection is not None:
        # A town without such a folder never loads the SSH library.
        from sources.connectors.sftp import test_sftp  # noqa: PLC0415

        yield from test_sftp(source, access(town, source)).sentences
    else:
        for missing in inbox.unreachable(town.model_copy(update={"sources": (source,)})):
            raise Unreachable(missing)
    files = sorted(inbox.files_of(town, source), key=lambda path: path.stat().st_mtime)
    if not files:
        yield f"{source.path}: the folder is there, but no file fits; deliver one, or correct path."
        return
    yield f"{source.path}: {len(files)} file{'s' * (len(files) > 1)}; the newest is {files[-1].name}."
    if columns := header_of(files[-1], source):
        yield from _mapped(source, columns)
    first, _ = _first_batch(files[-1], source)
    looked = f"The first {first.frame.height + len(first.faults):,} rows were read"
    dress = f" as {source.encoding}" if source.format == "csv" else ""
    yield f"{looked}{dress}; {len(first.faults):,} of them cannot be taken."
    yield from first.warnings


def _mapped(source: Source, columns: Sequence[str]) -> Iterator[str]:
    """Which mapped columns are there, and which are not with the likely new name."""
    wanted = wanted_columns(source)
    there = [name for name in wanted if name in columns]
    others = len(set(columns) - set(wanted))
    yield f"{len(there)} of {len(wanted)} mapped columns are there; {others} others never enter."
    for name in wanted:
        if name not in columns:
            yield f"Column '{name}' is missing{_near(name, [c for c in columns if c not in wanted])}."


def _near(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], n=1, cutoff=_SIMILAR)
    return f"; the nearest is '{next(n for n in names if n.casefold() == close[0])}'" if close else ""


def _first_batch(path: Path, source: Source) -> tuple[Batch, tuple[str, ...]]:
    """The first rows of a delivery and all its columns."""
    columns = tuple(header_of(path, source))
    merged = Batch(pl.DataFrame())
    for batch in read_batches(path, source):
        columns = columns or batch.columns
        merged = Batch(batch.frame, merged.faults + batch.faults, merged.warnings + batch.warnings)
        if batch.frame.height:
            break
    return merged, columns


def preview(town: Town, source: Source, key: Key, path: Path | None, rows: int) -> Preview:
    """What the door makes of the first rows of a delivery; nothing is landed.

    Args:
        town: the town.
        source: whose mapping is used.
        key: the pseudonym key.
        path: the file; the newest that fits when None. Not used for a system that is asked.
        rows: how many rows to show; reasons and unmapped values are counted over the first batch.

    Raises:
        Refused: the delivery cannot be taken, or there is none.
        Unreachable: the system does not answer.
    """
    file, first, columns = _delivered(town, source, path)
    door = Door(source, town.setting.timezone, Units(town), key, utc_now().date())
    door.take(first)
    admitted = door.close()
    frames = {name: _shown(frame, source, name, rows) for name, frame in admitted.records.items() if frame.height}
    dropped = tuple(name for name in columns if name not in wanted_columns(source))
    return Preview(file, admitted, frames, dropped, first.warnings)


def _delivered(town: Town, source: Source, path: Path | None) -> tuple[str, Batch, tuple[str, ...]]:
    if source.is_asked:
        with tempfile.TemporaryDirectory() as nowhere:
            # A look must not move what the connector remembers of the real pulls.
            system = OPENERS[source.format](source, replace(access(town, source), memory=Path(nowhere)))
            batches = (batch for batch in system.pull(None) if batch.part == "records")
            return source.name, next(batches, Batch(pl.DataFrame())), system.test().columns
    files = [path] if path else sorted(inbox.files_of(town, source), key=lambda found: found.stat().st_mtime)
    if not files:
        raise Refused("no_delivery", f"{source.path}: no file fits; deliver one, or name one with --file.")
    if not files[-1].is_file():
        raise Refused("vanished", f"{files[-1]}: no such file; correct --file.")
    return files[-1].name, *_first_batch(files[-1], source)


def _shown(frame: pl.DataFrame, source: Source, record: str, rows: int) -> pl.DataFrame:
    """The first rows with short pseudonyms; codes and labels only where they recur, for a rare one could be a name."""
    kinds = {field.column: field.kind for owners in FIELDS.values() for r, field in owners if r.name == record}
    columns: list[pl.Series] = []
    for name in frame.columns:
        values = frame[name]
        if values.null_count() == values.len():
            continue
        match kinds.get(name):
            case Kind.REFERENCE:
                shown = values.head(rows).str.head(_SHORT) + _HIDDEN
            case Kind.CODE | Kind.LABEL:
                common = values.value_counts(name="count").filter(pl.col("count") >= LISTED_FROM)[name]
                shown = values.set(~values.is_in(common.implode()).fill_null(True), _HIDDEN).head(rows)
            case _:
                shown = values.head(rows)
        columns.append(shown.alias(name))
    return pl.DataFrame(columns)
