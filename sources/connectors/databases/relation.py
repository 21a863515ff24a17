"""What a database is asked for, whatever its dialect: a table's or view's name, or one select; and its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from sources.asking.watermarks import Progress
from sources.batches.protocol import Batch, Refused, connection_of, numbered, refuse_missing, wanted_columns
from sources.town.mistakes import nearest
from sources.town.source import Source

# Parts of a name: plain, "quoted", or [quoted] as SQL Server does; a doubled quote stands for itself.
NAME_PART: Final = r'(?:[^\W\d][\w$#]*|"(?:[^"]|"")+"|\[(?:[^\]]|\]\])+\])'
RELATION_NAME: Final = re.compile(rf"{NAME_PART}(?:\.{NAME_PART}){{0,3}}")
STATEMENT: Final = re.compile(r"(?:select|with)\b", re.IGNORECASE)
WITH: Final = re.compile(r"with\b", re.IGNORECASE)


def relation(
    source: Source, quoted: Callable[[str], str], fold: Callable[[str], str], *, takes_with: bool = True
) -> str:
    """connection.query as something that stands after ``from`` and is called asked.

    ``quoted`` and ``fold`` are what the dialect makes of a name with and without quotes, ``takes_with`` says whether
    its select in brackets may begin with ``with``.

    Raises:
        Refused: for anything but a name or one select.
    """
    query = (connection_of(source).query or "").strip().removesuffix(";").strip()
    if RELATION_NAME.fullmatch(query) and not STATEMENT.fullmatch(query):
        parts = (_plain(part, fold) for part in re.findall(NAME_PART, query))
        return ".".join(quoted(part) for part in parts) + " asked"
    if not STATEMENT.match(query):
        raise _refused(source, "is neither a name nor a select; name a table or view, or write a select")
    if ";" in query:
        raise _refused(source, "holds a ';'; write one select without it, or make it a view")
    if WITH.match(query) and not takes_with:
        raise _refused(source, "begins with 'with', which this database does not take here; make it a view")
    # The line break ends a comment that the query may end with.
    return f"(\n{query}\n) asked"


def refuse_absent(source: Source, present: Sequence[str]) -> None:
    """Refuse an answer that lacks a mapped column or the watermark, or has one twice.

    Raises:
        Refused: naming the column and the nearest that is there.
    """
    mark = connection_of(source).watermark
    if mark is not None and mark not in present:
        raise Refused(
            "column_missing",
            f"{source.name}: column '{mark}' of connection.watermark is missing{nearest(mark, present)}.",
        )
    refuse_missing(Path(source.name), present, asked_columns(source))


def asked_columns(source: Source) -> list[str]:
    """The mapped columns, and the watermark where no field needs it."""
    mark = connection_of(source).watermark
    return list(dict.fromkeys([*wanted_columns(source), *([mark] if mark is not None else [])]))


def answered(
    source: Source,
    frames: Iterable[pl.DataFrame],
    columns: Iterable[str],
    progress: Progress | None,
    *,
    is_whole: bool,
    warnings: tuple[str, ...] = (),
) -> Iterator[Batch]:
    """An answer, in the order of the watermark, as batches; the last one has no row, and what is to be said of all.

    Raises:
        Refused: a whole answer of fewer rows than connection.expected_minimum.
    """
    wanted, read = wanted_columns(source), 0
    nothing = pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    for frame in frames:
        if progress:
            progress.take(frame[progress.column])
        rows = frame.select(wanted)
        nothing = rows.clear()
        yield Batch(
            numbered(rows, read),
            watermark=progress.highest if progress else None,
            columns=() if read else tuple(columns),
        )
        read += frame.height
    if is_whole:
        _refuse_fewer(source, read)
    if sentences := warnings + (progress.warnings(source.name) if progress else ()):
        yield Batch(numbered(nothing, 0), warnings=sentences, watermark=progress.highest if progress else None)


def _refuse_fewer(source: Source, rows: int) -> None:
    expected = connection_of(source).expected_minimum
    if rows < expected:
        raise Refused(
            "sudden_zero",
            f"{source.name}: {rows} rows came, fewer than connection.expected_minimum = {expected}; "
            "nothing was taken in, look whether rights or a filter hide rows, or lower expected_minimum.",
        )


def _plain(part: str, fold: Callable[[str], str]) -> str:
    if part[0] == '"':
        return part[1:-1].replace('""', '"')
    if part[0] == "[":
        return part[1:-1].replace("]]", "]")
    return fold(part)


def _refused(source: Source, mistake: str) -> Refused:
    return Refused("query", f"{source.name}: connection.query {mistake}.")
