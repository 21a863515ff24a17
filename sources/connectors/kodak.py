"""INDEX.DAT of the Kodak Capture family: values in double quotes parted by semicolons, no header.

The record type says what stands where; columns here are ``record_type version document_number images
start_image end_image page_count image_count index_1 index_2 …``. ``images`` is there for every type that tells or
implies it. Documents are numbered anew in each batch: as ``document_ref`` a number begins with its batch, the file.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Final

from sources.batches.archive import open_packed
from sources.batches.file_format import Beginning, Format, Likeness
from sources.batches.protocol import BATCH_ROWS, Batch, Fault, Refused, judged_names, text_rows, wanted_columns
from sources.connectors.csv.single_byte import other_single_byte
from sources.connectors.csv.text_blocks import other_encoding, other_page
from sources.town.source import Source

HEAD: Final = ("record_type", "version", "document_number")
# Per record type what stands between the head and the index values.
RECORD_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "I01q": ("page_count", "image_count"),
    "I02r": ("start_image", "end_image"),
    "I04t": ("images",),
    "I05u": (),
}
USUAL_ENCODING: Final = "windows-1252"
USUAL_NAME: Final = "index"


def read_kodak(path: Path, source: Source) -> Iterator[Batch]:
    """Batches of an INDEX.DAT's wanted columns, all text; Windows-1252 where no encoding is declared.

    Raises:
        Refused: empty file, wrong encoding, broken quotes, or a required column that no record has.
    """
    wanted = wanted_columns(source)
    seen: set[str] = {"images", *HEAD, *(name for names in RECORD_TYPES.values() for name in names)}
    position = 0
    batch = _batch_name(path) if source.columns.get("document_ref") == "document_number" else None
    with open_packed(path) as raw:
        lines = csv.reader(_decoded(path, source, raw), delimiter=";", quotechar='"', doublequote=True, strict=True)
        filled = (line for line in lines if line)
        try:
            while chunk := list(islice(filled, BATCH_ROWS)):
                yield _batch(chunk, position, wanted, seen, batch)
                position += len(chunk)
        except csv.Error as error:
            raise Refused(
                "unreadable_csv", f"{path.name} line {lines.line_num}: {error}; have the export run again."
            ) from error
    if position == 0:
        raise Refused("empty_file", f"{path.name}: the file is empty; have the export run again.")
    yield replace(_batch([], position, wanted, seen, batch), warnings=judged_names(path, source, seen))


def _decoded(path: Path, source: Source, raw: IO[bytes]) -> Iterator[str]:
    is_declared = "encoding" in source.model_fields_set
    encoding = source.encoding if is_declared else USUAL_ENCODING
    for number, line in enumerate(raw, start=1):
        if not is_declared and not line.isascii() and other_encoding(line) == "UTF-8":
            raise Refused(
                "mixed_encodings",
                f"{path.name} line {number}: this line is UTF-8 although {encoding} is taken; "
                f"declare encoding in [[source]] '{source.name}'.",
            )
        if not line.isascii() and (other := other_single_byte(line, codecs.lookup(encoding).name)) is not None:
            said = other_page(f"{path.name} line {number}", source, encoding, other)
            raise Refused("wrong_encoding", said)
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError as error:
            raise Refused(
                "wrong_encoding",
                f"{path.name}: not {encoding} near line {number} (byte 0x{error.object[error.start]:02x}); "
                f"declare the file's encoding in [[source]] '{source.name}'.",
            ) from error


def _batch_name(path: Path) -> str:
    """A batch is a file; where each lies in a folder of its own under the family's usual name, the folder."""
    name = path.name.split(".")[0]
    return path.parent.name if name.casefold() == USUAL_NAME else name


def _batch(lines: list[list[str]], before: int, wanted: list[str], seen: set[str], batch: str | None) -> Batch:
    rows: list[dict[str, str]] = []
    positions: list[int] = []
    faults: list[Fault] = []
    for position, line in enumerate(lines, start=before + 1):
        names = RECORD_TYPES.get(line[0])
        if names is None:
            faults.append(Fault(position, "unknown_record_type", "the record type is none of I01q, I02r, I04t, I05u"))
        elif len(line) < len(HEAD) + len(names):
            faults.append(Fault(position, "cut_line", f"the record breaks off after {len(line)} values"))
        else:
            rows.append(_record(line, names, batch))
            positions.append(position)
            seen.update(rows[-1])
    return Batch(text_rows(positions, {name: [row.get(name) for row in rows] for name in wanted}), tuple(faults))


def _record(line: list[str], names: tuple[str, ...], batch: str | None) -> dict[str, str]:
    head = (*HEAD, *names)
    # A number that a spreadsheet shortened stays what it is, for the door to refuse it.
    if batch is not None and line[2].isdecimal():
        line = [*line[:2], f"{batch}/{line[2]}", *line[3:]]
    index = {f"index_{number}": value for number, value in enumerate(line[len(head) :], start=1)}
    return _images(dict(zip(head, line, strict=False))) | index


def _images(record: dict[str, str]) -> dict[str, str]:
    """The record with its number of images, where its type tells or implies one."""
    if "image_count" in record:
        return record | {"images": record["image_count"]}
    first, last = record.get("start_image", ""), record.get("end_image", "")
    if first.isdecimal() and last.isdecimal() and int(first) <= int(last):
        return record | {"images": str(int(last) - int(first) + 1)}
    return record


# It has no header, and what its index values mean only a mapping says.
def _likeness(beginning: Beginning) -> Likeness:
    record_type = beginning.text.removeprefix(b'"')[:4].decode("ascii", "replace")
    return Likeness.OPENING if record_type in RECORD_TYPES else Likeness.NONE


FORMAT = Format("Kodak INDEX.DAT", read_kodak, likeness=_likeness)
