"""Open, received and closed cases are the same in every table, whatever dates a register writes.

Small registers by chance: days without a clock, contradictions, dates after the as-of day, no dates at all. What must
stand is counted from the rows by hand; the tables must say it, each for itself.
"""

import datetime as dt
import random
from pathlib import Path

import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown

# In January the town's midnight is 23:00 of the day before; the as-of day lies within its month.
AS_OF = dt.date(2026, 1, 15)
END_OF_AS_OF = dt.datetime(2026, 1, 15, 23)
DATES = (
    None,
    dt.datetime(2025, 11, 30, 22, 59),
    dt.datetime(2025, 11, 30, 23),
    dt.datetime(2026, 1, 13, 9, 30),
    dt.datetime(2026, 1, 14, 23),
    dt.datetime(2026, 1, 15, 9),
    dt.datetime(2026, 1, 15, 14),
    dt.datetime(2026, 1, 15, 22, 59, 59),
    dt.datetime(2026, 1, 15, 23),
    dt.datetime(2026, 1, 20, 9),
    dt.datetime(2026, 2, 3, 9),
    dt.datetime(2049, 12, 31),
)
MODELS = ("fct_cases", "rpt_backlog_daily", "rpt_throughput_monthly")
TOLD = {
    "open_in_cases": "select count(*) from monitor.fct_cases where status = 'open' and received_at < ?",
    "open_in_backlog": "select coalesce(max(open_cases), 0) from monitor.rpt_backlog_daily where day = date '2026-01-15' and service_code = 'all' and office_code = 'all'",
    "open_in_cells": "select coalesce(sum(open_cases), 0)::bigint from monitor.rpt_backlog_daily where day = date '2026-01-15' and service_code <> 'all' and office_code <> 'all'",
    "open_in_months": "select coalesce(max(open_cases_at_end), 0) from monitor.rpt_throughput_monthly where month = date '2026-01-01' and service_code = 'all' and office_code = 'all' and intake_channel = 'all'",
    "received_in_cases": "select count(*) from monitor.fct_cases where received_at < ?",
    "received_in_days": "select coalesce(sum(arrived), 0)::bigint from monitor.rpt_backlog_daily where service_code = 'all' and office_code = 'all'",
    "received_in_months": "select coalesce(sum(received_cases), 0)::bigint from monitor.rpt_throughput_monthly where service_code = 'all' and office_code = 'all' and intake_channel = 'all'",
    "closed_in_cases": "select count(*) from monitor.fct_cases where status = 'closed'",
    "closed_in_days": "select coalesce(sum(closed), 0)::bigint from monitor.rpt_backlog_daily where service_code = 'all' and office_code = 'all'",
    "closed_in_months": "select coalesce(sum(closed_cases), 0)::bigint from monitor.rpt_throughput_monthly where service_code = 'all' and office_code = 'all' and intake_channel = 'all'",
}


@pytest.mark.parametrize("seed", range(12))
def test_open_received_and_closed_cases_are_the_same_in_every_table(
    seed: int, models: CompiledModels, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    rows = [
        {
            "case_id": f"case-{number}",
            "service_code": chance.choice(("s1", "s2", None)),
            "office_code": chance.choice(("o1", None)),
            "intake_channel": chance.choice(("online", "post", None)),
            "received_at": chance.choice(DATES),
            "closed_at": chance.choice(DATES),
            "due_at": chance.choice(DATES),
        }
        for number in range(chance.randint(1, 40))
    ]
    town = SmallTown(tmp_path)
    town.decide(AS_OF, sources=[{"source": "register", "source_rank": 1, "mode": "dump"}])
    town.deliver("register", "d1", dt.datetime(2026, 1, 16, 5), mode="dump", cases=rows)
    tables = models.build(tmp_path, *MODELS)
    found = {
        name: tables.execute(query, [END_OF_AS_OF] if "?" in query else []).fetchall()[0][0]
        for name, query in TOLD.items()
    }
    came = [row for row in rows if row["received_at"] is not None and row["received_at"] < END_OF_AS_OF]
    gone = [row for row in rows if row["closed_at"] is not None and row["closed_at"] < END_OF_AS_OF]
    stay = [row for row in came if row not in gone]
    wanted = {"open": len(stay), "received": len(came), "closed": len(gone)}
    assert found == {name: wanted[name.partition("_")[0]] for name in TOLD}


def test_no_lead_time_is_negative_and_a_day_without_a_clock_gives_whole_days(
    models: CompiledModels, tmp_path: Path
) -> None:
    rows = [
        {"case_id": f"{came}-{went}", "received_at": DATES[came], "closed_at": DATES[went]}
        for came in range(len(DATES))
        for went in range(len(DATES))
    ]
    town = SmallTown(tmp_path)
    town.decide(AS_OF, sources=[{"source": "register", "source_rank": 1, "mode": "dump"}])
    town.deliver("register", "d1", dt.datetime(2026, 1, 16, 5), mode="dump", cases=rows)
    tables = models.build(tmp_path, *MODELS)
    found = dict(tables.execute("select case_id, lead_seconds from monitor.fct_cases").fetchall())
    # 3: the 13th at half past ten, 4: the 15th without a clock, 5: the 15th at ten, 6: the 15th at three.
    assert [found[pair] for pair in ("3-4", "4-5", "5-4", "4-4", "5-6", "6-5", "4-3")] == [
        172_800, 0, 0, 0, 18_000, None, None,
    ]  # fmt: skip
    assert min(lead for lead in found.values() if lead is not None) == 0
