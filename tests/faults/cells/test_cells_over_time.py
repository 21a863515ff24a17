"""Nothing small is computed back from the pages of several generations: what was hidden beside a small cell stays so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from dashboards.pages.context import page_context
from dashboards.questions.hidden_rows import HOLD, HiddenRows
from dashboards.questions.marts import open_marts
from dashboards.questions.paths import told_paths
from dashboards.questions.small_cells import Table, hide_small_groups
from dashboards.site import PAGES, POLICY
from dashboards.writing.html import Writer
from pipelines.run.generation import HIDDEN, remembered
from pipelines.walk.published_before import hidden_before
from tests.dashboards.states import THRESHOLDS_OFF
from tests.faults.cells.attacker_over_time import Generation, computed_back
from tests.faults.cells.copies import copied
from tests.faults.published import published_town
from tests.walked import Walked

LEAST, DAY = 10, dt.date(2026, 10, 31)
LARGE = (
    """
    update rpt_throughput_yearly set deadline_cases = 200, on_time_cases = 100, late_cases = 100,
    on_time_share = 0.5 where office_code <> 'all'
    """,
    """
    update rpt_paper_share_yearly set known_channel_cases = 200, paper_in_cases = 100, counter_paper_cases = 50,
    online_cases = 60, paper_share_in = 0.5, online_share = 0.3 where service_code <> 'all'
    """,
    "update rpt_lead_time_by_service set decided = 200, working_cases = 200 where service_code <> 'all'",
)
"""Every office and service has enough of everything."""


def office(code: str, on_time: int, late: int) -> str:
    """An office's decided cases with a deadline."""
    return f"""
    update rpt_throughput_yearly set deadline_cases = {on_time + late}, on_time_cases = {on_time},
    late_cases = {late}, on_time_share = {on_time / (on_time + late)} where office_code = '{code}'
    """


def service(code: str, known: int, paper: int) -> str:
    """A service's applications, the others of which came online."""
    return f"""
    update rpt_paper_share_yearly set known_channel_cases = {known}, paper_in_cases = {paper},
    counter_paper_cases = 0, online_cases = {known - paper}, paper_share_in = {paper / known},
    online_share = {1 - paper / known} where service_code = '{code}'
    """


def decided(code: str, cases: int) -> str:
    """A service's decided cases."""
    return f"""
    update rpt_lead_time_by_service set decided = {cases}, working_cases = {cases}
    where service_code = '{code}'
    """


GENERATIONS = (
    # Beside the small Umweltamt, the few papers of passes and the few decisions on weapons stands the next smallest.
    (
        office("umweltamt", 3, 2), office("friedhof", 12, 12), office("sportamt", 15, 15),
        service("waffenrecht", 28, 8), service("hallennutzung", 30, 15), service("wohngeld", 40, 20),
        decided("waffenrecht", 4), decided("hallennutzung", 30),
    ),
    # These grew, so that others are the next smallest; the weapons are few no more.
    (
        office("umweltamt", 3, 2), office("friedhof", 20, 20), office("sportamt", 15, 15),
        service("waffenrecht", 28, 8), service("hallennutzung", 50, 25), service("wohngeld", 40, 20),
        decided("waffenrecht", 40), decided("hallennutzung", 30),
    ),
    # And back.
    (
        office("umweltamt", 3, 2), office("friedhof", 20, 20), office("sportamt", 22, 22),
        service("waffenrecht", 28, 8), service("hallennutzung", 50, 25), service("wohngeld", 60, 30),
        decided("waffenrecht", 6), decided("hallennutzung", 80),
    ),
)  # fmt: skip


def tables(database: Path, folder: Path, hidden_before: str = "") -> str:
    """The tables of all pages without their charts; gives what the next generation has to know."""
    folder.mkdir()
    with open_marts(database, hidden_before) as marts:
        have = page_context(marts)
        writer = Writer(folder, marts.setting, POLICY)
        for make in PAGES.values():
            for section in make(have).sections:
                for table in (*([section.figure.table] if section.figure else []), *section.tables):
                    writer.table(table)
        return marts.hidden.text()


@pytest.fixture(scope="module")
def files(demo: Walked, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """The published files of a town's generations, and the tables that show all of each."""
    folder = tmp_path_factory.mktemp("generations")
    made = [copied(demo, folder / str(at), *LARGE, *changes) for at, changes in enumerate(GENERATIONS)]
    whole = [
        copied(demo, folder / f"{at}-off", *LARGE, *changes, THRESHOLDS_OFF) for at, changes in enumerate(GENERATIONS)
    ]
    for at, file in enumerate(whole):
        tables(file, folder / f"{at}-all")
    return [(file, folder / f"{at}-all") for at, file in enumerate(made)]


def read_one_after_another(files: list[tuple[Path, Path]], folder: Path, *, remembers: bool) -> list[Generation]:
    """What a reader has of them."""
    hidden, sites = "", [folder / str(at) for at in range(len(files))]
    for site, (file, _) in zip(sites, files, strict=True):
        hidden = tables(file, site, hidden if remembers else "")
    return [(site, whole) for site, (_, whole) in zip(sites, files, strict=True)]


def test_no_reader_of_several_generations_computes_a_small_cell_back(
    files: list[tuple[Path, Path]], tmp_path: Path
) -> None:
    assert computed_back(read_one_after_another(files, tmp_path, remembers=True), LEAST) == {}


def test_pages_without_memory_give_small_cells_away(files: list[tuple[Path, Path]], tmp_path: Path) -> None:
    """The small office, the few on paper, and the few decisions that are no longer few."""
    found = computed_back(read_one_after_another(files, tmp_path, remembers=False), LEAST)
    assert {
        ("fristtreue-aemter", "Umweltschutzamt"), ("papier-leistungen", "Waffenrechtliche Erlaubnis"), ("durchlaufzeit-leistungen", "Waffenrechtliche Erlaubnis"),
    } <= {cell[:2] for _, cell in found}, found  # fmt: skip


def hidden_of(rows: dict[str, int], before: str, day: dt.date) -> tuple[list[str], str]:
    """Which rows of so many cases are hidden, and what the next generation has to know."""
    frame = pl.DataFrame({"code": list(rows), "cases": list(rows.values())})
    memory = HiddenRows.read(day, before)
    shown = hide_small_groups(frame, Table("t", "cases", ("code",)), LEAST, memory)
    return sorted(shown.filter(pl.col("cases").is_null())["code"]), memory.text()


def test_a_row_stands_beside_a_small_one_as_long_as_there_is_one() -> None:
    """12 beside 5; when another has 11, and years later, it is still the same that is hidden."""
    hidden, memory = hidden_of({"a": 5, "b": 12, "c": 15}, "", DAY)
    assert hidden == ["a", "b"]
    for days in (1, 30, 60, 90):
        hidden, memory = hidden_of({"a": 5, "b": 40, "c": 11}, memory, DAY + dt.timedelta(days))
        assert hidden == ["a", "b"]
    assert hidden_of({"a": 5, "b": 40, "c": 11}, "", DAY)[0] == ["a", "c"]


def test_it_leaves_when_none_was_small_for_a_month() -> None:
    _, memory = hidden_of({"a": 5, "b": 12, "c": 15}, "", DAY)
    shown = []
    for days in range(1, HOLD.days + 2):
        hidden, memory = hidden_of({"a": 20, "b": 12, "c": 15}, memory, DAY + dt.timedelta(days))
        shown += [days] if not hidden else []
    assert shown == [HOLD.days, HOLD.days + 1]
    assert memory == "{}\n"


def test_who_grew_leaves_although_others_are_small() -> None:
    """The 9 that became 40 is shown after a month; the two fours need no third."""
    _, memory = hidden_of({"a": 6, "b": 6, "c": 9, "d": 50}, "", DAY)
    hidden, memory = hidden_of({"a": 6, "b": 6, "c": 40, "d": 50}, memory, DAY + dt.timedelta(1))
    assert hidden == ["a", "b", "c"]
    assert hidden_of({"a": 6, "b": 6, "c": 40, "d": 50}, memory, DAY + HOLD)[0] == ["a", "b"]


def test_rows_without_parts_for_a_months_sake_do_not_come_back_with_the_month() -> None:
    """A few late of one month hide the year and two rows; shown when these are enough, they would tell that few again."""
    frame = pl.DataFrame(
        {
            "code": ["a", "b", "c"],
            "deadline_cases": [100, 60, 50],
            "on_time_cases": [60, 30, 20],
            "late_cases": [40, 30, 30],
        }
    )

    def late(before: str, days: int, *, is_told: bool) -> tuple[list[int | None], str]:
        memory = HiddenRows.read(DAY + dt.timedelta(days), before)
        table = Table("t", "deadline_cases", ("code",), is_total_safe=is_told)
        return hide_small_groups(frame, table, LEAST, memory)["late_cases"].to_list(), memory.text()

    shown, memory = late("", 0, is_told=False)
    assert shown == [40, None, None]
    assert late(memory, 1, is_told=True)[0] == [40, None, None]
    assert late(memory, HOLD.days, is_told=True)[0] == late("", 1, is_told=True)[0] == [40, 30, 30]


def test_a_row_that_is_gone_makes_room_for_the_next_smallest() -> None:
    _, memory = hidden_of({"a": 5, "b": 12, "c": 15}, "", DAY)
    assert hidden_of({"a": 5, "c": 15, "d": 20}, memory, DAY)[0] == ["a", "c"]
    assert hidden_of({"a": 5, "b": 0, "c": 15, "d": 20}, memory, DAY)[0] == ["a", "b", "c"]


def test_the_pages_that_stand_say_what_they_hide(demo: Walked, tmp_path: Path) -> None:
    """The next run goes on from there; a town without a whole generation begins anew."""
    said = (demo.database.parent / HIDDEN).read_text(encoding="utf-8")
    assert hidden_before(remembered(demo.folder).whole) == said
    assert HiddenRows.read(DAY, said).held("deadlines of offices deadline_cases: on_time_cases")
    town = published_town(tmp_path / "town")
    assert hidden_before(remembered(town).whole) == '{"table": {"row": "2026-01-31"}}'
    (town / "current" / HIDDEN).chmod(0o644)
    (town / "current" / HIDDEN).write_text("{}", encoding="utf-8")
    assert hidden_before(remembered(town).whole) == ""


def test_a_path_that_was_given_up_stays_so_while_one_must_be() -> None:
    """15 were given up beside the 5; when these are 12, and the 15 unchanged, they would tell that they were 5."""

    def told(before: str, days: int, *cases: int) -> tuple[list[int], str]:
        ways = (["a", "b"], ["a", "b", "c"], ["a", "b", "d"], ["x", "y"], ["x", "y", "z"])
        paths = [(count, way) for count, way in zip(cases, ways, strict=False)]
        hidden = HiddenRows.read(DAY + dt.timedelta(days), before)
        return told_paths(paths, 3, LEAST, "paths", hidden), hidden.text()

    shown, memory = told("", 0, 40, 15, 5)
    assert shown == [0]
    assert told("", 1, 40, 15, 12)[0] == [0, 1, 2]
    shown, memory = told(memory, 1, 40, 15, 12)
    assert shown == [0, 2]
    assert told(memory, HOLD.days, 40, 15, 12)[0] == [0, 1, 2]
