"""Which rows tables hid so far, and until when: what a page took away it does not give back with the next day.

A row can be hidden only to stand beside a small one. Shown in the next generation, because another row is now the next
smallest or because the small one has grown, it would tell a reader who takes it for unchanged what it was in the page
before, and with it the small one. Therefore a row that stood beside a small one goes on standing there while one is
small, and leaves only when a whole month has passed since it was last needed: the twelve months of a table are then
others.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

HOLD: Final = dt.timedelta(days=31)


@dataclass(frozen=True)
class HiddenRows:
    """By place (a table, and what of it is hidden) its hidden rows, each with the last day on which it had to be."""

    day: dt.date
    before: dict[str, dict[str, dt.date]] = field(default_factory=dict)
    now: dict[str, dict[str, dt.date]] = field(default_factory=dict)

    @classmethod
    def read(cls, day: dt.date, text: str) -> HiddenRows:
        """Go on from what the pages before said; an empty text is the beginning."""
        written: dict[str, dict[str, str]] = json.loads(text or "{}")
        before = {
            place: {row: on for row, said in rows.items() if day - (on := dt.date.fromisoformat(said)) < HOLD}
            for place, rows in written.items()
        }
        return cls(day, before, {place: dict(rows) for place, rows in before.items()})

    def held(self, place: str) -> Collection[str]:
        """The rows that the pages before hid and that are not let go yet."""
        return self.before.get(place, {}).keys()

    def need(self, place: str, rows: Iterable[str]) -> None:
        """Note that these must be hidden today."""
        self.now.setdefault(place, {}).update(dict.fromkeys(rows, self.day))

    def text(self) -> str:
        """What the next pages go on from."""
        said = {place: {row: on.isoformat() for row, on in rows.items()} for place, rows in self.now.items() if rows}
        return json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
