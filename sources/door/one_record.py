"""Rows of a delivery that are one record: what repeats counts once, equal events count each, and the rest is refused.

Two rows with the same key and the same version that say different things cannot both be true, and nobody can tell
which one is: the delivery is refused with both named (design, law 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.batches.protocol import Refused
from sources.contract.pseudonyms import Key
from sources.contract.records import EVENTS, Record
from sources.door.duplicates import Repetition
from sources.storage.spool import Pile, Spool
from sources.town.source import AND, Source

VERSION: Final = ("version", "changed_at")


class Oneness:
    """Which rows of one kind are one record."""

    def __init__(self, record: Record, source: Source, mapped: Sequence[str], key: Key, spool: Spool | None) -> None:
        """Start without rows.

        Args:
            record: their kind.
            source: whether it repeats itself, and whether rows of one key add up.
            mapped: the fields they have.
            key: the town's, for fingerprints.
            spool: where fingerprints lie once they are many.
        """
        self._record = record
        self._source = source
        self._mapped = list(mapped)
        # What event rows say of their case is a record of the events: of several words all are kept.
        is_counted = record is source.records[0]
        self._key = [name for name in record.key if name in mapped and is_counted]
        self._versioned = [*self._key, *(name for name in VERSION if name in mapped)]
        self._said = Repetition(key, spool, record.name)
        self._named = Repetition(key, spool, f"{record.name}-keys") if self._has_one_row_a_key else None
        # Rows without a key, a bit each: events that have no number of their own.
        self._nameless: list[tuple[NDArray[np.uint8], int]] = []

    @property
    def _has_one_row_a_key(self) -> bool:
        return bool(self._key) and not self._source.same_key_adds_up

    def add(self, rows: pl.DataFrame) -> None:
        """Take the next rows; columns by their names in a mapping."""
        self._said.add(rows.select(self._mapped))
        if self._record is EVENTS:
            nameless = rows["record_ref"].is_null() if self._key else pl.repeat(True, rows.height, eager=True)
            self._nameless.append((np.packbits(nameless.to_numpy()), rows.height))
        if self._named is not None:
            self._named.add(rows.select(self._versioned))

    def settle(self, pile: Pile) -> NDArray[np.bool_]:
        """Strike out on a pile of these rows what counts no more, and number equal events; returns what was struck out.

        Raises:
            Refused: rows that share a key say different things.
        """
        ordinals = self._said.ordinals()
        repeated = ordinals > 1
        nameless = self._is_nameless()
        if self._record is EVENTS and not self._source.repeats_itself:
            pile.number("event_ref", np.where(nameless, ordinals, np.uint32(1)).astype(np.uint32))
            repeated &= ~nameless
        if self._source.same_key_adds_up:
            repeated[:] = False
        if self._named is not None:
            contradicting = self._named.repeated() & (ordinals == 1)
            if self._record is EVENTS:
                contradicting &= ~nameless
            self._refuse(contradicting, self._named, pile)
        pile.strike_out(repeated)
        return repeated

    def _is_nameless(self) -> NDArray[np.bool_]:
        bits = [np.unpackbits(part, count=rows).astype(bool) for part, rows in self._nameless]
        return np.concatenate([np.empty(0, dtype=bool), *bits])

    def _refuse(self, contradicting: NDArray[np.bool_], named: Repetition, pile: Pile) -> None:
        if not contradicting.any():
            return
        later = int(contradicting.argmax())
        pair = pile.rows_at([named.first_like(later), later])
        columns = {field.name: field.column for field in self._record.fields}
        differing = [n for n in self._mapped if pair[columns[n]].n_unique() > 1 and n not in self._versioned]
        first, second = pair["position"].to_list()
        others = int(contradicting.sum()) - 1
        more = f", and {others:,} more row{'s' * (others > 1)} like them" if others else ""
        raise Refused(
            "same_key",
            f"rows {first:,} and {second:,}{more} have the same {self._spoken(self._key)} but another "
            f"{self._spoken(differing)}; nothing was taken. {self._way_out()}",
        )

    def _spoken(self, fields: Sequence[str]) -> str:
        """Fields under the names of their columns, as people see them."""
        named = [
            f"'{self._source.columns.get(name, name).replace(AND, '/')}'"
            for name in fields
            if name not in self._source.constants
        ]
        return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named) or "content"

    def _way_out(self) -> str:
        """What to map so that both rows count, or one."""
        ways = [f"map version or changed_at in [[source]] '{self._source.name}' if one corrects the other"]
        if any(field.name == "part_ref" for field in self._record.fields):
            ways.insert(0, "say same_key_adds_up = true if they add up")
            ways.insert(0, "map a column that tells them apart as part_ref")
        else:
            reference = self._key[-1]
            column = self._source.columns.get(reference, reference).replace(AND, '", "')
            ways.insert(0, f'make the number of two columns, such as {reference} = ["{column}", "Jahr"]')
        sentence = ", or ".join(ways)
        return f"{sentence[0].upper()}{sentence[1:]}."
