"""No byte of a site depends on what is hidden: two towns that differ in hidden cells alone have the same pages.

Whatever a table, a chart, a sentence or the order of rows would tell of a hidden number, it would differ.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from dashboards.questions import small_cells
from dashboards.site import build_site
from tests.faults.cells.copies import copied
from tests.walked import Walked

FEW_NEITHER: Final = """
    create temp table few_neither as select month, month_basis from rpt_paper_share_monthly
    where service_code = 'all' and office_code = 'all' and paper_in_cases >= 10 and online_cases >= 20
      and known_channel_cases - paper_in_cases - online_cases between 1 and 8
"""
ONE_LESS_ONLINE: Final = (
    FEW_NEITHER,
    """
    update rpt_paper_share_monthly as r set online_cases = online_cases - 1,
    online_share = (online_cases - 1) / known_channel_cases from few_neither as f
    where r.month = f.month and r.month_basis = f.month_basis and service_code = 'all' and office_code = 'all'
    """,
    """
    update rpt_share_changes_monthly as r set part_cases = part_cases - 1, share_now = (part_cases - 1) / base_cases
    from few_neither as f
    where r.month = f.month and r.month_basis = f.month_basis and metric = 'online_share' and service_code = 'all'
    """,
    """
    update rpt_share_changes_monthly as r set part_cases_before = part_cases_before - 1,
    share_before = (part_cases_before - 1) / base_cases_before from few_neither as f
    where r.month = f.month + interval 1 year and r.month_basis = f.month_basis and metric = 'online_share'
      and service_code = 'all'
    """,
)
"""In months in which a few came neither on paper nor online they are one more."""
OTHER_DEADLINES: Final = (
    """
    update rpt_throughput_yearly set on_time_cases = on_time_cases + 1, late_cases = late_cases - 1,
    on_time_share = (on_time_cases + 1) / deadline_cases where service_code = 'all' and office_code = 'friedhof'
    """,
    """
    update rpt_throughput_yearly set on_time_cases = on_time_cases - 1, late_cases = late_cases + 1,
    on_time_share = (on_time_cases - 1) / deadline_cases where service_code = 'all' and office_code = 'umweltamt'
    """,
)
"""Of two offices without a shown part one was late once more, the other once less."""
OTHER_STOCK: Final = (
    "update rpt_backlog_daily set overdue = overdue + 1 where service_code = 'all' and office_code <> 'all' "
    "and overdue between 1 and 8 and open_deadline_cases > overdue + at_risk",
)
"""In offices with a few overdue cases there is one more."""
OTHER_PAPER: Final = (
    """
    update rpt_paper_share_yearly set paper_in_cases = 9, online_cases = 9, paper_share_in = 9 / known_channel_cases
    where office_code = 'all' and service_code <> 'all' and period = 'last_12_months' and paper_in_cases between 1 and 8
      and known_channel_cases >= 20
    """,
    """
    update rpt_paper_share_yearly as r
    set paper_rank = o.place, town_paper_so_far_share = o.so_far / o.every
    from (
        select service_code, month_basis, row_number() over by_paper as place,
               sum(paper_in_cases) over by_paper as so_far, sum(paper_in_cases) over (partition by month_basis) as every
        from rpt_paper_share_yearly
        where office_code = 'all' and service_code <> 'all' and period = 'last_12_months'
        window by_paper as (partition by month_basis order by paper_in_cases desc, service_code)
    ) as o
    where office_code = 'all' and period = 'last_12_months' and r.service_code = o.service_code
      and r.month_basis = o.month_basis
    """,
)
"""Services with a few applications on paper have as many as are still few, and stand elsewhere in the list."""
CHANGES: Final = {
    "online": ONE_LESS_ONLINE, "deadlines": OTHER_DEADLINES, "stock": OTHER_STOCK, "paper": OTHER_PAPER,
}  # fmt: skip


def written(file: Path, folder: Path) -> dict[str, bytes]:
    """All that a site says."""
    build_site(file, folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """The files in which the two differ."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def test_what_is_hidden_moves_no_byte_of_a_site(demo: Walked, tmp_path: Path) -> None:
    before = written(demo.database, tmp_path / "before")
    every = [statement for statements in CHANGES.values() for statement in statements]
    assert told(before, written(copied(demo, tmp_path / "changed", *every), tmp_path / "after")) == []


def test_without_splits_each_of_them_moves_a_table(
    demo: Walked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parts alone: that they are hidden is what the sites above are equal by."""
    monkeypatch.setattr(small_cells, "SPLITS", ())
    before = written(demo.database, tmp_path / "before")
    moved = {
        name: [
            file
            for file in told(before, written(copied(demo, tmp_path / name, *statements), tmp_path / f"{name}-site"))
            if file.startswith("data/")
        ]
        for name, statements in CHANGES.items()
    }
    assert moved == {
        "online": ["data/digitaler-weg.csv"],
        "deadlines": ["data/fristtreue-aemter.csv"],
        "stock": ["data/fristen-aemter.csv"],
        "paper": ["data/papier-leistungen.csv"],
    }
