"""The event logs of cases become rows, faults and a note of how far each log was taken."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from sources.batches.protocol import Batch, Fault, text_rows
from sources.connectors.fitconnect.ledger import OVERLAP, Taken
from sources.connectors.fitconnect.tokens import TOKEN_FAULTS, BadToken, Keys, Numbers, Print, TokenEvent, event_of

LOG_COLUMNS: Final = ("case_id", "submission_id", "event", "occurred_at", "jti", "issuer", "reply_id")
# What may be believed another day: the key may be published late, a clock be wrong.
PASSING_FAULTS: Final = ("unknown_key", "expired_token")


class PulledLog:
    """What one pull takes in: rows until they are handed on, and everything that must be known over the whole pull."""

    def __init__(self, keys: Keys, wanted: list[str], now: dt.datetime) -> None:
        """Nothing is taken yet; ``wanted`` are those of ``LOG_COLUMNS`` that are mapped, ``now`` is UTC."""
        self._keys, self._wanted, self._now = keys, wanted, now
        self._numbers = Numbers()
        self._position = 0
        self._rows: list[tuple[int, TokenEvent]] = []
        self._faults: list[Fault] = []
        self._taken: dict[str, Taken] = {}

    @property
    def waiting(self) -> int:
        """Rows and faults not yet handed on."""
        return len(self._rows) + len(self._faults)

    def take(self, case: str, known: Taken, offset: int, entries: list[object]) -> Taken:
        """Take the entries of a case's log that stand there from an offset on; returns how far it is taken now.

        An entry that was taken before is left out; one that cannot be believed becomes a fault.
        """
        marks = list(known.tail)
        self._numbers.meet(Print.read(mark) for mark in marks)
        newest_at, newest_event = known.newest_at, known.newest_event
        for entry in entries:
            mark = Print.of(entry)
            if str(mark) in known.tail:
                continue
            self._position += 1
            try:
                event = self._believed(case, entry, mark)
            except BadToken as bad:
                self._faults.append(Fault(self._position, bad.reason_code, TOKEN_FAULTS[bad.reason_code]))
                if bad.reason_code in PASSING_FAULTS:
                    continue
            else:
                self._rows.append((self._position, event))
                if newest_at is None or event.occurred_at >= newest_at:
                    newest_at, newest_event = event.occurred_at, event.event
            marks.append(str(mark))
        reached = max(known.entries, offset + len(entries))
        taken = Taken(reached, newest_at, newest_event, tuple(marks[-OVERLAP:]))
        if taken != known:
            self._taken[case] = taken
        return taken

    def hand_on(self, watermark: str, warnings: tuple[str, ...] = ()) -> tuple[Batch, dict[str, Taken]]:
        """What is waiting as a batch, and how far it takes each case."""
        batch = Batch(self._frame(), tuple(self._faults), warnings, watermark)
        taken = self._taken
        self._rows, self._faults, self._taken = [], [], {}
        return batch, taken

    def _believed(self, case: str, entry: object, mark: Print) -> TokenEvent:
        event = event_of(entry, self._keys, self._now)
        if event.case_id != case or self._numbers.is_anothers(mark):
            raise BadToken("replayed_token")
        self._numbers.meet([mark])
        return event

    def _frame(self) -> pl.DataFrame:
        events = [event for _, event in self._rows]
        columns = {name: [getattr(event, name) for event in events] for name in self._wanted}
        if "occurred_at" in columns:
            columns["occurred_at"] = [f"{event.occurred_at.isoformat()}Z" for event in events]
        return text_rows([position for position, _ in self._rows], columns)
