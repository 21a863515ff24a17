"""What every page must be: one subject, one language, no script, nothing from elsewhere."""

from __future__ import annotations

import itertools
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashboards.site import PAGES, POLICY, SECURITY_HEADERS, build_site
from dashboards.writing.html import WITHOUT_FIGURES
from tests.dashboards.built import UNKNOWN, amount, csv_rows, figures, plain_text
from tests.dashboards.states import THRESHOLDS_OFF

NAMES = (*PAGES, *WITHOUT_FIGURES)
VOID = {"meta", "link", "img", "source", "br", "hr", "wbr"}


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
    whole_town = "service_code = 'all' and office_code = 'all'"
    [(generation,)] = figures(site, "select generation_id from dim_generation")
    [(of_month,)] = figures(
        site,
        "select is_provisional from rpt_throughput_monthly where month = date '2026-09-01' and intake_channel = 'all' "
        f"and {whole_town}",
    )
    [(of_day,)] = figures(
        site, f"select is_provisional from rpt_backlog_daily where day = date '2026-10-31' and {whole_town}"
    )
    state = {True: "vorläufig", False: "endgültig"}
    for name in PAGES:
        text = (site / name).read_text()
        for word in (
            "Datenstand: 31. Oktober 2026",
            "Datenabdeckung: ",
            f"31. Oktober 2026: {state[of_day]}" if name == "rueckstand.html" else f"September 2026: {state[of_month]}",
            "Nachweisgrad: ",
            f"{generation}<",
        ):
            assert word in text, (name, word)


def test_no_machine_word_is_shown(site):
    for name in NAMES:
        assert not re.search(r"monitor\.|\b(rpt|fct|dim)_", (site / name).read_text()), name


def test_months_with_many_open_cases_have_no_lifelong_figures(site):
    months = figures(
        site,
        """
        with decided as (
            select date_trunc('month', received_at)::date as month, count(closed_at) / count(*) as share
            from fct_cases where received_at is not null group by all
        )
        select month >= date '2025-10-01' and share < 0.95, paper_share_out, paper_share_file, paper_share_internal
        from rpt_paper_share_monthly join decided using (month)
        where service_code = 'all' and office_code = 'all' and month_basis = 'received' order by month
        """,
    )
    rows = csv_rows(site / "data" / "papierorte.csv")[1:]
    assert {is_open for is_open, *_ in months} == {True, False} and len(rows) == 37
    for (is_open, *shares), cells in zip(months[-37:], rows, strict=True):
        shown = [cells[at] for at in (3, 5, 7)]
        if is_open:
            assert shown == [UNKNOWN] * 3 and cells[1] != UNKNOWN, cells
        else:
            assert [amount(cell) for cell in shown] == pytest.approx([share * 100 for share in shares], abs=0.0501)
    assert "Offene Vorgänge haben noch nicht alle Schritte" in (site / "papier.html").read_text()


def test_the_finding_is_made_from_the_data(site):
    [(paper, known)] = figures(
        site,
        "select count(*) filter (where is_paper_intake), count(is_paper_intake) from fct_cases "
        "where date_trunc('month', received_at) = timestamptz '2026-09-01'",
    )
    text = (site / "index.html").read_text()
    percent = int(paper / known * 100 + 0.5)
    assert known > 100
    assert f"Im September 2026 kamen {percent}\u202f% der Anträge auf Papier (n\u202f=\u202f{known}), " in text


def test_money_and_time_are_never_added(site):
    text = (site / "einsparungen.html").read_text()
    assert "Beides wird nicht zusammengezählt." in text
    for path in (site / "data").glob("*.csv"):
        head = path.read_text(encoding="utf-8-sig").splitlines()[0]
        if path.name != "massnahmen.csv":
            assert not ("€" in head and "Stunden" in head), path.name


def test_whom_to_tell_of_a_barrier_is_named(changed, demo, site):
    with (demo.folder / "town.toml").open("rb") as file:
        contact = tomllib.load(file)["town"]["contact"]
    assert f"schreiben Sie uns: {contact}. " in (site / "barrierefreiheit.html").read_text().replace("<wbr>", "")
    assert all(f"Kontakt: {contact}. " in (site / name).read_text().replace("<wbr>", "") for name in NAMES)
    silent = changed("no-contact", site, "update dim_town set value = '' where key = 'contact'")
    text = (silent / "barrierefreiheit.html").read_text()
    assert "hat die Stadt Musterhafen hier noch nicht eingetragen" in text and "schreiben Sie uns" not in text


def test_a_test_town_shows_a_banner_on_every_page(changed, demo, site):
    loud = changed("open-demo", demo.site, THRESHOLDS_OFF)
    for name in NAMES:
        assert "Teststadt:" in (loud / name).read_text()
        assert "Teststadt:" not in (site / name).read_text()


def test_an_empty_town_says_what_is_missing(changed, site):
    tables = figures(site, "select table_name from duckdb_tables() where table_name similar to '(fct|rpt)_.*'")
    assert len(tables) > 20
    empty = changed("empty", site, *(f"delete from {table}" for (table,) in tables))
    for name in PAGES:
        text = (empty / name).read_text()
        assert "Noch keine Aussage möglich: " in text, name
        assert "None" not in text and "nan" not in text.split()
    assert not list((empty / "charts").glob("papierquote*"))


def test_months_after_a_logs_beginning_in_which_nothing_was_decided_stop_no_page(changed, site):
    """A log of two months whose town runs on: beyond its beginning lie months without any decision."""
    last = "(select max(month) from rpt_throughput_monthly) - interval 4 month"
    idle = changed(
        "idle",
        site,
        f"update rpt_throughput_monthly set is_log_start = month < {last}",
        "update rpt_throughput_monthly set median_lead_seconds = null, p90_lead_seconds = null where not is_log_start",
    )
    text = plain_text(idle / "durchlaufzeiten.html")
    assert "Die Hälfte der im" in text and "Das gilt für alles, was hier gezeichnet ist" in text


def test_a_town_with_all_its_sources_leaves_no_question_open_but_those_of_a_few(site):
    """And whether a saving lasts: no measure of Musterhafen is at work for two full years."""
    open_questions = {
        (name, reason)
        for name in PAGES
        for reason in re.findall(r"Noch keine Aussage möglich: ([^<]*)", (site / name).read_text())
        if not any(why in reason for why in ("zu wenige Vorgänge", "zeigbar", "noch nicht vorbei"))
    }
    assert open_questions == set()


def test_missing_savings_are_named_not_zero(changed, site):
    tables = (
        "rpt_savings_totals_monthly",
        "rpt_cash_findings",
        "rpt_break_even",
        "rpt_alternatives",
        "rpt_savings_pace",
    )
    nothing = tuple(f"delete from {table}" for table in (*tables, "rpt_break_even_monthly", "rpt_break_even_drivers"))
    text = (changed("unsaved", site, *nothing) / "einsparungen.html").read_text()
    assert "Noch keine Aussage möglich: Es ist noch keine Maßnahme mit Wirkung erfasst" in text
    for asked in ("geld", "bruecke", "traegt"):
        [section] = re.findall(rf'<section[^>]*aria-labelledby="{asked}".*?</section>', text, re.DOTALL)
        assert not re.search(r"(?<![\d.])0\u202f€", section), asked


def test_a_refused_delivery_of_bookings_is_named_where_the_money_stands(changed, site):
    refused = changed(
        "refused",
        site,
        "insert into rpt_log_health by name select * replace ('refused_deliveries' as check_name, 2.0 as observed, "
        "(select min(source) from fct_deliveries where record_kind = 'costs') as source) from rpt_log_health limit 1",
    )
    for page in ("index.html", "einsparungen.html"):
        assert "Als Ganzes abgewiesen und nicht eingerechnet wurden 2 Lieferungen der Quelle" in plain_text(
            refused / page
        )


def test_a_measure_without_bookings_is_left_out_by_name(changed, site):
    silent = "update rpt_savings_totals_monthly set cash_measures_not_included = 'M-SCAN' where scope = 'all'"
    unbooked = changed("unbooked", site, silent)
    [(name,)] = figures(site, "select measure_name from dim_measures where measure_id = 'M-SCAN'")
    assert f"Nicht enthalten, weil Finanzdaten fehlen: {name}." in (unbooked / "einsparungen.html").read_text()
    assert "weil Finanzdaten fehlen" not in (site / "einsparungen.html").read_text()


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
    steps: list[tuple[str, int, int]] = []
    summary = build_site(site.parent / "papierwende.duckdb", tmp_path / "steps", lambda *step: steps.append(step))
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert steps[-1][1] == steps[-1][2]
    drawn = {name for page in NAMES for name in re.findall(r'src="charts/([\w-]+)\.svg"', (site / page).read_text())}
    drawn = {name.removesuffix("-schmal") for name in drawn if not name.startswith("verlauf-")}
    assert (summary.pages, summary.charts) == (len(NAMES), len(drawn)) and len(drawn) > len(PAGES)
    assert summary.csv_files == len(list((site / "data").iterdir()))


def test_the_style_knows_the_colours_of_the_charts():
    from dashboards.drawing import theme
    from dashboards.writing import html

    css = (Path(html.__file__).parent / "style.css").read_text()
    for light in (theme.DIGITAL, theme.SCANNED, theme.GOOD, theme.LATE, theme.OTHER, *theme.AGES):
        assert light in css and theme.DARK[light] in css
