"""The page on the stock: what it says where few cases lie behind an age or an office."""

from __future__ import annotations

import re

from tests.dashboards.built import HIDDEN, csv_rows, figures, plain_text

TOWN = "service_code = 'all' and office_code = 'all'"
LAST = "(select max(day) from rpt_backlog_daily where day <= date '2026-10-31')"
ALL_YOUNG = (
    "update rpt_backlog_daily set age_cases = open_cases, age_under_10_days = open_cases, age_10_to_30_days = 0, "
    f"age_30_to_90_days = 0, age_over_90_days = 0 where {TOWN}"
)
FEW_OF_AN_AGE = (
    "update rpt_backlog_daily set age_under_10_days = open_cases - 3, age_over_90_days = 3 "
    f"where {TOWN} and day {{}} {LAST} - interval {{}} days"
)
FEW_DEADLINES = f"update rpt_backlog_daily set overdue = 3 where office_code <> 'all' and day = {LAST}"
NO_DEADLINE_PASSED = (
    "update rpt_backlog_daily set overdue = 0, at_risk = 0, open_deadline_cases = open_cases "
    f"where office_code <> 'all' and day = {LAST}"
)
TWENTY_PASSED = (
    f"update rpt_backlog_daily set overdue = 20, at_risk = 20, open_deadline_cases = open_cases where {TOWN} "
    f"and day = {LAST}"
)


def test_a_week_whose_ages_are_hidden_keeps_its_place_and_its_stock(changed, site):
    few = changed("few-ages", site, ALL_YOUNG, FEW_OF_AN_AGE.format("=", 7))
    [(week, stock)] = figures(
        few, f"select strftime(day, '%d.%m.%Y'), open_cases from rpt_backlog_daily where {TOWN} and day = {LAST} - 7"
    )
    rows = {row[0]: row[1:] for row in csv_rows(few / "data" / "rueckstand-alter.csv")[1:]}
    assert rows[week] == [HIDDEN] * 4 + [str(stock)]
    assert [day for day, cells in rows.items() if HIDDEN in cells] == [week]
    text, svg = plain_text(few / "rueckstand.html"), (few / "charts" / "rueckstand-alter.svg").read_text()
    assert f"In einer von {len(rows)} Wochen ist nur der Bestand gezeigt: In einer Altersklasse liegen" in text
    assert "Alter nicht gezeigt" in text
    [hollow] = re.findall(r'ungeteilt_marks".*?</g>', svg, re.DOTALL)
    assert hollow.count("<path") == 1


def test_where_the_last_ages_are_hidden_the_last_known_ones_are_told(changed, site):
    few = changed("few-ages-now", site, ALL_YOUNG, FEW_OF_AN_AGE.format(">", 7))
    assert (
        "Zum 31. Oktober 2026 ist keine Aussage möglich: In einer Altersklasse liegen zu wenige Vorgänge, um sie zu "
        "zeigen. Zuletzt davor, am 24. Oktober 2026, war kein Vorgang"
    ) in plain_text(few / "rueckstand.html")


def test_ages_that_were_last_known_long_ago_are_no_answer(changed, site):
    few = changed("few-ages-long", site, ALL_YOUNG, FEW_OF_AN_AGE.format(">", 63))
    assert "Noch keine Aussage möglich: In einer Altersklasse liegen" in plain_text(few / "rueckstand.html")
    assert not (few / "charts" / "rueckstand-alter.svg").exists()


def test_offices_whose_deadlines_are_hidden_leave_the_town_s_sentence(changed, site):
    few = changed("few-deadlines", site, FEW_DEADLINES, TWENTY_PASSED)
    text = plain_text(few / "rueckstand.html")
    assert "In der ganzen Stadt ist bei 20 von " in text
    assert "Je Amt sind es zu wenige Vorgänge, um ihre Fristen zu vergleichen." in text
    assert not (few / "charts" / "fristen-aemter.svg").exists()


def test_shown_offices_without_a_passed_deadline_do_not_speak_for_the_town(changed, site):
    text = plain_text(changed("none-passed", site, NO_DEADLINE_PASSED, TWENTY_PASSED) / "rueckstand.html")
    assert re.search(
        r"In der ganzen Stadt ist bei 20 von \d+ offenen Vorgängen mit Frist die Frist abgelaufen\. "
        r"In keinem der gezeichneten Ämter ist eine Frist abgelaufen\.",
        text,
    )


def test_a_town_of_few_cases_says_that_they_are_few(tiny):
    """Neither that data are missing, nor an old month as if it were the last."""
    stock, savings, first = (plain_text(tiny.site / f"{name}.html") for name in ("rueckstand", "einsparungen", "index"))
    assert "In einzelnen Monaten sind es zu wenige Vorgänge; die Summe des Jahres würde sie verraten." in stock
    assert "Es fehlt das Eingangsdatum" not in stock
    assert "oder es gibt zu wenige Vorgänge aus der Zeit vor dem Start." in savings
    [month] = re.findall(r"Im (\w+ \d{4}) kamen \d+\u202f% der Anträge auf Papier", first)[:1]
    assert ("Spätere Monate sind nicht gezeigt: zu wenige Vorgänge." in first) is (month != "September 2026")


def test_the_stock_is_compared_in_words(site):
    [(now, before)] = figures(
        site,
        f"select max(open_cases) filter (where day = {LAST}), max(open_cases) filter (where day = {LAST} - 364) "
        f"from rpt_backlog_daily where {TOWN}",
    )
    moved = f"{abs(now - before)} {'mehr' if now > before else 'weniger'} als am 1. November 2025"
    assert f"Am 31. Oktober 2026 waren {now} Vorgänge offen, {moved}; bei " in plain_text(site / "rueckstand.html")
