"""The ledger of FIT-Connect: what landed is never asked for again, what did not land always is."""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.batches.protocol import POSITION
from tests.sources.connectors.fitconnect.fitconnect_office import (
    DAY,
    NOW,
    Office,
    busy_town,
    case_of,
    numbers_of,
    refusal_of,
    source_of,
    warnings_of,
)
from tests.sources.connectors.fitconnect.fitconnect_server import (
    SECRET,
    Town,
    serving,
    token,
)


@pytest.fixture
def busy() -> Iterator[Town]:
    with serving(busy_town(4)) as town:
        yield town


@pytest.fixture
def office(busy: Town, tmp_path: Path) -> Office:
    return Office(busy, tmp_path)


class TestIncrements:
    def test_a_pull_with_nothing_new_asks_once_per_open_case_and_fetches_no_key(self, office: Office) -> None:
        assert len(office.day()) == 12
        office.town.forget()
        assert office.day() == []
        assert Counter(path.split("?")[0] for path in office.town.asked) == {
            "POST /token": 1,
            "/v1/submissions": 1,
            **{f"/v1/cases/{case_of(number)}/events": 1 for number in range(1, 5)},
        }

    def test_the_next_pull_asks_from_where_the_last_one_landed(self, office: Office) -> None:
        case = case_of(1)
        office.town.logs[case] *= 0
        office.town.logs[case] += [token(case, "submit-submission", NOW - DAY) for _ in range(600)]
        assert len(office.day()) == 600 + 9
        office.town.logs[case].append(late := token(case, "accept-submission", NOW))
        office.town.forget()
        assert len(office.day()) == 1
        asked = [path for path in office.town.asked if case in path]
        assert asked == [f"/v1/cases/{case}/events?offset=595&limit=500"]
        assert late not in (office.memory / "taken.csv").read_text()

    def test_an_event_that_comes_late_into_the_overlap_is_taken(self, office: Office) -> None:
        office.day()
        case = case_of(2)
        office.town.logs[case].insert(2, token(case, "notify-submission", NOW - DAY))
        assert len(office.day()) == 1

    def test_a_log_that_became_shorter_is_taken_anew(self, office: Office) -> None:
        case = case_of(2)
        office.town.logs[case] = [token(case, "notify-submission", NOW - DAY) for _ in range(10)]
        office.day()
        office.town.logs[case] = [token(case, "submit-submission", NOW - DAY) for _ in range(4)]
        assert len(office.day()) == 4
        assert office.day() == []

    def test_a_case_whose_submission_was_deleted_a_month_ago_is_asked_once_in_thirty_days(self, office: Office) -> None:
        for number, case in enumerate(office.town.logs):
            office.town.logs[case].append(token(case, "delete-submission", NOW - 40 * DAY + number * DAY))
            office.town.logs[case][:-1] = [token(case, "submit-submission", NOW - 60 * DAY)]
        office.day()
        office.town.forget()
        for _ in range(30):
            assert office.day() == []
        assert Counter(office.town.asked_cases) == dict.fromkeys(office.town.logs, 1)

    def test_a_case_that_is_silent_for_three_months_is_asked_once_in_thirty_days(self, office: Office) -> None:
        for case in office.town.logs:
            office.town.logs[case][:] = [token(case, "accept-submission", NOW - 95 * DAY)]
        office.day()
        office.town.forget()
        for _ in range(30):
            office.day()
        assert Counter(office.town.asked_cases) == dict.fromkeys(office.town.logs, 1)

    def test_many_waiting_submissions_are_listed_page_by_page(self, tmp_path: Path) -> None:
        with serving(busy_town(7, events=1)) as town:
            office = Office(town, tmp_path, {"page_size": 3})
            assert len(office.day()) == 7
            assert [path for path in town.asked if "submissions" in path] == [
                f"/v1/submissions?offset={offset}&limit=3" for offset in (0, 3, 6)
            ]

    def test_a_page_is_never_asked_larger_than_the_service_allows(self, busy: Town, tmp_path: Path) -> None:
        assert len(Office(busy, tmp_path, {"page_size": 100_000}).day()) == 12


class TestLanding:
    def test_what_was_asked_but_did_not_land_is_asked_again(self, office: Office) -> None:
        lost = numbers_of(office.pull())
        assert len(lost) == 12
        office.now += DAY
        assert office.day() == lost

    def test_what_did_not_land_is_not_taken_for_landed_by_a_later_watermark(self, office: Office) -> None:
        case = case_of(1)
        office.day()
        office.town.logs[case].append(token(case, "accept-submission", NOW))
        office.now += DAY
        lost = numbers_of(office.pull())
        kept = office.town.logs.pop(case)
        office.town.answers[f"/v1/cases/{case}/events"] = (403, {}, b"")
        office.town.logs[case_of(2)].append(token(case_of(2), "accept-submission", NOW))
        assert len(office.day()) == 1
        office.town.logs[case] = kept
        office.town.answers.clear()
        assert office.day() == lost

    def test_batches_land_one_by_one(self, office: Office) -> None:
        office.batch_rows = 6
        first, second, last = office.pull()
        assert (first.frame.height, second.frame.height, last.frame.height) == (6, 6, 0)
        assert first.watermark < second.watermark < last.watermark
        assert second.frame[POSITION].to_list() == list(range(7, 13))
        office.land([first])
        assert office.day() == numbers_of([second])

    def test_asking_for_everything_gives_everything(self, office: Office) -> None:
        everything = office.day()
        office.watermark = None
        assert office.day() == everything

    def test_the_watermark_rises_even_when_the_clock_was_set_back(self, office: Office) -> None:
        office.day()
        before = office.watermark
        office.now -= 10 * DAY
        office.town.logs[case_of(1)].append(token(case_of(1), "accept-submission", NOW - 11 * DAY))
        assert len(office.land(office.pull())) == 1
        assert office.watermark > before
        office.now += dt.timedelta(hours=1)
        assert office.land(office.pull()) == []

    def test_a_process_killed_between_pull_and_landing_loses_nothing_and_doubles_nothing(self, office: Office) -> None:
        code = (
            "import datetime as dt, os, signal, sys\n"
            "from pathlib import Path\n"
            "from sources.connectors.fitconnect.system import FitConnect\n"
            "from sources.batches.protocol import Access\n"
            "from sources.town.source import Source\n"
            "source = Source.model_validate_json(sys.argv[1])\n"
            f"access = Access({SECRET!r}, Path(sys.argv[2]), Path(sys.argv[3]), dt.datetime(2026, 6, 16))\n"
            "pulled = FitConnect(source, access, batch_rows=6).pull(sys.argv[4] or None)\n"
            "rows = sum(next(pulled).frame.height for _ in range(2))\n"
            "print(rows, flush=True)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        source = source_of(office.town).model_dump_json()
        child = subprocess.run(
            [sys.executable, "-c", code, source, str(office.memory), str(office.folder), office.watermark or ""],
            capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )  # fmt: skip
        assert (child.returncode, child.stdout) == (-9, "12\n"), child.stderr
        office.now += 2 * DAY
        office.land(office.pull())
        assert office.day() == []
        assert (len(office.landed), len(set(office.landed))) == (12, 12)

    @pytest.mark.parametrize("name", ["cases.csv", "taken.csv"])
    @pytest.mark.parametrize("cut", [1, 7, 40])
    def test_a_line_torn_off_while_it_was_written_is_none(self, office: Office, name: str, cut: int) -> None:
        everything = office.day()
        path = office.memory / name
        path.write_bytes(path.read_bytes()[:-cut])
        again = office.day()
        assert set(again) <= set(everything)
        assert len(again) == (3 if name == "taken.csv" else 0)
        assert office.day() == []
        assert path.read_bytes().endswith(b"\n")

    def test_a_long_line_torn_off_leaves_nothing_behind_what_is_written_next(self, office: Office) -> None:
        office.day()
        path = office.memory / "cases.csv"
        with path.open("ab") as file:
            file.write(b"x" * 500)
        office.town.waiting.append(case_of(9))
        office.day()
        assert path.read_text().splitlines()[4:] == [f"{case_of(9)},2026-06-17T03:00:00,known"]

    def test_lines_a_broken_disk_left_are_passed_over(self, office: Office) -> None:
        office.day()
        for name in ("cases.csv", "taken.csv"):
            path = office.memory / name
            path.write_bytes(
                b"\x00" * 40 + b"\n\xff,\n,,,,,\n" + f"0,{case_of(1)},3,x,,\n".encode() + path.read_bytes()
            )
        assert office.day() == []

    def test_the_ledger_holds_nothing_but_numbers_and_times(self, office: Office) -> None:
        office.day()
        assert {path.name for path in office.memory.iterdir()} <= {"cases.csv", "taken.csv", "resume"}
        assert (office.memory / "cases.csv").read_text().splitlines() == [
            f"{case_of(number)},2026-06-16T03:00:00,known" for number in range(1, 5)
        ]
        first = (office.memory / "taken.csv").read_text().splitlines()[0].split(",")
        assert first[:5] == [
            "2026-06-16T03:00:00.000000/000001", case_of(1), "3", "2026-06-14T03:00:02", "submit-submission",
        ]  # fmt: skip

    def test_the_ledger_does_not_grow_without_end(self, office: Office) -> None:
        case = case_of(1)
        for _ in range(5):
            office.town.logs[case].append(token(case, "notify-submission", NOW))
            office.day()
        path = office.memory / "taken.csv"
        path.write_text(path.read_text().splitlines()[-1] + "\n" + path.read_text() * 200)
        assert office.day() == []
        assert len(path.read_text().splitlines()) == 4


@settings(max_examples=25, deadline=None, database=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["event", "case", "land", "lose", "tear", "part"]), st.integers(1, 4)), max_size=14
    )
)
def test_whatever_lands_or_is_lost_every_event_lands_once(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, serving(busy_town(1, events=1)) as town:
        office = Office(town, Path(folder), batch_rows=2)
        for step, number in steps:
            case = case_of(number)
            office.now += DAY
            if step in ("event", "case"):
                town.logs.setdefault(case, []).append(token(case, "notify-submission", NOW))
                town.waiting[:] = sorted({*town.waiting, case})
            elif step == "tear" and (path := office.memory / "taken.csv").exists():
                with path.open("ab") as file:
                    file.write(b"2026-06-15T03")
            else:
                batches = office.pull()
                if step in ("land", "part"):
                    office.land(batches if step == "land" else batches[:number])
        office.day()
        assert len(office.landed) == len(set(office.landed)) == sum(len(log) for log in town.logs.values())
        assert office.day() == []


class TestGone:
    def test_a_case_that_went_after_its_years_is_no_error_and_not_asked_again(self, office: Office) -> None:
        case = case_of(1)
        office.town.logs[case] = [token(case, "delete-submission", NOW - 720 * DAY)]
        office.day()
        del office.town.logs[case]
        office.town.waiting.remove(case)
        warnings = [warning for _ in range(31) for warning in self._day(office)]
        assert warnings == []
        assert f"{case},2026-" in (office.memory / "cases.csv").read_text()
        assert (office.memory / "cases.csv").read_text().count(",gone\n") == 1
        office.town.forget()
        for _ in range(31):
            office.day()
        assert case not in office.town.asked_cases

    @staticmethod
    def _day(office: Office) -> list[str]:
        office.now += DAY
        batches = office.pull()
        office.land(batches)
        return warnings_of(batches)

    def test_a_case_that_went_early_is_told(self, office: Office) -> None:
        office.day()
        del office.town.logs[case_of(1)]
        assert self._day(office) == [
            "online: 1 cases are gone at the source before their 730 days; what landed of them stays."
        ]
        assert self._day(office) == []

    def test_all_known_cases_gone_at_once_are_no_fact(self, office: Office) -> None:
        office.day()
        kept, office.town.logs = office.town.logs, {}
        assert refusal_of(office.pull) == (
            "cases_vanished",
            "online: 127.0.0.1 has none of the 4 known cases that were asked for, though it keeps them for 730 days; "
            "nothing was taken, check connection.url and the client's destinations.",
        )
        office.town.logs = kept
        kept[case_of(1)].append(token(case_of(1), "accept-submission", NOW))
        assert len(office.day()) == 1

    def test_a_case_nobody_has_seen_yet_is_waited_for_a_month(self, office: Office) -> None:
        case = case_of(7)
        office.town.waiting.append(case)
        for _ in range(32):
            office.day()
        assert office.town.asked_cases.count(case) == 32
        office.town.forget()
        office.day()
        assert case not in office.town.asked_cases
        assert (office.memory / "cases.csv").read_text().count(",gone\n") == 1

    def test_a_case_of_another_client_does_not_hide_the_others(self, office: Office) -> None:
        office.town.forbidden.add(case_of(2))
        batches = office.pull()
        assert len(numbers_of(batches)) == 9
        assert warnings_of(batches) == [
            "online: 1 cases may not be seen by this client; give it the right to their destination, or take their "
            "callbacks out of the inbox."
        ]
        assert ",gone" not in (office.memory / "cases.csv").read_text()
