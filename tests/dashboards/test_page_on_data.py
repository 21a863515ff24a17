"""The page on data: how old sources are, what was refused, which published figures moved, what found its case."""

from __future__ import annotations

import tomllib

from dashboards.words import say
from dashboards.words.glossary import RECORD_KINDS
from dashboards.writing.tables import MOST_ROWS
from tests.dashboards.built import csv_rows, figures, plain_text
from tests.dashboards.states import A_SOURCE_IS_LATE, MANY_REVISIONS, NEWS, THRESHOLDS_OFF


def test_the_page_on_data_says_how_old_each_source_is_and_who_is_late(changed, site):
    [(oldest, age)] = figures(
        site,
        "select source_name, age_days from rpt_sources where ended_on is null and source <> 'all' "
        "order by age_days desc, source_name limit 1",
    )
    [(awaited,)] = figures(site, "select count(*) from rpt_sources where allowed_days is not null and source <> 'all'")
    text = plain_text(site / "daten.html")
    every = f"Von {awaited} Quellen, die regelmäßig erwartet werden,"
    stand = f"Am ältesten sind unter den laufenden Quellen die Daten von „{oldest}“: {age} Tage."
    assert f"{every} ist keine überfällig. {stand}" in text
    rows = {row[0]: row[3:] for row in csv_rows(site / "data" / "alter.csv")[1:]}
    listed = dict(figures(site, "select source_name, allowed_days from rpt_sources where source <> 'all'"))
    has_ended = {source: cells for source, cells in rows.items() if cells[2] != "ja"}
    assert rows.keys() == listed.keys() and len(has_ended) == 1
    assert [cells[:2] for cells in has_ended.values()] == [["nicht mehr", "nein"]]
    for source in rows.keys() - has_ended.keys():
        days = listed[source]
        said = ["ohne Takt", "unbekannt"] if days is None else [f"alle {days} Tage", "nein"]
        assert rows[source] == [*said, "ja"], source
    late = plain_text(with_many_news(changed, site) / "daten.html")
    assert f"{every} ist 1 überfällig. {stand}" in late
    [(ended,)] = figures(site, "select ended_source_count from rpt_sources where source = 'all'")
    assert ended == 1 and "1 Quelle ist beendet und darum nicht mehr erwartet." in text


def test_no_record_is_called_safe_that_another_with_its_key_pushed_out(changed, site):
    assert "keiner ging verloren" in plain_text(site / "daten.html")
    lost = changed("lost", site, "update rpt_sources set rows_contradicted = 4 where source = 'all'")
    text = plain_text(lost / "daten.html")
    assert "keiner ging verloren" not in text
    assert "4 Datensätze fehlen in den Zahlen, weil ein anderer denselben Schlüssel trägt" in text


def test_the_page_on_data_says_which_published_figure_moved_and_why(news_site, site):
    [(name,)] = figures(site, "select name_de from dim_metrics where metric = 'paper_share_in'")
    text = plain_text(news_site / "daten.html")
    assert "3 Zahlen haben sich geändert, am häufigsten durch: verspätete Daten." in text
    assert "Davon 1 Zahl so wenig, dass es gerundet nicht zu sehen ist" in text
    assert "60,0\u202f% 60,0\u202f%" not in text
    assert f"{name} Stadt gesamt 51,2\u202f% 46,2\u202f% verspätete Daten" in text
    assert "10,0\u202fTage unbekannt Berichtigung" in text
    assert "Keine der Zahlen, die hier genannt werden, hat sich geändert." in plain_text(site / "daten.html")


def test_no_revision_tells_of_a_few_cases(changed, news_site):
    """Neither those it moved by, nor the few of a share before or after, nor a month that pages do not show otherwise."""
    hidden = ("35,3", "44,4", "781", "666", "22,2")
    told = [cell for row in csv_rows(news_site / "data" / "revisionen.csv") for cell in row]
    assert not [cell for cell in told if cell.startswith(hidden)]
    opened = changed("open-news", news_site, THRESHOLDS_OFF)
    shown = [cell for row in csv_rows(opened / "data" / "revisionen.csv") for cell in row]
    assert {number for number in hidden for cell in shown if cell.startswith(number)} == set(hidden)
    assert "wenn es um mindestens 10 Vorgänge geht" in plain_text(news_site / "daten.html")
    assert "wenn es um mindestens" not in plain_text(opened / "daten.html")


def test_checks_that_found_nothing_are_shown_to_who_asks(site):
    [(passed,)] = figures(site, "select count(*) filter (where passed) from rpt_log_health")
    before, folded = (site / "daten.html").read_text(encoding="utf-8").split('id="t-pruefungen-ohne-befund"')
    assert "unauffällig</td>" not in before and before.rindex("<details") > before.rindex("</details>")
    assert folded.count("unauffällig</td>") == min(passed, MOST_ROWS) > 0
    assert (f"von {passed} Zeilen" in folded) == (passed > MOST_ROWS)


def with_many_news(changed, site):
    """Many figures moved, a source is late, and no other check found more than something of note."""
    nothing_striking = "delete from rpt_log_health where severity = 'warning' and not passed"
    return changed("many", site, *NEWS, MANY_REVISIONS, nothing_striking, A_SOURCE_IS_LATE)


def test_many_moved_figures_are_folded(changed, news_site, site):
    assert "Weitere geänderte Zahlen" not in plain_text(news_site / "daten.html")
    many = (with_many_news(changed, site) / "daten.html").read_text(encoding="utf-8")
    before, folded = many.split("Weitere geänderte Zahlen</su")
    assert (before.count("Januar 2016"), folded.count("Januar 2016")) == (10, 188)
    assert "Gezeigt sind die neuesten 200; alle stehen in der Auswertung „Geänderte Zahlen“." in folded


def test_findings_of_note_are_told_from_what_is_striking(changed, site):
    counted = "select count(*), count(*) filter (where not passed and severity = 'warning') from rpt_log_health"
    [(checks, striking)] = figures(site, counted)
    assert f"{striking} Prüfungen von {checks} sind auffällig." in plain_text(site / "daten.html")
    calm = changed("calm", site, "delete from rpt_log_health where severity = 'warning' and not passed")
    [(checks, striking)] = figures(calm, counted)
    [(noted,)] = figures(calm, "select count(*) from rpt_log_health where not passed")
    assert striking == 0 < noted
    assert f"Keine der {checks} Prüfungen ist auffällig; {noted} Prüfungen geben einen Hinweis." in plain_text(
        calm / "daten.html"
    )


def test_shares_of_records_that_found_their_case_hide_where_they_are_few(news_site):
    links = "select {} from rpt_case_links where source = '{}' and record_kind = '{}'"
    [(found, scanned)] = figures(news_site, links.format("found_share, records", "all", "scans"))
    [(alone, cases)] = figures(news_site, links.format("one_source_share, cases_total", "all", "cases"))
    [(few,)] = figures(news_site, links.format("records", "transfervermerke", "scans"))
    [(notes,)] = figures(news_site, "select source_name from rpt_sources where source = 'transfervermerke'")
    text, scans = plain_text(news_site / "daten.html"), RECORD_KINDS["scans"]
    assert f"{german(found)}\u202f% der {scans} ({say.basis(scanned)})" in text
    assert f"; {german(alone)}\u202f% der Vorgänge ({say.basis(cases)}) kennt nur eine Quelle." in text
    assert f"{notes} {scans} {few} . . ." in text


def test_sources_are_called_by_their_titles(demo, site):
    with (demo.folder / "town.toml").open("rb") as file:
        titles = {source["name"]: source["title"] for source in tomllib.load(file)["source"]}
    heads = {path: csv_rows(path) for path in (site / "data").glob("*.csv")}
    shown = {row[0] for rows in heads.values() if rows[0][0] == "Quelle" for row in rows[1:]}
    assert shown == {*titles.values(), "Stadt gesamt"}


def german(share: float) -> str:
    """A share in percent with one decimal place."""
    return f"{share * 100:.1f}".replace(".", ",")
