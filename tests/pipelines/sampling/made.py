"""A town that may be observed, with what it publishes, and the sheets made for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.tools.tally_sheets import Order, Sheets, make_sheets
from sources.town.folder import read_town
from tests.towns import make_town

OFFICES = (
    "office_code;office_name;parent_office_code;directorate;staff_band\n"
    "rathaus;Rathaus;;;50+\n"
    "buergeramt;Bürgeramt;rathaus;;5-9\n"
    "standesamt;Standesamt;buergeramt;;1-4\n"
    "archiv;Archiv;rathaus;;unknown\n"
)
SERVICES = (
    "service_code;service_name;leika_key;office_code;target_working_days;maturity_level;online_since\n"
    "parkausweis;Bewohnerparkausweis;;buergeramt;;;2020-01-01\n"
    "trauung;Eheschließung;;standesamt;;;\n"
    "akten;Akteneinsicht;;archiv;;;\n"
)
FIRST = dt.date(2027, 1, 11)
Published = Sequence[tuple[str, str, str | None, str, str, int]]
"""Office, service, case type, channel, local time of the decision, and how many such cases."""


def town_folder(folder: Path, privacy: str = "", **parameters: str) -> Path:
    """A town's folder: the registry office has too few people and merges into the citizens' office."""
    return make_town(folder, parameters={"offices": OFFICES, "services": SERVICES, **parameters}, privacy=privacy)


def sheets(folder: Path, out: Path, **wish: object) -> Sheets:
    """Sheets for the citizens' office, 20 days from 11 January 2027, unless something else is wished."""
    order = {
        "office": "buergeramt", "services": (), "first": FIRST, "days": 20, "error": Fraction(5), "staff": None,
        "all_types": False, "seed": 7,
    }  # fmt: skip
    return make_sheets(read_town(folder), Order(**{**order, **wish}), out)


def publish(folder: Path, as_of: str, cases: Published, coverage: float = 1.0) -> None:
    """What a generation of the town says of decided cases."""
    generation = folder / "generations" / f"{as_of}-x"
    generation.mkdir(parents=True)
    pointer = folder / "current"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(generation)
    with duckdb.connect(str(generation / "papierwende.duckdb")) as published:
        published.execute("set timezone = 'Europe/Berlin'; create schema monitor; use monitor")
        published.execute("create table dim_generation as select ?::date as as_of", [as_of])
        published.execute(
            "create table rpt_throughput_monthly as select unnest(generate_series(date '2025-01-01', date '2028-01-01', "
            "interval 1 month))::date as month, 'all' as service_code, 'all' as office_code, 'all' as intake_channel, "
            "?::double as coverage_share",
            [coverage],
        )
        published.execute(
            "create table fct_cases (office_code text, service_code text, case_type text, intake_channel text, "
            "closed_at timestamptz)"
        )
        for *codes, closed_at, count in cases:
            published.execute(
                "insert into fct_cases select ?, ?, ?, ?, ?::timestamptz from range(?)", [*codes, closed_at, count]
            )
