"""Numbers and sentences by themselves."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

from dashboards.drawing.process_layout import Edge, Item, arranged, commonest_path
from dashboards.pages.savings_keys import freed
from dashboards.words import numbers, say
from dashboards.words.say import Share


def test_numbers_are_german():
    assert numbers.plain(1234.5, 1) == "1.234,5"
    assert numbers.plain(-0.04, 1) == "0,0"
    assert numbers.percent(0.37) == "37\u202f%"
    assert numbers.percent(0.125, 1) == "12,5\u202f%"
    assert numbers.euro(Decimal("-12345.50")) == "−12.346\u202f€"
    assert numbers.days(86_400) == "1,0\u202fTag" and numbers.after_days(2 * 86_400) == "nach 2,0\u202fTagen"
    assert numbers.signed(0.2) == "±0" and numbers.signed(3) == "+3"
    assert numbers.month_short(dt.date(2026, 10, 1)) == "Okt. 2026"


def test_half_is_rounded_up_as_in_school():
    assert numbers.percent(0.285) == "29\u202f%" and numbers.percent(0.145) == "15\u202f%"


def test_what_may_be_noise_is_called_unchanged():
    assert say.share_moved(Share(0.37, 100, 0.40, is_unchanged=True)) == ", gegenüber dem Vorjahr unverändert"
    assert say.share_moved(Share(0.37, 10_000, 0.46)) == ", 9 Punkte weniger als vor einem Jahr"
    assert say.share_moved(Share(0.5, 2)) == ""
    assert say.share_moved(Share(0.5, 1_000_000, 0.495)) == ", 0,5 Punkte mehr als vor einem Jahr"


def test_targets_say_how_far_it_is():
    day = dt.date(2027, 12, 31)
    assert say.share_target(0.37, 0.2, day, lower_is_better=True) == "Ziel: 20\u202f% bis 31.12.2027, noch 17 Punkte"
    assert say.share_target(0.7, 0.6, day, lower_is_better=False).endswith("erreicht")
    assert say.share_target(0.59, 0.6, day, lower_is_better=False).endswith("noch 1 Punkt")


def test_a_short_time_is_not_nothing():
    assert say.short_time(600) == "unter 0,1 Tage" and say.short_time(3 * 86_400) == "3,0\u202fTage"


def test_plural_and_lists():
    assert say.plural(1, "Vorgang", "Vorgänge") == "1 Vorgang"
    assert say.plural(1200, "Vorgang", "Vorgänge") == "1.200 Vorgänge"
    assert say.listed(["a", "b", "c"]) == "a, b und c"


def test_counts_are_compared_in_words():
    assert say.amount_moved(468, 477, "am 30. November 2025") == ", 9 weniger als am 30. November 2025"
    assert say.amount_moved(1500, 300, "davor") == ", 1.200 mehr als davor"
    assert say.amount_moved(7, 7, "davor") == ", so viele wie davor" and say.amount_moved(7, None, "davor") == ""


def test_freed_hours_are_said_with_their_number():
    assert freed(60.4) == "wurden 60 Arbeitsstunden frei" and freed(1.2) == "wurde 1 Arbeitsstunde frei"
    assert freed(-0.2) == freed(0) == "wurde keine Arbeitsstunde frei"
    assert freed(-20.6) == "wurden 21 Arbeitsstunden mehr gebraucht"


def test_waits_are_working_time():
    assert say.wait(None, None) == ""
    assert say.wait(43_200, 2.0) == "2,0\u00a0AT"
    assert say.wait(7_200, 0.33) == "2,0\u00a0Std."
    assert say.wait(1_800, None) == "30\u00a0Min."


def test_the_commonest_path_reads_straight_down():
    steps = ["a", "b", "c", "d", "x", "y"]
    edges = [
        Edge("a", "b", 9),
        Edge("b", "c", 9),
        Edge("c", "d", 9),
        Edge("b", "x", 3),
        Edge("x", "y", 3),
        Edge("y", "b", 2),
        Edge("a", "d", 1),
    ]
    layout = arranged(steps, edges, commonest_path(["a", "b", "b", "c", "d"], set(steps)), 196, 30)
    assert [layout.x[Item(layout.ranks[step], step=step)] for step in "abcd"] == [0, 0, 0, 0]
    assert [layout.ranks[step] for step in "abcd"] == sorted(layout.ranks[step] for step in "abcd")
    for layer in layout.layers:
        places = sorted((layout.x[item], 196 if item.step else 30) for item in layer)
        assert all(b - a >= (wa + wb) / 2 - 1e-6 for (a, wa), (b, wb) in itertools.pairwise(places))
