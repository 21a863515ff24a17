"""What the page says of baselines: those that count, and what other versions would give only where there are any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.dashboards.built import page_table, plain_text

PAGE = "einsparungen.html"
ALWAYS = [
    "Leistung", "Start", "Basislinie", "festgeschrieben am", "Vorgänge im Jahr davor (n)", "gezählte Fassung",
    "Stunden danach in zwölf Monaten",
]  # fmt: skip


def test_as_long_as_nothing_changed_there_is_one_version(site: Path) -> None:
    assert "seitdem hat sich keine geändert." in plain_text(site / PAGE)
    assert page_table(site, PAGE, "basislinien")[0] == ALWAYS


def test_the_newest_version_and_the_first_stand_beside_what_counts(changed: Callable[..., Path], site: Path) -> None:
    first = "(select min(baseline_id) from rpt_baselines)"
    moved = changed(
        "versions",
        site,
        f"update rpt_baselines set newest_version = 2, newest_last_12_months_hours = 7 where baseline_id = {first}",
        "update rpt_baselines set version = 3, newest_version = 3, first_last_12_months_hours = 11 "
        "where baseline_id = (select max(baseline_id) from rpt_baselines)",
    )
    text = plain_text(moved / PAGE)
    assert "für 1 gibt es inzwischen andere Daten oder Minuten, gezählt wird nach der festgeschriebenen Fassung" in text
    assert "bei 1 zählt eine spätere Fassung, weil zwei Stellen sie unterschrieben haben." in text
    header, *rows = page_table(moved, PAGE, "basislinien")
    assert header == [*ALWAYS, "neueste Fassung", "Stunden nach der neuesten", "Stunden nach der ersten"]
    assert [row[7:9] for row in rows if row[7] == "2"] == [["2", "7"]]
    assert [(row[5], row[9]) for row in rows if row[5] == "3"] == [("3", "11")]


def test_what_is_reconstructed_is_called_so_and_explained_only_where_there_is_any(
    changed: Callable[..., Path], site: Path
) -> None:
    assert "Nachgebildet heißt" not in plain_text(site / PAGE)
    first = "(select min(baseline_id) from rpt_baselines)"
    told = changed(
        "reconstructed", site, f"update rpt_baselines set kind = 'reconstructed' where baseline_id = {first}"
    )
    _, *rows = page_table(told, PAGE, "basislinien")
    assert [row[2] for row in rows].count("nachgebildet") == 1
    assert "Nachgebildet heißt: Die Protokolle beginnen später" in plain_text(told / PAGE)
