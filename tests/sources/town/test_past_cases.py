"""past_cases.csv: counts of the time before the log, and each mistake in them as one sentence."""

import datetime as dt
from pathlib import Path

import pytest

from sources.town.folder import read_town
from sources.town.past_cases import PastCases
from tests.towns import make_town, problems_of

HEADER = "service_code;case_type;intake_channel;month;cases;source;evidence_grade\n"
NEXT_YEAR = dt.date.today().year + 1


def told(tmp_path: Path, *rows: str) -> list[str]:
    return problems_of(make_town(tmp_path / "town", parameters={"past_cases": HEADER + "\n".join(rows) + "\n"}))


def test_counts_are_read_in_german_dress(tmp_path: Path) -> None:
    """A thousand is no one: 1.000 are 1000 cases; without a case type they are of the unknown one."""
    text = (
        f"{HEADER}parkausweis;;post;01.01.2022;1.000;Jahresbericht 2022;B\nparkausweis;neu;post;2022-01-01;0;S. 4;C\n"
    )
    rows = read_town(make_town(tmp_path / "town", parameters={"past_cases": text})).parameters.past_cases
    common = {"service_code": "parkausweis", "intake_channel": "post", "month": dt.date(2022, 1, 1)}
    assert rows == (
        PastCases.model_validate(
            {**common, "case_type": "unknown", "cases": 1000, "source": "Jahresbericht 2022", "evidence_grade": "B"}
        ),
        PastCases.model_validate({**common, "case_type": "neu", "cases": 0, "source": "S. 4", "evidence_grade": "C"}),
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "parkausweis;;post;2022-03-15;9;Bericht;B",
            " line 2: month 2022-03-15 is not the first of a month; write 2022-03-01.",
        ),
        (
            f"parkausweis;;post;{NEXT_YEAR}-01-01;9;Bericht;B",
            f" line 2: month {NEXT_YEAR}-01-01 is not over; leave out what has not come yet.",
        ),
        (
            "parkausweise;;post;2022-03-01;9;Bericht;B",
            ": service_code 'parkausweise' is not listed; the nearest is 'parkausweis'.",
        ),
        (
            "parkausweis;;brief;2022-03-01;9;Bericht;B",
            " line 2: 'intake_channel' input should be 'online', 'email', 'post', 'counter', 'phone', 'fax', "
            "'internal' or 'unknown' (found 'brief'); correct it.",
        ),
        (
            "parkausweis;;post;2022-03-01;-9;Bericht;B",
            " line 2: 'cases' input should be greater than or equal to 0 (found '-9'); correct it.",
        ),
        (
            "parkausweis;;post;2022-03-01;9;Bericht;A",
            " line 2: evidence_grade A is what the log counts; a statistic is B, or C where it was estimated.",
        ),
        (
            "parkausweis;all;post;2022-03-01;9;Bericht;B",
            " line 2: case_type all is no type; name each, or leave it empty where the statistic names none.",
        ),
        (
            "parkausweis;;post;2022-03-01;10000001;Bericht;B",
            " line 2: 'cases' input should be less than or equal to 10000000 (found '10000001'); correct it.",
        ),
        (
            "parkausweis;;post;1989-12-01;9;Bericht;B",
            " line 2: 'month' input should be greater than or equal to 1990-01-01 (found '1989-12-01'); correct it.",
        ),
        ("parkausweis;;post;2022-03-01;9;;B", " line 2: 'source' is missing; add it."),
    ],
)
def test_each_mistake_is_one_sentence(tmp_path: Path, row: str, sentence: str) -> None:
    assert told(tmp_path, row) == [f"parameters/past_cases.csv{sentence}"]


def test_a_month_that_is_not_over_has_no_statistic_yet(tmp_path: Path) -> None:
    month = dt.date.today().replace(day=1)
    (said,) = told(tmp_path, f"parkausweis;;post;{month};9;Bericht;B")
    assert said.endswith(f"month {month} is not over; leave out what has not come yet.")


def test_a_count_that_stands_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    (said,) = told(
        tmp_path, "parkausweis;;post;2022-03-01;9;Bericht;B", "parkausweis;unknown;post;01.03.2022;8;Bericht;C"
    )
    assert said == (
        "parameters/past_cases.csv line 3: service_code and case_type and intake_channel and month "
        "(parkausweis, unknown, post, 2022-03-01) already stand in line 2; keep one."
    )
