"""The same value in chart, table and CSV; nothing small, nothing empty, nothing that runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import altair as alt
import duckdb
import polars as pl
import pytest

from dashboards.charts.intake import paper_intake
from dashboards.charts.parts import data
from dashboards.drawing import theme
from dashboards.drawing.rendering import Drawing, EmptyChartError, darkened, render, titled


def page_table(site: Path, page: str, caption: str) -> list[list[str]]:
    text = (site / page).read_text()
    table = next(part for part in re.findall(r"<table>.*?</table>", text, re.DOTALL) if f">{caption}</caption>" in part)
    return [
        [unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]


def csv_rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";"))


def plain(cell: str) -> str:
    number = re.fullmatch(r"[−-]?[\d.]+(,\d+)?", cell)
    return cell.replace(".", "").replace("−", "-") if number and cell != "." else cell.replace("\u202f", " ").strip()


def test_every_csv_says_what_its_table_says(site):
    seen = 0
    for page in sorted(site.glob("*.html")):
        text = page.read_text()
        pairs = re.findall(r'<caption id="t-([\w-]+)">(.*?)</caption>', text)
        for slug, caption in pairs:
            shown, stored = page_table(site, page.name, caption), csv_rows(site / "data" / f"{slug}.csv")
            assert [[plain(cell) for cell in row] for row in shown[1:]] == [
                [plain(cell) for cell in row] for row in stored[1:]
            ]
            seen += 1
    assert seen >= 25


def test_csv_opens_in_a_german_spreadsheet(site):
    raw = (site / "data" / "papierquote-eingang.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    rows = csv_rows(site / "data" / "papierquote-eingang.csv")
    assert rows[0][:2] == ["Monat", "Papierquote im Eingang in %"]
    assert re.fullmatch(r"\d+,\d", rows[1][1])


def test_the_table_shows_the_published_values(site):
    with duckdb.connect(str(site.parent / "papierwende.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select paper_share_in * 100, known_channel_cases from monitor.rpt_paper_share_monthly "
            "where service_code = 'all' and office_code = 'all' order by month"
        ).fetchall()[-37:]
    shown = csv_rows(site / "data" / "papierquote-eingang.csv")[1:]
    assert len(shown) == len(rows) == 37
    for (share, cases), cells in zip(rows, shown, strict=True):
        assert abs(float(cells[1].replace(",", ".")) - share) <= 0.0501
        assert int(cells[3]) == cases


def test_the_chart_shows_the_values_of_the_table(site):
    """Vertices of the line, read back from pixels by the two outer labels of the axis."""
    svg = (site / "charts" / "papierquote-eingang.svg").read_text()
    path = re.search(r'class="mark-line role-mark verlauf_marks"[^>]*><path d="([^"]*)"', svg)[1]
    heights = [float(pair.split(",")[1]) for pair in re.findall(r"[ML]([^MLZ]+)", path)]
    shares = [float(row[1].replace(",", ".")) for row in csv_rows(site / "data" / "papierquote-eingang.csv")[1:]][
        : len(heights)
    ]
    slope = (heights[-1] - heights[0]) / (shares[-1] - shares[0])
    assert len(heights) == 36 and slope < 0
    for height, share in zip(heights, shares, strict=True):
        assert abs(heights[0] + slope * (share - shares[0]) - height) < 0.6


def test_every_chart_has_two_widths_two_schemes_and_words(site):
    names = {path.stem for path in (site / "charts").glob("*.svg")}
    for name in names:
        assert f"{name.removesuffix('-dunkel')}-dunkel" in names
        svg = (site / "charts" / f"{name}.svg").read_text()
        assert "style=" not in svg and "<script" not in svg and "aria-roledescription" not in svg
        assert not re.findall(r"(?:href|src)=", svg)
        if not name.startswith("verlauf-"):
            assert 'role="img"' in svg and "<title" in svg and "<desc" in svg
            assert min(float(size) for size in re.findall(r'font-size="([\d.]+)', svg)) >= 12
        if name.endswith("-schmal"):
            assert float(re.search(r'width="([\d.]+)"', svg)[1]) <= 290


def test_dates_and_numbers_in_charts_are_german(site):
    svg = (site / "charts" / "papierquote-eingang.svg").read_text()
    assert "Jan. 2026" in svg and "20\u202f%" in svg


def test_a_chart_that_lost_its_marks_is_an_error():
    frame = pl.DataFrame({"month": ["2026-01-01", "2026-02-01"], "value": [1.0, 2.0]})
    chart = alt.Chart(data(frame), name="line").mark_line().encode(x="month:T", y="value:Q")
    assert render(Drawing(alt.layer(chart), {"line": 2}), theme.WIDE, "t", "d").width == 720
    with pytest.raises(EmptyChartError):
        render(Drawing(alt.layer(chart), {"line": 3}), theme.WIDE, "t", "d")
    with pytest.raises(EmptyChartError):
        render(Drawing(alt.layer(chart), {"other": 2}), theme.WIDE, "t", "d")
    empty = alt.Chart(data(frame.head(0)), name="line").mark_line().encode(x="month:T", y="value:Q")
    with pytest.raises(EmptyChartError):
        render(Drawing(alt.layer(empty), {"line": 0}), theme.WIDE, "t", "d")


def test_titles_are_escaped_and_dark_is_another_set():
    bare = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect fill="#004488"/></svg>'
    picture = titled(bare, "<b>&", "]]>")
    assert "&lt;b&gt;&amp;" in picture.svg and "]]&gt;" in picture.svg
    assert theme.DARK[theme.DIGITAL] in darkened(picture).svg


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_told_from_the_ground(dark):
    def shade(colour: str) -> str:
        return theme.DARK[colour] if dark else colour

    ground = shade(theme.PAPER_WHITE)
    for colour in (
        theme.DIGITAL,
        theme.PAPER,
        theme.SCANNED,
        theme.GOOD,
        theme.LATE,
        theme.OTHER,
        theme.LAST_YEAR,
        *theme.AGES,
    ):
        assert contrast(shade(colour), ground) >= 3, colour
    for colour in (theme.INK, theme.QUIET, theme.PAPER, theme.DIGITAL, theme.GOOD, theme.LATE, theme.OTHER):
        assert contrast(shade(colour), ground) >= 4.5, colour
    for tint in (theme.PAPER_TINT, theme.NODE_TINT):
        assert contrast(shade(theme.INK), shade(tint)) >= 4.5 and contrast(shade(theme.QUIET), shade(tint)) >= 4.5


def test_hostile_names_stay_words(hostile_site):
    for path in hostile_site.rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name), path
    for path in hostile_site.rglob("*.html"):
        text = path.read_text()
        for found in ("<script", "<img src=x", "<svg", "onload=alert(1)>", 'onerror="'):
            assert found not in text, (path.name, found)
    for path in hostile_site.rglob("*.svg"):
        text = path.read_text()
        assert "<script" not in text and "<img" not in text and text.count("<svg") == 1
    assert "{{ 7 * 7 }}" in (hostile_site / "papier.html").read_text()
    css = (hostile_site / "style.css").read_text()
    assert "</script>" not in css and "alert(1)" not in css


def test_hostile_names_are_no_formulas(hostile_site):
    cells = [cell for path in (hostile_site / "data").glob("*.csv") for row in csv_rows(path) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    for cell in cells:
        assert not re.match(r"[=+@\t\r]|-(?![\d])", cell), cell


def test_small_cells_never_appear(make_site):
    """With a threshold of 60 the small services lose every value; with the thresholds off they show."""
    hidden, shown = (
        make_site("strict", min_cases=60, cases=4000),
        make_site("open", min_cases=60, cases=4000, thresholds_off=True),
    )
    for slug, column in (("papier-leistungen", 4), ("durchlaufzeit-leistungen", 6)):
        strict = {row[0]: row for row in csv_rows(hidden / "data" / f"{slug}.csv")[1:]}
        free = {row[0]: row for row in csv_rows(shown / "data" / f"{slug}.csv")[1:]}
        small = [name for name, row in free.items() if int(row[column]) < 60]
        assert small
        for name in small:
            values = [cell for at, cell in enumerate(strict[name][1:], 1) if not (slug.startswith("durch") and at == 5)]
            assert set(values) == {"."}, name
        assert all(int(row[column]) >= 60 for row in strict.values() if row[column] != ".")
        assert all(row[column] != "." for row in free.values())
    page = (hidden / "papier.html").read_text()
    assert "nicht gezeigt, weil zu wenige Vorgänge dahinterstehen" in page


def test_a_single_hidden_row_takes_a_second_with_it():
    from dashboards.questions.small_cells import hide_small_groups

    frame = pl.DataFrame({"code": ["a", "b", "c"], "cases": [40, 3, 12]})
    hidden = hide_small_groups(frame, "cases", 10, ("code",))
    assert hidden["cases"].to_list() == [40, None, None]
    assert hide_small_groups(frame.head(1), "cases", 10, ("code",))["cases"].to_list() == [40]


def test_the_layout_does_not_depend_on_the_seed_of_hashes(site):
    program = (
        "import hashlib, sys\n"
        "from dashboards.drawing.process_layout import Edge, arranged\n"
        "steps = ['a', 'b', 'c', 'd', 'e', 'f']\n"
        "edges = [Edge(*e) for e in [('a','b',9),('b','c',8),('c','b',3),('a','d',2),('d','c',2),('e','f',2),('f','a',1),('b','f',1)]]\n"
        "layout = arranged(steps, edges, ['a', 'b', 'c'], 196.0, 30.0)\n"
        "print(sorted((item.layer, item.step, item.edge, round(x, 3)) for item, x in layout.x.items()))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            cwd=Path(__file__).parents[2], env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(outputs) == 1


@pytest.mark.parametrize(("measures", "shown"), [(2, "Maßnahme 1"), (9, "9")])
def test_many_go_lives_are_numbered_instead_of_written_over_each_other(measures, shown):
    months = [dt.date(2025, month, 1) for month in range(1, 13)]
    lives = pl.DataFrame(
        {"month": months[:measures], "name": [f"Maßnahme {at}" for at in range(measures)], "measures": [1] * measures}
    )
    frame = pl.DataFrame({"month": months, "paper_share_in": [0.5] * 12, "is_provisional": [False] * 12})
    svg = render(paper_intake(frame, None, lives, theme.WIDE), theme.WIDE, "t", "d").svg
    assert f">{shown}</text>" in svg and ("Maßnahme" in svg) is (measures == 2)


def test_the_printed_foot_keeps_its_blanks(site):
    assert r"Blick\2e  Datenstand" in (site / "style.css").read_text()
