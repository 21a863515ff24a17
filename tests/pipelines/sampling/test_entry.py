"""Rows of processing_minutes.csv from a sheet: values by hand, the file's own dress, and what is not told."""

import csv
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from pipelines.sampling.entry import Cases, appended, entered, of_plan, refuse_taken
from pipelines.sampling.filled import Filled
from pipelines.sampling.plan import Plan, Round, parts
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.shares import shares
from sources.contract.vocabularies import Channel, EvidenceGrade, TimingMethod
from sources.town.parameters import ProcessingMinutes

DAY = dt.date(2027, 1, 11)
HEADER = ";".join(ProcessingMinutes.model_fields)


def filled(
    letters: list[int], *, visits: int = 0, told: int | None = None, cancelled: int = 0, error: str = "5"
) -> Filled:
    """Rounds of five people: so many at letters, so many at visits, one absent, the others at other work."""
    rounds = tuple(Round(DAY, f"08:{number:02d}") for number in range(len(letters) + cancelled))
    keys = ("s/all/post", "s/neu/counter")
    plan = Plan("Testhafen", "amt", keys, DAY, dt.date(2027, 2, 5), 20, 6000, error, 5, 1, rounds)
    marks = np.array([[seen, visits, 4 - seen - visits, 1] for seen in letters])
    staff = np.full(len(letters), 5)
    held = np.array(parts(len(letters)))
    return Filled(plan, marks, staff, held, cancelled, (None, None), ("Zählung G1", "Zählung H1"), told)


def rows(sheet: Filled, *counts: int | None, least: int = 10):
    found = shares(sheet.marks, sheet.staff, sheet.parts, sheet.plan.open_minutes, sheet.staffed_minutes)
    return entered(sheet, found, Cases(counts, "Vorgänge laut Bogen"), least, DAY)


class TestByHand:
    """Ten rounds of five people, 1 or 2 at letters in each part: 15 of 50 observations, 6000 open minutes, 60 cases."""

    def test_a_tiny_sheet(self) -> None:
        (row,) = rows(filled([1, 2] * 5), 60, 0).rows
        # 1.5 people · 6000 minutes = 9000 minutes over 60 cases.
        assert row.minutes == Decimal("150.00")
        # Each of five parts: 2 · (0.25 + 0.25) = 1; 5 / 50² = 0.002; its root · 30,000 minutes / 60 = 22.3607.
        assert row.standard_error == Decimal("22.3607")
        # deff = 0.002 / (0.3 · 0.7 / 50) = 0.47619, n / deff = 105, t of 5 = 2.570582, t² = 6.607891:
        # middle (0.3 + 0.031466) / 1.062932 = 0.311841, half 2.418388 · √(0.002 + 0.000149834) = 0.112131.
        assert float(row.low) == pytest.approx((0.311841 - 0.112131) * 30_000 / 60, abs=0.01)
        assert float(row.high) == pytest.approx((0.311841 + 0.112131) * 30_000 / 60, abs=0.01)

    def test_what_else_the_row_says(self) -> None:
        (row,) = rows(filled([1, 2] * 5), 60, 0).rows
        assert (row.service_code, row.case_type, row.intake_channel) == ("s", "all", Channel.POST)
        assert (row.sampled, row.method, row.valid_from) == (50, TimingMethod.WORK_SAMPLING, DAY)
        assert row.evidence_grade is EvidenceGrade.B
        assert row.source == (
            "Multimomentaufnahme amt 11.01.2027 bis 05.02.2027: 15 von 50 Beobachtungen in 10 Rundgängen, Entwurfseffekt "
            f"0,5, Öffnungszeit mal Personen, Vorgänge laut Bogen, Plan {filled([1, 2] * 5).plan.plan_id}"
        )

    def test_minutes_of_duty_that_are_told(self) -> None:
        (row,) = rows(filled([1, 2] * 5, told=40_000), 60, 0).rows
        assert row.minutes == Decimal("200.00")
        assert row.standard_error == Decimal("29.8142")
        assert "Dienstzeit laut Bogen" in row.source


class TestNotTold:
    def test_of_few_cases_none_or_unknown_ones(self) -> None:
        assert rows(filled([1, 2] * 5, visits=1), 9, None).untold == (
            "s/all/post: fewer than 10 cases were decided in the period; observe longer.",
            "s/neu/counter: nobody tells how many cases were decided in the period.",
        )

    def test_of_work_that_was_hardly_or_never_seen(self) -> None:
        found = rows(filled([1, 0, 1, 0, 1, 0, 1, 0, 0, 0]), 60, 60)
        assert found.rows == ()
        assert found.untold == (
            "s/all/post: seen 4 times, and 5 are needed; observe longer.",
            "Never seen, so without minutes: s/neu/counter.",
        )


class TestGrade:
    @pytest.mark.parametrize(
        ("sheet", "grade"),
        [
            (filled([1, 2] * 40, told=1), "A"),
            (filled([1, 2] * 40), "B"),
            (filled([1, 2] * 40, told=1, cancelled=8), "A"),
            (filled([1, 2] * 40, told=1, cancelled=9), "B"),
            (filled([1, 2] * 9 + [1, 1], told=1), "B"),
            (filled([0, 3] * 40, told=1, error="2"), "B"),
        ],
        ids=[
            "all told",
            "duty not told",
            "one of eleven cancelled",
            "more cancelled",
            "seen 29 times",
            "not close enough",
        ],
    )
    def test_a_needs_all_of_it(self, sheet: Filled, grade: str) -> None:
        assert rows(sheet, 60, 0).rows[0].evidence_grade == grade


def some(**changes: object) -> ProcessingMinutes:
    (row,) = rows(filled([1, 2] * 5), 60, 0).rows
    return row.model_copy(update=changes)


class TestDress:
    def test_a_file_that_is_not_there_is_begun(self) -> None:
        text = appended(None, [some()])
        assert text.splitlines()[0] == HEADER
        assert text.splitlines()[1].startswith("s;all;post;150,00;99,8")

    @pytest.mark.parametrize("before", ["", "\ufeff", "\n", f"{HEADER}\n"])
    def test_one_without_rows(self, before: str) -> None:
        text = appended(before, [some()])
        assert text.startswith(f"{HEADER}\ns;all;post;150,00;")

    @pytest.mark.parametrize(
        ("before", "added"),
        [
            (f"\ufeff{HEADER}\r\nx;all;post;3,5;3;4;;;;2020-01-01;Q;C\r\n", ";150,00;"),
            (f"{HEADER}\nx;all;post;3.5;3;4;;;;2020-01-01;Q;C\n", ";150.00;"),
            (f"{HEADER.replace(';', ',')}\nx,all,post,3.5,3,4,,,,2020-01-01,Q,C", ",150.00,"),
            (f'{HEADER.replace(";", ",")}\nx,all,post,"3,5",3,4,,,,2020-01-01,Q,C\n', ',"150,00",'),
            (f"{HEADER.replace(';', ',')}\nx,all,post,3,3,4,,,,2020-01-01,Q,C\n", ",150.00,"),
        ],
        ids=["mark, CRLF, comma", "semicolon, point", "no end of line", "comma in quotes", "nothing tells"],
    )
    def test_it_is_kept_and_only_lengthened(self, before: str, added: str) -> None:
        text = appended(before, [some()])
        assert text.startswith(before)
        assert added in text[len(before) :]
        end = "\r\n" if "\r\n" in before else "\n"
        assert text.endswith(end)
        assert text.count("\n") == text.count(end) == 3

    def test_the_order_of_columns_is_the_files(self) -> None:
        names = list(reversed(ProcessingMinutes.model_fields))
        text = appended(";".join(names) + "\n", [some()])
        (line,) = csv.DictReader(text.splitlines(), delimiter=";")
        assert (line["minutes"], line["service_code"], line["evidence_grade"]) == ("150,00", "s", "B")
        assert text.splitlines()[1].startswith("B;")

    def test_a_column_that_is_missing(self) -> None:
        before = HEADER.replace("standard_error;sampled;method;", "") + "\n"
        with pytest.raises(
            NotSampled, match=r"line 1: no column for standard_error, sampled, method; add it to the header"
        ):
            appended(before, [some()])

    def test_a_column_that_is_not_needed(self) -> None:
        before = HEADER.replace("case_type;", "") + "\n"
        assert ";150,00;" in appended(before, [some()])
        with pytest.raises(NotSampled, match="no column for case_type"):
            appended(before, [some(case_type="neu")])


class TestTaken:
    def test_the_rows_of_a_plan_are_known(self) -> None:
        other = some(source="Zeitaufnahme")
        assert of_plan([other, some()], filled([1, 2] * 5).plan.plan_id) == [some()]
        assert of_plan([other], filled([1, 2] * 5).plan.plan_id) == []

    def test_a_row_of_the_same_work_and_day_is_refused(self) -> None:
        with pytest.raises(
            NotSampled, match=r"s, all, post already has minutes from 2027-01-11; give another first day"
        ):
            refuse_taken([some()], [some(minutes=Decimal(3), source="Zeitaufnahme")])
        refuse_taken([some()], [some(valid_from=dt.date(2026, 1, 11))])


def test_the_longest_source_fits_into_its_column() -> None:
    sheet = filled([1, 2] * 5)
    sheet = replace(sheet, plan=replace(sheet.plan, office_code="a" * 64))
    (row,) = rows(sheet, 60, 0).rows
    assert len(row.source) <= 300
