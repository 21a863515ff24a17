"""Cases a group decided, by the published file: what is worth a line on a sheet, and what time is divided by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from pipelines.run.generation import published_generation
from pipelines.sampling.kinds import Counted, Kind
from pipelines.tools.query import ask
from sources.town.folder import Town
from sources.town.mistakes import CODE
from sources.town.parameter_row import ALL

COVERED: Final = 0.95
"""A month of which less was delivered is provisional (docs/figures.md)."""
YEAR: Final = dt.timedelta(days=365)
_DECIDED: Final = """
    select office_code, service_code, case_type, intake_channel, closed_at::date as day, count(*) as cases
    from fct_cases where closed_at is not null and service_code is not null and intake_channel is not null
    group by all order by all
"""
_AS_OF: Final = "select as_of from dim_generation"
_COVERED: Final = """
    select month, coverage_share from rpt_throughput_monthly
    where service_code = 'all' and office_code = 'all' and intake_channel = 'all'
"""


@dataclass(frozen=True)
class Decided:
    """Cases the published file shows as decided: office, service, case type, channel, local day and number."""

    as_of: dt.date
    covered: dict[dt.date, float]
    cells: tuple[tuple[str, str, str | None, str, dt.date, int], ...]

    def last_year(self, members: Collection[str], *, all_types: bool) -> list[Counted]:
        """Cases of some offices in the twelve months to the published day; a type that is no code counts as unknown."""
        return [
            Counted(office, service, None if all_types or not _is_code(case_type) else case_type, channel, cases)
            for office, service, case_type, channel, day, cases in self.cells
            if office in members and self.as_of - YEAR < day <= self.as_of
        ]

    def of(self, kind: Kind, members: Collection[str], first: dt.date, last: dt.date) -> int:
        """Cases of one kind of work that some offices decided from a day to another."""
        return sum(
            cases
            for office, service, case_type, channel, day, cases in self.cells
            if office in members
            and (service, channel) == (kind.service_code, kind.intake_channel)
            and kind.case_type in (ALL, case_type)
            and first <= day <= last
        )

    def lacks(self, first: dt.date, last: dt.date) -> str | None:
        """Why the cases of a period are not all there yet, None where they are."""
        if self.as_of < last:
            return f"the published file speaks for {self.as_of} only"
        months = sorted(
            {day.replace(day=1) for day in (first + dt.timedelta(n) for n in range((last - first).days + 1))}
        )
        thin = [month for month in months if self.covered.get(month, 0.0) < COVERED]
        return f"the published file is not complete for {thin[0]:%Y-%m}" if thin else None


def decided(town: Town) -> Decided | None:
    """What is published of a town, None before its first generation."""
    if published_generation(town.folder) is None:
        return None
    zone = town.setting.timezone
    ((as_of,),) = ask(town.folder, _AS_OF, zone)[1]
    covered = ask(town.folder, _COVERED, zone)[1]
    cells = ask(town.folder, _DECIDED, zone)[1]
    return Decided(as_of, {month: share or 0.0 for month, share in covered}, tuple(cells))  # type: ignore[arg-type,misc]


def _is_code(case_type: str | None) -> bool:
    return case_type is not None and re.match(CODE, case_type) is not None
