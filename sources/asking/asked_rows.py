"""What the records of an asked system become: rows of text under the columns a mapping names, and never the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from sources.asking.watermarks import TOLERANCE, written
from sources.batches.protocol import BATCH_ROWS, Batch, Refused, refuse_missing, text_of, text_rows, wanted_columns
from sources.town.source import Source


def refuse_columns(source: Source, known: Iterable[str], personal: Collection[str]) -> None:
    """Refuse a mapping that names a column about people, or one the system does not have.

    Raises:
        Refused: ``personal_column``, or ``column_missing`` with the likely name.
    """
    wanted = wanted_columns(source)
    for column in wanted:
        if column in personal:
            raise Refused(
                "personal_column",
                f"{source.name}: column '{column}' tells of a person or holds free text and is never asked for; "
                "take it out of [source.columns].",
            )
    refuse_missing(Path(source.name), sorted({*known}), wanted)


def refuse_lost(source: Source, records: Sequence[Mapping[str, object]], needed: Iterable[str]) -> None:
    """Refuse records without a column that was asked for; the first of them stands for all.

    Raises:
        Refused: ``column_missing`` with the likely new name.
    """
    for record in records[:1]:
        refuse_missing(Path(source.name), sorted(record), sorted({*needed}))


def too_few(count: int, minimum: int, watermark: str | None) -> str | None:
    """Why so few records cannot be all there are, the middle of a sentence; None when they can."""
    if count < minimum:
        return f"at least {minimum} are expected"
    return "some landed before" if not count and watermark is not None else None


class TextRows:
    """Rows gathered until they fill a batch; positions run on through the whole pull."""

    def __init__(self, columns: list[str]) -> None:
        """Begin before the first row."""
        self._columns = columns
        self._values: dict[str, list[str | None]] = {name: [] for name in columns}
        self._taken = 0
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to take a batch."""
        return self._waiting >= BATCH_ROWS

    def add(self, record: Mapping[str, object]) -> None:
        """Take in a record; what is no single value counts as absent."""
        for name, values in self._values.items():
            value = record.get(name)
            values.append(None if isinstance(value, dict | list) else text_of(value))
        self._waiting += 1

    def take(
        self,
        warnings: tuple[str, ...] = (),
        watermark: str | None = None,
        part: Literal["records", "present", "removed"] = "records",
    ) -> Batch:
        """The rows so far as a batch, leaving none."""
        positions = range(self._taken + 1, self._taken + self._waiting + 1)
        frame = text_rows(positions, self._values)
        self._taken += self._waiting
        self._values, self._waiting = {name: [] for name in self._columns}, 0
        return Batch(frame, warnings=warnings, watermark=watermark, part=part)


class Newest:
    """The highest moment among the records so far, never below where the pull began.

    What lies ahead of now does not count, or the next question would begin there and find nothing.
    """

    def __init__(self, source: Source, before: str | None, now: dt.datetime) -> None:
        """Begin at the watermark that landed; ``now`` is UTC without a zone."""
        self.watermark = before
        self._source, self._latest = source, now.replace(tzinfo=dt.UTC) + TOLERANCE

    def take(self, moment: object) -> None:
        """Note a record's moment: ISO 8601 with an offset; None is no moment.

        Raises:
            Refused: the text is no moment.
        """
        if moment is None:
            return
        found = moment_of(moment)
        if found is None:
            raise Refused(
                "unexpected_shape",
                f"{self._source.name}: the system writes its times in an unknown way; its version is not known here.",
            )
        if found <= self._latest:
            self.watermark = max(written(found), self.watermark or "")


def moment_of(text: object) -> dt.datetime | None:
    """An ISO 8601 moment with an offset, with or without its colon; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
