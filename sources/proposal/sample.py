"""The beginning of an unknown file: its format, how it is written, its columns, and up to 2,000 rows.

All of it as the connectors read it, so that a sample is what a delivery would be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sources.batches.file_format import SAMPLE_ROWS
from sources.batches.protocol import POSITION, Refused
from sources.connectors.apart import header_of, read_batches
from sources.connectors.files import FORMATS, recognised
from sources.town.source import Source


@dataclass(frozen=True)
class Sample:
    """What the beginning of a file shows.

    Attributes:
        options: keys of ``[[source]]`` that say how the file is written.
        frame: up to 2,000 rows, as the connector gives them, of the columns whose name stands in the header once.
        twice: names that stand in the header more than once and cannot be mapped.
        case_objects: types of object that could be the case, where the format has several.
        notes: one sentence per oddity of how it is written.
        is_case_sure: whether the type of object that is taken for the case may be proposed.
    """

    format: str
    options: dict[str, Any]
    frame: pl.DataFrame
    twice: tuple[str, ...]
    case_objects: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_case_sure: bool = True

    @property
    def has_header(self) -> bool:
        """Whether the names stand in the file; else they are ``column_1`` and so on."""
        return self.options.get("header", ("",))[0] != "column_1"


def read_sample(path: Path, case_object: str | None = None) -> Sample:
    """The beginning of a file; where its format has several types of object, one of them is the case.

    Raises:
        Refused: the file is missing, empty, or of no kind that can be read.
    """
    refuse_no_file(path)
    form = recognised(path)
    if FORMATS[form].header is None:
        raise Refused(
            "only_mapped",
            f"{path.name}: is {FORMATS[form].title}, in which only a person can say which field is which; write its "
            "[[source]] by docs/sources.md, 'The scan centre'.",
        )
    header = header_of(path, form, {"case_object": case_object} if case_object else {})
    counts = Counter(name for name in header.names if name)
    columns = [name for name, count in counts.items() if count == 1]
    if not columns:
        raise Refused("empty_file", f"{path.name}: no column has a name of its own; see whether it has a header.")
    frame = _rows(path, form, dict(header.options), columns)
    if not frame.height:
        raise Refused("empty_file", f"{path.name}: holds no row that can be read; choose another file.")
    twice = tuple(name for name, count in counts.items() if count > 1)
    return Sample(form, dict(header.options), frame, twice, header.case_objects, header.notes, header.is_case_sure)


def refuse_no_file(path: Path) -> None:
    """Refuse what somebody named that is no file.

    Raises:
        Refused: it is not there, a directory, a device.
    """
    if path.is_dir():
        raise Refused("no_file", f"{path}: is a directory; name one of the files in it.")
    if not path.exists():
        raise Refused("vanished", f"{path}: no such file; correct the path.")
    if not path.is_file():
        raise Refused("no_file", f"{path}: is a device or a pipe, no file; save what it gives and name that file.")


def _rows(path: Path, form: str, options: dict[str, Any], columns: list[str]) -> pl.DataFrame:
    # Under names that are no field of the contract, so that no column is required.
    mapped = {str(number): name for number, name in enumerate(columns)}
    source = Source.model_construct(name="sample", format=form, columns=mapped, **options)  # pyright: ignore[reportArgumentType]
    frames = [pl.DataFrame(schema=[POSITION, *columns])]
    for batch in read_batches(path, source):
        if batch.frame.height:
            frames.append(batch.frame)
        if sum(frame.height for frame in frames) >= SAMPLE_ROWS:
            break
    return pl.concat(frames[1:] or frames, how="vertical_relaxed").drop(POSITION).head(SAMPLE_ROWS)
