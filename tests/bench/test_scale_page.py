"""The page says what was measured: ratios of one run, what falls short in plain sight, what nobody measured as such."""

from __future__ import annotations

from tests.bench import bars
from tests.bench.chapters import undecided, walk
from tests.bench.chapters.figures import FROM_STEPS, HAND, SAME_TABLES
from tests.bench.measured import Spent
from tests.bench.results import OURS, Row, Section
from tests.bench.scale_page import page

MACHINE = {"cores": 2, "processor": "a processor", "memory_gb": 8, "kernel": "6"}


def row(what: str, by: str = OURS, *, wall: float = 1, cpu: float = 1, peak: float = 1000, disk: float = 0) -> Row:
    return Row.of(what, by, [Spent(wall, cpu, peak, disk)], 0.1)


def section(name: str, *rows: Row, load: tuple[float, float] = (0.1, 0.2)) -> dict[str, Section]:
    return {name: Section(name, "2026-12-01", dict(MACHINE), {"papierwende": "1"}, load, {"town_mb": 500}, [*rows])}


def walked(name: str, *, wall: float) -> dict[str, Section]:
    return section(name, row(walk.FROM_INBOX, wall=2 * wall), row(walk.FROM_LANDING, wall=wall))


def line(text: str, *parts: str) -> str:
    (found,) = [line for line in text.splitlines() if all(part in line for part in parts)]
    return found


def test_a_bar_that_holds_and_one_that_falls_short_with_its_reason() -> None:
    rows = (row(walk.FROM_LANDING, wall=300, peak=2500), row(walk.NOTHING_NEW, wall=5))
    text = page(section("10", *rows, load=(7.5, 7.5)))
    assert line(text, "landed to published: wall", "**300 s (10 million events)**", "**falls short**", "load 7.5 on 2")
    assert line(text, "landed to published: memory", "| 2.50 GB (10 million events) | holds |")
    assert line(text, "nothing new: wall", "| 5 s | 5 s (10 million events) | holds |")
    assert line(text, "the receipt log", "not measured")


def test_what_failed_falls_short_and_what_nobody_tried_does_not() -> None:
    failed = Row(walk.FROM_LANDING, OURS, note="failed: ended with 7: too little memory")
    text = page(section("10", failed))
    assert line(text, "landed to published: wall", "**not reached (10 million events)**", "too little memory")
    untried = Row(walk.FROM_LANDING, OURS, note="not measured: no room")
    assert line(page(section("10", untried)), "landed to published: wall", "| not measured | |")


def test_the_bars_of_ten_million_are_not_judged_by_fewer() -> None:
    judged = {one.bar.what: one.holds for one in bars.judged(walked("1", wall=1))}
    assert judged["10 million events, landed to published: wall time"] is None


def test_ratios_are_of_one_section_and_of_the_largest_that_has_them() -> None:
    small = section("0.1", row(SAME_TABLES, cpu=50), row(SAME_TABLES, HAND, cpu=1))
    large = section("1", row(SAME_TABLES, cpu=6), row(SAME_TABLES, HAND, cpu=4), row(FROM_STEPS, cpu=5))
    text = page(small | large | walked("10", wall=1))
    assert line(text, "CPU beside the hand-written script", "| 1.50 × (1 million events) | holds |")
    assert line(text, "CPU beside the same script", "**1.25 × (1 million events)**")
    assert line(text, f"| {SAME_TABLES} | {HAND} | 1 | 1.00 | 4.00 | 1,000 | 1.50 | |".replace("| |", "|  |"))


def test_a_log_without_decisions_is_held_against_the_one_with() -> None:
    rows = (row(undecided.DECIDED, wall=10), row(undecided.UNDECIDED, wall=21, disk=1500))
    text = page(section("undecided", *rows))
    assert line(text, "wall time beside the log with decisions", "**2.10 ×")
    assert line(text, "temporary files", "| 1.50 GB (A log without decisions) | holds |")


def test_capacity_tells_what_was_measured_from_what_lies_on_a_line() -> None:
    text = page(walked("0.1", wall=60) | walked("1", wall=240))
    assert line(text, "| 1 |", "| 8.0 | 4.0 | measured |")
    assert line(text, "| 10 |", "| 68.0 | 34.0 | extrapolated |")
    assert "| 100 |" not in text
    assert "extrapolated |" not in page(walked("1", wall=240))


def test_what_could_not_be_measured_says_why() -> None:
    text = page(section("1", Row("intake of x", "a peer", note="not measured: it is | not here")))
    assert line(text, r"| intake of x | a peer | | | | | | not measured: it is \| not here |")
