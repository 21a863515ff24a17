"""Whatever a town hands over, the frame is whole: no crash, no number that is none, nothing claimed without a reason."""

from typing import Any

import polars as pl
import polars.selectors as cs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.estimates.frames import SCHEMA, savings_frame
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import COHORTS, MINUTES, claims, measure, takes

SERVICES = ("a", "b", "c")
TYPES = ("unknown", "x", "y")
CHANNELS = ("online", "post", "counter", "unknown")
LONGEST = 40
PARTS = ("before", "after", "volume", "mix", "like_for_like")


@st.composite
def towns(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]:
    """A town: blocks of months with cases, measures of any kind, minutes of some cells."""
    end = draw(st.sampled_from((0, 5, 30, LONGEST, LONGEST, LONGEST)))
    cohorts: list[dict[str, Any]] = []
    for service in draw(st.lists(st.sampled_from(SERVICES), min_size=1, unique=True)):
        for _ in range(draw(st.integers(2, 6))):
            begin, length, count = draw(st.integers(0, 12)), draw(st.integers(8, LONGEST)), draw(st.integers(1, 60))
            cell = draw(st.sampled_from(TYPES)), draw(st.sampled_from(CHANNELS))
            decided = draw(st.sampled_from((count, count, count, count - 1, 0)))
            grade = draw(st.sampled_from((None, None, None, "B", "C")))
            cohorts += [
                dict(zip(COHORTS, (service, *cell, month_of(month), count, decided, grade), strict=True))
                for month in range(begin, min(begin + length, LONGEST))
            ]
    measures = [
        measure(
            month_of(draw(st.integers(10, LONGEST + 1))).replace(day=draw(st.integers(1, 28))),
            f"M{one}",
            draw(st.sampled_from(SERVICES)),
            draw(st.sampled_from((0.0, 0.5, 1.0))),
            draw(st.sampled_from((None, None, month_of(20), month_of(LONGEST - 4)))),
            draw(st.sampled_from(("live", "live", "stopped", "planned"))),
        )
        for one in range(draw(st.integers(1, 4)))
    ]
    cells = [(service, channel, kind) for service in SERVICES for channel in CHANNELS[:3] for kind in ("all", "x")]
    untimed = draw(st.sets(st.sampled_from(cells), max_size=4))
    rows = [
        takes(channel, 10.0, kind, service=service)
        for service, channel, kind in cells
        if (service, channel, kind) not in untimed
    ]
    rows += [
        takes(
            "post",
            8.0,
            since_on=month_of(draw(st.integers(0, LONGEST))),
            sampled=draw(st.sampled_from((None, 30))),
            service="a",
        )
    ]
    summed = pl.DataFrame(cohorts, schema=COHORTS).group_by(list(COHORTS)[:4])
    grouped = summed.agg(cs.integer().sum(), pl.col("evidence_grade").max())
    return grouped, claims(*measures), pl.DataFrame(rows, schema=MINUTES), end


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns())
def test_the_frame_is_whole(town: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]) -> None:
    cohorts, measures, minutes, end = town
    frame = savings_frame(cohorts, measures, minutes, month_of(end), 10)
    assert frame.schema == pl.Schema(SCHEMA)
    assert frame.select(
        pl.struct(
            "month",
            "span",
            "measure_id",
            "service_code",
            "evidence_grade",
            "attribution_method",
            "case_type",
            "intake_channel",
        )
        .is_unique()
        .all()
    ).item()
    checks = frame.filter(pl.col("span") == "checked")
    assert (
        checks.height
        == 2
        * frame.filter(pl.col("span") == "month", pl.col("service_code") != "all")
        .select(pl.struct("measure_id", "service_code").n_unique())
        .item()
    )
    assert checks.filter(
        (pl.col("attribution_state") == "not_checkable") != pl.col("check_minutes").is_null()
    ).is_empty()
    assert checks.filter(pl.col("attribution_reason").is_null() != pl.col("check_minutes").is_not_null()).is_empty()
    assert checks.filter(~(pl.col("check_low") <= pl.col("check_high"))).is_empty()
    frame = frame.filter(pl.col("span") != "checked")
    months = frame.filter(pl.col("service_code") != "all")
    refused = months.filter(pl.col("claim_state") == "refused")
    told = months.filter(pl.col("claim_state") != "refused")
    assert refused["refusal_reason"].null_count() == 0
    assert refused["minutes"].null_count() == len(refused)
    assert told["evidence_grade"].null_count() == 0
    assert told.filter((pl.col("claim_state") == "claimed") != (pl.col("refusal_reason").is_null())).is_empty()
    for rows in (told, frame.filter(pl.col("service_code") == "all")):
        numbers = rows.select("minutes", "p10", "p50", "p90")
        assert numbers.select(pl.all().is_finite().all()).row(0) in {(True,) * 4, (None,) * 4}
        assert rows.filter((pl.col("p10") > pl.col("p50")) | (pl.col("p50") > pl.col("p90"))).is_empty()
    before, after, volume, mix, like_for_like = (pl.col(f"{name}_minutes") for name in PARTS)
    assert told.filter((after - before - volume - mix + like_for_like).abs() > 1e-6).is_empty()
