"""What town.toml may say of systems that are asked, deletion lists, precedence and hours; each mistake one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.town.folder import read_town
from sources.town.source import ASKED_FORMATS, FILE_FORMATS
from tests.towns import PORTAL, case_id, lines, make_source, make_town, problems_of, taken

REGISTER = """
[[source]]
name = "register"
system = "case"
format = "postgres"
[source.connection]
url = "postgresql://reader@db.example/permits"
query = "papierwende.events"
[source.columns]
case_ref = "case"
activity = "step"
occurred_at = "at"
"""
DELETIONS = """
[[source]]
name = "loeschliste"
system = "portal"
format = "csv"
path = "inbox/portal/*.csv"
mode = "deletions"
of = "portal"
[source.columns]
case_ref = "Vorgang"
"""


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (REGISTER.replace("query", "# query"), "connection.query is missing; name a table or view, or write a select"),
        (
            REGISTER.replace('format = "postgres"', 'format = "postgres"\npath = "inbox/x/*"'),
            "'path' is for files; postgres is asked at connection.url",
        ),
        (
            REGISTER.partition("[source.connection]")[0] + "[source.columns]" + REGISTER.partition("[source.columns]")[2],
            "[source.connection] is missing; postgres needs its url",
        ),
        (
            REGISTER.replace("reader@", "reader:geheim@"),
            "a password or token stands in the address; give it by the environment, not here",
        ),
        (
            REGISTER.replace("db.example/permits", "db.example/permits;PWD=geheim"),
            "a password or token stands in the address; give it by the environment, not here",
        ),
        (
            REGISTER.replace("db.example/permits", "db.example/permits#geheim"),
            "something behind # stands in the address; take it out",
        ),
        (REGISTER.replace("postgresql://reader@db.example/permits", "db.example"), "'db.example' is no address"),
        (
            REGISTER.replace("postgresql://reader@db.example/permits", "http://db.example"),
            "'http://db.example' is not encrypted; use https, or say plain_http = true for a closed network",
        ),
        (
            REGISTER.replace("query", 'password = "x"\nquery'),
            "key 'password' looks like a secret; give it by the environment or a *_FILE, not here",
        ),
        (DELETIONS + PORTAL.replace('"portal"', '"online"', 1), "of = 'portal' names no other source"),
        (DELETIONS.replace('of = "portal"', "") + PORTAL, "'of' is missing; name the source whose records the list deletes"),
        (PORTAL + '[precedence]\ncolour = ["portal"]\n', "[precedence]: 'colour' is no column of a case"),
        (PORTAL + '[precedence]\nclosed_at = ["portal", "cases"]\n', "closed_at names 'cases', which is no source"),
        (PORTAL + '[precedence]\nclosed_at = "portal"\n', 'closed_at needs a list of sources, such as closed_at = ["cases'),
        (PORTAL + '[run]\nschedules = ["nightly"]\n', "'nightly' is no schedule; write minute hour day month weekday"),
        (
            PORTAL.replace('[source.columns]', '[source.connection]\nurl = "https://x.example"\n[source.columns]'),
            "connection.url of a source of csv files must begin with sftp://",
        ),
    ],
)  # fmt: skip
def test_a_source_that_cannot_work_is_told(tmp_path: Path, toml: str, message: str) -> None:
    said = " ".join(problems_of(make_town(tmp_path / "town", toml)))
    assert message in said
    assert "geheim" not in said


def test_a_town_with_systems_lists_and_precedence_is_in_order(tmp_path: Path) -> None:
    toml = PORTAL + REGISTER + DELETIONS + '[precedence]\nclosed_at = ["register", "portal"]\n'
    town = read_town(make_town(tmp_path / "town", toml))
    assert [source.is_asked for source in town.sources] == [False, True, False]
    assert town.precedence == {"closed_at": ("register", "portal")}
    assert [record.name for record in town.sources[2].records] == ["removals"]


NUMBERS = '\n[source.case_numbers]\ndrop = " -/."\nremove_prefixes = ["WEB-", "AZ"]\nadd_prefix = "BHV"\n'


@pytest.mark.parametrize(
    "spelling", ["web-2026/17", "AZ 2026-17", "2026 17", "\uff37EB-2026.17", "\u200eAZ\u00a02026\u201317"]
)
def test_a_number_in_another_spelling_is_the_same_case(tmp_path: Path, spelling: str) -> None:
    """The portal's prefix comes off before the pseudonym, so that case system and scans meet it."""
    folder = make_town(tmp_path / "town", PORTAL.replace("windows-1252", "utf-8") + NUMBERS)
    path = folder / "inbox" / "portal" / "a.csv"
    path.write_text(lines(f"{spelling};Eingang;02.03.2026 09:15;Post"), encoding="utf-8")
    assert taken(folder, path).records["events"]["case_id"].to_list() == [case_id("BHV202617")]


def test_a_sign_that_is_dropped_may_be_any_of_its_kind(tmp_path: Path) -> None:
    """A mapping that drops the long dash meets the short one too: both are one sign before."""
    folder = make_town(tmp_path / "town", PORTAL.replace("windows-1252", "utf-8") + NUMBERS.replace(" -/.", "\u2013"))
    path = folder / "inbox" / "portal" / "a.csv"
    path.write_text(lines("2026-17;Eingang;02.03.2026 09:15;Post"), encoding="utf-8")
    assert taken(folder, path).records["events"]["case_id"].to_list() == [case_id("BHV202617")]


def test_a_constant_may_announce_nothing_but_fill_a_field() -> None:
    source = make_source({"counted_on": "Datum", "value": "Seiten"}, kind="printed_pages")
    assert [record.name for record in source.records] == ["counts"]


MANUAL = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
SNIPPETS = [block for block in re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL) if block.startswith("[[source]]")]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: re.findall(r'name = "(.*?)"', snippet)[0])
def test_the_manuals_ten_lines_work_as_printed(tmp_path: Path, snippet: str) -> None:
    assert problems_of(make_town(tmp_path / "town", snippet)) == []


def test_the_manual_shows_every_format_with_lines_or_in_words() -> None:
    assert len(SNIPPETS) >= 9
    assert all(f'"{form}"' in MANUAL or f"`{form}`" in MANUAL for form in (*FILE_FORMATS, *ASKED_FORMATS))


def test_an_office_called_like_a_secret_may_be_mapped(tmp_path: Path) -> None:
    toml = PORTAL + '[source.values.service]\nPasswesen = "pass"\n'
    assert (
        problems_of(
            make_town(
                tmp_path / "town",
                toml.replace("[source.values.channel]", 'service = "Amt"\n[source.values.channel]', 1),
            )
        )
        == []
    )
