"""The attacker's own proof: hide only the small rows, as tools commonly do, and he computes them back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
import pytest

from dashboards.pages.context import page_context
from dashboards.pages.process import EDGE_COLUMNS, STEP_COLUMNS, VARIANT_COLUMNS
from dashboards.questions import small_cells
from dashboards.questions.marts import open_marts
from dashboards.questions.small_cells import hide_small_rows
from dashboards.site import build_site
from dashboards.writing.tables import csv_text
from tests.dashboards.states import THRESHOLDS_OFF
from tests.faults.cells.attacker import lists, process, told_few
from tests.faults.cells.copies import copied
from tests.towns import environment, make_town
from tests.walked import Walked, program

LEAST: Final = 10
SERVICES: Final = ("bauen", "gewerbe", "wohnen")
STEPS: Final = tuple(f"Schritt {number:02}" for number in range(12))
COMMON: Final = 60
SOURCE: Final = """
[[source]]
name = "log"
system = "case"
format = "csv"
path = "inbox/log/*.csv"
timestamp_format = "%Y-%m-%d %H:%M"
[source.columns]
case_ref = "nr"
service = "service"
activity = "step"
occurred_at = "when"
"""
PARAMETERS: Final = {
    "services": "service_code;service_name;leika_key;office_code;target_working_days;maturity_level;online_since\n"
    + "".join(f"{code};{code};;rathaus;;;\n" for code in SERVICES),
    "activities": "activity;medium;kind;waits_for;is_decision\n"
    + "".join(f"{step};digital;internal;office;{str(step == STEPS[-1]).lower()}\n" for step in STEPS),
}


def _detours() -> dict[int, int]:
    """By the step that is left out, how many cases leave it out: each step is left by one rare way only."""
    return {step: 2 + step % 7 for step in range(1, len(STEPS) - 1)}


def _log() -> str:
    """Three services whose cases take every step in order, but for a few that leave out one."""
    rows, number = ["nr;service;step;when"], 0
    for service in SERVICES:
        for left_out, cases in {None: COMMON, **_detours()}.items():
            for _ in range(cases):
                number += 1
                rows += [
                    f"{number};{service};{step};2026-03-{place + 2:02} {number % 8 + 8:02}:{number % 60:02}"
                    for place, step in enumerate(STEPS)
                    if place != left_out
                ]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def detours(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A town of three such services."""
    folder = tmp_path_factory.mktemp("detours") / "town"
    make_town(folder, SOURCE, PARAMETERS)
    (folder / "inbox" / "log").mkdir(parents=True, exist_ok=True)
    (folder / "inbox" / "log" / "log.csv").write_text(_log(), encoding="utf-8")
    ran = program(environment(folder), "run", str(folder), "--as-of", "2026-06-15")
    return Walked(folder, environment(folder), ran.returncode, ran.stdout + ran.stderr)


def test_small_rows_of_lists_are_computed_back(demo: Walked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pages with the first rule only, and it without company: small rows lose their values, nothing else."""
    build_site(copied(demo, tmp_path / "off", THRESHOLDS_OFF), tmp_path / "everything")
    monkeypatch.setattr(small_cells, "SPLITS", ())

    def alone(few: list[bool], *_: object, **__: object) -> list[bool]:
        return few

    monkeypatch.setattr(small_cells, "_with_company", alone)
    build_site(demo.database, tmp_path / "site")
    assert len(told_few(lists(tmp_path / "site", tmp_path / "everything"), LEAST)) > 50


def test_small_rows_of_a_process_are_computed_back(detours: Walked, tmp_path: Path) -> None:
    """Ten rare ways of each service, each the only one that leaves its step."""
    assert detours.exit_code in {0, 3}, detours.said
    (tmp_path / "data").mkdir()
    for place, service in enumerate(SERVICES, 1):
        _process_of_small_rows(detours.database, service, tmp_path, place)
        drawn = process(tmp_path, place)
        found = {cell[1]: value for cell, value in drawn.recovered().items() if cell[2] == "Übergänge"}
        assert sum(cell[2] == "Übergänge" for cell in drawn.hidden) == len(_detours())
        assert found == {f"{STEPS[step - 1]} → {STEPS[step + 1]}": cases for step, cases in _detours().items()}, service


def _process_of_small_rows(database: Path, scope: str, site: Path, place: int) -> None:
    """The tables of a process as they are with every row but the small ones."""
    asked = {
        "": ("rpt_process_map", ("from_activity", "to_activity", "wait"), EDGE_COLUMNS),
        "-schritte": ("rpt_activities", ("activity",), STEP_COLUMNS),
        "-wege": ("rpt_variants", ("path",), VARIANT_COLUMNS),
    }
    with open_marts(database) as marts:
        have = page_context(marts)
        for end, (table, keys, columns) in asked.items():
            frame = marts.ask(f"select * from monitor.{table} where scope = $scope", scope=scope).with_columns(
                pl.lit("").alias("wait")
            )
            if "activities" in frame.columns:
                frame = frame.with_columns(pl.col("activities").list.join(" → ").alias("path"))
            shown = have.table(f"prozess-{place}{end}", "", columns, hide_small_rows(frame, keys))
            (site / "data" / f"{shown.slug}.csv").write_text(csv_text(shown), encoding="utf-8")
