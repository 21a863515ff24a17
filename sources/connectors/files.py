"""The doors for files, one for each format behind one protocol.

A delivered file is unpacked, read, freed of rows that are no records, held against its control row and parted into
single counts, in this order.
"""

from __future__ import annotations

import gzip
import traceback
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import polars as pl
from polars.exceptions import PanicException

from sources.batches.archive import Unpackable, members, on_disk, open_packed
from sources.batches.control_row import controlled
from sources.batches.counts_apart import parted
from sources.batches.file_format import Beginning, Format, Header, Likeness
from sources.batches.footers import without_footers
from sources.batches.lifecycle import whole_steps
from sources.batches.notation import with_decimals
from sources.batches.protocol import POSITION, Batch, Refused, Unreachable
from sources.batches.rows_apart import carried_down, counted_rows
from sources.batches.totals import without_totals
from sources.town.source import FILE_FORMATS, Source

HEAD_BYTES: Final = 1 << 16
FORMATS: Final[dict[str, Format]] = {
    name: cast("Format", import_module(f"sources.connectors.{name}").FORMAT) for name in FILE_FORMATS
}
# Of an unknown file of one of these a mapping can be proposed.
PROPOSABLE: Final = tuple(form.title for form in FORMATS.values() if form.header is not None)


def read_batches(path: Path, source: Source) -> Iterator[Batch]:
    """A delivery's rows in batches, read as its source declares.

    Raises:
        Refused: the delivery as a whole cannot be taken.
    """
    with _damage_refused(path):
        batches = _records(path, source, _unpacked(path, source))
        yield from parted(path, source, batches)


def _records(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The rows that are records; what else stands in a delivery is set aside, checked, or refuses it."""
    if source.carry_down:
        batches = carried_down(source, batches)
    if source.where is not None:
        batches = counted_rows(source, source.where, batches)
    batches = whole_steps(path, source, batches)
    batches = with_decimals(path, source, batches)
    if source.control is not None:
        batches = controlled(path, source, source.control, batches)
    return without_totals(path, source, without_footers(path, source, batches))


def recognised(path: Path) -> str:
    """The format that a file's first bytes and its name speak for most, as town.toml calls it.

    Raises:
        Refused: it is empty, or of no kind that can be read.
    """
    with _damage_refused(path):
        member = members(path)[0]
        with open_packed(member) as raw:
            head = raw.read(HEAD_BYTES)
    if not head.strip():
        raise Refused("empty_file", f"{path.name}: the file is empty; have the export run again.")
    beginning = Beginning(head, frozenset(suffix.lower() for suffix in member.suffixes))
    best = max(FORMATS, key=lambda name: FORMATS[name].likeness(beginning))
    if FORMATS[best].likeness(beginning) is Likeness.NONE:
        kinds = f"{', '.join(PROPOSABLE[:-1])} or {PROPOSABLE[-1]}"
        raise Refused("unknown_format", f"{path.name}: of no kind that is known; export it as {kinds}.")
    return best


def header_of(path: Path, form: str, declared: Mapping[str, Any]) -> Header:
    """What the beginning of a delivery shows; of an archive, its first file. Nothing where only a mapping tells.

    Raises:
        Refused: it cannot be read so.
    """
    read = FORMATS[form].header
    if read is None:
        return Header(())
    with _damage_refused(path), _as_read(members(path)[0], path, form) as file:
        return read(file, declared)


@contextmanager
def _damage_refused(path: Path) -> Generator[None]:
    try:
        yield
    except Unpackable as error:
        raise Refused(error.reason_code, f"{path.name}: {error.sentence}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        kind = "zip" if path.suffix.lower() == ".zip" else "gzip"
        raise Refused(
            f"broken_{kind}", f"{path.name}: the {kind} data break off; have the export run again."
        ) from error
    except PanicException as error:
        raise Refused("damaged_file", f"{path.name}: is damaged inside; have the export run again.") from error
    except FileNotFoundError as error:
        raise Refused("vanished", f"{path.name}: vanished while it was read; nothing of it was taken.") from error
    except OSError as error:
        sentence = (
            f"{path.name}: cannot be read, {error.strerror or error}; give this user the right to, or copy it anew."
        )
        raise Refused("unreadable_file", sentence) from error
    except (Refused, Unreachable, MemoryError):
        raise
    except Exception as defect:
        raise Refused("reader_broke", f"{path.name}: {broke(defect)}") from defect


def broke(defect: BaseException) -> str:
    """A defect that one file brought to light; type and place only, as its message could hold a value of the data."""
    place = traceback.extract_tb(defect.__traceback__)[-1]
    return (
        f"the program broke at it with {type(defect).__name__} in {Path(place.filename).name}:{place.lineno}, nothing "
        "of it was taken; please report this line, and have the export run again."
    )


@contextmanager
def _as_read(member: Path, path: Path, form: str) -> Generator[Path]:
    """A file of a delivery where its format can read it; a refusal names it as people know it."""
    with on_disk(member) if FORMATS[form].seeks else nullcontext(member) as file:
        try:
            yield file
        except Refused as refusal:
            sentence = _said(refusal.sentence, file.name, _spoken(member, path))
            raise Refused(refusal.reason_code, sentence) from refusal


def _unpacked(path: Path, source: Source) -> Iterator[Batch]:
    """The batches of all files of a delivery, one after another; positions run on."""
    read = 0
    for member in members(path):
        before = read
        with _as_read(member, path, source.format) as file:
            for batch in FORMATS[source.format].read(file, source):
                read = max((read, *(before + fault.position for fault in batch.faults)))
                if batch.frame.height:
                    read = max(read, before + int(batch.frame[POSITION][-1]))
                yield _running_on(batch, before, file.name, _spoken(member, path))


def _spoken(member: Path, path: Path) -> str:
    return member.relative_to(path.parent).as_posix()


def _running_on(batch: Batch, before: int, name: str, spoken: str) -> Batch:
    if before == 0 and name == spoken:
        return batch
    return replace(
        batch,
        frame=batch.frame.with_columns(pl.col(POSITION) + before),
        faults=tuple(replace(fault, position=fault.position + before) for fault in batch.faults),
        warnings=tuple(_said(warning, name, spoken) for warning in batch.warnings),
    )


def _said(sentence: str, name: str, spoken: str) -> str:
    """A reader knows a file by its own name; people know the archive it came in."""
    return spoken + sentence.removeprefix(name) if sentence.startswith(name) else f"{spoken}: {sentence}"
