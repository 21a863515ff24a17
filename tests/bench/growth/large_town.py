"""A town with many services and offices, as a large city runs one case system: its parameters, and its log as CSV.

Few services have most of the cases, most have a handful: case numbers follow a power law. A service belongs to an
office and is also applied for at four others. One service in ten belongs to a measure.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from tests.towns import make_town

AS_OF: Final = dt.date(2026, 6, 30)
FIRST: Final = dt.date(2023, 7, 1)
DAYS: Final = (AS_OF - FIRST).days
TIME: Final = "%d.%m.%Y %H:%M"
DECIDED_SHARE: Final = 0.97
OFFICES_OF_A_SERVICE: Final = 5
LOG: Final = f"""
[run]
still_seconds = 0

[[source]]
name = "cases"
system = "case"
format = "csv"
path = "inbox/cases/*.csv"
timestamp_format = "{TIME}"
[source.columns]
case_ref = "Vorgang"
activity = "Schritt"
occurred_at = "Zeitpunkt"
channel = "Kanal"
service = "Leistung"
office = "Amt"
case_type = "Art"
received_at = "Eingang"
due_at = "Frist"
closed_at = "Ende"
"""
ACTIVITIES: Final = (
    "activity;medium;kind;waits_for;is_decision\n"
    "Antrag;unknown;intake;office;false\n"
    "Nachforderung;paper;clarification;applicant;false\n"
    "Prüfung;digital;internal;office;false\n"
    "Bescheid;paper;decision;nobody;true\n"
)


@dataclass(frozen=True)
class LargeTown:
    """How large the town is."""

    services: int = 3_000
    offices: int = 500
    cases: int = 200_000

    def make(self, folder: Path) -> Path:
        """The town's folder, with its log in the inbox; the same numbers make the same bytes."""
        make_town(folder, LOG, self._parameters())
        self._log().write_csv(folder / "inbox" / "cases" / "log.csv", separator=";")
        return folder

    def _parameters(self) -> dict[str, str]:
        services, offices = range(self.services), range(self.offices)
        measured = [service for service in services if service % 10 == 0]
        measures = range(0, len(measured), 5)
        return {
            "activities": ACTIVITIES,
            "codes": "field;code\ncase_type;Erstantrag\ncase_type;Folgeantrag\n",
            "offices": _table(
                "office_code;office_name;parent_office_code;directorate;staff_band",
                *(f"amt-{n};Amt {n};{f'amt-{n // 10}' if n >= 10 else ''};Dezernat {n % 9};20-49" for n in offices),
            ),
            "opening_hours": _table(
                "office_code;weekday;opens_at;closes_at;valid_from",
                *(f"all;{day};08:00;16:00;2000-01-01" for day in ("mon", "tue", "wed", "thu", "fri")),
                *(f"amt-{n};{day};08:00;13:00;2000-01-01" for n in offices if n % 5 == 0 for day in ("mon", "thu")),
            ),
            "services": _table(
                "service_code;service_name;office_code;target_working_days;online_since",
                *(f"leistung-{n};Leistung Nummer {n};amt-{n % self.offices};{5 + n % 40};2024-01-01" for n in services),
            ),
            "measures": _table(
                "measure_id;measure_name;went_live_on;status",
                *(f"M-{n};Maßnahme {n};{FIRST + dt.timedelta(days=540 + n % 90)};live" for n in measures),
            ),
            "measure_services": _table(
                "measure_id;service_code;share",
                *(f"M-{at // 5 * 5};leistung-{service};1" for at, service in enumerate(measured)),
            ),
            "processing_minutes": _table(
                "service_code;case_type;intake_channel;minutes;low;high;valid_from;source;evidence_grade",
                *(
                    f"leistung-{n};all;{channel};{minutes};{minutes - 2};{minutes + 2};2023-01-01;Zeitmessung;A"
                    for n in services
                    if n % 3 == 0 or n in measured
                    for channel, minutes in (("online", 10 + n % 7), ("post", 25 + n % 9), ("counter", 22 + n % 5))
                ),
            ),
            "targets": _table(
                "metric;scope;target_on;target_value;set_by",
                "paper_share_in;all;2026-12-31;0,3;Beschluss 1",
                *(f"paper_share_in;leistung-{n};2026-12-31;0,2;Beschluss 2" for n in services if n % 50 == 0),
            ),
        }

    def _log(self) -> pl.DataFrame:
        draw = np.random.default_rng(20260630)
        n = self.cases
        weights = 1 / (np.arange(self.services) + 8.0)
        service = draw.choice(self.services, n, p=weights / weights.sum())
        elsewhere = draw.integers(1, OFFICES_OF_A_SERVICE, n) * (draw.random(n) < 0.2)
        office = (service + elsewhere) % self.offices
        received = np.sort(draw.integers(0, DAYS * 1440, n)).astype("timedelta64[m]")
        start = np.datetime64(FIRST, "m") + received
        length = (draw.gamma(2.0, 8.0 + service % 23) * 1440).astype("timedelta64[m]")
        is_decided = draw.random(n) < DECIDED_SHARE
        online = draw.random(n) < 0.2 + 0.4 * received / np.timedelta64(DAYS * 1440, "m")
        paper = np.where(draw.random(n) < 0.7, "post", "counter")
        cases = pl.DataFrame(
            {
                "Vorgang": pl.Series(range(n)).cast(pl.String).str.zfill(7).str.replace("^", "V-"),
                "Kanal": np.where(online, "online", paper),
                "Leistung": pl.Series(service).cast(pl.String).str.replace("^", "leistung-"),
                "Amt": pl.Series(office).cast(pl.String).str.replace("^", "amt-"),
                "Art": np.where(draw.random(n) < 0.6, "Erstantrag", "Folgeantrag"),
                "start": start.astype("datetime64[us]"),
                "length": length.astype("timedelta64[us]"),
                "is_decided": is_decided,
                "is_asked": draw.random(n) < 0.3,
            }
        )
        steps = (("Antrag", 0.0, pl.lit(True)), ("Nachforderung", 0.2, pl.col("is_asked")))
        steps += (("Prüfung", 0.6, pl.lit(True)), ("Bescheid", 1.0, pl.col("is_decided")))
        end = pl.col("start") + pl.col("length")
        is_over = pl.col("is_decided") & (end < pl.lit(AS_OF))
        events = pl.concat(
            cases.filter(happened).with_columns(Schritt=pl.lit(name), at=pl.col("start") + pl.col("length") * part)
            for name, part, happened in steps
        )
        return (
            events.filter(pl.col("at") < pl.lit(AS_OF))
            .sort("at", "Vorgang")
            .select(
                "Vorgang",
                "Schritt",
                pl.col("at").dt.strftime(TIME).alias("Zeitpunkt"),
                "Kanal",
                "Leistung",
                "Amt",
                "Art",
                pl.col("start").dt.strftime(TIME).alias("Eingang"),
                (pl.col("start") + dt.timedelta(days=40)).dt.strftime(TIME).alias("Frist"),
                pl.when(is_over).then(end.dt.strftime(TIME)).alias("Ende"),
            )
        )


def _table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"
