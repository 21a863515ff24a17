"""Codes that may stand: a list of the town has them, or they recur over cases and days as only a code does.

A rare value in a column of codes could be somebody's name, and so could one that is written like a name however often
it comes. What files of one run show is counted together with what was withheld before, so that their order cannot
matter and a code that comes twice a night is let in one day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sources.contract.records import BUDGET_LINES, COSTS
from sources.door.earlier import NOWHERE, EarlierSightings
from sources.town.folder import Town
from sources.town.lists import listed_codes
from sources.town.source import Source
from sources.values.names import is_like_a_name

ENOUGH_DAYS: Final = 3
# Their codes are numbers of accounts and bookings, rare by nature, and the key of their record.
ACCOUNTS: Final = (COSTS, BUDGET_LINES)


@dataclass
class _Sighting:
    cases: set[str] = field(default_factory=set)
    days: set[dt.date] = field(default_factory=set)


class KnownCodes:
    """What is known of one source's codes within a run.

    Attributes:
        fields: its fields of codes that are judged, by their names in a mapping.
        enough_cases: in how many cases an unlisted code must come.
        names_refuse: its fields of codes whose names make a row refused: keys of amounts, for which nothing can stand.
    """

    def __init__(
        self,
        town: Town,
        source: Source,
        accepted: Mapping[str, Iterable[str]] | None = None,
        earlier: EarlierSightings | None = None,
    ) -> None:
        """Begin with the town's lists, the codes that stand in what landed before, and where others were seen in it."""
        coded = [f.name for r in source.records for f in r.fields if f.kind.is_coded and f.name in source.columns]
        is_of_accounts = source.records[0] in ACCOUNTS
        self.fields = () if is_of_accounts else tuple(dict.fromkeys(coded))
        self.names_refuse = frozenset(coded) if is_of_accounts else frozenset[str]()
        self._listed = {name: _listed(town, source, name) for name in self.fields}
        self.enough_cases = town.privacy.min_cases
        before = accepted or {}
        self._accepted = {
            name: {code for code in before.get(name, ()) if not is_like_a_name(code)} for name in self.fields
        }
        self._earlier = earlier
        self._seen: dict[tuple[str, str], _Sighting] = {}

    def is_listed(self, name: str, code: str) -> bool:
        """Whether a list of the town has it."""
        return code in self._listed[name]

    def stands(self, name: str, code: str) -> bool:
        """Whether a code may stand by what is known now."""
        return code in self._listed[name] or code in self._accepted[name]

    def see(self, name: str, code: str, cases: Collection[str], days: Collection[dt.date] | None) -> None:
        """Count an unlisted code: the cases it came with, and the days, None where the source tells no time."""
        sighting = self._seen.get((name, code)) or self._sighted_before(name, code)
        sighting.cases.update(cases)
        sighting.days.update(days or ())
        recurs = len(sighting.cases) >= self.enough_cases and (days is None or len(sighting.days) >= ENOUGH_DAYS)
        if recurs:
            del self._seen[name, code]
            if not is_like_a_name(code):
                self._accepted[name].add(code)

    def standing(self) -> dict[str, list[str]]:
        """Per field all codes that may stand."""
        return {name: sorted(self._listed[name] | self._accepted[name]) for name in self.fields}

    def fingerprint(self) -> str:
        """A hash of all codes that may stand: once it changes, what was withheld is worth another look."""
        known = self.standing()
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def _sighted_before(self, name: str, code: str) -> _Sighting:
        cases, days = self._earlier.of(name, code) if self._earlier is not None else NOWHERE
        return self._seen.setdefault((name, code), _Sighting(set(cases), set(days)))


def _listed(town: Town, source: Source, name: str) -> frozenset[str]:
    """What the town wrote down: in a parameter file, or in the source's own section as what a word means."""
    return listed_codes(town.parameters, name) | frozenset(source.values.get(name, {}).values())
