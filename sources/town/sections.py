"""The sections of ``town.toml`` beside its sources: what holds for the whole town."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from sources.town.mistakes import KEY_ID, TownSection
from sources.town.source import known_zone

CRON = re.compile(r"^[\d*,/-]+( [\d*,/-]+){4}$")

Land = Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]


class Setting(TownSection):
    """``[town]``."""

    name: str = Field(min_length=1, max_length=80)
    land: Land
    timezone: Annotated[str, AfterValidator(known_zone)] = "Europe/Berlin"
    contact: str = ""


class Privacy(TownSection):
    """``[privacy]``: thresholds may only be raised; a test town may switch them off and then shows a banner."""

    key_id: str = Field("", pattern=KEY_ID)
    staff_threshold: int = Field(5, ge=5, le=1000)
    min_cases: int = Field(10, ge=10, le=100_000)
    thresholds_off: bool = False


class Running(TownSection):
    """``[run]``."""

    inbox_keep_days: int = Field(30, ge=0, le=3650)
    still_seconds: float = Field(1, ge=0, le=60)
    schedules: tuple[str, ...] = ("30 2 * * *",)

    @field_validator("schedules")
    @classmethod
    def _are_schedules(cls, schedules: tuple[str, ...]) -> tuple[str, ...]:
        for schedule in schedules:
            if not CRON.match(schedule):
                raise ValueError(
                    f"'{schedule}' is no schedule; write minute hour day month weekday, such as 30 2 * * *"
                )
        return schedules


class Purpose(TownSection):
    """``[[purpose]]``: what the staff council agreed applicants' columns may be used for."""

    name: str = Field(min_length=1)
    columns: tuple[str, ...]
    agreement: str = Field(min_length=1)
    valid_from: dt.date
