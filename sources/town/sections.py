"""The sections of ``town.toml`` beside its sources: what holds for the whole town."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from sources.town.mistakes import KEY_ID, TownSection
from sources.town.source import known_zone

SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(MB|GB|TB)")
BYTES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
LEAST: Final = 256 * 10**6
# A server of Spark Connect, or Spark on this machine with so many cores.
REMOTE: Final = re.compile(r"sc://[\w.-]+(:\d{1,5})?(/(;[\w.-]+=[^;=\s]+)*)?|local\[(\*|[1-9]\d{0,3})\]")
PLAIN_PATH: Final = re.compile(r"(/[\w.-]+)+")
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
    engine: Literal["duckdb", "spark"] = "duckdb"
    remote: str = ""
    exchange: str = ""

    @field_validator("schedules")
    @classmethod
    def _are_schedules(cls, schedules: tuple[str, ...]) -> tuple[str, ...]:
        for schedule in schedules:
            if not CRON.match(schedule):
                raise ValueError(
                    f"'{schedule}' is no schedule; write minute hour day month weekday, such as 30 2 * * *"
                )
        return schedules

    @field_validator("remote")
    @classmethod
    def _is_spark(cls, remote: str) -> str:
        if "token=" in remote:
            raise ValueError("a token is a secret; give it as SPARK_CONNECT_AUTHENTICATE_TOKEN in the environment")
        if not REMOTE.fullmatch(remote):
            raise ValueError(f"{remote!r} is no Spark; write a server as 'sc://spark.example:15002', or 'local[*]'")
        return remote

    @field_validator("exchange")
    @classmethod
    def _is_a_place(cls, exchange: str) -> str:
        if not PLAIN_PATH.fullmatch(exchange):
            raise ValueError(f"{exchange!r} is no plain path from the root; write one such as '/srv/exchange'")
        return exchange

    @model_validator(mode="after")
    def _belong_together(self) -> Running:
        if self.engine == "spark" and not self.remote:
            raise ValueError("engine is 'spark' and nothing says where; add remote, such as 'sc://spark.example:15002'")
        if self.engine != "spark" and (self.remote or self.exchange):
            raise ValueError('remote and exchange are for Spark; write engine = "spark" beside them, or drop them')
        return self


class Purpose(TownSection):
    """``[[purpose]]``: what the staff council agreed applicants' columns may be used for."""

    name: str = Field(min_length=1)
    columns: tuple[str, ...]
    agreement: str = Field(min_length=1)
    valid_from: dt.date
