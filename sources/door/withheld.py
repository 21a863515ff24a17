"""Codes of one delivery that may not stand: their rows land with ``unlisted`` in their place.

Whether a code recurs is known once the whole delivery was read. Until then a number stands for it, so that no name
touches the disk; what it means lives in memory only. Of a withheld code a keyed mark is kept, to know it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from sources.contract.fields import UNLISTED
from sources.contract.pseudonyms import Key
from sources.contract.records import COUNTS, EVENTS, FieldKind, Record
from sources.contract.withheld import CELLS, WITHHELD, mark
from sources.door.known_codes import ENOUGH_DAYS, KnownCodes
from sources.door.small_units import event_prints
from sources.storage.spool import OPEN, Meanings, Pile, Spool

# A column that shows more of them is none of codes: what comes later is withheld without another look.
MOST_OPEN: Final = 20_000


@dataclass(frozen=True)
class Withheld:
    """What of a field may not stand, without its text.

    Attributes:
        rows: in how many rows.
        first: the position of the first one.
        values: how many different ones.
        once: how many of them came once.
    """

    rows: int
    first: int
    values: int
    once: int


@dataclass
class _Open:
    """Codes of one field that are not settled yet: per code its number, its rows and its first position."""

    found: dict[str, list[int]] = field(default_factory=dict)
    stood: set[str] = field(default_factory=set)
    beyond: int = 0
    beyond_from: int = 0

    def token(self, code: str) -> str:
        return OPEN + str(self.found[code][0]) if code in self.found else OPEN


class DeliveryCodes:
    """The codes of one delivery on their way through the door."""

    def __init__(self, known: KnownCodes, spool: Spool | None = None) -> None:
        """Begin with what is known of the source; the spool is for a delivery that may not fit into memory."""
        self.known = known
        self._open = {name: _Open() for name in known.fields}
        self._cells = Pile(CELLS, spool, WITHHELD)
        # Of the codes of cells their marks, so that each is made once.
        self._marks: dict[tuple[str, str], str] = {}

    def see(self, rows: pl.DataFrame) -> None:
        """Count the unlisted codes of the next rows, by their names in a mapping."""
        for name in self.known.fields:
            unlisted = [code for code in rows[name].unique().drop_nulls() if not self.known.is_listed(name, code)]
            standing = {code for code in unlisted if self.known.stands(name, code)}
            self._open[name].stood |= standing
            if len(standing) < len(unlisted):
                self._count(name, rows.filter(pl.col(name).is_in([code for code in unlisted if code not in standing])))

    def hidden(self, record: Record, rows: pl.DataFrame, landing: pl.DataFrame, key: Key) -> pl.DataFrame:
        """Rows as they may land, with numbers for codes that are not settled; ``rows`` are the same as they came."""
        opened: list[pl.Series] = []
        for name in self.known.fields:
            if name in landing.columns and any(f.name == name for f in record.fields):
                codes = [code for code in landing[name].unique().drop_nulls() if not self.known.stands(name, code)]
                if codes:
                    opened.append(landing[name].replace(codes, [self._open[name].token(code) for code in codes]))
                    self._keep_cells(record, name, rows, landing.filter(landing[name].is_in(codes)), key)
        if not opened:
            return landing
        landing = landing.with_columns(opened)
        is_open = pl.any_horizontal(pl.col(column.name).str.starts_with(OPEN) for column in opened).fill_null(False)
        return _kept_apart(record, rows, landing, landing.select(is_open).to_series(), key)

    def meanings(self, record: Record) -> Meanings:
        """Per landed column what its numbers stand for, now that all rows were seen."""
        columns = {f.name: f.column for f in record.fields if f.name in self._open}
        return {columns[name]: self._meant(name) for name in columns if self._is_open(name)}

    def cells(self) -> Pile:
        """The cells whose codes may not stand, now that all rows were seen."""
        standing = [marked for (name, code), marked in self._marks.items() if self.known.stands(name, code)]
        struck = [frame["mark"].is_in(standing).fill_null(False).to_numpy() for frame in self._cells.frames()]
        self._cells.strike_out(np.concatenate([np.empty(0, dtype=bool), *struck]))
        return self._cells

    def withheld(self) -> dict[str, Withheld]:
        """Per field what of it may not stand."""
        return {name: found for name in sorted(self._open) if (found := self._withheld(name)) is not None}

    def accepted(self) -> dict[str, list[str]]:
        """Per field the codes that no list has and that stand because they recur."""
        standing = {
            name: sorted(each.stood | {code for code in each.found if self.known.stands(name, code)})
            for name, each in sorted(self._open.items())
        }
        return {name: codes for name, codes in standing.items() if codes}

    def _count(self, name: str, rows: pl.DataFrame) -> None:
        cases, days = _of_whom(rows), _days(rows)
        counted = (
            rows.select(code=name, position="position", case=cases, day=pl.lit(None) if days is None else days)
            .group_by("code")
            .agg(
                pl.len().alias("rows"),
                pl.col("position").min(),
                pl.col("case").drop_nulls().unique().head(self.known.enough_cases),
                pl.col("day").drop_nulls().unique().head(ENOUGH_DAYS),
            )
            .sort("position", "code")
        )
        each = self._open[name]
        for code, count, position, of_cases, on_days in counted.rows():
            if code not in each.found and len(each.found) >= MOST_OPEN:
                each.beyond_from = min(each.beyond_from or position, position)
                each.beyond += count
                continue
            found = each.found.setdefault(code, [len(each.found), 0, position])
            found[1] += count
            self.known.see(name, code, of_cases, None if days is None else on_days)

    def _keep_cells(self, record: Record, name: str, rows: pl.DataFrame, hidden: pl.DataFrame, key: Key) -> None:
        """Keep which cells of a column are open; ``hidden`` are the rows that hold them as they would land."""
        days = _days(rows)
        whose = rows.select("position", whose=_of_whom(rows), seen_on=pl.lit(None) if days is None else days)
        for code in hidden[name].unique():
            if (name, code) not in self._marks and code in self._open[name].found:
                self._marks[name, code] = mark(key, name, code)
        marks = [self._marks.get((name, code)) for code in hidden[name]]
        apart = pl.col(record.derived[0]) if record.derived else pl.lit(None)
        cells = hidden.select("position", apart=apart, mark=pl.Series(marks, dtype=pl.String))
        cells = cells.join(whose, on="position", maintain_order="left")
        told = cells.with_columns(record_kind=pl.lit(record.name), field=pl.lit(name))
        self._cells.add(told.select(pl.col(column).cast(dtype) for column, dtype in CELLS.items()))

    def _is_open(self, name: str) -> bool:
        return bool(self._open[name].found or self._open[name].beyond)

    def _meant(self, name: str) -> Mapping[str, str]:
        each = self._open[name]
        meant = {each.token(code): code if self.known.stands(name, code) else UNLISTED for code in each.found}
        return meant | {OPEN: UNLISTED}

    def _withheld(self, name: str) -> Withheld | None:
        each = self._open[name]
        hidden = [found for code, found in each.found.items() if not self.known.stands(name, code)]
        rows = sum(count for _, count, _ in hidden) + each.beyond
        if not rows:
            return None
        firsts = [first for _, _, first in hidden] + ([each.beyond_from] if each.beyond else [])
        once = sum(count == 1 for _, count, _ in hidden) + each.beyond
        return Withheld(rows, min(firsts), len(hidden) + each.beyond, once)


def _of_whom(rows: pl.DataFrame) -> pl.Expr:
    """Whose code it is: the case, else the record, else what a row counts, which is the same in a later delivery."""
    references = [pl.col(name) for name in _REFERENCES if name in rows.columns]
    counted = [pl.col(name).cast(pl.String).fill_null("") for name in _COUNTED if name in rows.columns]
    return pl.coalesce([*references, *([pl.concat_str(counted, separator=" ")] if counted else [])])


_COUNTED: Final = ("counted_on", "kind", "value", "part_ref")
_REFERENCES: Final = ("case_ref", "submission_ref", "document_ref", "batch_ref", "record_ref", "post")


def _days(rows: pl.DataFrame) -> pl.Expr | None:
    """The day a row speaks of; None where the source tells none."""
    times = [name for name in _TIMES if name in rows.columns]
    return pl.coalesce(pl.col(name).cast(pl.Date) for name in times) if times else None


_TIMES: Final = (
    "occurred_at", "received_at", "started_at", "submitted_at", "scanned_at", "finished_at", "counted_on", "closed_at",
)  # fmt: skip


def _kept_apart(
    record: Record, rows: pl.DataFrame, landing: pl.DataFrame, is_open: pl.Series, key: Key
) -> pl.DataFrame:
    """Rows with what tells them apart by a code that may not stand: ``OPEN <if withheld> OPEN <if it stands>``."""
    if record is EVENTS:
        apart, column = is_open & landing["event_ref"].is_null(), "event_ref"
        prints = event_prints(rows.filter(apart), key)
    elif record is COUNTS:
        apart, column = is_open, "count_ref"
        coded = [f.name for f in COUNTS.fields if f.kind is FieldKind.CODE and f.name in rows.columns]
        hashed = key.hashing("count")
        texts = rows.filter(apart).select(pl.concat_str([pl.col(c).fill_null("") for c in coded], separator="\x01"))
        prints = pl.Series([hashed(text) for text in texts.to_series()], dtype=pl.String)
    else:
        return landing
    otherwise = landing[column].filter(apart).fill_null("")
    both = pl.select(pl.format(OPEN + "{}" + OPEN + "{}", prints, otherwise)).to_series()
    return landing.with_columns(landing[column].scatter(apart.arg_true(), both).alias(column))
