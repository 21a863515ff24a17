"""What a spreadsheet typed, as the door reads it: numbers and times among texts, lost digits, amounts as shown."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.notation import Proofs, number_columns
from sources.batches.protocol import POSITION
from sources.contract.records import FIELDS, FieldKind
from sources.town.source import AND, Source
from sources.values.numbers import FLOAT_DUST, bare, evidence
from sources.values.spelling import trimmed

# A spreadsheet keeps 15 digits of a number; of a longer one the rest is lost.
DIGITS_LOST: Final = 1e15
LONG_NUMBER: Final = r"^-?\d{16,}$"
THREE_DECIMALS: Final = r"^-?\d{1,3}\.\d{3}$"
FRACTION: Final = r"^-?\d+\.\d+$"
WRITTEN_TIME: Final = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?$"


def to_the_cent(path: Path, source: Source, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Typed euros as the cells show them, and one sentence per column where that took away a real part of a cent."""
    sentences: list[str] = []
    for name, kinds in _kinds(source).items():
        if kinds != {FieldKind.EURO} or not rows[name].dtype.is_float():
            continue
        cents = rows[name].round(2, mode="half_away_from_zero")
        parts = ((rows[name] - cents).abs() > FLOAT_DUST).fill_null(False)
        if parts.any():
            sentences.append(
                f"{path.name}: {parts.sum()} amounts of '{name}' hold parts of a cent, the first in row "
                f"{rows[POSITION].filter(parts)[0]}; they were taken as the cells show them, to the cent: have the "
                "workbook round them."
            )
        rows = rows.with_columns(cents.alias(name))
    return rows, sentences


def _kinds(source: Source) -> dict[str, set[FieldKind]]:
    """Per wanted column how it will be read."""
    kinds: dict[str, set[FieldKind]] = {column: {FieldKind.AMOUNT} for column in source.counts.values()}
    for name, columns in source.columns.items():
        for column in columns.split(AND):
            kinds[column] = kinds.get(column, set()) | {field.kind for _, field in FIELDS.get(name, ())}
    return kinds


def is_mixed(column: pl.Series) -> bool:
    """Whether some cells of a column of texts could be numbers whose notation matters."""
    return column.dtype == pl.String and bool(column.str.contains(f"{LONG_NUMBER}|{FRACTION}").any())


def readable(path: Path, column: pl.Series, numbers: pl.Series | None, source: Source, name: str) -> pl.Series:
    """The column as the door reads it: what the spreadsheet typed among texts gets the notation of these texts."""
    kinds = _kinds(source).get(name, set())
    loses = column.dtype.is_numeric() and bool((column.cast(pl.Float64).abs() >= DIGITS_LOST).any())
    is_typed = isinstance(column.dtype, pl.Boolean | pl.Date | pl.Datetime) or column.dtype.is_numeric()
    if is_typed and not loses:
        return column
    text = trimmed(column)
    if loses or numbers is not None:
        typed = column.is_not_null() if numbers is None else numbers.is_not_null()
        text = _in_notation(text, typed, _decimal(path, text.set(typed, None), source, name))
    return _with_times(text, source, kinds)


def _decimal(path: Path, texts: pl.Series, source: Source, name: str) -> str | None:
    """The decimal sign of a column's texts; None where none is declared and they read alike with both."""
    whole = number_columns(source).whole
    if name in whole and source.decimal is None:
        return Proofs().add(evidence(bare(texts), whole=whole[name]), range(1, texts.len() + 1)).decimal(path, name)
    return (name in whole and source.decimal) or "."


def _in_notation(text: pl.Series, typed: pl.Series, decimal: str | None) -> pl.Series:
    """Numbers among texts: with the texts' decimal sign, and shown as shortened where digits were lost."""
    size = text.cast(pl.Float64, strict=False)
    lost = typed & (size.abs() >= DIGITS_LOST).fill_null(False)
    # Three decimals with a point would look like thousands where nothing tells what the point is.
    written = text if decimal else text.str.replace(THREE_DECIMALS, "${0}0")
    signed = written.str.replace(".", decimal or ".", literal=True).zip_with(typed, text)
    if not lost.any():
        return signed
    shortened = [f"{value:.5E}" if is_lost else None for value, is_lost in zip(size, lost, strict=True)]
    return pl.Series(shortened, dtype=pl.String).zip_with(lost, signed)


def _with_times(text: pl.Series, source: Source, kinds: set[FieldKind]) -> pl.Series:
    """Times that were typed as such stand in the form the source declares for its texts."""
    form = (source.date_format or "%Y-%m-%d") if kinds & {FieldKind.DAY, FieldKind.MONTH} else source.timestamp_format
    if form is None or not any(kind.is_time for kind in kinds):
        return text
    typed = text.str.contains(WRITTEN_TIME).fill_null(False)
    moments = text.str.replace("T", " ", literal=True).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False
    )
    return moments.dt.strftime(form).zip_with(typed, text)
