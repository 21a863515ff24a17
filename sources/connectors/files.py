"""The doors, one small file per kind of system, behind one protocol.

A delivered file is unpacked, read, held against its control row and parted into single counts, in this order.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException

from sources.batches.archive import Unpackable, members, on_disk
from sources.batches.control_row import controlled
from sources.batches.counts_apart import parted
from sources.batches.protocol import POSITION, Batch, Reader, Refused
from sources.connectors.csv.file import read_csv
from sources.connectors.jsonl.file import read_jsonl
from sources.connectors.kodak import read_kodak
from sources.connectors.ocel.file import read_ocel
from sources.connectors.parquet import read_parquet
from sources.connectors.systems import OPENERS as OPENERS
from sources.connectors.xes.file import read_xes
from sources.connectors.xlsx import read_xlsx
from sources.connectors.xml.file import read_xml
from sources.town.source import Source

READERS: Final[dict[str, Reader]] = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "kodak": read_kodak,
    "ocel": read_ocel,
    "parquet": read_parquet,
    "xes": read_xes,
    "xlsx": read_xlsx,
    "xml": read_xml,
}
# These are read back and forth, not from beginning to end.
SEEKING: Final = ("ocel", "parquet", "xlsx")


def read_batches(path: Path, source: Source) -> Iterator[Batch]:
    """A delivery's rows in batches, read as its source declares.

    Raises:
        Refused: the delivery as a whole cannot be taken.
    """
    try:
        batches = _unpacked(path, source)
        if source.control is not None:
            batches = controlled(path, source, source.control, batches)
        yield from parted(source, batches)
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


def _unpacked(path: Path, source: Source) -> Iterator[Batch]:
    """The batches of all files of a delivery, one after another; positions run on."""
    read = 0
    for member in members(path):
        before = read
        with on_disk(member) if source.format in SEEKING else nullcontext(member) as file:
            spoken = member.relative_to(path.parent).as_posix()
            try:
                for batch in READERS[source.format](file, source):
                    read = max((read, *(before + fault.position for fault in batch.faults)))
                    if batch.frame.height:
                        read = max(read, before + int(batch.frame[POSITION][-1]))
                    yield _running_on(batch, before, file.name, spoken)
            except Refused as refusal:
                raise Refused(refusal.reason_code, _said(refusal.sentence, file.name, spoken)) from refusal


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
