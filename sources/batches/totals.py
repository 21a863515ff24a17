"""Totals that stand among the rows they sum up, such as "Summe 1115": counted as records they would count all twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.control_row import summed_columns
from sources.batches.protocol import POSITION, Batch, Refused, required_columns
from sources.town.source import Source
from sources.values.columns import Spelling, read_column
from sources.values.spelling import trimmed

# What such rows are called; of the text only this word is ever shown.
TOTAL: Final = (
    r"(?i)^[\W_\d]*((?:zwischen|gesamt|teil|end|jahres|monats|quartals)?summen?|(?:sub|grand )?total|gesamt"
    r"|gesamtbetrag|(?:gesamt|teil|zwischen)?ergebnis|insgesamt|übertrag|saldo|zusammen|sum)\b"
)
SHOWN: Final = 5
# Rows that sum up those above without being called so: looked for in the first so many, told from so many of them on
# or where the last row is one, and only above amounts that small counts reach by chance.
JUDGED_ROWS: Final = 20_000
LEAST_UNNAMED, LEAST_UNNAMED_SHARE, LEAST_AMOUNT = 2, 0.05, 20


@dataclass
class _Above:
    """What the rows above add up to: since the last total, and all of them."""

    columns: list[str]
    rows: int = 0
    since: dict[str, Decimal] = field(default_factory=dict)
    all: dict[str, Decimal] = field(default_factory=dict)

    def add(self, amounts: pl.DataFrame) -> None:
        for column in self.columns:
            size = sum(amounts[column].drop_nulls(), Decimal(0))
            for sums in (self.since, self.all):
                sums[column] = sums.get(column, Decimal(0)) + size
        self.rows += amounts.height

    def are_summed_by(self, row: dict[str, Decimal | None]) -> bool:
        stated = {column: row[column] for column in self.columns if row[column]}
        return bool(self.rows and stated) and any(
            all(size == sums.get(column) for column, size in stated.items()) for sums in (self.since, self.all)
        )


@dataclass
class _Found:
    """Rows that are called a total, as (row, column, value of ``drop``): those that add up, and those that do not.

    ``unnamed`` are rows that add up and are not called so.
    """

    totals: list[tuple[int, str, str]] = field(default_factory=list)
    doubtful: list[tuple[int, str, str]] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    rows: int = 0


def without_totals(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, once it is sure that no row that would count sums up rows above it.

    A row that is only called a total is told at the end, as are rows that only hold one.

    Raises:
        Refused: rows are called a total and are one.
    """
    summed = summed_columns(source)
    above, found = _Above(list(summed)), _Found()
    last: pl.DataFrame | None = None
    for batch in batches:
        last = batch.frame
        if summed and batch.frame.height:
            amounts = _amounts(batch, source)
            named = _called_totals(batch.frame, source, list(amounts.columns))
            if not found.rows:
                found.unnamed = _uncalled(batch.frame[POSITION], amounts, {place for place, _, _ in named})
            found.rows += batch.frame.height
            _look(batch.frame[POSITION], amounts, named, above, found)
        yield batch
    if found.totals:
        column, rows = found.totals[0][1], listed_rows([row for row, _, _ in found.totals])
        words = dict.fromkeys(f'"{word}"' for _, _, word in found.totals)
        raise Refused(
            "totals_as_rows",
            f"{path.name}: {rows} of '{column}' are totals of the rows above and would count twice; "
            f'nothing was taken in, set them aside: [source.where] column = "{column}", drop = '
            f"[{', '.join(words)}], or name the one of the whole in [source.control].",
        )
    if found.doubtful and last is not None:
        _, column, word = found.doubtful[0]
        rows = listed_rows([row for row, _, _ in found.doubtful])
        sentence = (
            f"{path.name}: {rows} of '{column}' called '{word}' or the like do not sum up the rows "
            "above and were taken as records; set them aside by [source.where] if they are none."
        )
        yield Batch(last.clear(), warnings=(sentence,))
    elif found.unnamed and last is not None:
        sentence = (
            f"{path.name}: {listed_rows(found.unnamed)} hold what the rows above them add up to "
            "and were taken as records; if they are totals, set them aside by [source.where]."
        )
        yield Batch(last.clear(), warnings=(sentence,))


def _uncalled(positions: pl.Series, amounts: pl.DataFrame, named: set[int]) -> list[int]:
    """The rows that hold what the rows above add up to, where they are too many, or stand too well, for chance."""
    places: list[int] = []
    since, whole, rows = [Decimal(0)] * amounts.width, [Decimal(0)] * amounts.width, 0
    for place, row in enumerate(amounts.head(JUDGED_ROWS).iter_rows()):
        stated = [size or Decimal(0) for size in row]
        is_large = max(map(abs, stated), default=Decimal(0)) > LEAST_AMOUNT
        if place in named or (is_large and rows >= LEAST_UNNAMED and stated in (since, whole)):
            places += [] if place in named else [place]
            since, rows = [Decimal(0)] * amounts.width, 0
            continue
        since = [size + one for size, one in zip(since, stated, strict=True)]
        whole = [size + one for size, one in zip(whole, stated, strict=True)]
        rows += 1
    is_whole = amounts.height <= JUDGED_ROWS and places[-1:] == [amounts.height - 1] and amounts.height > SHOWN
    are_many = len(places) >= max(LEAST_UNNAMED, LEAST_UNNAMED_SHARE * min(amounts.height, JUDGED_ROWS))
    return [int(positions[place]) for place in places] if is_whole or are_many else []


def _look(
    positions: pl.Series, amounts: pl.DataFrame, named: list[tuple[int, str, str]], above: _Above, found: _Found
) -> None:
    start = 0
    for place, column, word in named:
        above.add(amounts.slice(start, place - start))
        start = place + 1
        spot = (int(positions[place]), column, word)
        if above.are_summed_by(amounts.row(place, named=True)):
            found.totals.append(spot)
        else:
            found.doubtful.append(spot)
            above.add(amounts.slice(place, 1))
        above.since.clear()
    above.add(amounts.slice(start))


def _amounts(batch: Batch, source: Source) -> pl.DataFrame:
    columns: list[pl.Series] = []
    for column, one in summed_columns(source).items():
        spelling = Spelling("UTC", decimal=batch.decimals.get(column, source.decimal_sign))
        columns.append(read_column(batch.frame[column], one, spelling, dt.date.max).values.alias(column))
    return pl.DataFrame(columns)


def _called_totals(frame: pl.DataFrame, source: Source, amounts: list[str]) -> list[tuple[int, str, str]]:
    """The rows that would count and are called a total: their place, the column that says so, and what to drop."""
    counts = pl.Series([True]).new_from_index(0, frame.height)
    for column in required_columns(source).intersection(frame.columns) - set(source.counts.values()):
        counts &= trimmed(frame[column]).is_not_null()
    named: dict[int, tuple[int, str, str]] = {}
    for column in frame.columns:
        if column in amounts or column == POSITION or frame[column].dtype != pl.String:
            continue
        texts = trimmed(frame[column])
        words = texts.str.extract(TOTAL, 1).set(~counts, None)
        for place in words.is_not_null().arg_true():
            named.setdefault(place, (place, column, _pattern(texts[place], words[place])))
    return [named[place] for place in sorted(named)]


def patterns_of_totals(texts: pl.Series) -> tuple[str, ...]:
    """The values of ``drop`` that set the rows aside which a column calls a total; none where it calls none so."""
    found = trimmed(texts)
    words = found.str.extract(TOTAL, 1)
    return tuple(dict.fromkeys(_pattern(found[place], words[place]) for place in words.is_not_null().arg_true()))


def _pattern(text: str, word: str) -> str:
    """The value of ``drop`` that sets such a row aside; of its text it holds only the word."""
    return word if text == word else f"{word}*" if text.startswith(word) else f"*{word}*"


def listed_rows(rows: list[int]) -> str:
    """The first few of some rows, and how many more there are."""
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows[:SHOWN]))}{more}"
