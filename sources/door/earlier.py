"""Where codes that are still withheld were seen in what landed before: by their marks, as their texts are nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from sources.contract.pseudonyms import Key
from sources.contract.withheld import mark

Seen = tuple[frozenset[str], frozenset[dt.date]]
NOWHERE: Final[Seen] = (frozenset(), frozenset())


@dataclass(frozen=True)
class EarlierSightings:
    """Cases and days of the withheld codes of one source.

    Attributes:
        key: the town's, with which the marks were made.
        files: the cells that deliveries withheld; read when the first unlisted code comes.
        enough_cases: more of a code's cases need not be known.
        enough_days: nor more of its days.
    """

    key: Key
    files: tuple[Path, ...]
    enough_cases: int
    enough_days: int

    def of(self, field: str, code: str) -> Seen:
        """The cases and days in which a code came before."""
        return self._seen.get((field, mark(self.key, field, code)), NOWHERE) if self.files else NOWHERE

    @cached_property
    def _seen(self) -> Mapping[tuple[str, str], Seen]:
        cells = (
            pl.scan_parquet(list(self.files))
            .filter(pl.col("mark").is_not_null())
            .group_by("field", "mark")
            .agg(
                pl.col("whose").drop_nulls().unique().head(self.enough_cases),
                pl.col("seen_on").drop_nulls().unique().head(self.enough_days),
            )
            .collect(engine="streaming")
        )
        rows: Iterable[tuple[str, str, list[str], list[dt.date]]] = cells.rows()
        return {(field, marked): (frozenset(whose), frozenset(days)) for field, marked, whose, days in rows}
