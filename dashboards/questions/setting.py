"""What holds for every page of one site: the town, the day, the generation, the thresholds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

DEFAULT_MIN_CASES: Final = 10


@dataclass(frozen=True)
class Setting:
    """The frame of a generation; `contact` and `licence` are empty where `dim_town` names none."""

    town: str
    land: str
    timezone: str
    as_of: dt.date
    generation_id: str
    program_version: str
    min_cases: int
    thresholds_off: bool
    contact: str
    licence: str

    @property
    def this_month(self) -> dt.date:
        """First day of the month the generation speaks in; always provisional."""
        return self.as_of.replace(day=1)

    @property
    def report_month(self) -> dt.date:
        """First day of the last full month, the one the sentences speak about."""
        return shifted(self.this_month, -1)


def shifted(month: dt.date, months: int) -> dt.date:
    """The first day of the month that lies `months` later (or earlier)."""
    index = month.year * 12 + month.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def setting_from(town: dict[str, str], generation: dict[str, object], as_of: dt.date) -> Setting:
    """Read the frame from the rows of `dim_town` (key to value) and the one row of `dim_generation`."""
    return Setting(
        town=town.get("name") or "Unbenannte Stadt",
        land=town.get("land") or "",
        timezone=town.get("timezone") or "Europe/Berlin",
        as_of=as_of,
        generation_id=str(generation.get("generation_id") or ""),
        program_version=str(generation.get("program_version") or ""),
        min_cases=int(town.get("min_cases") or DEFAULT_MIN_CASES),
        thresholds_off=(town.get("thresholds_off") or "").lower() == "true",
        contact=town.get("contact") or "",
        licence=town.get("licence") or "",
    )
