"""A log that begins in mid-month: the first month is no full one of a baseline."""

import datetime as dt
from pathlib import Path

import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown


@pytest.mark.parametrize(("begins", "full"), [(dt.date(2024, 1, 1), 12), (dt.date(2024, 1, 16), 11)])
def test_the_month_in_which_a_log_begins_is_no_full_one(
    begins: dt.date, full: int, models: CompiledModels, tmp_path: Path
) -> None:
    """Two cases a day; live on January 1, 2025. By hand: from January 16 on eleven months are full."""
    town = SmallTown(tmp_path)
    days = [begins + dt.timedelta(days=number) for number in range((dt.date(2026, 1, 10) - begins).days)]
    town.decide(
        dt.date(2026, 1, 15),
        services=[{"service_code": "s", "service_name": "S", "office_code": "o"}],
        channels=[
            {
                "channel": "online",
                "counts_as_paper": False,
                "counts_as_online": True,
                "valid_from": dt.date(2020, 1, 1),
            },
            {"channel": "post", "counts_as_paper": True, "counts_as_online": False, "valid_from": dt.date(2020, 1, 1)},
        ],
        measures=[{"measure_id": "m", "measure_name": "M", "went_live_on": dt.date(2025, 1, 1), "status": "live"}],
        measure_services=[{"measure_id": "m", "service_code": "s", "share": 1}],
        processing_minutes=[
            {
                "service_code": "s",
                "case_type": "all",
                "intake_channel": channel,
                "minutes": minutes,
                "valid_from": dt.date(2020, 1, 1),
                "evidence_grade": "A",
                "source": "x",
            }
            for channel, minutes in (("online", 12), ("post", 30))
        ],
    )
    town.deliver(
        "register",
        "r",
        dt.datetime(2026, 1, 12),
        cases=[
            {
                "case_id": f"{day}-{channel}",
                "service_code": "s",
                "intake_channel": channel,
                "received_at": dt.datetime.combine(day, dt.time(9)),
                "closed_at": dt.datetime.combine(day, dt.time(15)),
            }
            for day in days
            for channel in ("online", "post")
        ],
    )
    connection = models.build(tmp_path, "dim_baselines", "rpt_savings_monthly", "rpt_claims_awaited")
    (row,) = connection.sql("select state, full_months, claim_possible_from from monitor.dim_baselines").fetchall()
    reasons = connection.sql(
        "select distinct claim_state, refusal_reason from monitor.rpt_savings_monthly where service_code = 's'"
    ).fetchall()
    assert row[:2] == (("frozen", 12) if full == 12 else ("waits_for_months", 11))
    assert (("refused", "baseline_too_short") in reasons) == (full == 11)
