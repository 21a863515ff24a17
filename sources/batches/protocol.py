"""What every connector keeps: a file or a system becomes batches of rows under their own column names.

A connector reads only the columns it is asked for, in bounded memory, and never interprets a value: that is the door's.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from sources.town.connection import Connection
from sources.town.source import Source
from sources.values.spelling import EXACT_FLOAT, trimmed

BATCH_ROWS = 50_000
SIMILAR, ALIKE = 0.6, 0.8
# As most systems write a number and its year.
JOINED_BY = "/"
# No source column can be called these, so a source may well have one that is called position.
POSITION = "\x00position"
# Which count a row holds, and how many, after ``counts_apart`` parted a wide table.
KIND = "\x00kind"
VALUE = "\x00value"
# When a step began, after ``lifecycle`` made one row of its start and its completion.
STARTED = "\x00started"


class Unreachable(Exception):
    """A system does not answer now; nothing of it is taken, others go on.

    Attributes:
        sentence: what, where, and what to do.
    """

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence


class Refused(Exception):
    """A whole delivery cannot be taken; nothing of it is kept.

    Attributes:
        reason_code: a stable word for tests and reports.
        sentence: what, where, and what to do.
    """

    def __init__(self, reason_code: str, sentence: str) -> None:
        """Keep code and sentence."""
        super().__init__(sentence)
        self.reason_code = reason_code
        self.sentence = sentence


@dataclass(frozen=True)
class Fault:
    """One row that cannot be read; it goes to quarantine without its content."""

    position: int
    reason_code: str
    reason: str
    column_name: str | None = None


@dataclass(frozen=True)
class Batch:
    """Rows as the source wrote them.

    ``frame`` has ``POSITION`` (1-based row number in the delivery) and the wanted source columns; ``warnings`` are
    sentences about the delivery as a whole.

    Attributes:
        watermark: of a system that is asked, the highest watermark up to here; text that sorts as the watermark does.
        part: ``records`` to be admitted; ``present`` is the whole list of references that exist at the system,
            ``removed`` a list of those that went. Of these two the frame needs only the columns of references.
        columns: once in a delivery, the names of all columns it has; of those that are not wanted only the names.
        decimals: per column of numbers the decimal sign that its own values proved up to here.
        set_aside: how many rows ``[source.where]`` left out; they are no rows of the frame.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    watermark: str | None = None
    part: Literal["records", "present", "removed"] = "records"
    columns: tuple[str, ...] = ()
    decimals: Mapping[str, str] = field(default_factory=dict)
    set_aside: int = 0


Reader = Callable[[Path, Source], Iterator[Batch]]


@dataclass(frozen=True)
class Access:
    """What a connector is handed to get at its system.

    Attributes:
        secret: password or token, None when the environment gives none.
        memory: a folder of this source where it may keep what must outlive a run and names nobody.
        town_folder: where relative paths of the connection begin.
        now: the moment of asking, UTC without a zone.
    """

    secret: str | None
    memory: Path
    town_folder: Path
    now: dt.datetime


@dataclass(frozen=True)
class Seen:
    """What ``sources test`` saw at a system: sentences for people, and the columns that can be mapped."""

    sentences: tuple[str, ...]
    columns: tuple[str, ...] = ()


class System(Protocol):
    """A system that is asked. Both may raise ``Unreachable`` (no answer now) and ``Refused`` (a wrong answer)."""

    def test(self) -> Seen:
        """Reach the system, read nothing that could be somebody's, say what is there."""
        ...

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """Everything new or changed since the highest watermark that landed, less the overlap; None asks for all."""
        ...


Opener = Callable[[Source, Access], System]


def columns_of(source: Source) -> dict[str, str]:
    """Per contract field the column of a batch that holds it, counts that stand side by side already parted."""
    if source.counts:
        return {**source.columns, "kind": KIND, "value": VALUE}
    # A beginning that the mapping names speaks for itself.
    return ({"started_at": STARTED} if source.transitions else {}) | source.columns


def read_as_one(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """A column, or several as one text: null where one of them is empty."""
    if len(columns) == 1:
        return frame[columns[0]]
    parts = [trimmed(frame[column]).alias(str(number)) for number, column in enumerate(columns)]
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=JOINED_BY)).to_series()


def connection_of(source: Source) -> Connection:
    """The connection of a source that is asked.

    Raises:
        Refused: when town.toml gives none.
    """
    if source.connection is None:
        raise Refused("no_connection", f"{source.name}: [source.connection] is missing; add its url.")
    return source.connection


def text_rows(positions: Sequence[int], columns: Mapping[str, Sequence[str | None]]) -> pl.DataFrame:
    """Rows of text under their own column names, with their positions; none of both is an empty frame that has them."""
    return pl.DataFrame(
        [pl.Series(POSITION, positions, dtype=pl.Int64)]
        + [pl.Series(name, values, dtype=pl.String) for name, values in columns.items()]
    )


def numbered(rows: pl.DataFrame, before: int) -> pl.DataFrame:
    """Rows with their positions, counted on from those that came before."""
    positions = range(before + 1, before + rows.height + 1)
    return rows.insert_column(0, pl.Series(POSITION, positions, dtype=pl.Int64))


def wanted_columns(source: Source) -> list[str]:
    """The columns to be read from a source, each once, in order: the mapped, the counts', and what tells rows apart."""
    telling = [one.column for one in (source.where, source.control) if one]
    return list(dict.fromkeys((*source.read_columns, *telling)))


def needed_columns(source: Source) -> set[str]:
    """The mapped columns that each record fills."""
    needed = {field.name for record in source.records for field in record.fields if field.required}
    columns = {name: source.joined.get(name, (column,)) for name, column in source.columns.items()}
    return {part for name, parts in columns.items() if name in needed for part in parts}


def required_columns(source: Source) -> set[str]:
    """The source columns without which no record can be made."""
    telling = {one.column for one in (source.where, source.control) if one}
    return needed_columns(source) | {*source.counts.values()} | telling


def refuse_missing(
    path: Path, present: Sequence[str], wanted: Sequence[str], doubt: str = "", otherwise: str = ""
) -> None:
    """Refuse a delivery that lacks a mapped column, or has it twice.

    A doubt is likelier than a new name, which is then not looked for; ``otherwise`` is what may be wrong where no name
    is alike.

    Raises:
        Refused: naming the column and the likely new name.
    """
    for column in wanted:
        if column not in present:
            close = None if doubt else _similar(column, [name for name in present if name not in wanted], SIMILAR)
            cause = f"the nearest is '{close}'" if close else doubt or otherwise
            hint = f"; {cause}" if cause else ""
            raise Refused(
                "column_missing",
                f"{path.name}: column '{column}' is missing{hint}. "
                "Nothing was taken in; correct [source.columns] or the export.",
            )
        if list(present).count(column) > 1:
            raise Refused("column_twice", f"{path.name}: column '{column}' stands twice in the header; keep one.")


def judged_names(path: Path, source: Source, names: set[str]) -> tuple[str, ...]:
    """One warning per wanted name that no record has while a very similar one is there and unused.

    Raises:
        Refused: a required one is missing.
    """
    refuse_missing(path, sorted(names), sorted(required_columns(source)))
    asked = set(wanted_columns(source))
    warnings: list[str] = []
    for name in sorted(asked - names):
        if close := _similar(name, sorted(names - asked), ALIKE):
            warnings.append(f"{path.name}: no record has '{name}', but '{close}' is there; correct [source.columns].")
    return tuple(warnings)


def _similar(wanted: str, names: Iterable[str], cutoff: float) -> str | None:
    """The name that looks like the wanted one. Never all of them: where a header is missing, names are data."""
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(wanted.casefold(), list(folded), n=1, cutoff=cutoff)
    return folded[close[0]] if close else None


def text_of(value: object) -> str | None:
    """A scalar as the text the door reads; None stays None, a whole float becomes a whole number."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOAT:
        return str(int(value))
    return str(value)
