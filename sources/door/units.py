"""Small units: merged into a parent with enough staff, their times kept to the day (design, law 8).

A unit below the staff threshold gives way to its nearest parent that reaches it. A unit whose staff is unknown counts
as small: it keeps its code, but its times are kept to the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.town.folder import Town
from sources.town.parameters import Office
from sources.values.distinct import by_value

_UNITS: Final = ("unit", "office", "served_office")


@dataclass(frozen=True)
class Settled:
    """What may be said about a unit: its code, and whether times must be kept to the day."""

    code: str | None
    to_the_day: bool


class Units:
    """The town's offices under its staff threshold."""

    def __init__(self, town: Town | None) -> None:
        """Index offices and services of a town; without one no unit is merged, for a look at rows that do not land."""
        self._offices = {office.office_code: office for office in town.parameters.offices} if town else {}
        services = town.parameters.services if town else ()
        self._office_of = {service.service_code: service.office_code for service in services}
        self._threshold = 0 if town is None or town.privacy.thresholds_off else town.privacy.staff_threshold
        self._zone = town.setting.timezone if town else "UTC"

    def settle(self, code: str | None) -> Settled:
        """The unit that may stand in a record for this one."""
        if code is None or self._threshold == 0:
            return Settled(code, to_the_day=False)
        office = self._offices.get(code)
        if office is None or office.staff_at_least is None:
            return Settled(code, to_the_day=True)
        if office.staff_at_least >= self._threshold:
            return Settled(code, to_the_day=False)
        return Settled(self._big_enough_parent(office), to_the_day=True)

    def lets_stand(self, field: str, code: str) -> bool:
        """Whether a code may be put into a record whose times are those of an unknown unit or service."""
        if field == "service":
            return not self.settle(self._office_of.get(code)).to_the_day
        return field not in _UNITS or self.settle(code).code == code

    def settled(self, codes: pl.Series) -> tuple[pl.Series, pl.Series]:
        """A column of units as codes that may stand, and whether each row's times are kept to the day."""
        distinct, places = by_value(codes)
        settled = [self.settle(code) for code in distinct]
        stands = pl.Series([unit.code for unit in settled], dtype=pl.String)
        to_the_day = pl.Series([unit.to_the_day for unit in settled], dtype=pl.Boolean)
        return stands.gather(places), to_the_day.gather(places).fill_null(False)

    def offices_in_charge(self, offices: pl.Series, services: pl.Series) -> pl.Series:
        """Each row's office, or that of its service where it names none."""
        distinct, places = by_value(services)
        of_service = pl.Series([self._office_of.get(service) for service in distinct], dtype=pl.String).gather(places)
        return offices.zip_with(offices.is_not_null(), of_service)

    def local_midnight(self, instants: pl.Series) -> pl.Series:
        """UTC instants moved back to the start of their local day."""
        local = instants.dt.replace_time_zone("UTC").dt.convert_time_zone(self._zone)
        return local.dt.truncate("1d").dt.convert_time_zone("UTC").dt.replace_time_zone(None)

    def _big_enough_parent(self, office: Office) -> str | None:
        parent = self._offices.get(office.parent_office_code or "")
        while parent is not None:
            if parent.staff_at_least is None or parent.staff_at_least >= self._threshold:
                return parent.office_code
            parent = self._offices.get(parent.parent_office_code or "")
        return None
