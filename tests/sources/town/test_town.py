"""The town's folder: each mistake in town.toml is one sentence with its place and a way out, and all are told at once."""

import datetime as dt
from pathlib import Path

import pytest

from sources.town.folder import read_town
from tests.towns import PORTAL, make_town, problems_of

MORE = "\n[source.columns]"


def only_problem(folder: Path) -> str:
    found = problems_of(folder)
    assert len(found) == 1, found
    return found[0]


def test_the_small_town_is_in_order(tmp_path: Path) -> None:
    town = read_town(make_town(tmp_path / "town"))
    assert [source.name for source in town.sources] == ["portal"]
    assert [record.name for record in town.sources[0].records] == ["events", "cases"]


def test_a_folder_that_is_not_there_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    said = only_problem(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in said
    assert "papierwende init" in said


def test_a_folder_without_its_file_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    said = only_problem(tmp_path)
    assert str(tmp_path / "town.toml") in said
    assert "papierwende init" in said


@pytest.mark.parametrize("sign", ["[", "{", "*", "?", "'", '"', ","])
def test_a_path_that_would_be_read_as_syntax_is_refused(tmp_path: Path, sign: str) -> None:
    said = only_problem(make_town(tmp_path / f"to{sign}wn"))
    assert "move the town to a plainer path" in said


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "town.toml").write_text('[town]\nname = "Testhafen\nland = "HB"\n', encoding="utf-8")
    said = only_problem(folder)
    assert "town.toml: not valid TOML" in said
    assert "line 2" in said


def test_a_file_in_another_encoding_is_told_with_its_byte(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "town.toml").write_bytes(b'[town]\nname = "L\xfcbeck"\nland = "SH"\n')
    assert only_problem(folder) == "town.toml: not UTF-8 at byte 16; save it as UTF-8."


def test_the_mark_of_windows_editor_does_no_harm(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    text = (folder / "town.toml").read_text(encoding="utf-8")
    (folder / "town.toml").write_text(text, encoding="utf-8-sig")
    assert problems_of(folder) == []


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("[privacy]", "[privcy]", "section 'privcy' is unknown; the nearest is 'privacy'"),
        ("[[source]]", "[[sources]]", "section 'sources' is unknown; the nearest is 'source'"),
        ("land =", "lnad =", "town.toml [town]: key 'lnad' is unknown; the nearest is 'land'"),
        ("key_id =", "keyid =", "town.toml [privacy]: key 'keyid' is unknown; the nearest is 'key_id'"),
        ("encoding =", "encodign =", "[[source]] 1 'portal': key 'encodign' is unknown; the nearest is 'encoding'"),
    ],
)
def test_a_misspelt_key_is_named_with_its_neighbour(tmp_path: Path, right: str, wrong: str, place: str) -> None:
    folder = make_town(tmp_path / "town")
    toml = folder / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    assert any(place in said for said in problems_of(folder))


def test_a_section_with_too_few_brackets_is_told_how_to_write_it(tmp_path: Path) -> None:
    said = only_problem(make_town(tmp_path / "town", '[source]\nname = "portal"\n'))
    assert said == "town.toml [source]: there may be several; write it with double brackets, [[source]]."


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "town.toml").write_text("", encoding="utf-8")
    assert only_problem(folder) == "town.toml: section [town] is missing; add it with name and land."


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", town='name = "Testhafen"')
    assert only_problem(folder) == "town.toml [town]: 'land' is missing; add it."


def test_an_unknown_land_is_told_with_all_lands(tmp_path: Path) -> None:
    said = only_problem(make_town(tmp_path / "town", town='name = "Testhafen"\nland = "XX"'))
    assert said.startswith("town.toml [town]: 'land'")
    assert "'HB'" in said
    assert "found 'XX'" in said


@pytest.mark.parametrize("line", ["staff_threshold = 4", "min_cases = 9"])
def test_a_privacy_threshold_cannot_be_lowered(tmp_path: Path, line: str) -> None:
    said = only_problem(make_town(tmp_path / "town", privacy=line))
    assert said.startswith("town.toml [privacy]: '" + line.split()[0])
    assert "greater than or equal" in said


@pytest.mark.parametrize("key", ["password", "api_key", "portal_token", "clientSecret", "Credentials"])
def test_a_literal_secret_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace(MORE, f'\n{key} = "Sesam-öffne-dich"{MORE}'))
    found = problems_of(folder)
    assert any(f"key '{key}' looks like a secret" in said and "*_FILE" in said for said in found)
    assert "Sesam" not in "".join(found)


@pytest.mark.parametrize("where", ["town", "source"])
def test_an_unknown_zone_is_told_with_one_that_exists(tmp_path: Path, where: str) -> None:
    line = '\ntimezone = "Europe/Bremen"'
    if where == "town":
        folder = make_town(tmp_path / "town", town=f'name = "T"\nland = "HB"{line}')
    else:
        folder = make_town(tmp_path / "town", PORTAL.replace(MORE, line + MORE))
    said = only_problem(folder)
    assert f"[{where}]" in said
    assert "'Europe/Bremen' is no time zone; use Europe/Berlin" in said


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('encoding = "windoof-1252"', "encoding: 'windoof-1252' is no encoding; use utf-8, windows-1252 or utf-16"),
        ('encoding = "base64"', "encoding: 'base64' is no encoding"),
        ("delimiter = '\"'", "cannot part columns; use ; or , or a tab"),
        ('delimiter = "\\n"', "cannot part columns"),
        ('date_format = "dd.mm.yyyy"', "date_format: 'dd.mm.yyyy' is no format of a day or time; use one such as %d"),
        ('timestamp_format = "%d.%m.%Y %H"', "timestamp_format: '%d.%m.%Y %H' is no format"),
        ('timestamp_format = "%H:%M"', "timestamp_format: '%H:%M' is no format"),
        ('mode = "dumb"', "'mode' input should be 'increment', 'dump' or 'deletions' (found 'dumb'); correct it."),
        ('format = "exel"', "'format' input should be 'csv'"),
        ('path = "/srv/portal/*.csv"', "path: '/srv/portal/*.csv' must lie inside the town's folder"),
        ('path = "inbox/../../x/*.csv"', "must lie inside the town's folder, such as inbox/portal/*.csv"),
        (
            'mode = "dump"\ncorrects = true',
            "corrects is for increments; of two files of mode 'dump' the newer replaces",
        ),
        ("name = 'Portal Nord'", "'name' is not a name of at most 40 small letters, digits, _ and -, a letter first"),
    ],
)
def test_a_source_that_cannot_be_read_so_is_told(tmp_path: Path, line: str, message: str) -> None:
    kept = [known for known in PORTAL.splitlines() if known.split(" =")[0] != line.split(" =")[0]]
    folder = make_town(tmp_path / "town", "\n".join(kept).replace(MORE, f"\n{line}{MORE}"))
    said = only_problem(folder)
    assert "town.toml [[source]] 1" in said
    assert message in said


@pytest.mark.parametrize(
    "form", ["%d.%m.%Y", "%d.%m.%y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M:%S%.f", "%d.%m.%Y %H:%M:%S.%f"]
)
def test_a_format_that_can_be_read_is_accepted(tmp_path: Path, form: str) -> None:
    assert problems_of(make_town(tmp_path / "town", PORTAL.replace("%d.%m.%Y %H:%M", form))) == []


def test_a_name_used_twice_is_told(tmp_path: Path) -> None:
    said = only_problem(make_town(tmp_path / "town", PORTAL + PORTAL))
    assert said == "town.toml [[source]] 'portal': the name is used twice; rename one."


def test_a_title_used_twice_is_told(tmp_path: Path) -> None:
    """Readers would take two sources for one."""
    titled = PORTAL.replace('name = "portal"', 'name = "{}"\ntitle = "Serviceportal"')
    said = only_problem(make_town(tmp_path / "town", titled.format("portal") + titled.format("second")))
    assert said == "town.toml [[source]] 'second': the title 'Serviceportal' is used twice; change one."


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            'channel = "Kanal"',
            'chanel = "Kanal"',
            "columns.chanel is not a field of the contract; the nearest is 'channel'",
        ),
        (
            'activity = "Schritt"\n',
            "",
            "columns.occurred_at belongs to events, but this mapping yields cases; events need 'activity'",
        ),
        ('occurred_at = "Zeitpunkt"\n', "", "[source.columns] lacks 'occurred_at', which events need"),
        ('Post = "post"', 'Post = "posst"', "values.channel maps 'Post' to 'posst'; the nearest is 'post'"),
        ('channel = "Kanal"\n', "", "values.channel maps a field that [source.columns] does not name"),
        (
            'channel = "Kanal"',
            'channel = "Kanal"\npages = "Blatt"',
            "columns.pages belongs to documents, but this mapping yields events and cases",
        ),
    ],
)
def test_a_mapping_that_makes_no_record_is_told(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    said = " ".join(problems_of(make_town(tmp_path / "town", PORTAL.replace(right, wrong))))
    assert "[[source]] 1 'portal'" in said
    assert message in said


def test_a_mapping_without_any_record_is_told_what_an_event_needs(tmp_path: Path) -> None:
    head = PORTAL.partition("[source.columns]")[0]
    said = only_problem(make_town(tmp_path / "town", head + '[source.columns]\ncase_ref = "Vorgang"\n'))
    assert "names no record; an event needs case_ref, activity and occurred_at" in said


def test_a_constant_outside_its_vocabulary_is_told_with_its_neighbour(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace(MORE, f'\nmedium = "digtal"{MORE}'))
    assert "constant medium = 'digtal'; the nearest is 'digital'" in only_problem(folder)


def test_a_field_cannot_be_constant_and_column(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace(MORE, f'\nchannel = "post"{MORE}'))
    assert "'channel' is both a constant and a column; keep one" in only_problem(folder)


APPLICANTS = PORTAL.replace('channel = "Kanal"', 'channel = "Kanal"\ndistrict = "Ortsteil"')
PURPOSE = """
[[purpose]]
name = "Where counters are needed"
columns = ["district"]
agreement = "Service agreement 7/2026"
valid_from = 2026-01-01
"""


def test_a_column_about_applicants_needs_a_purpose(tmp_path: Path) -> None:
    said = only_problem(make_town(tmp_path / "town", APPLICANTS))
    assert "[[source]] 'portal': 'district' tells about applicants and needs a registered [[purpose]]" in said


def test_a_column_about_applicants_may_come_with_its_purpose(tmp_path: Path) -> None:
    assert problems_of(make_town(tmp_path / "town", APPLICANTS + PURPOSE)) == []


def test_a_purpose_without_an_agreement_is_told(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", APPLICANTS + PURPOSE.replace('agreement = "Service agreement 7/2026"\n', ""))
    assert any(
        "[[purpose]] 1 'Where counters" in said and "'agreement' is missing" in said for said in problems_of(folder)
    )


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = make_town(
        tmp_path / "town",
        PORTAL.replace("encoding =", "encodign ="),
        {"closing_days": "closed_on;office_code\n", "targets": "metrik;scope;target_on;target_value;set_by\n"},
        privacy="staff_threshold = 1",
    )
    found = problems_of(folder)
    for part in ("encodign", "staff_threshold", "closing_days.csv line 1: column 'reason'", "targets.csv line 1"):
        assert any(part in said for said in found), part
    assert all(said.endswith(".") for said in found)


@pytest.mark.parametrize(("land", "observed"), [("HB", True), ("NW", False)])
def test_the_holidays_are_those_of_the_land(tmp_path: Path, land: str, observed: bool) -> None:
    town = read_town(make_town(tmp_path / "town", town=f'name = "T"\nland = "{land}"'))
    days = town.holiday_frame(dt.date(2026, 12, 31))["holiday_on"].to_list()
    assert (dt.date(2025, 10, 31) in days) is observed
    assert (dt.date(2025, 6, 19) in days) is not observed
    assert days[-1] <= dt.date(2026, 12, 31)


RUN = "[run]\n{}\n"
HERE = 'remote = "sc://spark.example:15002"'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('engine = "trino"', "'engine' input should be 'duckdb' or 'spark' (found 'trino'); correct it"),
        ('engine = "spark"', "nothing says where; add remote"),
        (HERE, "are for Spark; write engine"),
        ('exchange = "/srv/exchange"', "are for Spark; write engine"),
        ('engine = "spark"\nremote = "spark://master:7077"', "'spark://master:7077' is no Spark; write a server"),
        ('engine = "spark"\nremote = "local"', "or 'local[*]'"),
        ('engine = "spark"\nremote = "local[0]"', "'local[0]' is no Spark"),
        ('engine = "spark"\nremote = "sc://spark.example/;token=abc"', "SPARK_CONNECT_AUTHENTICATE_TOKEN"),
        (f'engine = "spark"\n{HERE}\nexchange = "exchange"', "no plain path from the root"),
        (f'engine = "spark"\n{HERE}\nexchange = "/srv/a b"', "no plain path from the root"),
    ],
)
def test_a_wish_for_spark_that_says_too_little_or_something_else_is_one_sentence(
    tmp_path: Path, lines: str, said: str
) -> None:
    found = only_problem(make_town(tmp_path / "town", RUN.format(lines) + PORTAL))
    assert found.startswith("town.toml [run]")
    assert said in found


@pytest.mark.parametrize(
    "remote", ["sc://spark", "sc://10.0.0.7:15002/;use_ssl=true;user_id=town", "local[*]", "local[16]"]
)
def test_a_spark_can_be_a_server_or_this_machine(tmp_path: Path, remote: str) -> None:
    lines = f'engine = "spark"\nremote = "{remote}"\nexchange = "/srv/exchange"'
    town = read_town(make_town(tmp_path / "town", RUN.format(lines) + PORTAL))
    assert (town.run.engine, town.run.remote, town.run.exchange) == ("spark", remote, "/srv/exchange")


def test_without_a_word_the_engine_is_duckdb(tmp_path: Path) -> None:
    assert read_town(make_town(tmp_path / "town")).run.engine == "duckdb"
