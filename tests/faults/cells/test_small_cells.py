"""Nothing small is computed back: an attacker's program finds what pages would tell without the rules, and nothing with."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from dashboards.questions.hidden_rows import HiddenRows
from dashboards.questions.marts import open_marts
from dashboards.questions.paper import paper_channels
from dashboards.questions.paths import paths_without_rest
from dashboards.questions.small_cells import (
    MARK,
    WITHHELD,
    Table,
    hide_small_groups,
    hide_small_parts,
    hide_telling_year,
)
from dashboards.site import build_site
from tests.dashboards.built import HIDDEN, plain_text
from tests.dashboards.states import THRESHOLDS_OFF
from tests.faults.cells.attacker import cells, courses, lists, process, told_few
from tests.faults.cells.copies import copied
from tests.faults.cells.puzzle import Puzzle
from tests.walked import Walked

LEAST, DAY = 10, dt.date(2026, 10, 31)


@pytest.fixture(scope="module", params=["demo", "tiny"])
def walked(request: pytest.FixtureRequest) -> Walked:
    """The invented town, and the same with so few cases that most is small."""
    town: Walked = request.getfixturevalue(request.param)
    return town


@pytest.fixture(scope="module")
def everything(walked: Walked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same town's pages without thresholds."""
    folder = tmp_path_factory.mktemp("attacked")
    build_site(copied(walked, folder / "off", THRESHOLDS_OFF), folder / "site")
    return folder / "site"


def puzzles(site: Path, totals: Path) -> dict[str, Puzzle]:
    """What the attacker knows of a site."""
    drawn = {f"process {at}": process(site, at) for at in (1, 2, 3) if cells(site, f"prozess-{at}")}
    return {"lists": lists(site, totals), "courses": courses(site), **drawn}


def test_no_reader_computes_a_small_cell_back(walked: Walked, everything: Path) -> None:
    known = puzzles(walked.site, everything)
    assert {name: found for name, one in known.items() if (found := one.recovered())} == {}
    assert {name: few for name, one in known.items() if (few := told_few(one, LEAST))} == {}


def test_without_thresholds_the_attacker_reads_what_is_small(walked: Walked, everything: Path) -> None:
    known = puzzles(everything, everything)
    few = {name: len(told_few(one, LEAST)) for name, one in known.items()}
    assert few["lists"] > 50 and few["courses"] > 20 and few["process 1"] > 20, few


def _drawn_scopes(walked: Walked) -> list[str]:
    rows = walked.ask(
        "select scope from rpt_variants where scope <> 'all' group by scope order by max(common_total_cases) desc, scope limit 3"
    )
    return [scope for (scope,) in rows]


def test_how_many_cases_go_rare_ways_is_not_printed(demo: Walked) -> None:
    """From one generation to the next it would tell how many of those that now go a common way are new."""
    said = (demo.site / "durchlaufzeiten.html").read_text(encoding="utf-8")
    for scope in _drawn_scopes(demo):
        query = "select max(common_total_cases), max(total_cases) from rpt_variants where scope = ?"
        [(common, every)] = demo.ask(query, scope)
        assert LEAST <= common < every
        assert f"n\u202f=\u202f{common};" in said and f"n\u202f=\u202f{every};" not in said


def test_a_part_of_a_few_takes_the_whole_breakdown_with_it() -> None:
    """4 of 254 late: that 250 were not would give it back; 0 and all are no secret, nor are 12 of 254."""
    frame = pl.DataFrame(
        {
            "deadline_cases": [254, 254, 254, 254],
            "on_time_cases": [250, 254, 0, 242],
            "late_cases": [4, 0, 254, 12],
            "on_time_share": [250 / 254, 1.0, 0.0, 242 / 254],
        }
    )
    hidden = hide_small_parts(frame, LEAST)
    assert hidden["late_cases"].to_list() == [None, 0, 254, 12]
    assert hidden["on_time_share"].is_null().to_list() == [True, False, False, False]
    assert hidden[WITHHELD].to_list()[:2] == [["on_time_cases", "late_cases", "on_time_share"], []]


def test_what_came_neither_on_paper_nor_online_is_no_few() -> None:
    """100 less 60 less 36 are 4: the share online goes, the one of paper stays; 12 of 100 may be told, and none."""
    frame = pl.DataFrame(
        {
            "known_channel_cases": [100, 100, 100],
            "paper_in_cases": [60, 60, 60],
            "online_cases": [36, 28, 40],
            "online_share": [0.36, 0.28, 0.4],
        }
    )
    hidden = hide_small_parts(frame, LEAST)
    assert hidden["online_share"].to_list() == [None, 0.28, 0.4]
    assert hidden["online_cases"].to_list() == [None, 28, 40]
    assert hidden["paper_in_cases"].to_list() == [60, 60, 60]


def test_what_is_hidden_together_is_no_small_cell() -> None:
    """2 and 3 are 5: the next smallest, 11, hides with them; they stand last, by their code."""
    frame = pl.DataFrame({"code": ["d", "c", "b", "a"], "cases": [40, 11, 3, 2]})
    hidden = hide_small_groups(frame, Table("t", "cases", ("code",)), LEAST, HiddenRows(DAY))
    assert hidden.select("code", "cases").rows() == [("d", 40), ("a", None), ("b", None), ("c", None)]


def test_a_row_that_lost_what_the_list_is_sorted_by_does_not_stand_in_its_place() -> None:
    """Between 31 and 31 it would be 31, and what hides beside it a small one."""
    frame = pl.DataFrame(
        {
            "code": ["z", "x", "y", "b", "a"],
            "known_channel_cases": [99, 33, 99, 60, 40],
            "paper_in_cases": [31, 31, 31, 5, 0],
        }
    )
    shown = hide_small_groups(
        frame, Table("t", "known_channel_cases", ("code",), "paper_in_cases"), LEAST, HiddenRows(DAY)
    )
    assert shown.select("code", "paper_in_cases").rows() == [
        ("z", 31), ("y", 31), ("a", 0), ("b", None), ("x", None),
    ]  # fmt: skip


def test_a_single_row_without_its_parts_takes_a_second_with_it() -> None:
    frame = pl.DataFrame(
        {
            "code": ["a", "b", "c"],
            "deadline_cases": [100, 60, 50],
            "on_time_cases": [60, 30, 46],
            "late_cases": [40, 30, 4],
            "on_time_share": [0.6, 0.5, 0.92],
        }
    )
    table = Table("t", "deadline_cases", ("code",))
    hidden = hide_small_groups(frame, table, LEAST, HiddenRows(DAY))
    assert hidden["deadline_cases"].to_list() == [100, 60, 50]
    assert hidden["late_cases"].to_list() == [40, None, None]

    def late(shown: Table) -> list[int | None]:
        return hide_small_groups(frame.head(2), shown, LEAST, HiddenRows(DAY))["late_cases"].to_list()

    assert late(table) == [40, 30]
    assert late(replace(table, is_total_safe=False)) == [None, None]


def test_the_channels_that_are_told_leave_no_few_of_the_towns_paper(demo: Walked, tmp_path: Path) -> None:
    """60, 30 and 4: 94 less 90 are 4, so the 30 are given up; 60, 30, 6 and 5 leave 11, and 60 with 30 leave none."""

    def channels(*counts: int) -> list[int]:
        paper = ", ".join(
            f"('{name}', {count})" for name, count in zip(("counter", "post", "fax", "email"), counts, strict=False)
        )
        file = copied(
            demo,
            tmp_path / "-".join(map(str, counts)),
            "update rpt_intake_channels_yearly set paper_in_cases = 0",
            f"update rpt_intake_channels_yearly as r set paper_in_cases = given.count from (values {paper}) "
            "as given(name, count) where r.intake_channel = given.name",
        )
        with open_marts(file) as marts:
            return paper_channels(marts)["paper_in_cases"].to_list()

    assert [channels(60, 30, 4), channels(60, 30, 6, 5), channels(60, 30)] == [[60], [60, 30], [60, 30]]


def test_a_year_is_told_where_all_its_months_are_or_none() -> None:
    """A year less eleven months is the twelfth; the next year less this one is the month that left."""
    year = pl.DataFrame(
        {
            "period": ["y"],
            "deadline_cases": [300],
            "on_time_cases": [200],
            "late_cases": [100],
            "on_time_share": [2 / 3],
        }
    )

    def late(*months: int) -> int | None:
        frame = pl.DataFrame(
            {
                "month": [dt.date(2026, at, 1) for at in range(1, len(months) + 1)],
                "deadline_cases": [100] * len(months),
                "on_time_cases": [100 - few for few in months],
                MARK: [False] * len(months),
            }
        )
        shown = hide_telling_year(year, hide_small_parts(frame, LEAST))["late_cases"][0]
        return None if shown is None else int(shown)

    assert [late(40, 30, 30), late(40, 4, 4), late(4, 4, 4)] == [100, None, 100]


def test_no_path_is_told_that_leaves_a_few_over() -> None:
    """a to b is done by 60: 40 and 15 of them told leave 5 over, so the 15 are given up; x and y leave nothing over."""
    paths = [(40, ["a", "b"]), (20, ["x", "y"]), (15, ["a", "b", "c"]), (5, ["a", "b", "d"])]
    assert paths_without_rest(paths, 3, LEAST) == [0, 1]
    assert paths_without_rest(paths[:3], 3, LEAST) == [0, 1, 2]


def test_offices_are_told_where_a_few_late_of_one_month_hide_the_years_total(demo: Walked, tmp_path: Path) -> None:
    """Then the offices do not add up to it: two at least lack their parts."""
    few_late = """
        update rpt_throughput_monthly set on_time_cases = deadline_cases - 4, on_time_share = 1 - 4 / deadline_cases
        where service_code = 'all' and office_code = 'all' and intake_channel = 'all' and month = date '2026-05-01'
    """
    more = """
        update rpt_throughput_yearly set deadline_cases = 40, on_time_cases = 20, late_cases = 20, on_time_share = 0.5
        where office_code <> 'all'
    """
    build_site(copied(demo, tmp_path / "few", few_late, more), tmp_path / "site")
    shown = [row["in der Frist"] for row in cells(tmp_path / "site", "fristtreue-aemter").values()]
    assert shown.count(HIDDEN) == 2 < len(shown)
    assert "Von den gezeigten Ämtern hält" in plain_text(tmp_path / "site" / "durchlaufzeiten.html")
    build_site(copied(demo, tmp_path / "more", more), tmp_path / "all")
    assert HIDDEN not in [row["in der Frist"] for row in cells(tmp_path / "all", "fristtreue-aemter").values()]
