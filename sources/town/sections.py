"""The sections of ``town.toml`` beside its sources: what holds for the whole town."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from sources.town.mistakes import KEY_ID, TownSection
from sources.town.source import known_zone

SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(MB|GB|TB)")
BYTES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
LEAST: Final = 256 * 10**6
CRON = re.compile(r"^[\d*,/-]+( [\d*,/-]+){4}$")

Land = Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]


def _bytes(said: object) -> int:
    found = SIZE.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise ValueError(f"{said!r} is no amount; write a number and MB, GB or TB, such as '4GB'")
    amount = int(float(found[1]) * BYTES[found[2]])
    if amount < LEAST:
        raise ValueError(f"{said!r} is too little for any build; write at least '256MB'")
    return amount


Bytes = Annotated[int | None, BeforeValidator(_bytes)]


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
    pack_after: int = Field(200, ge=0, le=100_000)
    memory: Bytes = None
    spill: Bytes = None
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
