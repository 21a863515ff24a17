"""How far a database has been read: a watermark as text that sorts, and where the next question begins.

Four kinds: an instant (UTC), a local time without a zone, a day, a whole number. Nothing here knows a dialect.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal, cast

import polars as pl

MarkKind = Literal["instant", "local", "day", "number"]
Mark = dt.datetime | dt.date | int

NUMBER_DIGITS: Final = 20
# Nobody changed a row later than this after now; a typing error must not hide all that comes until then.
TOLERANCE: Final = dt.timedelta(days=1)
MARK_WORDS: Final[dict[MarkKind, str]] = {
    "instant": "a time with a zone",
    "local": "a time without a zone",
    "day": "a day",
    "number": "a whole number",
}


def kind_of(dtype: pl.DataType) -> MarkKind | None:
    """The kind of watermark a column can be; None for a column that cannot be one."""
    if isinstance(dtype, pl.Datetime):
        return "instant" if dtype.time_zone else "local"
    if dtype == pl.Date:
        return "day"
    return "number" if dtype.is_integer() else None


def written(mark: Mark) -> str:
    """A mark as text; of one kind, texts sort as the marks do. A number is not negative."""
    if isinstance(mark, int):
        return f"{mark:0{NUMBER_DIGITS}d}"
    if not isinstance(mark, dt.datetime):
        return mark.isoformat()
    if mark.tzinfo is None:
        return mark.isoformat(timespec="microseconds")
    return mark.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_mark(text: str) -> tuple[MarkKind, Mark] | None:
    """What ``written`` wrote; None for anything else."""
    if len(text) == NUMBER_DIGITS and text.isdecimal():
        return "number", int(text)
    try:
        if "T" not in text:
            return "day", dt.date.fromisoformat(text)
        mark = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return ("instant" if mark.tzinfo else "local"), mark


def begin(text: str, overlap_hours: int) -> tuple[MarkKind, Mark] | None:
    """Where the next question begins: the newest mark less the overlap; a number has no hours to go back.

    None when the text is no watermark.
    """
    match read_mark(text):
        case None:
            return None
        case ("number", mark):
            return "number", mark
        case (kind, dt.datetime() as moment):
            return kind, _earlier(moment, overlap_hours)
        case (kind, mark):
            day = cast("dt.date", mark)
            return kind, _earlier(dt.datetime.combine(day, dt.time()), overlap_hours).date()


def _earlier(moment: dt.datetime, hours: int) -> dt.datetime:
    first = dt.datetime.min.replace(tzinfo=moment.tzinfo)
    return moment - dt.timedelta(hours=hours) if moment - first > dt.timedelta(hours=hours) else first


class Progress:
    """The highest watermark of a pull so far, never below where it began; and what cannot serve as one.

    A mark that lies ahead of now does not count: the next question would begin there and find nothing. Neither does a
    negative number, whose text would not sort.
    """

    def __init__(self, column: str, before: str | None, now: dt.datetime) -> None:
        """Begin at the watermark that landed before; ``now`` is UTC without a zone."""
        self.column, self.highest, self._now = column, before, now
        self._without = self._ahead = 0

    def take(self, marks: pl.Series) -> None:
        """Note the marks of one batch."""
        self._without += marks.null_count()
        latest = self._latest(marks.dtype)
        counted = marks if latest is None else marks.filter(marks <= latest)
        self._ahead += marks.len() - marks.null_count() - counted.len() if latest is not None else 0
        highest = cast("Mark | None", counted.max())
        if highest is not None and not (isinstance(highest, int) and highest < 0):
            self.highest = max(written(highest), self.highest or "")

    def warnings(self, name: str) -> tuple[str, ...]:
        """One sentence per kind of row that is asked for again each time."""
        sentences: list[str] = []
        if self._without:
            sentences.append(
                f"{name}: rows without '{self.column}': {self._without}; they are asked for again each time, "
                "have the system fill it."
            )
        if self._ahead:
            sentences.append(
                f"{name}: rows whose '{self.column}' lies ahead of now: {self._ahead}; they are asked for again each "
                "time, correct them at the system."
            )
        return tuple(sentences)

    def _latest(self, dtype: pl.DataType) -> Mark | None:
        latest = self._now + TOLERANCE
        match kind_of(dtype):
            case "instant":
                return latest.replace(tzinfo=dt.UTC)
            case "local":
                return latest
            case "day":
                return latest.date()
            case _:
                return None
