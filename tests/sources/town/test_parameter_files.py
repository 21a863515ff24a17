"""Step 0: German and plain spellings are read, and each mistake in a parameter file is one sentence with file and line."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sources.town.column_types import column_types
from sources.town.dated_rows import overlaps
from sources.town.folder import read_town
from sources.town.parameter_row import Row
from sources.town.parameters import PARAMETER_TABLES, Assumption, ChannelRule, Target
from tests.towns import PARAMETERS, make_town, problems_of

ASSUMPTIONS = "assumption_id;assumption;value;low;high;unit;valid_from;valid_to;source;decided_by;evidence_grade\n"
TARGETS = "metric;scope;target_on;target_value;set_by\n"
CHANNELS = "channel;counts_as_paper;counts_as_online;valid_from;valid_to\n"
MEASURES = "measure_id;measure_name;went_live_on;status\nm1;Online;2025-01-01;live\nm2;Scan;;planned\n"
SHARES = "measure_id;service_code;share\n"
MINUTES = "service_code;intake_channel;minutes;low;high;valid_from;source;evidence_grade"


def only_problem(tmp_path: Path, **files: str) -> str:
    found = problems_of(make_town(tmp_path / "town", parameters=files))
    assert len(found) == 1, found
    return found[0]


def rows(tmp_path: Path, **files: str) -> tuple[Row, ...]:
    (name,) = files
    return getattr(read_town(make_town(tmp_path / "town", parameters=files)).parameters, name)


@pytest.mark.parametrize("table", PARAMETER_TABLES, ids=lambda table: table.file)
def test_a_missing_file_means_no_rows(tmp_path: Path, table: type[Row]) -> None:
    folder = make_town(tmp_path / "town", parameters={"measures": MEASURES})
    for path in (folder / "parameters").glob("*.csv"):
        path.unlink()
    town = read_town(folder)
    assert town.parameters.rows(table) == ()
    frame = town.parameter_frames()[table.file]
    assert (frame.height, list(frame.schema)) == (0, list(table.model_fields))


def test_a_file_without_which_much_stays_unknown_is_missed_in_a_sentence(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    assert read_town(folder).notes == ()
    for file in ("opening_hours", "targets"):
        (folder / "parameters" / f"{file}.csv").unlink()
    assert read_town(folder).notes == (
        "parameters/opening_hours.csv: missing, so no working time can be counted; add it (docs/parameters.md).",
    )


@pytest.mark.parametrize("name", ["target.csv", "tragets.csv", "Targets.CSV", "targets.xlsx", "targets.csv.txt"])
def test_a_misspelt_file_is_named_with_the_one_that_is_missing(tmp_path: Path, name: str) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "parameters" / "targets.csv").rename(folder / "parameters" / name)
    assert problems_of(folder) == [
        f"parameters/{name}: no table reads this file; the nearest is 'targets.csv'; rename it."
    ]


@pytest.mark.parametrize("name", ["notizen.txt", "targets_2024.csv", ".~lock.targets.csv#"])
def test_a_file_of_the_towns_own_beside_the_tables_is_left_alone(tmp_path: Path, name: str) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "parameters" / name).write_text("Für den Haushalt 2027", encoding="utf-8")
    assert len(PARAMETER_TABLES) == len(read_town(folder).parameter_frames())


def test_an_empty_file_is_told_with_the_header_that_is_enough(tmp_path: Path) -> None:
    said = only_problem(tmp_path, targets="")
    assert said.startswith("parameters/targets.csv line 1: no header; a file with only the header metric;scope;")


def test_another_encoding_is_told_with_its_byte(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (folder / "parameters" / "offices.csv").write_bytes(b"office_code;office_name\na;B\xfcrgeramt\n")
    assert problems_of(folder) == ["parameters/offices.csv: not UTF-8 at byte 27; save it as UTF-8."]


def test_an_unknown_column_is_named_with_its_neighbour(tmp_path: Path) -> None:
    said = only_problem(tmp_path, targets=TARGETS.replace("scope", "skope"))
    assert said == "parameters/targets.csv line 1: column 'skope' is unknown; the nearest is 'scope'."


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    said = only_problem(tmp_path, targets=TARGETS.replace(";set_by", ""))
    assert said == "parameters/targets.csv line 1: column 'set_by' is missing; add it."


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    said = only_problem(tmp_path, targets=TARGETS.replace("set_by", "set_by;metric"))
    assert said == "parameters/targets.csv line 1: column 'metric' stands twice; keep one."


def test_columns_are_found_by_name_not_by_place(tmp_path: Path) -> None:
    (target,) = rows(tmp_path, targets="set_by;target_value;target_on;metric\nRat 7/26;0,5;31.12.2030;online_share\n")
    assert target == Target(
        metric="online_share",
        scope="all",
        target_on=dt.date(2030, 12, 31),
        target_value=Decimal("0.5"),
        set_by="Rat 7/26",
    )


def test_a_target_of_eighty_is_no_share(tmp_path: Path) -> None:
    said = only_problem(tmp_path, targets=f"{TARGETS}online_share;all;2030-12-31;80;Rat 7/26\n")
    assert said == "parameters/targets.csv line 2: target_value 80 is no share; write 0,8 for 80 %."


@pytest.mark.parametrize("row", ["online_share;all;2030-12-31;0,5", "online_share;all;2030-12-31;0,5;Rat;7/26"])
def test_a_wrong_count_of_cells_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    said = only_problem(tmp_path, targets=f"{TARGETS}\n{row}\n")
    assert said.startswith("parameters/targets.csv line 3: ")
    assert f"{row.count(';') + 1} cells where the header has 5" in said


def test_a_quote_that_is_never_closed_swallows_no_row(tmp_path: Path) -> None:
    text = f'{TARGETS}online_share;all;2030-12-31;0,5;"Rat 7/26\npaper_share_in;all;2030-12-31;0,1;Rat 8/26\n'
    said = only_problem(tmp_path, targets=text)
    assert said.startswith("parameters/targets.csv line ")
    assert "check that each quote is closed" in said


def test_a_key_that_stands_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    offices = PARAMETERS["offices"] + "archiv;Stadtarchiv;rathaus;;5-9\n"
    said = only_problem(tmp_path, offices=offices)
    assert said == "parameters/offices.csv line 6: office_code (archiv) already stand in line 5; keep one."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1.234.567,8", "1234567.8"),
        ("1234", "1234"),
        ("0.125", "0.125"),
        ("-12,75", "-12.75"),
        (" 7 ", "7"),
    ],
)
def test_numbers_are_read_in_german_and_plain_dress(tmp_path: Path, written: str, meant: str) -> None:
    row = f"a1;rate;{written};;;eur_per_hour;2026-01-01;;KGSt;Kämmerei;B\n"
    (assumption,) = rows(tmp_path, assumptions=ASSUMPTIONS + row)
    assert isinstance(assumption, Assumption)
    assert assumption.value == Decimal(meant)


@pytest.mark.parametrize("written", ["1.234", "1.234.567", "1,234.50", "1,234,567"])
def test_an_ambiguous_number_is_not_guessed(tmp_path: Path, written: str) -> None:
    row = f"a1;rate;{written};;;eur_per_hour;2026-01-01;;KGSt;Kämmerei;B\n"
    said = only_problem(tmp_path, assumptions=ASSUMPTIONS + row)
    assert said.startswith("parameters/assumptions.csv line 2: 'value'")
    assert written in said
    assert "ambiguous: write it without points, or with a comma before the decimals" in said


@pytest.mark.parametrize("written", ["2030-12-31", "31.12.2030"])
def test_days_are_read_in_german_and_plain_dress(tmp_path: Path, written: str) -> None:
    (target,) = rows(tmp_path, targets=f"{TARGETS}online_share;all;{written};0,5;Rat\n")
    assert isinstance(target, Target)
    assert target.target_on == dt.date(2030, 12, 31)


@pytest.mark.parametrize("written", ["31.12.30", "2030/12/31", "31.2.2030", "46022", "bald"])
def test_a_day_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, written: str) -> None:
    said = only_problem(tmp_path, targets=f"{TARGETS}online_share;all;{written};0,5;Rat\n")
    assert said.startswith("parameters/targets.csv line 2: 'target_on'")
    assert said.endswith("correct it.")


def test_the_words_a_german_spreadsheet_writes_for_true_and_false_are_read(tmp_path: Path) -> None:
    text = f"{CHANNELS}online;FALSCH;WAHR;2000-01-01;\npost;wahr;falsch;2000-01-01;\n"
    found = rows(tmp_path, channels=text)
    counted = [(row.counts_as_paper, row.counts_as_online) for row in found if isinstance(row, ChannelRule)]
    assert counted == [(False, True), (True, False)]


def test_a_band_a_spreadsheet_took_for_a_day_is_told(tmp_path: Path) -> None:
    said = only_problem(tmp_path, offices=PARAMETERS["offices"].replace("1-4", "01. Apr"))
    assert said.startswith("parameters/offices.csv line 4: 'staff_band' input should be '1-4', '5-9'")
    assert "found '01. Apr'" in said


def test_an_empty_cell_is_unknown_and_not_zero(tmp_path: Path) -> None:
    (assumption,) = rows(tmp_path, assumptions=f"{ASSUMPTIONS}a1;rate;40;;;eur_per_hour;2026-01-01;;KGSt;Rat;B\n")
    assert isinstance(assumption, Assumption)
    assert (assumption.low, assumption.high) == (None, None)


@pytest.mark.parametrize(("low", "high"), [("50", "60"), ("30", "35"), ("50", "")])
def test_bounds_that_do_not_enclose_the_value_are_told(tmp_path: Path, low: str, high: str) -> None:
    row = f"a1;rate;40;{low};{high};eur_per_hour;2026-01-01;;KGSt;Rat;B\n"
    said = only_problem(tmp_path, assumptions=ASSUMPTIONS + row)
    assert said.startswith(f"parameters/assumptions.csv line 2: low {low}, value 40, high")
    assert said.endswith("are not in order.")


def test_minutes_outside_of_their_bounds_are_told(tmp_path: Path) -> None:
    said = only_problem(tmp_path, processing_minutes=f"{MINUTES}\nparkausweis;post;20;25;30;2026-01-01;Messung;A\n")
    assert "parameters/processing_minutes.csv line 2: low 25, minutes 20, high 30 are not in order." in said


def test_minutes_may_say_how_well_they_are_known(tmp_path: Path) -> None:
    text = (
        f"{MINUTES};standard_error;sampled;method\nparkausweis;post;20;18;22;2026-01-01;Messung;A;1,25;30;stopwatch\n"
    )
    town = read_town(make_town(tmp_path / "town", parameters={"processing_minutes": text}))
    assert town.parameter_frames()["processing_minutes"].select("standard_error", "sampled", "method").rows() == [
        (Decimal("1.2500"), 30, "stopwatch")
    ]


@pytest.mark.parametrize("header", ["", ";standard_error;sampled;method"])
def test_minutes_of_which_nobody_says_how_they_were_found_stay_as_they_are(tmp_path: Path, header: str) -> None:
    row = f"parkausweis;post;20;18;22;2026-01-01;Messung;A{';' * header.count(';')}\n"
    town = read_town(make_town(tmp_path / "town", parameters={"processing_minutes": f"{MINUTES}{header}\n{row}"}))
    assert town.parameter_frames()["processing_minutes"].select("standard_error", "sampled", "method").rows() == [
        (None, None, None)
    ]


@pytest.mark.parametrize(
    ("timed", "message"),
    [
        ("-1;30;", "'standard_error' input should be greater than or equal to 0 (found '-1'); correct it."),
        ("1;0;", "'sampled' input should be greater than or equal to 1 (found '0'); correct it."),
        (";-3;", "'sampled' input should be greater than or equal to 1 (found '-3'); correct it."),
        ("1,5;;", "standard_error 1.5 without sampled; say how many cases were timed."),
        ("1,5;1;", "standard_error 1.5 of one case; a spread needs two, leave it empty."),
        (";12;decreed", "method decreed means that nothing was timed; leave sampled and standard_error empty."),
        (
            ";12;uhr",
            "'method' input should be 'work_sampling', 'self_recording', 'stopwatch', 'log_derived', 'estimated' or "
            "'decreed' (found 'uhr'); correct it.",
        ),
    ],
)
def test_a_sample_of_minutes_that_cannot_be_is_told(tmp_path: Path, timed: str, message: str) -> None:
    row = f"parkausweis;post;20;18;22;2026-01-01;Messung;A;{timed}\n"
    said = only_problem(tmp_path, processing_minutes=f"{MINUTES};standard_error;sampled;method\n{row}")
    assert said == f"parameters/processing_minutes.csv line 2: {message}"


def test_an_office_that_closes_before_it_opens_is_told(tmp_path: Path) -> None:
    head = "office_code;weekday;opens_at;closes_at;valid_from;valid_to\n"
    said = only_problem(tmp_path, opening_hours=f"{head}all;mon;16:00;08:00;2000-01-01;\n")
    assert said == "parameters/opening_hours.csv line 2: closes_at 08:00 is not after opens_at 16:00."


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            "services",
            PARAMETERS["services"].replace(";buergeramt;", ";buergerammt;"),
            "services.csv: office_code 'buergerammt'",
        ),
        (
            "offices",
            PARAMETERS["offices"].replace(";rathaus;;20", ";rathuas;;20"),
            "offices.csv: parent_office_code 'rathuas'",
        ),
        (
            "closing_days",
            "closed_on;office_code;reason\n2026-12-24;archif;Heiligabend\n",
            "closing_days.csv: office_code 'archif'",
        ),
        ("measure_services", f"{SHARES}m9;parkausweis;0,5\n", "measure_services.csv: measure_id 'm9' is not listed"),
        (
            "budget_line_rules",
            "budget_line_id;valid_from;volume_driver\n3950.539 00-0;2025-01-01;parkausweise\n",
            "budget_line_rules.csv: volume_driver 'parkausweise' is not listed; the nearest is 'parkausweis'",
        ),
        ("measure_plans", "measure_id;planned_cases\nm9;10\n", "measure_plans.csv: measure_id 'm9' is not listed"),
        (
            "staff_plans",
            "office_code;year;requested_fte\nbuergeramd;2026;1,5\n",
            "staff_plans.csv: office_code 'buergeramd' is not listed",
        ),
        (
            "service_cost_shares",
            "budget_line_id;service_code;share;valid_from\nL1;parkausweise;0,5;2026-01-01\n",
            "service_cost_shares.csv: service_code 'parkausweise' is not listed; the nearest is 'parkausweis'",
        ),
    ],
)
def test_a_code_no_other_file_lists_is_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    said = only_problem(tmp_path, **{file: text})
    assert message in said
    ways_out = ("is not listed; the nearest is '", "; known are: ", ".csv is missing or lists none.")
    assert any(way in said for way in ways_out)


def test_offices_in_a_circle_are_told(tmp_path: Path) -> None:
    offices = PARAMETERS["offices"].replace("rathaus;Rathaus;;", "rathaus;Rathaus;standesamt;")
    found = problems_of(make_town(tmp_path / "town", parameters={"offices": offices}))
    assert found
    assert all("is its own parent's parent; break the circle." in said for said in found)


@pytest.mark.parametrize(
    ("continued", "said"),
    [
        ({"b": "a", "a": "b"}, "services.csv: service 'a' continues itself; break the circle."),
        ({"a": "a"}, "services.csv: service 'a' continues itself; break the circle."),
        ({"b": "a", "c": "a"}, "services.csv: service 'a' is continued by two services; name the one that goes on."),
        ({"b": "z"}, "services.csv: continues 'z' is not listed"),
    ],
)
def test_a_service_goes_on_under_one_name(tmp_path: Path, continued: dict[str, str], said: str) -> None:
    lines = [f"{code};Leistung {code};rathaus;{continued.get(code, '')}" for code in "abc"]
    services = "\n".join(["service_code;service_name;office_code;continues", *lines, ""])
    found = problems_of(make_town(tmp_path / "town", parameters={"services": services}))
    assert any(said in sentence for sentence in found), found


def test_shares_of_a_service_cannot_exceed_the_whole(tmp_path: Path) -> None:
    text = f"{SHARES}m1;parkausweis;0,7\nm2;parkausweis;0,4\nm1;trauung;1\n"
    said = only_problem(tmp_path, measures=MEASURES, measure_services=text)
    assert (
        said
        == "parameters/measure_services.csv: shares of service 'parkausweis' add up to 1.1; at most 1 may be claimed."
    )


def test_a_share_above_one_is_told(tmp_path: Path) -> None:
    said = only_problem(tmp_path, measures=MEASURES, measure_services=f"{SHARES}m1;parkausweis;1,5\n")
    assert "measure_services.csv line 2: 'share' input should be less than or equal to 1 (found '1.5')" in said


def test_shares_that_fill_the_whole_are_accepted(tmp_path: Path) -> None:
    text = f"{SHARES}m1;parkausweis;0,7\nm2;parkausweis;0,3\n"
    folder = make_town(tmp_path / "town", parameters={"measures": MEASURES, "measure_services": text})
    assert [row.share for row in read_town(folder).parameters.measure_services] == [Decimal("0.7"), Decimal("0.3")]


@pytest.mark.parametrize("text", [TARGETS.strip(), TARGETS, TARGETS + "\n\n;;;;\n", TARGETS.replace(";", ",")])
def test_a_file_with_a_header_alone_is_in_order(tmp_path: Path, text: str) -> None:
    assert rows(tmp_path, targets=text) == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(tmp_path: Path, newline: str) -> None:
    folder = make_town(tmp_path / "town")
    text = f"{TARGETS}online_share;all;2030-12-31;0,5;Rat\nonline_share;all;2031-12-31;0,6;Rat"
    (folder / "parameters" / "targets.csv").write_bytes(text.replace("\n", newline).encode("utf-8-sig"))
    assert len(read_town(folder).parameters.targets) == 2


HOURS = "office_code;weekday;opens_at;closes_at;valid_from;valid_to\n"


def test_what_a_spreadsheet_leaves_behind_the_last_column_is_nothing(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, opening_hours=f"{HOURS.strip()};;\nall;mon;8:00;9:30;2026-01-01;;;\n")
    assert row.model_dump() == {
        "office_code": "all", "weekday": "mon", "opens_at": "08:00", "closes_at": "09:30",
        "valid_from": dt.date(2026, 1, 1), "valid_to": None,
    }  # fmt: skip


def test_an_umlaut_of_two_signs_is_one(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, activities="activity;kind\nPru\u0308fen;internal\n")
    assert row.model_dump()["activity"] == "Pr\u00fcfen"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("all;mon;8 Uhr;12:00;2026-01-01;", "'opens_at' is not a time of day from 00:00 to 24:00 (found '8 Uhr')"),
        ("Amt für Öl;mon;08:00;12:00;2026-01-01;", "'office_code' is not a code of at most 64 letters"),
    ],
)
def test_a_wrong_form_is_told_in_words(tmp_path: Path, line: str, said: str) -> None:
    found = only_problem(tmp_path, opening_hours=f"{HOURS}{line}\n")
    assert said in found
    assert "^" not in found


def overlapping(tmp_path: Path, **files: str) -> list[str]:
    return list(overlaps(read_town(make_town(tmp_path / "town", parameters=files)).parameters))


def test_rows_without_an_end_that_meet_newer_ones_are_named(tmp_path: Path) -> None:
    days = [
        f"all;{day};08:00;{until};{since};\n"
        for day in ("mon", "tue")
        for until, since in (("16:00", "2000-01-01"), ("12:00", "2025-01-01"))
    ]
    assert overlapping(tmp_path, opening_hours=HOURS + "".join(days)) == [
        "parameters/opening_hours.csv: rows of 'all' (mon, tue) from 2000-01-01 still hold when those from 2025-01-01 "
        "begin; from then on only the newer hold; repeat the older with that date where both are meant, else end the "
        "older with valid_to 2024-12-31."
    ]


def test_hours_of_one_day_that_meet_are_named(tmp_path: Path) -> None:
    rows = "all;mon;08:00;16:00;2025-01-01;\nall;mon;12:00;18:00;2025-01-01;\nall;tue;08:00;12:00;2025-01-01;\n"
    apart = "all;tue;12:00;18:00;2025-01-01;\n"
    assert overlapping(tmp_path, opening_hours=HOURS + rows + apart) == [
        "parameters/opening_hours.csv: hours of 'all' (mon) from 2025-01-01 overlap, one ends at 16:00 and the next "
        "begins at 12:00; what is open twice counts once, correct one of them."
    ]


def test_overlaps_are_found_in_every_dated_file(tmp_path: Path) -> None:
    tail = ";eur_per_hour;{since};;Satzung;Rat;A\n"
    values = "".join(
        f"a{number};rate;1;;{tail.format(since=since)}" for number, since in enumerate(("2020-01-01", "2021-01-01"))
    )
    found = overlapping(
        tmp_path,
        channels=f"{CHANNELS}fax;true;false;2000-01-01;2024-12-31\nfax;false;false;2024-12-31;\n",
        assumptions=ASSUMPTIONS + values,
    )
    assert [sentence.partition(":")[0] for sentence in found] == [
        "parameters/channels.csv",
        "parameters/assumptions.csv",
    ]
    assert "rows of 'fax' from 2000-01-01 still hold when those from 2024-12-31 begin" in found[0]
    assert "both are listed for the same days; end the older with valid_to 2020-12-31" in found[1]


def test_rows_that_follow_each_other_and_slots_of_one_day_do_not_overlap(tmp_path: Path) -> None:
    lines = ("08:00;12:00;2000-01-01;2024-12-31", "13:00;16:00;2000-01-01;2024-12-31", "08:00;12:00;2025-01-01;")
    assert overlapping(tmp_path, opening_hours=HOURS + "".join(f"all;mon;{line}\n" for line in lines)) == []


def test_every_table_with_an_end_says_what_its_rows_are_about() -> None:
    for table in PARAMETER_TABLES:
        assert bool(table.dated) == ("valid_to" in table.model_fields), table.file
        assert len(table.dated) <= 2


@pytest.mark.parametrize("name", ["Petra Meyer", "Meyer, Petra", "Frau Meyer"])
def test_a_person_answers_for_no_measure(tmp_path: Path, name: str) -> None:
    said = only_problem(tmp_path, measures=MEASURES, measure_plans=f'measure_id;responsible_function\nm1;"{name}"\n')
    assert "written like a person's name; write what the person is" in said
    assert "Meyer" not in said


def test_a_function_a_day_and_a_route_are_read(tmp_path: Path) -> None:
    text = (
        "measure_id;responsible_function;planned_go_live_on;planned_cases;planned_channel;paper_route_eur\n"
        "m1;Leitung Standesamt;01.02.2025;1200;post;1.900,50\nm2;;;;;\n"
    )
    town = read_town(make_town(tmp_path / "town", parameters={"measures": MEASURES, "measure_plans": text}))
    first, second = town.parameters.measure_plans
    assert (first.responsible_function, first.planned_go_live_on) == ("Leitung Standesamt", dt.date(2025, 2, 1))
    assert (first.planned_cases, first.planned_channel, first.paper_route_eur) == (1200, "post", Decimal("1900.50"))
    assert (second.responsible_function, second.planned_cases, second.planned_channel) == (None, None, "online")


def test_services_cause_no_more_than_the_whole_of_a_line(tmp_path: Path) -> None:
    header = "budget_line_id;service_code;intake_channel;share;valid_from\n"
    first = "L1;parkausweis;;0,7;2024-01-01\nL1;trauung;post;0,3;2024-01-01\n"
    (read,) = {len(rows(tmp_path, service_cost_shares=header + first))}
    assert read == 2
    replaced = f"{header}{first}L1;parkausweis;;0,6;2025-01-01\nL1;trauung;post;0,4;2025-01-01\n"
    assert problems_of(make_town(tmp_path / "replaced", parameters={"service_cost_shares": replaced})) == []
    too_much = f"{header}{first}L1;trauung;post;0,4;2025-06-01\n"
    (said,) = problems_of(make_town(tmp_path / "more", parameters={"service_cost_shares": too_much}))
    assert said == (
        "parameters/service_cost_shares.csv: shares of line 'L1' add up to 1.1 in 2025; "
        "at most 1 can be caused by services."
    )


NUMBERS = [
    (table, column, kind)
    for table in PARAMETER_TABLES
    for column, kind in column_types(table).items()
    if kind.is_numeric()
]


@pytest.mark.parametrize(("table", "column", "kind"), NUMBERS, ids=lambda part: getattr(part, "file", str(part)))
def test_a_number_too_large_for_its_columns_type_is_told(
    tmp_path: Path, table: type[Row], column: str, kind: pl.DataType
) -> None:
    """The smallest one that does not fit, a longer one, and both below zero; in plain notation and as a power."""
    least = 10 ** (18 - kind.scale) if isinstance(kind, pl.Decimal) else 2**63
    numbers = [f"{sign}{number}" for sign in ("", "-") for number in (least + 1, 10**30, "1e30")]
    cells = [";".join(number if name == column else "" for name in table.model_fields) for number in numbers]
    folder = make_town(
        tmp_path / "town", parameters={table.file: "\n".join([";".join(table.model_fields), *cells, ""])}
    )
    said = "\n".join(problems_of(folder))
    for line in range(2, 2 + len(numbers)):
        assert f"parameters/{table.file}.csv line {line}: '{column}' " in said
