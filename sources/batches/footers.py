"""What stands below a list and is no record of it: "Anzahl: 12", "Stand: 31.12.2025", "Seite 1 von 3", "* vorläufig".

Such a row fills one or two cells where others fill most. Where its number is all that a record needs, it would count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.protocol import POSITION, Batch, Refused, needed_columns
from sources.batches.totals import listed_rows
from sources.town.rows import Where
from sources.town.source import Source
from sources.values.nothing import NO_REFERENCE
from sources.values.spelling import trimmed

MOST_CELLS: Final = 2
# Notes in words nobody knows are told where they stand among the last rows.
LAST_ROWS: Final = 10
_DAY: Final = r"(?:\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}|[a-zä]{3,9}\.? \d{4})"
_THINGS: Final = r"datensätze|einträge|treffer|fälle|vorgänge|anträge|zeilen|positionen|rows|records|entries"
# Closed forms, each with the word by which it is set aside; of the text only this word is ever shown.
NOTES: Final = tuple(
    re.compile(rf"[\W_]*(?P<word>{words}){rest}", re.IGNORECASE | re.DOTALL)
    for words, rest in (
        (rf"(?:gesamt)?anzahl|zahl der|count|number of|{_THINGS}", r"\b[^\d:=]{0,40}[:=]?\s*\d[\d.,']*\W*"),
        (
            r"(?:daten|druck)?stand|stichtag|(?:(?:druck|export|abruf|erstell(?:ungs)?)-?)?datum|as of"
            r"|(?:(?:auswertungs|berichts|erhebungs)-?)?zeitraum",
            # A hyphen, or a month and a year without a colon, would be those of a number.
            rf"(?:\s*[:=]\s*|\s+)(?:[^\d-]{{0,20}}{_DAY}\b|(?<=[:=] )\d{{1,2}}/\d{{4}}).{{0,60}}",
        ),
        (
            r"erstellt|erzeugt|(?:aus)?gedruckt|exportiert|generiert|abgerufen|created|printed|generated|exported",
            r"\s*(?::|\b(?:am|von|vom|durch|mit|um|aus|by|on|at|with|from)\b).*",
        ),
        (r"seite|page", r"\s*:?\s*\d+(?:\s*(?:von|of|/)\s*\d+)?\W*"),
        (r"blatt", r"\s*:?\s*\d+\s*von\s*\d+\W*"),
        (
            r"(?:daten)?quellen?|sources?|hinweise?|anmerkung(?:en)?|bemerkung(?:en)?|legende|notes?|fu(?:ß|ss)noten?"
            r"|erläuterung(?:en)?|ansprechpartner(?:in)?|kontakt|ersteller(?:in)?|verfasser(?:in)?|filter"
            r"|(?:such)?kriterien|auswahl|abfrage|sortierung|bericht|report|auswertung",
            r"\s*:.*",
        ),
        (r"ende|end", r"(?:\s+(?:der|des|of)(?:\s+the)?\s+(?:liste|datei|berichts|auswertung|list|file|report))?\W*"),
    )
)
COUNT_FIRST: Final = re.compile(rf"[\W_]*\d[\d.,']*\s+(?P<word>{_THINGS})\b[^\d]{{0,40}}", re.IGNORECASE)
FOOTNOTE: Final = re.compile(
    r"[*†¹²³]+\)?\s*(?P<word>vorläufig|geschätzt|teilweise|ohne|inkl|einschl|davon|siehe|enthält|angaben|daten|werte"
    r"|zahlen|provisional|estimated)[^\d]*",
    re.IGNORECASE,
)
RULE: Final = re.compile(r"(?P<word>[=_#~.+-]{3})[=_#~.+-]*")
# A label or a sign of a footnote before words nobody knows: no digit, so that it is nobody's number.
DOUBTFUL: Final = re.compile(r"(?:[^\W\d_][^:\d]{1,40}:|[*†¹²³]+\)?)\s*[^\W\d_][^\d]*")


@dataclass(frozen=True)
class _Row:
    """A row that looks like a note: where, by which column, with which value of ``drop`` if it is sure."""

    position: int
    column: str
    pattern: str | None
    filled: int


@dataclass
class _Seen:
    """What was seen of a delivery: how many cells its rows fill, which look like notes, and its first rows."""

    source: Source
    filled: Counter[int] = field(default_factory=Counter)
    rows: list[_Row] = field(default_factory=list)
    first: pl.DataFrame = field(default_factory=pl.DataFrame)
    newest: pl.DataFrame = field(default_factory=pl.DataFrame)

    def look(self, frame: pl.DataFrame) -> None:
        """The next rows."""
        columns = self._columns(frame)
        needed = needed_columns(self.source).intersection(columns)
        if not frame.height or not needed or len(columns) <= 1:
            return
        counts = self._counts(frame)
        self.filled.update(dict(counts.value_counts(name="rows").rows()))
        self.first = frame if self.first.is_empty() else self.first
        self.newest = frame
        counting = frame.select(pl.all_horizontal(_is_filled(frame, name) for name in needed)).to_series()
        sparse = counting & (counts <= MOST_CELLS) & (counts < self.usual)
        for place in sparse.arg_true():
            cells = {name: str(cell).strip() for name in columns if (cell := frame[name][place]) is not None}
            if found := _judged({name: text for name, text in cells.items() if text}):
                self.rows.append(_Row(int(frame[POSITION][place]), *found, int(counts[place])))

    def _columns(self, frame: pl.DataFrame) -> list[str]:
        """The columns whose cells are counted: what is carried down is filled in every row."""
        return [name for name in frame.columns if name != POSITION and name not in self.source.carry_down]

    def _counts(self, frame: pl.DataFrame) -> pl.Series:
        """How many cells each row fills."""
        return frame.select(pl.sum_horizontal(_is_filled(frame, name) for name in self._columns(frame))).to_series()

    @property
    def usual(self) -> int:
        """How many cells at least half of the rows fill."""
        half, seen = sum(self.filled.values()) / 2, 0
        for cells, rows in sorted(self.filled.items()):
            seen += rows
            if seen > half:
                return cells
        return 0

    def notes(self) -> tuple[list[_Row], list[_Row]]:
        """The rows that are notes for sure, and those that may be."""
        rows = [row for row in self.rows if row.filled < self.usual]
        sure = [row for row in rows if row.pattern is not None and not self._occurs(row.column, row.pattern)]
        known = {row.position for row in sure}
        least = int(self.newest[POSITION][-1]) - LAST_ROWS if rows else 0
        doubtful = [row for row in rows if row.pattern is None and row.position > least and not self._alike(row)]
        return sure, [row for row in doubtful if row.position not in known]

    def _occurs(self, column: str, pattern: str) -> bool:
        """Whether a row that fills what rows usually fill would be set aside as well."""
        return self._has(column, Where(column=column, drop=(pattern,)).pattern)

    def _alike(self, row: _Row) -> bool:
        return self._has(row.column, r"^[^\d:]+:|^[*†¹²³]")

    def _has(self, column: str, pattern: str) -> bool:
        for frame in (self.first, self.newest):
            full = self._counts(frame) >= self.usual
            if trimmed(frame.filter(full)[column].cast(pl.String)).str.contains(pattern).any():
                return True
        return False


def without_footers(path: Path, source: Source, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, once it is sure that no row that would count is a note below the list.

    Rows that may be notes are told at the end, as are those that ``[source.where]`` cannot set aside.

    Raises:
        Refused: rows are notes.
    """
    seen = _Seen(source)
    for batch in batches:
        seen.look(batch.frame)
        yield batch
    sure, doubtful = seen.notes()
    column = sure[0].column if sure else ""
    if sure and _can_be_dropped(source, column):
        drop = ", ".join(f'"{word}"' for word in _patterns(source, sure))
        raise Refused(
            "footers_as_rows",
            f"{path.name}: {listed_rows([row.position for row in sure])} of '{column}' are no records but notes of the "
            "list (a count, a day, a page, a source) and would count as such; nothing was taken in, set them aside: "
            f'[source.where] column = "{column}", drop = [{drop}].',
        )
    if told := sure or doubtful:
        sentence = (
            f"{path.name}: {listed_rows([row.position for row in told])} of '{told[0].column}' look like notes of the "
            "list (a count, a day, a page, a source) and were taken as records; have the export leave them out, or set "
            "them aside by [source.where], if they are none."
        )
        yield Batch(seen.newest.clear(), warnings=(sentence,))


def patterns_of_footers(source: Source, frames: Sequence[pl.DataFrame]) -> tuple[str, tuple[str, ...]] | None:
    """The column in which notes stand, and the values of ``drop`` that set them aside; None where there are none."""
    seen = _Seen(source)
    for frame in frames:
        seen.look(frame)
    sure, _ = seen.notes()
    return (sure[0].column, _patterns(source, sure)) if sure else None


def _patterns(source: Source, rows: Sequence[_Row]) -> tuple[str, ...]:
    """The values of ``drop``, those that are declared first."""
    declared = source.where.drop if source.where is not None else ()
    found = (row.pattern for row in rows if row.column == rows[0].column and row.pattern)
    return tuple(dict.fromkeys((*declared, *found)))


def _can_be_dropped(source: Source, column: str) -> bool:
    return source.where is None or (bool(source.where.drop) and source.where.column == column)


def _judged(cells: dict[str, str]) -> tuple[str, str | None] | None:
    """The column that makes a row a note, with the value of ``drop`` where it is one for sure."""
    doubtful: str | None = None
    for column, text in cells.items():
        if text.lower() in NO_REFERENCE:
            continue
        whole = " ".join((text, *(other for name, other in cells.items() if name != column)))
        for form in (*NOTES, COUNT_FIRST, FOOTNOTE, RULE):
            found = form.fullmatch(whole)
            # What another cell says is not what this column is set aside by.
            if found is not None and found.end("word") <= len(text):
                return column, _pattern(text, found["word"])
        if doubtful is None and DOUBTFUL.fullmatch(text):
            doubtful = column
    return None if doubtful is None else (doubtful, None)


def _pattern(text: str, word: str) -> str:
    return f"{word}*" if text.startswith(word) else f"*{word}*"


def _is_filled(frame: pl.DataFrame, name: str) -> pl.Expr:
    if frame[name].dtype != pl.String:
        return pl.col(name).is_not_null()
    return (pl.col(name).str.strip_chars() != "").fill_null(False)
