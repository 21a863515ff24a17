"""The invented town lives: what a reader of its pages must be able to see in it."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.demo.invent import write_town


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("story")
    write_town(folder, scale=0.15, as_of=dt.date(2026, 6, 30), key_id="0123456789ab")
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def table(part: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(part["rows"], schema=part["columns"], orient="row", infer_schema_length=None)


def test_paper_falls_by_half_but_never_smoothly(story):
    paper = table(story["paper"]).filter(pl.col("service_code") == "all").sort("month")
    share = (paper["paper_in_cases"] / paper["known_channel_cases"]).to_list()
    assert 0.64 < sum(share[:6]) / 6 < 0.78
    assert 0.32 < sum(share[-6:]) / 6 < 0.43
    assert any(later > earlier for earlier, later in pairwise(share))


def test_no_figure_is_the_same_in_all_months(story):
    throughput = table(story["throughput"]).filter(pl.col("intake_channel") == "all")
    for _, rows in throughput.group_by("service_code"):
        if rows.height > 20:
            assert rows["received"].n_unique() > 3


def open_at_end(story: dict[str, Any], service: str) -> list[int]:
    rows = table(story["throughput"]).filter(pl.col("service_code") == service, pl.col("intake_channel") == "all")
    return rows.sort("month")["open_at_end"].to_list()


def test_the_aliens_office_piles_up_and_recovers_after_its_measure(story):
    waiting = open_at_end(story, "aufenthaltstitel")
    assert waiting[20] > 3 * waiting[2]
    assert waiting[-1] < 0.65 * max(waiting)


def test_naturalisation_gets_slower_every_year(story):
    rows = table(story["lead_times"]["by_year"]).filter(pl.col("service_code") == "einbuergerung").sort("year")
    medians = rows["median_seconds"].to_list()
    assert medians[-1] > 1.7 * medians[1]


def hours(story: dict[str, Any], measure: str) -> list[float]:
    return [value for value in story["savings"][measure]["capacity_hours"].values() if value is not None]


def booked(story: dict[str, Any], measure: str, kind: str) -> float:
    return sum(month.get(kind, 0.0) for month in story["savings"][measure]["booked"].values())


def test_measures_end_very_differently(story):
    assert min(hours(story, "M-WOHNGELD")) > 0
    assert sum(hours(story, "M-GEWERBE")) < 0
    assert hours(story, "M-SPORT") == []
    assert abs(sum(hours(story, "M-CHATBOT"))) < 0.05 * sum(hours(story, "M-PORTAL"))
    assert booked(story, "M-CHATBOT", "cash_released") == 0
    parallel = {measure: booked(story, measure, "parallel") for measure in story["savings"]}
    assert max(parallel, key=lambda measure: parallel[measure]) == "M-ABH-EAKTE"
    assert parallel["M-ABH-EAKTE"] > booked(story, "M-ABH-EAKTE", "one_off")


def test_dog_tax_comes_in_spring(story):
    rows = table(story["throughput"]).filter(pl.col("service_code") == "hundesteuer", pl.col("intake_channel") == "all")
    by_month = rows.group_by(pl.col("month").str.slice(5, 2).alias("of_year")).agg(pl.col("received").mean())
    received = dict(by_month.rows())
    assert received["03"] > 1.5 * received["10"]
