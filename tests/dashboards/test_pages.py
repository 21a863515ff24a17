"""What every page must be: one subject, one language, no script, nothing from elsewhere."""

from __future__ import annotations

import itertools
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from dashboards.site import POLICY, SECURITY_HEADERS, build_site

NAMES = (
    "index.html", "durchlaufzeiten.html", "rueckstand.html", "papier.html", "einsparungen.html", "daten.html",
    "barrierefreiheit.html", "404.html",
)  # fmt: skip
VOID = {"meta", "link", "img", "source", "br", "hr"}


class Outline(HTMLParser):
    """All tags with their attributes, headings, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(params=NAMES)
def page(request, site):
    return request.param, (site / request.param).read_text(encoding="utf-8")


def test_every_page_is_written(site):
    assert {path.name for path in site.glob("*.html")} == set(NAMES)


def test_tags_are_closed_and_ids_unique(page):
    outline = Outline(page[1])
    assert not outline.open
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_language_heading_and_landmarks(page):
    outline = Outline(page[1])
    assert outline.all("html")[0]["lang"] == "de"
    for tag in ("h1", "main", "nav", "title"):
        assert len(outline.all(tag)) == 1, tag
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_titles_are_unique(site):
    titles = [re.search("<title>(.*?)</title>", (site / name).read_text())[1] for name in NAMES]
    assert len(set(titles)) == len(NAMES)


def test_skip_link_comes_first(page):
    first = Outline(page[1]).all("a")[0]
    assert first["class"] == "skip" and first["href"] == "#inhalt"
    assert 'id="inhalt"' in page[1]


def test_the_current_page_is_marked_once(page):
    name, text = page
    current = [attributes["href"] for attributes in Outline(text).all("a") if attributes.get("aria-current") == "page"]
    assert current == ([] if name == "404.html" else [name])


def test_no_script_no_inline_style_no_foreign_address(page):
    outline = Outline(page[1])
    assert not {tag for tag, _ in outline.tags} & {"script", "style", "iframe", "form", "base", "object", "embed"}
    for _, attributes in outline.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src", "srcset"):
            assert not re.match(r"[a-z]+:|//", attributes.get(name) or ""), attributes


def test_every_link_leads_somewhere(site, page):
    outline = Outline(page[1])
    for attributes in outline.all("a") + outline.all("link"):
        file, _, anchor = (attributes["href"] or "").partition("#")
        target = site / (file or page[0])
        assert target.exists(), attributes
        if anchor:
            assert f'id="{anchor}"' in target.read_text()
    for tag, name in (("img", "src"), ("source", "srcset")):
        assert all((site / attributes[name]).exists() for attributes in outline.all(tag))


def test_the_policy_stands_in_every_page(page):
    meta = [item for item in Outline(page[1]).all("meta") if item.get("http-equiv") == "Content-Security-Policy"]
    assert meta[0]["content"] == POLICY
    assert SECURITY_HEADERS["Content-Security-Policy"].startswith(POLICY)
    assert "script" not in POLICY and "unsafe" not in POLICY


def test_images_have_words_and_size(page):
    for image in Outline(page[1]).all("img"):
        assert image["width"] and image["height"]
        assert image["alt"] or "verlauf-" in (image["src"] or "")


def test_tables_have_captions_and_scopes(page):
    text = page[1]
    outline = Outline(text)
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert all(attributes.get("scope") in ("col", "row") for attributes in outline.all("th"))
    assert text.count('class="scroll') == text.count('role="region"') == text.count('tabindex="0"')


def test_the_line_of_trust_names_day_coverage_grade_and_generation(site):
    for name in NAMES[:6]:
        text = (site / name).read_text()
        for word in (
            "Datenstand: 31. Oktober 2026",
            "Abdeckung: ",
            "31. Oktober 2026: vorläufig" if name == "rueckstand.html" else "September 2026: endgültig",
            "Nachweisgrad: ",
            "9f2c61d07ab34e55c1d2<",
        ):
            assert word in text, (name, word)


def test_no_machine_word_is_shown(site):
    for name in NAMES:
        assert not re.search(r"monitor\.|\b(rpt|fct|dim)_", (site / name).read_text()), name


def test_months_with_many_open_cases_have_no_lifelong_figures(site):
    rows = (site / "data" / "papierorte.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [rows[-1].split(";")[at] for at in (3, 5, 7)] == ["k. A."] * 3
    assert "k. A." not in rows[-1].split(";")[1] + rows[10]
    assert "Offene Vorgänge haben noch nicht alle Schritte" in (site / "papier.html").read_text()


def test_the_finding_is_made_from_the_data(site):
    text = (site / "index.html").read_text()
    assert re.search(r"Im September 2026 kamen \d+\u202f% der Anträge auf Papier \(n\u202f=\u202f[\d.]+\), ", text)


def test_money_and_time_are_never_added(site):
    text = (site / "einsparungen.html").read_text()
    assert "Beides wird nicht zusammengezählt." in text
    for path in (site / "data").glob("*.csv"):
        head = path.read_text(encoding="utf-8-sig").splitlines()[0]
        if path.name != "massnahmen.csv":
            assert not ("€" in head and "Stunden" in head), path.name


def test_a_test_town_shows_a_banner_on_every_page(make_site, site):
    loud = make_site("loud", thresholds_off=True, cases=1500)
    for name in NAMES:
        assert "Teststadt:" in (loud / name).read_text()
        assert "Teststadt:" not in (site / name).read_text()


def test_an_empty_town_says_what_is_missing(make_site):
    empty = make_site("empty", cases=0, with_savings=False)
    for name in NAMES[:5]:
        text = (empty / name).read_text()
        assert "Noch keine Aussage möglich: " in text, name
        assert "None" not in text and "nan" not in text.split()
    assert not list((empty / "charts").glob("papierquote*"))


def test_missing_savings_are_named_not_zero(make_site):
    text = (make_site("unsaved", with_savings=False, cases=1500) / "einsparungen.html").read_text()
    assert "Noch keine Aussage möglich: Es ist noch keine Maßnahme mit Wirkung erfasst" in text
    assert "0\u202f€" not in text


def test_a_measure_without_bookings_is_left_out_by_name(site):
    assert "Nicht enthalten, weil Finanzdaten fehlen: E-Akte Bauamt." in (site / "einsparungen.html").read_text()


def test_the_same_file_gives_the_same_bytes(site, tmp_path):
    build_site(site.parent / "papierwende.duckdb", tmp_path / "again")
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file()
    )
    for file in files:
        assert (site / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file


def test_only_an_empty_folder_is_written(site, tmp_path):
    (tmp_path / "something").write_text("x")
    with pytest.raises(FileExistsError):
        build_site(site.parent / "papierwende.duckdb", tmp_path)


def test_progress_counts_up(site, tmp_path):
    told: list[tuple[str, int, int]] = []
    summary = build_site(site.parent / "papierwende.duckdb", tmp_path / "told", lambda *step: told.append(step))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]
    assert summary.pages == len(NAMES) and 12 <= summary.charts <= 24


def test_the_style_knows_the_colours_of_the_charts():
    from dashboards.drawing import theme
    from dashboards.writing import html

    css = (Path(html.__file__).parent / "style.css").read_text()
    for light in (theme.DIGITAL, theme.SCANNED, theme.GOOD, theme.LATE, theme.OTHER, *theme.AGES):
        assert light in css and theme.DARK[light] in css


def plain_text(path: Path) -> str:
    """What a page says, without its tags, one blank for many."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))).strip()


def test_the_page_on_data_says_how_old_each_source_is_and_who_is_late(site: Path) -> None:
    text = plain_text(site / "daten.html")
    assert "Keine Quelle ist überfällig; am ältesten ist der Stand der Quelle „portal“" in text
    assert "erwartet alle … Tage" in text


def test_the_page_on_data_says_which_published_figure_moved_and_why(site: Path) -> None:
    text = plain_text(site / "daten.html")
    assert "4 Zahlen haben sich geändert, am häufigsten durch: verspätete Daten." in text
    assert "Davon 1 Zahl so wenig, dass es gerundet nicht zu sehen ist" in text
    assert "60,0\u202f% 60,0\u202f%" not in text
    assert "Onlinequote Stadt gesamt 51,2\u202f% 50,8\u202f% verspätete Daten" in text
    assert "10,0\u202fTage unbekannt Berichtigung" in text


def test_checks_that_found_nothing_are_shown_to_who_asks(site: Path) -> None:
    page = (site / "daten.html").read_text(encoding="utf-8")
    before, folded = page.split("<summary>Tabelle: Prüfungen ohne Befund</summary>")
    assert "unauffällig</td>" not in before
    assert folded.count("unauffällig</td>") == 2


def test_many_moved_figures_are_folded_and_findings_of_note_told(site: Path, tmp_path: Path) -> None:
    assert "Weitere geänderte Zahlen" not in plain_text(site / "daten.html")
    file = tmp_path / "papierwende.duckdb"
    shutil.copy(site.parent / file.name, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "insert into monitor.rpt_revisions by name select 'received_cases' as metric, 'all' as scope, "
            "date '2016-01-01' as month, i::double as old_value, i + 1.0 as new_value, 'correction' as cause, "
            "date '2026-10-30' as revised_on, false as is_small_cell from range(260) t(i)"
        )
        connection.execute("delete from monitor.rpt_log_health where severity = 'warning'")
    build_site(file, tmp_path / "site")
    assert "Keine der 2 Prüfungen ist auffällig; 1 Befund steht zur Kenntnis." in plain_text(
        tmp_path / "site" / "daten.html"
    )
    before, folded = (
        (tmp_path / "site" / "daten.html").read_text(encoding="utf-8").split("Weitere geänderte Zahlen</su")
    )
    assert (before.count("Januar 2016"), folded.count("Januar 2016")) == (9, 188)
    assert "Gezeigt sind die neuesten 200; alle stehen in der Auswertung „Geänderte Zahlen“." in folded


def test_shares_of_records_that_found_their_case_hide_where_they_are_few(site: Path) -> None:
    text = plain_text(site / "daten.html")
    assert "Scans: 90,3\u202f% finden ihren Vorgang; 22,5\u202f% der Vorgänge kennt nur eine Quelle." in text
    assert "poststelle Scans 9 . . ." in text
